"""What two texts share and where they differ, word by word.

The alignment is a patience diff: words in runs of three that stand exactly once in both texts and
in the same order are fixed first, then what lies between them is aligned in the same way, and
short remainders exactly. Time is about n log n, where a plain longest-common-subsequence
alignment of two long transcripts is quadratic.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[$€£¥]?\w+(?:['’.,:/-]\w+)*%?")
_DIGIT = re.compile(r"\d")
_SMALL = 60 * 600  # words by words up to which the exact alignment is cheap
_ONE_PLACE = 2  # changes parted by no more words than this are one: "Jo Ek, Head of Ports"
_GROUPING = re.compile(r"(?<=\d)[.,'’](?=\d{3}(?!\d))")
_JOINT = re.compile(r"(?<!\d)[^\w$€£¥%]|[^\w$€£¥%](?!\d)")  # a decimal point is none
_MARKS = re.compile("[\u0300-\u036f\xad\u200b-\u200d\u2060\ufeff]")  # accents, invisible characters


@dataclass(frozen=True, slots=True)
class Change:
    """One run of words that differs: `a.text[a_start:a_end]` became `b.text[b_start:b_end]`.

    An empty range on one side is an insertion or a deletion. Offsets are code points.
    """

    a_start: int
    a_end: int
    b_start: int
    b_end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The alignment of two texts in figures.

    `matched` counts the words aligned with an equal word; `a_words` and `b_words` count all.
    `conflicts` counts the places where a fact (a number, a name) stands for another: few in an
    edited version, many in two releases made from one template.
    """

    a_words: int
    b_words: int
    matched: int
    conflicts: int
    changes: tuple[Change, ...]

    @property
    def ratio(self) -> float:
        """Share of the words of both texts that are aligned, 0 to 1."""
        total = self.a_words + self.b_words
        return 2 * self.matched / total if total else 1.0

    @property
    def containment(self) -> float:
        """Share of the words of the shorter text that are aligned, 0 to 1."""
        shorter = min(self.a_words, self.b_words)
        return self.matched / shorter if shorter else 1.0


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    key: str  # what counts as equal
    fact: bool  # a number, or a word with a capital


def fold(text: str) -> str:
    """`text` without case, accents, compatibility forms and invisible characters."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def compare(a: str, b: str) -> Comparison:
    """Align the words of `a` and `b`; case, accents and punctuation do not count."""
    left, right = _words(a), _words(b)
    pairs = _align([word.key for word in left], [word.key for word in right])
    changes: list[Change] = []
    conflicts = 0
    i = j = 0
    last = -1 - _ONE_PLACE  # where in `left` the last conflict ended
    for x, y in [*pairs, (len(left), len(right))]:
        gone, come = left[i:x], right[j:y]
        if gone or come:
            changes.append(Change(*_range(gone, left, i), *_range(come, right, j)))
            if _conflict(gone, come):
                conflicts += i - last > _ONE_PLACE
                last = x
        i, j = x + 1, y + 1
    return Comparison(len(left), len(right), len(pairs), conflicts, tuple(changes))


def _words(text: str) -> list[_Word]:
    words = []
    for match in _WORD.finditer(text):
        word = match.group()
        fact = word[0].isupper() or _DIGIT.search(word) is not None
        key = fold(_GROUPING.sub("", word).replace("’", "'"))
        words.append(_Word(match.start(), match.end(), key, fact))
    return words


def _range(part: Sequence[_Word], whole: Sequence[_Word], at: int) -> tuple[int, int]:
    """Offsets of `part`, or the empty range where it would stand in `whole`."""
    if part:
        return part[0].start, part[-1].end
    place = whole[at - 1].end if at else 0
    return place, place


def _conflict(gone: Sequence[_Word], come: Sequence[_Word]) -> bool:
    """Whether other facts stand in the place of facts; spacing and hyphens do not count."""
    if _letters(gone) == _letters(come):
        return False
    old = {word.key for word in gone if word.fact}
    new = {word.key for word in come if word.fact}
    return bool(old - new) and bool(new - old)


def _letters(words: Sequence[_Word]) -> str:
    return _JOINT.sub("", "".join(word.key for word in words))


def _align(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Index pairs of equal words, rising on both sides."""
    pairs: list[tuple[int, int]] = []
    # Each entry is a region still to align; regions are taken from the left.
    regions = [(0, len(a), 0, len(b))]
    while regions:
        i, x, j, y = regions.pop()
        while i < x and j < y and a[i] == b[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        tail = 0
        while i < x - tail and j < y - tail and a[x - tail - 1] == b[y - tail - 1]:
            tail += 1
        ends = [(x - tail + k, y - tail + k) for k in range(tail)]
        x, y = x - tail, y - tail
        if i == x or j == y:
            pairs.extend(ends)
            continue
        if (x - i) * (y - j) <= _SMALL:
            pairs.extend(_exact(a, i, x, b, j, y))
            pairs.extend(ends)
            continue
        anchors = _anchors(a[i:x], b[j:y])
        if ends:
            regions.append((ends[0][0], ends[-1][0] + 1, ends[0][1], ends[-1][1] + 1))
        if not anchors:
            continue
        at_a, at_b = x, y
        for p, q in reversed(anchors):
            regions.append((i + p, at_a, j + q, at_b))
            at_a, at_b = i + p, j + q
        regions.append((i, at_a, j, at_b))
    return pairs


def _exact(
    a: Sequence[str], i: int, x: int, b: Sequence[str], j: int, y: int
) -> list[tuple[int, int]]:
    matcher = SequenceMatcher(None, a[i:x], b[j:y], autojunk=False)
    return [
        (i + block.a + k, j + block.b + k)
        for block in matcher.get_matching_blocks()
        for k in range(block.size)
    ]


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Starts of three-word runs that stand once in both, the longest rising chain of them."""
    runs_a = list(zip(a, a[1:], a[2:], strict=False))
    runs_b = list(zip(b, b[1:], b[2:], strict=False))
    count_a, count_b = Counter(runs_a), Counter(runs_b)
    where = {run: at for at, run in enumerate(runs_b) if count_b[run] == 1}
    both = [(at, where[run]) for at, run in enumerate(runs_a) if count_a[run] == 1 and run in where]
    # Longest increasing subsequence of the positions in b (patience sorting).
    tops: list[int] = []
    piles: list[int] = []  # index into `both` of the top of each pile
    back = [-1] * len(both)
    for index, (_, position) in enumerate(both):
        pile = bisect_left(tops, position)
        back[index] = piles[pile - 1] if pile else -1
        if pile == len(tops):
            tops.append(position)
            piles.append(index)
        else:
            tops[pile], piles[pile] = position, index
    chain: list[tuple[int, int]] = []
    index = piles[-1] if piles else -1
    while index >= 0:
        chain.append(both[index])
        index = back[index]
    return chain[::-1]
