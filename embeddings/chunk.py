"""Release -> passages: runs of whole sentences, short enough for the encoder.

Among all ways to group the sentences, `chunk` takes the one of least cost: few passages, breaks
between paragraphs rather than inside them, none after a heading. The dynamic programme looks back
at most `max_words` units, so time is linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from embeddings.sentences import paragraphs, sentences
from embeddings.types import Passage, Release

# A unit is a word, 24 characters of a longer one, or one character of a script without spaces
# (Thai to Khmer, kana, ideographs): roughly what an encoder's tokenizer makes one or two tokens of.
_DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_UNIT = re.compile(rf"[{_DENSE}]|[^\s{_DENSE}]{{1,24}}")
_CLAUSE_END = ";:,–—、，；："

_BREAK_INSIDE = 1.0  # cost of a break inside a paragraph, against 1 for each passage
_BREAK_AFTER_HEADING = 1.5
_STOPS = ".!?:;…\"'”’»)。！？"


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    words: int
    break_cost: float  # of ending a passage after this piece


def chunk(release: Release, *, max_words: int = 110) -> list[Passage]:
    """The passages of `release` in order, each at most `max_words` words.

    Passages are slices of `release.text`, disjoint, and together cover every character of it that
    is not space. A sentence is divided only when it alone has more than `max_words` words. Words
    of more than 24 characters count more than once, and so does text written without spaces.

    Raises ValueError when `max_words` is less than 1.
    """
    if max_words < 1:
        raise ValueError("max_words must be at least 1")
    pieces = _pieces(release.text, max_words)
    passages = []
    for first, last in _group(pieces, max_words):
        start, end = pieces[first].start, pieces[last].end
        passages.append(Passage(release.id, start, end, release.text[start:end]))
    return passages


def count_words(text: str) -> int:
    """The length of `text` in the words that `max_words` counts."""
    return len(_UNIT.findall(text))


def _pieces(text: str, max_words: int) -> list[_Piece]:
    """Sentences, the over-long ones divided, with the cost of a break after each."""
    ends = [end for _, end in paragraphs(text)]
    pieces: list[_Piece] = []
    at = 0
    for start, end in sentences(text):
        while at < len(ends) and ends[at] < end:
            at += 1
        closes = at < len(ends) and ends[at] == end
        heading = closes and text[end - 1] not in _STOPS and count_words(text[start:end]) <= 12
        cost = _BREAK_AFTER_HEADING if heading else 0.0 if closes else _BREAK_INSIDE
        for left, right, words in _divide(text, start, end, max_words):
            pieces.append(_Piece(left, right, words, cost if right == end else _BREAK_INSIDE))
    return pieces


def _divide(text: str, start: int, end: int, max_words: int) -> list[tuple[int, int, int]]:
    """`text[start:end]` in parts of at most `max_words` units, cut at clauses, then at words."""
    spans = [unit.span() for unit in _UNIT.finditer(text, start, end)]
    parts: list[tuple[int, int, int]] = []
    first = 0
    while len(spans) - first > max_words:
        cut = _cut(text, spans, first, max_words)
        parts.append((spans[first][0], spans[cut - 1][1], cut - first))
        first = cut
    parts.append((spans[first][0], end, len(spans) - first))
    return parts


def _cut(text: str, spans: list[tuple[int, int]], first: int, max_words: int) -> int:
    """Index of the unit that opens the next part."""
    limit = first + max_words
    at_word = at_mark = 0
    for i in range(limit, first + max_words // 2, -1):
        before, here = spans[i - 1][1], spans[i][0]
        if text[before - 1] in _CLAUSE_END and (before < here or ord(text[before - 1]) > 0x2FFF):
            return i
        if before < here and not at_word:
            at_word = i
        if not at_mark and not unicodedata.combining(text[here]):
            at_mark = i
    return at_word or at_mark or limit


def _group(pieces: list[_Piece], max_words: int) -> list[tuple[int, int]]:
    """First and last index of the pieces of each passage: the grouping of least total cost."""
    best = [0.0]  # best[j]: cost of grouping the first j pieces
    opens = [0]  # opens[j]: index of the piece that opens the passage ending before j
    for j in range(1, len(pieces) + 1):
        words, cheapest, chosen = 0, float("inf"), j - 1
        last = j == len(pieces)
        for i in range(j - 1, -1, -1):
            words += pieces[i].words
            if words > max_words:
                break
            # The square keeps passages of like length where the number of them is the same.
            cost = best[i] + 1 + (1 - words / max_words) ** 2 * 0.5
            if cost < cheapest:
                cheapest, chosen = cost, i
        best.append(cheapest + (0.0 if last else pieces[j - 1].break_cost))
        opens.append(chosen)
    groups: list[tuple[int, int]] = []
    j = len(pieces)
    while j:
        groups.append((opens[j], j - 1))
        j = opens[j]
    return groups[::-1]
