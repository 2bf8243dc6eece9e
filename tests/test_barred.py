"""Persons whom a sentence shows in another part than the one asked for, and rival awards."""

import pytest

from qa.barred import barred, nobody
from qa.pages import page
from qa.part import asked_part
from qa.people import names
from qa.rivals import rival_award
from qa.understand import Requirement
from qa.words import content, tokens


def is_barred(question: str, text: str, person: str) -> bool:
    (name,) = [one for one in names(text) if text[one.start : one.end] == person]
    weights = {word.stem: 1.0 for word in content(tokens(question))} | {"ambassador": 0.2}
    return barred(asked_part(question), weights, text, name.start, name.end, name.title_start)


MOVES = (
    "Ada Lind, currently head of the Norland delegation to the Harbour Forum in Vell, will become "
    "ambassador to Sundmark."
)
COMES = "Nele Brand, currently consul general in Ost, will become head of the delegation in Vell."
BY = (
    "Ambassador Ada Lind was appointed by the former Chair of the Harbour Forum and President of "
    "Norland, Nele Brand, as special representative in May."
)
AFTER = "Ada Lind succeeds Nele Brand, who has led the mission since October."
TABLE = "Also taking part were Ada Lind (Norway), Nele Brand (Latvia) and Tom Ek (Finland)."
CHOSEN = "The judges appointed by the president are Ada Lind, Tom Ek and Nele Brand."
HOST = "The meeting was hosted by the Austrian Minister of Finance Olav Rask."


CALLED = (
    "After Tom Ek, the Prime Minister of Norland, Mr Olav Rask, Minister of Finance, was called."
)
TALKS = "In Vell the envoys met Sundmark's foreign minister Ada Lind and Speaker Nele Brand today."
JOINT = "The German Minister Olav Rask and Swiss State Secretary Ada Lind signed it."
LAUNCH = "Minister Tom Ek met the Swiss Minister of Commerce, Ada Lind, to open the negotiations."


@pytest.mark.parametrize(
    ("question", "text", "person", "expected"),
    [
        ("Which Nordish foreign minister was called?", CALLED, "Tom Ek", True),
        ("Which Nordish foreign minister was called?", CALLED, "Olav Rask", True),
        ("Who was filling in as Norland's mayor when it began?", CALLED, "Olav Rask", True),
        # the office asked about is in the sentence, and could be theirs
        ("Which Nordish finance minister was called?", CALLED, "Tom Ek", False),
        ("Which Nordish finance minister was called?", CALLED, "Olav Rask", False),
        # an office that is only one of two, or that somebody else has
        (
            "Which foreign minister came?",
            "Prime Minister and Mayor Ada Lind came.",
            "Ada Lind",
            False,
        ),
        ("Which foreign minister spoke?", "The mayor telephoned Ada Lind.", "Ada Lind", False),
        ("Which foreign minister spoke?", "After the mayor, Ada Lind spoke.", "Ada Lind", False),
        ("Which foreign minister spoke?", "Ada Lind, the Mayor of Vell, spoke.", "Ada Lind", True),
        (
            "Which foreign minister spoke?",
            "Ada Lind, the mayor's sister, spoke.",
            "Ada Lind",
            False,
        ),
        (
            "Who is the new mayor of Vell?",
            "Finance Minister Ada Lind was elected.",
            "Ada Lind",
            False,
        ),
        ("Who is the mayor's adviser?", "Finance Minister Ada Lind spoke.", "Ada Lind", False),
        ("Which former finance minister was called?", CALLED, "Tom Ek", False),
        ("Which minister was called?", CALLED, "Tom Ek", False),
        ("Who met the prime minister of Norland?", CALLED, "Olav Rask", False),
        ("What did the prime minister say when Mr Rask was called?", CALLED, "Olav Rask", False),
        ("Which foreign minister met the envoys?", TALKS, "Ada Lind", False),
        ("Which ambassador met the envoys?", TALKS, "Ada Lind", True),
        ("Which ambassador met the envoys?", TALKS, "Nele Brand", False),
        ("Who led the Austrian delegation to the negotiations?", LAUNCH, "Ada Lind", True),
        ("Who led the Swiss delegation to the negotiations?", LAUNCH, "Ada Lind", False),
        ("Who led the Austrian delegation to the negotiations?", LAUNCH, "Tom Ek", False),
        ("Who led the Swiss delegation?", JOINT, "Ada Lind", False),
        (
            "Who led the Swiss delegation?",
            "After the Dutch minister, Ada Lind spoke.",
            "Ada Lind",
            False,
        ),
        ("Who is the next head of the Norland delegation in Vell?", MOVES, "Ada Lind", True),
        ("Who was picked to lead the delegation in Vell?", MOVES, "Ada Lind", True),
        ("Who was picked to lead the delegation in Vell?", COMES, "Nele Brand", False),
        ("Who becomes Norland's ambassador to Sundmark?", MOVES, "Ada Lind", False),
        ("Who led the delegation in Vell until 2014?", MOVES, "Ada Lind", False),
        ("Whom did Tom Ek replace as head of the delegation in Vell?", MOVES, "Ada Lind", False),
        ("Who was appointed to take over as ambassador in Vell?", MOVES, "Ada Lind", True),
        ("Who was appointed head of the mission?", AFTER, "Nele Brand", True),
        ("Who was appointed head of the mission?", AFTER, "Ada Lind", False),
        ("Who was appointed special representative?", BY, "Nele Brand", True),
        ("Who was appointed special representative?", BY, "Ada Lind", False),
        ("Who was appointed judge of the court?", CHOSEN, "Tom Ek", False),
        ("Who met the new ambassador?", BY, "Nele Brand", False),
        ("Who is Ada Lind succeeding?", AFTER, "Nele Brand", False),
        ("Who appointed Lind as special representative?", BY, "Nele Brand", False),
        ("Who succeeded Ada Lind at the mission?", AFTER, "Nele Brand", True),
        ("Who succeeded Nele Brand at the mission?", AFTER, "Ada Lind", False),
        (
            "Who took over from Ada Lind as head of the mission?",
            "As adviser to Secretary Nele Brand, Ms Lind will write on the strategy.",
            "Nele Brand",
            True,
        ),
        ("Who was succeeded by Ada Lind?", AFTER, "Nele Brand", False),
        (
            "Who replaced Nele Brand at the mission?",
            "Nele Brand was succeeded by Ada Lind.",
            "Ada Lind",
            False,
        ),
        (
            "Who took over from Ada Lind?",
            "Nele Brand was succeeded by Ada Lind in May.",
            "Nele Brand",
            True,
        ),
        (
            "Who became director of the museum?",
            "Minister Nele Brand appointed Ada Lind director of the museum.",
            "Nele Brand",
            True,
        ),
        (
            "Who became ambassador to Norway?",
            "Nele Brand appointed Sundish ambassador to Norway.",
            "Nele Brand",
            False,
        ),
        ("Who attended the meeting for Latvia?", HOST, "Olav Rask", True),
        ("Who attended the meeting for Latvia?", TABLE, "Ada Lind", True),
        ("Who attended the meeting for Latvia?", TABLE, "Nele Brand", False),
        (
            "Who represented the United States?",
            "The U.S. Ambassador to Germany Ada Lind signed.",
            "Ada Lind",
            False,
        ),
        (
            "Which Latvian minister came to Germany?",
            "In Germany Minister Ada Lind opened a school.",
            "Ada Lind",
            False,
        ),
        ("Which Latvian minister took part?", HOST, "Olav Rask", True),
        ("Who was the host of the meeting?", HOST, "Olav Rask", False),
    ],
)
def test_who_has_another_part_is_barred(
    question: str, text: str, person: str, expected: bool
) -> None:
    assert is_barred(question, text, person) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Lind won the Rask Medal in 2009 with Tom Ek.", True),
        ("The Vell Foundation Award for Peace went to Ada Lind.", True),
        ("Ada Lind, who holds the Rask Medal, won the Brand Prize in 2009.", False),
        ("The prize went to Ada Lind.", False),
        ("On Tuesday Award winner Ada Lind spoke.", False),
    ],
)
def test_a_sentence_on_an_award_of_another_name_does_not_tell(text: str, expected: bool) -> None:
    asked = [Requirement("Nele Brand Prize", ("Nele Brand Prize",), "name")]
    (sentence,) = page(text).sentences
    assert rival_award(asked, text, sentence.bag) is expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Switzerland", True),
        ("Austria and the Swiss", True),
        ("Yesterday", True),
        ("Security Council", True),
        ("Ada Lind", False),
        ("May", False),
        ("Lind of Switzerland", False),
    ],
)
def test_a_country_or_a_board_is_nobody(words: str, expected: bool) -> None:
    assert nobody(words) is expected
