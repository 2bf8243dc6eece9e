"""The guarded process: reads one file after another under hard limits, and may die of it.

It takes one request a line on standard input and answers with lines of JSON on standard output:

    ["begin", path]       an item is about to be parsed
    ["document", {...}]   what it gave
    ["failure", [path, reason, sha256]]
    ["end"]               nothing more comes for this request
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from embeddings.read_stream import read_path
from embeddings.read_types import Failure, Limits

if TYPE_CHECKING:
    from embeddings.types import Document

MAX_FILES = 64


def main() -> None:
    """Serve requests until standard input ends. The first argument holds the limits as JSON."""
    limits = Limits(**json.loads(sys.argv[-1]))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # what a library prints must not mix with the answers
    os.dup2(nowhere, 2)
    _confine(limits)
    for line in sys.stdin.buffer:
        _serve(json.loads(line), limits, answers)


def _serve(request: dict[str, Any], limits: Limits, answers: TextIO) -> None:
    done = 0

    def begin(path: str) -> bool:
        nonlocal done
        done += 1
        _grant_time(limits)
        if done <= request["skip"]:
            return False
        _send(answers, ["begin", path])
        return True

    _grant_time(limits)
    path = Path(request["path"])
    for outcome in read_path(path, request["name"], limits, request["columns"], begin):
        if isinstance(outcome, Failure):
            _send(answers, ["failure", [outcome.path, outcome.reason, outcome.sha256]])
        else:
            _send(answers, ["document", pack(outcome)])
    _send(answers, ["end"])


def pack(document: Document) -> dict[str, Any]:
    """A document as plain JSON values; `unpack` in `embeddings.read_guard` is the reverse."""
    return {
        "path": document.path,
        "sha256": document.sha256,
        "format": document.format,
        "text": document.text,
        "hints": dict(document.hints),
        "blocks": [
            [b.start, b.end, b.tag, b.region, b.label, b.link_density] for b in document.blocks
        ],
        "origin": [[s.start, s.origin_start, s.length] for s in document.origin],
    }


def _send(answers: TextIO, message: list[Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _confine(limits: Limits) -> None:
    """No new files, few open ones, and a bound on memory."""
    # Not every system knows every limit; the clock in the parent process holds in any case.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_FILES, MAX_FILES))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _grant_time(limits)


def _grant_time(limits: Limits) -> None:
    """Processor time for one more item, beyond what this process has used so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(usage.ru_utime + usage.ru_stime) + 1 + limits.cpu_seconds
    with suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))
