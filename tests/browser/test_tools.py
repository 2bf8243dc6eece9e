"""The MCP server, asked by the client of the `mcp` package over loopback."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from driver import Server, running

pytest.importorskip("mcp")

RESCUED = "How many people were rescued at sea in 2017?"


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("tools") / "log", "--mcp", cache=cache) as server:
        yield server


def within(server: Server, work: Callable[[Any], Any]) -> Any:
    """What `work` gives for an open session with the server."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def talk() -> Any:
        async with (
            streamable_http_client(server.url + "mcp") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await work(session)

    # A thread of its own: the browser's driver keeps an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, talk()).result()


def called(server: Server, tool: str, /, **arguments: object) -> Any:
    return within(server, lambda session: session.call_tool(tool, arguments))


def test_the_three_tools_are_offered_and_described(tools: Server) -> None:
    listed = within(tools, lambda session: session.list_tools()).tools
    assert {tool.name for tool in listed} == {"ask", "search", "read_release"}
    ask = next(tool for tool in listed if tool.name == "ask")
    assert ask.inputSchema["required"] == ["question"]
    assert {"since", "until", "history", "risk"} <= set(ask.inputSchema["properties"])
    assert "checked quotations" in ask.description


def test_an_answer_its_passages_and_its_release(tools: Server) -> None:
    reply = called(tools, "ask", question=RESCUED).structuredContent
    assert reply["answered"] is True
    assert "1,126" in reply["short"]
    citation = reply["citations"][0]
    release = called(tools, "read_release", release_id=citation["release_id"]).structuredContent
    assert release["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert release["title"] == citation["title"]
    part = called(
        tools, "read_release", release_id=citation["release_id"], start=citation["start"]
    ).structuredContent
    assert part["text"].startswith(citation["quote"])
    hits = called(tools, "search", question="ferries at night", limit=3).structuredContent
    assert len(hits["result"]) == 3


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("ask", {"question": " "}, "Please type a question."),
        ("ask", {"question": "Who?", "since": "soon"}, "is not a date"),
        ("ask", {"question": "Who?", "risk": 7}, "is no share of answers"),
        ("read_release", {"release_id": "0" * 64}, "The library holds no such release."),
        ("read_release", {"release_id": "../../etc/passwd"}, "The library holds no such release."),
        ("add", {"name": "a.txt", "text": "x"}, "Unknown tool"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    name: str, arguments: dict[str, object], sentence: str, tools: Server
) -> None:
    result = called(tools, name, **arguments)
    assert result.isError
    assert sentence in result.content[0].text
    assert "Traceback" not in result.content[0].text
    assert "/" not in result.content[0].text


def status(server: Server, method: str = "POST", **headers: str) -> int:
    listing = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    body = listing if method == "POST" else None
    accept = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    sent = {**accept, **headers}
    request = urllib.request.Request(server.url + "mcp", body, sent, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_guard_stands_in_front_of_the_tools(tools: Server, samples: Server) -> None:
    assert status(tools) == 200
    assert status(tools, Host="evil.example") == 421
    assert status(tools, Origin="http://evil.example") == 403
    assert status(tools, "GET") == 405  # no stream is kept open
    assert status(tools, "DELETE") == 405
    assert status(samples) == 404  # off unless asked for
