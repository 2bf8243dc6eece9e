"""One build of a published library: the queries that the reading interface is made of.

A build never changes, so whatever was read of it can be kept.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, cast

import numpy as np

from embeddings import milvus_records, milvus_schema, records
from embeddings.catalog import Catalog
from embeddings.errors import LibraryDamaged
from embeddings.milvus_client import MOST, Connection, Row
from embeddings.milvus_records import FACT, RELEASE, Stored, condition_of
from embeddings.milvus_words import dimension_of, signed_hash
from embeddings.types import Filters, Passage, Release

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embeddings.embed import Vectors

_REMEMBERED = 512  # releases
_RECORD = ("kind", "key", "part", "release", "cluster", "first", "content")
_ORDER = ("kind", "date", "release", "release_id")
_BREADTH = 128  # candidates looked at by a graph search (ef), at least
_HEXADECIMAL = re.compile("[0-9a-f]*", re.ASCII)

Found = tuple["NDArray[np.int64]", "Vectors"]  # passage ids and scores, best first


class Build:
    """Reads one build. Safe to use from several threads."""

    def __init__(self, connection: Connection, name: str) -> None:
        """Look at a build that is complete.

        Raises:
            StorageFailed: it is gone, or Milvus cannot be reached.
        """
        self.name = name
        self.number = milvus_schema.build_number(name)
        self.connection = connection
        self._records = milvus_schema.records_name(name)
        for collection in (name, self._records):
            connection.load(collection)
        self._last_record = connection.count(self._records)
        self.fact = lru_cache(16)(self._fact)
        self.stored = lru_cache(_REMEMBERED)(self._stored)
        index = cast("dict[str, int]", self.fact("index"))
        self.last_passage = index["last"]
        self._breadth = _BREADTH if index["graph"] else 0

    # --- facts ------------------------------------------------------------------------------

    def _fact(self, name: str) -> object:
        rows = self._rows(f"kind == {FACT} and key == {signed_hash(name)}", ("part", "content"))
        if not rows:
            raise LibraryDamaged(f"{self.name} lacks its {name}. Publish it again.")
        return milvus_records.joined(rows)

    @cached_property
    def model(self) -> dict[str, str]:
        """The embedding model's "name", "precision" and "fingerprint"."""
        found = cast("dict[str, str]", self.fact("model"))
        return {key: found[key] for key in ("name", "precision", "fingerprint")}

    @cached_property
    def probes(self) -> dict[str, list[float]]:
        """A few sentences and their vectors, as the model made them."""
        return dict(cast("dict[str, dict[str, list[float]]]", self.fact("model"))["probes"])

    @cached_property
    def catalog(self) -> Catalog:
        """See `View.catalog`."""
        found = dict(cast("dict[str, str]", self.fact("catalog")))
        first, last = (
            dt.date.fromisoformat(day) if day else None
            for day in (found.pop("first"), found.pop("last"))
        )
        return Catalog(first=first, last=last, **found)  # type: ignore[arg-type]

    # --- searching --------------------------------------------------------------------------

    def dense(self, vector: Vectors, k: int, where: Filters) -> Found:
        """See `View.dense`."""
        if k <= 0:
            return _found([])
        query = np.asarray(vector, dtype=np.float32).reshape(-1).tolist()
        breadth = max(self._breadth, 2 * min(k, MOST)) if self._breadth else 0
        return _found(
            self.connection.search(self.name, "vector", query, k, condition_of(where), breadth)
        )

    def lexical(self, asked: Mapping[int, float], k: int, where: Filters) -> Found:
        """See `View.lexical`; `asked` is from `milvus_words.Tokens.query`."""
        if k <= 0 or not asked:
            return _found([])
        condition = condition_of(where)
        if not self.connection.has_sparse:
            return self._lexical_here(asked, k, condition)
        query: dict[int, float] = {}
        for number, times in asked.items():
            dimension = dimension_of(number)
            query[dimension] = query.get(dimension, 0.0) + times
        return _found(self.connection.search(self.name, "words", query, k, condition))

    def _lexical_here(self, asked: Mapping[int, float], k: int, condition: str) -> Found:
        """Word search where the server has no sparse vectors: it filters, ranking is done here."""
        holds = milvus_records.any_of("terms", list(asked))
        expression = f"{condition} and {holds}" if condition else holds
        scores = []
        for row in self.passage_rows(expression, ("terms", "weights")):
            weights = zip(row["terms"], row["weights"], strict=True)
            score = sum(asked.get(int(number), 0.0) * float(weight) for number, weight in weights)
            scores.append((int(row["id"]), score))
        return _found(sorted(scores, key=lambda one: (-one[1], one[0]))[: min(k, MOST)])

    def passage_rows(self, expression: str, fields: Sequence[str]) -> list[Row]:
        """The fields of every passage that an expression matches, in the order of their ids."""
        return self.connection.rows(self.name, expression, fields, self.last_passage)

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """See `View.passages`."""
        if not ids:
            return []
        found = {
            int(row["id"]): Passage(
                row["release_id"], int(row["start"]), int(row["end"]), row["text"], int(row["id"])
            )
            for row in self.passage_rows(
                f"id in {sorted(set(ids))}", ("release_id", "start", "end", "text")
            )
        }
        return [found[i] for i in ids if i in found]

    # --- releases ---------------------------------------------------------------------------

    def _stored(self, release_id: str) -> Stored:
        rows = self._rows(f"kind > {FACT} and key == {signed_hash(release_id)}", _RECORD)
        found = milvus_records.release_from(rows) if rows else None
        if found is None or found.release.id != release_id:
            raise KeyError(release_id)
        return found

    def rowids(self, where: Filters) -> list[int]:
        """The rows of the canonical releases a filter matches, oldest first."""
        condition = condition_of(where)
        expression = f"kind == {RELEASE} and part == 0" + (f" and {condition}" if condition else "")
        rows = self._rows(expression, ("date", "release"))
        return [row[1] for row in sorted((int(r["date"]), int(r["release"])) for r in rows)]

    def releases(self, rowids: Iterable[int]) -> Iterator[Release]:
        """The releases in these rows, in this order."""
        wanted = list(rowids)
        parts: dict[int, list[Row]] = {}
        for row in self._rows(f"release in {sorted(wanted)}", _RECORD):
            parts.setdefault(int(row["release"]), []).append(row)
        for rowid in wanted:
            yield milvus_records.release_from(parts[rowid]).release

    def heads(self, expression: str, fields: Sequence[str]) -> list[Row]:
        """These fields of every release, canonical or not, that an expression matches."""
        return self._rows(f"kind > {FACT} and part == 0 and ({expression})", fields)

    def ids_beginning(self, beginning: str) -> list[str]:
        """See `View.find`; ids are hexadecimal, so nothing else can begin one."""
        first = beginning.lower()
        if not _HEXADECIMAL.fullmatch(first) or len(first) > 64:
            return []
        rows = self.heads(f'release_id like "{first}%"', ("release_id",))
        return sorted(str(row["release_id"]) for row in rows)[:10]

    def versions(self, release_id: str) -> list[str]:
        """See `View.versions`."""
        try:
            cluster = self.stored(release_id).cluster
        except KeyError:
            return []
        return [row["release_id"] for row in newest(self.heads(f"cluster == {cluster}", _ORDER))]

    def titled(self, title: str) -> list[str]:
        """See `View.titled`."""
        key = int.from_bytes(records.title_form_key(title), signed=True)
        rows = newest(self.heads(f"title == {key}", _ORDER))
        return [row["release_id"] for row in rows[:10]]

    def problems(self) -> list[str]:
        """What does not agree in this build."""
        counts = cast("dict[str, int]", self.fact("counts"))
        found = []
        passages = self.connection.count(self.name)
        if passages != counts["passages"]:
            found.append(f"{self.name} holds {passages} passages, not {counts['passages']}.")
        rowids = self.rowids(Filters())
        if len(rowids) != counts["releases"]:
            found.append(f"{self.name} holds {len(rowids)} releases, not {counts['releases']}.")
        for at in range(0, len(rowids), 100):
            try:
                for _ in self.releases(rowids[at : at + 100]):
                    pass
            except (KeyError, LibraryDamaged):
                found.append(f"{self.name}: some of its releases {at} to {at + 100} were altered.")
        return found

    def _rows(self, expression: str, fields: Sequence[str]) -> list[Row]:
        return self.connection.rows(self._records, expression, fields, self._last_record)


def newest(rows: Iterable[Row]) -> list[Row]:
    """Rows with `_ORDER` as "the newest first" has them: canonical, latest, stored last."""
    return sorted(rows, key=lambda r: (r["kind"] != RELEASE, -r["date"], -r["release"]))


def _found(hits: Sequence[tuple[int, float]]) -> Found:
    ids = np.array([hit[0] for hit in hits], dtype=np.int64)
    return ids, np.array([hit[1] for hit in hits], dtype=np.float32)
