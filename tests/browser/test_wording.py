"""The chat with a language model that is scripted: what a reader sees of what it says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driver import Server, Visit, running
from playwright.sync_api import expect
from talker import Talker, talking

RESCUED = "How many people were rescued at sea in 2017?"
TRUE = "Rescue services linked by the OIS brought 1,126 people to safety in 2017 [1]."


@pytest.fixture(scope="module")
def talker() -> Iterator[Talker]:
    with talking() as found:
        yield found


@pytest.fixture(scope="module")
def worded(
    talker: Talker, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The chat on the samples, started with --llm."""
    log = tmp_path_factory.mktemp("worded") / "log"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "DATELINE_LLM_URL", talker.url)
        patch.setitem(os.environ, "DATELINE_LLM_MODEL", "talker")
        patch.setitem(os.environ, "DATELINE_LLM_KEY", "secret-key")
        with running(log, "--llm", cache=cache) as server:
            yield server


def test_proved_sentences_are_shown_and_lies_are_not(
    worded: Server, talker: Talker, visit: Callable[..., Visit]
) -> None:
    seen = visit(worded.url)
    talker.says(TRUE[:20], TRUE[20:], " Then 9,000 more drowned [1]. <img src=x> [1].")
    reply = seen.ask(RESCUED)
    expect(reply.locator(".prose")).to_contain_text("1,126 people")
    expect(reply.locator(".wording")).to_contain_text("Worded by talker")
    expect(reply.locator("blockquote").first).to_contain_text("1,126")
    assert "9,000" not in reply.inner_text()
    expect(reply.locator(".prose a.cite")).to_have_count(1)
    assert seen.problems == []


def test_a_liar_leaves_the_answer_and_a_note(
    worded: Server, talker: Talker, visit: Callable[..., Visit]
) -> None:
    seen = visit(worded.url)
    talker.says("<script>alert(1)</script> 2,000 people were rescued at sea in 2017 [1].")
    reply = seen.ask(RESCUED)
    expect(reply.locator(".short")).to_contain_text("1,126")
    expect(reply.locator(".wording")).to_contain_text("could be proved")
    assert "2,000" not in reply.inner_text()
    assert seen.problems == []
    assert "secret-key" not in seen.page.content()
    assert "secret-key" not in worded.log.read_text()
    assert talker.headers[-1]["Authorization"] == "Bearer secret-key"
