"""Versions of one release: which of them is searched, and what happens when one goes.

Releases that are versions of each other share a cluster. Exactly one of them, the canonical one,
is searched; the others are kept, shown as "also published as" and can be cited.
"""

from __future__ import annotations

import sqlite3

from embeddings import ledger, records


def cluster_of(connection: sqlite3.Connection, release_id: str | None) -> int | None:
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


def retire(connection: sqlite3.Connection) -> int:
    """Delete the releases that inputs let go of and no input holds; returns how many went.

    One that another input still holds is kept, under the path of that input.
    """
    gone = 0
    for (rowid,) in connection.execute("SELECT release FROM retiring").fetchall():
        row = connection.execute(
            "SELECT cluster, canonical, path FROM releases WHERE id = ?", (rowid,)
        ).fetchone()
        if row is None:
            continue
        held = [item.path for item in ledger.holders(connection, rowid)]
        if held:
            if row[2] not in held:
                records.set_path(connection, rowid, held[0])
            continue
        if row[1]:
            records.hide(connection, rowid)
        connection.execute("DELETE FROM passages WHERE release = ?", (rowid,))
        connection.execute("DELETE FROM releases WHERE id = ?", (rowid,))
        settle(connection, row[0])
        gone += 1
    connection.execute("DELETE FROM retiring")
    return gone


def versions(connection: sqlite3.Connection, release_id: str) -> list[str]:
    """The ids of all versions of a release, itself included, the canonical one first."""
    return [
        str(row[0])
        for row in connection.execute(
            "SELECT release_id FROM releases WHERE cluster ="
            " (SELECT cluster FROM releases WHERE release_id = ?)"
            " ORDER BY canonical DESC, date IS NULL, date DESC, id DESC",
            (release_id,),
        )
    ]


def several(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    """The ids of each cluster with more than one release, the canonical one first."""
    found: dict[int, list[str]] = {}
    for cluster, release_id in connection.execute(
        "SELECT cluster, release_id FROM releases WHERE cluster IN"
        " (SELECT cluster FROM releases GROUP BY cluster HAVING count(*) > 1)"
        " ORDER BY cluster, canonical DESC, date IS NULL, date DESC, id"
    ):
        found.setdefault(cluster, []).append(release_id)
    return [tuple(ids) for ids in found.values()]


def copied(connection: sqlite3.Connection) -> list[str]:
    """The ids of the releases that more than one input holds."""
    return [
        str(row[0])
        for row in connection.execute(
            "SELECT release_id FROM releases JOIN inputs ON inputs.release = releases.id"
            " GROUP BY releases.id HAVING count(*) > 1 ORDER BY releases.id"
        )
    ]
