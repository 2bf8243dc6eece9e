"""Which stored release is a new one a version of? Feeds the deduplicator from the database.

Only releases that could match are read: those of about the same day and those with the same title.
Adding ten releases to a library of a million reads a few dozen rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from embeddings import minhash, records
from embeddings.deduplicate import Deduplicator, Match
from embeddings.store import Store
from embeddings.types import Release
from embeddings.versions import RULES

_CANDIDATE = "SELECT release_id, title, date, signature FROM releases WHERE "


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a release that has just been read."""

    stored: bool  # the very same release is in the library, or is on its way there
    version_of: str | None  # the id of a release that it is another version of


class Matcher:
    """Finds versions among the stored releases and those of the running batch."""

    def __init__(
        self,
        store: Store,
        make: Callable[[Callable[[str], Release]], Deduplicator] = Deduplicator,
    ) -> None:
        self._store = store
        self._deduplicator = make(self._fetch)
        self._waiting: dict[str, Release] = {}  # prepared, not committed
        self._loaded: set[str] = set()
        self._days: set[dt.date] = set()
        self._titles: set[bytes] = set()

    def look_up(self, release: Release) -> Known:
        """What is known of a release; if nothing is, it is known from now on."""
        if release.id in self._waiting:
            return Known(True, None)
        with self._store.reading() as connection:
            if records.rowid_of(connection, release.id) is not None:
                return Known(True, None)
        signature = minhash.signature(release.text)
        self._load_around(release)
        match: Match | None = self._deduplicator.match(release, signature=signature)
        self._deduplicator.add(release, signature=signature)
        self._loaded.add(release.id)
        self._waiting[release.id] = release
        return Known(False, match.release_id if match else None)

    def committed(self) -> None:
        """The releases looked up so far can be fetched from the database now."""
        self._waiting.clear()

    def _load_around(self, release: Release) -> None:
        """Feed the stored releases that could match this one, each once a run."""
        form = records.title_form_key(release.title)
        if form not in self._titles:
            self._titles.add(form)
            self._load("title_form = ?", form)
        if release.date is None:
            return
        for days in range(-RULES.days, RULES.days + 1):
            day = dt.date.fromordinal(
                min(max(release.date.toordinal() + days, 1), dt.date.max.toordinal())
            )
            if day not in self._days:
                self._days.add(day)
                self._load("date = ?", day.isoformat())

    def _load(self, condition: str, value: object) -> None:
        with self._store.reading() as connection:
            for release_id, title, date, signature in connection.execute(
                f"{_CANDIDATE}{condition} ORDER BY id", (value,)
            ):
                if release_id in self._loaded:
                    continue
                self._loaded.add(release_id)
                if minhash.unpack(signature) is None:  # written by an earlier version
                    signature = minhash.signature(self._fetch(release_id).text)
                day = dt.date.fromisoformat(date) if date else None
                self._deduplicator.add_stored(release_id, title, day, signature)

    def _fetch(self, release_id: str) -> Release:
        if release_id in self._waiting:
            return self._waiting[release_id]
        with self._store.reading() as connection:
            found = records.release_by_id(connection, release_id)
        assert found is not None  # nothing is retired before a run ends
        return found
