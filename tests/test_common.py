"""Questions whose answer is the name that several releases share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes import FakeEncoder, write_release

from embeddings.library import Library
from qa import answer
from qa.common import asked_in_common, clauses
from qa.understand import understand

RELEASES = (
    ("Harbour Office", "Fine for dumped ballast", "The Harbour Office has fined Marlow Freight "
     "for dumping ballast water off Port Alder in May. Oil was found on two beaches."),
    ("Harbour Office", "Late papers", "The Harbour Office has reminded Bergil Lines that papers "
     "for dangerous cargo are due two days before a ship calls."),
    ("Tide Survey", "Seals counted", "The Tide Survey thanked Marlow Freight, which lent two ships "
     "for its count of seals around the northern islands. The count took nine days."),
    ("Tide Survey", "A new gauge", "The Tide Survey has set up a gauge at Gorsea. Kestrel Works "
     "built it and will look after it for ten years."),
    ("Ferry Council", "Winter timetable", "The Ferry Council has published the winter timetable. "
     "Ferries to Ilmara sail on Mondays and on Fridays, as they did the year before."),
)  # fmt: skip
FIRM = (
    "Which company, fined by the Harbour Office for dumping ballast water off Port Alder in the "
    "spring, was also thanked by the Tide Survey for lending two ships for a count of seals around "
    "the northern islands?"
)
UNKNOWN = (
    "Which company, praised by the Bureau of Lanterns for mending the lamps of eleven lighthouses, "
    "was also named by the Tide Survey as the one that will paint the hulls of its research boats "
    "and by the Academy of Sails as a patron?"
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("shared")
    for number, (source, title, text) in enumerate(RELEASES):
        write_release(
            folder, f"{number}.md", title=title, date=f"2019-0{number + 1}-04", source=source,
            text=text,
        )  # fmt: skip
    with Library.open(folder / "library", create=True, encoder=FakeEncoder()) as library:
        library.add(folder)
        yield library


def test_the_name_that_both_bodies_report_is_quoted_from_each(shared: Library) -> None:
    reply = answer(FIRM, shared)
    assert reply.answered
    assert reply.short == "Marlow Freight"
    assert {citation.title for citation in reply.citations} == {
        "Fine for dumped ballast",
        "Seals counted",
    }
    assert all("Marlow Freight" in citation.quote for citation in reply.citations)
    assert "[1]" in reply.text
    assert "[2]" in reply.text


def test_what_the_archive_does_not_hold_is_not_guessed_from_common_names(shared: Library) -> None:
    assert asked_in_common(understand(UNKNOWN, shared.catalog()))
    assert not answer(UNKNOWN, shared).answered


def test_a_plain_question_is_not_taken_apart(shared: Library) -> None:
    query = understand("Which company was fined by the Harbour Office?", shared.catalog())
    assert not asked_in_common(query)


def test_clauses_say_something_of_their_own(shared: Library) -> None:
    parts = clauses(understand(FIRM, shared.catalog()))
    assert len(parts) >= 2
    assert any("ballast" in part and "seals" not in part for part in parts)
    assert any("seals" in part and "ballast" not in part for part in parts)
