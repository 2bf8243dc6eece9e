from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from embeddings.library import Library
from embeddings.types import Person, Release
from web.suggest import sample_questions, suggestions
from web.suggest_kinds import LONGEST, candidates, role_of


def made(title: str, **fields: object) -> list[tuple[str, str, str]]:
    values: dict[str, object] = {"id": "a" * 64, "text": "", "date": dt.date(2019, 5, 3)}
    release = Release(**{**values, "title": title, **fields})  # type: ignore[arg-type]
    return [(made.kind, made.question, made.expected) for made in candidates(release)]


@pytest.mark.parametrize(
    ("role", "body", "words"),
    [
        ("Director", "Harbour Board", "the Director of Harbour Board"),
        ("Chair of the Pilots", "Pilots", "the Chair of the Pilots"),
        ("Avelland's Minister", "", "Avelland's Minister"),
        ("Head of Training", "Harbour Board", "the Head of Training"),
        ("", "Harbour Board", ""),
        ("Director " * 12, "", ""),
        ("Director\nof", "", ""),
    ],
)
def test_a_role_is_put_in_words(role: str, body: str, words: str) -> None:
    assert role_of(Person("Mira Oduya", role, body, 0, 10)) == words


@pytest.mark.parametrize(
    ("title", "questions"),
    [
        (
            "Harbour Council adopts the Pilotage Plan",
            [
                ("who did", "Who adopted the Pilotage Plan in May 2019?", "Harbour Council"),
                ("when", "When did the Harbour Council adopt the Pilotage Plan?", "3 May 2019"),
            ],
        ),
        (
            "Estavia pledges CHF 2.5 million to the Lifeboat Fund",
            [("how much", "How much did Estavia pledge to the Lifeboat Fund?", "2.5")],
        ),
        (
            "Third Lighthouse Conference in Port Alder",
            [("where", "Where was the Third Lighthouse Conference held in 2019?", "Port Alder")],
        ),
        ("Estavia hosts lamp keepers summit in Port Alder", []),
        ("Harbour Council adopts plan", []),  # no article: the question would limp
        ("Why the Harbour Council adopts the plan, and what follows", []),
        ("A quiet week at sea", []),
    ],
)
def test_headlines_become_questions_with_their_answers(
    title: str, questions: list[tuple[str, str, str]]
) -> None:
    assert made(title) == questions


def test_an_undated_release_is_not_asked_for_a_day() -> None:
    assert made("Harbour Council adopts the Pilotage Plan", date=None) == []


def test_people_are_asked_for_by_an_office_of_more_than_one_word() -> None:
    people = (
        Person("Mira Oduya", "Director", "Harbour Board", 0, 10),
        Person("Tove Lind", "Professor", "", 20, 29),
    )
    assert made("A quiet week at sea", people=people) == [
        ("who was", "Who was the Director of Harbour Board in May 2019?", "Mira Oduya")
    ]


def test_long_questions_are_left_out() -> None:
    assert made("Harbour Council adopts the " + "very " * 10 + "long Plan") == []


def test_only_what_is_answered_from_its_release_is_offered(
    library: Library, tmp_path: Path
) -> None:

    folder = tmp_path / "in"
    folder.mkdir()
    for number, (title, body) in enumerate(
        [
            (
                "Harbour Council adopts the Pilotage Plan",
                "The Harbour Council adopted the Pilotage Plan on 3 May 2019, after two readings.",
            ),
            (
                "Estavia pledges CHF 25 million to the Lifeboat Fund",
                "Estavia pledged CHF 25 million to the Lifeboat Fund, its envoy said.",
            ),
            ("Third Lighthouse Conference in Port Alder", "Nothing in here names a venue."),
        ]
    ):
        text = f"{title}\n\nDate: 3 May 2019\n\nNORTHAVEN, 3 May 2019 – {body}\n"
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    assert library.add(folder).added == 3
    offered = suggestions(library)
    assert "How much did Estavia pledge to the Lifeboat Fund?" in offered
    assert not any("Lighthouse" in question for question in offered)
    assert all(len(question) <= LONGEST for question in offered)


def test_an_empty_library_offers_nothing(library: Library) -> None:
    assert suggestions(library) == []


def test_the_samples_bring_their_own() -> None:
    questions = sample_questions()
    assert 3 <= len(questions) <= 8
    assert all(question.endswith("?") for question in questions)
