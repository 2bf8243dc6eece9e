"""A library that was published to Milvus: the same reading interface, from any number of machines.

Everything is read from one build (`embeddings.milvus_schema`), which never changes; a new
publication is picked up by the next call, or after the running `reading()` block. Searching ranks
as the local library does: the same vectors rounded in the same way, the same words with the same
BM25 weights. What belongs to the machine where the library was built stays there: its files, its
ledger and writing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from embeddings import milvus_words
from embeddings.embed import Encoder
from embeddings.errors import InputError, LibraryNotFound
from embeddings.feedback import Feedback
from embeddings.heads import Head
from embeddings.holding import Holder
from embeddings.library import Library
from embeddings.milvus_build import Build
from embeddings.milvus_client import Address, Connection
from embeddings.milvus_lookup import holding, provenance, quoting
from embeddings.milvus_model import PublishedModel
from embeddings.milvus_readonly import NoStore
from embeddings.original import Held, Original, Provenance
from embeddings.outcomes import Outcome
from embeddings.types import Filters, Passage, Release

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embeddings.beside import Made
    from embeddings.catalog import Catalog
    from embeddings.embed import Vectors
    from embeddings.store import Store

_AT_ONCE = 50  # releases read at a time


class MilvusLibrary(Library):
    """A published library. Open one with `Library.open`. Safe to use from several threads.

    Everything that writes raises `LibraryError`.
    """

    def __init__(self, address: Address, model: str = "", encoder: Encoder | None = None) -> None:
        """Connect; see `connect`."""
        self._store = cast("Store", NoStore())
        self._address = address
        self._published_model = PublishedModel(model, encoder)
        self._connection = Connection(address.uri)
        self._tokens = milvus_words.Tokens()
        self._local = threading.local()
        self._guard = threading.Lock()
        self._build: Build | None = None

    @classmethod
    def connect(
        cls, address: str, *, model: str = "", encoder: Encoder | None = None
    ) -> MilvusLibrary:
        """Open what is published under an address.

        Args:
            address: see `embeddings.milvus_client`.
            model: folder or name of the embedding model, where it is not found under its own name.
            encoder: use this encoder instead of loading a model.

        Raises:
            LibraryNotFound: nothing is published there, or it is no address.
            StorageFailed: Milvus cannot be reached.
            LibraryError: pymilvus is not installed.
            ModelMismatch: it was built with another model than the one given.
        """
        library = cls(Address.parse(address), model, encoder)
        try:
            with library._reading():
                if model or encoder is not None:
                    library.encoder()
        except BaseException:
            library.close()
            raise
        return library

    # --- searching --------------------------------------------------------------------------

    @property
    def version(self) -> int:
        """The number of the build that is read."""
        with self._reading() as build:
            return build.number

    @property
    def identity(self) -> str:
        """That of the library it was published from."""
        with self._reading() as build:
            return str(build.fact("identity"))

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the embedding model."""
        with self._reading() as build:
            return build.model["fingerprint"]

    def model_name(self) -> str:
        """The name of the embedding model."""
        with self._reading() as build:
            return build.model["name"]

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Within this block everything is read from one build."""
        with self._reading():
            yield

    def encoder(self) -> Encoder:
        """The embedding model the library was built with, loaded on first use."""
        with self._reading() as build:
            return self._published_model.encoder(build)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Texts to passage vectors, float32, shape (len(texts), dimension), rows of unit length."""
        return self.encoder().encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to vectors of the same space, shape (len(texts), dimension)."""
        return self.encoder().encode_queries(texts)

    def dense(
        self, vector: Vectors, k: int, where: Filters = Filters()
    ) -> tuple[NDArray[np.int64], Vectors]:
        """See `View.dense`; at most 16,384 come back."""
        with self._reading() as build:
            return build.dense(vector, k, where)

    def meanwhile(self, task: Callable[[], Made]) -> Callable[[], Made]:
        """The task itself, done when it is asked for: other threads may read another build."""
        return task

    def lexical(
        self, terms: Sequence[str], k: int, where: Filters = Filters()
    ) -> tuple[NDArray[np.int64], Vectors]:
        """See `View.lexical`; at most 16,384 come back.

        A phrase of more than two words counts as the pairs in it.
        """
        with self._reading() as build:
            return build.lexical(self._tokens.query(terms), k, where)

    def holding(
        self,
        required: Sequence[Sequence[str]],
        wanted: Sequence[Sequence[str]] = (),
        where: Filters = Filters(),
    ) -> list[Holder]:
        """See `View.holding`."""
        with self._reading() as build:
            return holding(build, self._tokens, required, wanted, where)

    def passages(self, ids: Sequence[int] | NDArray[np.int64]) -> list[Passage]:
        """Passages in the order asked; ids that are gone are left out."""
        with self._reading() as build:
            return build.passages([int(i) for i in ids])

    def heads(self, release_ids: Iterable[str]) -> dict[str, Head]:
        """See `View.heads`."""
        with self._reading() as build:
            return {one: Head.of(build.stored(one).release) for one in release_ids}

    # --- looking ----------------------------------------------------------------------------

    def release(self, release_id: str) -> Release:
        """See `View.release`."""
        with self._reading() as build:
            return build.stored(release_id).release

    def releases(self, where: Filters = Filters()) -> Iterator[Release]:
        """The canonical releases a filter matches, oldest first, read a few at a time."""
        with self._reading() as build:
            rowids = build.rowids(where)
        for at in range(0, len(rowids), _AT_ONCE):
            # The block below may read another build than the one the numbers are of.
            yield from build.releases(rowids[at : at + _AT_ONCE])

    def find(self, beginning: str) -> list[str]:
        """The ids that begin with these characters, at most ten."""
        with self._reading() as build:
            return build.ids_beginning(beginning)

    def versions(self, release_id: str) -> list[str]:
        """See `View.versions`."""
        with self._reading() as build:
            return build.versions(release_id)

    def duplicates(self) -> list[tuple[str, ...]]:
        """See `View.duplicates`."""
        with self._reading() as build:
            return [tuple(ids) for ids in cast("list[list[str]]", build.fact("duplicates"))]

    def holders(self, release_id: str) -> list[str]:
        """See `View.holders`."""
        return [one.path for one in self.held(release_id)]

    def held(self, release_id: str) -> list[Held]:
        """The inputs that held this release when it was published; no file is at hand."""
        with self._reading() as build:
            try:
                stored = build.stored(release_id)
            except KeyError:
                return []
        return [Held(path, sha256, None) for path, sha256 in stored.held]

    def copied(self) -> list[str]:
        """See `View.copied`."""
        with self._reading() as build:
            return list(cast("list[str]", build.fact("copied")))

    def quoting(self, words: str) -> list[str]:
        """See `View.quoting`."""
        with self._reading() as build:
            return quoting(build, self._tokens, words)

    def titled(self, title: str) -> list[str]:
        """See `View.titled`."""
        with self._reading() as build:
            return build.titled(title)

    def original(self, release_id: str, start: int, end: int) -> Original:
        """Raises InputError: the files are where the library was built; KeyError as `release`."""
        self.release(release_id)
        raise InputError(
            f"The original of release {release_id[:12]} is kept with the library that was "
            "published, not with its publication."
        )

    def provenance(self, release_id: str, start: int, end: int) -> Provenance:
        """See `View.provenance`; no file is at hand, so `start` and `end` are 0."""
        with self._reading() as build:
            return provenance(build, release_id)

    def catalog(self) -> Catalog:
        """See `View.catalog`."""
        with self._reading() as build:
            return build.catalog

    def counts(self) -> dict[str, int]:
        """See `View.counts`."""
        with self._reading() as build:
            return dict(cast("dict[str, int]", build.fact("counts")))

    def rejects(self) -> list[tuple[str, str]]:
        """Path and reason of each input that could not be used when the library was built."""
        with self._reading() as build:
            found = cast("list[list[str]]", build.fact("rejects"))
            return [(path, reason) for path, reason in found]

    def rejected(self) -> list[Outcome]:
        """Every input that could not be used when the library was built, numbered from 1."""
        return [
            Outcome(number, "", path, "rejected", reason=reason)
            for number, (path, reason) in enumerate(self.rejects(), 1)
        ]

    def feedback(self) -> list[Feedback]:
        """None: readers' opinions are kept by a local library only."""
        return []

    def verify(self) -> list[str]:
        """Read every release and count every passage of the build; an empty list means sound."""
        with self._reading() as build:
            return build.problems()

    # --- the rest ---------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[Build]:
        build: Build | None = getattr(self._local, "build", None)
        if build is not None:
            yield build
            return
        build = self._local.build = self._current()
        try:
            yield build
        finally:
            self._local.build = None

    def _current(self) -> Build:
        """The build that the name stands for now; one object for as long as it is the same."""
        name = self._connection.behind(self._address.name)
        if name is None:
            raise LibraryNotFound(
                f"No library called {self._address.name} is published at {self._address.uri}. "
                "Run: dateline publish ADDRESS"
            )
        with self._guard:
            if self._build is None or self._build.name != name:
                self._build = Build(self._connection, name)
            return self._build

    def close(self) -> None:
        """Close the connection; the library cannot be used afterwards."""
        self._connection.close()
        self._tokens.close()
