"""How releases get into a library: the whole way, in the order it happens.

    read -> clean -> parse -> match with what is known -> chunk -> embed what is new -> commit

Inputs are taken in batches. A batch is embedded first and then committed in one transaction, so
a run that is killed loses at most one batch of work and nothing that was acknowledged; running it
again takes up where it stopped. An input that cannot be used is written to the ledger with the
reason, and is tried again next time.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from embeddings import clusters, records, vectors
from embeddings.chunk import chunk
from embeddings.clean import clean
from embeddings.deduplicate import Deduplicator
from embeddings.embed import Encoder
from embeddings.errors import Rejected
from embeddings.parse import parse
from embeddings.read import Failure, read_inputs
from embeddings.records import Input
from embeddings.store import Store, put_setting
from embeddings.types import Document, Filters, Passage, Release

# About five seconds of embedding on two cores: what a crash can cost at most.
BATCH_PASSAGES = 512

# Called as progress(stage, done, total); total is 0 while it is not known.
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Report:
    """What one run did. Every input is counted once among the first five."""

    added: int = 0  # releases that are new
    changed: int = 0  # inputs whose content differs from what the ledger had
    duplicates: int = 0  # inputs that turned out to be a release the library has
    unchanged: int = 0  # inputs the ledger already had with this content
    rejected: list[tuple[str, str]] = field(default_factory=list)  # path, reason
    removed: int = 0  # releases that no input holds any more
    embedded: int = 0  # texts turned into vectors by the model
    reused: int = 0  # texts whose vector was there already
    seconds: float = 0.0

    @property
    def inputs(self) -> int:
        """How many inputs the run looked at."""
        return (
            self.added + self.changed + self.duplicates + self.unchanged + len(self.rejected)
        )

    def __str__(self) -> str:
        return (
            f"{self.inputs} inputs: {self.added} added, {self.changed} changed, "
            f"{self.duplicates} duplicates, {self.unchanged} unchanged, "
            f"{len(self.rejected)} rejected; {self.removed} releases removed; "
            f"{self.embedded} texts embedded, {self.reused} reused; {self.seconds:.1f} s"
        )


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One input, ready to be committed. Without a release it is a reject."""

    root: str
    path: str
    sha256: str
    reason: str = ""
    release: Release | None = None
    same_as: str | None = None  # id of the stored release it is another version of
    passages: tuple[Passage, ...] = ()


class Updater:
    """One writing run over a library. The caller holds the writer lock."""

    def __init__(
        self, store: Store, encoder: Callable[[], Encoder], progress: Progress | None = None
    ) -> None:
        self._store = store
        self._encoder = encoder  # called only when there is something to embed
        self._progress: Progress = progress or (lambda stage, done, total: None)
        self._known = Deduplicator(self._fetch)
        with store.reading() as connection:
            for release in records.iterate_releases(connection, Filters()):
                self._known.add(release)
        self._waiting: dict[str, Release] = {}  # prepared, not committed
        self.report = Report()

    def add(self, paths: Iterable[str | Path]) -> Report:
        """Take in files and folders."""
        began = time.monotonic()
        batch: list[_Prepared] = []
        for prepared in self._prepare_all(paths):
            batch.append(prepared)
            if sum(len(item.passages) for item in batch) >= BATCH_PASSAGES:
                self._commit(batch)
                batch = []
        self._commit(batch)
        self.report.seconds = time.monotonic() - began
        return self.report

    def _fetch(self, release_id: str) -> Release:
        """A release that is stored, or waits in the batch."""
        if release_id in self._waiting:
            return self._waiting[release_id]
        with self._store.reading() as connection:
            found = records.release_by_id(connection, release_id)
        assert found is not None
        return found

    # --- prepare: nothing here writes to the database ----------------------------------------

    def _prepare_all(self, paths: Iterable[str | Path]) -> Iterator[_Prepared]:
        done = 0
        for path in paths:
            place = Path(path).absolute()
            root = str(place if place.is_dir() else place.parent)
            for item in read_inputs([place]):
                prepared = self._prepare(root, item)
                done += 1
                self._progress("reading", done, 0)
                if prepared is not None:
                    yield prepared

    def _prepare(self, root: str, item: Document | Failure) -> _Prepared | None:
        """One input on its way to the database, or None when the ledger has it as it is."""
        if isinstance(item, Failure):
            return _Prepared(root, item.path, item.sha256, reason=item.reason)
        with self._store.reading() as connection:
            before = records.find_input(connection, root, item.path)
        if before and before.sha256 == item.sha256 and not before.reason:
            self.report.unchanged += 1
            return None
        try:
            release = parse(item, clean(item))
        except Rejected as error:
            return _Prepared(root, item.path, item.sha256, reason=str(error))
        match = self._known.match(release)
        if match is None:
            self._known.add(release)
            self._waiting[release.id] = release
        return _Prepared(
            root,
            item.path,
            item.sha256,
            release=release,
            same_as=match.release_id if match else None,
            passages=tuple(chunk(release)),
        )

    # --- commit ------------------------------------------------------------------------------

    def _commit(self, batch: list[_Prepared]) -> None:
        """Embed what a batch brings, then store all of it in one transaction."""
        if not batch:
            return
        texts = [text for item in batch for text in _texts_of(item)]
        fresh = self._embed(texts)
        with self._store.transaction() as connection:
            model = self._store_vectors(connection, fresh)
            for item in batch:
                self._apply(connection, model, item)
        self._waiting.clear()

    def _embed(self, texts: list[str]) -> tuple[list[bytes], vectors.Vectors | None]:
        """Vectors for those texts that have none: their keys, and shape (n, dimension)."""
        by_key = {records.text_key(text): text for text in texts}
        with self._store.reading() as connection:
            wanted = vectors.missing(connection, current_model(connection), by_key)
        self.report.reused += len(by_key) - len(wanted)
        if not wanted:
            return [], None
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            self._progress("embedding", done, len(wanted))

        made = self._encoder().encode([by_key[key] for key in wanted], advance)
        self.report.embedded += len(wanted)
        return wanted, made

    def _store_vectors(
        self, connection: sqlite3.Connection, fresh: tuple[list[bytes], vectors.Vectors | None]
    ) -> int | None:
        keys, made = fresh
        if made is None:
            return current_model(connection)
        model = vectors.model_id(connection, self._encoder())
        put_setting(connection, "model", model)
        vectors.put(connection, model, keys, made)
        return model

    def _apply(self, connection: sqlite3.Connection, model: int | None, item: _Prepared) -> None:
        """Write one input: its line in the ledger, its release, and what that displaces."""
        before = records.find_input(connection, item.root, item.path)
        earlier = before.release if before else None
        if item.release is None:
            # The release that this input used to hold is kept: a file that can no longer be
            # read is no reason to forget what it said.
            self.report.rejected.append((item.path, item.reason))
            records.put_input(
                connection, Input(item.root, item.path, item.sha256, earlier, item.reason)
            )
            return
        rowid = records.rowid_of(connection, item.release.id)
        known = rowid is not None or item.same_as is not None
        if rowid is None:
            cluster = clusters.cluster_of(connection, item.same_as) if item.same_as else None
            rowid = records.insert_release(connection, item.release, cluster)
            records.insert_passages(connection, rowid, item.passages)
            clusters.settle(connection, rowid if cluster is None else cluster, newcomer=rowid)
        records.put_input(connection, Input(item.root, item.path, item.sha256, rowid, ""))
        if earlier is not None and earlier != rowid:
            self.report.changed += 1
            self.report.removed += clusters.retire(connection, earlier)
        elif known:
            self.report.duplicates += 1
        else:
            self.report.added += 1


def _texts_of(item: _Prepared) -> Iterator[str]:
    """The texts of an input that need a vector: its passages and its title."""
    if item.release is not None and item.passages:
        yield item.release.title
        yield from (passage.text for passage in item.passages)


def current_model(connection: sqlite3.Connection) -> int | None:
    """The row in `models` that the library's searches use, or None before the first one."""
    row = connection.execute("SELECT value FROM settings WHERE key = 'model'").fetchone()
    return int(row[0]) if row else None
