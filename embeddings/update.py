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
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings import clusters, embedding, ledger, records
from embeddings.chunk import chunk
from embeddings.clean import clean
from embeddings.clean_chrome import Chrome
from embeddings.embed import Encoder
from embeddings.errors import Rejected
from embeddings.files import Found, examine, find
from embeddings.ledger import FileState, Input
from embeddings.matching import Matcher
from embeddings.parse import parse
from embeddings.provenance import compose
from embeddings.read import Failure, read_inputs
from embeddings.read_web import read_web
from embeddings.report import Progress, Report
from embeddings.store import Store, put_setting
from embeddings.types import Document, Passage, Release

# About five seconds of embedding on two cores: what a crash can cost at most.
BATCH_PASSAGES = 512
WEB = "web"  # the root of inputs that were fetched; no folder is called so, roots are absolute
_PAGES = ("text", "html", "markdown", "pdf", "docx")  # formats in which lines recur across pages
CHROME = "chrome "  # settings under this name and a root hold the lines learned there
_BATCH_INPUTS = 2_000  # so that a run in which little is new commits now and then, too


@dataclass(frozen=True, slots=True)
class _Prepared:
    """One input, ready to be committed. Without a release it is a reject."""

    line: Input  # its line in the ledger, the release not filled in yet
    release: Release | None = None
    is_known: bool = False  # the very same release is stored, or comes earlier in this run
    version_of: str | None = None  # id of another release that it is a version of
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Finished:
    """The end of one file: which inputs it gave, and its state if all of them were good."""

    root: str
    file: str
    paths: frozenset[str]
    state: FileState | None


class Updater:
    """One writing run over a library. The caller holds the writer lock."""

    def __init__(
        self, store: Store, encoder: Callable[[], Encoder], progress: Progress | None = None
    ) -> None:
        self._store = store
        self._encoder = encoder  # called only when there is something to embed
        self._progress: Progress = progress or (lambda stage, done, total: None)
        self._matcher = Matcher(store)
        self._batch: list[_Prepared | _Finished] = []
        self._began = time.monotonic()
        self._columns: Mapping[str, str] = {}
        self._chrome: dict[str, Chrome] = {}
        self.report = Report()
        self.known_again: list[str] = []  # sha256 of new inputs whose release was known already

    def add(self, paths: Iterable[str | Path], columns: Mapping[str, str]) -> Report:
        """Take in files and folders; `columns` maps those of records, see `read_inputs`."""
        self._columns = columns
        self.take([item for path in paths for item in find(path)])
        return self.finish()

    def take(self, found: list[Found]) -> None:
        """Take in files; afterwards all of them are committed."""
        for done, item in enumerate(found):
            self._progress("reading", done, len(found))
            for prepared in self._prepare_file(item):
                self._collect(prepared)
        self._commit()
        self._progress("reading", len(found), len(found))

    def fetch(self, urls: Iterable[str], *, allow_private: bool = False) -> Report:
        """Take in pages from the web, and those that feeds and sitemaps among them list."""
        for done, read in enumerate(read_web(tuple(urls), allow_private=allow_private), 1):
            prepared = self._prepare(Found(WEB, read.path, None), read)
            if prepared is not None:
                self._collect(prepared)
            self._progress("fetching", done, 0)
        self._commit()
        return self.finish()

    def _collect(self, prepared: _Prepared | _Finished) -> None:
        self._batch.append(prepared)
        passages = sum(len(p.passages) for p in self._batch if isinstance(p, _Prepared))
        if passages >= BATCH_PASSAGES or len(self._batch) >= _BATCH_INPUTS:
            self._commit()

    def finish(self) -> Report:
        """Retire the releases that nothing holds any more, and report."""
        with self._store.reading() as connection:
            waiting = connection.execute("SELECT count(*) FROM retiring").fetchone()[0]
        if waiting:
            with self._store.transaction() as connection:
                self.report.removed += clusters.retire(connection)
        self.report.seconds = time.monotonic() - self._began
        return self.report

    # --- prepare: nothing here writes to the database ----------------------------------------

    def _prepare_file(self, item: Found) -> Iterator[_Prepared | _Finished]:
        """What one file gives, member by member, and then its end."""
        if item.path is None:
            line = Input(item.root, item.file, item.file, "", None, item.problem)
            yield _Prepared(line)
            return
        with self._store.reading() as connection:
            change, state = examine(connection, item)
            if change == "same":
                self.report.unchanged += len(ledger.inputs_of(connection, item.root, item.file))
                if state is not None:
                    yield _Finished(item.root, item.file, frozenset(), state)
                return
        paths, good = set(), True
        for read in self._read(item):
            named = replace(read, path=path_of(item, read))
            paths.add(named.path)
            prepared = self._prepare(item, named)
            good = good and (prepared is None or prepared.release is not None)
            if prepared is not None:
                yield prepared
        yield _Finished(item.root, item.file, frozenset(paths), state if good else None)

    def _prepare(self, item: Found, read: Document | Failure) -> _Prepared | None:
        """One input on its way to the database, or None when the ledger has it as it is."""
        line = Input(item.root, item.file, read.path, read.sha256, None, "")
        if isinstance(read, Failure):
            return _Prepared(replace(line, reason=read.reason))
        with self._store.reading() as connection:
            before = ledger.find_input(connection, item.root, read.path)
        if before and before.sha256 == read.sha256 and not before.reason:
            self.report.unchanged += 1
            return None
        try:
            chrome = self._chrome_of(item.root, read)
            release = self._parse(read, chrome)
        except Rejected as error:
            return _Prepared(replace(line, reason=str(error)))
        except Exception as error:
            # A fault of ours on one page must not keep a whole archive out.
            fault = f"Dateline failed on this file ({type(error).__name__}: {error})."
            return _Prepared(replace(line, reason=fault))
        known = self._matcher.look_up(release)
        if chrome is not None and not known.stored:  # a copy would make its own text recur
            chrome.learn(read)
        return _Prepared(
            line,
            release,
            known.stored,
            known.version_of,
            () if known.stored else tuple(chunk(release)),
        )

    def _read(self, item: Found) -> Iterable[Document | Failure]:
        """The inputs that one file gives, in order."""
        assert item.path is not None
        return read_inputs([item.path], columns=self._columns)

    def _parse(self, read: Document, chrome: Chrome | None) -> Release:
        """The release that a document holds; raises `Rejected` when there is none."""
        return release_of(read, chrome)

    def _chrome_of(self, root: str, read: Document) -> Chrome | None:
        """The lines that recur across this folder's pages; records have no pages."""
        if not has_pages(read):
            return None
        if root not in self._chrome:
            data = self._store.setting(CHROME + root)
            self._chrome[root] = Chrome.load(data) if isinstance(data, bytes) else Chrome()
        return self._chrome[root]

    # --- commit ------------------------------------------------------------------------------

    def _commit(self) -> None:
        """Embed what the batch brings, then store all of it in one transaction."""
        if not self._batch:
            return
        texts = [
            text for item in self._batch if isinstance(item, _Prepared) for text in _texts_of(item)
        ]
        fresh = embedding.embed(self._store, self._encoder, texts, self._progress)
        self.report.embedded += len(fresh.keys)
        self.report.reused += fresh.reused
        with self._store.transaction() as connection:
            embedding.put(connection, self._encoder, fresh)
            for done, item in enumerate(self._batch):
                self._progress("storing", done, len(self._batch))
                if isinstance(item, _Prepared):
                    self._apply(connection, item)
                else:
                    _apply_end(connection, item, self.report)
            for root, chrome in self._chrome.items():
                put_setting(connection, CHROME + root, chrome.save())
        self._progress("storing", len(self._batch), len(self._batch))
        self._batch.clear()
        self._matcher.committed()

    def _apply(self, connection: sqlite3.Connection, item: _Prepared) -> None:
        """Write one input: its line in the ledger, its release, and what that displaces."""
        before = ledger.find_input(connection, item.line.root, item.line.path)
        earlier = before.release if before else None
        if item.release is None:
            # The release that this input used to hold is kept: a file that can no longer be
            # read is no reason to forget what it said.
            self.report.rejected.append((item.line.path, item.line.reason))
            ledger.put_input(connection, replace(item.line, release=earlier))
            ledger.forget_file(connection, item.line.root, item.line.file)
            return
        rowid = records.rowid_of(connection, item.release.id)
        if rowid is None:
            cluster = clusters.cluster_of(connection, item.version_of)
            rowid = records.insert_release(connection, item.release, cluster)
            records.insert_passages(connection, rowid, item.passages)
            clusters.settle(connection, rowid if cluster is None else cluster, newcomer=rowid)
        elif rowid == earlier:
            records.update_release(connection, rowid, item.release)
        ledger.put_input(connection, replace(item.line, release=rowid))
        if earlier is not None:
            self.report.changed += 1
        elif item.is_known or item.version_of is not None:
            self.report.duplicates += 1
            self.known_again.append(item.line.sha256)
        else:
            self.report.added += 1


def path_of(item: Found, read: Document | Failure) -> str:
    """An input's path below the folder: a file read by itself is called by its name alone."""
    return item.file + read.path.removeprefix(item.file.rsplit("/", 1)[-1])


def has_pages(read: Document) -> bool:
    """Whether the document is a page, on which the lines of a site recur; records are none."""
    return read.format in _PAGES


def release_of(read: Document, chrome: Chrome | None) -> Release:
    """A document cleaned and parsed; raises `Rejected` when it holds no release."""
    release = parse(read, clean(read, chrome))
    if read.origin:  # the map leads on from the document to the file
        release = replace(release, segments=compose(release.segments, read.origin))
    return release


def _apply_end(connection: sqlite3.Connection, end: _Finished, report: Report) -> None:
    """Forget what an edited archive no longer holds, and remember how the file looks."""
    if end.paths:
        for line in ledger.inputs_of(connection, end.root, end.file):
            if line.path not in end.paths:
                ledger.forget_input(connection, line.root, line.path)
                report.gone += 1
    if end.state is None:
        ledger.forget_file(connection, end.root, end.file)
    else:
        ledger.put_file(connection, end.state)


def _texts_of(item: _Prepared) -> Iterator[str]:
    """The texts of an input that need a vector: its passages and its title."""
    if item.release is not None and item.passages:
        yield item.release.title
        yield from (passage.text for passage in item.passages)
