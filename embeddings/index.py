"""The vector index: FAISS over the passages, derived from the database and never trusted over it.

A `VectorIndex` never changes once it is made, so that threads can search one while the next is
being made. It has two parts: a *base*, mapped from the index file without copying it, and a *tail*
of what was added since. Removed passages stay in their part and are masked.

The base is exact, or above `SWITCH` passages an HNSW graph (Malkov and Yashunin, "Efficient and
robust approximate nearest neighbor search using hierarchical navigable small world graphs", 2016).
The tail is always exact, and a search that is limited to few passages compares each of them on
either. Vectors are held as float16, as they are in the database.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embeddings.embed import Vectors

    Chunk = tuple[NDArray[np.int64], Vectors]  # ids, shape (n,), and vectors, (n, dimension)
    Faiss = Any  # a FAISS index; its own annotations leave out most of what is used here

# An exact search over this many passages of 384 numbers takes about 10 ms on one core. A graph
# search takes less than 1 ms, but the graph a minute to make (docs/storage.md): below this, being
# exact costs nothing that is felt.
SWITCH = 300_000

_NEIGHBOURS = 16  # of each node in the graph (M)
_BUILD_BREADTH = 64  # candidates looked at when a node is added (efConstruction)
_SEARCH_BREADTH = 128  # candidates looked at by a search (efSearch)
# A search limited to a smaller share than this is exact: a graph search wades through the rest.
_GRAPH_SHARE = 0.2
_DEAD_SHARE = 0.2  # a graph with more masked nodes than this is built anew
_BLOCK = 8192


class VectorIndex:
    """Search over passage vectors by inner product. Immutable."""

    def __init__(self, dimension: int) -> None:
        """An empty index for vectors of this many numbers."""
        self.dimension = dimension
        self._base: Faiss = _exact(dimension)
        self._tail: Faiss = _exact(dimension)
        self._memory: object = None  # kept for as long as the base is
        self._ids = np.empty(0, dtype=np.int64)
        self._alive = np.empty(0, dtype=bool)

    @classmethod
    def over(
        cls, base: Faiss, ids: NDArray[np.int64], alive: NDArray[np.bool_], memory: object = None
    ) -> VectorIndex:
        """An index whose base is this FAISS index, which lies in `memory` if that is given.

        `ids` ascend; both arrays have shape (n,).
        """
        index = cls(int(base.d))
        index._base, index._ids, index._alive, index._memory = base, ids, alive, memory
        return index

    def __len__(self) -> int:
        return int(np.count_nonzero(self._alive))

    @property
    def tail(self) -> int:
        """How many passages the index file did not have."""
        return int(self._tail.ntotal)

    @property
    def is_graph(self) -> bool:
        """Whether the base is an HNSW graph, and so searches over everything approximate."""
        return hasattr(self._base, "hnsw")

    @property
    def last_id(self) -> int:
        """The highest passage id ever added; 0 when there is none."""
        return int(self._ids[-1]) if len(self._ids) else 0

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids of the passages that can be found, ascending, shape (len(self),)."""
        return self._ids[self._alive]

    def extended(self, chunks: Iterable[Chunk]) -> VectorIndex:
        """This index with more passages; their ids ascend and are higher than all before."""
        longer = VectorIndex.over(self._base, self._ids, self._alive, self._memory)
        added = [self._ids]
        if self.tail:
            longer._tail.add_sa_codes(_codes(self._tail))
        for ids, vectors in chunks:
            longer._tail.add(np.ascontiguousarray(vectors, dtype=np.float32))
            added.append(ids)
        longer._ids = np.concatenate(added)
        fresh = np.ones(len(longer._ids) - len(self._ids), dtype=bool)
        longer._alive = np.concatenate([self._alive, fresh])
        return longer

    def without(self, ids: NDArray[np.int64]) -> VectorIndex:
        """This index with passages masked, so that they are not found; unknown ids are ignored."""
        fewer = VectorIndex.over(self._base, self._ids, self._alive.copy(), self._memory)
        fewer._tail = self._tail
        fewer._alive[self._positions(ids)] = False
        return fewer

    # --- searching --------------------------------------------------------------------------

    def search(
        self,
        vector: Vectors,
        k: int,
        allowed: NDArray[np.int64] | None = None,
        *,
        masked: bool = False,
    ) -> Chunk:
        """The k passages with the highest inner product, best first, then by id.

        Args:
            vector: shape (dimension,).
            k: how many; fewer come back only when fewer are there or allowed.
            allowed: ids to choose from; None means all. Applied before ranking.
            masked: whether allowed passages that were removed may be found, too.

        Returns:
            ids, int64, and scores, float32, both of shape (n,) with n <= k.
        """
        mask = self._alive
        if allowed is not None:
            mask = np.zeros_like(self._alive)
            mask[self._positions(allowed)] = True
            if not masked:
                mask &= self._alive
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        split = int(self._base.ntotal)
        with _threads(1):  # with several, contention makes small searches many times slower
            scores, positions = _search(self._base, query, k, mask[:split])
            more_scores, more = _search(self._tail, query, k, mask[split:])
        scores = np.concatenate([scores, more_scores])
        ids = self._ids[np.concatenate([positions, more + split])]
        best = np.lexsort((ids, -scores))[: max(k, 0)]
        return ids[best], scores[best]

    def _positions(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        if not len(self._ids):
            return np.empty(0, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
        found: NDArray[np.int64] = at[self._ids[at] == ids]
        return found

    # --- for the index file -----------------------------------------------------------------

    def merged(
        self, switch: int = SWITCH, *, progress: Callable[[int, int], None] | None = None
    ) -> tuple[Faiss, NDArray[np.int64], NDArray[np.bool_]]:
        """Base and tail as one FAISS index, with its ids and its mask.

        An exact one leaves out what is masked. Making a graph takes minutes for a million passages
        on two cores; `progress` is called with the passages done and in all.
        """
        count = len(self)
        if count < switch:
            whole = _exact(self.dimension)
            for block in self._blocks(self._alive):
                whole.add_sa_codes(block)
            return whole, self.ids, np.ones(count, dtype=bool)
        if self.is_graph and count >= (1 - _DEAD_SHARE) * len(self._ids):
            whole = _copied(self._base)
            fresh = np.zeros(len(self._ids), dtype=bool)
            fresh[int(self._base.ntotal) :] = True
            _grow(whole, self._blocks(fresh), self.tail, progress)
            return whole, self._ids, self._alive
        whole = _graph(self.dimension)
        _grow(whole, self._blocks(self._alive), count, progress)
        return whole, self.ids, np.ones(count, dtype=bool)

    def _blocks(self, mask: NDArray[np.bool_]) -> Iterator[NDArray[np.uint8]]:
        """The float16 codes of the masked positions, a few thousand at a time."""
        split = int(self._base.ntotal)
        for part, chosen in ((self._base, mask[:split]), (self._tail, mask[split:])):
            rows = np.flatnonzero(chosen)
            codes = _codes(part)
            for at in range(0, len(rows), _BLOCK):
                yield np.ascontiguousarray(codes[rows[at : at + _BLOCK]])


def _exact(dimension: int) -> Faiss:
    import faiss

    return faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )


def _graph(dimension: int) -> Faiss:
    import faiss

    graph: Faiss = faiss.IndexHNSWSQ(
        dimension,
        faiss.ScalarQuantizer.QT_fp16,  # type: ignore[arg-type]
        _NEIGHBOURS,
        faiss.METRIC_INNER_PRODUCT,
    )
    graph.hnsw.efConstruction = _BUILD_BREADTH
    return graph


def _grow(
    graph: Faiss,
    blocks: Iterable[NDArray[np.uint8]],
    total: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Add float16 codes to a graph, on all cores."""
    graph.is_trained = True  # float16 needs no training
    done = 0
    with _threads(os.cpu_count() or 1):
        for block in blocks:
            graph.add(block.view("<f2").astype(np.float32))
            done += len(block)
            if progress is not None:
                progress(done, total)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """So many threads for FAISS; torch counts with the same setting and must find it unchanged."""
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(count)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _storage(index: Faiss) -> Faiss:
    """The exact index that holds the vectors: a graph's own storage, or the index itself."""
    import faiss

    return faiss.downcast_index(index.storage) if hasattr(index, "hnsw") else index


def _codes(index: Faiss) -> NDArray[np.uint8]:
    """The stored float16 bytes, shape (n, 2 * dimension), not copied."""
    import faiss

    flat = _storage(index)
    size = int(flat.code_size)
    if not flat.ntotal:
        return np.empty((0, size), dtype=np.uint8)
    codes: NDArray[np.uint8] = faiss.rev_swig_ptr(flat.codes.data(), flat.ntotal * size)
    return codes.reshape(-1, size)


def _copied(index: Faiss) -> Faiss:
    """The same index in memory of its own, so that it can grow."""
    import faiss

    return faiss.deserialize_index(faiss.serialize_index(index))


def _search(
    index: Faiss, query: Vectors, k: int, mask: NDArray[np.bool_]
) -> tuple[Vectors, NDArray[np.int64]]:
    """Scores and positions of the k best among the masked positions of one part."""
    import faiss

    count = int(np.count_nonzero(mask))
    k = min(k, count)
    if k <= 0:
        return np.empty(0, dtype=np.float32), np.empty(0, dtype=np.int64)
    bits = np.packbits(mask, bitorder="little")
    selector = None
    if count < len(mask):
        selector = faiss.IDSelectorBitmap(len(mask), faiss.swig_ptr(bits))
    if hasattr(index, "hnsw"):
        if count >= _GRAPH_SHARE * len(mask):
            parameters = faiss.SearchParametersHNSW()  # type: ignore[attr-defined]
            parameters.efSearch = max(_SEARCH_BREADTH, 2 * k)
            if selector is not None:
                parameters.sel = selector
            scores, found = index.search(query, k, params=parameters)
            if (found[0] >= 0).all():
                return scores[0], found[0]
        index = _storage(index)
    parameters = None
    if selector is not None:
        parameters = faiss.SearchParameters()
        parameters.sel = selector
    scores, found = index.search(query, k, params=parameters)
    return scores[0], found[0]
