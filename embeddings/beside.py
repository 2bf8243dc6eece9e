"""Work done in a second thread that sees a library in the very state the first one reads.

SQLite looks words up and numpy multiplies without holding Python's lock, so that the two sides of a
search can run on two cores.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from embeddings.store import Store

Made = TypeVar("Made")

_CHANGED = object()


class Beside:
    """One thread beside those that read a store, made on first use."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def start(self, task: Callable[[], Made]) -> Callable[[], Made]:
        """Begin a task that reads the store; what is returned waits for it and gives its result.

        Where the thread is busy, or the store has changed since this one began to read, the task
        is done by whoever asks for the result.
        """
        version = self._store.setting("version")

        def run() -> object:
            with self._store.reading():
                return task() if self._store.setting("version") == version else _CHANGED

        with self._guard:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, "dateline-beside")
            future = self._pool.submit(run)

        def result() -> Made:
            made = _CHANGED if future.cancel() else future.result()
            return task() if made is _CHANGED else made  # type: ignore[return-value]

        return result

    def close(self) -> None:
        """Wait for what was begun and end the thread; a later task begins another."""
        with self._guard:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)
