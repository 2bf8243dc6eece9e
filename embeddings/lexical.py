"""Lexical search: stemmed BM25 over passages with their title, source and date (SQLite FTS5).

FTS5's bm25() is Okapi BM25 with k1 = 1.2 and b = .75 (https://www.sqlite.org/fts5.html#the_bm25_function);
words are stemmed by Porter's algorithm and compared without case or accents.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from embeddings.filtering import condition_of
from embeddings.types import Filters

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embeddings.embed import Vectors

# Weights of the columns title, body, source, issued in BM25.
COLUMN_WEIGHTS = (2.0, 1.0, 0.5, 0.5)

_REMEMBERED = 100_000  # words whose count is kept
_WEIGHTLESS = 1e-6  # the score of a passage that matches common words only: that of bm25()

_WORD = re.compile(r"\w+")


class Counts:
    """In how many passages each word stands, as of one version of the library."""

    def __init__(self) -> None:
        self._version = -1
        self._total = 0
        self._of: dict[str, int] = {}
        self._guard = threading.Lock()

    def common(self, connection: sqlite3.Connection, version: int, word: str) -> bool:
        """Whether a word stands in more than half of all passages: BM25 gives it no weight."""
        with self._guard:
            if version != self._version:
                self._version, self._of = version, {}
                counted = connection.execute("SELECT count(*) FROM words_docsize").fetchone()
                self._total = int(counted[0])
            known, total = self._of.get(word), self._total
        if known is None:
            known = _count(connection, word)
            with self._guard:
                if version == self._version and len(self._of) < _REMEMBERED:
                    self._of[word] = known
        return 2 * known > total


def search(
    connection: sqlite3.Connection,
    terms: Sequence[str],
    k: int,
    where: Filters,
    common: Callable[[str], bool],
) -> tuple[NDArray[np.int64], Vectors]:
    """The k best passages for any of the terms; see `Library.lexical`.

    Words that are `common` are looked up only where nothing else is asked for: bm25() gives them a
    weight of a millionth, and looking them up takes as long as there are passages.
    """
    if k <= 0:
        return _arrays([])
    telling = [term for term in terms if len(_WORD.findall(term)) != 1 or not common(term)]
    if not match_expression(telling):
        return _arrays(_ranked(connection, match_expression(terms), k, where))
    rows = _ranked(connection, match_expression(telling), k, where)
    if len(rows) < k and len(telling) < len(terms):
        known = {rowid for rowid, _ in rows}
        rest = match_expression([term for term in terms if term not in telling])
        more = _matching(connection, rest, k + len(known), where)
        rows += [(rowid, _WEIGHTLESS) for rowid in more if rowid not in known][: k - len(rows)]
    return _arrays(rows)


def _ranked(
    connection: sqlite3.Connection, query: str, k: int, where: Filters
) -> list[tuple[int, float]]:
    if not query:
        return []
    condition, values = _allowed(where)
    weights = ", ".join(str(weight) for weight in COLUMN_WEIGHTS)
    return connection.execute(
        f"SELECT rowid, -bm25(words, {weights}) AS score FROM words"
        f" WHERE words MATCH ? {condition} ORDER BY score DESC, rowid LIMIT ?",
        (query, *values, k),
    ).fetchall()


def _matching(connection: sqlite3.Connection, query: str, k: int, where: Filters) -> list[int]:
    """The first k passages that match, in the order of their ids: stops as soon as it has them."""
    condition, values = _allowed(where)
    rows = connection.execute(
        f"SELECT rowid FROM words WHERE words MATCH ? {condition} ORDER BY rowid LIMIT ?",
        (query, *values, k),
    )
    return [row[0] for row in rows]


def _allowed(where: Filters) -> tuple[str, list[object]]:
    if not where:
        return "", []
    condition, values = condition_of(where)
    # The plus keeps SQLite from looking the words up anew for every allowed passage, which took
    # hundreds of times as long.
    allowed = (
        "AND +rowid IN (SELECT passages.id FROM passages JOIN releases ON"
        f" releases.id = passages.release WHERE {condition})"
    )
    return allowed, values


def _count(connection: sqlite3.Connection, word: str) -> int:
    query = match_expression([word])
    if not query:
        return 0
    found = connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (query,))
    return int(found.fetchone()[0])


def _arrays(rows: Sequence[tuple[int, float]]) -> tuple[NDArray[np.int64], Vectors]:
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
