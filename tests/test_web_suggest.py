from __future__ import annotations

import pytest

from embeddings.types import Person
from web.suggest import role_of, sample_questions


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


def test_the_samples_bring_their_own() -> None:
    questions = sample_questions()
    assert 3 <= len(questions) <= 8
    assert all(question.endswith("?") for question in questions)
