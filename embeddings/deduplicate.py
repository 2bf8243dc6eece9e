"""Which releases are versions of one release: exact copies, re-posts and edited texts.

Text alone cannot tell. A re-post repeats title, date and text; an edited version keeps title and
date and changes some words; but a recurring or templated release keeps nearly every word and
changes the date, or the names and figures. So candidates are found by day, title and MinHash
signature, and each is then judged by aligning the two texts (see `judge` for the rules).
"""

from __future__ import annotations

import hashlib
import re
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from embeddings import minhash
from embeddings.similarity import Comparison, compare, fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from embeddings.types import Release

NEAR_DAYS: Final = 3  # a re-post after a weekend; a weekly release is further apart
UNDATED: Final = 0  # the day number that stands for no date
_ESTIMATE = 0.25  # signature overlap below which a text is not aligned (0.5 - 4 standard errors)
_CANDIDATES = 64  # most texts aligned for one release, the most alike first
_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """The stored release that another is a version of.

    `kind` is "exact" when the normalised texts are equal, else "near"; `similarity` is the share of
    words aligned, 0 to 1.
    """

    release_id: str
    kind: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One run of text that differs between two versions, as offsets into both texts."""

    old: str
    new: str
    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def kind(self) -> str:
        """Which it is: "added", "removed" or "replaced"."""
        return "added" if not self.old else "removed" if not self.new else "replaced"


def judge(a: Release, b: Release) -> Match | None:
    """Whether `b` is a version of `a`, by title, date and alignment of the texts.

    Let "conflict" be a place where one text has another name or number than the other.

    - Dates more than three days apart: never, however alike the texts are.
    - Same day, same title: yes, if the shorter text is mostly (85%) contained in the longer and the
      conflicts are as few as corrections are, or 60% and there is no conflict.
    - Same day, title with words added or typed otherwise: yes, at 90% and with no conflict.
    - Same day, another title: only the same text (97% of both texts aligned, no conflict).
    - One to three days apart, or a date unknown: only the same title and the same text.

    Short texts say little, so the last two rules ask for 40 words in common.
    """
    days = _days_apart(a.date, b.date)
    if days is not None and days > NEAR_DAYS:
        return None
    exact = minhash.exact_form(a.text) == minhash.exact_form(b.text)
    found = compare(a.text, b.text)
    if _same_day(a, b, found, exact) if days == 0 else _same_text(a, b, found, exact):
        return Match(a.id, "exact" if exact else "near", found.ratio)
    return None


def difference(old: Release, new: Release) -> list[Difference]:
    """The runs of words that changed from `old` to `new`, in order.

    Changes of case, accents, spacing and punctuation alone are not shown.
    """
    return [
        Difference(
            old.text[change.a_start : change.a_end],
            new.text[change.b_start : change.b_end],
            change.a_start,
            change.a_end,
            change.b_start,
            change.b_end,
        )
        for change in compare(old.text, new.text).changes
    ]


def canonical(versions: Iterable[Release]) -> Release:
    """The version that stands for all: the newest by date, of equals the last one given.

    A version without a date is older than any with one. Raises ValueError when there is none.
    """
    ordered = sorted(versions, key=lambda release: release.date.toordinal() if release.date else 0)
    if not ordered:
        raise ValueError("there is no version to choose from")
    return ordered[-1]


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
            found = judge(self._release(row), release)
            if found is None:
                continue
            same_day = bool(self._facts["day"][row] == _day(release.date))
            rank = (found.kind == "exact", same_day, found.similarity)
            if best is None or rank > best_rank:
                key = self._keys.get(row, self._ids[row])
                best, best_rank = Match(key, found.kind, found.similarity), rank
        return best

    def _candidates(self, release: Release, digest: int, minima: NDArray[np.uint16]) -> list[int]:
        """Rows worth aligning: first stored first, unless there are too many."""
        title_hash = _hash(title_form(release.title))
        day = _day(release.date)
        named = _rows(self._titles.get(title_hash))
        if day == UNDATED:
            rows = named
        else:
            known = self._facts["day"][named]
            near = named[(known == UNDATED) | (np.abs(known - day) <= NEAR_DAYS)]
            rows = np.union1d(near, _rows(self._days.get(day)))
            for other in range(day - NEAR_DAYS, day + NEAR_DAYS + 1):
                around = _rows(self._days.get(other))
                rows = np.union1d(rows, around[self._facts["text"][around] == digest])
        facts = self._facts[rows]
        alike = (facts["minima"] == minima).mean(axis=1)
        alike[facts["text"] == digest] = 1.0
        rows, alike = rows[alike >= _ESTIMATE], alike[alike >= _ESTIMATE]
        if len(rows) > _CANDIDATES:
            rows = np.sort(rows[np.argsort(-alike, kind="stable")[:_CANDIDATES]])
        return [int(row) for row in rows]

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


def title_form(title: str) -> str:
    """What two titles have in common when they are the same: letters and digits, no case."""
    return _NOT_WORD.sub("", fold(title))


def _same_day(a: Release, b: Release, found: Comparison, exact: bool) -> bool:
    one, other = title_form(a.title), title_form(b.title)
    if one == other and one:
        if exact:
            return True
        # A correction or two; more in a long transcript, fewer in a notice of a few lines.
        few = min(2 + found.matched // 500, found.matched // 35)
        limit = 0.85 if 0 < found.conflicts <= few else 0.6
        return found.conflicts <= few and found.containment >= limit and found.matched >= 10
    if found.matched < 40 or found.conflicts:
        return False
    titles = compare(a.title, b.title)
    if titles.ratio >= 0.85 and not titles.conflicts and found.containment >= 0.9:
        return True
    return found.ratio >= 0.97


def _same_text(a: Release, b: Release, found: Comparison, exact: bool) -> bool:
    if found.matched < 40 or not _titles_agree(a.title, b.title):
        return False
    alike = found.ratio >= 0.95 and found.containment >= 0.98
    return exact or (alike and not found.conflicts)


def _titles_agree(a: str, b: str) -> bool:
    one, other = title_form(a), title_form(b)
    if one == other:
        return True
    titles = compare(a, b)
    return titles.ratio >= 0.9 and not titles.conflicts


def _days_apart(a: dt.date | None, b: dt.date | None) -> int | None:
    return None if a is None or b is None else abs(a.toordinal() - b.toordinal())


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
