"""List and count questions find every release, checked against reading them all."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from fakes import FakeEncoder, write_archive, write_release
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.library import Library
from embeddings.types import Filters
from qa.exhaustive import every
from qa.understand import understand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from embeddings.types import Release

PORTS = ("Norrhaven", "Elsinmere", "Castelmoor", "Port Ambrel", "Tarn Quay")


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A hundred and twenty releases, a few days apart; only read here."""
    folder = tmp_path_factory.mktemp("listed")
    with Library.open(folder / "library", create=True, encoder=FakeEncoder()) as library:
        library.add(write_archive(folder / "in", 120))
        yield library


def ask(library: Library, question: str, limit: int = 200, **filters: object) -> list[str]:
    where = Filters(**filters)  # type: ignore[arg-type]
    query = understand(question, library.catalog(), filters=where)
    hits = every(library, query, limit)
    assert len({hit.release.id for hit in hits}) == len(hits)
    days = [hit.release.date or dt.date.min for hit in hits]
    assert days == sorted(days)
    for hit in hits:
        assert hit.passage.release_id == hit.release.id
        start, end = hit.passage.start, hit.passage.end
        assert hit.release.text[start:end] == hit.passage.text
    return [hit.release.id for hit in hits]


def read(library: Library, suits: Callable[[Release], bool], **filters: object) -> list[str]:
    """The ids that reading every release gives, oldest first."""
    where = Filters(**filters)  # type: ignore[arg-type]
    return [release.id for release in library.releases(where) if suits(release)]


def says(release: Release, words: str) -> bool:
    return re.search(rf"\b{words}\b", f"{release.title}\n{release.text}", re.I) is not None


@pytest.mark.parametrize("port", PORTS)
def test_every_release_that_names_it_is_found(stocked: Library, port: str) -> None:
    expected = read(stocked, lambda release: says(release, port))
    assert len(expected) == 24
    assert ask(stocked, f"List the releases about {port}.") == expected
    assert ask(stocked, f"How many releases mention {port}?", limit=7) == expected[:7]


@pytest.mark.parametrize("item", ["buoys", "lanterns", "ferries", "dredgers"])
def test_a_word_is_matched_in_any_of_its_forms(stocked: Library, item: str) -> None:
    singular = {"ferries": "ferry"}.get(item, item.removesuffix("s"))
    expected = read(stocked, lambda release: says(release, item))
    assert expected
    assert ask(stocked, f"List the releases about the {singular}.") == expected


def test_names_words_dates_and_filters_all_count(stocked: Library) -> None:
    def suits(release: Release) -> bool:
        assert release.date is not None
        in_time = dt.date(2019, 3, 1) <= release.date <= dt.date(2019, 12, 31)
        return in_time and says(release, "Castelmoor") and says(release, "charts")

    expected = read(stocked, suits)
    question = "List the releases about the charts of Castelmoor between March and December 2019."
    assert len(expected) == 2
    assert ask(stocked, question) == expected
    limited = read(stocked, suits, sources=("Tide Board",))
    assert len(limited) == 1
    assert ask(stocked, question, sources=("Tide Board",)) == limited


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        ("in 2019", "2019-01-01", "2019-12-31"),
        ("in June 2019", "2019-06-01", "2019-06-30"),
        ("since March 2020", "2020-03-01", "9999-12-31"),
        ("after March 2020", "2020-04-01", "9999-12-31"),
        ("before March 2019", "0001-01-01", "2019-02-28"),
        ("until March 2019", "0001-01-01", "2019-03-31"),
        ("between 2019 and 2020", "2019-01-01", "2020-12-31"),
        ("from February 2020 on", "2020-02-01", "9999-12-31"),
    ],
)
def test_releases_of_a_body_are_counted_by_their_day(
    stocked: Library, when: str, first: str, last: str
) -> None:
    def suits(release: Release) -> bool:
        return first <= str(release.date) <= last and release.sources == ("Pilot Service",)

    expected = read(stocked, suits)
    assert expected
    assert ask(stocked, f"How many releases did the Pilot Service publish {when}?") == expected


def test_a_body_that_is_only_spoken_of_counts_unless_its_own_releases_are_asked_for(
    library: Library, tmp_path: Path
) -> None:
    body = "The Tide Board met again. Ships waited at the outer pier until it had decided."
    write_release(tmp_path / "in", "own.md", title="One", text=body, source="Tide Board")
    write_release(
        tmp_path / "in", "other.md", title="Two", source="Harbour Council",
        text="The crews heard that the Tide Board held a meeting. Nobody had told the pilots.",
    )  # fmt: skip
    library.add(tmp_path / "in")
    assert len(ask(library, "How many times did the Tide Board meet?")) == 2
    (own,) = ask(library, "List every release of the Tide Board.")
    assert library.release(own).sources == ("Tide Board",)


def test_a_meeting_reported_the_day_after_belongs_to_its_own_year(
    library: Library, tmp_path: Path
) -> None:
    for name, date, text in (
        ("eve", "2019-01-02", "The Pilots' Forum met on 30 December 2018 in Norrhaven."),
        ("in", "2018-05-04", "The Pilots' Forum met in Elsinmere for a long session."),
        ("later", "2019-01-09", "The Pilots' Forum met in Castelmoor and elected a chair."),
        ("far", "2021-01-09", "The Pilots' Forum recalled what it had said on 30 December 2018."),
    ):
        write_release(tmp_path / "in", f"{name}.md", title=f"Note {name}", text=text, date=date)
    library.add(tmp_path / "in")
    question = "How many times did the Pilots' Forum meet in 2018?"
    assert [library.release(one).title for one in ask(library, question)] == ["Note in", "Note eve"]
    assert len(ask(library, "List the releases published in 2018 about the Pilots' Forum.")) == 1


def test_an_acronym_that_is_a_small_word_must_stand_in_capitals(
    library: Library, tmp_path: Path
) -> None:
    for name, text in (
        ("body", "The WHO met the harbour doctors. Everybody was tested twice that week."),
        ("word", "Those who met the harbour doctors were tested. Nobody fell ill."),
    ):
        write_release(tmp_path / "in", f"{name}.md", title=f"Note {name}", text=text)
    library.add(tmp_path / "in")
    (one,) = ask(library, "List the releases about the WHO.")
    assert library.release(one).title == "Note body"


def test_what_nothing_holds_gives_nothing(stocked: Library) -> None:
    assert ask(stocked, "List the releases about Zarnovia.") == []
    assert ask(stocked, "List the releases about submarine volcanoes.") == []
    assert ask(stocked, "List the releases about Norrhaven in 1999.") == []
    assert ask(stocked, "How many releases are there?", limit=500) == read(stocked, lambda _: True)


def test_a_list_question_may_follow_another(stocked: Library) -> None:
    turn = ("Who inspected the ferries at Tarn Quay?", "Inspector Oda Brandt14")
    query = understand("List every release that mentions her.", stocked.catalog(), [turn])
    hits = every(stocked, query)
    assert hits
    assert all(says(hit.release, "Oda Brandt14") for hit in hits)
    assert every(stocked, understand("List those.", stocked.catalog(), [turn])) == []


@settings(max_examples=60)
@given(question=st.text(max_size=60))
def test_any_question_gives_distinct_releases_in_order(stocked: Library, question: str) -> None:
    assert len(ask(stocked, question, limit=5)) <= 5
