"""Files that readers send: into a private folder of the library, within limits, under safe names.

Each batch has a folder of its own below `uploads/` in the library's folder. It stays there once it
was added, so that a quotation can be looked up in the file it came from and a reject can be read
again. A batch that nobody adds is deleted.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import threading
import time
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from embeddings.errors import DatelineError
from web.quota import RequestError

if TYPE_CHECKING:
    from embeddings.library import Library
    from web.settings import Settings

FOLDER = "uploads"
_LONGEST_NAME = 120  # bytes
_LONGEST_SUFFIX = 10  # characters
_WAITING = 16  # batches that are not added yet
_ABANDONED = 3_600.0  # seconds
_SPARE = 256 << 20  # bytes of the disk that are left free
_UNSAFE = re.compile(r'[<>:"/\\|?*!#]')


def safe_name(given: str) -> str:
    """A file's own name without folders, fit for every file system and legible in a list.

    Never empty, never hidden, without characters that cannot be seen, at most 120 bytes long.
    """
    name = unicodedata.normalize("NFC", given.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c for c in name if unicodedata.category(c)[0] not in "CZ" or c == " ")
    name = _UNSAFE.sub("_", name).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > _LONGEST_SUFFIX or not suffix.isascii():
        stem, dot, suffix = name, "", ""
    room = _LONGEST_NAME - len((dot + suffix).encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").strip(" .") or "unnamed"
    if stem.casefold().startswith("dateline"):  # a library's own files are called so
        stem = f"file {stem}"
    return stem + dot + suffix


@dataclass(slots=True)
class Batch:
    """Files that arrived together and are added together."""

    folder: Path
    opened: float
    files: dict[str, Path] = field(default_factory=dict)  # by name in lower case, as they came
    size: int = 0
    closed: bool = False  # it is being added


class Batches:
    """The batches that are on their way. Safe to use from several threads."""

    def __init__(self, library: Library, settings: Settings) -> None:
        assert settings.library is not None
        self.place = Path(os.path.abspath(settings.library)) / FOLDER  # noqa: PTH100 - as the ledger
        self._settings = settings
        self._lock = threading.Lock()
        self._open: dict[str, Batch] = {}
        self._sweep(library)

    def open(self) -> str:
        """Begin a batch; its id. Raises RequestError when too many are waiting."""
        with self._lock:
            for name, batch in list(self._open.items()):
                if time.monotonic() - batch.opened > _ABANDONED:
                    del self._open[name]
                    shutil.rmtree(batch.folder, ignore_errors=True)
            if len(self._open) >= _WAITING:
                raise RequestError(503, "Too many others are sending files; try again later.")
            name = secrets.token_urlsafe(16)
            folder = self.place / f"{time.strftime('%Y-%m-%d')}-{secrets.token_hex(4)}"
            try:
                self.place.mkdir(mode=0o700, exist_ok=True)
                folder.mkdir(mode=0o700)
            except OSError:
                raise RequestError(503, "The library's folder cannot be written to.") from None
            self._open[name] = Batch(folder, time.monotonic())
            return name

    def find(self, name: object) -> Batch:
        """The batch of this id. Raises RequestError with status 404."""
        with self._lock:
            batch = self._open.get(name) if isinstance(name, str) else None
        if batch is None:
            raise RequestError(404, "These files are no longer here; choose them again.")
        return batch

    def create(self, batch: Batch, given: str, size: int) -> tuple[str, BinaryIO]:
        """A new file of a batch, open for writing, and its name there.

        `size` is what the reader says it has; `charge` counts what arrives.
        """
        if size > self._settings.max_file:
            raise self._too_large()
        if shutil.disk_usage(self.place).free < size + _SPARE:
            raise RequestError(507, "The server's disk is nearly full.")
        with self._lock:
            if batch.closed:
                raise RequestError(409, "These files are being added; choose others afterwards.")
            if len(batch.files) >= self._settings.max_files:
                raise RequestError(
                    413, f"At most {self._settings.max_files:,} files are added together."
                )
            wanted = safe_name(given)
            name, number = wanted, 1
            while name.casefold() in batch.files:
                number += 1
                stem, dot, suffix = wanted.rpartition(".")
                name = f"{stem} ({number}).{suffix}" if dot else f"{wanted} ({number})"
            path = batch.files[name.casefold()] = batch.folder / name
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        return name, os.fdopen(handle, "wb", 1 << 20)

    def charge(self, batch: Batch, arrived: int, size: int) -> None:
        """Count bytes that have arrived; `size` is the file's size so far, them included.

        Raises RequestError when the file or the batch is too large.
        """
        with self._lock:
            batch.size += arrived
            whole = batch.size
        if size > self._settings.max_file:
            raise self._too_large()
        if whole > self._settings.max_batch:
            most = self._settings.max_batch >> 20
            raise RequestError(413, f"Files added together have at most {most:,} MiB.")

    def drop(self, batch: Batch, name: str, size: int) -> None:
        """Forget a file that did not arrive whole."""
        (batch.folder / name).unlink(missing_ok=True)
        with self._lock:
            batch.files.pop(name.casefold(), None)
            batch.size -= size

    def discard(self, name: str) -> None:
        """Delete a batch that will not be added."""
        with self._lock:
            batch = self._open.pop(name, None)
        if batch is not None:
            shutil.rmtree(batch.folder, ignore_errors=True)

    def added(self, name: str) -> None:
        """The library has this batch: its files stay."""
        with self._lock:
            self._open.pop(name, None)

    def _too_large(self) -> RequestError:
        return RequestError(413, f"A file has at most {self._settings.max_file >> 20:,} MiB.")

    def _sweep(self, library: Library) -> None:
        """Delete what an earlier server left behind that never got into the library."""
        try:
            folders = list(self.place.iterdir()) if self.place.is_dir() else []
            for folder in folders:
                age = time.time() - folder.stat().st_mtime
                if age > _ABANDONED and not library.outcomes(str(folder)):
                    shutil.rmtree(folder, ignore_errors=True)
        except (OSError, DatelineError):
            return  # what cannot be looked into is left as it is
