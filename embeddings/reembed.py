"""Changing the model: new vectors beside the old ones, then one switch.

Until the switch, which is one transaction, questions are answered with the old model. A run that is
killed has its batches stored, and the next one goes on from there.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator

from embeddings import embedding, vectors
from embeddings.embed import Encoder
from embeddings.report import Progress, Report
from embeddings.store import Store, put_setting
from embeddings.update import BATCH_PASSAGES

# Every text that needs a vector and has none under this model: titles first, then passages.
_MISSING = (
    "SELECT releases.id, title_key, title FROM releases LEFT JOIN vectors ON model = ?"
    " AND key = title_key WHERE vectors.id IS NULL AND releases.id > ? ORDER BY 1 LIMIT ?",
    "SELECT passages.id, passages.key, substr(text, start + 1, end - start) FROM passages"
    " JOIN releases ON releases.id = release LEFT JOIN vectors ON model = ?"
    " AND vectors.key = passages.key WHERE vectors.id IS NULL AND passages.id > ?"
    " ORDER BY 1 LIMIT ?",
)
_WANTED = "SELECT (SELECT count(*) FROM passages) + (SELECT count(*) FROM releases)"


def reembed(store: Store, encoder: Encoder, progress: Progress | None = None) -> Report:
    """Embed what this encoder has not embedded yet, then search with it.

    With the model that is in use already, this fills in vectors that are missing.
    """
    tell: Progress = progress or (lambda stage, done, total: None)
    report, began = Report(), time.monotonic()
    with store.transaction(silent=True) as connection:
        model = embedding.register(connection, encoder)
    with store.reading() as connection:
        texts = connection.execute(_WANTED).fetchone()[0]
    done = 0
    for keys, batch in _missing(store, model):
        made = encoder.encode(batch)
        with store.transaction(silent=True) as connection:
            vectors.put(connection, model, keys, made)
        done += len(keys)
        report.embedded += len(keys)
        tell("re-embedding", done, texts)
    tell("re-embedding", texts, texts)
    report.reused = texts - report.embedded
    switch(store, model)
    report.seconds = time.monotonic() - began
    return report


def switch(store: Store, model: int) -> None:
    """Search with this model's vectors from now on, in one transaction."""
    with store.reading() as connection:
        if embedding.current_model(connection) == model:
            return
    with store.transaction() as connection:
        put_setting(connection, "model", model)
        connection.execute("UPDATE settings SET value = value + 1 WHERE key = 'generation'")


def drop_other_models(store: Store, progress: Progress | None = None) -> int:
    """Delete the vectors of models that are not in use, a little at a time; returns how many."""
    gone = 0
    while True:
        with store.transaction(silent=True) as connection:
            current = embedding.current_model(connection)
            if current is None:
                return gone
            count = connection.execute(
                "DELETE FROM vectors WHERE id IN"
                " (SELECT id FROM vectors WHERE model != ? LIMIT 20000)",
                (current,),
            ).rowcount
            if not count:
                connection.execute("DELETE FROM probes WHERE model != ?", (current,))
                connection.execute("DELETE FROM models WHERE id != ?", (current,))
                return gone
        gone += count
        if progress is not None:
            progress("tidying", gone, 0)


def _missing(store: Store, model: int) -> Iterator[tuple[list[bytes], list[str]]]:
    """Keys and texts without a vector, a batch at a time; a text that recurs comes once."""
    for query in _MISSING:
        after = 0
        while True:
            with store.reading() as connection:
                rows: list[sqlite3.Row] = connection.execute(
                    query, (model, after, BATCH_PASSAGES)
                ).fetchall()
            if not rows:
                break
            after = rows[-1][0]
            texts = {bytes(row[1]): str(row[2]) for row in rows}
            yield list(texts), list(texts.values())
