"""Getting what can still be read out of a database whose pages are damaged.

Row by row, into a new file that then takes the old one's place; the old one is kept beside it as
`dateline.damaged-1.db`.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from embeddings import schema
from embeddings.connecting import DAMAGE, translated
from embeddings.errors import LibraryDamaged
from embeddings.store import DATABASE, sync_folder

# Tables that cannot be worked out from others; `retiring` first, for it is small and matters.
_KEPT = ("settings", "models", "probes", "retiring", "inputs", "releases", "passages", "vectors")
_LARGEST = 1 << 40  # bytes; a header that says more is damaged itself
_FURTHEST = 1 << 40  # where to stop looking for rows
_SMALL_STEPS = 2_000


def salvage(folder: Path) -> list[str]:
    """Replace a database that fails SQLite's own check by what can be read of it.

    The caller holds the writer lock, and has no connection to the database open.

    Returns:
        What happened, in a sentence; nothing when the database passes.

    Raises:
        LibraryDamaged: nothing can be read from it.
    """
    database = folder / DATABASE
    problem = _check(database)
    if problem == "ok":
        return []
    with translated(folder):
        kept = _keep(database)
        new = database.with_name(f"{DATABASE}.repair")
        new.unlink(missing_ok=True)
        with (
            closing(_open_damaged(kept)) as source,
            closing(sqlite3.connect(new, isolation_level=None)) as target,
        ):
            target.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            schema.migrate(target)
            target.execute("PRAGMA foreign_keys = OFF")
            target.execute("BEGIN")
            kept_tables = _KEPT if schema.schema_version(source) < 2 else (*_KEPT, "feedback")
            skipped = {name: _copy(source, target, name) for name in kept_tables}
            saved = target.execute("SELECT count(*) FROM releases").fetchone()[0]
            target.execute("COMMIT")
        if not saved:
            new.unlink()
            kept.unlink()
            raise LibraryDamaged(
                f"Nothing can be read from the database in {folder}. Restore a backup with "
                "dateline restore, or make a new library from your files."
            )
        for ending in ("-wal", "-shm"):  # they belong to the old file only
            database.with_name(DATABASE + ending).unlink(missing_ok=True)
        new.replace(database)
        sync_folder(folder)
    gaps = [f"{count} gaps in {name}" for name, count in skipped.items() if count]
    found = f" ({', '.join(gaps)})" if gaps else ""
    return [
        f"The database was damaged ({problem}){found}; {saved} releases were read from it. "
        f"The damaged file is kept as {kept.name}."
    ]


def _check(database: Path) -> str:
    """ "ok", or what is wrong with the database's pages or tables."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
            if found == "ok" and schema.schema_version(connection) < 1:
                return "its version is missing"
            return found
    except DAMAGE as error:
        return str(error)


def _keep(database: Path) -> Path:
    """Copy the damaged database and its log aside, as long as its header says it should be."""
    number = 1
    while (kept := database.with_name(f"dateline.damaged-{number}.db")).exists():
        number += 1
    shutil.copyfile(database, kept)
    log = database.with_name(f"{DATABASE}-wal")
    if log.exists():
        shutil.copyfile(log, kept.with_name(f"{kept.name}-wal"))
    with open(kept, "rb+") as file:
        header = file.read(100)
        page = int.from_bytes(header[16:18]) or 65536
        length = (65536 if page == 1 else page) * int.from_bytes(header[28:32])
        if kept.stat().st_size < length < _LARGEST:
            file.truncate(length)  # SQLite does not open a file that is shorter
    return kept


def _open_damaged(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA writable_schema = ON")  # go on past tables that cannot be parsed
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


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
        except DAMAGE:
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
    except DAMAGE:
        if columns[0] not in ("id", "release"):  # a table without rowids has one tree only
            yield None
            return
    key = columns[0]
    following = f"SELECT {chosen} FROM {table} NOT INDEXED WHERE {key} > ? ORDER BY {key} LIMIT 1"
    after, failures = 0, 0
    while after < _FURTHEST:
        try:
            row = source.execute(following, (after,)).fetchone()
        except DAMAGE:
            if not failures:
                yield None
            # A page holds a few rows: small steps find its end, then ever larger ones.
            after += 1 << max(0, failures - _SMALL_STEPS)
            failures += 1
            continue
        if row is None or not isinstance(row[0], int) or row[0] <= after:
            return
        yield row
        after, failures = row[0], 0
