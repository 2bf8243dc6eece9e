"""Everything that only reads a library: searching it and looking at what it holds.

Reading never waits for writing. Each call sees what was committed last; calls inside one
`reading()` block all see the same state.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from embeddings import catalog, checking, clusters, ledger, lexical, lookup, records
from embeddings.beside import Beside, Made
from embeddings.errors import LibraryDamaged
from embeddings.filtering import condition_of
from embeddings.heads import Head, heads
from embeddings.holding import Holder, holding
from embeddings.indexfile import INDEX_FILE
from embeddings.original import Held, Original, Provenance, held, original, provenance
from embeddings.snapshot import IndexKeeper
from embeddings.types import Filters, Passage, Release

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embeddings.catalog import Catalog
    from embeddings.embed import Encoder, Vectors
    from embeddings.model import ModelKeeper
    from embeddings.store import Store

_REMEMBERED_FILTERS = 64
_AT_ONCE = 100  # releases read at a time


class View:
    """The reading half of `Library`. Safe to use from several threads."""

    def __init__(self, store: Store, model: ModelKeeper) -> None:
        self._store = store
        self._model = model
        self._keeper = IndexKeeper(store)
        self._counts = lexical.Counts()
        self._guard = threading.Lock()
        self._beside = Beside(store)
        self._allowed = lru_cache(_REMEMBERED_FILTERS)(self._find_allowed)
        self._catalog = lru_cache(2)(self._read_catalog)

    # --- searching --------------------------------------------------------------------------

    @property
    def version(self) -> int:
        """A number that changes with every committed change."""
        found = self._store.setting("version")
        if not isinstance(found, int):
            raise LibraryDamaged("The library's settings are damaged. Run: dateline repair")
        return found

    @property
    def identity(self) -> str:
        """What tells this library from every other; a restored one gets a new identity."""
        return str(self._store.setting("library", ""))

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the embedding model in use; empty while nothing is embedded."""
        stored = self._model.stored()
        return stored.fingerprint if stored else ""

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Within this block all reads see the same state, whatever is committed meanwhile."""
        with self._store.reading():
            yield

    def meanwhile(self, task: Callable[[], Made]) -> Callable[[], Made]:
        """Begin a task that reads this library in a second thread; call what is returned for it.

        It sees the same state as this thread does now.
        """
        return self._beside.start(task)

    def encoder(self) -> Encoder:
        """The library's embedding model, loaded on first use.

        Raises:
            ModelError: it cannot be loaded.
            ModelMismatch: it is not the one the library was built with.
        """
        return self._model.encoder()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts to passage vectors, float32, shape (len(texts), dimension), rows of unit length."""
        return self.encoder().encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to vectors of the same space, shape (len(texts), dimension)."""
        return self._model.encode_queries(texts)

    def dense(
        self, vector: Vectors, k: int, where: Filters = Filters()
    ) -> tuple[NDArray[np.int64], Vectors]:
        """The k passages nearest to a vector among those the filter allows, best first.

        A passage's score is its cosine with `vector` plus `vectors.TITLE_WEIGHT` times that of its
        release's title, both as stored (float16).

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
        nothing in them is an operator. Scores are positive, higher is better. A word that stands in
        more than half of all passages counts for nothing beside other terms: passages that match
        only such words come last, in the order of their ids.

        Returns:
            passage ids, int64, and scores, float32, each of shape (n,) with n <= k.
        """
        with self._store.reading() as connection:
            version = self.version
            return lexical.search(
                connection,
                terms,
                k,
                where,
                lambda word: self._counts.common(connection, version, word),
            )

    def holding(
        self,
        required: Sequence[Sequence[str]],
        wanted: Sequence[Sequence[str]] = (),
        where: Filters = Filters(),
    ) -> list[Holder]:
        """Every canonical release that holds one form of each required group, oldest first.

        Args:
            required: groups of forms of a name or word; a form's words stand close together, in
                one passage, the title, the issuing body or the date.
            wanted: further groups; `Holder.held` says how many of them the release holds.
            where: applied as well; releases without a date come first.
        """
        with self._store.reading() as connection:
            return holding(connection, required, wanted, where)

    def passages(self, ids: Sequence[int] | NDArray[np.int64]) -> list[Passage]:
        """Passages in the order asked; ids that are gone are left out."""
        with self._store.reading() as connection:
            return records.passages_by_id(connection, [int(i) for i in ids])

    def heads(self, release_ids: Iterable[str]) -> dict[str, Head]:
        """What a search ranks releases by, by their ids; ids that are gone are left out."""
        with self._store.reading() as connection:
            return heads(connection, release_ids)

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
        """The canonical releases a filter matches, oldest first, read a few at a time.

        Outside a `reading()` block, one that is removed meanwhile is left out.
        """
        with self._store.reading() as connection:
            rowids = records.rowids_of(connection, where)
        for at in range(0, len(rowids), _AT_ONCE):
            with self._store.reading() as connection:
                found = [records.find_by_rowid(connection, i) for i in rowids[at : at + _AT_ONCE]]
            yield from (release for release in found if release is not None)

    def find(self, beginning: str) -> list[str]:
        """The ids that begin with these characters, at most ten."""
        with self._store.reading() as connection:
            return records.ids_beginning(connection, beginning)

    def versions(self, release_id: str) -> list[str]:
        """The ids of a release and of what it was also published as, the canonical one first."""
        with self._store.reading() as connection:
            return clusters.versions(connection, release_id)

    def duplicates(self) -> list[tuple[str, ...]]:
        """The ids of each release that has several versions, the canonical one first."""
        with self._store.reading() as connection:
            return clusters.several(connection)

    def holders(self, release_id: str) -> list[str]:
        """The inputs that a release came from: one, or several for a release posted twice."""
        with self._store.reading() as connection:
            rowid = records.rowid_of(connection, release_id)
            return [] if rowid is None else [i.path for i in ledger.holders(connection, rowid)]

    def copied(self) -> list[str]:
        """The ids of the releases that several inputs hold word for word."""
        with self._store.reading() as connection:
            return clusters.copied(connection)

    def original(self, release_id: str, start: int, end: int) -> Original:
        """Where `release.text[start:end]` stands in the file it was read from.

        Raises:
            KeyError: the library has no release with this id.
            InputError: the file is gone or changed, or its format keeps no positions.
        """
        release = self.release(release_id)
        with self._store.reading() as connection:
            return original(connection, release, start, end)

    def provenance(self, release_id: str, start: int, end: int) -> Provenance:
        """What file `release.text[start:end]` came from, where in it, and where else it stands.

        Raises:
            KeyError: the library has no release with this id.
        """
        release = self.release(release_id)
        with self._store.reading() as connection:
            return provenance(connection, release, start, end)

    def held(self, release_id: str) -> list[Held]:
        """The inputs that hold this release, with their hashes then and now; reads the files."""
        with self._store.reading() as connection:
            return held(connection, release_id)

    def quoting(self, words: str) -> list[str]:
        """The ids of releases whose text holds exactly these words, newest first, at most ten."""
        with self._store.reading() as connection:
            return lookup.ids_quoting(connection, words)

    def titled(self, title: str) -> list[str]:
        """The ids of releases with this title, case and signs aside; newest first, at most ten."""
        with self._store.reading() as connection:
            return lookup.ids_titled(connection, title)

    def catalog(self) -> Catalog:
        """What the archive covers, for understanding questions and for the page."""
        with self._store.reading():
            return self._catalog(self.version)

    def counts(self) -> dict[str, int]:
        """Sizes: "inputs" = "releases" + "duplicates" + "rejects"; "versions", "passages".

        "releases" are the searched (canonical) ones, "versions" other stored forms of them.
        """
        with self._store.reading() as connection:
            return catalog.counts(connection)

    def rejects(self) -> list[tuple[str, str]]:
        """Path and reason of each input that could not be used; they are tried again."""
        with self._store.reading() as connection:
            return [
                (str(path), str(reason))
                for path, reason in connection.execute(
                    "SELECT path, reason FROM inputs WHERE reason != '' ORDER BY id"
                )
            ]

    def verify(self) -> list[str]:
        """Check everything that is stored against itself; an empty list means sound.

        Looks at the database's pages, every release, passage and vector, the word index, the
        ledger's sums and the index file. What it finds, `Library.repair` mends or names.
        """
        with self._store.reading() as connection:
            found = list(checking.problems(connection))
            # On a damaged database the comparison with the index file means nothing.
            return found or self._keeper.problems(self._store.folder / INDEX_FILE)

    # --- the rest ---------------------------------------------------------------------------

    def _find_allowed(self, version: int, where: Filters) -> NDArray[np.int64]:
        with self._store.reading() as connection:
            condition, values = condition_of(where)
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
        self._beside.close()
        self._store.close()
