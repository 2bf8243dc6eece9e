"""How these tests start a server and what they note about a page."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as NotYet

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 240.0  # the first start builds the sample library


def chromium() -> str | None:
    named = os.environ.get("DATELINE_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    pid: int
    log: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    log: Path, *arguments: str, cache: Path | None = None, port: int = 0
) -> Iterator[Server]:
    """`python app.py ARGUMENTS` on a free port, stopped by its process id at the end."""
    port = port or free_port()
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    if cache:
        environment["XDG_CACHE_HOME"] = str(cache)
    command = [sys.executable, str(ROOT / "app.py"), "--port", str(port), *arguments]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    server = Server(f"http://127.0.0.1:{port}/", process.pid, log)
    try:
        _wait(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(server.url + "health", timeout=5) as reply:
                if reply.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the server did not start:\n{server.log.read_text()[-3000:]}")


@dataclass(slots=True)
class Visit:
    """One page in a context of its own, with everything it said and asked for."""

    page: Any
    problems: list[str]
    requests: list[str]

    def ask(self, question: str) -> Any:
        """Ask through the question box; the finished reply's element."""
        before = self.page.locator("#chat .asked").count()
        box = self.page.locator("#question textarea")
        box.fill(question)
        taken = self.page.locator("#chat .asked").nth(before)
        for _ in range(20):  # the page takes no question while it still ends the last turn
            box.press("Enter")
            try:
                taken.wait_for(timeout=3_000)
                break
            except NotYet:
                continue
        return self.reply(before)

    def reply(self, index: int) -> Any:
        """The finished reply to the question of that number, from 0."""
        row = self.page.locator("#chat .bot .md").nth(index)
        done = row.locator(".reply.complete, .reply.problem")
        done.wait_for(timeout=60_000)
        return done
