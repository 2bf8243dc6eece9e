"""The work folder of a build on Ray: what is to be done, and what has been.

    job.json          what is built: columns, lines known to recur, the model
    00007.todo        the files of shard 7
    00007.taken       what they gave: documents, and the releases in them
    00007.vectors     vectors of their texts
    judged            which releases are versions of which

A file appears under its name when it is whole (written beside, synced, renamed), so that what is
there is done. The folder's name is a hash of the files to be read, their sizes and times, and of
the model: a run over anything else has another folder. It has to be at one path on all machines.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings import plain
from embeddings.files import Found
from embeddings.read import Failure
from embeddings.types import Document, Release

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embeddings.embed import Vectors

_FORMAT = 1  # goes up when what a shard holds, or how it is worked out, changes
SHARD_FILES = 64
SHARD_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Taken:
    """One input of a shard.

    `release` is what the document gives when the lines at `known` are those that recur; None where
    it gives none.
    """

    file: int  # which of the shard's files
    read: Document | Failure
    known: tuple[int, ...] = ()
    release: Release | None = None


class Work:
    """The work folder of one build."""

    def __init__(self, folder: str | Path) -> None:
        """Open the folder, which is made by `begin`."""
        self.folder = Path(folder)
        self._states: dict[tuple[str, str], tuple[int, int]] = {}

    @classmethod
    def begin(
        cls, parent: Path, found: Sequence[Found], job: Mapping[str, Any], model: str
    ) -> tuple[Work, int]:
        """The folder for these files, and how many shards there are; what is there is kept."""
        digest = hashlib.sha256(json.dumps([_FORMAT, job["columns"], model]).encode())
        states = {(item.root, item.file): _state(item) for item in found}
        for item in found:
            row = [item.root, item.file, item.problem, *states[item.root, item.file]]
            digest.update(json.dumps(row).encode())
        work = cls(parent / digest.hexdigest()[:32])
        work._states = states
        work.folder.mkdir(parents=True, exist_ok=True)
        shards = list(_grouped(found))
        if not (work.folder / "job.json").exists():
            for number, items in enumerate(shards):
                rows = [[item.root, item.file, str(item.path), item.problem] for item in items]
                work._write(f"{number:05}.todo", json.dumps(rows).encode())
            work._write("job.json", json.dumps(dict(job)).encode())
        return work, len(shards)

    def job(self) -> dict[str, Any]:
        """What `begin` was given first."""
        found: dict[str, Any] = json.loads((self.folder / "job.json").read_bytes())
        return found

    def files(self, number: int) -> list[Found]:
        """The files of a shard."""
        rows = json.loads((self.folder / f"{number:05}.todo").read_bytes())
        return [Found(root, file, Path(path), problem) for root, file, path, problem in rows]

    def changed(self, item: Found) -> bool:
        """Whether a file is no longer what it was when the work began."""
        return _state(item) != self._states.get((item.root, item.file))

    def has(self, name: str) -> bool:
        """Whether this part has been done."""
        return (self.folder / name).exists()

    def put_taken(self, number: int, taken: Iterable[Taken]) -> None:
        """Store what a shard's files gave."""
        rows = [
            {
                "file": one.file,
                "document": plain.plain_document(one.read)
                if isinstance(one.read, Document)
                else None,
                "failure": None
                if isinstance(one.read, Document)
                else [one.read.path, one.read.reason, one.read.sha256],
                "known": one.known,
                "release": plain.plain_release(one.release) if one.release else None,
            }
            for one in taken
        ]
        self._write(f"{number:05}.taken", zlib.compress(json.dumps(rows).encode(), 1))

    def taken(self, number: int) -> list[Taken]:
        """What `put_taken` stored."""
        rows = json.loads(zlib.decompress((self.folder / f"{number:05}.taken").read_bytes()))
        return [
            Taken(
                row["file"],
                plain.document_from(row["document"])
                if row["document"]
                else Failure(*row["failure"]),
                tuple(row["known"]),
                plain.release_from(row["release"]) if row["release"] else None,
            )
            for row in rows
        ]

    def put_vectors(
        self, number: int, fingerprint: str, keys: Sequence[bytes], made: Vectors
    ) -> None:
        """Store vectors, shape (len(keys), dimension), float32, and which model made them."""
        head = json.dumps([fingerprint, len(keys), int(made.shape[1])]).encode()
        content = b"".join([head, b"\n", *keys, made.astype("<f4").tobytes()])
        self._write(f"{number:05}.vectors", content)

    def vectors(self, number: int) -> tuple[str, list[bytes], Vectors]:
        """What `put_vectors` stored."""
        import numpy as np

        head, _, rest = (self.folder / f"{number:05}.vectors").read_bytes().partition(b"\n")
        fingerprint, count, dimension = json.loads(head)
        keys = [rest[at : at + 32] for at in range(0, 32 * count, 32)]
        made = np.frombuffer(rest[32 * count :], dtype="<f4").reshape(count, dimension)
        return str(fingerprint), keys, made.astype(np.float32)

    def put_judged(self, rows: Iterable[Sequence[Any]]) -> None:
        """Store which pairs of releases were compared, and what came of it."""
        self._write("judged", zlib.compress(json.dumps([list(row) for row in rows]).encode(), 1))

    def judged(self) -> list[list[Any]]:
        """What `put_judged` stored: earlier id, later id, kind or "", similarity."""
        found: list[list[Any]] = json.loads(zlib.decompress((self.folder / "judged").read_bytes()))
        return found

    def _write(self, name: str, content: bytes) -> None:
        # Two processes may do the same work after a machine was lost; either's is good.
        unfinished = self.folder / f"{name}.{os.uname().nodename}.{os.getpid()}"
        with open(unfinished, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / name)


def _state(item: Found) -> tuple[int, int]:
    """Size in bytes and time in nanoseconds; nothing for what is no file, or is gone."""
    if item.path is None:
        return 0, 0
    try:
        state = item.path.stat()
    except OSError:
        return 0, 0
    return state.st_size, state.st_mtime_ns


@lru_cache(maxsize=8)
def releases_of(folder: str, number: int) -> dict[str, Release]:
    """The releases of a shard by their ids, kept for a moment."""
    return {one.release.id: one.release for one in Work(folder).taken(number) if one.release}


def _grouped(found: Sequence[Found]) -> Iterator[list[Found]]:
    """Files in order, in portions that are neither too many nor too large."""
    shard: list[Found] = []
    size = 0
    for item in found:
        if item.path is None:
            continue
        own = _state(item)[0]
        if shard and (len(shard) == SHARD_FILES or size + own > SHARD_BYTES):
            yield shard
            shard, size = [], 0
        shard.append(item)
        size += own
    if shard:
        yield shard
