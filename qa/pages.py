"""A release laid out for reading: its sentences as words, and what can be said of it as a whole."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from embeddings.sentences import sentences
from embeddings.types import Release
from qa.words import Bag, Token, content, tokens

_SMALL = re.compile(r"(?<![\w'’])[a-zß-öø-ÿ][\w’'-]*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`release.text[start:end]`; `words` carry offsets into the sentence, not the release."""

    index: int
    start: int
    end: int
    text: str
    words: tuple[Token, ...]
    bag: Bag


@dataclass(frozen=True, slots=True)
class Page:
    """The sentences of one text, the words it writes small, all its words and its word pairs."""

    sentences: tuple[Sentence, ...]
    lower: frozenset[str]
    bag: Bag
    pairs: frozenset[tuple[str, str]]

    def beside(self, index: int) -> tuple[Sentence, ...]:
        """A sentence with the one before it and the one after it, where there are such."""
        return self.sentences[max(0, index - 1) : index + 2]


@lru_cache(maxsize=256)
def page(text: str) -> Page:
    """The text as sentences of words. Kept for the texts read last: the same ones come back."""
    found = []
    for index, (start, end) in enumerate(sentences(text)):
        words = tuple(tokens(text[start:end]))
        found.append(
            Sentence(index, start, end, text[start:end], words, Bag.of(w.stem for w in words))
        )
    bag = Bag.of(stem for sentence in found for stem in sentence.bag.stems)
    pairs = frozenset(pair for sentence in found for pair in neighbours(sentence.words))
    return Page(tuple(found), frozenset(_SMALL.findall(text)), bag, pairs)


def neighbours(words: Sequence[Token]) -> list[tuple[str, str]]:
    """The pairs of stems that stand next to each other, or one apart, function words aside."""
    row = [word.stem for word in content(words)]
    return [*itertools.pairwise(row), *zip(row, row[2:], strict=False)]


@lru_cache(maxsize=1024)
def _around(text: str) -> tuple[Bag, frozenset[tuple[str, str]]]:
    words = tokens(text)
    return Bag.of(word.stem for word in words), frozenset(neighbours(words))


def about(release: Release) -> tuple[Bag, frozenset[tuple[str, str]]]:
    """Words and word pairs of what surrounds the text: title, place, sources, topics, acronyms."""
    parts: Iterable[str] = (
        release.title,
        release.place,
        *release.sources,
        *release.topics,
        *(f"{short} {long}" for short, long in release.acronyms.items()),
    )
    return _around("\n".join(parts))
