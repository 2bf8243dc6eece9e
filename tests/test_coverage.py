"""False premises: a date or a name at a date that no release has, with what is covered."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from fakes import write_release

from qa.coverage import gaps, premise
from qa.understand import understand

if TYPE_CHECKING:
    from pathlib import Path

    from embeddings.library import Library

RELEASES = (
    ("2003-10-29", "Tide Board", "The Sound Safety Forum (SSF) heard Anna Berg in Norrhaven."),
    ("2003-11-12", "Tide Board", "The SSF met once more. Anna Berg was in the chair again."),
    ("2015-03-04", "Harbour Council", "Ulf Strand opened the lock, and the Grenvians cheered."),
    ("2018-05-06", "Harbour Council", "Ulf Strand sold the ferry to the Pilot Service at last."),
)


@pytest.fixture
def stocked(library: Library, tmp_path: Path) -> Library:
    for date, source, text in RELEASES:
        write_release(
            tmp_path / "in", f"{date}.md", title=f"Note of {date}", text=text, date=date,
            source=source,
        )  # fmt: skip
    library.add(tmp_path / "in")
    return library


def said(library: Library, question: str) -> str:
    return premise(library, understand(question, library.catalog()))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who chaired the SSF in 2018?", "No release from 2018 names “SSF”; the 2 that do are "
         "from 29 October 2003 to 12 November 2003."),
        ("Who chaired the Sound Safety Forum in 2015?", "No release from 2015 names “Sound Safety "
         "Forum”; the 2 that do are from 29 October 2003 to 12 November 2003."),
        ("What did Ulf Strand sell in 2003?", "No release from 2003 names “Ulf Strand”; the 2 that "
         "do are from 4 March 2015 to 6 May 2018."),
        ("Where did the Pilot Service sail in 2015?", "No release from 2015 names “Pilot Service”; "
         "the one that does is from 6 May 2018."),
        ("Who met in 2010?", "It has no release from 2010; the nearest are of 12 November 2003 and "
         "4 March 2015."),
        ("Who met in 1999?", "It has no release from 1999; the nearest are of 29 October 2003."),
        ("Who met in 2031?", "It has no release from 2031; the nearest are of 6 May 2018."),
        ("Who leads Zarnovia?", "No release names “Zarnovia”."),
    ],
)  # fmt: skip
def test_a_false_premise_is_named_with_what_is_covered(
    stocked: Library, question: str, sentence: str
) -> None:
    assert said(stocked, question) == sentence


@pytest.mark.parametrize(
    "question",
    [
        "Who chaired the SSF in 2003?",
        "Who chaired the SSF in October 2003?",
        "Who chaired the SSF on 28 October 2003?",  # a release of the week after may tell
        "What did Strand do in 2018?",
        "Who spoke?",
        "What did Ulf Strand open in March 2015 after the Tide Board met?",
    ],
)
def test_what_the_archive_covers_is_no_false_premise(stocked: Library, question: str) -> None:
    expected = "Tide Board" in question
    assert bool(said(stocked, question)) is expected


def test_the_date_of_the_turn_before_is_not_held_against_a_follow_up(stocked: Library) -> None:
    turn = ("Who opened the lock in March 2015?", "Ulf Strand")
    query = understand("What else did the Pilot Service do at that meeting?",
                       stocked.catalog(), [turn])  # fmt: skip
    assert query.dates
    assert gaps(stocked, query) == ()


def test_a_name_of_a_release_without_a_date_may_be_of_any(library: Library, tmp_path: Path) -> None:
    write_release(tmp_path / "in", "a.md", title="Undated", text="The SSF met in Norrhaven again.")
    write_release(
        tmp_path / "in", "b.md", title="Dated", text="The ferry sailed at dawn.", date="2018-01-02"
    )
    library.add(tmp_path / "in")
    assert said(library, "Who chaired the SSF in 2018?") == ""


def test_an_empty_archive_is_not_said_to_lack_a_date(library: Library) -> None:
    (gap,) = gaps(library, understand("Who chaired the SSF in 2018?", library.catalog()))
    assert (gap.name, gap.date, gap.count) == ("SSF", None, 0)
    assert gap.first is None


def test_days_are_those_of_the_releases(stocked: Library) -> None:
    (gap,) = gaps(stocked, understand("Who chaired the SSF in 2018?", stocked.catalog()))
    assert (gap.first, gap.last) == (dt.date(2003, 10, 29), dt.date(2003, 11, 12))
    assert gap.date is not None
    assert gap.date.text == "2018"
