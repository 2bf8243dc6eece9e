"""What stands in the library, for the pages that show it."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from embeddings.errors import DatelineError
from embeddings.library import Library

PAGE = 25  # releases with several versions that one page lists
_VERSIONS = 20  # of one release


@dataclass(frozen=True, slots=True)
class Entry:
    """One release in a list."""

    release_id: str
    title: str
    date: dt.date | None
    source: str


@dataclass(frozen=True, slots=True)
class Reject:
    """An input that could not be used, and its number in the ledger."""

    number: int
    name: str
    reason: str


class Shelf:
    """The list of releases, read once for each version of the library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._version = -1
        self._entries: tuple[Entry, ...] = ()

    def entries(self) -> Sequence[Entry]:
        """All searched releases, oldest first."""
        with self._lock:
            version = self._library.version
            if version != self._version:
                self._entries = tuple(
                    Entry(release.id, release.title, release.date, release.source)
                    for release in self._library.releases()
                )
                self._version = version
            return self._entries

    def years(self) -> Mapping[int, int]:
        """How many releases each year has; undated ones are left out."""
        counts = Counter(entry.date.year for entry in self.entries() if entry.date)
        return dict(sorted(counts.items()))

    def year(self, year: int) -> list[Entry]:
        """The releases of a year, latest first; year 0 stands for the undated ones."""
        return [
            entry
            for entry in reversed(self.entries())
            if (entry.date.year if entry.date else 0) == year
        ]

    def rejects(self) -> list[Reject]:
        """Each input that could not be used; never a folder."""
        named = []
        for one in self._library.rejected():
            name = one.path if one.root == "web" else PurePath(one.path).name
            reason = one.reason.replace(f"{one.root}/", "").replace(one.path, name)
            named.append(Reject(one.number, name, reason))
        return named

    def duplicates(self, page: int) -> tuple[list[list[Entry]], int]:
        """The releases with several versions, the searched one first: one page, and how many."""
        groups = self._library.duplicates()
        first = page * PAGE
        shown = []
        for ids in groups[first : first + PAGE]:
            with contextlib.suppress(KeyError):  # removed in this very moment
                found = [self._library.release(one) for one in ids[:_VERSIONS]]
                shown.append([Entry(one.id, one.title, one.date, one.source) for one in found])
        return shown, len(groups)

    def model(self) -> str:
        """The name of the model that the library is embedded with; "" when it is not known."""
        try:
            return self._library.model_name()
        except DatelineError:
            return ""
