"""Conversations that outlive the server: what is kept, for whom, and when it goes."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import StorageFailed
from embeddings.types import Filters, Passage, Release
from qa.types import Answer, Citation, Hit, Position, Row, Understood
from web.cookie import cookie, name_in, new_name
from web.kept import Conversations
from web.session import Turn

RELEASE = Release("b" * 64, "Buoys", "Oda Brandt counted.", dt.date(2019, 5, 1), "Tarn Quay")
ANSWER = Answer(
    "Oda Brandt [1]",
    True,
    short="Oda Brandt",
    citations=(
        Citation(
            1, "a" * 64, "Buoys", dt.date(2019, 5, 1), "", "in/a.md", "Oda.", 4, 8, also=("b",)
        ),
    ),
    confidence=0.5,
    nearest=(Hit(Passage("b" * 64, 0, 4, "Oda "), RELEASE, 0.5),),
    question="Who counted?",
    filters=Filters(since=dt.date(2019, 1, 1), places=("Tarn Quay",)),
    timings={"search": 1.5, "total": 2},
    rows=(Row("May", "7", 1),),
    positions=(Position("7", (1, 2)),),
    understood=(Understood("date", "May 2019"),),
    suggestions=("Who painted?",),
    library_version=7,
    model="m",
)
TURN = Turn("Who?", "<p>Oda</p>", "Oda Brandt [1]", ANSWER, ("May 2019",), final=True)


def test_a_conversation_comes_back_as_it_was(tmp_path: Path) -> None:
    name = new_name()
    turns = [TURN, Turn("\ud800?", "<p>No.</p>", final=True)]
    Conversations(tmp_path / "kept").save(name, turns)
    again = Conversations(tmp_path / "kept").load(name)  # as the next server does
    assert again == [replace(TURN, answer=replace(ANSWER, nearest=())), turns[1]]


def test_nobody_else_reads_it(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "kept")
    name = new_name()
    kept.save(name, [TURN])
    assert kept.load(new_name()) == []
    (file,) = (tmp_path / "kept").iterdir()
    assert name not in file.name
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700


def test_new_deletes_it_and_so_does_time(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    first, second, third = new_name(), new_name(), new_name()
    for name in (first, second, third):
        kept.save(name, [TURN])
    kept.forget(first)
    kept.forget(first)
    assert kept.load(first) == []
    os.utime(kept._path(second), (0, 0))
    again = Conversations(tmp_path)
    assert again.load(second) == []
    assert len(again.load(third)) == 1
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b'[{"question": 1}]', b'[{"no": "x"}]', b"[" * 9_999, b"\xff"]
)
def test_a_file_that_cannot_be_read_is_no_conversation(content: bytes, tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    name = new_name()
    kept._path(name).write_bytes(content)
    assert kept.load(name) == []
    kept.save(name, [TURN])
    assert len(kept.load(name)) == 1


def test_a_folder_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageFailed, match="Conversations cannot be kept"):
        Conversations(tmp_path / "file")


def test_the_cookie_gives_the_name_back() -> None:
    name = new_name()
    header = cookie(name).decode()
    assert "HttpOnly" in header
    assert "SameSite=Strict" in header
    assert name_in(f"a=b; {header.partition(';')[0]}; c=d") == name
    for cookies in (
        "",
        "dateline-conversation=../../x",
        f"dateline-conversation={name}x",
        "=;=",
        "\0",
    ):
        assert name_in(cookies) == ""


@given(st.text())
def test_any_cookie_is_a_name_or_none(cookies: str) -> None:
    assert len(name_in(cookies)) in (0, 43)
