"""The index in memory, kept in step with the database.

The first search maps the index file when it belongs to this library and model, and reads from the
database only what was committed since; without a usable file everything is read. Later searches
compare one number, and take in what changed. An index is never altered: a search that began before
a commit goes on in the index of its own snapshot.
"""

from __future__ import annotations

import sqlite3
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings import indexfile, vectors
from embeddings.errors import LibraryDamaged, StorageFailed
from embeddings.index import VectorIndex
from embeddings.indexfile import INDEX_FILE, Stamp
from embeddings.report import Progress
from embeddings.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embeddings.embed import Vectors

# Once this many passages, or this share of them, are not in the index file yet, it is written anew.
_UNSAVED_PASSAGES = 2_000
_UNSAVED_SHARE = 0.05
_STATES = 4  # how many indexes are kept for searches that are under way

_SEARCHED = (
    "SELECT passages.id FROM passages JOIN releases ON releases.id = passages.release"
    " WHERE releases.canonical ORDER BY 1"
)


class IndexKeeper:
    """Owns the in-memory indexes of one library. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._path = store.folder / INDEX_FILE
        self._guard = threading.Lock()
        self._states: list[tuple[Stamp, VectorIndex]] = []  # the newest last
        self._file: object = None  # which file was mapped last
        self._saved = -1  # passages in the index file; -1 while that is not known

    def search(
        self, vector: Vectors, k: int, allowed: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.int64], Vectors]:
        """Search the state that the calling thread's snapshot shows; see `VectorIndex.search`."""
        with self._store.reading() as connection:
            now = _stamp(connection)
            if now is None:
                return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
            with self._guard:
                index = self._at(connection, now)
            if index is not None:
                return index.search(vector, k, allowed)
            # This snapshot is older than every index in memory: choose from its own passages.
            if allowed is None:
                rows = connection.execute(_SEARCHED)
                allowed = np.fromiter((row[0] for row in rows), dtype=np.int64)
            return self._states[-1][1].search(vector, k, allowed, masked=True)

    def save(self, progress: Progress | None = None) -> None:
        """Write the index file as things stand; raises as `save_when_due` does."""
        self._saved = -1
        self.save_when_due(progress, 0, 0.0)

    def save_when_due(
        self,
        progress: Progress | None = None,
        passages: int = _UNSAVED_PASSAGES,
        share: float = _UNSAVED_SHARE,
    ) -> None:
        """Write the index file when it is missing or far enough behind.

        Raises:
            StorageFailed: the disk refused. The library is whole without the file.
        """
        with self._store.reading() as connection, self._guard:
            now = _stamp(connection)
            if now is None:
                return
            index = self._at(connection, now)
            assert index is not None  # a writer's snapshot is the newest there is
            behind = abs(len(index) - self._saved) + (self._saved < 0) * len(index)
            due = self._saved < 0 or behind > max(passages, share * len(index))
            if self._path.exists() and not due:
                return
            try:
                saved = indexfile.save(
                    index, self._path, now, partial(progress, "indexing") if progress else None
                )
            except OSError as error:
                raise StorageFailed(
                    f"The releases are stored, but the index file could not be written: "
                    f"{error.strerror or error}. It is made anew when the library is opened."
                ) from error
            self._states = [(now, saved)]
            self._saved, self._file = len(saved), _identity(self._path)

    def problems(self, path: Path) -> list[str]:
        """What is wrong with the index file, compared with the database."""
        if not path.exists():
            return []
        loaded = indexfile.load(path)
        if loaded is None:
            return [f"{path.name} is damaged; it is rebuilt when the library is next written to."]
        with self._store.reading() as connection:
            now = _stamp(connection)
            if now is None or loaded[1].library != now.library:
                return [f"{path.name} belongs to another library and is not used."]
            if not _leads_to(loaded[1], now):
                return []  # older than a change of model, or newer than this snapshot
            index = _catch_up(connection, *loaded, now)
            expected = [row[0] for row in connection.execute(_SEARCHED)]
        if index.ids.tolist() != expected:
            return [f"{path.name} does not hold the passages of the database."]
        return []

    # --- following the database; the guard is held -------------------------------------------

    def _at(self, connection: sqlite3.Connection, now: Stamp) -> VectorIndex | None:
        """The index of this snapshot, or None when only later ones are in memory."""
        for stamp, index in reversed(self._states):
            if stamp == now:
                return index
        earlier = [state for state in self._states if _leads_to(state[0], now)]
        if not earlier and any(_leads_to(now, stamp) for stamp, _ in self._states):
            return None
        if not earlier or self._file != _identity(self._path):
            earlier = self._with_file(earlier, now)
        stamp, index = (
            earlier[-1]
            if earlier
            else (
                Stamp(now.library, now.model, now.generation, -1),
                VectorIndex(_dimension(connection)),
            )
        )
        index = _catch_up(connection, index, stamp, now)
        self._states = [*self._states, (now, index)][-_STATES:]
        return index

    def _with_file(
        self, earlier: list[tuple[Stamp, VectorIndex]], now: Stamp
    ) -> list[tuple[Stamp, VectorIndex]]:
        """Map the index file if it is of use: nothing is in memory, or the tail has grown long."""
        if earlier and earlier[-1][1].tail <= _UNSAVED_PASSAGES:
            return earlier
        identity = _identity(self._path)
        loaded = indexfile.load(self._path)
        self._file = identity
        if loaded is None or not _leads_to(loaded[1], now):
            return earlier
        self._saved = len(loaded[0])
        return [*earlier, (loaded[1], loaded[0])]


def _catch_up(
    connection: sqlite3.Connection, index: VectorIndex, stamp: Stamp, now: Stamp
) -> VectorIndex:
    """Take in what was committed between `stamp` and `now`."""
    if stamp.version == now.version:
        return index
    rows = connection.execute("SELECT passage FROM removed WHERE version > ?", (stamp.version,))
    gone = np.fromiter((row[0] for row in rows), dtype=np.int64)
    if len(gone):
        index = index.without(gone)
    model = connection.execute("SELECT value FROM settings WHERE key = 'model'").fetchone()[0]
    chunks = vectors.index_rows(connection, model, index.dimension, after=index.last_id)
    return index.extended(chunks)


def _leads_to(earlier: Stamp, later: Stamp) -> bool:
    """Whether an index at `earlier` can be brought to `later`."""
    return (
        (earlier.library, earlier.model, earlier.generation)
        == (later.library, later.model, later.generation)
    ) and earlier.version <= later.version


def _stamp(connection: sqlite3.Connection) -> Stamp | None:
    """The state of the database, or None while nothing has been embedded.

    Raises:
        LibraryDamaged: the settings make no sense.
    """
    settings = dict(connection.execute("SELECT key, value FROM settings"))
    if "model" not in settings:
        return None
    try:
        fingerprint = connection.execute(
            "SELECT fingerprint FROM models WHERE id = ?", (settings["model"],)
        ).fetchone()[0]
        return Stamp(
            str(settings["library"]),
            str(fingerprint),
            int(settings["generation"]),
            int(settings["version"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LibraryDamaged("The library's settings are damaged. Run: dateline repair") from error


def _dimension(connection: sqlite3.Connection) -> int:
    row = connection.execute(
        "SELECT dimension FROM models WHERE id = (SELECT value FROM settings WHERE key = 'model')"
    ).fetchone()
    return int(row[0])


def _identity(path: Path) -> object:
    """Changes when another file takes this one's place."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
