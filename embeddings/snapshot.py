"""The index in memory, kept in step with the database.

The first search loads the index file when it belongs to this library and model, and reads from the
database only what was committed since; without a usable file everything is read. Later searches
compare one number, and take in what changed.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings import vectors
from embeddings.errors import StorageFailed
from embeddings.index import INDEX_FILE, Stamp, VectorIndex
from embeddings.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embeddings.embed import Vectors


# Once this many passages, or this share of them, are not in the index file yet, it is written anew.
_UNSAVED_PASSAGES = 2_000
_UNSAVED_SHARE = 0.05


class IndexKeeper:
    """Owns the in-memory index of one library. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._index: VectorIndex | None = None
        self._stamp: Stamp | None = None
        self._saved = 0  # passages in the index file as far as we know

    def search(
        self, vector: Vectors, k: int, allowed: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.int64], Vectors]:
        """Search the state that the calling thread's snapshot shows; see `VectorIndex.search`."""
        with self._store.reading() as connection, self._guard:
            self._follow(connection)
            if self._index is None:
                return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
            return self._index.search(vector, k, allowed)

    def save(self) -> None:
        """Write the index file as things stand; raises as `save_when_due` does."""
        self._saved = -1
        self.save_when_due(0, 0.0)

    def save_when_due(
        self, passages: int = _UNSAVED_PASSAGES, share: float = _UNSAVED_SHARE
    ) -> None:
        """Write the index file when it is missing or far enough behind.

        Raises:
            StorageFailed: the disk refused. The library is whole without the file.
        """
        with self._store.reading() as connection, self._guard:
            self._follow(connection)
            if self._index is None or self._stamp is None:
                return
            path = self._store.folder / INDEX_FILE
            behind = abs(len(self._index) - self._saved)
            if path.exists() and behind <= max(passages, share * len(self._index)):
                return
            try:
                self._index.save(path, self._stamp)
            except OSError as error:
                raise StorageFailed(
                    f"The releases are stored, but the index file could not be written: "
                    f"{error.strerror or error}. It is made anew when the library is opened."
                ) from error
            self._saved = len(self._index)

    def problems(self, path: Path) -> list[str]:
        """What is wrong with the index file, compared with the database."""
        if not path.exists():
            return []
        loaded = VectorIndex.load(path)
        if loaded is None:
            return [f"{path.name} is damaged; it is rebuilt when the library is next searched."]
        with self._store.reading() as connection:
            now = _stamp(connection)
            if now is None or loaded[1].library != now.library:
                return [f"{path.name} belongs to another library and is not used."]
            if (loaded[1].model, loaded[1].generation) != (now.model, now.generation):
                return []  # older than a change of model: rebuilt at the next search
            index, _ = _catch_up(connection, *loaded, now)
            expected = [
                row[0]
                for row in connection.execute(
                    "SELECT passages.id FROM passages JOIN releases ON"
                    " releases.id = passages.release WHERE releases.canonical ORDER BY 1"
                )
            ]
        if index.ids.tolist() != expected:
            return [f"{path.name} does not hold the passages of the database."]
        return []

    def _follow(self, connection: sqlite3.Connection) -> None:
        """Bring the index to the state this snapshot shows; an index ahead of it is kept."""
        now = _stamp(connection)
        if now is None:
            self._index = self._stamp = None
            return
        if self._index is None:
            loaded = VectorIndex.load(self._store.folder / INDEX_FILE)
            if loaded is not None:
                self._index, self._stamp = loaded
                self._saved = len(self._index)
        if (
            self._index is None
            or self._stamp is None
            or (self._stamp.library, self._stamp.model) != (now.library, now.model)
            or self._stamp.generation != now.generation
        ):
            self._index = VectorIndex(_dimension(connection))
            self._stamp = Stamp(now.library, now.model, now.generation, 0)
        if self._stamp.version < now.version:
            self._index, self._stamp = _catch_up(connection, self._index, self._stamp, now)


def _catch_up(
    connection: sqlite3.Connection, index: VectorIndex, stamp: Stamp, now: Stamp
) -> tuple[VectorIndex, Stamp]:
    """Take in what was committed between `stamp` and `now`."""
    gone = connection.execute("SELECT passage FROM removed WHERE version > ?", (stamp.version,))
    index.remove(np.fromiter((row[0] for row in gone), dtype=np.int64))
    model = connection.execute("SELECT value FROM settings WHERE key = 'model'").fetchone()[0]
    for ids, rows in vectors.index_rows(connection, model, index.dimension, after=index.last_id):
        index.add(ids, rows)
    return index, now


def _stamp(connection: sqlite3.Connection) -> Stamp | None:
    """The state of the database, or None while nothing has been embedded."""
    settings = dict(connection.execute("SELECT key, value FROM settings"))
    if "model" not in settings:
        return None
    fingerprint = connection.execute(
        "SELECT fingerprint FROM models WHERE id = ?", (settings["model"],)
    ).fetchone()[0]
    return Stamp(
        str(settings["library"]),
        str(fingerprint),
        int(settings["generation"]),
        int(settings["version"]),
    )


def _dimension(connection: sqlite3.Connection) -> int:
    row = connection.execute(
        "SELECT dimension FROM models WHERE id = (SELECT value FROM settings WHERE key = 'model')"
    ).fetchone()
    return int(row[0])
