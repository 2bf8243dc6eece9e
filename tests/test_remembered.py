"""A question asked again: the same answer at once, and never one that is out of date."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from embeddings import Library
from qa.answering import STAGES, answer, ask
from qa.remembered import Remembered
from qa.types import Answer

QUESTION = "How many lamps does the Norrhaven lighthouse have?"


def release(folder: Path, name: str, lamps: str, day: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(
        f"Lamps of the Norrhaven lighthouse counted\n\nDate: {day}\n\n"
        f"NORRHAVEN, {day} – The Norrhaven lighthouse has {lamps} lamps, its keeper said.\n",
        encoding="utf-8",
    )
    return file


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as library:
        library.add(release(tmp_path / "one", "first.txt", "41", "3 May 2018"))
        yield library


def test_the_same_question_gets_the_same_answer(opened: Library) -> None:
    first, again = answer(QUESTION, opened), answer(QUESTION, opened)
    assert "41" in first.short
    assert replace(first, timings={}) == replace(again, timings={})
    assert again.citations is first.citations  # not worked out once more
    assert list(again.timings) == list(STAGES)


def test_every_stage_is_told_again(opened: Library) -> None:
    answer(QUESTION, opened)
    assert [stage.name for stage in ask(QUESTION, opened)] == list(STAGES)


def test_what_is_asked_otherwise_is_worked_out(opened: Library) -> None:
    assert answer(QUESTION, opened).answered
    assert not answer(QUESTION, opened, until="2017-01-01").answered
    assert not answer(QUESTION, opened, threshold=1.0).answered
    assert answer(QUESTION, opened).answered


def test_a_changed_library_is_read_anew(opened: Library, tmp_path: Path) -> None:
    answer(QUESTION, opened)
    file = release(tmp_path / "one", "first.txt", "58", "3 May 2018")
    opened.sync(file.parent)
    assert "58" in answer(QUESTION, opened).short


def test_a_copied_library_has_answers_of_its_own(opened: Library, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "library", tmp_path / "copy")
    with Library.open(tmp_path / "copy") as copy:
        assert copy.identity == opened.identity
        opened.add(release(tmp_path / "more", "a.txt", "77", "9 June 2019"))
        copy.add(release(tmp_path / "other", "b.txt", "99", "9 June 2019"))
        assert copy.version == opened.version
        asked = "How many lamps did the Norrhaven lighthouse have in June 2019?"
        assert "77" in answer(asked, opened).short
        assert "99" in answer(asked, copy).short


def test_the_least_recently_used_answer_is_dropped() -> None:
    one, two, three = (Answer(text, False) for text in ("one", "two", "three"))
    kept = Remembered(2)
    kept.put("one", one)
    kept.put("two", two)
    assert kept.get("one") is one
    kept.put("three", three)
    assert (kept.get("one"), kept.get("two"), kept.get("three")) == (one, None, three)
