"""Hostile requests against the whole server: only clean errors, no trace, no path."""

from __future__ import annotations

import http.client
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from driver import ROOT, Server, running
from fuzzing import Wish, complaints, send, wishes

from embeddings.library import Library
from embeddings.sampling import SAMPLES

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Server]:
    """A server on which everything that can be switched on is on."""
    folder = tmp_path_factory.mktemp("fuzzed")
    with Library.open(folder / "library", create=True) as library:
        library.add(*sorted(SAMPLES.glob("*.txt")))
    tools = ["--mcp"] if _installed() else []
    arguments = ("--library", str(folder / "library"), "--rate", "0", *tools)
    with running(folder / "log", *arguments, cache=cache) as server:
        yield server


def _installed() -> bool:
    try:
        import mcp  # noqa: F401
    except ImportError:
        return False
    return True


def port_of(server: Server) -> int:
    return urlsplit(server.url).port or 0


@pytest.mark.parametrize(
    ("seed", "count"), [(7, 150), pytest.param(11, 1_000, marks=pytest.mark.slow)]
)
def test_hostile_requests_get_clean_errors(seed: int, count: int, target: Server) -> None:
    secrets = (str(target.log.parent), str(ROOT), str(Path.home()) + "/")
    found = [
        complaint
        for wish in itertools.islice(wishes(seed), count)
        for complaint in complaints(port_of(target), wish, secrets)
    ]
    assert found == []
    status, body = send(port_of(target), Wish("GET", "/health"))
    assert status == 200
    assert json.loads(body)["status"] == "ok"
    assert "failed=unexpected" not in target.log.read_text()
    assert "Tide Board" not in target.log.read_text()  # no question stands in the log


@pytest.mark.parametrize("length", [(1 << 20) + 1, 1 << 30])
def test_a_request_that_announces_too_much_is_turned_away(length: int, target: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port_of(target), timeout=30)
    connection.putrequest("POST", "/gradio_api/call/ask")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(length))
    connection.endheaders(b"{")
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("{own}", None, 200),
        ("{own}", "http://{own}", 200),
        ("localhost:{port}", "http://localhost:{port}", 200),
        ("localhost:{port}", "http://{own}", 403),
        ("{own}", "http://{own}.evil.example", 403),
        ("{own}", "null", 403),
        ("evil.example", "http://evil.example", 421),
        ("evil.example", None, 421),
        ("{own}.evil.example", None, 421),
        ("127.1:{port}", None, 421),
        ("2130706433:{port}", None, 421),
        ("", None, 421),
    ],
)
@pytest.mark.parametrize("path", ["/", "/health", "/library", "/gradio_api/info"])
def test_hosts_and_origins(
    host: str, origin: str | None, status: int, path: str, target: Server
) -> None:
    port = port_of(target)
    own = {"own": f"127.0.0.1:{port}", "port": str(port)}
    headers = {"Host": host.format(**own)}
    if origin is not None:
        headers["Origin"] = origin.format(**own)
    assert send(port, Wish("GET", path, headers=headers))[0] == status
