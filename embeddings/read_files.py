"""Finds the files under the given paths and opens them without being led astray or blocked."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from embeddings.read_decode import tidy
from embeddings.read_types import Failure, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_LIBRARY = "dateline.db"  # a folder that holds this is a library, and none of it is read


def find_files(paths: Sequence[str | Path]) -> Iterator[tuple[Path, str] | Failure]:
    """Each file under `paths` with its name, folders in sorted order; what is skipped as Failure.

    The name is relative to the given folder (with "/" on every system), or the file's own name.
    Hidden files and folders, links to folders and links that lead out are one failure each.
    """
    for given in paths:
        root = Path(given)
        name = clean_name(root.name or str(root))
        try:
            mode = root.stat().st_mode
        except (OSError, ValueError) as error:
            yield Failure(clean_name(str(given)), explain(error))
            continue
        if stat.S_ISDIR(mode):
            yield from _walk(root)
        else:
            yield root, name


def _walk(root: Path) -> Iterator[tuple[Path, str] | Failure]:
    real_root = root.resolve()
    waiting = [root]
    while waiting:
        path = waiting.pop()
        name = clean_name(path.relative_to(root).as_posix())
        if path != root and path.name.startswith("."):
            yield Failure(name, "Its name begins with a dot: hidden files are not read.")
            continue
        try:
            if path.is_symlink():
                target = path.resolve()
                if path.is_dir():
                    yield Failure(name, "It is a link to a folder; such links are not followed.")
                    continue
                if not target.is_relative_to(real_root):
                    yield Failure(name, "It is a link that leads out of the folder.")
                    continue
            if path.is_dir() and (path / _LIBRARY).is_file():
                continue  # a library among the files, perhaps the one that is being written
            if path == root or path.is_dir():
                waiting.extend(sorted(path.iterdir(), reverse=True))
                continue
        except (OSError, RuntimeError, ValueError) as error:
            yield Failure(name, explain(error))
            continue
        yield path, name


@contextmanager
def open_file(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Open a regular file for reading; gives the file and its size in bytes.

    Raises `UnreadableError` for anything but a regular file, and on leaving when the file has
    changed meanwhile. Never waits on a pipe or a device.
    """
    try:
        # O_NONBLOCK: opening a pipe with no writer would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        raise UnreadableError(explain(error)) from None
    with os.fdopen(descriptor, "rb", 1 << 16) as file:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise UnreadableError(f"It is {_kind_of(before.st_mode)}, not a regular file.")
        yield file, before.st_size
        after = os.fstat(descriptor)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise UnreadableError("It changed while it was read; add it again once it is complete.")


def read_at_most(file: BinaryIO, limit: int) -> bytes:
    """All of `file`; raises `UnreadableError` when that is more than `limit` bytes."""
    try:
        data = file.read(limit + 1)
    except OSError as error:
        raise UnreadableError(explain(error)) from None
    if len(data) > limit:
        raise UnreadableError(f"It is too large: at most {limit:,} bytes are read.")
    return data


def _kind_of(mode: int) -> str:
    """What a file that is not a regular one is, with its article."""
    kinds = {
        stat.S_IFIFO: "a named pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
        stat.S_IFDIR: "a folder",
    }
    return kinds.get(stat.S_IFMT(mode), "a special file")


def explain(error: Exception) -> str:
    """One sentence for an error of the operating system."""
    if isinstance(error, FileNotFoundError):
        return "There is no such file or folder."
    if isinstance(error, PermissionError):
        return "There is no permission to read it."
    if isinstance(error, OSError) and error.strerror:
        return f"It cannot be read: {error.strerror.lower()}."
    return (
        "It cannot be read: its name is not valid."
        if isinstance(error, ValueError)
        else ("It is a link that leads in a circle.")
    )


def clean_name(name: str) -> str:
    """A file name as text: bytes that are not UTF-8 and control characters become U+FFFD."""
    name = os.fsencode(name).decode("utf-8", "replace")
    return "".join("\ufffd" if tidy(char) != char or char in "\n\t" else char for char in name)
