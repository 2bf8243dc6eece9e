"""What is written to Milvus: the rows of a build, from a snapshot of the library's database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from embeddings import catalog, clusters, ledger, milvus_records, milvus_schema, records, vectors
from embeddings.embedding import PROBES
from embeddings.errors import LibraryDamaged
from embeddings.milvus_client import Connection, Row
from embeddings.milvus_records import Stored
from embeddings.milvus_words import WORDLESS, Columns, Counts, Statistics, Tokens, dimension_of
from embeddings.report import Progress

_ROWS = 500  # passages written at a time
_BYTES = 4 << 20  # of releases written at a time

_PASSAGES = (
    "SELECT passages.id, passages.release, passages.start, passages.end, release_id,"
    " w.title, w.body, w.source, w.issued"
    " FROM passages JOIN releases ON releases.id = passages.release"
    " JOIN passage_words AS w ON w.id = passages.id"
    " WHERE canonical AND passages.id BETWEEN ? AND ? ORDER BY passages.id"
)


def write(
    source: sqlite3.Connection,
    to: Connection,
    build: str,
    counts: dict[str, int],
    progress: Progress,
    switch: int,
) -> None:
    """Write and load both collections of a build; see `milvus_publish.publish`."""
    tokens = Tokens()
    statistics = Statistics()
    total = counts["passages"]
    for batch in _batches(source.execute(_PASSAGES, (0, 1 << 62)), _ROWS):
        statistics.add(tokens.count([_columns(row) for row in batch]))
    model, dimension = source.execute(
        "SELECT id, dimension FROM models"
        " WHERE id = (SELECT value FROM settings WHERE key = 'model')"
    ).fetchone()
    schema = milvus_schema.passages_schema(dimension, sparse=to.has_sparse)
    to.create(build, schema)
    done = last = 0
    for rows in _passage_rows(source, model, dimension, tokens, statistics, to.has_sparse):
        to.insert(build, rows)
        done, last = done + len(rows), rows[-1]["id"]
        progress("publishing", done, total)
    graph = total >= switch
    to.finish(build, milvus_schema.passages_indexes(sparse=to.has_sparse, graph=graph))
    kept = milvus_schema.records_name(build)
    to.create(kept, milvus_schema.records_schema())
    written = 0
    for rows in _by_size(_record_rows(source, counts, graph, last)):
        to.insert(kept, [{**row, "id": written + n} for n, row in enumerate(rows, 1)])
        written += len(rows)
    to.finish(kept, milvus_schema.records_indexes())


def _passage_rows(
    source: sqlite3.Connection,
    model: int,
    dimension: int,
    tokens: Tokens,
    statistics: Statistics,
    sparse: bool,
) -> Iterator[list[Row]]:
    @lru_cache(maxsize=16)
    def fields_of(rowid: int) -> Row:
        return milvus_records.filter_fields(records.release_by_rowid(source, rowid))

    for ids, made in vectors.index_rows(source, model, dimension):
        stored = source.execute(_PASSAGES, (int(ids[0]), int(ids[-1]))).fetchall()
        if [row[0] for row in stored] != ids.tolist():
            raise LibraryDamaged("Some passages have no vector. Run: dateline repair")
        # The local index holds float16, and so do the answers compare.
        exact = made.astype(np.float16).astype(np.float32)
        for at in range(0, len(stored), _ROWS):
            batch = stored[at : at + _ROWS]
            counted = tokens.count([_columns(row) for row in batch])
            yield [
                {
                    "id": row[0],
                    "vector": vector,
                    **_word_fields(statistics, one, sparse),
                    **fields_of(row[1]),
                    **dict(zip(("release", "start", "end", "release_id"), row[1:5], strict=True)),
                    **dict(zip(("title", "text", "source", "issued"), row[5:], strict=True)),
                }
                for row, one, vector in zip(batch, counted, exact[at : at + _ROWS], strict=True)
            ]


def _word_fields(statistics: Statistics, counted: Counts, sparse: bool) -> Row:
    weights = statistics.weights(counted)
    terms = list(weights)
    if not sparse:
        return {"terms": terms, "weights": list(weights.values())}
    summed: dict[int, float] = {}
    for number, weight in weights.items():
        dimension = dimension_of(number)
        summed[dimension] = summed.get(dimension, 0.0) + weight
    return {"terms": terms, "words": summed or WORDLESS}


def _record_rows(
    source: sqlite3.Connection, counts: dict[str, int], graph: bool, last: int
) -> Iterator[Row]:
    for rowid, cluster, canonical, first in source.execute(
        "SELECT releases.id, cluster, canonical, min(passages.id) FROM releases"
        " LEFT JOIN passages ON release = releases.id GROUP BY releases.id ORDER BY releases.id"
    ):
        release = records.release_by_rowid(source, rowid)
        held = tuple((one.path, one.sha256) for one in ledger.holders(source, rowid))
        yield from milvus_records.release_rows(
            Stored(release, rowid, cluster, bool(canonical), first or 0, held)
        )
    for name, value in _facts(source, counts).items():
        yield from milvus_records.fact_rows(name, value)
    yield from milvus_records.fact_rows("index", {"graph": graph, "last": last})


def _facts(source: sqlite3.Connection, counts: dict[str, int]) -> dict[str, object]:
    covered = catalog.read(source)
    model, name, precision, fingerprint = source.execute(
        "SELECT id, name, precision, fingerprint FROM models"
        " WHERE id = (SELECT value FROM settings WHERE key = 'model')"
    ).fetchone()
    probes = dict(source.execute("SELECT text, value FROM probes WHERE model = ?", (model,)))
    made = [np.frombuffer(probes[text], dtype="<f2").tolist() for text in PROBES if text in probes]
    identity = source.execute("SELECT value FROM settings WHERE key = 'library'").fetchone()[0]
    return {
        "identity": identity,
        "counts": counts,
        "catalog": {
            "count": covered.count,
            "first": covered.first.isoformat() if covered.first else "",
            "last": covered.last.isoformat() if covered.last else "",
            "sources": dict(covered.sources),
            "places": dict(covered.places),
            "topics": dict(covered.topics),
            "acronyms": dict(covered.acronyms),
        },
        "duplicates": clusters.several(source),
        "copied": clusters.copied(source),
        "rejects": source.execute(
            "SELECT path, reason FROM inputs WHERE reason != '' ORDER BY id"
        ).fetchall(),
        "model": {
            "name": name,
            "precision": precision,
            "fingerprint": fingerprint,
            "probes": dict(zip([text for text in PROBES if text in probes], made, strict=True)),
        },
    }


def _columns(row: tuple[Any, ...]) -> Columns:
    title, body, source, issued = row[5:]
    return title, body, source, issued


def _batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _by_size(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in portions of about `_BYTES`, counting their contents four bytes a character."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += 4 * len(row["content"]) + 200
        if size >= _BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
