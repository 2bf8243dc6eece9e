"""Every release that holds certain words: nothing is ranked and nothing is cut off.

Words are looked up in the same index as `embeddings.lexical`, so they are stemmed and compared
without case or accents; a release holds what any of its passages, its title, its issuing body or
its date in words holds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.filtering import condition_of
from embeddings.lexical import near_expression
from embeddings.types import Filters

_HOLDS = (
    "releases.id IN (SELECT passages.release FROM passages JOIN"
    " (SELECT rowid AS word FROM words WHERE words MATCH ?) ON passages.id = word)"
)


@dataclass(frozen=True, slots=True)
class Holder:
    """A release that holds every required group; `held` counts the wanted ones it holds too.

    `passage` is the id of its first passage.
    """

    release_id: str
    passage: int
    held: int


def holding(
    connection: sqlite3.Connection,
    required: Sequence[Sequence[str]],
    wanted: Sequence[Sequence[str]],
    where: Filters,
) -> list[Holder]:
    """See `Library.holding`."""
    condition, values = condition_of(where)
    needed = [near_expression(forms) for forms in required]
    counted = [expression for forms in wanted if (expression := near_expression(forms))]
    if not all(needed):
        return []
    conditions = " AND ".join([condition, *([_HOLDS] * len(needed))])
    held = " + ".join(f"({_HOLDS})" for _ in counted) or "0"
    rows = connection.execute(
        "SELECT releases.release_id,"
        " (SELECT min(id) FROM passages WHERE passages.release = releases.id) AS shown, "
        f"{held} FROM releases"
        f" WHERE {conditions} AND shown IS NOT NULL ORDER BY releases.date, releases.id",
        (*counted, *values, *needed),
    )
    return [Holder(*row) for row in rows]
