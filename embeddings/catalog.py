"""What an archive covers: its dates, issuing bodies, places, topics and acronyms."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from embeddings.errors import LibraryDamaged


@dataclass(frozen=True, slots=True)
class Catalog:
    """A summary of the canonical releases; the mappings count releases for each value."""

    count: int
    first: dt.date | None  # the earliest date of issue
    last: dt.date | None
    sources: Mapping[str, int]
    places: Mapping[str, int]
    topics: Mapping[str, int]
    acronyms: Mapping[str, str]  # "FSC" -> its most frequent expansion


def read(connection: sqlite3.Connection) -> Catalog:
    """Summarise the library as this snapshot shows it.

    Raises:
        LibraryDamaged: a stored value is none of its kind.
    """
    try:
        return _read(connection)
    except ValueError as error:
        raise LibraryDamaged("The library's releases are damaged. Run: dateline repair") from error


def _read(connection: sqlite3.Connection) -> Catalog:
    count, first, last = connection.execute(
        "SELECT count(*), min(date), max(date) FROM releases WHERE canonical"
    ).fetchone()
    labels: dict[str, dict[str, int]] = {"source": {}, "place": {}, "topic": {}}
    for kind, value, releases in connection.execute(
        "SELECT kind, min(value), count(*) FROM labels JOIN releases ON id = release"
        " WHERE canonical GROUP BY kind, folded ORDER BY 3 DESC, 2"
    ):
        labels[kind][value] = releases
    return Catalog(
        count=count,
        first=dt.date.fromisoformat(first) if first else None,
        last=dt.date.fromisoformat(last) if last else None,
        sources=labels["source"],
        places=labels["place"],
        topics=labels["topic"],
        acronyms=_acronyms(connection),
    )


def _acronyms(connection: sqlite3.Connection) -> dict[str, str]:
    seen: dict[str, Counter[str]] = {}
    for (stored,) in connection.execute(
        "SELECT acronyms FROM releases WHERE canonical AND acronyms != '{}'"
    ):
        for acronym, expansion in json.loads(stored).items():
            seen.setdefault(acronym, Counter())[expansion] += 1
    return {acronym: counter.most_common(1)[0][0] for acronym, counter in sorted(seen.items())}


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Inputs by outcome, releases by role, and passages; see `Library.counts`."""
    inputs, held, rejects = connection.execute(
        "SELECT count(*), sum(reason = '' OR release IS NOT NULL),"
        " sum(reason != '' AND release IS NULL) FROM inputs"
    ).fetchone()
    releases, versions = connection.execute(
        "SELECT count(*) FILTER (WHERE canonical), count(*) FILTER (WHERE NOT canonical)"
        " FROM releases"
    ).fetchone()
    passages = connection.execute(
        "SELECT count(*) FROM passages JOIN releases ON releases.id = release WHERE canonical"
    ).fetchone()[0]
    return {
        "inputs": inputs,
        "releases": releases,
        "duplicates": (held or 0) - releases,
        "rejects": rejects or 0,
        "versions": versions,
        "passages": passages,
    }
