"""The end of a build on Ray: what the cluster made, taken in through the one writer.

Nothing here trusts the cluster with an order: files are gone through as one machine would, each
document is checked against the lines that recur so far, and each candidate that one machine would
compare is compared, or looked up where the cluster has compared the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from embeddings import embedding, vectors
from embeddings.clean_lines import lines_of
from embeddings.deduplicate import Deduplicator
from embeddings.embedding import Fresh
from embeddings.errors import ModelMismatch
from embeddings.files import Found
from embeddings.matching import Matcher
from embeddings.ray_shards import Taken, Work
from embeddings.read import Failure
from embeddings.types import Document, Release
from embeddings.update import Updater, release_of
from embeddings.versions import Match

if TYPE_CHECKING:
    from embeddings.clean_chrome import Chrome
    from embeddings.embed import Encoder
    from embeddings.report import Progress, Report
    from embeddings.store import Store

Judged = Mapping[tuple[str, str], Match | None]  # ids, the earlier first


class Merger(Updater):
    """A writing run that finds its work done. The caller holds the writer lock."""

    def __init__(
        self,
        store: Store,
        encoder: Callable[[], Encoder],
        work: Work,
        shards: int,
        progress: Progress | None = None,
    ) -> None:
        super().__init__(store, encoder, progress)
        judged = {
            (earlier, later): Match(earlier, kind, similarity) if kind else None
            for earlier, later, kind, similarity in work.judged()
        }
        self._matcher = Matcher(store, partial(_Informed, judged=judged))
        self._work = work
        self._shards = shards
        self._places = {
            (item.root, item.file): (number, at)
            for number in range(shards)
            for at, item in enumerate(work.files(number))
        }
        self._shard = lru_cache(maxsize=2)(work.taken)
        self._given: Taken | None = None  # what the cluster made of the input that is under way

    def add_all(self, found: list[Found], columns: Mapping[str, str]) -> Report:
        """Take in what was found, in this order; see `Updater.add`."""
        self._columns = columns
        made = self._put_vectors()
        self.take(found)
        report = self.finish()
        report.embedded += made
        report.reused = max(0, report.reused - made)
        return report

    def _put_vectors(self) -> int:
        """Store the vectors that the library lacks, shard by shard; how many those were."""
        made = 0
        for number in range(self._shards):
            fingerprint, keys, values = self._work.vectors(number)
            if fingerprint != self._encoder().fingerprint:
                raise ModelMismatch(
                    "A machine of the cluster has another embedding model than this one. "
                    "Give all of them the same, and delete the work folder."
                )
            with self._store.reading() as connection:
                model = embedding.current_model(connection)
                lacking = set(vectors.missing(connection, model, keys))
            rows = [row for row, key in enumerate(keys) if key in lacking]
            if rows:
                fresh = Fresh(tuple(keys[row] for row in rows), values[rows])
                with self._store.transaction() as connection:
                    embedding.put(connection, self._encoder, fresh)
                made += len(rows)
            self._progress("merging", number + 1, self._shards)
        return made

    def _read(self, item: Found) -> Iterator[Document | Failure]:
        place = self._places.get((item.root, item.file))
        if place is None or self._work.changed(item):
            yield from super()._read(item)
            return
        number, at = place
        for one in self._shard(number):
            if one.file == at:
                self._given = one
                yield one.read
                self._given = None

    def _parse(self, read: Document, chrome: Chrome | None) -> Release:
        given = self._given
        if given is None or given.release is None:
            return release_of(read, chrome)
        if chrome is not None and chrome.known(lines_of(read)) != set(given.known):
            return release_of(read, chrome)  # other lines recur here than the cluster knew of
        return given.release


class _Informed(Deduplicator):
    """A deduplicator that is told how some comparisons came out."""

    def __init__(self, fetch: Callable[[str], Release], *, judged: Judged) -> None:
        super().__init__(fetch)
        self._judged = judged

    def _judge(self, row: int, release: Release) -> Match | None:
        pair = (self._ids[row], release.id)
        return self._judged[pair] if pair in self._judged else super()._judge(row, release)
