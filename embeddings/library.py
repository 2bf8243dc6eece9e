"""A library of press releases: the public door to everything this package does.

with Library.open("library", create=True) as library:
    report = library.add("releases/")

A library can be used from several threads. Reading never waits for writing: searches run on what
was committed last, and pick up later commits by themselves (`embeddings.view`). There is one writer
at a time; every writing call takes the lock for as long as it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from embeddings import compacting, copying, removing, sync
from embeddings.account import Account
from embeddings.compacting import Compacted
from embeddings.embed import Encoder
from embeddings.errors import InputError
from embeddings.milvus_client import is_address
from embeddings.model import ModelKeeper
from embeddings.reembed import drop_other_models, reembed
from embeddings.repair import Repaired, repair
from embeddings.report import Progress, Report
from embeddings.retry import forget, retry
from embeddings.salvage import salvage
from embeddings.store import Store
from embeddings.sync import SYNC_SECONDS, Plan
from embeddings.update import Updater


class Library(Account):
    """An open library folder. Make one with `Library.open`."""

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        model: str = "",
        create: bool = False,
        encoder: Encoder | None = None,
    ) -> Library:
        """Open the library in a folder, or a published one at its address on Milvus.

        Args:
            path: the library's folder, or an address (`embeddings.milvus_client`).
            model: folder or name of a sentence-transformers model; empty for the one the library
                was built with, or the packaged default for a new library.
            create: make an empty library when there is none.
            encoder: use this encoder instead of loading a model.

        Raises:
            LibraryError: there is none, or it cannot be used; see `embeddings.errors`.
            ModelMismatch: the library was built with another model.
        """
        if is_address(path):
            from embeddings.milvus import MilvusLibrary

            return MilvusLibrary.connect(str(path), model=model, encoder=encoder)
        store = Store.open(Path(path), create=create)
        try:
            keeper = ModelKeeper(store, model, encoder)
            keeper.check()
        except BaseException:
            store.close()
            raise
        return cls(store, keeper)

    # --- taking in and taking out -----------------------------------------------------------

    def add(
        self,
        *paths: str | Path,
        columns: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Take in files and folders; what the library already has is left alone.

        Args:
            paths: files, or folders that are read with everything below them.
            columns: which column of JSONL and CSV files holds what, such as {"text": "content"};
                for "title", "date", "text", "lead", "place", "source", "topics" and "url", where
                the usual names are not used.
            progress: called as `progress(stage, done, total)`; total is 0 while unknown.

        Raises:
            InputError: a path is not there. Files that cannot be used are no error: they are in
                `Report.rejected` with the reason.
            LibraryLocked: somebody else is writing.
            StorageFailed: the disk refused; what was reported before is kept.
        """
        for path in paths:
            if not Path(path).exists():
                raise InputError(f"There is no file or folder at {path}.")
        with self._writing(progress) as updater:
            return updater.add(paths, columns or {})

    def fetch(
        self, *urls: str, allow_private: bool = False, progress: Progress | None = None
    ) -> Report:
        """Take in pages from the web; an RSS or Atom feed or a sitemap stands for what it lists.

        Only http and https. robots.txt is respected, and size, time and number are limited
        (`embeddings.read_web.WebLimits`). An address that fails is in `Report.rejected`.

        Args:
            urls: addresses of pages, feeds and sitemaps.
            allow_private: also fetch from private and loopback networks.
            progress: as for `add`.

        Raises:
            LibraryLocked, StorageFailed: as for `add`.
        """
        with self._writing(progress) as updater:
            return updater.fetch(urls, allow_private=allow_private)

    def plan(self, folder: str | Path) -> Plan:
        """What `sync` would do with this folder. Changes nothing."""
        return sync.plan(self._store, Path(folder))

    def sync(self, folder: str | Path, *, progress: Progress | None = None) -> Report:
        """Bring the library in step with a folder: added, edited, renamed and deleted files.

        Raises:
            InputError: it is not a folder, or is empty while the library holds files of it.
            LibraryLocked, StorageFailed: as for `add`.
        """
        with self._writing(progress) as updater:
            return sync.sync(self._store, Path(folder), updater)

    def watch(
        self,
        folder: str | Path,
        *,
        seconds: float = SYNC_SECONDS,
        rounds: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[Report]:
        """Sync a folder now and whenever it changes; yields the report of each run.

        Args:
            folder: looked at every so many `seconds`; a change is taken in once it rests.
            seconds: time between two looks.
            rounds: how many looks; None for no end.
            progress: as for `add`.
        """
        return sync.watch(
            Path(folder), lambda: self.sync(folder, progress=progress), seconds, rounds
        )

    def remove(self, *targets: str | Path, progress: Progress | None = None) -> Report:
        """Take out releases by id (or its first six characters or more), files or folders.

        The next `add` or `sync` of a file that is still there takes it in again.

        Raises:
            InputError: the library has nothing of that name; nothing is removed then.
        """
        with self._writing(progress) as updater:
            return removing.remove(self._store, targets, updater)

    def retry(
        self,
        numbers: Sequence[int],
        *,
        allow_private: bool = False,
        progress: Progress | None = None,
    ) -> Report:
        """Read rejected inputs again, by their numbers in `rejected`.

        Raises:
            LibraryLocked, StorageFailed: as for `add`.
        """
        with self._writing(progress) as updater:
            return retry(self._store, updater, numbers, allow_private=allow_private)

    def forget(self, numbers: Sequence[int]) -> Report:
        """Take rejected inputs off the list, by their numbers in `rejected`.

        The next `add` or `sync` of a file that is still there reads it again.
        """
        with self._store.writing():
            return forget(self._store, numbers, Report())

    # --- upkeep -----------------------------------------------------------------------------

    def reembed(
        self,
        model: str = "",
        *,
        encoder: Encoder | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Embed everything with another model and then search with that one.

        Until the switch, questions are answered with the old vectors. A run that was cut short is
        taken up where it stopped.

        Args:
            model: folder or name of a sentence-transformers model; empty for the one in use, as it
                is now.
            encoder: use this encoder instead of loading a model.
            progress: as for `add`.
        """
        with self._store.writing():
            found = encoder or self._model.load(model)
            report = reembed(self._store, found, progress)
            self._model.use(found)
            self._keeper.save(progress)
            drop_other_models(self._store, progress)
            return report

    def compact(self, *, progress: Progress | None = None) -> Compacted:
        """Give back the space of what is gone. Questions are answered meanwhile."""
        with self._store.writing():
            done = compacting.compact(self._store, progress)
            self._keeper.save(progress)
            return done

    def repair(self, *, progress: Progress | None = None) -> Repaired:
        """Rebuild all that is derived, and name what is lost.

        Releases that were altered in storage are taken out; their inputs become rejects, so that
        adding the files again brings them back.
        """
        with self._store.writing():
            done = repair(self._store, self.encoder, progress)
            self._keeper.save(progress)
            return done

    @staticmethod
    def rescue(path: str | Path) -> list[str]:
        """For a library that cannot be opened: keep what can be read of its database.

        Open it afterwards and `repair` it. Says in a sentence what was done, if anything was.

        Raises:
            LibraryDamaged: nothing can be read from it.
        """
        store = Store(Path(path))
        with store.writing():
            return salvage(store.folder)

    def backup(self, target: str | Path) -> Path:
        """Copy the library as it stands into a new folder, which is a library itself."""
        return copying.backup(self._store, Path(target))

    def restore(self, source: str | Path) -> None:
        """Replace everything in this library by a backup, in one transaction."""
        with self._store.writing():
            copying.restore(Path(source), self._store)
            self._keeper.save()

    # --- the rest ---------------------------------------------------------------------------

    @contextmanager
    def _writing(self, progress: Progress | None) -> Iterator[Updater]:
        """Hold the writer lock for one run, and see to the index file afterwards."""
        with self._store.writing():
            yield Updater(self._store, self.encoder, progress)
            self._keeper.save_when_due(progress)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
