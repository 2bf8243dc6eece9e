"""Getting what can still be read out of a database whose pages are damaged.

Row by row, into a new file that then takes the old one's place; the old one is kept beside it as
`dateline.damaged-1.db`.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from embeddings import schema
from embeddings.connecting import translated
from embeddings.errors import LibraryDamaged
from embeddings.store import DATABASE, Store

# Tables that cannot be worked out from others; `retiring` first, for it is small and matters.
_KEPT = ("settings", "models", "probes", "retiring", "inputs", "releases", "passages", "vectors")
_FURTHEST = 1 << 20  # where to stop looking for rows when the last one is not known


def salvage(store: Store) -> list[str]:
    """Replace a database that fails SQLite's own check; says in a sentence each what happened.

    Raises:
        LibraryDamaged: nothing can be read from it.
    """
    with store.reading() as connection:
        problem = _check(connection)
    if problem == "ok":
        return []
    new = store.folder / f"{DATABASE}.repair"
    with translated(store.folder):
        new.unlink(missing_ok=True)
        with closing(sqlite3.connect(new, isolation_level=None)) as target:
            target.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            schema.migrate(target)
            target.execute("BEGIN")
            skipped = {name: _copy(store.reader(), target, name) for name in _KEPT}
            saved = target.execute("SELECT count(*) FROM releases").fetchone()[0]
            target.execute("COMMIT")
            target.execute("PRAGMA journal_mode = DELETE")
        if not saved:
            new.unlink()
            raise LibraryDamaged(
                f"Nothing can be read from the database in {store.folder}. Restore a backup with "
                "dateline restore, or make a new library from your files."
            )
        kept = _swap(store, new)
    gaps = [f"{count} gaps in {name}" for name, count in skipped.items() if count]
    found = f" ({', '.join(gaps)})" if gaps else ""
    return [
        f"The database was damaged ({problem}){found}; {saved} releases were read from it. "
        f"The damaged file is kept as {kept.name}."
    ]


def _check(connection: sqlite3.Connection) -> str:
    try:
        return str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> int:
    """Copy the rows that can be read; returns how many stretches had to be skipped."""
    columns = [row[1] for row in target.execute(f"PRAGMA table_info({table})")]
    insert = (
        f"INSERT OR REPLACE INTO {table} ({', '.join(columns)})"
        f" VALUES ({', '.join('?' * len(columns))})"
    )
    gaps = 0
    for row in _rows(source, table, columns):
        if row is None:
            gaps += 1
            continue
        try:
            target.execute(insert, row)
        except sqlite3.DatabaseError:
            gaps += 1
    return gaps


def _rows(
    source: sqlite3.Connection, table: str, columns: list[str]
) -> Iterator[tuple[object, ...] | None]:
    """The rows of a table in order; None for a stretch that cannot be read."""
    chosen = ", ".join(columns)
    try:
        yield from source.execute(f"SELECT {chosen} FROM {table} NOT INDEXED").fetchall()
        return
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        if columns[0] not in ("id", "release"):  # a table without rowids has one tree only
            yield None
            return
    last = _last(source, table, columns[0])
    one = f"SELECT {chosen} FROM {table} NOT INDEXED WHERE {columns[0]} = ?"
    missing = False
    for rowid in range(1, last + 1):
        try:
            row = source.execute(one, (rowid,)).fetchone()
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            if not missing:
                yield None
            missing = True
            continue
        missing = False
        if row is not None:
            yield row


def _last(source: sqlite3.Connection, table: str, key: str) -> int:
    """The highest row number, or a guess where even that cannot be read."""
    for query in (
        f"SELECT max({key}) FROM {table}",
        f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'",
    ):
        try:
            found = source.execute(query).fetchone()
        except sqlite3.DatabaseError:
            continue
        if found and found[0]:
            return int(found[0])
    return _FURTHEST


def _swap(store: Store, new: Path) -> Path:
    """Put the new database in place and keep the old one; returns where the old one is."""
    store.close()
    database = store.folder / DATABASE
    number = 1
    while (kept := store.folder / f"dateline.damaged-{number}.db").exists():
        number += 1
    os.link(database, kept)
    for ending in ("-wal", "-shm"):  # they belong to the old file only
        database.with_name(DATABASE + ending).unlink(missing_ok=True)
    new.replace(database)
    return kept
