"""The ledger: what became of every input, and which files were taken in whole.

An input is one file, or one member or record of one: `file` is the file's path below `root`, and
`path` the input's own ("a.zip" and "a.zip!/b.html"; equal for a plain file).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

_INPUT = "root, file, path, sha256, release, reason"


@dataclass(frozen=True, slots=True)
class Input:
    """One line of the ledger. `release` is a rowid; `reason` is empty unless it was rejected."""

    root: str
    file: str
    path: str
    sha256: str
    release: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when everything in it was taken in: size in bytes, time in nanoseconds."""

    root: str
    file: str
    size: int
    modified: int
    sha256: str


def find_input(connection: sqlite3.Connection, root: str, path: str) -> Input | None:
    """What the ledger says of one input."""
    row = connection.execute(
        f"SELECT {_INPUT} FROM inputs WHERE root = ? AND path = ?", (root, path)
    ).fetchone()
    return Input(*row) if row else None


def inputs_of(connection: sqlite3.Connection, root: str, file: str) -> list[Input]:
    """The inputs that one file gave, in the order they were first seen."""
    rows = connection.execute(
        f"SELECT {_INPUT} FROM inputs WHERE root = ? AND file = ? ORDER BY id", (root, file)
    )
    return [Input(*row) for row in rows]


def inputs_below(connection: sqlite3.Connection, folder: str) -> list[Input]:
    """The inputs whose root is this folder or lies in it."""
    first, behind = _range(folder)
    rows = connection.execute(
        f"SELECT {_INPUT} FROM inputs WHERE root = ? OR (root >= ? AND root < ?) ORDER BY id",
        (folder, first, behind),
    )
    return [Input(*row) for row in rows]


def inputs_at(connection: sqlite3.Connection, root: str, place: str) -> list[Input]:
    """The inputs of one file, or of all files in one folder, or one member, below a root."""
    first, behind = _range(place)
    rows = connection.execute(
        f"SELECT {_INPUT} FROM inputs WHERE root = ? AND"
        " (file = ? OR path = ? OR (file >= ? AND file < ?)) ORDER BY id",
        (root, place, place, first, behind),
    )
    return [Input(*row) for row in rows]


def _range(folder: str) -> tuple[str, str]:
    """Every path in a folder is at least the first and less than the second."""
    bare = folder.rstrip("/")
    return f"{bare}/", f"{bare}{chr(ord('/') + 1)}"


def holders(connection: sqlite3.Connection, release: int) -> list[Input]:
    """The inputs that hold a release, oldest first."""
    rows = connection.execute(
        f"SELECT {_INPUT} FROM inputs WHERE release = ? ORDER BY id", (release,)
    )
    return [Input(*row) for row in rows]


def put_input(connection: sqlite3.Connection, item: Input) -> None:
    """Write one line of the ledger, replacing what stood for that input.

    The release that it held before, if it was another, waits to be retired.
    """
    _let_go(connection, item.root, item.path, item.release)
    connection.execute(
        f"INSERT INTO inputs ({_INPUT}) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (root, path) DO UPDATE SET file = excluded.file, sha256 = excluded.sha256,"
        " release = excluded.release, reason = excluded.reason",
        (item.root, item.file, item.path, item.sha256, item.release, item.reason),
    )


def forget_input(connection: sqlite3.Connection, root: str, path: str) -> None:
    """Strike one line out; the release it held waits to be retired."""
    _let_go(connection, root, path, None)
    connection.execute("DELETE FROM inputs WHERE root = ? AND path = ?", (root, path))


def _let_go(connection: sqlite3.Connection, root: str, path: str, keep: int | None) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO retiring SELECT release FROM inputs"
        " WHERE root = ? AND path = ? AND release IS NOT NULL AND release IS NOT ?",
        (root, path, keep),
    )


def find_file(connection: sqlite3.Connection, root: str, file: str) -> FileState | None:
    """How a file looked when it was last taken in whole, or None when it never was."""
    row = connection.execute(
        "SELECT root, file, size, modified, sha256 FROM files WHERE root = ? AND file = ?",
        (root, file),
    ).fetchone()
    return FileState(*row) if row else None


def put_file(connection: sqlite3.Connection, state: FileState) -> None:
    """Remember that a file was taken in whole."""
    connection.execute(
        "INSERT OR REPLACE INTO files (root, file, size, modified, sha256) VALUES (?, ?, ?, ?, ?)",
        (state.root, state.file, state.size, state.modified, state.sha256),
    )


def forget_file(connection: sqlite3.Connection, root: str, file: str) -> None:
    """Have a file read again the next time."""
    connection.execute("DELETE FROM files WHERE root = ? AND file = ?", (root, file))
