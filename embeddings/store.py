"""The library's SQLite database: opening, transactions and settings.

Readers use one connection a thread and are never blocked (write-ahead log). There is one writer:
it holds a lock file for as long as it works, and a second one is told so at once. Every SQLite
error leaves this module as one of Dateline's own (`embeddings.connecting`).
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import sqlite3
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import gethostname

import filelock

from embeddings import schema
from embeddings.connecting import connect, look, translated, writable
from embeddings.errors import LibraryLocked, LibraryNotFound, LibraryTooNew, NotALibrary

DATABASE = "dateline.db"
_LOCK = "dateline.lock"
_HOLDER = "dateline.writer"  # who holds the lock: another opener may empty the lock file itself


class Store:
    """The database in a library folder. `Store.open` makes or opens one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._local = threading.local()
        self._connections: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._guard = threading.Lock()
        self._lock = filelock.FileLock(str(folder / _LOCK), timeout=0, thread_local=False)
        self._writer = threading.Lock()  # the file lock alone would let a second thread in

    @classmethod
    def open(cls, folder: Path, *, create: bool = False) -> Store:
        """Open the library in `folder`, making an empty one there when `create` is set.

        Raises:
            LibraryNotFound: there is none and `create` is not set.
            NotALibrary: the folder holds other things, or is a file.
            LibraryTooNew: a later Dateline wrote it.
            LibraryDamaged: the database cannot be read.
            StorageFailed: the disk refused.
        """
        database = folder / DATABASE
        if folder.exists() and not folder.is_dir():
            raise NotALibrary(f"{folder} is a file, not a library folder.")
        if not database.exists():
            _may_create(folder, create)
            with translated(folder):
                folder.mkdir(parents=True, exist_ok=True)
        store = cls(folder)
        try:
            store._prepare(fresh=not database.exists())
        except BaseException:
            store.close()
            raise
        return store

    def _prepare(self, fresh: bool) -> None:
        with translated(self.folder):
            fresh = fresh or _check_header(self.folder / DATABASE)
        if not fresh:
            with translated(self.folder):
                version = schema.schema_version(self.reader())
            if version > len(schema.MIGRATIONS):
                raise LibraryTooNew(
                    f"{self.folder} was written by a later version of Dateline. "
                    "Run: pip install --upgrade dateline-archive"
                )
            if version == len(schema.MIGRATIONS) or not writable(self.folder / DATABASE):
                return
        with self.writing(), translated(self.folder):
            if fresh:
                _mark(self.folder / DATABASE)
            connection = self.reader()
            schema.migrate(connection)
            connection.executemany(
                "INSERT OR IGNORE INTO settings VALUES (?, ?)",
                [("library", secrets.token_hex(16)), ("version", 0), ("generation", 0)],
            )

    def reader(self) -> sqlite3.Connection:
        """This thread's connection, in autocommit mode."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with translated(self.folder):
                connection, frozen = connect(self.folder / DATABASE)
                self._local.seen = look(self.folder / DATABASE) if frozen else None
            self._local.connection = connection
            with self._guard:
                # Threads come and go; what they leave behind is closed here.
                for thread, left in self._connections:
                    if not thread.is_alive():
                        left.close()
                self._connections = [
                    *((one, its) for one, its in self._connections if one.is_alive()),
                    (threading.current_thread(), connection),
                ]
        return connection

    def _thaw(self, *, always: bool = False) -> None:
        """Open a frozen database again when somebody has changed it, or it is to be written to."""
        seen = getattr(self._local, "seen", None)
        if seen is not None and (always or seen != look(self.folder / DATABASE)):
            self.reader().close()
            self._local.connection = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent snapshot for as long as the block runs. May be nested."""
        connection = self.reader()
        if connection.in_transaction:
            with translated(self.folder, system=False):
                yield connection
            return
        with translated(self.folder, system=False):
            self._thaw()
            connection = self.reader()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the library's writer lock.

        Raises:
            LibraryLocked: another process, or another part of this one, holds it.
        """
        if not self._writer.acquire(blocking=False):
            raise self._locked()
        try:
            with translated(self.folder):
                try:
                    self._lock.acquire()
                except filelock.Timeout:
                    raise self._locked() from None
            try:
                with contextlib.suppress(OSError):  # a courtesy; the lock is what counts
                    (self.folder / _HOLDER).write_text(f"process {os.getpid()} on {gethostname()}")
                yield
            finally:
                self._lock.release()
        finally:
            self._writer.release()

    def _locked(self) -> LibraryLocked:
        holder = "another process"
        with contextlib.suppress(OSError, UnicodeDecodeError):
            holder = (self.folder / _HOLDER).read_text()[:200] or holder
        return LibraryLocked(
            f"{self.folder} is being written to by {holder}; try again when it is done."
        )

    @contextmanager
    def transaction(self, *, silent: bool = False) -> Iterator[sqlite3.Connection]:
        """One all-or-nothing change. The data's version goes up by one when it commits.

        A `silent` one changes nothing that a search could see, and leaves the version as it is.
        """
        connection = self.reader()
        if connection.in_transaction:
            raise LibraryLocked(
                "This thread is reading the library; leave the reading() block before writing."
            )
        with translated(self.folder, system=False):
            self._thaw(always=True)
            connection = self.reader()
            connection.execute("BEGIN IMMEDIATE")
            try:
                if not silent:
                    connection.execute(
                        "UPDATE settings SET value = value + 1 WHERE key = 'version'"
                    )
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def vacuum(self) -> None:
        """Rewrite the database without gaps."""
        with translated(self.folder):
            self.reader().execute("VACUUM")

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database, as far as readers allow."""
        with translated(self.folder):
            self.reader().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def setting(self, key: str, default: object = None) -> object:
        """The stored value of one setting."""
        with translated(self.folder):
            row = (
                self.reader().execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
            )
        return default if row is None else row[0]

    def close(self) -> None:
        """Close every thread's connection. Safe to call twice."""
        with self._guard:
            for _, connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()


def put_setting(connection: sqlite3.Connection, key: str, value: object) -> None:
    """Write one setting inside a transaction."""
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))


def sync_folder(folder: Path) -> None:
    """Make a rename durable; some systems cannot open folders, and then it is best effort."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def fold(text: str) -> str:
    """Text for comparing names: case, accents and runs of space do not count."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _may_create(folder: Path, create: bool) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise NotALibrary(
            f"{folder} holds other files and no library; give a library's folder, or for a new one "
            "a folder that is empty or not there yet."
        )
    if not create:
        where = shlex.quote(str(folder))
        raise LibraryNotFound(
            f"There is no library at {folder}. Make one with: dateline add FILES --library {where}"
        )


def _check_header(database: Path) -> bool:
    """Look at a database without opening it, for opening may change it; is it still empty?

    A crash while a library is made can leave an empty file.
    """
    with open(database, "rb") as file:
        header = file.read(72)
    if not header:
        return True
    if header[:16] != b"SQLite format 3\0" or header[68:] != schema.APPLICATION_ID.to_bytes(4):
        raise NotALibrary(f"{database} is not a Dateline library.")
    return False


def _mark(database: Path) -> None:
    """Make the file and mark it as Dateline's, before anything is in the write-ahead log."""
    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    finally:
        connection.close()
