"""What a question insists on: capitals for governments, an archive's own country, continents."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from fakes import FakeEncoder, write_release

from embeddings.library import Library
from qa.capitals import CAPITALS, stands_for
from qa.checks import unmet
from qa.countries import NAMES
from qa.insisted import insisted
from qa.understand import understand


def governed(question: str, capital: str) -> tuple[str, ...]:
    start = question.index(capital)
    return stands_for(question, start, start + len(capital))


@pytest.mark.parametrize(
    ("question", "capital", "country"),
    [
        ("Who was Tokyo's ambassador to the harbour talks?", "Tokyo", "Japan"),
        ("Who led the Belgrade delegation?", "Belgrade", "Yugoslavia"),
        ("What was agreed between Oslo and Lisbon?", "Oslo", "Norway"),
        ("What was agreed between Oslo and Lisbon?", "Lisbon", "Portuguese"),
        ("Who held the talks with Tehran?", "Tehran", "Iranian"),
    ],
)
def test_a_capital_that_acts_is_its_government(question: str, capital: str, country: str) -> None:
    assert country in governed(question, capital)


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Who signed the accord in Tokyo?", "Tokyo"),
        ("Who travelled to Oslo in May?", "Oslo"),
        ("Who led the Geneva delegation?", "Geneva"),  # a city, but no capital
    ],
)
def test_a_place_is_a_place(question: str, place: str) -> None:
    assert governed(question, place) == ()


def test_every_capital_is_that_of_a_country_that_is_known() -> None:
    assert set(CAPITALS.values()) <= set(NAMES)


@pytest.fixture
def norwegian(tmp_path: Path) -> Library:
    """Four of five releases name Norway or what is Norwegian, one of five Japan."""
    texts = [
        "The Norwegian harbour master opened the pier.",
        "Norway pays for the new ferry.",
        "Envoys of Japan looked at the Norwegian ferry.",
        "A Norwegian crew won the regatta.",
        "The lamp of the lighthouse was mended.",
    ]
    for number, text in enumerate(texts):
        write_release(
            tmp_path, f"{number}.md", title=f"Notice {number}", date=f"2018-0{number + 1}-04",
            source="Harbour Office", text=text,
        )  # fmt: skip
    library = Library.open(tmp_path / "library", create=True, encoder=FakeEncoder())
    library.add(tmp_path)
    return library


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("Whom did the ferry in Tokyo please?", ""),
        ("Whom did the ferry in Lisbon please?", "does not name Lisbon"),
    ],
)
def test_a_capital_holds_by_its_country(question: str, lacking: str, norwegian: Library) -> None:
    (release,) = [one for one in norwegian.releases() if "Japan" in one.text]
    query = understand(question, norwegian.catalog())
    assert unmet(query, release, 0, len(release.text)) == lacking


def test_an_archives_own_country_need_not_be_named(norwegian: Library) -> None:
    query = understand("Which Norwegian crew met the envoys of Japan?", norwegian.catalog())
    assert [one.text for one in query.required] == ["Norwegian", "Japan"]
    assert [one.text for one in insisted(norwegian, query).required] == ["Japan"]


def test_a_continent_is_not_insisted_on_but_a_body_named_after_one_is(norwegian: Library) -> None:
    asked = "Who won the European championship, and what did the European Harbour Union say?"
    query = insisted(norwegian, understand(asked, norwegian.catalog()))
    assert [one.text for one in query.required] == ["European Harbour Union"]


@pytest.mark.parametrize(
    ("question", "insists"),
    [
        ("Ferry fares rose by how much in Oslo?", ["Oslo"]),  # the archive writes "ferry"
        ("Lawmakers from Oslo met which envoys?", ["Oslo"]),  # it does not have the word at all
        ("Joining in the regatta in Oslo, who won?", ["Oslo"]),
        ("Rask met which envoys in Oslo?", ["Rask", "Oslo"]),
        ("Envoys in Oslo came with Rask?", ["Oslo", "Rask"]),
        ("Japan sent which envoys to Oslo?", ["Japan", "Oslo"]),
        ("OIS in Oslo met whom?", ["OIS", "Oslo"]),
    ],
)
def test_a_common_word_that_opens_the_question_is_no_name(
    question: str, insists: list[str], norwegian: Library
) -> None:
    query = insisted(norwegian, understand(question, norwegian.catalog()))
    assert [one.text for one in query.required] == insists


def test_the_share_is_counted_again_when_the_archive_changes(
    norwegian: Library, tmp_path: Path
) -> None:
    query = understand("Which envoys of Japan came?", norwegian.catalog())
    assert insisted(norwegian, query).required
    more = tmp_path / "more"
    for number in range(9):
        write_release(
            more, f"{number}.md", title=f"Letter {number}", date=f"2019-01-1{number}",
            source="Harbour Office", text=f"Ship number {number} left for Japan with timber.",
        )  # fmt: skip
    norwegian.add(more)
    assert not insisted(norwegian, query).required


def test_a_programme_is_told_before_the_year_it_runs_to(norwegian: Library) -> None:
    query = understand("What will the ferry plan, running to 2031, cost?", norwegian.catalog())
    assert query.dates == ()
    compared = understand("What did it cost in 2015 compared with 2017?", norwegian.catalog())
    assert [date.first for date in compared.dates] == [dt.date(2015, 1, 1), dt.date(2017, 1, 1)]
