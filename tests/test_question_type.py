"""What kind of thing a question asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.question_type import question_type

KINDS = [
    ("Who chaired the Harbour Board?", "person"),
    ("Whom did the council appoint?", "person"),
    ("To whom was the medal given?", "person"),
    ("Which former Norlandish fisheries minister spoke?", "person"),
    ("Which member of the Council of Ports resigned?", "person"),
    ("Which city official explained the rules?", "person"),
    ("Which of the envoys toured the islands?", "person"),
    ("Which country is Vice-Chair of the Tide Committee?", "country"),
    ("Where did the ministers meet?", "place"),
    ("In which city was the treaty signed?", "place"),
    ("Which castle was the venue?", "place"),
    ("Which city hosted the finance ministers?", "place"),
    ("When did the conference close?", "date"),
    ("On what date did the office open?", "date"),
    ("On exactly which day was the harbour shut?", "date"),
    ("When the council met, who gave the address?", "person"),
    ("How many boats took part?", "number"),
    ("What was the largest number of sailors on board?", "number"),
    ("How much did the bridge cost?", "money"),
    ("What additional sum was promised?", "money"),
    ("What was the budget of the mission?", "money"),
    ("How long will the exercise last?", "duration"),
    ("What place did Norland hold among the donors?", "rank"),
    ("Why was the ferry cancelled?", "reason"),
    ("What reason did the minister give for leaving?", "reason"),
    ("Which company won the contract?", "organisation"),
    ("Which ferry operator raised its fares?", "organisation"),
    ("From what point did the pilots expect calm seas?", "date"),
    ("At which point on the coast did they land?", "thing"),
    ("What fraction of the fleet was lost?", "number"),
    ("What kind of boat was launched?", "thing"),
    ("What type of district is the harbour?", "thing"),
    ("What sort of company ran the ferry?", "thing"),
    ("What kind of person becomes a pilot?", "person"),
    ("Did the council meet in May?", "yes-no"),
    ("Did the minister who resigned in May come back?", "yes-no"),
    ("Between the storm and the fair, was there a change of chair?", "yes-no"),
    ("Can you say who chaired the council?", "person"),
    ("When the council met in May, who took the chair?", "person"),
    ("How did the minister travel?", "manner"),
]


@pytest.mark.parametrize(("question", "kind"), KINDS)
def test_kind(question: str, kind: str) -> None:
    assert question_type(question).kind == kind


def test_focus_describes_the_person_asked_for() -> None:
    asked = question_type("Which former Norlandish fisheries minister opened the talks?")
    assert [word.text for word in asked.focus] == ["former", "Norlandish", "fisheries", "minister"]


def test_focus_leaves_out_a_noun_that_texts_do_not_repeat() -> None:
    assert question_type("In which Norlandish city did they meet?").focus[0].text == "Norlandish"
    assert not question_type("In which city did they meet?").focus
    assert not question_type("Which official signed?").focus


def test_noun_is_what_is_counted() -> None:
    assert question_type("How many surplus fishing boats were sold?").noun == "boat"
    assert question_type("What was the number of sailors the navy sent?").noun == "sailor"


def test_an_action_asked_for_has_no_noun() -> None:
    assert question_type("What did Ada Lind say?").noun == ""
    assert question_type("What kind of boat did Ada Lind buy?").noun == "boat"


@pytest.mark.parametrize(
    "question",
    [
        "How did the number of boats change between 2007 and 2011?",
        "Who were appointed harbour masters in May 2013 and in June 2018?",
        "List every meeting of the Tide Committee.",
        "Which came first: the fire or the flood?",
    ],
)
def test_answers_in_several_releases(question: str) -> None:
    assert question_type(question).several


@pytest.mark.parametrize(
    "question",
    ["Who chaired the Harbour Board in 2013?", "In which city were the ministers due to meet?"],
)
def test_answers_in_one_release(question: str) -> None:
    assert not question_type(question).several


@given(st.text(max_size=200))
def test_any_text_has_a_kind(text: str) -> None:
    asked = question_type(text)
    assert asked.kind
    for word in asked.focus:
        assert text[word.start : word.end] == word.text
