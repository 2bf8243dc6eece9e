"""Opening SQLite connections to a library's database, and SQLite's errors in Dateline's words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embeddings.errors import DatelineError, LibraryDamaged, LibraryLocked, StorageFailed

# What reading a damaged database raises; the second when the message quotes damaged text.
DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError)
_BUSY_SECONDS = 30.0


def connect(database: Path) -> tuple[sqlite3.Connection, bool]:
    """A connection in autocommit mode that any thread may close, and whether it is frozen.

    A write-ahead log needs files beside the database even for reading. Where they cannot be made,
    because the folder is read-only or the disk full, and there is no log, the database cannot be
    changing: it is opened as immutable ("frozen"), so that what it holds still answers.
    """
    log = database.with_name(f"{database.name}-wal")
    still = not (log.exists() and log.stat().st_size)
    if writable(database):
        connection = sqlite3.connect(
            database, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError as error:
            connection.close()
            if not still or "locked" in str(error):
                raise
        except BaseException:
            connection.close()
            raise
        else:
            return connection, False
    connection = sqlite3.connect(
        f"{database.absolute().as_uri()}?mode=ro{'&immutable=1' if still else ''}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    return connection, still


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
    except UnicodeDecodeError as error:
        # Python's sqlite3 trips over an error message that quotes damaged text.
        raise _damaged(folder, "text that is not UTF-8") from error
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
