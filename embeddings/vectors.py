"""Stored vectors: written once for each model and text, read in bulk for the index.

A vector is stored as `dimension` little-endian float16 numbers (768 bytes for MiniLM). Rounding a
unit vector to float16 moves a cosine by less than .001.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embeddings.embed import Encoder, Vectors

# How much of a release's title is mixed into each of its passages' vectors when they are indexed:
# index vector = passage + TITLE_WEIGHT * title. The two are stored apart, so a corrected title
# embeds one short text and no passage.
TITLE_WEIGHT = 0.3

_ROWS = 4096


def model_id(connection: sqlite3.Connection, encoder: Encoder) -> int:
    """The row of this encoder in `models`, made if it is new."""
    connection.execute(
        "INSERT OR IGNORE INTO models (fingerprint, name, precision, dimension)"
        " VALUES (?, ?, ?, ?)",
        (encoder.fingerprint, encoder.name, encoder.precision, encoder.dimension),
    )
    row = connection.execute(
        "SELECT id FROM models WHERE fingerprint = ?", (encoder.fingerprint,)
    ).fetchone()
    return int(row[0])


def missing(
    connection: sqlite3.Connection, model: int | None, keys: Iterable[bytes]
) -> list[bytes]:
    """The keys, in order and once each, that have no stored vector for this model."""
    found = connection.cursor()
    unknown = []
    for key in dict.fromkeys(keys):
        row = found.execute("SELECT 1 FROM vectors WHERE model = ? AND key = ?", (model, key))
        if row.fetchone() is None:
            unknown.append(key)
    return unknown


def put(
    connection: sqlite3.Connection, model: int, keys: Sequence[bytes], vectors: Vectors
) -> None:
    """Store vectors, shape (len(keys), dimension)."""
    rows = np.ascontiguousarray(vectors, dtype="<f2")
    connection.executemany(
        "INSERT OR IGNORE INTO vectors (model, key, value, checksum) VALUES (?, ?, ?, ?)",
        [
            (model, key, value, zlib.crc32(value))
            for key, value in zip(keys, map(np.ndarray.tobytes, rows), strict=True)
        ],
    )


def index_rows(
    connection: sqlite3.Connection, model: int, dimension: int, after: int = 0
) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
    """Passage ids above `after` with their index vectors, ascending, a few thousand at a time.

    Yields:
        ids, int64, shape (n,), and vectors, float32, shape (n, dimension).
    """
    cursor = connection.execute(
        "SELECT passages.id, body.value, title.value FROM passages"
        " JOIN releases ON releases.id = passages.release"
        " JOIN vectors AS body ON body.model = ? AND body.key = passages.key"
        " LEFT JOIN vectors AS title ON title.model = ? AND title.key = releases.title_key"
        " WHERE passages.id > ? AND releases.canonical ORDER BY passages.id",
        (model, model, after),
    )
    blank = bytes(2 * dimension)
    while rows := cursor.fetchmany(_ROWS):
        ids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        body = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f2")
        title = np.frombuffer(b"".join(row[2] or blank for row in rows), dtype="<f2")
        mixed = body.astype(np.float32) + np.float32(TITLE_WEIGHT) * title.astype(np.float32)
        yield ids, mixed.reshape(len(rows), dimension)
