"""Reranking: what a hit holds of the question, by value."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.types import Passage, Release
from qa.rerank import coverage, rerank
from qa.types import Hit
from qa.understand import Query, understand


class Archive:
    first = dt.date(2000, 1, 1)
    last = dt.date(2020, 1, 1)
    sources: dict[str, int] = {}  # noqa: RUF012
    acronyms: dict[str, str] = {}  # noqa: RUF012


class Nothing:
    """Reranking asks the library for nothing."""


def hit(number: int, text: str, title: str = "", score: float = 0.0) -> Hit:
    release = Release(id=str(number), title=title, text=text)
    return Hit(Passage(release.id, 0, len(text), text, number), release, score)


def ask(question: str) -> Query:
    return understand(question, Archive())


def order(query: Query, hits: list[Hit]) -> list[int]:
    return [one.passage.id for one in rerank(Nothing(), query, hits)]  # type: ignore[arg-type]


def test_words_that_all_releases_share_count_less_than_those_that_tell_them_apart() -> None:
    hits = [
        hit(1, "The ferry left the harbour."),
        hit(2, "The ferry left the harbour at dusk."),
        hit(3, "The ferry reached the quay."),
    ]
    one, two, three = coverage(ask("Which ferry left the harbour at dusk?"), hits)
    weights = {
        "ferry": math.log(1 + 3 / 3.5),
        "left": math.log(1 + 3 / 2.5),
        "harbour": math.log(1 + 3 / 2.5),
        "dusk": math.log(1 + 3 / 1.5),
    }
    total = sum(weights.values())
    assert two.sentence == two.passage == two.release == pytest.approx(1.0)
    assert one.passage == pytest.approx(1 - weights["dusk"] / total)
    assert three.passage == pytest.approx(weights["ferry"] / total)


def test_the_best_sentence_the_title_and_the_release_are_looked_at_apart() -> None:
    whole = "Lanterns were lit. The pilots slept."
    release = Release(id="1", title="Dusk at Norrhaven", text=whole)
    passage = Passage("1", 0, 18, whole[:18], 1)
    other = hit(2, "Nothing of the kind.")
    question = ask("Which pilots lit lanterns at Norrhaven?")
    first, second = coverage(question, [Hit(passage, release, 0.0), other])
    assert first.sentence < first.passage < 1.0
    assert first.release == pytest.approx(1.0)
    assert second.release == 0.0


def test_the_fuller_hit_rises_and_a_clear_score_still_wins() -> None:
    poor = "The board met on Monday."
    full = "The board met the pilots of Norrhaven."
    query = ask("Where did the board meet the pilots of Norrhaven?")
    assert order(query, [hit(1, poor, score=0.1), hit(2, full, score=0.0)]) == [2, 1]
    assert order(query, [hit(1, poor, score=9.0), hit(2, full, score=0.0)]) == [1, 2]


def test_a_second_passage_of_a_release_makes_room_for_another_release() -> None:
    text = "The board met the pilots."
    release = Release(id="1", title="", text=f"{text} {text}")
    passages = [Passage("1", 0, 25, text, 1), Passage("1", 26, 51, text, 2)]
    same = [Hit(passage, release, 1.0 - i / 10) for i, passage in enumerate(passages)]
    query = ask("Where did the board meet the pilots?")
    assert order(query, [*same, hit(3, text, score=0.8)]) == [1, 3, 2]
    assert order(query, [*same, hit(3, text, score=0.1)]) == [1, 2, 3]


def test_dates_are_left_to_the_search() -> None:
    hits = [hit(1, "The board met in June 2014."), hit(2, "The board met in May.")]
    one, two = coverage(ask("When did the board meet in June 2014?"), hits)
    assert one == two


def test_few_or_equal_hits_keep_their_order() -> None:
    query = ask("Who?")
    assert order(query, []) == []
    assert order(query, [hit(3, "One.")]) == [3]
    assert order(query, [hit(2, "Same."), hit(1, "Same.")]) == [2, 1]


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=80), max_size=6))
def test_reranking_is_a_permutation(question: str, texts: list[str]) -> None:
    hits = [hit(i, text) for i, text in enumerate(texts, 1)]
    assert sorted(order(ask(question), hits)) == [one.passage.id for one in hits]
