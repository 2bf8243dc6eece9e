"""Which hits the trained reader reads: as many as the search and what it finds leave open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from embeddings.types import Passage, Release
from qa.marking import MOST, margin, mark
from qa.span_model import Context, SpanModel, header
from qa.types import Hit

QUESTION = "Who chaired the Harbour Board in June 2003?"
ANSWER = "In June 2003 the Harbour Board was chaired by Ida Falk of Norrvik."
OTHERS = [
    f"The ferry to Pier {number} runs twice a day, as the port office said." for number in range(11)
]


def hits(texts: Sequence[str], scores: Sequence[float]) -> list[Hit]:
    found = []
    for number, (text, score) in enumerate(zip(texts, scores, strict=True)):
        release = Release(f"r{number}", "Sample of a notice", text, date=dt.date(2003, 6, 3))
        found.append(Hit(Passage(release.id, 0, len(text), text), release, score))
    return found


def read(found: Sequence[Hit]) -> list[int]:
    """The places of the hits that were read."""
    return [i for i, hit in enumerate(found) if hit.marks is not None]


def test_a_sure_answer_far_ahead_of_the_rest_is_enough() -> None:
    found = mark(QUESTION, hits([ANSWER, *OTHERS], [6.0, 5.9, *[-3.0] * 10]))
    assert read(found) == [0, 1]
    assert margin(found[0]) > 0 > margin(found[1])


def test_the_next_ones_are_read_where_the_search_puts_little_between() -> None:
    assert read(mark(QUESTION, hits([ANSWER, *OTHERS], [6.0] * 12))) == list(range(MOST))


def test_the_next_ones_are_read_where_nothing_answers() -> None:
    assert read(mark(QUESTION, hits(OTHERS, [6.0, 5.0, *[4.0] * 9]))) == list(range(MOST))


def test_reading_ends_once_the_answer_is_found_and_the_rest_is_far() -> None:
    texts = [OTHERS[0], OTHERS[1], ANSWER, *OTHERS[2:]]
    found = mark(QUESTION, hits(texts, [6.0, 5.9, 5.8, 5.7, *[-3.0] * 8]))
    assert read(found) == [0, 1, 2, 3]


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_few_hits_are_all_read_in_their_order(count: int) -> None:
    given = hits(OTHERS[:count], [1.0] * count)
    found = mark(QUESTION, given)
    assert [hit.release.id for hit in found] == [hit.release.id for hit in given]
    assert read(found) == list(range(count))


@pytest.mark.parametrize("threads", [1, 2, 3, 4, 7, 16])
def test_what_is_read_does_not_depend_on_the_number_of_cores(threads: int) -> None:
    loaded = SpanModel.load()
    texts = [OTHERS[0], OTHERS[1], ANSWER, *OTHERS[2:]]
    given = hits(texts, [6.0, 5.9, 5.8, 5.7, *[-3.0] * 8])
    before = loaded.threads
    try:
        loaded.threads = threads
        found = mark(QUESTION, given)
    finally:
        loaded.threads = before
    assert read(found) == [0, 1, 2, 3]


def test_what_it_marks_is_what_the_model_marks_in_that_passage() -> None:
    (found,) = mark(QUESTION, hits([ANSWER], [1.0]))
    assert found.marks is not None
    context = Context(header("Sample of a notice", dt.date(2003, 6, 3)), ANSWER)
    alone = SpanModel.load().mark(QUESTION, [context])[0]
    assert found.marks.best()[:2] == alone.best()[:2]
    assert ANSWER[slice(*found.marks.best()[:2])].startswith("Ida Falk")
