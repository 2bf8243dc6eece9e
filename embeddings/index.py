"""The vector index: FAISS over the passages, derived from the database and never trusted over it.

In memory it is an exact inner-product index with the passage ids beside it. Removed passages are
masked, not moved. On disk it is one file that carries its own checksum and the version of the data
it was built from:

    8 bytes    "DTLNVEC1"
    4 bytes    length of the header, little-endian
    header     JSON: library, model, generation, version, dimension, count, sha256 of the rest
    8 * count  passage ids, little-endian int64, ascending
    the rest   the FAISS index, as `faiss.serialize_index` gives it

FAISS reports no error on a full disk and its files have no checksum, so the bytes are made in
memory, written, synced, renamed into place and checked when read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.store import sync_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embeddings.embed import Vectors

INDEX_FILE = "vectors.faiss"
_MAGIC = b"DTLNVEC1"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index was built from. Equal stamps mean equal contents."""

    library: str
    model: str  # fingerprint
    generation: int  # changes when everything must be rebuilt
    version: int  # changes with every commit


class VectorIndex:
    """Exact search over passage vectors by inner product."""

    def __init__(self, dimension: int) -> None:
        import faiss

        # One thread: with several, contention makes small searches many times slower.
        faiss.omp_set_num_threads(1)
        self.dimension = dimension
        self._faiss: Any = faiss.IndexFlatIP(dimension)
        self._ids = np.empty(0, dtype=np.int64)
        self._alive = np.empty(0, dtype=bool)

    def __len__(self) -> int:
        return int(self._alive.sum())

    @property
    def last_id(self) -> int:
        """The highest passage id ever added; 0 when there is none."""
        return int(self._ids[-1]) if len(self._ids) else 0

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids of the passages that can be found, ascending, shape (len(self),)."""
        return self._ids[self._alive]

    def add(self, ids: NDArray[np.int64], vectors: Vectors) -> None:
        """Add passages; `ids` ascend and are higher than all before. Shapes (n,), (n, dimension)."""
        self._faiss.add(np.ascontiguousarray(vectors, dtype=np.float32))
        self._ids = np.concatenate([self._ids, ids])
        self._alive = np.concatenate([self._alive, np.ones(len(ids), dtype=bool)])

    def remove(self, ids: NDArray[np.int64]) -> None:
        """Mask passages so that they are never found again; unknown ids are ignored."""
        self._alive[self._positions(ids)] = False

    def search(
        self, vector: Vectors, k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], Vectors]:
        """The k passages with the highest inner product, best first.

        Args:
            vector: shape (dimension,).
            k: how many; fewer come back only when fewer are there or allowed.
            allowed: ids to choose from; None means all. Applied before ranking.

        Returns:
            ids, int64, and scores, float32, both of shape (n,) with n <= k.
        """
        import faiss

        mask = self._alive
        if allowed is not None:
            mask = np.zeros_like(self._alive)
            mask[self._positions(allowed)] = True
            mask &= self._alive
        count = int(mask.sum())
        k = min(k, count)
        if k <= 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        parameters = None
        if count < len(mask):
            bits = np.packbits(mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(mask), faiss.swig_ptr(bits))
            parameters = faiss.SearchParameters(sel=selector)
        scores, positions = self._faiss.search(
            np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1), k, params=parameters
        )
        ids = self._ids[positions[0]]
        order = np.lexsort((ids, -scores[0]))  # equal scores: the older passage first
        return ids[order], scores[0][order]

    def _positions(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        if not len(self._ids):
            return np.empty(0, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
        found: NDArray[np.int64] = at[self._ids[at] == ids]
        return found

    # --- on disk ----------------------------------------------------------------------------

    def save(self, path: Path, stamp: Stamp) -> None:
        """Write the index so that `path` holds either the old file or the whole new one.

        Raises:
            OSError: the disk refused; the old file is untouched.
        """
        import faiss

        kept = self
        if not self._alive.all():
            kept = VectorIndex(self.dimension)
            rows = np.flatnonzero(self._alive)
            vectors = faiss.vector_to_array(self._faiss.codes).view(np.float32)
            kept.add(self._ids[rows], vectors.reshape(-1, self.dimension)[rows])
        payload = kept._ids.astype("<i8").tobytes() + faiss.serialize_index(kept._faiss).tobytes()
        header = json.dumps(
            asdict(stamp)
            | {
                "dimension": self.dimension,
                "count": len(kept._ids),
                "sha256": hashlib.sha256(payload).hexdigest(),
            }
        ).encode()
        temporary = path.with_suffix(".tmp")
        try:
            with open(temporary, "wb") as file:
                file.write(_MAGIC + len(header).to_bytes(4, "little") + header)
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(path.parent)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise

    @classmethod
    def load(cls, path: Path) -> tuple[VectorIndex, Stamp] | None:
        """Read an index file, or None when it is missing, cut short or altered in any way."""
        import faiss

        try:
            data = np.memmap(path, dtype=np.uint8, mode="r")
            if bytes(data[:8]) != _MAGIC:
                return None
            begin = 12 + int.from_bytes(bytes(data[8:12]), "little")
            header = json.loads(bytes(data[12:begin]))
            payload = data[begin:]
            if hashlib.sha256(payload).hexdigest() != header["sha256"]:
                return None
            stamp = Stamp(
                header["library"], header["model"], header["generation"], header["version"]
            )
            count, index = int(header["count"]), cls(int(header["dimension"]))
            index._ids = payload[: 8 * count].view("<i8").astype(np.int64)
            index._alive = np.ones(count, dtype=bool)
            index._faiss = faiss.deserialize_index(np.asarray(payload[8 * count :]))
            if (index._faiss.ntotal, index._faiss.d) != (count, index.dimension):
                return None
        except (OSError, ValueError, KeyError, TypeError, RuntimeError):
            return None  # whatever is wrong with it, it is rebuilt from the database
        return index, stamp
