"""Archives and compressed files as streams of members. Nothing is ever written to disk.

Member names are only labels. Sizes that a header states are believed only as far as refusing goes:
what is really read is counted by `BoundedReader`.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

from embeddings.read_files import clean_name
from embeddings.read_types import MIB, Limits, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer

BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError,
    OSError, ValueError, NotImplementedError, RuntimeError, OverflowError, IndexError, KeyError,
    AttributeError,
)  # fmt: skip
_RATIO_FROM = 8 * MIB
_LONGEST_NAME = 1024  # longer ones are cut: they are labels, and may be megabytes in a tar


class Budget:
    """How many bytes an archive, with all archives in it, may still expand to."""

    def __init__(self, limits: Limits) -> None:
        self.left = limits.expanded_bytes


class BoundedReader(io.RawIOBase):
    """Reads through to `file` and raises `UnreadableError` once it gives more than is allowed."""

    def __init__(
        self,
        file: BinaryIO,
        limits: Limits,
        budget: Budget,
        packed: int = 0,
        packed_file: BinaryIO | None = None,
    ) -> None:
        self._file, self._limits, self._budget = file, limits, budget
        self._packed, self._packed_file = packed, packed_file
        self._count = 0

    def readable(self) -> bool:
        """True: `io.BufferedReader` asks."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill `buffer` from the file."""
        view = memoryview(buffer).cast("B")
        try:
            data = self._file.read(len(view))
        except BROKEN as error:
            raise UnreadableError(f"Its packed data is damaged ({type(error).__name__}).") from None
        view[: len(data)] = data
        self._count += len(data)
        self._budget.left -= len(data)
        if self._budget.left < 0:
            limit = self._limits.expanded_bytes
            raise UnreadableError(f"The archive expands to more than {limit:,} bytes.")
        packed = self._packed_file.tell() if self._packed_file else self._packed
        if packed and self._count > _RATIO_FROM and self._count > packed * self._limits.ratio:
            raise UnreadableError(
                f"It expands more than {self._limits.ratio} times, as only a trap does."
            )
        return len(data)


class Member(NamedTuple):
    """A member of an archive: its name, and either its content or why it has none."""

    name: str
    file: BinaryIO | None
    reason: str = ""


def unpack_stream(file: BinaryIO, kind: str, limits: Limits, budget: Budget) -> BinaryIO:
    """The content of a gz, bz2 or xz file as a bounded stream."""
    opened: gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile
    if kind == "gz":
        opened = gzip.GzipFile(fileobj=file)
    elif kind == "bz2":
        opened = bz2.BZ2File(file)
    else:
        opened = lzma.LZMAFile(file)  # noqa: SIM115 - closed with the file under it
    raw = BoundedReader(
        cast("BinaryIO", opened), limits, budget, packed_file=file if file.seekable() else None
    )
    return cast("BinaryIO", io.BufferedReader(raw, 1 << 16))


def zip_members(file: BinaryIO, limits: Limits, budget: Budget) -> Iterator[Member]:
    """The members of a zip in the order stored; folders are left out."""
    try:
        archive = zipfile.ZipFile(file)
    except BROKEN as error:
        raise UnreadableError(f"The zip archive is damaged ({type(error).__name__}).") from None
    with archive:
        if len(archive.infolist()) > limits.members:
            raise UnreadableError(f"The archive has more than {limits.members:,} members.")
        for info in archive.infolist():
            if info.is_dir():
                continue
            name = _zip_name(info)[:_LONGEST_NAME]
            reason = _bad_name(name)
            if info.flag_bits & 1:
                reason = reason or "It is protected by a password."
            elif info.file_size > limits.container_bytes:
                reason = reason or f"It is too large: {info.file_size:,} bytes."
            if reason:
                yield Member(name, None, reason)
                continue
            try:
                opened = archive.open(info)
            except BROKEN as error:
                yield Member(name, None, f"It is damaged ({type(error).__name__}).")
                continue
            with opened:
                raw = BoundedReader(
                    cast("BinaryIO", opened), limits, budget, packed=max(1, info.compress_size)
                )
                yield Member(name, cast("BinaryIO", io.BufferedReader(raw, 1 << 16)))


def tar_members(file: BinaryIO, limits: Limits) -> Iterator[Member]:
    """The members of an unpacked tar stream in order; folders are left out."""
    try:
        archive = tarfile.TarFile.open(fileobj=file, mode="r|")
    except BROKEN as error:
        raise UnreadableError(f"The tar archive is damaged ({type(error).__name__}).") from None
    count = 0
    with archive:
        while True:
            try:
                info = archive.next()
            except BROKEN as error:
                problem = f"The tar archive breaks off damaged ({type(error).__name__})."
                raise UnreadableError(problem) from None
            if info is None:
                return
            cast("Any", archive).members.clear()  # tarfile keeps every header that it has seen
            count += 1
            if count > limits.members:
                raise UnreadableError(f"The archive has more than {limits.members:,} members.")
            if info.isdir():
                continue
            name = clean_name(info.name[:_LONGEST_NAME])
            reason = _bad_name(name)
            if not info.isreg():
                reason = reason or "It is a link or a special file inside the archive."
            opened = None if reason else archive.extractfile(info)
            if opened is None:
                yield Member(name, None, reason or "It has no content.")
                continue
            # A tar does not expand by itself; a budget of its own stops a sparse member.
            raw = BoundedReader(cast("BinaryIO", opened), limits, Budget(limits))
            yield Member(name, cast("BinaryIO", io.BufferedReader(raw, 1 << 16)))


def _zip_name(info: zipfile.ZipInfo) -> str:
    name = info.filename
    if not info.flag_bits & 0x800:  # no UTF-8 flag: zipfile has read the name as cp437
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return clean_name(name.replace("\\", "/"))


def _bad_name(name: str) -> str:
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or (len(parts[0]) == 2 and parts[0][1] == ":"):
        return "Its name points outside the archive."
    if any(part.startswith(".") and part != "." for part in parts):
        return "Its name begins with a dot: hidden files are not read."
    return ""
