"""Giving back the space of what is gone: old vectors, marks of removed passages, free pages."""

from __future__ import annotations

from dataclasses import dataclass

from embeddings.reembed import drop_other_models
from embeddings.report import Progress
from embeddings.store import DATABASE, Store


@dataclass(frozen=True, slots=True)
class Compacted:
    """Vectors that nothing needed, and the database's size in bytes before and after."""

    vectors: int
    before: int
    after: int

    def __str__(self) -> str:
        return (
            f"{self.vectors} vectors dropped; the database has {self.after / 1e6:.1f} MB "
            f"instead of {self.before / 1e6:.1f} MB"
        )


def compact(store: Store, progress: Progress | None = None) -> Compacted:
    """Drop what nothing refers to and rewrite the database without its gaps.

    Each step is a transaction of its own; readers go on. The caller holds the writer lock.
    """
    tell: Progress = progress or (lambda stage, done, total: None)
    before = _size(store)
    tell("compacting", 0, 4)
    dropped = drop_other_models(store, progress)
    with store.transaction() as connection:
        dropped += connection.execute(
            "DELETE FROM vectors WHERE key NOT IN"
            " (SELECT key FROM passages UNION SELECT title_key FROM releases)"
        ).rowcount
        connection.execute("DELETE FROM removed")
        # Indexes made before cannot be caught up without the marks of what was removed.
        connection.execute("UPDATE settings SET value = value + 1 WHERE key = 'generation'")
    tell("compacting", 1, 4)
    with store.transaction(silent=True) as connection:
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    tell("compacting", 2, 4)
    store.vacuum()
    tell("compacting", 3, 4)
    store.checkpoint()
    tell("compacting", 4, 4)
    return Compacted(dropped, before, _size(store))


def _size(store: Store) -> int:
    database = store.folder / DATABASE
    files = (database, database.with_name(f"{DATABASE}-wal"))
    return sum(path.stat().st_size for path in files if path.exists())
