"""Finds the stored release that a new one is a version of, one release at a time.

Candidates come from the title, the day and the MinHash signature; each is then judged by aligning
the two texts (`embeddings.versions`). A release is only compared with those of about its own day
and, when a date is missing, with those of its title, so the work for one release does not grow with
the archive.
"""

from __future__ import annotations

import hashlib
from array import array
from typing import TYPE_CHECKING, Final

import numpy as np

from embeddings import minhash
from embeddings.versions import (
    RULES,
    Difference,
    Match,
    Rules,
    canonical,
    difference,
    judge,
    title_form,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from numpy.typing import NDArray

    from embeddings.types import Release

__all__ = [
    "Deduplicator",
    "Difference",
    "Match",
    "Rules",
    "canonical",
    "difference",
    "judge",
    "signature",
]

UNDATED: Final = 0  # the day number that stands for no date
_ESTIMATE = 0.25  # signature overlap below which a text is not aligned (0.5 - 4 standard errors)
_CANDIDATES = 32  # most texts aligned for one release: those of the same title, then the most alike


def signature(release: Release) -> bytes:
    """What the index needs to know of the text, 137 bytes; worth storing beside the release."""
    return minhash.signature(release.text)


class Deduplicator:
    """Finds, for one release at a time, the stored release that it is a version of.

    Memory is about 400 bytes a release when `fetch` is given, which returns a stored release by its
    id; without it the releases themselves are kept.
    """

    def __init__(self, fetch: Callable[[str], Release] | None = None) -> None:
        self._fetch = fetch
        self._kept: list[Release] = []
        self._ids: list[str] = []
        self._keys: dict[int, str] = {}  # row -> the id to report, where it is not the row's own
        self._days: dict[int, array[int]] = {}  # day number -> rows
        self._titles: dict[int, array[int]] = {}  # hash of the title -> rows
        self._facts = np.empty(0, dtype=_ROW)

    def __len__(self) -> int:
        return len(self._ids)

    def add(
        self, release: Release, key: str | None = None, *, signature: bytes | None = None
    ) -> None:
        """Store `release`. `match` will report it as `key`, by default its own id.

        `signature` saves computing it; one written by another version is computed again.
        """
        packed = signature if signature and minhash.unpack(signature) else None
        packed = packed or minhash.signature(release.text)
        self.add_stored(release.id, release.title, release.date, packed, key)
        if self._fetch is None:
            self._kept.append(release)

    def add_stored(
        self,
        release_id: str,
        title: str,
        date: dt.date | None,
        signature: bytes,
        key: str | None = None,
    ) -> None:
        """Like `add`, without the text; needs `fetch` when the release is to be matched.

        Raises ValueError when `signature` was written by another version.
        """
        unpacked = minhash.unpack(signature)
        if unpacked is None:
            raise ValueError("the signature was written by another version: add the release")
        row = len(self._ids)
        if row == len(self._facts):
            self._facts = np.resize(self._facts, max(1024, 2 * row))
        day, title_hash = _day(date), _hash(title_form(title))
        self._facts[row] = (day, title_hash, unpacked[0], unpacked[1])
        self._days.setdefault(day, array("q")).append(row)
        self._titles.setdefault(title_hash, array("q")).append(row)
        self._ids.append(release_id)
        if key is not None and key != release_id:
            self._keys[row] = key

    def match(self, release: Release, *, signature: bytes | None = None) -> Match | None:
        """The stored release that `release` is a version of, or None.

        Where several fit, an exact copy comes before a near one, the same day before another, the
        more alike before the less, the first stored before later ones.
        """
        unpacked = minhash.unpack(signature) if signature else None
        digest, minima = unpacked or _unpack(minhash.signature(release.text))
        best: Match | None = None
        best_rank = (False, False, 0.0)
        for row in self._candidates(release, digest, minima):
            found = self._judge(row, release)
            if found is None:
                continue
            same_day = bool(self._facts["day"][row] == _day(release.date))
            rank = (found.kind == "exact", same_day, found.similarity)
            if best is None or rank > best_rank:
                key = self._keys.get(row, self._ids[row])
                best, best_rank = Match(key, found.kind, found.similarity), rank
        return best

    def _judge(self, row: int, release: Release) -> Match | None:
        return judge(self._release(row), release)

    def _candidates(self, release: Release, digest: int, minima: NDArray[np.uint16]) -> list[int]:
        """Rows worth aligning: first stored first, unless there are too many."""
        title_hash = _hash(title_form(release.title))
        day = _day(release.date)
        named = _rows(self._titles.get(title_hash))
        if day == UNDATED:
            rows = named
        else:
            known = self._facts["day"][named]
            near = named[(known == UNDATED) | (np.abs(known - day) <= RULES.days)]
            rows = np.union1d(near, _rows(self._days.get(day)))
            for other in range(day - RULES.days, day + RULES.days + 1):
                around = _rows(self._days.get(other))
                rows = np.union1d(rows, around[self._facts["text"][around] == digest])
        facts = self._facts[rows]
        alike = (facts["minima"] == minima).mean(axis=1)
        alike[facts["text"] == digest] = 1.0
        worth = alike + (facts["title"] == title_hash)
        order = np.argsort(-worth, kind="stable")
        # A short first version has little overlap with the full one of the same day and title.
        sure = (facts["title"] == title_hash) & (facts["day"] == day) & (day != UNDATED)
        best = [int(rows[i]) for i in order if sure[i] or alike[i] >= _ESTIMATE]
        return sorted(best[:_CANDIDATES])

    def _release(self, row: int) -> Release:
        return self._fetch(self._ids[row]) if self._fetch else self._kept[row]


_ROW = np.dtype(
    [
        ("day", np.int32),
        ("title", np.uint64),
        ("text", np.uint64),
        ("minima", np.uint16, (minhash.SIZE,)),
    ]
)


def _day(date: dt.date | None) -> int:
    return date.toordinal() if date else UNDATED


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())


def _unpack(packed: bytes) -> tuple[int, NDArray[np.uint16]]:
    unpacked = minhash.unpack(packed)
    assert unpacked is not None  # just written by this version
    return unpacked


def _rows(rows: array[int] | None) -> NDArray[np.int64]:
    return np.array(rows if rows is not None else (), dtype=np.int64)
