"""Progress bars on a terminal, with rate and time left; silence when output is not one."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self


class ProgressBars:
    """One bar a stage. Call it as `bars(stage, done, total)`; total is 0 while unknown."""

    def __init__(self) -> None:
        self._bars: dict[str, Any] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move the stage's bar to `done`."""
        if not sys.stderr.isatty():
            return
        bar = self._bars.get(stage)
        if bar is None:
            from tqdm import tqdm

            bar = self._bars[stage] = tqdm(desc=stage, unit="", file=sys.stderr, leave=False)
        if done < bar.n:  # a new batch has begun
            bar.reset()
        bar.total = total or None
        bar.update(done - bar.n)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for bar in self._bars.values():
            bar.close()
