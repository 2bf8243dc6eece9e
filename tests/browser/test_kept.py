"""Conversations after a restart: there where that was asked for, and only for their own browser."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from driver import Server, Visit, free_port, running
from playwright.sync_api import expect

RESCUED = "How many people were rescued at sea in 2017?"


def settled(page: Any, folder: Path, turns: int) -> None:
    """Wait until the server has written that many turns of one conversation."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = [json.loads(path.read_text()) for path in folder.glob("*.json")]
        if [len(one) for one in found] == ([turns] if turns else []):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"{[len(one) for one in found]} turns are kept")


def test_a_conversation_outlives_the_server_and_new_ends_it(
    cache: Path, tmp_path: Path, visit: Callable[..., Visit]
) -> None:
    folder, port = tmp_path / "kept", free_port()
    options = ("--keep-conversations", str(folder))
    with running(tmp_path / "log", *options, cache=cache, port=port) as server:
        seen = visit(server.url)
        seen.ask(RESCUED)
        settled(seen.page, folder, 1)
        (given,) = seen.page.context.cookies()
        assert (given["httpOnly"], given["sameSite"]) == (True, "Strict")
    with running(tmp_path / "log", *options, cache=cache, port=port) as server:
        seen.page.goto(server.url)
        expect(seen.page.locator("#chat .asked")).to_have_text(RESCUED, timeout=60_000)
        expect(seen.page.locator("#chat .short")).to_contain_text("1,126")
        other = visit(server.url)  # another browser sees nothing of it
        expect(other.page.locator("button.example").first).to_be_visible()
        expect(other.page.locator("#chat .asked")).to_have_count(0)
        reply = seen.ask("And in 2018?")  # a follow-up still knows what it refers to
        expect(reply).to_contain_text("2018")
        settled(seen.page, folder, 2)
        seen.page.locator("#again").click()
        expect(seen.page.locator("#chat .asked")).to_have_count(0)
        settled(seen.page, folder, 0)


def test_otherwise_nothing_is_kept(samples: Server, visit: Callable[..., Visit]) -> None:
    seen = visit(samples.url)
    seen.ask(RESCUED)
    assert seen.page.context.cookies() == []
    fresh = visit(samples.url)
    expect(fresh.page.locator("button.example").first).to_be_visible()
    expect(fresh.page.locator("#chat .asked")).to_have_count(0)
