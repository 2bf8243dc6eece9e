"""Embedding what has no vector yet, and noticing when a model is no longer what it was.

A vector is keyed by the model's fingerprint and the text: whatever brings a text in, it is embedded
once. With each model go a few fixed sentences, the probes, as that model embedded them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings import records, vectors
from embeddings.errors import ModelMismatch
from embeddings.report import Progress
from embeddings.store import Store, put_setting

if TYPE_CHECKING:
    from embeddings.embed import Encoder, Vectors
    from embeddings.questions import QuestionEncoder

PROBES = (
    "The council of ministers met in the capital on Monday.",
    "A new bridge over the river was opened to traffic.",
    "Exports of wool fell by 12 per cent in the first quarter.",
    "The spokesperson declined to comment on the appointment.",
)

# bfloat16 arithmetic differs between processors by less than .001 in cosine; other weights by more
# than this.
_PROBE_COSINE = 0.99


@dataclass(frozen=True, slots=True)
class Fresh:
    """New vectors: `made` has shape (len(keys), dimension); None when there are none."""

    keys: tuple[bytes, ...] = ()
    made: Vectors | None = None
    reused: int = 0  # texts that had a vector already


def current_model(connection: sqlite3.Connection) -> int | None:
    """The row in `models` that the library's searches use, or None before the first one."""
    row = connection.execute("SELECT value FROM settings WHERE key = 'model'").fetchone()
    return int(row[0]) if row else None


def embed(
    store: Store, encoder: Callable[[], Encoder], texts: Iterable[str], progress: Progress
) -> Fresh:
    """Make the vectors that these texts lack under the library's model. Writes nothing."""
    by_key = {records.text_key(text): text for text in texts}
    with store.reading() as connection:
        wanted = vectors.missing(connection, current_model(connection), by_key)
    reused = len(by_key) - len(wanted)
    if not wanted:
        return Fresh(reused=reused)
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress("embedding", done, len(wanted))

    made = encoder().encode([by_key[key] for key in wanted], advance)
    return Fresh(tuple(wanted), made, reused)


def put(connection: sqlite3.Connection, encoder: Callable[[], Encoder], fresh: Fresh) -> None:
    """Store new vectors; the first ones decide which model the library uses."""
    if fresh.made is None:
        return
    model = register(connection, encoder())
    if current_model(connection) is None:
        put_setting(connection, "model", model)
    vectors.put(connection, model, fresh.keys, fresh.made)


def register(connection: sqlite3.Connection, encoder: Encoder) -> int:
    """The row of this encoder in `models`; a new one is stored with its probes."""
    model = vectors.model_id(connection, encoder)
    held = connection.execute("SELECT 1 FROM probes WHERE model = ? LIMIT 1", (model,)).fetchone()
    if held is None:
        made = np.ascontiguousarray(encoder.encode_queries(PROBES), dtype="<f2")
        connection.executemany(
            "INSERT INTO probes (model, text, value) VALUES (?, ?, ?)",
            [(model, text, row.tobytes()) for text, row in zip(PROBES, made, strict=True)],
        )
    return model


def check_probes(
    connection: sqlite3.Connection, model: int, encoder: Encoder | QuestionEncoder
) -> None:
    """Does the encoder still embed the probes as it did when the library was built?

    Raises:
        ModelMismatch: it does not, although its fingerprint is the same.
    """
    rows = connection.execute("SELECT text, value FROM probes WHERE model = ?", (model,)).fetchall()
    if not rows:
        return
    stored = np.stack([np.frombuffer(row[1], dtype="<f2") for row in rows]).astype(np.float32)
    now = encoder.encode_queries([row[0] for row in rows])
    if stored.shape != now.shape or float((stored * now).sum(axis=1).min()) < _PROBE_COSINE:
        raise ModelMismatch(
            f"{encoder.name} no longer makes the vectors it made when the library was built. "
            "Run: dateline reembed"
        )
