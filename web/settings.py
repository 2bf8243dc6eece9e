"""What the server was asked to do: one frozen value, made once from the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from qa.writer_client import Endpoint

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    """How the chat is served.

    `allowed_hosts` are the host names (no port) that a request may name besides the loopback ones
    and `host` itself. Sizes are in bytes, `rate` in requests that cost work per minute and client.
    """

    library: Path | None = None  # its folder; None until it is opened
    samples: bool = False  # it is a copy of the samples that come with Dateline
    host: str = "127.0.0.1"
    port: int = 7860
    allowed_hosts: tuple[str, ...] = ()
    max_body: int = 1 << 20
    max_question: int = 2_000  # characters
    rate: int = 240
    concurrency: int = 2  # questions answered at the same time
    queue: int = 64  # questions that may wait
    sessions: int = 1_000  # conversations remembered, about 60 kB each; those used last stay
    api: bool = True
    mcp: bool = False  # the tools for assistants, at /mcp
    read_only: bool = False  # nothing that a reader does changes the library
    upload: bool = True  # readers may add files and addresses, unless it is read-only
    models: tuple[str, ...] = ()  # models to re-embed with, besides the packaged one
    keep_conversations: Path | None = None  # a folder where they outlive the server
    max_file: int = 64 << 20  # one file that a reader adds
    max_batch: int = 512 << 20  # all files that are added together
    max_files: int = 500  # files added together
    writer: Endpoint | None = None  # the language model that words answers
    password: str = field(default="", repr=False)  # empty: none is asked for

    @property
    def may_add(self) -> bool:
        """Whether readers may add files and addresses."""
        return self.upload and not self.read_only

    def hosts(self) -> frozenset[str]:
        """The host names that a request may name, in lower case."""
        names = {*LOOPBACK, *self.allowed_hosts}
        if self.host not in ("0.0.0.0", "::", ""):
            names.add(self.host)
        return frozenset(name.strip("[]").lower() for name in names)
