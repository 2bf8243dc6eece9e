"""Mending a library: what is derived is rebuilt, what is lost is named.

Derived from the releases: passages, labels, words, signatures, vectors, which version is searched,
and the index file. Not derived: the releases themselves and the ledger. A release that is not what
its hash says is taken out, and its inputs become rejects with the reason, so that adding the same
files again brings it back.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

from embeddings import checking, clusters, embedding, ledger, minhash, records
from embeddings.chunk import chunk
from embeddings.connecting import translated
from embeddings.embed import Encoder
from embeddings.feedback import drop_damaged
from embeddings.indexfile import INDEX_FILE
from embeddings.reembed import reembed
from embeddings.report import Progress
from embeddings.salvage import salvage
from embeddings.store import Store, put_setting

_REASON = "Its release was damaged in storage; add the file again."


@dataclass(slots=True)
class Repaired:
    """What a repair found, one sentence each; both lists empty means nothing was wrong."""

    lost: list[str] = field(default_factory=list)
    rebuilt: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [*self.lost, *self.rebuilt]
        return "\n".join(lines) if lines else "Nothing was wrong."


def repair(
    store: Store, encoder: Callable[[], Encoder], progress: Progress | None = None
) -> Repaired:
    """Bring a library back to where `verify` finds nothing. The caller holds the writer lock.

    Raises:
        LibraryDamaged: the database cannot be read at all.
    """
    store.close()
    done = Repaired(lost=salvage(store.folder))
    # Text that is not UTF-8 any more must not stop a repair: its checksum shows what it is.
    store.reader().text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        _rebuild(store, done)
    finally:
        store.reader().text_factory = str
    with store.reading() as connection:
        model = embedding.current_model(connection)
        needed = connection.execute("SELECT count(*) FROM passages").fetchone()[0]
    if model is not None or needed:
        made = reembed(store, encoder(), progress).embedded
        if made:
            done.rebuilt.append(f"{made} vectors were made again.")
    with translated(store.folder):
        (store.folder / INDEX_FILE).unlink(missing_ok=True)
    return done


def _rebuild(store: Store, done: Repaired) -> None:
    """Everything that needs no model, in one transaction."""
    with store.transaction() as connection:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        _mend_settings(connection)
        done.lost += _take_out_altered(connection)
        _mend_ledger(connection, done)
        _mend_passages(connection, done)
        _mend_vectors(connection, done)
        _mend_clusters(connection, done)
        _mend_labels(connection)
        _mend_words(connection)
        dropped = drop_damaged(connection)
        if dropped:
            done.lost.append(f"{dropped} opinions of readers could not be read.")
        connection.execute("UPDATE settings SET value = value + 1 WHERE key = 'generation'")


def _mend_settings(connection: sqlite3.Connection) -> None:
    settings = dict(connection.execute("SELECT key, value FROM settings"))
    for key in ("version", "generation"):
        if not isinstance(settings.get(key), int):
            put_setting(connection, key, 0)
    # A new identity: whatever was made from the damaged state is not taken for current.
    put_setting(connection, "library", secrets.token_hex(16))
    models = [row[0] for row in connection.execute("SELECT id FROM models")]
    if settings.get("model") not in models:
        connection.execute("DELETE FROM settings WHERE key = 'model'")
        if len(models) == 1:
            put_setting(connection, "model", models[0])


def _take_out_altered(connection: sqlite3.Connection) -> list[str]:
    lost = []
    for rowid, problem in list(checking.altered_releases(connection)):
        paths = [line.path for line in ledger.holders(connection, rowid)]
        lost.append(f"{problem} It came from {', '.join(paths) or 'a file that is not known'}.")
        connection.execute(
            "UPDATE inputs SET release = NULL, reason = ? WHERE release = ?", (_REASON, rowid)
        )
        for line in paths:
            connection.execute(
                "DELETE FROM files WHERE (root, file) IN"
                " (SELECT root, file FROM inputs WHERE path = ?)",
                (line,),
            )
        connection.execute("DELETE FROM passages WHERE release = ?", (rowid,))
        connection.execute("DELETE FROM labels WHERE release = ?", (rowid,))
        connection.execute("DELETE FROM releases WHERE id = ?", (rowid,))
    return lost


def _mend_ledger(connection: sqlite3.Connection, done: Repaired) -> None:
    orphans = connection.execute(
        "SELECT path FROM inputs WHERE reason = '' AND"
        " (release IS NULL OR release NOT IN (SELECT id FROM releases))"
    ).fetchall()
    done.lost += [f"The release from {row[0]} is lost." for row in orphans]
    connection.execute(
        "UPDATE inputs SET reason = CASE reason WHEN '' THEN ? ELSE reason END, release = NULL"
        " WHERE release IS NULL OR release NOT IN (SELECT id FROM releases)",
        (_REASON,),
    )
    connection.execute(
        "DELETE FROM files WHERE (root, file) IN (SELECT root, file FROM inputs WHERE reason != '')"
    )
    found = connection.execute(
        "SELECT id, release_id, path FROM releases WHERE id NOT IN"
        " (SELECT release FROM inputs WHERE release IS NOT NULL)"
    ).fetchall()
    for rowid, release_id, path in found:
        line = ledger.Input("", path or release_id, path or release_id, "", rowid, "")
        ledger.put_input(connection, line)
        done.rebuilt.append(f"{path or release_id} is in the ledger again.")


def _mend_passages(connection: sqlite3.Connection, done: Repaired) -> None:
    """Cut releases into passages again where the stored ones do not fit."""
    connection.execute(
        "DELETE FROM passages WHERE id < 1 OR release NOT IN (SELECT id FROM releases)"
    )
    again = 0
    for (rowid,) in connection.execute("SELECT id FROM releases").fetchall():
        release = records.release_by_rowid(connection, rowid)
        connection.execute(
            "UPDATE releases SET signature = ?, title_key = ?, title_form = ?, source = ?"
            " WHERE id = ?",
            (
                minhash.signature(release.text),
                records.text_key(release.title),
                records.title_form_key(release.title),
                release.source,
                rowid,
            ),
        )
        rows = connection.execute(
            "SELECT start, end, key FROM passages WHERE release = ? AND id > 0 ORDER BY id",
            (rowid,),
        ).fetchall()
        cut = chunk(release)
        if rows != [(p.start, p.end, records.text_key(p.text)) for p in cut]:
            connection.execute("DELETE FROM passages WHERE release = ?", (rowid,))
            records.insert_passages(connection, rowid, cut)
            again += 1
    if again:
        done.rebuilt.append(f"{again} releases were cut into passages again.")


def _mend_vectors(connection: sqlite3.Connection, done: Repaired) -> None:
    bad = list(checking.altered_vectors(connection))
    connection.executemany("DELETE FROM vectors WHERE id = ?", [(rowid,) for rowid in bad])
    connection.execute("DELETE FROM vectors WHERE model NOT IN (SELECT id FROM models)")
    if bad:
        done.rebuilt.append(f"{len(bad)} damaged vectors were dropped.")


def _mend_clusters(connection: sqlite3.Connection, done: Repaired) -> None:
    """Exactly one version of each release is searched."""
    wrong = connection.execute(
        "SELECT cluster FROM releases GROUP BY cluster HAVING sum(canonical) != 1"
    ).fetchall()
    for (cluster,) in wrong:
        connection.execute("UPDATE releases SET canonical = 0 WHERE cluster = ?", (cluster,))
        clusters.settle(connection, cluster)
    if wrong:
        done.rebuilt.append(f"{len(wrong)} releases have a searched version again.")
    connection.execute(
        "DELETE FROM removed WHERE passage IN (SELECT passages.id FROM passages JOIN releases"
        " ON releases.id = release WHERE canonical)"
    )


def _mend_labels(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM labels")
    for (rowid,) in connection.execute("SELECT id FROM releases").fetchall():
        records.put_labels(connection, rowid, records.release_by_rowid(connection, rowid))


def _mend_words(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    for (rowid,) in connection.execute("SELECT id FROM releases WHERE canonical").fetchall():
        records.index_words(connection, rowid)
