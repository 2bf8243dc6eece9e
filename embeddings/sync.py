"""Keeping a library in step with a folder: what was added, edited, renamed and deleted there.

A file that is gone takes its releases with it, unless another file holds them. A renamed file is
recognised by its content and embeds nothing.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from embeddings import ledger
from embeddings.errors import InputError, LibraryLocked
from embeddings.files import Found, absolute, digest_of, examine, find
from embeddings.ledger import Input
from embeddings.report import Report
from embeddings.store import Store
from embeddings.update import Updater

SYNC_SECONDS = 2.0  # how often a watched folder is looked at


@dataclass(frozen=True, slots=True)
class Plan:
    """What `sync` would do; paths of files below the folder. Nothing has been changed."""

    folder: str
    added: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()  # old path, new path
    gone: tuple[str, ...] = ()
    unchanged: int = 0
    problems: tuple[tuple[str, str], ...] = ()  # path, why it is not read

    def __str__(self) -> str:
        return (
            f"{self.folder}: {len(self.added)} files to add, {len(self.edited)} edited, "
            f"{len(self.renamed)} renamed, {len(self.gone)} gone, {self.unchanged} unchanged"
        )


def plan(store: Store, folder: Path) -> Plan:
    """Compare a folder with the ledger, by size and time or else by content.

    Raises:
        InputError: it is not a folder, or it is empty now while the library holds files of it.
    """
    found = _files(folder)
    with store.reading() as connection:
        lines = _gone(connection, folder, found)
        kinds = {item.file: examine(connection, item)[0] for item in found if item.path is not None}
    gone = {_below(folder, line): line.sha256 for line in lines}
    old_by_digest = {digest: file for file, digest in gone.items()}
    renamed = []
    for item in found:
        if item.path is not None and kinds[item.file] == "new" and old_by_digest:
            old = old_by_digest.pop(digest_of(item.path), None)
            if old is not None:
                renamed.append((old, item.file))
                kinds[item.file] = "same"
                del gone[old]
    return Plan(
        folder=str(folder),
        added=tuple(file for file, kind in kinds.items() if kind == "new"),
        edited=tuple(file for file, kind in kinds.items() if kind == "edited"),
        renamed=tuple(renamed),
        gone=tuple(gone),
        unchanged=sum(kind == "same" for kind in kinds.values()) - len(renamed),
        problems=tuple((item.file, item.problem) for item in found if item.path is None),
    )


def sync(store: Store, folder: Path, updater: Updater) -> Report:
    """Bring the library in step with a folder; see `plan` for what it raises.

    New and edited files are committed before anything is removed, so that a run that is killed
    has lost nothing and can be run again.
    """
    found = _files(folder)
    with store.reading() as connection:
        _gone(connection, folder, found)  # refuse an empty folder before anything is done
    updater.take(found)
    with store.reading() as connection:
        lines = _gone(connection, folder, found)
    if lines:
        with store.transaction() as connection:
            forget(connection, lines)
        _count(updater, lines)
    return updater.finish()


def forget(connection: sqlite3.Connection, lines: list[Input]) -> None:
    """Strike inputs out of the ledger, and have their files read again if they come back."""
    for line in lines:
        ledger.forget_input(connection, line.root, line.path)
        ledger.forget_file(connection, line.root, line.file)


def watch(
    folder: Path,
    run: Callable[[], Report],
    seconds: float = SYNC_SECONDS,
    rounds: int | None = None,
) -> Iterator[Report]:
    """Call `run` at first and whenever the folder has changed and come to rest.

    While another process writes to the library, the change waits. `rounds` limits how often the
    folder is looked at; without it the iterator never ends.
    """
    done: object = None
    before: object = None
    while rounds is None or rounds > 0:
        now = _look(folder)
        if done is None or (now != done and now == before):
            try:
                report = run()
            except LibraryLocked:
                pass
            else:
                done = now
                yield report
        before = now
        if rounds is not None:
            rounds -= 1
        time.sleep(seconds)


def _look(folder: Path) -> list[tuple[str, int, int]]:
    seen = []
    for item in find(folder):
        if item.path is not None:
            try:
                stat = item.path.stat()
            except OSError:
                continue
            seen.append((item.file, stat.st_size, stat.st_mtime_ns))
    return seen


def _files(folder: Path) -> list[Found]:
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; to take in one file use: dateline add")
    return list(find(folder))


def _gone(connection: sqlite3.Connection, folder: Path, found: list[Found]) -> list[Input]:
    """The inputs of this folder whose files are not among those found."""
    root = str(absolute(folder))
    lines = ledger.inputs_below(connection, root)
    if lines and not any(item.path is not None for item in found):
        raise InputError(
            f"{folder} is empty, but the library holds {len(lines)} inputs from it. If that is "
            f"right, run: dateline remove {folder}"
        )
    there = {item.file for item in found if item.path is not None}
    # What cannot be looked into may well be there still.
    closed = [item.file for item in found if item.path is None]
    return [
        line
        for line in lines
        if not (line.root == root and line.file in there)
        and not any(_is_below(_below(folder, line), place) for place in closed)
    ]


def _below(folder: Path, line: Input) -> str:
    """A line's file as a path below the folder; its root may lie deeper."""
    deeper = os.path.relpath(line.root, folder)
    return line.file if deeper == "." else f"{Path(deeper).as_posix()}/{line.file}"


def _is_below(file: str, place: str) -> bool:
    return file == place or file.startswith(place + "/")


def _count(updater: Updater, lines: list[Input]) -> None:
    """Tell the renamed from the gone: renamed content was taken in under another path just now."""
    moved = Counter(updater.known_again)
    for line in lines:
        if moved[line.sha256] > 0:
            moved[line.sha256] -= 1
            updater.report.renamed += 1
            updater.report.duplicates -= 1
        else:
            updater.report.gone += 1
