"""What stands in the library, for the pages that show it."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from embeddings.library import Library


@dataclass(frozen=True, slots=True)
class Entry:
    """One release in a list."""

    release_id: str
    title: str
    date: dt.date | None
    source: str


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

    def rejects(self) -> list[tuple[str, str]]:
        """The name and the reason of each input that could not be used; never a folder."""
        named = []
        for path, reason in self._library.rejects():
            name = PurePath(path).name
            named.append((name, reason.replace(path, name)))
        return named
