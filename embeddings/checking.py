"""Does what is stored agree with itself? The database half of `Library.verify`."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator

from embeddings import records
from embeddings.catalog import counts
from embeddings.errors import LibraryDamaged
from embeddings.feedback import damaged_feedback
from embeddings.parse import release_id
from embeddings.store import fold

# Rules that no row may break: what is wrong, and a query that counts the rows that are.
_RULES = (
    (
        "settings are missing or make no sense",
        "SELECT 3 - count(*) FROM settings WHERE"
        " (key IN ('version', 'generation') AND typeof(value) = 'integer')"
        " OR (key = 'library' AND typeof(value) = 'text')",
    ),
    (
        "models in use are not known",
        "SELECT count(*) FROM settings WHERE key = 'model' AND value NOT IN"
        " (SELECT id FROM models)",
    ),
    (
        "clusters without exactly one searched release",
        "SELECT count(*) FROM (SELECT 1 FROM releases GROUP BY cluster HAVING sum(canonical) != 1)",
    ),
    (
        "releases that no input holds",
        "SELECT count(*) FROM releases WHERE id NOT IN (SELECT release FROM inputs"
        " WHERE release IS NOT NULL UNION SELECT release FROM retiring)",
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
        "titles without a vector",
        "SELECT count(*) FROM releases WHERE NOT EXISTS (SELECT 1 FROM vectors, settings WHERE"
        " settings.key = 'model' AND model = settings.value AND vectors.key = title_key)",
    ),
    (
        "inputs whose release is missing",
        "SELECT count(*) FROM inputs WHERE (reason = '' AND release IS NULL) OR"
        " (release IS NOT NULL AND release NOT IN (SELECT id FROM releases))",
    ),
    (
        "passages of no release, or with an impossible number",
        "SELECT count(*) FROM passages WHERE id < 1 OR release NOT IN (SELECT id FROM releases)",
    ),
    (
        "passages that are searched and marked as removed",
        "SELECT count(*) FROM removed JOIN passages ON passages.id = passage"
        " JOIN releases ON releases.id = release WHERE canonical",
    ),
)


def problems(connection: sqlite3.Connection) -> Iterator[str]:
    """Everything wrong with the database, one sentence each."""
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        for (message,) in connection.execute("PRAGMA integrity_check"):
            if message != "ok":
                yield f"The database is damaged: {message}."
                return
        yield from _disagreements(connection)
    except (sqlite3.DatabaseError, ValueError, TypeError) as error:
        yield f"The database is damaged: {error}."
    finally:
        connection.text_factory = str


def _disagreements(connection: sqlite3.Connection) -> Iterator[str]:
    for what, query in _RULES:
        wrong = connection.execute(query).fetchone()[0]
        if wrong:
            yield f"{wrong} {what}."
    altered = False
    for _, problem in altered_releases(connection):
        altered = True
        yield problem
    bad = sum(1 for _ in altered_vectors(connection))
    if bad:
        yield f"{bad} vectors are not as they were stored."
    if not altered:
        yield from _passages(connection)
        yield from _labels(connection)
    yield from _words(connection)
    unreadable = sum(1 for _ in damaged_feedback(connection))
    if unreadable:
        yield f"{unreadable} opinions of readers cannot be read."
    sums = counts(connection)
    if sums["inputs"] != sums["releases"] + sums["duplicates"] + sums["rejects"]:
        yield "The ledger's counts do not add up."


def altered_releases(connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Rowid of each release that is not what its id and checksum say, with a sentence on it."""
    for (rowid,) in connection.execute("SELECT id FROM releases").fetchall():
        try:
            release = records.release_by_rowid(connection, rowid)
        except LibraryDamaged as error:
            yield rowid, str(error).removesuffix(" Run: dateline repair")
            continue
        if release_id(release.title, release.date, release.text) != release.id:
            yield rowid, f"Release {release.id} was altered in storage."


def altered_vectors(connection: sqlite3.Connection) -> Iterator[int]:
    """Rowid of each vector that is not as it was stored."""
    for rowid, value, checksum, dimension in connection.execute(
        "SELECT vectors.id, value, checksum, dimension FROM vectors"
        " LEFT JOIN models ON models.id = model"
    ):
        if dimension is None or len(value) != 2 * dimension or zlib.crc32(value) != checksum:
            yield rowid


def _passages(connection: sqlite3.Connection) -> Iterator[str]:
    """Passages whose text is not the one their key was made from."""
    wrong = 0
    for key, text in connection.execute(
        "SELECT passages.key, substr(text, start + 1, end - start) FROM passages"
        " JOIN releases ON releases.id = release"
    ):
        wrong += records.text_key(text) != key
    if wrong:
        yield f"{wrong} passages do not match the text of their release."
    titles = connection.execute("SELECT title_key, title FROM releases")
    wrong = sum(records.text_key(title) != key for key, title in titles)
    if wrong:
        yield f"{wrong} titles do not match their key."


def _labels(connection: sqlite3.Connection) -> Iterator[str]:
    """Do the filters know what the releases say?"""
    stored = set(connection.execute("SELECT release, kind, value, folded FROM labels"))
    expected = set()
    for rowid, place, sources, topics in connection.execute(
        "SELECT id, place, sources, topics FROM releases"
    ):
        labels = [
            *(("source", value) for value in json.loads(sources)),
            *(("topic", value) for value in json.loads(topics)),
            *((("place", place),) if place else ()),
        ]
        expected |= {(rowid, kind, value, fold(value)) for kind, value in labels}
    if stored != expected:
        yield f"{len(stored ^ expected)} labels do not match their releases."


def _words(connection: sqlite3.Connection) -> Iterator[str]:
    """Does the word index hold the searched passages, and only those?"""
    searched = connection.execute(
        "SELECT count(*) FROM passages JOIN releases ON releases.id = release WHERE canonical"
    ).fetchone()[0]
    indexed = connection.execute("SELECT count(*) FROM words_docsize").fetchone()[0]
    if searched != indexed:
        yield f"The word index holds {indexed} passages instead of {searched}."
    try:
        # FTS5's own check, of the index against itself.
        connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 0)")
    except sqlite3.OperationalError:
        return  # somebody is writing, or the folder is read-only: checked another time
    except sqlite3.DatabaseError as error:
        yield f"The word index is damaged: {error}."
