"""What the readers hand out besides documents: failures, and the limits they work within."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one input may cost. What exceeds a limit becomes a `Failure`."""

    file_bytes: int = 64 * MIB  # one document, on disk or as a member of an archive
    container_bytes: int = 4096 * MIB  # an archive, or a file of records
    expanded_bytes: int = 8192 * MIB  # all that one archive may expand to
    record_bytes: int = 8 * MIB  # one line of JSONL, one row of CSV
    text_characters: int = 20_000_000  # the visible text of one document
    members: int = 1_000_000  # members of one archive, or records of one file
    depth: int = 3  # archives inside archives
    ratio: int = 300  # expansion of one member, tested once it passes 8 MiB
    seconds: float = 30.0  # for one document, wall clock and processor time each
    memory_bytes: int = 2048 * MIB  # address space of the process that parses
    in_process_bytes: int = 2 * MIB  # larger HTML is parsed in the guarded process


DEFAULT_LIMITS = Limits()
