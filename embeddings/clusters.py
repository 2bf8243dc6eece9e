"""Versions of one release: which of them is searched, and what happens when one goes.

Releases that are versions of each other share a cluster. Exactly one of them, the canonical one,
is searched; the others are kept, shown as "also published as" and can be cited.
"""

from __future__ import annotations

import sqlite3

from embeddings import records


def cluster_of(connection: sqlite3.Connection, release_id: str) -> int | None:
    """The cluster of a stored release, or None when the release is not stored (any more)."""
    row = connection.execute(
        "SELECT cluster FROM releases WHERE release_id = ?", (release_id,)
    ).fetchone()
    return int(row[0]) if row else None


def settle(connection: sqlite3.Connection, cluster: int, newcomer: int | None = None) -> None:
    """Make the newest version of a cluster the one that is searched.

    The newest is the one with the latest date, and of equal dates the one stored last (the rule of
    `deduplicate.canonical`). `newcomer` is the rowid of a release that was
    inserted in this very transaction.
    """
    rows = connection.execute(
        "SELECT id, canonical FROM releases WHERE cluster = ?"
        " ORDER BY date IS NULL, date DESC, id DESC",
        (cluster,),
    ).fetchall()
    if not rows or rows[0][1]:
        return
    for rowid, canonical in rows:
        if canonical:
            records.hide(connection, rowid)
    newest = rows[0][0]
    records.show(connection, newest, renumber=newest != newcomer)


def retire(connection: sqlite3.Connection, rowid: int) -> int:
    """Delete a release that no input holds any more; returns how many releases went (0 or 1)."""
    held = connection.execute("SELECT 1 FROM inputs WHERE release = ? LIMIT 1", (rowid,))
    if held.fetchone():
        return 0
    row = connection.execute(
        "SELECT cluster, canonical FROM releases WHERE id = ?", (rowid,)
    ).fetchone()
    if row[1]:
        records.hide(connection, rowid)
    connection.execute("DELETE FROM passages WHERE release = ?", (rowid,))
    connection.execute("DELETE FROM releases WHERE id = ?", (rowid,))
    settle(connection, row[0])
    return 1


def versions(connection: sqlite3.Connection, release_id: str) -> list[str]:
    """The ids of all versions of a release, itself included, the canonical one first."""
    return [
        str(row[0])
        for row in connection.execute(
            "SELECT release_id FROM releases WHERE cluster ="
            " (SELECT cluster FROM releases WHERE release_id = ?)"
            " ORDER BY canonical DESC, date IS NULL, date DESC, id",
            (release_id,),
        )
    ]
