"""Opening SQLite connections to a library's database, and SQLite's errors in Dateline's words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embeddings.errors import DatelineError, LibraryDamaged, LibraryLocked, StorageFailed

_BUSY_SECONDS = 30.0


def connect(database: Path) -> sqlite3.Connection:
    """A connection in autocommit mode that any thread may close.

    A write-ahead log needs a file beside the database that readers write to. Where the folder is
    read-only and there is no log, the database cannot be changing and is opened as immutable.
    """
    if writable(database):
        connection = sqlite3.connect(
            database, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection
    log = database.with_name(f"{database.name}-wal")
    still = "" if log.exists() and log.stat().st_size else "&immutable=1"
    return sqlite3.connect(
        f"{database.absolute().as_uri()}?mode=ro{still}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )


def writable(database: Path) -> bool:
    """Whether this process may write to the database and beside it."""
    return os.access(database.parent, os.W_OK) and (
        not database.exists() or os.access(database, os.W_OK)
    )


def look(database: Path) -> object:
    """Changes when the database file does; for databases that were opened as immutable."""
    stat = database.stat()
    log = database.with_name(f"{database.name}-wal")
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, log.exists() and log.stat().st_size > 0


@contextmanager
def translated(folder: Path, *, system: bool = True) -> Iterator[None]:
    """Raise SQLite's errors, and the system's too if asked, as Dateline's own."""
    try:
        yield
    except DatelineError:
        raise
    except sqlite3.OperationalError as error:
        message = str(error)
        if "locked" in message:
            raise LibraryLocked(f"{folder} is busy; try again in a moment.") from error
        if any(sign in message for sign in ("malformed", "no such", "Could not decode")):
            raise _damaged(folder, message) from error
        raise StorageFailed(f"The library at {folder} cannot be used: {message}.") from error
    except (sqlite3.InterfaceError, sqlite3.ProgrammingError):
        raise  # a mistake in this program
    except sqlite3.DatabaseError as error:
        raise _damaged(folder, str(error)) from error
    except OSError as error:
        if not system:
            raise
        raise StorageFailed(
            f"The library at {folder} cannot be used: {error.strerror or error}."
        ) from error


def _damaged(folder: Path, message: str) -> LibraryDamaged:
    return LibraryDamaged(
        f"The library at {folder} is damaged ({message}). Run: dateline repair --library {folder}"
    )
