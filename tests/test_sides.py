"""Comparisons taken apart: which questions have sides, and what is asked for each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.sides import Comparison, comparison
from qa.understand import understand


@dataclass(frozen=True)
class Catalog:
    first: dt.date = dt.date(2001, 1, 1)
    last: dt.date = dt.date(2022, 12, 31)
    sources: dict[str, int] = field(default_factory=dict)
    acronyms: dict[str, str] = field(default_factory=dict)


def sides(question: str) -> Comparison | None:
    return comparison(understand(question, Catalog()))


CASES = [
    (
        "How did the number of buoys change between 2017 and 2018?",
        "change",
        ["2017", "2018"],
        ["What was the number of buoys in 2017?", "What was the number of buoys in 2018?"],
    ),
    (
        "By how much did the ferry budget rise from 2018 to 2019?",
        "change",
        ["2018", "2019"],
        ["What was the ferry budget in 2018?", "What was the ferry budget in 2019?"],
    ),
    (
        "How many sailors were rescued in April 2014, and how many in June 2017?",
        "values",
        ["April 2014", "June 2017"],
        [
            "How many sailors were rescued in April 2014?",
            "How many sailors were rescued in June 2017?",
        ],
    ),
    (
        "Compare the ferry budget for 2018 with that for 2019.",
        "change",
        ["the ferry budget for 2018", "the ferry budget for 2019"],
        ["What was the ferry budget for 2018?", "What was the ferry budget for 2019?"],
    ),
    (
        "Which budget was larger, that for 2018 or that for 2019?",
        "more",
        ["the budget for 2018", "the budget for 2019"],
        ["What was the budget for 2018?", "What was the budget for 2019?"],
    ),
    (
        "Which regatta had fewer boats, the one of 2016 or the one of 2018?",
        "less",
        ["the regatta of 2016", "the regatta of 2018"],
        [
            "How many boats did the regatta of 2016 have?",
            "How many boats did the regatta of 2018 have?",
        ],
    ),
    (
        "Which came first in 2014: Ivo Berend being made envoy, or Mara Lind being made pilot?",
        "first",
        ["Ivo Berend being made envoy", "Mara Lind being made pilot"],
        [
            "When Ivo Berend was made envoy in 2014?",
            "When Mara Lind was made pilot in 2014?",
        ],
    ),
    (
        "Who led the Tide Board before Mara Lind, and who followed her?",
        "both",
        ["Who led the Tide Board before Mara …", "Who followed Mara Lind"],
        ["Who led the Tide Board before Mara Lind?", "Who followed Mara Lind?"],
    ),
    (
        "How many lamps were planned in Ilmara, as told in 2012, and how many in Gorsea?",
        "both",
        ["2012", "How many lamps were planned in Gorsea"],
        [
            "How many lamps were planned in Ilmara, as told in 2012?",
            "How many lamps were planned in Gorsea?",
        ],
    ),
    (
        "What sum did Ilmara give for buoys in May 2009, and what sum to the Tide Board in 2013?",
        "both",
        ["May 2009", "2013"],
        [
            "What sum did Ilmara give for buoys in May 2009?",
            "What sum did Ilmara give to the Tide Board in 2013?",
        ],
    ),
    (
        "How much did the port spend on lamps in 2015 compared with 2017?",
        "values",
        ["2015", "2017"],
        [
            "How much did the port spend on lamps in 2015?",
            "How much did the port spend on lamps in 2017?",
        ],
    ),
]


@pytest.mark.parametrize(("question", "asks", "labels", "questions"), CASES)
def test_each_side_is_a_question_of_its_own(
    question: str, asks: str, labels: list[str], questions: list[str]
) -> None:
    found = sides(question)
    assert found is not None
    assert found.asks == asks
    assert [side.label for side in found.sides] == labels
    assert [side.question for side in found.sides] == questions


@pytest.mark.parametrize(
    "question",
    [
        "How many people were rescued in 2017?",
        "Who met the envoys of Ilmara and Gorsea in May 2014?",
        "Who led the talks between Ilmara and Gorsea in 2015?",
        "What was signed on 3 May 2016?",
        "What was agreed and who signed it?",
        "Which ports opened after the storm?",
        "Who chaired the Tide Board since 2013?",
        "",
    ],
)
def test_other_questions_have_no_sides(question: str) -> None:
    assert sides(question) is None


WORDS = [
    "how", "did", "which", "who", "compare", "the", "budget", "number", "of", "boats", "change",
    "differ", "between", "in", "2017", "2018", "and", "or", "larger", "more", "first", "than",
    "with", "from", "to", "May", ",", ":", "?", "Ivo", "Berend", "Tide", "Board", "being", "made",
    "that", "one",
]  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.sampled_from(WORDS), max_size=18).map(" ".join))
def test_any_question_can_be_taken_apart(question: str) -> None:
    found = sides(question)
    if found is not None:
        assert 2 <= len(found.sides) <= 4
        assert all(side.question.endswith("?") and side.label for side in found.sides)
