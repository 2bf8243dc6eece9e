"""Filters as conditions in the database: applied before anything is ranked."""

from __future__ import annotations

import json

from embeddings.store import fold
from embeddings.types import Filters


def condition_of(where: Filters) -> tuple[str, list[object]]:
    """A filter as an SQL condition on `releases` (canonical ones only), with its values."""
    parts, values = ["releases.canonical"], list[object]()
    if where.since:
        parts.append("releases.date >= ?")
        values.append(where.since.isoformat())
    if where.until:
        parts.append("releases.date <= ?")
        values.append(where.until.isoformat())
    for kind, wanted in (
        ("source", where.sources),
        ("place", where.places),
        ("topic", where.topics),
    ):
        if wanted:
            parts.append(
                "releases.id IN (SELECT release FROM labels WHERE kind = ? AND folded IN"
                f" ({', '.join('?' * len(wanted))}))"
            )
            values += [kind, *(fold(value) for value in wanted)]
    if where.release_ids:
        # One bound value, however many ids: SQLite limits the number of parameters.
        parts.append("releases.release_id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(where.release_ids))
    return " AND ".join(parts), values
