"""Reads risky files in a second process that is stopped when it takes too long, and replaced.

One process serves many files, so that a PDF costs its parsing and not the start of an interpreter.
An item that brings it down becomes a failure, and the rest of the archive is read by its successor.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.read_types import Failure, Limits, Outcomes
from embeddings.types import Block, Document, Segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MAX_CRASHES = 20  # in one archive
_CODE = (
    "import sys; sys.path.insert(0, sys.argv[1]); from embeddings.read_worker import main; main()"
)
_PACKAGE_ROOT = str(Path(__file__).resolve().parents[1])

_idle: list[_Process] = []
_lock = threading.Lock()


class _DiedError(Exception):
    """The process is gone; the message says why, as a sentence about the item it was reading."""


def read_guarded(path: Path, name: str, limits: Limits, columns: Mapping[str, str]) -> Outcomes:
    """Like `embeddings.read_stream.read_path`, in a process of its own. Never raises."""
    done = 0
    for _ in range(_MAX_CRASHES):
        item = name
        try:
            process = _take(limits)
        except OSError as error:
            yield Failure(name, f"Its parser could not be started ({error.strerror}).")
            return
        try:
            request = {"path": str(path.absolute()), "name": name, "columns": dict(columns)}
            for kind, value in process.ask({**request, "skip": done}):
                if kind == "begin":
                    item = value
                    continue
                done += 1
                yield unpack(value) if kind == "document" else Failure(*value)
                item = name
            return
        except _DiedError as error:
            if process.was_idle and not process.has_answered:
                continue  # it died while it waited: the file is not to blame
            yield Failure(item, str(error))
            if item == name:
                return
            done += 1
        finally:
            process.give_back()
    yield Failure(name, f"Its parser failed {_MAX_CRASHES} times; the rest of it was not read.")


def unpack(value: dict[str, Any]) -> Document:
    """The document that `embeddings.read_worker.pack` made plain."""
    return Document(
        path=value["path"],
        sha256=value["sha256"],
        format=value["format"],
        text=value["text"],
        blocks=tuple(Block(*block) for block in value["blocks"]),
        hints=value["hints"],
        origin=tuple(Segment(*segment) for segment in value["origin"]),
    )


class _Process:
    """One guarded process and the conversation with it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.was_idle = False  # whether it has served a file before this one
        self.has_answered = False  # whether it has said anything about this one
        self._busy = False
        self._buffer = bytearray()
        self._poll = select.poll()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _CODE, _PACKAGE_ROOT, json.dumps(asdict(limits))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        assert self._process.stdout is not None
        self._poll.register(self._process.stdout, select.POLLIN)

    def ask(self, request: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """Send a request and yield the answers. Raises `_DiedError`."""
        assert self._process.stdin is not None
        self._busy, self.has_answered = True, False
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise _DiedError("Its parser could not be started.") from None
        while True:
            message = self._receive()
            self.has_answered = True
            if message[0] == "end":
                self._busy = False
                return
            yield message[0], message[1]

    def _receive(self) -> list[Any]:
        assert self._process.stdout is not None
        deadline = time.monotonic() + self.limits.wall_seconds
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            left = deadline - time.monotonic()
            if not self._poll.poll(max(0.0, left) * 1000):
                raise _DiedError(f"It took longer than {self.limits.wall_seconds:g} seconds.")
            data = os.read(self._process.stdout.fileno(), 1 << 20)
            if not data:
                raise _DiedError(self._cause())
            self._buffer += data
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        message: list[Any] = json.loads(line)
        return message

    def _cause(self) -> str:
        code = self._process.wait()
        if code == -signal.SIGXCPU:
            return f"It took more than {self.limits.cpu_seconds} seconds of processor time."
        if code == -signal.SIGKILL:
            return "It needs more memory than it may have."
        return "It brought its parser down."

    def give_back(self) -> None:
        """Keep the process for the next file, or end it when it is dead or in the middle of one."""
        if self._busy:
            self.close()
        else:
            self.was_idle = True
            with _lock:
                _idle.append(self)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with suppress(OSError):
                    stream.close()


def _take(limits: Limits) -> _Process:
    """An idle process with these limits, or a new one."""
    with _lock:
        for position, process in enumerate(_idle):
            if process.limits == limits:
                return _idle.pop(position)
    return _Process(limits)


@atexit.register
def close_all() -> None:
    """End the idle processes; done at exit by itself."""
    with _lock:
        while _idle:
            _idle.pop().close()
