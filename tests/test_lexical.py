"""Word search: stemming, ranking by BM25, and that nothing in a question is an operator."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from fakes import write_release
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.lexical import match_expression
from embeddings.library import Library
from embeddings.types import Filters


@pytest.fixture
def stocked(library: Library, tmp_path: Path) -> Library:
    for name, title, text, date in (
        ("a", "Ferry timetable", "Ferries crossed the sound twice a day all winter.", "2020-01-10"),
        ("b", "Lantern repairs", "Keepers repaired the lantern. The ferry waited.", "2020-02-10"),
        ("c", "Café on the pier", "The café beside the lantern opened again.", "2020-03-10"),
        ("d", "Notice", 'It said "NEAR" AND (OR) NOT * in red paint, body: lantern.', "2020-04-10"),
    ):
        write_release(tmp_path / "in", f"{name}.md", title=title, text=text, date=date)
    library.add(tmp_path / "in")
    return library


def found(library: Library, *terms: str, k: int = 10, where: Filters = Filters()) -> list[str]:
    ids, scores = library.lexical(terms, k, where)
    assert len(ids) == len(scores)
    assert all(scores > 0)
    assert sorted(scores, reverse=True) == list(scores)
    releases = [library.release(passage.release_id) for passage in library.passages(ids)]
    return [release.path.removesuffix(".md") for release in releases]


def test_words_are_stemmed_and_ranked(stocked: Library) -> None:
    assert found(stocked, "ferry") == ["a", "b"]  # in title and text before text alone
    assert found(stocked, "repairing")[0] == "b"
    assert set(found(stocked, "lantern", "ferries")) == {"a", "b", "c", "d"}


def test_accents_and_case_do_not_count(stocked: Library) -> None:
    assert found(stocked, "CAFE") == ["c"]


def test_the_date_in_words_is_found(stocked: Library) -> None:
    assert found(stocked, "March 2020") == ["c"]


def test_a_filter_is_applied_before_ranking(stocked: Library) -> None:
    where = Filters(since=dt.date(2020, 3, 1))
    assert found(stocked, "lantern", k=2, where=where) == found(stocked, "lantern", where=where)
    assert set(found(stocked, "lantern", where=where)) == {"c", "d"}


def test_at_most_k_come_back(stocked: Library) -> None:
    assert len(found(stocked, "lantern", k=1)) == 1
    assert found(stocked, "lantern", k=0) == []


@pytest.mark.parametrize("term", ["NOT", "NEAR", "title:", "*", '"', "(", "^", "-", "body : x", ""])
def test_operators_are_words(stocked: Library, term: str) -> None:
    assert set(found(stocked, term)) <= {"d"}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=st.lists(st.text(), max_size=4))
def test_no_text_breaks_the_query(stocked: Library, terms: list[str]) -> None:
    found(stocked, *terms)


@given(st.lists(st.text(), max_size=5))
def test_an_expression_is_only_quoted_words(terms: list[str]) -> None:
    expression = match_expression(terms)
    for phrase in expression.split(" OR ") if expression else []:
        assert phrase[0] == phrase[-1] == '"'
        assert '"' not in phrase[1:-1]
