"""A library of press releases: the public door to everything this package does.

with Library.open("library", create=True) as library:
    report = library.add("releases/")

A library can be used from several threads. Reading never waits for writing: searches run on what
was committed last, and pick up later commits by themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from embeddings import catalog, checking, clusters, lexical, records
from embeddings.embed import DEFAULT_MODEL, Encoder, load_encoder
from embeddings.errors import InputError, ModelMismatch
from embeddings.index import INDEX_FILE
from embeddings.report import Progress, Report
from embeddings.snapshot import IndexKeeper
from embeddings.store import Store
from embeddings.types import Filters, Passage, Release
from embeddings.update import Updater

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embeddings.catalog import Catalog
    from embeddings.embed import Vectors

# Once this many passages, or this share of them, are not in the index file yet, it is written anew.
_UNSAVED_PASSAGES = 2_000
_UNSAVED_SHARE = 0.05
_REMEMBERED_FILTERS = 64


class Library:
    """An open library folder. Make one with `Library.open`."""

    def __init__(self, store: Store, model: str = "", encoder: Encoder | None = None) -> None:
        self._store = store
        self._wanted_model = model
        self._encoder = encoder
        self._guard = threading.Lock()
        self._keeper = IndexKeeper(store)
        self._allowed = lru_cache(_REMEMBERED_FILTERS)(self._find_allowed)
        self._catalog = lru_cache(2)(self._read_catalog)

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        model: str = "",
        create: bool = False,
        encoder: Encoder | None = None,
    ) -> Library:
        """Open the library in a folder.

        Args:
            path: the library's folder.
            model: folder or name of a sentence-transformers model; empty for the one the library
                was built with, or the packaged default for a new library.
            create: make an empty library when there is none.
            encoder: use this encoder instead of loading a model.

        Raises:
            LibraryError: there is none, or it cannot be used; see `embeddings.errors`.
            ModelMismatch: the library was built with another model.
        """
        library = cls(Store.open(Path(path), create=create), model, encoder)
        try:
            if model or encoder:
                library._check_model()
        except BaseException:
            library.close()
            raise
        return library

    # --- writing ----------------------------------------------------------------------------

    def add(self, *paths: str | Path, progress: Progress | None = None) -> Report:
        """Take in files and folders; what the library already has is left alone.

        Args:
            paths: files, or folders that are read with everything below them.
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
        with self._store.writing():
            report = Updater(self._store, self.encoder, progress).add(paths)
            self._keeper.save_when_due(_UNSAVED_PASSAGES, _UNSAVED_SHARE)
        return report

    # --- searching --------------------------------------------------------------------------

    @property
    def version(self) -> int:
        """A number that goes up with every committed change."""
        return int(str(self._store.setting("version", 0)))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Within this block all reads see the same state, whatever is committed meanwhile."""
        with self._store.reading():
            yield

    def encoder(self) -> Encoder:
        """The library's embedding model, loaded on first use.

        Raises:
            ModelError: it cannot be loaded.
            ModelMismatch: it is not the one the library was built with.
        """
        with self._guard:
            if self._encoder is None:
                stored = self._stored_model()
                name = self._wanted_model or (stored["name"] if stored else DEFAULT_MODEL)
                precision = stored["precision"] if stored else ""
                self._encoder = load_encoder(name, precision=precision)
            self._check_model()
            return self._encoder

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts to passage vectors, float32, shape (len(texts), dimension), rows of unit length."""
        return self.encoder().encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to vectors of the same space, shape (len(texts), dimension)."""
        return self.encoder().encode_queries(texts)

    def dense(
        self, vector: Vectors, k: int, where: Filters = Filters()
    ) -> tuple[NDArray[np.int64], Vectors]:
        """The k passages nearest to a vector among those the filter allows, best first.

        A passage's score is its cosine with `vector` plus `vectors.TITLE_WEIGHT` times that of its
        release's title. Exact.

        Args:
            vector: shape (dimension,), unit length.
            k: how many. A filter that matches k passages returns k.
            where: applied before ranking.

        Returns:
            passage ids, int64, and scores, float32, each of shape (n,) with n <= k.
        """
        with self._store.reading():
            allowed = self._allowed(self.version, where) if where else None
            return self._keeper.search(vector, k, allowed)

    def lexical(
        self, terms: Sequence[str], k: int, where: Filters = Filters()
    ) -> tuple[NDArray[np.int64], Vectors]:
        """The k passages that match any of the terms best by BM25, best first.

        Terms are plain words or phrases, stemmed and looked up in text, title, source and date;
        nothing in them is an operator. Scores are positive, higher is better.

        Returns:
            passage ids, int64, and scores, float32, each of shape (n,) with n <= k.
        """
        with self._store.reading() as connection:
            return lexical.search(connection, terms, k, where)

    def passages(self, ids: Sequence[int] | NDArray[np.int64]) -> list[Passage]:
        """Passages in the order asked; ids that are gone are left out."""
        with self._store.reading() as connection:
            return records.passages_by_id(connection, [int(i) for i in ids])

    # --- looking ----------------------------------------------------------------------------

    def release(self, release_id: str) -> Release:
        """One release, canonical or not.

        Raises:
            KeyError: the library has no release with this id.
        """
        with self._store.reading() as connection:
            found = records.release_by_id(connection, release_id)
        if found is None:
            raise KeyError(release_id)
        return found

    def releases(self, where: Filters = Filters()) -> Iterator[Release]:
        """The canonical releases a filter matches, oldest first."""
        with self._store.reading() as connection:
            yield from records.iterate_releases(connection, where)

    def find(self, beginning: str) -> list[str]:
        """The ids that begin with these characters, at most ten."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "SELECT release_id FROM releases WHERE substr(release_id, 1, ?) = ? LIMIT 10",
                (len(beginning), beginning.lower()),
            )
            return [str(row[0]) for row in rows]

    def versions(self, release_id: str) -> list[str]:
        """The ids of all versions of a release, itself included, the searched one first."""
        with self._store.reading() as connection:
            return clusters.versions(connection, release_id)

    def catalog(self) -> Catalog:
        """What the archive covers: dates, issuing bodies, places, topics, acronyms."""
        return self._catalog(self.version)

    def counts(self) -> Mapping[str, int]:
        """How many inputs, releases, duplicates, rejects and passages there are.

        inputs == releases + duplicates + rejects.
        """
        with self._store.reading() as connection:
            return catalog.counts(connection)

    def rejects(self) -> list[tuple[str, str]]:
        """Each input that could not be used, with the reason."""
        with self._store.reading() as connection:
            return [
                (str(path), str(reason))
                for path, reason in connection.execute(
                    "SELECT path, reason FROM inputs WHERE reason != '' ORDER BY id"
                )
            ]

    def verify(self) -> list[str]:
        """Check everything that is stored against itself; an empty list means sound.

        Looks at the database's pages, every passage's offsets and vector, the word index, the
        ledger's sums and the index file.
        """
        with self._store.reading() as connection:
            return [
                *checking.problems(connection),
                *self._keeper.problems(self._store.folder / INDEX_FILE),
            ]

    # --- the model --------------------------------------------------------------------------

    def _stored_model(self) -> dict[str, str] | None:
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT name, precision, fingerprint FROM models"
                " WHERE id = (SELECT value FROM settings WHERE key = 'model')"
            ).fetchone()
        return dict(zip(("name", "precision", "fingerprint"), row, strict=True)) if row else None

    def _check_model(self) -> None:
        stored = self._stored_model()
        if stored is None:
            return
        if self._encoder is None:
            if self._wanted_model in (stored["name"], ""):
                return
            self._encoder = load_encoder(self._wanted_model, precision=stored["precision"])
        if self._encoder.fingerprint != stored["fingerprint"]:
            raise ModelMismatch(
                f"The library was built with {stored['name']} ({stored['precision']}); "
                f"{self._encoder.name} makes different vectors. Open it without --model."
            )

    # --- the rest ---------------------------------------------------------------------------

    def _find_allowed(self, version: int, where: Filters) -> NDArray[np.int64]:
        with self._store.reading() as connection:
            condition, values = records.condition_of(where)
            rows = connection.execute(
                "SELECT passages.id FROM passages JOIN releases ON releases.id = passages.release"
                f" WHERE {condition}",
                values,
            )
            return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def _read_catalog(self, version: int) -> Catalog:
        with self._store.reading() as connection:
            return catalog.read(connection)

    def close(self) -> None:
        """Close the library; it cannot be used afterwards."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
