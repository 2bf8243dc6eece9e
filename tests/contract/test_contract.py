"""What every engine must give, by value: dense and word search, filters, lookups, exactness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import PLACES, SOURCES, TOPICS, Oracle, Scored

from embeddings.chunk import chunk
from embeddings.errors import InputError
from embeddings.library import Library
from embeddings.types import Filters
from qa.search import search
from qa.understand import understand

KEPT = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
QUESTIONS = ("ferries counted near the pier", "Which beacons were painted?", "register of berths")
PHRASES = (
    ("ferries",),
    ("ferry", "ferries", "Ferries"),
    ("this week", "repaired buoys", "inspector"),
    ("Tide Board", "Navigation", "pier"),
    ("January 2019", "𝔅uoy"),
    ("O'Hara", "Ærø grundungsamt"),
    ("nowhere", "zzz"),
    (),
)
DAYS = st.dates(dt.date(2018, 12, 1), dt.date(2020, 6, 1))
ODD = ('" or 1 == 1 or "', "'; drop", "\\", "]", '")', "%", "\u202e", "Ünknown", "")


def some_of(values: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    known = st.sampled_from(values)
    altered = known.map(str.upper) | known.map(lambda text: f" {text} ")
    return st.just(()) | st.lists(
        known | altered | st.sampled_from(ODD) | st.text(max_size=5), max_size=3
    ).map(tuple)


FILTERS = st.builds(
    Filters,
    since=st.none() | DAYS,
    until=st.none() | DAYS,
    sources=some_of(SOURCES),
    places=some_of([place for place in PLACES if place]),
    topics=some_of(TOPICS),
)


def assert_same(
    library: Library, found: tuple[Any, Any], expected: list[Scored], k: int, atol: float
) -> None:
    """The k best: the expected scores in order, each with a passage that has that score."""
    ids, scores = found
    assert ids.dtype == np.int64
    assert len(ids) == len(set(ids.tolist())) == min(k, len(expected))
    np.testing.assert_allclose(scores, [one.score for one in expected[:k]], atol=atol, rtol=1e-4)
    own = {(one.passage.release_id, one.passage.start): one.score for one in expected}
    for passage, score in zip(library.passages(ids), scores, strict=True):
        assert own[passage.release_id, passage.start] == pytest.approx(score, abs=atol, rel=1e-4)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("k", [0, 1, 7, 10_000])
def test_dense_search_is_exact(library: Library, oracle: Oracle, question: str, k: int) -> None:
    vector = library.encode_queries([question])[0]
    assert_same(library, library.dense(vector, k), oracle.dense(vector), k, atol=2e-3)


@pytest.mark.parametrize("phrases", PHRASES)
@pytest.mark.parametrize("k", [0, 1, 7, 10_000])
def test_word_search_is_bm25(
    library: Library, oracle: Oracle, phrases: tuple[str, ...], k: int
) -> None:
    assert_same(library, library.lexical(phrases, k), oracle.lexical(phrases), k, atol=1e-4)


@KEPT
@given(where=FILTERS)
def test_a_filter_is_applied_before_ranking(
    library: Library, oracle: Oracle, where: Filters
) -> None:
    allowed = oracle.allowed(where)
    assert [release.id for release in library.releases(where)] == [r.id for r in allowed]
    vector = library.encode_queries(["lanterns inspected"])[0]
    assert_same(library, library.dense(vector, 5, where), oracle.dense(vector, where), 5, 2e-3)
    phrases = ("lanterns", "crews inspected")
    expected = oracle.lexical(phrases, where)
    assert_same(library, library.lexical(phrases, 5, where), expected, 5, 1e-4)


@KEPT
@given(data=st.data())
def test_releases_can_be_chosen_by_id(library: Library, oracle: Oracle, data: Any) -> None:
    known = st.sampled_from([release.id for release in oracle.releases])
    ids = data.draw(st.lists(known | st.sampled_from(ODD) | st.text(max_size=4), min_size=1))
    where = Filters(release_ids=tuple(ids))
    assert [r.id for r in library.releases(where)] == [r.id for r in oracle.allowed(where)]


@settings(KEPT, max_examples=40)
@given(terms=st.lists(st.text(max_size=12) | st.sampled_from(ODD), max_size=4))
def test_no_text_breaks_the_word_search(library: Library, terms: list[str]) -> None:
    ids, scores = library.lexical(terms, 10)
    assert len(ids) == len(scores)
    assert all(scores > 0)


def test_releases_come_back_as_they_are(library: Library, local: Library, oracle: Oracle) -> None:
    assert [*library.releases()] == oracle.releases
    for release in (*oracle.releases, *oracle.others):
        assert library.release(release.id) == release
    with pytest.raises(KeyError):
        library.release("0" * 64)
    with pytest.raises(KeyError):
        library.release('" or release_id like "%')


def test_every_passage_is_a_slice_of_its_release(library: Library, oracle: Oracle) -> None:
    vector = library.encode_queries(["anything"])[0]
    ids = library.dense(vector, 10_000)[0].tolist()
    passages = library.passages(ids)
    assert [passage.id for passage in passages] == ids
    for passage in passages:
        release = library.release(passage.release_id)
        assert release.text[passage.start : passage.end] == passage.text
    assert {(p.release_id, p.start, p.end) for p in passages} == {
        (p.release_id, p.start, p.end) for release in oracle.releases for p in chunk(release)
    }
    assert library.passages([ids[3], 10**9, ids[0], ids[3]]) == [
        passages[3], passages[0], passages[3],
    ]  # fmt: skip
    assert library.passages([]) == []


@pytest.mark.parametrize(
    ("required", "wanted"),
    [
        ((("Brandt",),), ()),
        ((("Oda Brandt",),), (("lanterns",), ("ferries", "buoys"))),
        ((("Ulf Strand", "Ines Marlow"), ("beacons",)), (("Tide Board",),)),
        ((("said number",),), ()),
        ((("nowhere",),), (("lanterns",),)),
        ((("",),), ()),
        (((), ("lanterns",)), ()),
    ],
)
@pytest.mark.parametrize(
    "where", [Filters(), Filters(since=dt.date(2019, 6, 1), topics=TOPICS[:2])]
)
def test_all_releases_that_hold_a_name_are_found(
    library: Library,
    oracle: Oracle,
    required: tuple[tuple[str, ...], ...],
    wanted: tuple[tuple[str, ...], ...],
    where: Filters,
) -> None:
    sets = [oracle.holding([form for form in forms if form], where) for forms in required]
    expected = set.intersection(*sets)
    if any(not form for forms in required for form in forms or ("",)):
        expected = set()
    counted = [oracle.holding(forms) for forms in wanted]
    found = library.holding(required, wanted, where)
    order = {release.id: place for place, release in enumerate(oracle.releases)}
    assert [one.release_id for one in found] == sorted(expected, key=order.__getitem__)
    for one in found:
        assert one.held == sum(one.release_id in ids for ids in counted)
        (passage,) = library.passages([one.passage])
        assert (passage.release_id, passage.start) == (one.release_id, 0)


def test_titles_and_quotations_are_found_again(library: Library, oracle: Oracle) -> None:
    everything = [*oracle.releases, *oracle.others]
    for release in everything[::7]:
        assert release.id in library.titled(release.title.upper())
        quotation = release.text[20:90]
        holders = {one.id for one in everything if quotation in one.text}
        found = library.quoting(quotation)
        assert set(found) == holders or (len(found) == 10 and set(found) <= holders)
    (canonical, other) = library.duplicates()[0]
    assert [one.id for one in oracle.others] == [other]
    assert library.quoting("Photographs of pier 21 are at") == [canonical]
    assert library.quoting("Crews replaced 6 charts this week") == [canonical, other]
    assert library.quoting("no release says this") == library.titled("none") == []
    assert len(library.quoting("e")) == 10


def test_ids_are_found_by_how_they_begin(library: Library, oracle: Oracle) -> None:
    release = oracle.releases[0]
    assert library.find(release.id[:12]) == [release.id]
    assert library.find(release.id[:12].upper()) == [release.id]
    assert len(library.find("")) == 10
    for odd in (*ODD[:-1], release.id + "0", 'a%" or release_id like "'):
        assert library.find(odd) == []


def test_what_is_known_of_the_whole_is_the_same(library: Library, local: Library) -> None:
    for name in ("counts", "catalog", "duplicates", "copied", "rejects"):
        assert getattr(library, name)() == getattr(local, name)(), name
    assert library.counts()["duplicates"] == 2
    assert library.counts()["rejects"] == 1
    assert (library.identity, library.fingerprint) == (local.identity, local.fingerprint)
    assert library.verify() == []
    for ids in local.duplicates():
        for one in ids:
            assert library.versions(one) == list(ids)
            assert library.holders(one) == local.holders(one)
    assert library.versions("0" * 64) == library.holders("0" * 64) == []


def test_a_quotation_says_where_it_came_from(library: Library, local: Library) -> None:
    for ids in local.duplicates():
        for one in ids:
            assert library.provenance(one, 0, 5) == local.provenance(one, 0, 5)
    with pytest.raises(KeyError):
        library.provenance("0" * 64, 0, 5)
    with pytest.raises(InputError):
        library.original(local.duplicates()[0][0], 0, 5)


@pytest.mark.parametrize("question", ["Who was there in March 2019?", "How many buoys?"])
def test_a_question_finds_the_same(library: Library, local: Library, question: str) -> None:
    expected = search(local, understand(question, local.catalog()))
    found = search(library, understand(question, library.catalog()))
    assert [hit.score for hit in found] == pytest.approx([h.score for h in expected], abs=1e-3)
    same = {hit.passage: hit.score for hit in expected}
    assert sum(hit.passage in same for hit in found) >= len(expected) - 1  # one may be a tie


def test_within_a_reading_block_nothing_changes(library: Library) -> None:
    with library.reading():
        before = library.version
        with library.reading():
            assert library.version == before
