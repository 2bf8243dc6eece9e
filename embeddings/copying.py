"""Backup and restore. A backup is a library folder of its own: it can be opened and asked."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from embeddings.connecting import translated
from embeddings.errors import LibraryDamaged, NotALibrary
from embeddings.store import DATABASE, Store, put_setting, sync_folder


def backup(store: Store, target: Path) -> Path:
    """Copy the database as it stands into a new folder, while others may read and write.

    The index is not copied; it is made anew when the copy is searched.

    Raises:
        NotALibrary: the target is not a new or empty folder.
        StorageFailed: the disk refused; nothing is left behind that looks like a backup.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise NotALibrary(f"{target} is there already; give a new or empty folder for the backup.")
    with translated(target):
        target.mkdir(parents=True, exist_ok=True)
        unfinished = target / f"{DATABASE}.part"
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(unfinished)) as copy:
            store.reader().backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        with open(unfinished, "rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(target / DATABASE)
        sync_folder(target)
    return target


def restore(source: Path, store: Store) -> None:
    """Replace all that a library holds by a backup, in one transaction.

    The library gets a new identity and a version above all it had, so that nothing made from its
    earlier state is taken for current. The caller holds the writer lock.

    Raises:
        LibraryDamaged: the backup cannot be read.
    """
    staged = store.folder / f"{DATABASE}.restore"
    with translated(store.folder):
        staged.unlink(missing_ok=True)
        try:
            with (
                closing(Store.open(source)) as backup_store,
                closing(sqlite3.connect(staged)) as copy,
            ):
                backup_store.reader().backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
                versions = [
                    int(
                        one.execute("SELECT value FROM settings WHERE key = 'version'").fetchone()[
                            0
                        ]
                    )
                    for one in (copy, store.reader())
                ]
                put_setting(copy, "version", max(versions) + 1)
                put_setting(copy, "library", secrets.token_hex(16))
                copy.commit()
                if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                    raise LibraryDamaged(f"The backup at {source} is damaged.")
                copy.backup(store.reader())
        finally:
            staged.unlink(missing_ok=True)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT value FROM settings WHERE key = 'version'").fetchone()[0])
