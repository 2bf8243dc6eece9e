"""Publishing: a local library copied to Milvus, where many machines can ask it.

    count words -> write passages -> write releases and facts -> check -> switch the alias -> tidy

A build has collections of its own. Until it is complete nobody sees it, and a run that is killed
leaves nothing but collections that the next run deletes. Then the alias is switched, in one step;
builds before it are deleted once those who were reading them are done.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings import catalog, milvus_schema
from embeddings.errors import LibraryDamaged, LibraryError
from embeddings.index import SWITCH
from embeddings.milvus_client import Address, Connection
from embeddings.milvus_source import write
from embeddings.report import Progress

if TYPE_CHECKING:
    from embeddings.library import Library

GRACE = 30.0  # seconds that builds are kept for those who read them; a question takes less


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication wrote."""

    build: str  # the collection that the name stands for now
    releases: int  # that are searched
    passages: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.releases} releases and {self.passages} passages published as {self.build}; "
            f"{self.seconds:.1f} s"
        )


def publish(
    library: Library,
    address: str,
    *,
    progress: Progress | None = None,
    grace: float = GRACE,
    switch: int = SWITCH,
) -> Published:
    """Copy what a library holds to Milvus, and have the address stand for it when all is there.

    Args:
        library: a local library; it may be read and written to meanwhile.
        address: see `embeddings.milvus_client`.
        progress: called as `progress("publishing", done, total)`, counting passages.
        grace: seconds to wait before earlier builds are deleted.
        switch: from how many passages on a graph is built, and searches are approximate.

    Raises:
        LibraryError: the library is empty, or a later publication was quicker.
        LibraryDamaged: it does not agree with itself.
        StorageFailed: Milvus refused; what was published before is still there.
    """
    began = time.monotonic()
    to = Address.parse(address)
    connection = Connection(to.uri)
    try:
        there = milvus_schema.builds_of(to.name, connection.collections())
        number = max(there.values(), default=0) + 1
        build = milvus_schema.build_name(to.name, number)
        with library._store.reading() as source:
            counts = catalog.counts(source)
            if not counts["passages"]:
                raise LibraryError("The library is empty; there is nothing to publish.")
            try:
                write(source, connection, build, counts, progress or _silent, switch)
                _check(connection, build, counts["passages"])
                _switch(connection, to.name, build)
            except BaseException:
                _drop(connection, [milvus_schema.records_name(build), build])
                raise
        seconds = time.monotonic() - began
        _tidy(connection, to.name, number, grace)
    finally:
        connection.close()
    return Published(build, counts["releases"], counts["passages"], seconds)


def _silent(stage: str, done: int, total: int) -> None:
    """No progress is wanted."""


def _check(to: Connection, build: str, passages: int) -> None:
    found = to.count(build)
    if found != passages:
        raise LibraryDamaged(f"{build} holds {found} passages, not {passages}; it is not used.")


def _switch(to: Connection, name: str, build: str) -> None:
    current = to.behind(name)
    if current and milvus_schema.build_number(current) > milvus_schema.build_number(build):
        raise LibraryError(f"{name} has been published anew meanwhile, as {current}; that stays.")
    to.point(name, build)


def _tidy(to: Connection, name: str, number: int, grace: float) -> None:
    """Delete the builds before this one, but not at once."""
    before = [
        one for one, its in milvus_schema.builds_of(name, to.collections()).items() if its < number
    ]
    if before:
        time.sleep(grace)
        _drop(to, before)


def _drop(to: Connection, collections: Iterable[str]) -> None:
    for one in collections:
        to.drop(one)
