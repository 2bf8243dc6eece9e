"""The vector index against brute force: additions, removals, filters, ties, its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.index import VectorIndex
from embeddings.indexfile import Stamp, load, save

STAMP = Stamp("library", "model", 0, 1)


def filled(count: int, dimension: int = 8, seed: int = 0) -> tuple[VectorIndex, np.ndarray]:
    """An index over small whole numbers, which every storage format holds exactly."""
    vectors = np.random.default_rng(seed).integers(-4, 5, (count, dimension)).astype(np.float32)
    index = VectorIndex(dimension).extended([(np.arange(1, count + 1) * 3, vectors)])
    return index, vectors


def expected_scores(scores: np.ndarray, k: int) -> list[float]:
    return sorted(scores.tolist(), reverse=True)[:k]


@settings(max_examples=80)
@given(data=st.data())
def test_search_is_exact_through_additions_removals_and_filters(data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    index, stored, next_id = VectorIndex(4), dict[int, np.ndarray](), 1
    for _ in range(data.draw(st.integers(1, 6))):
        if data.draw(st.booleans()) or not stored:
            count = data.draw(st.integers(1, 20))
            ids = next_id + np.cumsum(rng.integers(1, 4, count))
            vectors = rng.integers(-3, 4, (count, 4)).astype(np.float32)
            index = index.extended([(ids, vectors)])
            stored |= dict(zip(ids.tolist(), vectors, strict=True))
            next_id = int(ids[-1])
        else:
            gone = data.draw(st.lists(st.integers(1, next_id + 5), max_size=10))
            index = index.without(np.array(gone, dtype=np.int64))
            for i in gone:
                stored.pop(i, None)
        assert len(index) == len(stored)
        assert index.ids.tolist() == sorted(stored)
        query = rng.integers(-3, 4, 4).astype(np.float32)
        allowed = data.draw(st.none() | st.lists(st.integers(1, next_id + 5), max_size=15))
        pool = {i: float(v @ query) for i, v in stored.items() if allowed is None or i in allowed}
        k = data.draw(st.integers(0, 25))
        ids, scores = index.search(
            query, k, None if allowed is None else np.array(sorted(set(allowed)), dtype=np.int64)
        )
        assert scores.tolist() == expected_scores(np.array(list(pool.values())), k)
        assert [pool[i] for i in ids.tolist()] == scores.tolist()
        assert len(set(ids.tolist())) == len(ids)


def test_a_filter_always_returns_as_many_as_it_allows() -> None:
    index, vectors = filled(5_000)
    query = vectors[17]
    rng = np.random.default_rng(1)
    for share in (0.0002, 0.002, 0.02, 0.5):
        chosen = np.sort(rng.choice(5_000, max(1, int(5_000 * share)), replace=False))
        k = min(10, len(chosen))
        ids, scores = index.search(query, k, (chosen + 1) * 3)
        assert scores.tolist() == expected_scores(vectors[chosen] @ query, k)
        assert set(ids.tolist()) <= set(((chosen + 1) * 3).tolist())


def test_equal_scores_come_in_the_order_of_their_ids() -> None:
    index = VectorIndex(2).extended([(np.arange(10, 20), np.ones((10, 2), dtype=np.float32))])
    ids, scores = index.search(np.ones(2, dtype=np.float32), 10)
    assert ids.tolist() == list(range(10, 20))
    assert scores.tolist() == [2.0] * 10


def test_an_empty_index_finds_nothing() -> None:
    index = VectorIndex(4)
    ids, scores = index.search(np.ones(4, dtype=np.float32), 3)
    assert (len(ids), len(scores), index.last_id, len(index)) == (0, 0, 0, 0)


def test_an_index_does_not_change_when_others_are_made_from_it() -> None:
    index, vectors = filled(40)
    before = index.search(vectors[3], 40)
    index.without(np.arange(1, 30) * 3)
    index.extended([(np.array([900]), vectors[3:4] * 10)])
    for one, other in zip(before, index.search(vectors[3], 40), strict=True):
        assert one.tolist() == other.tolist()


def test_a_saved_index_is_the_same_and_can_be_added_to(tmp_path: Path) -> None:
    index, vectors = filled(300)
    index = index.without(np.arange(1, 100) * 3)
    saved = save(index, tmp_path / "v", STAMP)
    assert (saved.tail, index.tail) == (0, 300)
    loaded = load(tmp_path / "v")
    assert loaded is not None
    assert loaded[1] == STAMP
    assert loaded[0].ids.tolist() == saved.ids.tolist() == index.ids.tolist()
    more = [(np.array([2_000]), vectors[:1])]
    longer, index = loaded[0].extended(more), index.extended(more)
    for query in vectors[:10]:
        for one, other in zip(longer.search(query, 20), index.search(query, 20), strict=True):
            assert one.tolist() == other.tolist()
    save(longer, tmp_path / "v", STAMP)  # over the very file it is mapped from
    again = load(tmp_path / "v")
    assert again is not None
    assert again[0].ids.tolist() == index.ids.tolist()
    for one, other in zip(longer.search(query, 20), again[0].search(query, 20), strict=True):
        assert one.tolist() == other.tolist()


def clustered(count: int, dimension: int = 32) -> np.ndarray:
    """Unit vectors in loose groups, as texts on a few subjects give."""
    rng = np.random.default_rng(5)
    centres = rng.standard_normal((40, dimension))
    vectors = centres[rng.integers(0, 40, count)] + 0.7 * rng.standard_normal((count, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_a_graph_finds_what_brute_force_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VectorIndex.merged, "__defaults__", (1_000,))
    vectors = clustered(3_000)
    index = VectorIndex(32).extended([(np.arange(1, 2_501), vectors[:2_500])])
    index = save(index, tmp_path / "v", STAMP)
    assert index.is_graph
    gone = np.arange(1, 2_500, 7)
    index = index.without(gone).extended([(np.arange(2_501, 3_001), vectors[2_500:])])
    for state in (index, save(index, tmp_path / "v", STAMP)):
        assert state.is_graph
        alive = np.setdiff1d(np.arange(1, 3_001), gone)
        assert state.ids.tolist() == alive.tolist()
        hits = 0
        for query in vectors[::60]:
            ids, scores = state.search(query, 10)
            assert len(ids) == 10
            assert not set(ids.tolist()) & set(gone.tolist())
            exact = vectors[alive - 1] @ query
            np.testing.assert_allclose(scores, vectors[ids - 1] @ query, atol=2e-3)
            hits += int((scores >= np.sort(exact)[-10] - 2e-3).sum())
        assert hits >= 0.98 * 500
        # A narrow filter is exact, and gives as many as it allows.
        few = alive[::50]
        ids, scores = state.search(vectors[0], 10, few)
        np.testing.assert_allclose(
            scores, np.sort(vectors[few - 1] @ vectors[0])[::-1][:10], atol=2e-3
        )
        ids, _ = state.search(vectors[0], len(alive), alive)
        assert len(ids) == len(alive)


def test_a_graph_with_many_masked_nodes_is_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VectorIndex.merged, "__defaults__", (500,))
    vectors = clustered(1_200)
    index = VectorIndex(32).extended([(np.arange(1, 1_201), vectors)])
    index = save(index, tmp_path / "v", STAMP).without(np.arange(1, 600))
    big = (tmp_path / "v").stat().st_size
    again = save(index, tmp_path / "v", STAMP)
    assert again.is_graph
    assert again.ids.tolist() == list(range(600, 1_201))
    assert (tmp_path / "v").stat().st_size < 0.7 * big
    few = save(again.without(np.arange(600, 1_100)), tmp_path / "v", STAMP)
    assert not few.is_graph


@pytest.mark.parametrize("damage", ["missing", "empty", "short", "flipped", "other"])
def test_a_damaged_file_is_not_used(tmp_path: Path, damage: str) -> None:
    index, _ = filled(200)
    path = tmp_path / "v"
    save(index, path, STAMP)
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "other":
        path.write_bytes(b"PK\x03\x04" + whole[4:])
    else:
        rng = np.random.default_rng(0)
        for at in rng.integers(0, len(whole), 60):
            changed = bytearray(whole[:at] if damage == "short" else whole)
            if damage == "flipped":
                changed[at] ^= 1 << int(rng.integers(8))
            path.write_bytes(bytes(changed))
            loaded = load(path)
            if loaded is not None:  # a flip inside the stamp: then the stamp must show it
                assert loaded[1] != STAMP
        return
    assert load(path) is None


def test_a_failed_save_leaves_the_old_file(tmp_path: Path) -> None:
    index, _ = filled(50)
    path = tmp_path / "v"
    save(index, path, STAMP)
    before = path.read_bytes()
    path.with_suffix(".tmp").mkdir()
    with pytest.raises(OSError, match=r"directory"):
        save(index, path, STAMP)
    assert path.read_bytes() == before


def test_searching_leaves_the_threads_of_others_alone() -> None:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        index, vectors = filled(50)
        index.search(vectors[0], 5)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
