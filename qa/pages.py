"""A release laid out for reading: its sentences as words, and what can be said of it as a whole."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

from embeddings.sentences import sentences
from embeddings.types import Release
from qa.words import Bag, Token, stem, telling, tokens, written

_SMALL = re.compile(r"(?<![\w'’])[a-zß-öø-ÿ][\w’'-]*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`release.text[start:end]`, with the stems of its words."""

    index: int
    start: int
    end: int
    text: str
    bag: Bag

    @property
    def words(self) -> tuple[Token, ...]:
        """Its words, with offsets into the sentence, not the release. Few sentences need them."""
        return _words(self.text)


@dataclass(frozen=True, slots=True)
class Page:
    """The sentences of one text, the words it writes small, and all its words."""

    sentences: tuple[Sentence, ...]
    lower: frozenset[str]
    bag: Bag

    def neighbours(self, one: str, other: str) -> bool:
        """Whether two stems stand next to each other in some sentence, or one apart, either first.

        Function words aside.
        """
        return any(
            one in sentence.bag.stems
            and other in sentence.bag.stems
            and not pairs(sentence.text).isdisjoint(((one, other), (other, one)))
            for sentence in self.sentences
        )

    def beside(self, index: int) -> tuple[Sentence, ...]:
        """A sentence with the one before it and the one after it, where there are such."""
        return self.sentences[max(0, index - 1) : index + 2]


@lru_cache(maxsize=256)
def page(text: str) -> Page:
    """The text as sentences of words. Kept for the texts read last: the same ones come back."""
    found = []
    for index, (start, end) in enumerate(sentences(text)):
        piece = text[start:end]
        found.append(Sentence(index, start, end, piece, Bag.of(map(stem, written(piece)))))
    bag = Bag.of(itertools.chain.from_iterable(sentence.bag.stems for sentence in found))
    return Page(tuple(found), frozenset(_SMALL.findall(text)), bag)


@lru_cache(maxsize=1024)
def _words(text: str) -> tuple[Token, ...]:
    return tuple(tokens(text))


@lru_cache(maxsize=1024)
def pairs(text: str) -> frozenset[tuple[str, str]]:
    """The pairs of stems that stand next to each other, or one apart, function words aside."""
    row = [stem(word) for word in written(text) if telling(word)]
    return frozenset((*itertools.pairwise(row), *zip(row, row[2:], strict=False)))


@lru_cache(maxsize=1024)
def _bag(text: str) -> Bag:
    return Bag.of(map(stem, written(text)))


def surroundings(release: Release) -> str:
    """What surrounds the text: title, place, sources, topics, acronyms."""
    return "\n".join(
        (
            release.title,
            release.place,
            *release.sources,
            *release.topics,
            *(f"{short} {long}" for short, long in release.acronyms.items()),
        )
    )


def about(release: Release) -> Bag:
    """The words of what surrounds the text."""
    return _bag(surroundings(release))
