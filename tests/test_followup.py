"""Follow-up questions made to stand alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.followup import refers_back, standalone

CHAIR = ("Who chaired the Pilots' Forum in May 2016?", "Ambassador Oda Brandt [1]")
PLACE = ("Where did the Tide Board meet in April 2013?", "Norrhaven")


@pytest.mark.parametrize(
    ("turn", "question", "expected"),
    [
        (PLACE, "And in May 2016?", "Where did the Tide Board meet in May 2016?"),
        (PLACE, "What about June 2014?", "Where did the Tide Board meet in June 2014?"),
        (PLACE, "And the year before?", "Where did the Tide Board meet in April 2012?"),
        (PLACE, "And the following month?", "Where did the Tide Board meet in May 2013?"),
        (
            ("Who led it in December 2012?", "Oda Brandt"),
            "And the month after?",
            "Who led it in January 2013?",
        ),
        (("What was spent in 2015?", "2 million"), "And a year later?", "What was spent in 2016?"),
        (
            ("How many ships called at Norrhaven?", "12"),
            "And at Tarn Quay?",
            "How many ships called at Tarn Quay?",
        ),
        (
            ("How many votes did Oda Brandt get?", "12"),
            "What about Ulf Strand?",
            "How many votes did Ulf Strand get?",
        ),
        (CHAIR, "Which country does she represent?", "Which country does Oda Brandt represent?"),
        (CHAIR, "Where was he born?", "Where was Oda Brandt born?"),
        (CHAIR, "And what is her post?", "What is Oda Brandt's post?"),
        (CHAIR, "Who succeeded her?", "Who succeeded Oda Brandt?"),
    ],
)
def test_the_reference_is_filled_in(turn: tuple[str, str], question: str, expected: str) -> None:
    got = standalone(question, [turn]).question
    assert got.replace("Ambassador ", "") == expected


def test_she_stays_the_same_person_when_the_answer_between_is_no_person() -> None:
    quoted = "Halvany — “Envoy of Halvany to the Assembly Ambassador Oda Brandt spoke.” [1]"
    turns = [CHAIR, ("Which country does she represent?", quoted)]
    got = standalone("What did she say?", turns)
    assert got.question.replace("Ambassador ", "") == "What did Oda Brandt say?"
    assert "Envoy" not in got.context


@pytest.mark.parametrize(
    "question",
    [
        "And who opened that meeting?",
        "How long was the conference to last?",
        "When had the two countries met before?",
        "Where did it take place?",
        "And why?",
        "Who else was there?",
    ],
)
def test_a_reference_that_cannot_be_worded_takes_the_turn_along(question: str) -> None:
    got = standalone(question, [CHAIR])
    assert got.asked == CHAIR[0]
    assert "Pilots' Forum" in got.context
    assert "Oda Brandt" in got.context
    assert "[1]" not in got.context


@pytest.mark.parametrize(
    "question",
    [
        "Who spoke for the Harbour Council?",
        "Which country is Vice-Chair of the 1540 Committee?",
        "Who won the 2018 Regatta Cup?",
        "How many participants met in the final plenary?",
        "When did Ulf Strand say that he would resign?",
    ],
)
def test_a_new_topic_takes_nothing_over(question: str) -> None:
    got = standalone(question, [CHAIR])
    assert (got.question, got.asked, got.context) == (question, "", "")


def test_references_are_followed_through_several_turns() -> None:
    turns = [PLACE, ("And in May 2016?", "Castelmoor")]
    got = standalone("And the year after?", turns)
    assert got.question == "Where did the Tide Board meet in May 2017?"


def test_without_history_a_question_is_left_alone() -> None:
    assert standalone("  And where is she from? ").question == "And where is she from?"
    assert refers_back("And where is she from?")


def test_a_refused_turn_still_gives_its_question() -> None:
    got = standalone("And in May 2016?", [(PLACE[0], "")])
    assert got.question == "Where did the Tide Board meet in May 2016?"


@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=8), st.text())
def test_any_history_is_read(history: list[tuple[str, str]], question: str) -> None:
    got = standalone(question, history)
    assert isinstance(got.question, str)
    assert bool(got.asked) >= bool(got.context)
