"""Lines that recur across the pages of an archive, learned page by page."""

from __future__ import annotations

import json
import zlib
from hashlib import blake2b
from typing import TYPE_CHECKING

from embeddings.clean_lines import Line, lines_of
from embeddings.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.types import Document

_FORMAT = 1


class Chrome:
    """Counts on how many pages each line stands, and so knows menus and footers.

    Learning is incremental and bounded: at most `capacity` lines are remembered, as 8-byte digests;
    when they overflow, the lines seen on the fewest pages are forgotten first (in the manner of
    lossy counting, Manku and Motwani, 2002). A line is chrome once it stands on at least `least`
    pages and on `share` of the pages learned since it was first seen.
    """

    def __init__(self, capacity: int = 50_000, least: int = 4, share: float = 0.2) -> None:
        self._capacity = capacity
        self._least = least
        self._share = share
        self._pages = 0
        self._lines: dict[str, tuple[int, int]] = {}  # digest -> (pages, first page)

    def __len__(self) -> int:
        """How many lines are remembered."""
        return len(self._lines)

    def learn(self, document: Document) -> None:
        """Count the lines of one more page. A line that stands twice on it counts once."""
        self._pages += 1
        for digest in {_digest(line) for line in lines_of(document)}:
            pages, first = self._lines.get(digest, (0, self._pages))
            self._lines[digest] = (pages + 1, first)
        if len(self._lines) > self._capacity:
            self._forget()

    def _forget(self) -> None:
        kept = sorted(self._lines.items(), key=lambda entry: (-entry[1][0], -entry[1][1], entry[0]))
        self._lines = dict(kept[: self._capacity // 2])

    def known(self, lines: Sequence[Line]) -> frozenset[int]:
        """The indices of the lines that recur across the pages learned so far."""
        return frozenset(index for index, line in enumerate(lines) if self._recurs(_digest(line)))

    def _recurs(self, digest: str) -> bool:
        pages, first = self._lines.get(digest, (0, 0))
        return pages >= self._least and pages >= self._share * (self._pages - first + 1)

    def save(self) -> bytes:
        """What was learned, as bytes for `load`."""
        state = [_FORMAT, self._capacity, self._least, self._share, self._pages, self._lines]
        return zlib.compress(json.dumps(state).encode())

    @classmethod
    def load(cls, data: bytes) -> Chrome:
        """What `save` returned. Raises `InputError` when the bytes are something else."""
        try:
            version, capacity, least, share, pages, lines = json.loads(zlib.decompress(data))
            if version != _FORMAT:
                raise ValueError(f"format {version}")
            chrome = cls(int(capacity), int(least), float(share))
            chrome._pages = int(pages)
            chrome._lines = {str(key): (int(n), int(first)) for key, (n, first) in lines.items()}
        except (ValueError, TypeError, AttributeError, zlib.error) as error:
            raise InputError(f"These are not learned page lines: {error}.") from error
        return chrome


def _digest(line: Line) -> str:
    text = " ".join(line.content.casefold().split())
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
