"""What ranks a release without its text: title, day of issue, issuing bodies.

A search weighs many more releases than it returns; to read and check each of them whole would take
longer than to find them.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from embeddings.types import Release


@dataclass(frozen=True, slots=True)
class Head:
    """The part of a release that a search ranks by."""

    title: str
    date: dt.date | None
    sources: tuple[str, ...]

    @classmethod
    def of(cls, release: Release) -> Head:
        """The head of a release that was read whole."""
        return cls(release.title, release.date, release.sources)


def heads(connection: sqlite3.Connection, release_ids: Iterable[str]) -> dict[str, Head]:
    """The heads of releases by id, as stored; ids that are gone are left out."""
    rows = connection.execute(
        "SELECT release_id, title, date, sources FROM releases"
        " WHERE release_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(release_ids)),),
    )
    return {
        str(release_id): Head(
            str(title),
            dt.date.fromisoformat(date) if date else None,
            tuple(json.loads(sources)),
        )
        for release_id, title, date, sources in rows
    }
