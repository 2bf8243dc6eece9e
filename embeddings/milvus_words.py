"""The words of a passage as a sparse vector, so that Milvus ranks as SQLite's bm25() does.

Words are cut, stemmed and folded by SQLite's own FTS5 tokenizer, in memory, so that they are the
very terms `embeddings.lexical` looks up. Each word and each pair of neighbours has a number; its
weight in a passage is the whole of its BM25 term, idf included (k1 = 1.2, b = .75, the columns'
weights; https://www.sqlite.org/fts5.html#the_bm25_function). A published collection never changes,
so the statistics can be worked in when it is written, and the inner product with a question's
terms is its BM25 score.

A phrase of more than two words counts as the pairs in it, where FTS5 looks the whole of it up.
"""

from __future__ import annotations

import hashlib
import math
import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from embeddings.lexical import COLUMN_WEIGHTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLUMNS = ("title", "body", "source", "issued")
_TABLE = (
    f"CREATE VIRTUAL TABLE words USING fts5 ({', '.join(_COLUMNS)},"
    " tokenize = 'porter unicode61 remove_diacritics 2')"
)
_K1, _B = 1.2, 0.75
_LEAST_IDF = 1e-6  # FTS5's idf of a word that stands in more than half of all passages
_WORD = re.compile(r"\w+")

# Milvus numbers the dimensions of sparse vectors from 0 to 2^32 - 2; the last one is kept for
# passages without any word, which may not be empty vectors.
DIMENSIONS = 2**32 - 2
WORDLESS = {DIMENSIONS: 1.0}

Columns = tuple[str, str, str, str]  # title, body, source, date in words


@dataclass(frozen=True, slots=True)
class Counts:
    """What one passage holds: weighted frequency by term number, and its length in words."""

    frequencies: Mapping[int, float]
    length: int


class Tokens:
    """SQLite's tokenizer for a few texts at a time. Safe to use from several threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        self._connection.execute(_TABLE)
        self._connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(words, 'instance')")

    def count(self, rows: Sequence[Columns]) -> list[Counts]:
        """The words and neighbouring pairs of each row."""
        with self._holding(rows):
            found = self._connection.execute(
                "SELECT doc, col, offset, term FROM terms ORDER BY doc, col, offset"
            ).fetchall()
        weights = dict(zip(_COLUMNS, COLUMN_WEIGHTS, strict=True))
        frequencies: list[dict[int, float]] = [{} for _ in rows]
        lengths = [0] * len(rows)
        before = (0, "", 0, "")
        for doc, column, offset, term in found:
            row, weight = frequencies[doc - 1], weights[column]
            number = term_number(term)
            row[number] = row.get(number, 0.0) + weight
            lengths[doc - 1] += 1
            if before[:3] == (doc, column, offset - 1):
                pair = term_number(before[3], term)
                row[pair] = row.get(pair, 0.0) + weight
            before = (doc, column, offset, term)
        return [Counts(one, length) for one, length in zip(frequencies, lengths, strict=True)]

    def stems(self, text: str) -> list[str]:
        """The stemmed words of a text, in order."""
        with self._holding([("", text, "", "")]):
            return [
                str(row[0])
                for row in self._connection.execute("SELECT term FROM terms ORDER BY offset")
            ]

    def query(self, terms: Sequence[str]) -> dict[int, float]:
        """How often each term number is asked for; plain words and phrases, nothing an operator."""
        phrases = dict.fromkeys(" ".join(_WORD.findall(term)) for term in terms)
        asked: Counter[int] = Counter()
        for phrase in phrases:
            stems = self.stems(phrase)
            if len(stems) == 1:
                asked[term_number(stems[0])] += 1
            for one, other in pairwise(stems):
                asked[term_number(one, other)] += 1
        return {number: float(times) for number, times in asked.items()}

    def matching(self, rows: Sequence[Columns], expression: str) -> list[int]:
        """The positions of the rows that an FTS5 expression matches."""
        with self._holding(rows):
            return [
                int(row[0]) - 1
                for row in self._connection.execute(
                    "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", (expression,)
                )
            ]

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()

    def _holding(self, rows: Sequence[Columns]) -> _Held:
        return _Held(self._connection, self._guard, rows)


@dataclass(frozen=True, slots=True)
class _Held:
    """Rows 1, 2, ... stand in the table for as long as the block runs."""

    connection: sqlite3.Connection
    guard: threading.Lock
    rows: Sequence[Columns]

    def __enter__(self) -> None:
        self.guard.acquire()
        self.connection.execute("BEGIN")
        self.connection.executemany(
            f"INSERT INTO words (rowid, {', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?)",
            [(number, *row) for number, row in enumerate(self.rows, 1)],
        )

    def __exit__(self, *_: object) -> None:
        self.connection.rollback()
        self.guard.release()


@lru_cache(maxsize=1 << 18)
def term_number(*stems: str) -> int:
    """The number of a word or pair: 64 bits of a hash, as a signed integer."""
    return signed_hash("\x1f".join(stems))


def signed_hash(text: str) -> int:
    """64 bits of BLAKE2b as a signed integer: what texts are compared by inside Milvus.

    Expressions hold such numbers only, never a text, so nothing in a text can act as an operator.
    """
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def dimension_of(number: int) -> int:
    """The dimension of a term number in sparse vectors.

    Two of the terms of a question share one by chance once in four thousand million.
    """
    return number % DIMENSIONS


class Statistics:
    """How many passages there are, how long, and in how many of them each term stands."""

    def __init__(self) -> None:
        self._passages = 0
        self._words = 0
        self._runs: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []

    def add(self, counted: Iterable[Counts]) -> None:
        """Take in some passages. Twelve to sixteen bytes are held for each different term."""
        numbers: list[int] = []
        for one in counted:
            self._passages += 1
            self._words += one.length
            numbers.extend(one.frequencies)
        keys, times = np.unique(np.array(numbers, dtype=np.int64), return_counts=True)
        self._runs.append((keys, times.astype(np.int64)))
        # Runs of about one length are merged, as in a merge sort.
        while len(self._runs) > 1 and len(self._runs[-2][0]) < 2 * len(self._runs[-1][0]):
            self._runs.append(_merged(self._runs.pop(), self._runs.pop()))

    def weights(self, counted: Counts) -> dict[int, float]:
        """The BM25 term of each number in a passage that was taken in; all are positive."""
        while len(self._runs) > 1:
            self._runs.append(_merged(self._runs.pop(), self._runs.pop()))
        keys, times = self._runs[0]
        numbers = np.fromiter(counted.frequencies, dtype=np.int64, count=len(counted.frequencies))
        found = times[np.searchsorted(keys, numbers)]
        length = _K1 * (1 - _B + _B * counted.length * self._passages / max(1, self._words))
        return {
            int(number): self._idf(int(held)) * frequency * (_K1 + 1) / (frequency + length)
            for number, held, frequency in zip(
                numbers, found, counted.frequencies.values(), strict=True
            )
        }

    def _idf(self, held: int) -> float:
        idf = math.log((self._passages - held + 0.5) / (held + 0.5))
        return idf if idf > 0 else _LEAST_IDF


def _merged(
    one: tuple[NDArray[np.int64], NDArray[np.int64]],
    other: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    keys, inverse = np.unique(np.concatenate([one[0], other[0]]), return_inverse=True)
    times = np.zeros(len(keys), dtype=np.int64)
    np.add.at(times, inverse, np.concatenate([one[1], other[1]]))
    return keys, times
