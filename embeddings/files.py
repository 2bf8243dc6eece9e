"""Files under the paths that are given, and whether the ledger has them as they are.

A file of the same size and time is taken for unchanged without being read. When the time is so
recent that a second write could have left it the same, the content decides.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from embeddings import ledger
from embeddings.ledger import FileState
from embeddings.read import Failure
from embeddings.read_files import find_files

Change = Literal["new", "edited", "same"]

# File systems keep times as coarse as two seconds (FAT); younger files are judged by content.
_SETTLED_NANOSECONDS = 2_500_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A file, or something that is none: then `path` is None and `problem` says why."""

    root: str  # the folder that was given, or the folder of the file that was given; absolute
    file: str  # the path below it, with "/"
    path: Path | None
    problem: str = ""


def absolute(given: str | Path) -> Path:
    """The path from the root, without "..", and without following links."""
    return Path(os.path.abspath(given))  # noqa: PTH100 - resolve() would follow links


def find(given: str | Path) -> Iterator[Found]:
    """Every file of a folder, sorted; or the one file given."""
    place = absolute(given)
    root = str(place if place.is_dir() else place.parent)
    for item in find_files([place]):
        if isinstance(item, Failure):
            yield Found(root, item.path, None, item.reason)
        else:
            yield Found(root, item[1], item[0])


def examine(connection: sqlite3.Connection, item: Found) -> tuple[Change, FileState | None]:
    """Is this file new, edited or the same as the ledger has it?

    Returns:
        The change, and the state to remember once the file has been taken in; None when there is
        nothing to remember, or the file is too young to be judged by its time later on.
    """
    assert item.path is not None
    known = ledger.find_file(connection, item.root, item.file)
    lines = ledger.inputs_of(connection, item.root, item.file)
    try:
        stat = item.path.stat()
        if known and (known.size, known.modified) == (stat.st_size, stat.st_mtime_ns):
            return "same", None
        digest = digest_of(item.path)
    except OSError:
        return ("edited" if lines else "new"), None  # the reader says what is wrong with it
    state = FileState(item.root, item.file, stat.st_size, stat.st_mtime_ns, digest)
    settled = time.time_ns() - stat.st_mtime_ns > _SETTLED_NANOSECONDS
    kept = state if settled else None
    if not lines:
        return "new", kept
    plain = [(line.path, line.sha256) for line in lines] == [(item.file, digest)]
    if (plain or (known and known.sha256 == digest)) and not any(line.reason for line in lines):
        return "same", kept
    return "edited", kept


def digest_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
