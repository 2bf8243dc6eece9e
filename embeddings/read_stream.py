"""One file in, its documents and failures out, whatever it is and however deep it is packed."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from embeddings.read_archive import Budget, tar_members, unpack_stream, zip_members
from embeddings.read_files import open_file, read_at_most
from embeddings.read_formats import read_document
from embeddings.read_records import Record, csv_records, json_records, jsonl_records, read_record
from embeddings.read_sniff import HEAD_BYTES, PACKED, RECORDS, STREAMS, sniff
from embeddings.read_types import Failure, Limits, Outcome, Outcomes, UnreadableError

Begin = Callable[[str], bool]
"""Called with an item's path before it is parsed; False leaves it out (it was done before)."""


class StreamReader:
    """Reads one file and, if it is an archive, everything in it.

    Every item passes through `_item`: one call of `begin`, then one document or failure. The guard
    relies on that to go on after an item that brought its process down.
    """

    def __init__(self, limits: Limits, columns: Mapping[str, str], begin: Begin) -> None:
        self._limits, self._columns, self._begin = limits, columns, begin
        self._budget = Budget(limits)
        self._items = 0

    def read(self, file: BinaryIO, path: str, name: str = "", depth: int = 0) -> Outcomes:
        """The documents and failures of `file`; `name`, if it differs from `path`, tells its type.

        `file` must have `peek`, as every buffered reader has.
        """
        before = self._items
        try:
            kind = sniff(cast("io.BufferedReader", file).peek(HEAD_BYTES), name or path)
            if kind in PACKED or kind in {"zip", "tar"}:
                yield from self._unpack(file, path, name or path, kind, depth)
            elif kind in RECORDS:
                yield from self._records(file, path, kind)
            elif kind == "eml":
                yield from self._email(file, path, depth)
            else:
                yield from self._item(path, partial(self._document, file, path, kind))
            if self._items == before:
                raise UnreadableError("There is nothing in it.")
        except UnreadableError as error:
            yield from self._item(path, partial(Failure, path, str(error)))

    def _item(self, path: str, produce: Callable[[], Outcome]) -> Outcomes:
        self._items += 1
        if not self._begin(path):
            return
        try:
            outcome = produce()
        except UnreadableError as error:
            outcome = Failure(path, str(error))
        except MemoryError:
            outcome = Failure(path, "It needs more memory than it may have.")
        except Exception as error:  # whatever a parser trips over, the rest goes on
            outcome = Failure(path, f"It is damaged: it cannot be read ({type(error).__name__}).")
        yield outcome

    def _document(self, file: BinaryIO, path: str, kind: str) -> Outcome:
        return read_document(read_at_most(file, self._limits.file_bytes), path, kind, self._limits)

    def _unpack(self, file: BinaryIO, path: str, name: str, kind: str, depth: int) -> Outcomes:
        if depth >= self._limits.depth:
            raise UnreadableError(f"It is packed more than {self._limits.depth} times over.")
        if kind in PACKED:
            inner = PurePosixPath(name)
            inner = inner.with_suffix(".tar" if inner.suffix in {".tgz", ".tbz2", ".txz"} else "")
            opened = unpack_stream(file, kind, self._limits, self._budget)
            yield from self.read(opened, path, str(inner), depth + 1)
            return
        if kind == "tar":
            members = tar_members(file, self._limits)
        else:
            members = zip_members(self._seekable(file), self._limits, self._budget)
        seen: dict[str, int] = {}
        for member in members:
            seen[member.name] = times = seen.get(member.name, 0) + 1
            label = f"{path}!/{member.name}" + (f" ({times})" if times > 1 else "")
            if member.file is None:
                yield from self._item(label, partial(Failure, label, member.reason))
            else:
                yield from self.read(member.file, label, member.name, depth + 1)

    def _seekable(self, file: BinaryIO) -> BinaryIO:
        """`file` itself if it is one on disk; a zip inside an archive is held in memory."""
        if file.seekable():
            return file
        return io.BytesIO(read_at_most(file, self._limits.file_bytes))

    def _records(self, file: BinaryIO, path: str, kind: str) -> Outcomes:
        records = {"jsonl": jsonl_records, "csv": csv_records, "json": json_records}[kind]
        for record in records(file, path, self._limits):
            yield from self._item(record.path, partial(self._record, record))

    def _record(self, record: Record) -> Outcome:
        return read_record(record, self._columns, self._limits)

    def _email(self, file: BinaryIO, path: str, depth: int) -> Outcomes:
        from embeddings.read_eml import attachments, parse_email, read_eml

        data = read_at_most(file, self._limits.file_bytes)
        message = parse_email(data)
        yield from self._item(path, partial(read_eml, message, data, path))
        if depth < self._limits.depth:
            for name, content in attachments(message):
                opened = cast(
                    "BinaryIO", io.BufferedReader(cast("io.RawIOBase", io.BytesIO(content)))
                )
                yield from self.read(opened, f"{path}!/{name}", name, depth + 1)


def read_path(
    path: Path, name: str, limits: Limits, columns: Mapping[str, str], begin: Begin
) -> Outcomes:
    """The documents and failures of the file at `path`; `name` is what it is called in them.

    A document that changes while it is read gives a failure. A file of records or an archive is
    passed on piece by piece, so there the failure comes after what was read.
    """
    try:
        with open_file(path) as (file, size):
            head = cast("io.BufferedReader", file).peek(HEAD_BYTES)
            is_stream = sniff(head, name) in STREAMS
            most = limits.container_bytes if is_stream else limits.file_bytes
            if size > most:
                raise UnreadableError(
                    f"It is too large: {size:,} bytes; at most {most:,} are read."
                )
            outcomes = StreamReader(limits, columns, begin).read(file, name)
            if is_stream:
                yield from outcomes
            else:
                finished = list(outcomes)
        if not is_stream:
            yield from finished
    except UnreadableError as error:
        if begin(name):
            yield Failure(name, str(error))
    except MemoryError:
        if begin(name):
            yield Failure(name, "It needs more memory than it may have.")
    except Exception as error:
        if begin(name):
            yield Failure(name, f"It cannot be read on: it is damaged ({type(error).__name__}).")
