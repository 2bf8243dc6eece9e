from __future__ import annotations

import asyncio
import base64
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.guard import Guard, host_name
from web.settings import Settings

JOIN = "/gradio_api/queue/join"
PAGE = b'<html><head><meta property="og:title" content="x"><script>a()</script></head></html>'


async def echo(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    content = PAGE if scope["path"] == "/" else body
    await send({"type": "http.response.start", "status": 200, "headers": [(b"server", b"x")]})
    await send({"type": "http.response.body", "body": content})


def ask(
    path: str = "/",
    method: str = "GET",
    headers: dict[str, str] | list[tuple[str, str]] | None = None,
    body: list[bytes] | None = None,
    guard: Guard | None = None,
    **settings: Any,
) -> tuple[int, dict[str, str], bytes]:
    guard = guard or Guard(echo, Settings(**settings), {0: 0, 3: 0})
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers or [])
    if not any(name.lower() == "host" for name, _ in pairs):
        pairs.append(("host", "127.0.0.1:7860"))
    parts = body or [b""]
    messages = [
        {"type": "http.request", "body": part, "more_body": index < len(parts) - 1}
        for index, part in enumerate(parts)
    ]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in pairs],
        "client": ("127.0.0.1", 1),
    }
    asyncio.run(guard(scope, receive, send))
    start = sent[0]
    reply = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], reply, b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.parametrize(
    ("host", "settings", "status"),
    [
        ("127.0.0.1:7860", {}, 200),
        ("localhost", {}, 200),
        ("LOCALHOST:80", {}, 200),
        ("[::1]:7860", {}, 200),
        ("localhost.", {}, 200),
        ("evil.example", {}, 421),
        ("127.0.0.1.evil.example", {}, 421),
        ("localhost@evil.example", {}, 421),
        ("localhost:7860, evil.example", {}, 421),
        ("", {}, 421),
        ("0.0.0.0:7860", {"host": "0.0.0.0"}, 421),
        ("archive.example", {"allowed_hosts": ("archive.example",)}, 200),
        ("Archive.Example:443", {"allowed_hosts": ("archive.example",)}, 200),
        ("192.0.2.7:7860", {"host": "192.0.2.7"}, 200),
    ],
)
def test_host_names(host: str, settings: dict[str, Any], status: int) -> None:
    assert ask("/health", headers={"host": host}, **settings)[0] == status


def test_two_host_headers_are_refused() -> None:
    pairs = [("host", "localhost"), ("host", "evil.example")]
    assert ask("/health", headers=pairs)[0] == 421


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:7860", 200),
        ("https://127.0.0.1:7860", 200),
        ("http://127.0.0.1:9999", 403),
        ("http://localhost:7860", 403),
        ("http://evil.example", 403),
        ("null", 403),
        ("file://", 403),
        ("http://[broken", 403),
        ("", 403),
    ],
)
def test_origins(origin: str, status: int) -> None:
    assert ask(JOIN, "POST", {"origin": origin}, body=[b'{"fn_index": 0}'])[0] == status


@pytest.mark.parametrize(
    ("path", "site", "mode", "status"),
    [
        ("/", "cross-site", "navigate", 200),
        ("/", "cross-site", "no-cors", 403),
        ("/health", "same-origin", "cors", 200),
        ("/health", "cross-site", "no-cors", 403),
        ("/health", "same-site", "no-cors", 403),
        ("/health", "none", "navigate", 200),
        ("/release/" + "a" * 64, "cross-site", "navigate", 403),
        ("/read/" + "a" * 64, "cross-site", "navigate", 200),
        ("/library", "cross-site", "navigate", 200),
        ("/library", "cross-site", "cors", 403),
    ],
)
def test_requests_from_other_sites(path: str, site: str, mode: str, status: int) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode}
    assert ask(path, headers=headers)[0] == status


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://127.0.0.1/",
        "/gradio_api/upload",
        "/gradio_api/component_server",
        "/gradio_api/stream/x/y/z/playlist.m3u8",
        "/gradio_api/openapi.json",
        "/gradio_api/vibe-edit",
        "/gradio_api/deep_link",
        "/gradio_api/runs",
        "/gradio_api/app_id",
        "/gradio_api/run/ask",
        "/monitoring",
        "/monitoring/summary",
        "/docs",
        "/openapi.json",
        "/login",
        "/static/../app.py",
        "/assets/../../app.py",
        "/static/js/../../../../etc/passwd",
        "/page/../server.py",
        "/release/../health",
        "/release/" + "g" * 64,
        "//evil.example/",
        "/svelte/a.js",
        "/custom_component/x",
    ],
)
def test_routes_that_the_page_does_not_use_do_not_exist(path: str) -> None:
    status, _, body = ask(path)
    assert status == 404
    assert json.loads(body) == {"detail": "There is nothing at this address."}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_methods(method: str) -> None:
    assert ask("/health", method)[0] == 405


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"data": [], "fn_index": 0, "session_hash": "abc123"}, 200),
        ({"data": [], "fn_index": 3}, 200),
        ({"data": [], "fn_index": 1}, 400),
        ({"data": [], "fn_index": -1}, 400),
        ({"data": [], "fn_index": True}, 400),
        ({"data": []}, 400),
        ({"data": [], "fn_index": 0, "session_hash": "../../x"}, 400),
        ({"data": [], "fn_index": 0, "session_hash": 7}, 400),
        ([], 400),
        ("x", 400),
        (None, 400),
    ],
)
def test_bodies_that_no_client_sends_are_turned_away(body: object, status: int) -> None:
    assert ask(JOIN, "POST", body=[json.dumps(body).encode()])[0] == status


@given(st.binary(max_size=60))
def test_any_bytes_get_a_clean_answer(body: bytes) -> None:
    assert ask(JOIN, "POST", body=[body])[0] in (200, 400)


def test_bodies_are_limited_declared_or_not() -> None:
    small = json.dumps({"fn_index": 0, "data": ["a" * 60]}).encode()
    parts = [small[:50], small[50:]]
    assert ask(JOIN, "POST", body=parts, max_body=len(small))[2] == small
    assert ask(JOIN, "POST", body=parts, max_body=len(small) - 1)[0] == 413
    assert ask(JOIN, "POST", {"content-length": "101"}, max_body=100)[0] == 413
    assert ask(JOIN, "POST", {"content-length": "many"}, body=[small])[0] == 200


def test_one_client_cannot_take_everything() -> None:
    guard = Guard(echo, Settings(rate=3), {0: 0})
    body = [b'{"fn_index": 0}']
    statuses = [ask(JOIN, "POST", body=body, guard=guard)[0] for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert ask("/health", guard=guard)[0] == 200


def test_the_page_runs_only_scripts_of_its_own_reply() -> None:
    _, headers, body = ask("/")
    policy = headers["content-security-policy"]
    nonces = re.findall(r"'nonce-([^']+)'", policy)
    assert len(nonces) == 1
    assert body.count(b"<script") == body.count(f'<script nonce="{nonces[0]}"'.encode()) > 1
    assert b"og:title" not in body
    assert int(headers["content-length"]) == len(body)
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert ask("/")[1]["content-security-policy"] != policy


def test_every_reply_carries_the_policy() -> None:
    for path in ("/health", "/nowhere", "/"):
        _, headers, _ = ask(path)
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


@given(st.text())
def test_a_host_name_is_plain_or_nothing(netloc: str) -> None:
    name = host_name(netloc)
    assert name is None or re.fullmatch(r"[a-z0-9._:-]*", name)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (None, 401),
        ("Basic " + base64.b64encode(b"reader:correct horse").decode(), 200),
        ("basic " + base64.b64encode(b":correct horse").decode(), 200),
        ("Basic " + base64.b64encode(b"reader:wrong horse").decode(), 401),
        ("Basic " + base64.b64encode(b"correct horse").decode(), 401),
        ("Basic " + base64.b64encode(b"reader:").decode(), 401),
        ("Basic %%%", 401),
        ("Bearer correct horse", 401),
        ("", 401),
    ],
)
@pytest.mark.parametrize("path", ["/", "/health", "/page/style.css", "/library"])
def test_a_password_is_asked_for_everywhere(path: str, header: str | None, status: int) -> None:
    headers = {} if header is None else {"authorization": header}
    got, reply, _ = ask(path, headers=headers, password="correct horse")
    assert got == status
    assert ("www-authenticate" in reply) is (status == 401)


def test_a_settings_value_does_not_print_its_password() -> None:
    assert "correct horse" not in repr(Settings(password="correct horse"))


def test_a_rate_of_nought_is_no_limit() -> None:
    guard = Guard(echo, Settings(rate=0), {0: 0})
    body = [b'{"fn_index": 0}']
    assert {ask(JOIN, "POST", body=body, guard=guard)[0] for _ in range(300)} == {200}


def test_a_browser_is_told_on_a_page_and_a_program_in_json() -> None:
    status, headers, body = ask("/deep/er/nosuch", headers={"accept": "text/html,*/*;q=0.8"})
    assert (status, headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert b'<base href="../../">' in body
    assert b"There is nothing at this address" in body
    assert b"<script" not in body
    status, headers, body = ask("/nosuch", headers={"accept": "application/json"})
    assert (status, headers["content-type"]) == (404, "application/json")
    assert json.loads(body) == {"detail": "There is nothing at this address."}


def test_a_path_is_not_repeated_on_the_page_that_says_it_is_none() -> None:
    _, headers, body = ask("/<script>alert(1)</script>", headers={"accept": "text/html"})
    assert b"alert" not in body
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/gradio_api/call/ask", b'{"data": ["Who?"]}', 200),
        ("/gradio_api/call/ask", b'{"data": ["\\ud83d\\ude42"]}', 200),
        ("/gradio_api/call/ask", b'{"data": ["\\ud83d"]}', 400),  # half a character
        ("/gradio_api/call/ask", b'{"data": ["\xff"]}', 400),
        ("/gradio_api/call/ask", b'{"data": []}', 400),  # too few values
        ("/gradio_api/call/ask", b'{"data": "Who?"}', 400),
        ("/gradio_api/call/nosuch", b'{"data": []}', 404),
        ("/gradio_api/call/" + "a" * 200, b'{"data": []}', 404),
    ],
)
def test_only_functions_that_exist_are_called_with_text_that_is_text(
    path: str, body: bytes, status: int
) -> None:
    guard = Guard(echo, Settings(rate=0), {0: 0}, {"ask": 1})
    assert ask(path, "POST", body=[body], guard=guard)[0] == status


def test_tools_are_reached_only_when_they_are_on() -> None:
    call = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
    assert ask("/mcp", "POST", body=[call])[0] == 404
    assert ask("/mcp", "POST", body=[call], mcp=True)[0] == 200
    assert ask("/mcp", "GET", mcp=True)[0] == 405
    assert ask("/mcp/../x", "POST", body=[call], mcp=True)[0] == 404


@pytest.mark.parametrize(
    ("number", "data", "status"), [(3, [1], 200), (3, [], 400), (0, [], 400), (True, [1], 400)]
)
def test_only_functions_that_do_without_the_queue_are_run_directly(
    number: object, data: list[int], status: int
) -> None:
    guard = Guard(echo, Settings(rate=0), {0: 0, 3: 1}, {}, frozenset({3}))
    body = json.dumps({"data": data, "fn_index": number}).encode()
    assert ask("/gradio_api/run/predict", "POST", body=[body], guard=guard)[0] == status
