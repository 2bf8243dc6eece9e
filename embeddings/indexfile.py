"""The index on disk: one file that carries its own checksum and says what it was made from.

    8 bytes    "DTLNVEC2"
    4 bytes    length of the header, little-endian
    header     JSON: library, model, generation, version, dimension, count, sha256 of the rest
    8 * count  passage ids, little-endian int64, ascending; a masked one is negative
    the rest   the FAISS index, as `faiss.write_index` gives it

FAISS reports no error on a full disk and its files have no checksum, so the bytes go through our
own hands: written beside the old file, synced, renamed into place, and checked when read. The file
is mapped into memory, not copied: several processes share one copy of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from embeddings.index import VectorIndex
from embeddings.store import sync_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embeddings.index import Faiss

INDEX_FILE = "vectors.faiss"
_MAGIC = b"DTLNVEC2"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index was built from. Equal stamps mean equal contents."""

    library: str
    model: str  # fingerprint
    generation: int  # changes when everything must be rebuilt
    version: int  # changes with every commit


def save(
    index: VectorIndex,
    path: Path,
    stamp: Stamp,
    progress: Callable[[int, int], None] | None = None,
) -> VectorIndex:
    """Write an index so that `path` holds either the old file or the whole new one.

    Returns:
        The same index, mapped from the new file.

    Raises:
        OSError: the disk refused; the old file is untouched.
    """
    whole, ids, alive = index.merged(progress=progress)
    temporary = path.with_suffix(".tmp")
    try:
        with open(temporary, "wb") as file:
            _write(file, whole, np.where(alive, ids, -ids), stamp)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    mapped = load(path)
    return index if mapped is None else mapped[0]


def load(path: Path) -> tuple[VectorIndex, Stamp] | None:
    """Map an index file, or None when it is missing, cut short or altered in any way."""
    import faiss

    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
        if bytes(data[:8]) != _MAGIC:
            return None
        begin = 12 + int.from_bytes(bytes(data[8:12]), "little")
        header = json.loads(bytes(data[12:begin]))
        if _digest(data[begin:]) != header["sha256"]:
            return None
        stamp = Stamp(header["library"], header["model"], header["generation"], header["version"])
        count = int(header["count"])
        signed = np.array(data[begin : begin + 8 * count]).view("<i8").astype(np.int64)
        body = data[begin + 8 * count :]
        reader = faiss.ZeroCopyIOReader(  # type: ignore[attr-defined]
            faiss.swig_ptr(body), body.nbytes
        )
        base = faiss.read_index(reader)
        if (base.ntotal, base.d, len(signed)) != (count, int(header["dimension"]), count):
            return None
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        return None  # whatever is wrong with it, it is rebuilt from the database
    return VectorIndex.over(base, np.abs(signed), signed > 0, (body, reader)), stamp


def _write(file: IO[bytes], whole: Faiss, ids: NDArray[np.int64], stamp: Stamp) -> None:
    """The header is written twice: its checksum is only known at the end."""
    import faiss

    digest = hashlib.sha256()
    failed: list[OSError] = []

    def put(part: bytes) -> None:
        # Called from within FAISS, which an exception must not pass through.
        if failed:
            return
        try:
            file.write(part)
        except OSError as error:
            failed.append(error)
        digest.update(part)

    def header(checksum: str) -> bytes:
        about = asdict(stamp) | {"dimension": int(whole.d), "count": len(ids), "sha256": checksum}
        text = json.dumps(about).encode()
        return _MAGIC + len(text).to_bytes(4, "little") + text

    file.write(header("0" * 64))
    put(ids.astype("<i8").tobytes())
    writer = faiss.PyCallbackIOWriter(put, _CHUNK)  # type: ignore[attr-defined]
    faiss.write_index(whole, writer)
    if failed:
        raise failed[0]
    file.seek(0)
    file.write(header(digest.hexdigest()))


def _digest(data: NDArray[np.uint8]) -> str:
    digest = hashlib.sha256()
    for at in range(0, len(data), _CHUNK):
        digest.update(data[at : at + _CHUNK].tobytes())
    return digest.hexdigest()
