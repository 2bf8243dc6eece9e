"""Lexical search: stemmed BM25 over passages with their title, source and date (SQLite FTS5).

FTS5's bm25() is Okapi BM25 with k1 = 1.2 and b = .75 (https://www.sqlite.org/fts5.html#the_bm25_function);
words are stemmed by Porter's algorithm and compared without case or accents.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from embeddings.filtering import condition_of
from embeddings.types import Filters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embeddings.embed import Vectors

# Weights of the columns title, body, source, issued in BM25.
COLUMN_WEIGHTS = (2.0, 1.0, 0.5, 0.5)

_WORD = re.compile(r"\w+")


def search(
    connection: sqlite3.Connection, terms: Sequence[str], k: int, where: Filters
) -> tuple[NDArray[np.int64], Vectors]:
    """The k best passages for any of the terms; see `Library.lexical`."""
    query = match_expression(terms)
    if not query or k <= 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    condition, values = "", list[object]()
    if where:
        condition, values = condition_of(where)
        # The plus keeps SQLite from looking the words up anew for every allowed passage, which
        # took hundreds of times as long.
        condition = (
            "AND +rowid IN (SELECT passages.id FROM passages JOIN releases ON"
            f" releases.id = passages.release WHERE {condition})"
        )
    weights = ", ".join(str(weight) for weight in COLUMN_WEIGHTS)
    rows = connection.execute(
        f"SELECT rowid, -bm25(words, {weights}) AS score FROM words"
        f" WHERE words MATCH ? {condition} ORDER BY score DESC, rowid LIMIT ?",
        (query, *values, k),
    ).fetchall()
    ids = np.array([row[0] for row in rows], dtype=np.int64)
    scores = np.array([row[1] for row in rows], dtype=np.float32)
    return ids, scores


def match_expression(terms: Sequence[str]) -> str:
    """Terms as an FTS5 query that matches any of them.

    Every term becomes a quoted string made of word characters only, so that nothing a user or a
    document writes can act as an operator.
    """
    phrases: dict[str, None] = {}
    for term in terms:
        words = _WORD.findall(term)
        if words:
            phrases[f'"{" ".join(words)}"'] = None
    return " OR ".join(phrases)


def near_expression(forms: Sequence[str]) -> str:
    """Names as an FTS5 query that matches any of them; a name's words stand close together.

    Up to two other words may stand among them: "Anna B. Berg" is Anna Berg. Words are quoted as
    in `match_expression`.
    """
    parts: dict[str, None] = {}
    for form in forms:
        words = [f'"{word}"' for word in _WORD.findall(form)]
        if len(words) > 1:
            parts[f"NEAR({' '.join(words)}, 2)"] = None
        elif words:
            parts[words[0]] = None
    return " OR ".join(parts)
