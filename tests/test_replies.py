"""Forms of a reply on a small invented archive: lists, counts, comparisons, people, refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEncoder, write_release
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings import sampling
from embeddings.library import Library
from qa import Answer, answer
from qa.enumerating import items
from qa.suggestions import suggest
from qa.wording import LONGEST

MONTHS = [
    ("2018-09-12", "12 September 2018", "Oluwa Marsh", "Gorsea", "pilotage in fog", 31),
    ("2018-10-10", "10 October 2018", "Greta Amari", "Halvany", "night ferries", 44),
    ("2018-11-14", "14 November 2018", "Rashid Tourel", "Ilmara", "lost containers", 52),
    ("2019-01-16", "16 January 2019", "Dae Hollis", "Kestria", "a common signal", 28),
]


@pytest.fixture(scope="module")
def tides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A monthly committee, a yearly count, two releases that disagree, and one that is edited."""
    folder = tmp_path_factory.mktemp("tides")
    for date, day, chair, country, subject, count in MONTHS:
        write_release(
            folder, f"{date}.md", title=f"Tide Committee looks at {subject}", date=date,
            place="Port Alder",
            source="Tide Committee",
            text=f"PORT ALDER, {day} – The Tide Committee met today in Port Alder and looked at "
            f"{subject}.\n\nThe meeting of the Tide Committee was chaired by Ambassador {chair}, "
            f"Permanent Representative of {country}. Some {count} delegates took part in the "
            f"meeting on {subject}, and {country} paid for the harbour tour.",
        )  # fmt: skip
    for year, number in ((2017, "1,126"), (2018, "1,043")):
        write_release(
            folder, f"rescues-{year}.md", title=f"Yearly rescue report for {year}",
            date=f"{year + 1}-03-01", source="Rescue Service",
            text=f"The Rescue Service brought {number} people to safety at sea in {year}, as its "
            f"yearly report says.\n\nThe report was presented by Lena Quist, Director of the "
            f"Rescue Service.",
        )  # fmt: skip
    for name, sum_paid in (("north", "2 million crowns"), ("south", "3 million crowns")):
        write_release(
            folder, f"fund-{name}.md", title=f"Harbour fund, bulletin of the {name}",
            date="2020-05-04" if name == "north" else "2020-05-05", source=f"Port of the {name}",
            text=f"Brontia paid {sum_paid} into the Lighthouse Fund last week.\n\n"
            + ("Masons of the north will mend the towers there, one after the other, in summer."
               if name == "north" else
               "Ferries in the south stopped for the ceremony, and a brass band played on deck."),
        )  # fmt: skip
    with Library.open(folder / "library", create=True, encoder=FakeEncoder()) as library:
        library.add(folder)
        yield library


def checked(library: Library, question: str, **options: object) -> Answer:
    """The reply, after what must hold of every reply was looked at."""
    reply = answer(question, library, **options)  # type: ignore[arg-type]
    assert len(reply.text.split()) <= LONGEST
    numbers = {citation.number for citation in reply.citations}
    assert numbers == set(range(1, len(reply.citations) + 1))
    assert {int(n) for n in re.findall(r"\[(\d+)\]", reply.text)} <= numbers
    assert {row.citation for row in reply.rows} <= numbers
    assert {n for position in reply.positions for n in position.citations} <= numbers
    for citation in reply.citations:
        stored = library.release(citation.release_id)
        assert stored.text[citation.start : citation.end] == citation.quote
    titles = [hit.release.title for hit in reply.nearest]
    assert len(set(titles)) == len(titles)
    assert reply.answered == bool(reply.citations)
    return reply


def quotes(reply: Answer) -> dict[int, str]:
    return {citation.number: citation.quote for citation in reply.citations}


def test_how_often_counts_the_releases_of_that_year(tides: Library) -> None:
    reply = checked(tides, "How many times did the Tide Committee meet in 2018?")
    assert reply.short == "3 releases"
    assert [row.label for row in reply.rows] == [
        "12 September 2018",
        "10 October 2018",
        "14 November 2018",
    ]
    assert "The archive has 3 releases" in reply.text
    assert all("Tide Committee" in quote for quote in quotes(reply).values())


def test_which_releases_are_rows_with_their_titles(tides: Library) -> None:
    reply = checked(tides, "Which releases mention the Lighthouse Fund?")
    assert [row.value for row in reply.rows] == [
        "Harbour fund, bulletin of the north",
        "Harbour fund, bulletin of the south",
    ]
    assert all("Lighthouse Fund" in quotes(reply)[row.citation] for row in reply.rows)


def test_a_list_of_people_has_a_row_and_a_quotation_for_each(tides: Library) -> None:
    reply = checked(tides, "List the ambassadors who chaired the Tide Committee.", threshold=0.1)
    assert reply.answered
    found = {row.label: row.value for row in reply.rows}
    for _, day, chair, country, _, _ in MONTHS:
        assert found[day].startswith(chair)
        assert f"Permanent Representative of {country}" in found[day]
    for row in reply.rows:
        assert row.value.split(",")[0] in quotes(reply)[row.citation]


def test_a_release_may_hold_several_of_them(library: Library, tmp_path: Path) -> None:
    posts = {"Anna Kell": "Gorsea", "Tom Okafor": "Halvany"}
    write_release(
        tmp_path, "posts.md", title="New ambassadors", date="2020-05-04",
        text="The Foreign Council made appointments today.\n\n" + "\n\n".join(
            f"{name} was appointed the new ambassador to {country}."
            for name, country in posts.items()
        ),
    )  # fmt: skip
    write_release(
        tmp_path, "room.md", title="Reading room", date="2020-06-09",
        text="The Foreign Council opened a reading room in its cellar today.",
    )  # fmt: skip
    library.add(tmp_path / "posts.md", tmp_path / "room.md")
    reply = checked(library, "List the ambassadors appointed in May 2020.", threshold=0.1)
    assert [row.value.split(",")[0] for row in reply.rows] == list(posts)
    assert all(row.value.split(",")[0] in quotes(reply)[row.citation] for row in reply.rows)


def test_as_many_as_the_question_says_come_out_of_one_sentence(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    write_release(
        folder, "lantern.md", title="Brontia opens the lantern school", date="2020-02-11",
        text="Together with Halvany and Ilmara, Brontia opened the lantern school in Alder.\n\n"
        "At the opening Brontia was represented by Admiral Jane Orrel and Rear Adm. Pat Quill.\n\n"
        "The harbour bank of Kestria lent the school its tables.",
    )  # fmt: skip
    library.add(folder)
    two = checked(library, "Which two countries opened the lantern school together with Brontia?")
    assert two.short == "Halvany and Ilmara" and not two.rows
    officers = checked(library, "Which two admirals represented Brontia at the opening?")
    assert officers.short == "Jane Orrel and Rear Adm. Pat Quill"
    four = checked(library, "Which four countries opened the lantern school with Brontia?")
    assert not four.answered


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("Norway", 1),
        ("Andorra and Norway", 2),
        ("Halvany, Sundrey and Tavistra", 3),
        ("New York, Berlin, and Vienna", 3),
        ("the Port of Gorsea as well as Ilmara", 2),
        ("", 0),
    ],
)
def test_a_row_has_as_many_items_as_it_joins(row: str, number: int) -> None:
    assert items(row) == number


def test_as_many_as_the_question_says_come_out_of_several_releases(tides: Library) -> None:
    asked = "Which {} ambassadors chaired the Tide Committee?"
    four = checked(tides, asked.format("four"), threshold=0.1)
    assert {row.value.split(",")[0] for row in four.rows} == {chair for _, _, chair, *_ in MONTHS}
    assert not checked(tides, asked.format("five"), threshold=0.1).answered


def test_places_of_an_event_are_those_its_releases_are_dated_from(tides: Library) -> None:
    reply = checked(tides, "List the towns in which the Tide Committee met.")
    assert [row.value for row in reply.rows] == ["Port Alder"] * len(MONTHS)
    assert reply.short == "Port Alder"
    for row in reply.rows:
        assert quotes(reply)[row.citation].startswith("PORT ALDER, ")


def test_a_count_of_what_is_not_there_is_refused(tides: Library) -> None:
    for question in (
        "How many releases mention Atlantis?",
        "How many times did the Tide Committee ban fireworks?",
        "List all releases on dragons.",
    ):
        reply = checked(tides, question)
        assert not reply.answered
        assert reply.rows == ()


def test_an_ordinary_number_is_no_count(tides: Library) -> None:
    reply = checked(tides, "How many people were brought to safety at sea in 2017?", threshold=0.1)
    assert reply.short == "1,126"
    assert reply.rows == ()


def test_a_comparison_has_a_row_for_each_side_and_says_the_difference(tides: Library) -> None:
    reply = checked(
        tides,
        "How many people were brought to safety at sea in 2017 and in 2018?",
        threshold=0.1,
    )
    assert [(row.label, row.value) for row in reply.rows] == [("2017", "1,126"), ("2018", "1,043")]
    assert reply.text.startswith("1,126 and 1,043 — 2017: 1,126 [1]; 2018: 1,043 [")
    assert "83 fewer (computed: 1,126 − 1,043)" in reply.text
    assert reply.short == "1,126 and 1,043 (83 fewer, computed)"
    for row in reply.rows:
        assert row.value in quotes(reply)[row.citation]
        assert row.label in quotes(reply)[row.citation]


def test_a_side_without_evidence_is_named_and_not_filled(tides: Library) -> None:
    reply = checked(
        tides,
        "How many people were brought to safety at sea in 2017 and in 2015?",
        threshold=0.1,
    )
    assert [row.label for row in reply.rows] == ["2017"]
    assert "does not say it for 2015" in reply.text


def test_releases_that_disagree_are_positions_newest_first(tides: Library) -> None:
    reply = checked(tides, "How much did Brontia pay into the Lighthouse Fund?", threshold=0.1)
    assert [position.value for position in reply.positions] == [
        "3 million crowns",
        "2 million crowns",
    ]
    assert "1 release says 3 million crowns" in reply.text
    for position in reply.positions:
        for number in position.citations:
            assert position.value in quotes(reply)[number]


def test_another_month_of_a_series_is_no_disagreement(tides: Library) -> None:
    for question in (
        "Who chaired the meeting of the Tide Committee?",
        "Who chaired the meeting of the Tide Committee in October 2018?",
        "How many delegates took part in the meeting of the Tide Committee?",
    ):
        assert checked(tides, question, threshold=0.05).positions == ()


def test_who_somebody_is(tides: Library) -> None:
    reply = checked(tides, "Who is Lena Quist?")
    assert reply.short == "Director of the Rescue Service"
    assert reply.short in reply.citations[0].quote
    assert reply.text.startswith("Lena Quist: Director of the Rescue Service (1 March 2019)")
    assert checked(tides, "What is Greta Amari's role?").short == (
        "Permanent Representative of Halvany"
    )


def test_who_nobody_is(tides: Library) -> None:
    reply = checked(tides, "Who is Petra Nobody?")
    assert not reply.answered
    assert "tells who Petra Nobody is" in reply.reason


def test_a_person_comes_with_the_role_that_the_release_gives(tides: Library) -> None:
    reply = checked(tides, "Who chaired the Tide Committee in October 2018?", threshold=0.1)
    assert reply.short == "Greta Amari"
    assert reply.text.startswith("Greta Amari, Permanent Representative of Halvany — ")


def test_a_refusal_says_why_each_of_the_nearest_fails(tides: Library) -> None:
    reply = checked(tides, "Who chaired the Tide Committee in August 2018?")
    assert not reply.answered
    assert len(reply.nearest_why) == len(reply.nearest) > 0
    assert set(reply.nearest_why) <= {"another date", "does not say it", "names nobody"}
    assert "another date" in reply.nearest_why
    asked = checked(tides, "What did the Ferry Guild of Brontia decide?")
    assert not asked.answered
    assert any("does not name" in why for why in asked.nearest_why)


def test_an_age_is_not_any_length_of_time(tides: Library) -> None:
    assert not checked(tides, "How old is Lena Quist?", threshold=0.0).answered


def test_what_to_ask_next_is_answered(tides: Library) -> None:
    for question in (
        "Who chaired the Tide Committee in October 2018?",
        "Who is Lena Quist?",
        "Who chaired the Tide Committee in August 2018?",
    ):
        reply = answer(question, tides)
        offered = suggest(tides, reply)
        assert len(offered) <= 3
        assert question not in offered
        assert len(set(offered)) == len(offered)
        for one in offered:
            assert answer(one, tides).answered, one
    assert suggest(tides, answer("Who is Lena Quist?", tides)) == (
        "Which releases mention Lena Quist?",
    )


def test_nothing_is_offered_from_an_empty_archive(library: Library) -> None:
    assert suggest(library, answer("Who chaired the Tide Committee?", library)) == ()


def test_another_version_of_the_release_is_another_position(library: Library) -> None:
    samples = Path(sampling.__file__).parent / "samples"
    library.add(
        samples / "025-grey-lantern-exercise.txt",
        samples / "026-grey-lantern-exercise-corrected.txt",
    )
    reply = checked(library, "How many vessels took part in exercise Grey Lantern?", threshold=0.1)
    assert [position.value for position in reply.positions] == ["Twenty-seven", "Thirty-seven"]
    assert "Another version of the release says Thirty-seven [2]." in reply.text
    assert [citation.number for citation in reply.citations] == [1, 2]
    assert reply.citations[1].quote[reply.citations[1].answer_start :].startswith("Thirty-seven")


WORDS = (
    "who which how many times often did was were is the list every releases mention countries"
    " cities chaired met Tide Committee Rescue Service Lena Quist Lighthouse Fund Brontia in 2017"
    " 2018 and or between September compare larger than first , : ? What role before her Atlantis"
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS.split(" ")), min_size=1, max_size=16).map(" ".join))
def test_any_question_gets_a_reply_that_checks(tides: Library, question: str) -> None:
    for threshold in (0.0, 0.5):
        checked(tides, question, threshold=threshold)


def test_a_second_sentence_that_says_the_same_is_cited_too(
    library: Library, tmp_path: Path
) -> None:
    write_release(
        tmp_path, "one.md", title="Lantern Fair opened", date="2019-05-03", source="Town of Gorsea",
        text="Ambassador Mira Toll opened the Lantern Fair in Gorsea on 3 May 2019. Forty boats "
        "were lit and the harbour was closed to ferries until midnight.",
    )  # fmt: skip
    write_release(
        tmp_path, "two.md", title="A fair in the rain", date="2019-05-06", source="Boat Guild",
        text="Visitors stood in the rain when, at the Lantern Fair of 3 May 2019, Ambassador Mira "
        "Toll, who opened it, lit the first lamp. The guild sold nine hundred lamps.",
    )  # fmt: skip
    library.add(tmp_path)
    reply = checked(library, "Who opened the Lantern Fair in May 2019?")
    assert reply.short == "Mira Toll"
    assert {citation.title for citation in reply.citations} == {
        "Lantern Fair opened",
        "A fair in the rain",
    }
    assert "So also [2]" in reply.text
    assert reply.positions == ()
