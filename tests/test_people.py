"""Who is named, in what role and for whom; and what is not a person."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.people import find_people


def told(text: str) -> list[tuple[str, str, str]]:
    people = find_people(text)
    for person in people:
        assert text[person.start : person.end] == person.name
    return [(person.name, person.role, person.affiliation) for person in people]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        (
            "Opening the day, Chairperson of the FTS and Permanent Representative of Norrland to "
            "the LHT Ambassador Mara Lindqvist said that",
            (
                "Mara Lindqvist",
                "Chairperson of the FTS and Permanent Representative of Norrland to the LHT",
                "Norrland",
            ),
        ),
        (
            "the Chairman of the Tidal Council, Ambassador Joris de Wael of the Low Isles said the",
            ("Joris de Wael", "Chairman of the Tidal Council", "Low Isles"),
        ),
        (
            "Ambassador Per Holm, Chair of the Board of the Aldhaven Tide Institute (ATI), former "
            "Harbour Master, noted",
            (
                "Per Holm",
                "Chair of the Board of the Aldhaven Tide Institute (ATI)",
                "Aldhaven Tide Institute (ATI)",
            ),
        ),
        (
            "Ana Ferreira, Director of the Pilot Directorate at the World Ferry Organization, said",
            ("Ana Ferreira", "Director of the Pilot Directorate", "World Ferry Organization"),
        ),
        (
            "Ali Bennani, Policy Analyst at the Lights Directorate of SEAPOL’s General Office, is",
            ("Ali Bennani", "Policy Analyst", "Lights Directorate of SEAPOL’s General Office"),
        ),
        ("LHT Secretary General Ivo Berend opened", ("Ivo Berend", "LHT Secretary General", "LHT")),
        ("said Foreign Minister Mara Lindqvist.", ("Mara Lindqvist", "Foreign Minister", "")),
        ("the mayor, Mr. Ivo Berend, came", None),
        (
            "Ivo Berend, head of the harbour office, said",
            ("Ivo Berend", "head of the harbour office", ""),
        ),
        ("Ms. Mara Lindqvist of Brackwater spoke", ("Mara Lindqvist", "", "Brackwater")),
        ("Governor Ivo van der Berg's plan", ("Ivo van der Berg", "Governor", "")),
        (
            "Special Agent in Charge Georg L. Pohl said",
            ("Georg L. Pohl", "Special Agent in Charge", ""),
        ),
        ("Director Jan SMITS thanked", ("Jan SMITS", "Director", "")),
        ("Bundesrätin Vera Käser sagte", ("Vera Käser", "Bundesrätin", "")),
    ],
)
def test_a_person(text: str, person: tuple[str, str, str] | None) -> None:
    assert told(text) == ([person] if person else [])


def test_roles_do_not_reach_across_names() -> None:
    text = "Judge Vera Käser of the Northern Court and Fleet Inspector Ivo Berend met."
    assert told(text) == [
        ("Vera Käser", "Judge", "Northern Court"),
        ("Ivo Berend", "Fleet Inspector", ""),
    ]


def test_roles_that_stand_before_names_in_a_list() -> None:
    text = (
        "It met the Norrland president, Ivo Berend, the mayor of Cold Quay, Mara Lindqvist, and "
        "Fleet Minister Per Holm."
    )
    assert told(text) == [
        ("Ivo Berend", "Norrland president", ""),
        ("Mara Lindqvist", "mayor of Cold Quay", "Cold Quay"),
        ("Per Holm", "Fleet Minister", ""),
    ]


def test_roles_that_stand_behind_names_in_a_list() -> None:
    text = (
        "Ivo Berend, mayor of Cold Quay, Mara Lindqvist, director of the Pilot Service, and others"
    )
    assert told(text) == [
        ("Ivo Berend", "mayor of Cold Quay", "Cold Quay"),
        ("Mara Lindqvist", "director of the Pilot Service", "Pilot Service"),
    ]


def test_the_body_a_role_is_held_for_is_not_part_of_the_name() -> None:
    text = "It thanked President of the Tidal Confederation Ivo Berend and left."
    assert told(text) == [
        ("Ivo Berend", "President of the Tidal Confederation", "Tidal Confederation")
    ]


def test_a_name_comes_again_only_with_another_role() -> None:
    text = "Director Ivo Berend spoke. Director Ivo Berend left. Later Mayor Ivo Berend came."
    assert [role for _, role, _ in told(text)] == ["Director", "Mayor"]


@pytest.mark.parametrize(
    "text",
    [
        "The Tidal Council met in Cold Quay.",
        "the President Harbour Foundation gave",
        "Chair of the Tidal Council",
        "Director General Agreement",
        "Ambassador Lindqvist added",
        "Cold Quay, 4 May 2009",
        "Brackwater, a town of the League, was",
        "the Director of Public Communications",
        "Minister of Foreign Affairs",
        "in Aldhaven, Director Berend said",
        "Ivo Berend came and saw",
        "",
    ],
)
def test_nobody_is_named(text: str) -> None:
    assert told(text) == []


@given(
    st.lists(
        st.sampled_from(
            re.split(
                " ",
                "Ambassador Mara Lindqvist de van , . of the LHT Director General at and said ( ) "
                "\n chair president Mr . J. Ivo's “ A-B secretary",
            )
        ),
        max_size=40,
    ).map(" ".join)
    | st.text(max_size=200)
)
def test_any_text(text: str) -> None:
    for name, role, affiliation in told(text):
        assert name
        assert role or affiliation
        assert role in text
        assert affiliation in text
