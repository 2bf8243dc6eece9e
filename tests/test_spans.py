"""Candidate answers in a sentence."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.spans import Candidate, candidates

ISSUED = dt.date(2011, 3, 16)
KINDS = ["person", "country", "place", "organisation", "date", "duration", "money", "number",
         "rank", "reason", "thing", "yes-no", "manner"]  # fmt: skip


def texts(text: str, kind: str, least: float = 0.5) -> list[str]:
    found = candidates(text, kind, issued=ISSUED, lower=frozenset({"security", "harbour", "of"}))
    return [text[c.start : c.end] for c in found if c.quality >= least]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ambassador Ingrid Solheim opened the talks.", ["Ingrid Solheim"]),
        ("Opening the talks, Minister Pieter van den Berg spoke.", ["Pieter van den Berg"]),
        ("The chairman, Ambassador Luca de Rossi of Italy, agreed.", ["Luca de Rossi"]),
        ("Prince Omar bin Rashid of Jordan said so.", ["Omar bin Rashid"]),
        (
            "It was signed by Jean-Luc O'Neill and Åsa Öberg-Lind.",
            ["Jean-Luc O'Neill", "Åsa Öberg-Lind"],
        ),
        ("She met Anna MARCHETTI, who retires.", ["Anna MARCHETTI"]),
        ("Mr Okafor thanked Professor Timothy J. Wells.", ["Okafor", "Timothy J. Wells"]),
        ("Director-General Mona Haddad's speech", ["Mona Haddad"]),
        ("The Security Council met on Monday in New York.", []),
        ("The United Arab Emirates and South Africa agreed.", []),
        ("The Paul Keller Institute and the NATO Troika met.", []),
        ("Okafor alone is a word like any other.", []),
    ],
)
def test_people(text: str, expected: list[str]) -> None:
    assert texts(text, "person") == expected


def test_a_word_also_written_small_is_no_name() -> None:
    assert texts("The Harbour Security matters to Ada Lind.", "person") == ["Ada Lind"]


def test_the_title_before_a_name_is_kept_apart() -> None:
    text = "Then Prime Minister Ada Lind spoke."
    (found,) = [c for c in candidates(text, "person") if c.quality > 0.5]
    assert text[found.title_start : found.start] == "Prime Minister "


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Sweden and the Republic of Korea met Swiss experts.", "country",
         ["Sweden", "Republic of Korea"]),
        ("They met in Oslo and then at Akershus Castle in March.", "place",
         ["Oslo", "Akershus Castle"]),
        ("The contract went to Nordwind AG and FastNet.", "organisation",
         ["Nordwind AG", "Nordwind AG and FastNet", "FastNet"]),
        ("After two days, the 350 participants left on 3 May 2003.", "number", ["two", "350"]),
        ("It sold 1,250 boats and 12.5 per cent.", "number", ["1,250", "12.5 per cent"]),
        ("Norland gave CHF 1.2 million and 40,000 euros.", "money",
         ["CHF 1.2 million", "40,000 euros"]),
        ("It cost $5 million.", "money", ["$5 million"]),
        ("The exercise lasts four days.", "duration", ["four days"]),
        ("Norland is the third largest donor.", "rank", ["third", "largest"]),
        ("The ferry was cancelled because of heavy ice, he said.", "reason", ["heavy ice"]),
        ("It was moved due to uncertain conditions.", "reason", ["uncertain conditions"]),
        ("The visit is due to take place in May.", "reason", []),
    ],
)  # fmt: skip
def test_phrases(text: str, kind: str, expected: list[str]) -> None:
    assert texts(text, kind) == expected


def test_dates_are_resolved_against_the_day_of_issue() -> None:
    (found,) = candidates("The talks closed yesterday.", "date", issued=ISSUED)
    assert (found.first, found.last) == (dt.date(2011, 3, 15), dt.date(2011, 3, 15))
    (month,) = candidates("They began in May 1999.", "date")
    assert (month.first, month.last) == (dt.date(1999, 5, 1), dt.date(1999, 5, 31))


def test_the_dateline_is_not_when_it_happened() -> None:
    text = "OSLO, 16 March 2011 - The talks closed yesterday."
    dateline, told = candidates(text, "date", issued=ISSUED)
    assert dateline.quality < 0.5 < told.quality
    assert text[told.start : told.end] == "yesterday"


@given(st.text(max_size=300), st.sampled_from(KINDS))
def test_every_candidate_stands_in_the_text(text: str, kind: str) -> None:
    for found in candidates(text, kind, issued=ISSUED):
        assert 0 <= found.start < found.end <= len(text)
        assert 0.0 < found.quality <= 1.0


WORDS = (
    "The Ambassador Ada Lind of Oslo, Sweden and Nordwind AG gave CHF 5 million yesterday in May"
    " 2011 because three boats - “said” Mr. de Vries's"
)


@given(st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join), st.sampled_from(KINDS))
def test_candidates_have_no_space_around_them(text: str, kind: str) -> None:
    found: list[Candidate] = candidates(text, kind, issued=ISSUED)
    for one in found:
        assert text[one.start : one.end] == text[one.start : one.end].strip()


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Ambassador Ada Lind of Corvania spoke.", "country", ["Corvania"]),
        ("Corvania's Foreign Minister Ada Lind spoke.", "country", ["Corvania"]),
        ("It was hosted by Corvania in May.", "country", ["Corvania"]),
        ("Professor Ada Lind of University College spoke.", "country", []),
        ("The budget amounts to 51.6 million crowns.", "money", ["51.6 million crowns"]),
        ("The tower was built in 1871.", "date", ["1871"]),
        ("It closed after a dispute over fees.", "reason", ["a dispute over fees"]),
        ("It has grown after 3 May, on a visit to Corvania.", "reason", []),
    ],
)
def test_what_no_list_knows(text: str, kind: str, expected: list[str]) -> None:
    assert texts(text, kind) == expected
