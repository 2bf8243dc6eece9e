"""What the readers share: failures, the limits they work within, and the reason for giving up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from embeddings.types import Document

MIB = 1024 * 1024

Progress = Callable[[int, int], None]
"""Called as `progress(files_done, files_found)` after each file."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One input that gave no document, and why, in one clear sentence.

    `path` is written like `Document.path`. `sha256` is that of the raw bytes where they were read,
    otherwise empty.
    """

    path: str
    reason: str
    sha256: str = ""


Outcome = Document | Failure
Outcomes = Iterator[Document | Failure]


class UnreadableError(Exception):
    """Why an input gives no document, in one sentence; the readers turn it into a `Failure`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one input may cost. What exceeds a limit becomes a `Failure`."""

    file_bytes: int = 64 * MIB  # one document, on disk or as a member of an archive
    container_bytes: int = 4096 * MIB  # an archive, or a file of records, on disk
    expanded_bytes: int = 8192 * MIB  # all that one archive may expand to
    record_characters: int = 8_000_000  # one line of JSONL, one cell of CSV
    text_characters: int = 20_000_000  # the visible text of one document
    members: int = 1_000_000  # members of one archive, or records of one file
    depth: int = 3  # archives inside archives
    ratio: int = 300  # expansion of compressed data, tested once it passes 8 MiB
    cpu_seconds: int = 30  # processor time for one document, in the guarded process
    wall_seconds: float = 120.0  # the same by the clock
    memory_bytes: int = 2048 * MIB  # address space of the guarded process
    in_process_bytes: int = 2 * MIB  # HTML larger than this is parsed in the guarded process


DEFAULT_LIMITS = Limits()
