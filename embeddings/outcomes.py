"""What became of single inputs: a release, another form of one, or a reject with its reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["release", "copy", "version", "rejected"]

_LINE = "SELECT id, root, path, release, reason FROM inputs"
_AT_ONCE = 500  # numbers in one query


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the ledger, in words.

    `state` is "release" for a new release, "copy" for one that an earlier input holds word for
    word, "version" for another form of a stored one, and "rejected". `release_id` is the release
    that the input holds, `of` the one that a version is a form of (for a copy both are the same),
    `title` that one's title. `root` is the folder it was read from, or "web".
    """

    number: int
    root: str
    path: str
    state: State
    release_id: str = ""
    of: str = ""
    title: str = ""
    reason: str = ""


def last_number(connection: sqlite3.Connection) -> int:
    """The number of the newest line of the ledger; 0 in an empty one."""
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM inputs").fetchone()[0])


def of_folder(
    connection: sqlite3.Connection, root: str, *, after: int = 0, most: int = 1_000
) -> list[Outcome]:
    """The inputs read from a folder (or "web") with numbers above `after`, the first `most`."""
    rows = connection.execute(
        f"{_LINE} WHERE root = ? AND id > ? ORDER BY id LIMIT ?", (root, after, most)
    ).fetchall()
    return [_outcome(connection, row) for row in rows]


def of_paths(connection: sqlite3.Connection, root: str, paths: Iterable[str]) -> list[Outcome]:
    """The inputs of these paths below a folder (or "web"); those not in the ledger are left out."""
    found = []
    for path in paths:
        row = connection.execute(f"{_LINE} WHERE root = ? AND path = ?", (root, path)).fetchone()
        if row is not None:
            found.append(_outcome(connection, row))
    return found


def of_numbers(connection: sqlite3.Connection, numbers: Sequence[int]) -> list[Outcome]:
    """The inputs of these numbers, in the ledger's order; those that are gone are left out."""
    found = []
    for at in range(0, len(numbers), _AT_ONCE):
        some = numbers[at : at + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = connection.execute(f"{_LINE} WHERE id IN ({marks}) ORDER BY id", some).fetchall()
        found += [_outcome(connection, row) for row in rows]
    return found


def rejected(connection: sqlite3.Connection) -> list[Outcome]:
    """Every input that could not be used, in the order they were first seen."""
    rows = connection.execute(f"{_LINE} WHERE reason != '' ORDER BY id").fetchall()
    return [_outcome(connection, row) for row in rows]


def _outcome(connection: sqlite3.Connection, row: Any) -> Outcome:  # noqa: ANN401 - a row of SQLite
    number, root, path, release, reason = row
    if reason or release is None:
        return Outcome(number, root, path, "rejected", reason=reason)
    release_id, title, cluster = connection.execute(
        "SELECT release_id, title, cluster FROM releases WHERE id = ?", (release,)
    ).fetchone()
    first = connection.execute(
        "SELECT min(id) FROM inputs WHERE release = ?", (release,)
    ).fetchone()[0]
    if first < number:
        return Outcome(number, root, path, "copy", release_id, release_id, title)
    earlier = connection.execute(
        "SELECT release_id, title FROM releases WHERE cluster = ? AND id < ?"
        " ORDER BY canonical DESC, id DESC LIMIT 1",
        (cluster, release),
    ).fetchone()
    if earlier is not None:
        return Outcome(number, root, path, "version", release_id, earlier[0], earlier[1])
    return Outcome(number, root, path, "release", release_id, title=title)
