"""The chat with a language model: what grows on the page, and what stands when it is done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEncoder, write_release
from talker import Talker, stalling, stream, talking

from embeddings.library import Library
from qa.types import Answer
from qa.writer_client import Endpoint
from web.desk import Asked, Desk, Wording
from web.escape import escape
from web.fields import answer_fields
from web.launch import main, parser, settings_of
from web.limits import Limits
from web.session import Turn, respond
from web.settings import Settings

QUESTION = "Who chaired the Tide Board?"
TRUE = "Mira Oduya chaired the Tide Board [1]."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    write_release(
        tmp_path / "in", "a.md", title="Tide Board meets in Norrhaven", date="2019-05-03",
        text="NORRHAVEN, 3 May 2019 – The Tide Board met today. Mira Oduya chaired the Tide Board.",
    )  # fmt: skip
    with Library.open(tmp_path / "library", create=True, encoder=FakeEncoder()) as opened:
        opened.add(tmp_path / "in")
        yield opened


@pytest.fixture
def talker() -> Iterator[Talker]:
    with talking() as talker:
        yield talker


def desk(library: Library, talker: Talker, model: str = "talker", **more: float) -> Desk:
    return Desk(library, Settings(concurrency=1, writer=Endpoint(talker.url, model, **more)))


def turns(library: Library, talker: Talker, model: str = "talker") -> list[Turn]:
    return list(respond(desk(library, talker, model), QUESTION, [], Limits()))


def test_proved_sentences_stand_above_their_quotation(library: Library, talker: Talker) -> None:
    talker.says(TRUE, " Mira Oduya resigned [1].")
    *_, last = turns(library, talker)
    assert last.final
    assert last.said == TRUE
    assert '<p class="prose" dir="auto">Mira Oduya chaired the Tide Board <a class="cite"' in (
        last.html
    )
    assert '<p class="short"' not in last.html
    assert "Worded by talker; each sentence was checked" in last.html
    assert "resigned" not in last.html
    assert "<blockquote" in last.html


def test_the_answer_is_shown_at_once_and_the_wording_as_it_is_proved(
    library: Library, talker: Talker
) -> None:
    talker.does(stalling(f"{TRUE} Then", stop=talker.stopping))
    events = desk(library, talker, stall_seconds=0.5).begin(Asked(QUESTION))
    seen = []
    while not isinstance(event := events.get(), Answer):
        seen.append(event)
    grown = [one.answer for one in seen if isinstance(one, Wording)]
    assert [one.writer for one in grown] == ["", "talker"]
    assert grown[0].short == "Mira Oduya"
    assert grown[1].text == event.text == TRUE
    assert "did not say a word" in event.note


def test_a_lie_is_never_on_the_page(library: Library, talker: Talker) -> None:
    talker.says("<img src=x onerror=alert(1)> Rufus Ode chaired the Tide Board [1].")
    shown = turns(library, talker)
    assert not any("Rufus" in turn.html or "<img" in turn.html for turn in shown)
    assert '<p class="short" dir="auto">Mira Oduya' in shown[-1].html
    assert "Nothing that talker wrote could be proved" in shown[-1].html
    fields = answer_fields(shown[-1].answer or Answer("", False))
    assert (fields["writer"], fields["note"][:7]) == ("", "Nothing")


def test_the_name_of_a_model_is_no_markup(library: Library, talker: Talker) -> None:
    talker.says(TRUE)
    html = turns(library, talker, "<b>m</b>")[-1].html
    assert "<b>" not in html
    assert f"Worded by {escape('<b>m</b>')};" in html


def test_a_refusal_is_not_sent(library: Library, talker: Talker) -> None:
    talker.says("The snail race was won by Mira Oduya [1].")
    said = desk(library, talker).answer(Asked("Who won the snail race of Atlantis in 1850?"))
    assert isinstance(said, Answer)
    assert not said.answered
    assert talker.bodies == []


def test_a_model_that_stalls_keeps_nobody_else_waiting(library: Library, talker: Talker) -> None:
    talker.does(stalling(stop=talker.stopping), stream([TRUE]))
    at = desk(library, talker)
    waiting = at.begin(Asked(QUESTION))
    while not isinstance(waiting.get(), Wording):
        pass
    while not talker.bodies:  # the one that stalls is to have the first question
        time.sleep(0.01)
    said = at.answer(Asked(QUESTION))
    assert isinstance(said, Answer)
    assert said.writer == "talker"
    assert waiting.empty()  # the first is still being worded


def test_the_option_needs_an_address(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATELINE_LLM_URL", raising=False)
    assert main(["--llm", "--port", "0"]) == 1
    assert "Set DATELINE_LLM_URL and DATELINE_LLM_MODEL" in capsys.readouterr().err
    assert settings_of(parser().parse_args([])).writer is None
    monkeypatch.setenv("DATELINE_LLM_URL", "https://llm.example/v1")
    monkeypatch.setenv("DATELINE_LLM_MODEL", "m")
    monkeypatch.setenv("DATELINE_LLM_KEY", "secret-key")
    settings = settings_of(parser().parse_args(["--llm"]))
    assert settings.writer == Endpoint("https://llm.example/v1", "m", "secret-key")
    assert "secret" not in repr(settings)
