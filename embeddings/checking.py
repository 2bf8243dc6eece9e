"""Does what is stored agree with itself? The database half of `Library.verify`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from embeddings import records
from embeddings.catalog import counts
from embeddings.parse import release_id

# Rules that no row may break: what is wrong, and a query that counts the rows that are.
_RULES = (
    (
        "clusters without exactly one searched release",
        "SELECT count(*) FROM (SELECT 1 FROM releases GROUP BY cluster HAVING sum(canonical) != 1)",
    ),
    (
        "releases that no input holds",
        "SELECT count(*) FROM releases WHERE id NOT IN"
        " (SELECT release FROM inputs WHERE release IS NOT NULL UNION SELECT release FROM retiring)",
    ),
    (
        "releases without passages",
        "SELECT count(*) FROM releases WHERE id NOT IN (SELECT release FROM passages)",
    ),
    (
        "passages whose offsets lie outside their release",
        "SELECT count(*) FROM passages JOIN releases ON releases.id = release"
        " WHERE start < 0 OR start >= end OR end > length(text)",
    ),
    (
        "passages without a vector",
        "SELECT count(*) FROM passages WHERE NOT EXISTS (SELECT 1 FROM vectors, settings WHERE"
        " settings.key = 'model' AND model = settings.value AND vectors.key = passages.key)",
    ),
    (
        "vectors of the wrong length",
        "SELECT count(*) FROM vectors JOIN models ON models.id = model"
        " WHERE length(value) != 2 * dimension",
    ),
    (
        "passages that are searched and marked as removed",
        "SELECT count(*) FROM removed JOIN passages ON passages.id = passage"
        " JOIN releases ON releases.id = release WHERE canonical",
    ),
)


def problems(connection: sqlite3.Connection) -> Iterator[str]:
    """Everything wrong with the database, one sentence each."""
    for (message,) in connection.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield f"The database is damaged: {message}."
            return
    for what, query in _RULES:
        wrong = connection.execute(query).fetchone()[0]
        if wrong:
            yield f"{wrong} {what}."
    yield from _altered(connection)
    yield from _words(connection)
    sums = counts(connection)
    if sums["inputs"] != sums["releases"] + sums["duplicates"] + sums["rejects"]:
        yield "The ledger's counts do not add up."


def _altered(connection: sqlite3.Connection) -> Iterator[str]:
    """Releases and passages whose text is not the one their hash was made from."""
    for row in connection.execute("SELECT id FROM releases"):
        release = records.release_by_rowid(connection, row[0])
        if release_id(release.title, release.date, release.text) != release.id:
            yield f"Release {release.id} was altered after it was stored."
        for start, end, key in connection.execute(
            "SELECT start, end, key FROM passages WHERE release = ?", (row[0],)
        ):
            if records.text_key(release.text[start:end]) != key:
                yield f"A passage of release {release.id} does not match its text."


def _words(connection: sqlite3.Connection) -> Iterator[str]:
    """Does the word index hold the searched passages, and only those?"""
    searched = connection.execute(
        "SELECT count(*) FROM passages JOIN releases ON releases.id = release WHERE canonical"
    ).fetchone()[0]
    indexed = connection.execute("SELECT count(*) FROM words_docsize").fetchone()[0]
    if searched != indexed:
        yield f"The word index holds {indexed} passages instead of {searched}."
