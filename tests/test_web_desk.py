from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from fakes import FakeEncoder, write_release

from embeddings.library import Library
from web.desk import Asked, Desk
from web.limits import Limits
from web.session import Turn, asked_again, respond
from web.settings import Settings

QUESTION = "Who chaired the Tide Board?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a library with one release."""
    write_release(
        tmp_path / "in",
        "a.md",
        title="Tide Board meets in Norrhaven",
        text="NORRHAVEN, 3 May 2019 – The Tide Board met today. Mira Oduya chaired the Tide Board.",
        date="2019-05-03",
    )
    with Library.open(tmp_path / "library", create=True, encoder=FakeEncoder()) as library:
        assert library.add(tmp_path / "in").added == 1
    return tmp_path / "library"


def test_a_damaged_library_is_told_in_one_sentence(folder: Path) -> None:
    with Library.open(folder, encoder=FakeEncoder()) as library:
        desk = Desk(library, Settings())
        assert not isinstance(desk.answer(Asked(QUESTION)), str)
    with sqlite3.connect(folder / "dateline.db") as connection:
        connection.execute("UPDATE releases SET topics = '{damaged', people = '{damaged'")
    connection.close()
    with Library.open(folder, encoder=FakeEncoder()) as library:
        desk = Desk(library, Settings())
        said = desk.answer(Asked(QUESTION))
        *_, turn = respond(desk, QUESTION, [], Limits())
    assert said == "A stored release is damaged, so this was not answered; run dateline verify."
    assert said.split()[0] in turn.html
    assert turn.final
    assert str(folder) not in turn.html


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Asked("Who?", limits=Limits(since="soon")), "is not a date"),
        (Asked("Who?", risk=7.0), "is no share of answers"),
    ],
)
def test_a_wrong_question_is_told_why(asked: Asked, sentence: str, folder: Path) -> None:
    with Library.open(folder, encoder=FakeEncoder()) as library:
        said = Desk(library, Settings()).answer(asked)
    assert isinstance(said, str)
    assert sentence in said


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("0\nJune 2003", ("First?", ("June 2003",), 0)),
        ("1\nJune 2003", ("Second?", ("May 2001", "June 2003"), 1)),
        ("1\nMay 2001", None),  # that is left out already
        ("2\nJune 2003", None),
        ("-1\nJune 2003", None),
        ("²\nJune 2003", None),
        ("00000000\nx", None),
        ("0\n ", None),
        ("0", None),
        ("", None),
    ],
)
def test_what_is_asked_again(command: str, found: tuple[str, tuple[str, ...], int] | None) -> None:
    turns = [Turn("First?", "<p>"), Turn("Second?", "<p>", without=("May 2001",))]
    assert asked_again(turns, command) == found
