"""One library, on each engine that can be asked: SQLite and FAISS, milvus-lite, a Milvus server.

The two others carry the marker `engines`. The server is the one at DATELINE_TEST_MILVUS
(http://host:port), or else the one that the package `milvus` (2.3.5) brings, started on loopback.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_places import ENGINES, Places
from fakes import FakeEncoder
from oracle import Oracle, write

from embeddings.library import Library

_START = 90.0  # seconds a server may take


@pytest.fixture(scope="session")
def lite_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lite")


@pytest.fixture(scope="session")
def milvus_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server; the reason is printed where there is none."""
    running = os.environ.get("DATELINE_TEST_MILVUS")
    if running:
        yield running
        return
    if importlib.util.find_spec("milvus") is None:
        pytest.skip("no Milvus server: pip install milvus==2.3.5, or set DATELINE_TEST_MILVUS")
    folder = tmp_path_factory.mktemp("milvus")
    port = _free_port()
    script = Path(__file__).with_name("serve_milvus.py")
    server = subprocess.Popen(
        [sys.executable, str(script), str(folder), str(port)], stdin=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + _START
        while not (folder / "ready").exists():
            if server.poll() is not None:
                pytest.skip(f"the Milvus server ended with status {server.returncode}")
            if time.monotonic() > deadline:
                pytest.skip(f"the Milvus server was not ready after {_START:.0f} s")
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        assert server.stdin is not None
        server.stdin.close()  # it stops when nobody holds the other end
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def places(request: pytest.FixtureRequest) -> Places:
    return Places(request)


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The library that the others are copies of."""
    folder = tmp_path_factory.mktemp("contract")
    with Library.open(folder / "library", create=True, encoder=FakeEncoder()) as library:
        library.add(write(folder / "archive"))
        yield library


@pytest.fixture(scope="session")
def oracle(local: Library) -> Oracle:
    return Oracle(local)


@pytest.fixture(scope="session", params=ENGINES)
def library(request: pytest.FixtureRequest, local: Library, places: Places) -> Iterator[Library]:
    """The library on one engine."""
    if request.param == "sqlite":
        yield local
        return
    from embeddings.milvus_publish import publish

    address = places.address(request.param, "contract")
    publish(local, address, grace=0)
    with Library.open(address, encoder=FakeEncoder()) as published:
        yield published
