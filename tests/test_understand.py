"""What a question is understood to ask: dates, names, order, bodies, search words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.types import Filters
from qa.names import fold, is_acronym, names
from qa.types import Understood
from qa.understand import content_terms, understand


@dataclass(frozen=True)
class Archive:
    first: dt.date | None = dt.date(2003, 1, 10)
    last: dt.date | None = dt.date(2018, 12, 20)
    sources: dict[str, int] = field(default_factory=lambda: {"Tide Board": 4, "Harbour Council": 2})
    acronyms: dict[str, str] = field(
        default_factory=lambda: {"HC": "Harbour Council", "NLA": "Northern Lights Authority"}
    )


ARCHIVE = Archive()


def dates(question: str) -> list[tuple[str, str, str]]:
    query = understand(question, ARCHIVE)
    return [(date.text, str(date.first), str(date.last)) for date in query.dates]


def required(question: str) -> list[str]:
    return [one.text for one in understand(question, ARCHIVE).required]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who chaired it in June 2003?", [("June 2003", "2003-06-01", "2003-06-30")]),
        ("Who won the prize in 2006?", [("2006", "2006-01-01", "2006-12-31")]),
        ("What did the chairmanship of 2014 cost?", [("2014", "2014-01-01", "2014-12-31")]),
        ("Who spoke on 14 May 2010?", [("14 May 2010", "2010-05-14", "2010-05-14")]),
        ("Who leads the Tide Board?", []),
        ("Who spoke about Resolution 1987?", []),
        ("How many of the 2000 delegates voted?", []),
    ],
)
def test_dates_and_what_only_looks_like_one(
    question: str, expected: list[tuple[str, str, str]]
) -> None:
    assert dates(question) == expected


def test_both_ends_of_a_comparison_are_asked_about() -> None:
    query = understand("How did the fleet change between 2007 and 2011?", ARCHIVE)
    assert [date.text for date in query.dates] == ["2007", "2011"]
    assert query.compares
    assert not understand("Who presided from 2007 to 2011?", ARCHIVE).compares


def test_since_dates_the_background_when_another_date_stands_beside_it() -> None:
    query = understand("Who had led it since 2013 when it met in June 2014?", ARCHIVE)
    assert [(d.text, d.background) for d in query.dates] == [("2013", True), ("June 2014", False)]
    assert not query.compares
    (alone,) = understand("What has the board done since 2013?", ARCHIVE).dates
    assert not alone.background


def test_a_day_of_publication_is_told_from_a_day_of_an_event() -> None:
    (date,) = understand("Who was announced in November 2007 as head?", ARCHIVE).dates
    assert date.published
    (date,) = understand("Who was chosen in November 2007 as head?", ARCHIVE).dates
    assert not date.published


@pytest.mark.parametrize("when", ["in 2025", "in October 2019", "in 1999", "on 1 January 2003"])
def test_a_date_that_the_archive_does_not_reach_is_named(when: str) -> None:
    query = understand(f"Who held the chair {when}?", ARCHIVE)
    assert query.outside == query.dates
    assert len(query.outside) == 1


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        ("last month", "2018-10-01", "2018-10-31"),
        ("this year", "2018-01-01", "2018-12-31"),
        ("yesterday", "2018-11-21", "2018-11-21"),
    ],
)
def test_last_month_counts_from_the_day_of_asking(when: str, first: str, last: str) -> None:
    query = understand(f"Who met {when}?", ARCHIVE, today=dt.date(2018, 11, 22))
    assert [(str(date.first), str(date.last)) for date in query.dates] == [(first, last)]
    assert understand("Who met on 14 April?", ARCHIVE, today=dt.date(2018, 11, 22)).dates == ()


def test_dates_within_the_archive_and_an_empty_archive_are_never_outside() -> None:
    assert understand("Who held the chair in 2010?", ARCHIVE).outside == ()
    assert understand("And in 2025?", Archive(first=None, last=None)).outside == ()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who is Oda Brandt's deputy?", ["Oda Brandt"]),
        ("Who chaired the NLA Harbour Council?", ["NLA", "Harbour Council"]),
        ("What did the Council of Elder Pilots decide?", ["Council of Elder Pilots"]),
        ("Who spoke about Resolution 1540 in June 2010?", ["Resolution 1540"]),
        (
            "Who was President of the Assembly when Norrhaven hosted it?",
            ["President of the Assembly", "Norrhaven"],
        ),
        ("Who wrote 'Under Grey Sails'?", ["Under Grey Sails"]),
        ("What stood by the Seine for the Swiss show?", ["Seine", "Swiss"]),
        ("Who runs the Office for Harbour Law?", ["Office for Harbour Law"]),
        ("Who called it a “calm sea”?", ["calm sea"]),
        ("Did 350 people attend the 15-member panel?", ["350", "15-member"]),
        ("How many came?", []),
        ("Where did Tarn Quay and Port Ambrel meet?", ["Tarn Quay", "Port Ambrel"]),
        ("Which Justus de Visser spoke?", ["Justus de Visser"]),
    ],
)
def test_names_numbers_and_quotations_that_evidence_must_hold(
    question: str, expected: list[str]
) -> None:
    assert required(question) == expected


def test_an_acronym_and_its_expansion_stand_for_each_other() -> None:
    (short,) = understand("Who leads the NLA?", ARCHIVE).required
    assert short.kind == "acronym"
    assert short.forms == ("NLA", "Northern Lights Authority")
    (long,) = understand("Who leads the Northern Lights Authority?", ARCHIVE).required
    assert long.forms == ("Northern Lights Authority", "NLA")
    assert "NLA" in understand("Who leads the Northern Lights Authority?", ARCHIVE).terms
    assert {"Northern", "Lights"} <= set(understand("Who leads the NLA?", ARCHIVE).terms)


@pytest.mark.parametrize("question", ["What did the Harbour Council say?", "What did HC say?"])
def test_an_issuing_body_is_known_by_name_and_acronym(question: str) -> None:
    assert understand(question, ARCHIVE).sources == ("Harbour Council",)


def test_order_is_read_from_latest_and_earliest_but_not_from_first() -> None:
    assert understand("What is the latest budget?", ARCHIVE).order == "latest"
    assert understand("What is the earliest budget?", ARCHIVE).order == "earliest"
    assert understand("Who chaired the first conference?", ARCHIVE).order == ""


def test_search_words_leave_out_grammar_but_keep_the_month_of_may() -> None:
    assert content_terms("Who may have met in May 2016?") == ("met", "May", "2016")


def test_filters_are_carried_and_what_was_understood_is_said() -> None:
    filters = Filters(since=dt.date(2010, 1, 1))
    query = understand("Who led the Tide Board in June 2012?", ARCHIVE, filters=filters)
    assert query.filters == filters
    assert query.understood == (
        Understood("date", "June 2012"),
        Understood("source", "Tide Board"),
    )


def test_everything_understood_is_shown_with_its_kind() -> None:
    question = "What did HC and Oda Brandt say in the latest debate on Resolution 1540 in May 2014?"
    assert understand(question, ARCHIVE).understood == (
        Understood("date", "May 2014"),
        Understood("source", "HC"),
        Understood("name", "Oda Brandt"),
        Understood("name", "Resolution 1540"),
        Understood("order", "latest"),
    )
    assert understand("What did the tide board say?", ARCHIVE).understood == (
        Understood("source", "Tide Board"),
    )


@pytest.mark.parametrize(
    ("question", "unwanted", "left"),
    [
        ("Who chaired the Tide Board in June 2003?", "June 2003", "Who chaired the Tide Board?"),
        ("Who chaired the Tide Board in June 2003?", "Tide Board", "Who chaired in June 2003?"),
        ("Who chaired the tide board in June 2003?", "Tide Board", "Who chaired in June 2003?"),
        ("Who led the NLA's office?", "NLA", "Who led office?"),
        ("How did it change between 2007 and 2011?", "2007", "How did it change in 2011?"),
        ("How did it change between 2007 and 2011?", "2011", "How did it change in 2007?"),
        ("What was said in 2007 and in 2011?", "2011", "What was said in 2007?"),
        ("What is the most recent budget?", "latest", "What is budget?"),
        ("Who wrote 'Under Grey Sails'?", "Under Grey Sails", "Who wrote?"),
        ("Who led the Tide Board?", "Board", "Who led the Tide Board?"),
        ("Who led the Tide Board?", "Oda Brandt", "Who led the Tide Board?"),
        ("Who met last month in Norrhaven?", "last month", "Who met in Norrhaven?"),
        ("In June 2003, who spoke?", "June 2003", ", who spoke?"),
    ],
)
def test_what_was_understood_can_be_taken_out(question: str, unwanted: str, left: str) -> None:
    query = understand(question, ARCHIVE, without=[unwanted])
    assert query.question == left
    plain = understand(left, ARCHIVE)
    assert query == replace(plain, asked=question)
    assert unwanted not in [one.text for one in query.understood]


def test_a_date_carried_over_from_the_turn_before_can_be_taken_out() -> None:
    turn = ("Who chaired the Tide Board in June 2003?", "Oda Brandt")
    question = "And who opened that meeting?"
    query = understand(question, ARCHIVE, [turn])
    assert Understood("date", "June 2003") in query.understood
    assert "2003" in query.context
    free = understand(question, ARCHIVE, [turn], without=["June 2003"])
    assert free.dates == ()
    assert "2003" not in free.context + " ".join(free.context_terms)
    assert "Tide" in free.context_terms


@given(st.text(alphabet=st.sampled_from("AB ab'’“”\"12-?,ofthein2003June"), max_size=60))
def test_taking_everything_out_leaves_nothing_understood_of_it(question: str) -> None:
    query = understand(question, ARCHIVE)
    for one in query.understood:
        left = understand(question, ARCHIVE, without=[one.text])
        assert letters(left.question) < letters(query.question)


def letters(text: str) -> int:
    return sum(char.isalnum() for char in text)


def test_spellings_of_a_name_compare() -> None:
    assert fold("Co-operation") == fold("cooperation") == "cooperation"
    assert fold("Zürich") == "zurich"
    assert [is_acronym(word) for word in ("OSCE", "HoMs", "Bern", "Tide Board")] == [
        True,
        True,
        False,
        False,
    ]


@given(st.text(max_size=300))
def test_any_text_is_understood(question: str) -> None:
    query = understand(question, ARCHIVE, [("Who led it?", question)])
    assert query.asked == question
    for date in query.dates:
        assert date.first <= date.last
    assert all(one.forms[0] == one.text for one in query.required)


@given(st.text(alphabet=st.sampled_from("ABa b'’“”\"12.-?,oftheOSCE "), max_size=80))
def test_names_are_cut_from_the_question_and_never_overlap(question: str) -> None:
    end = 0
    for name in names(question):
        assert question[name.start : name.end] == name.text
        assert name.start >= end
        assert name.words
        end = name.end
