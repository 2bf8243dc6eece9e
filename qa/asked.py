"""A question taken apart for reading: its kind, its words, and how rare each of them is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from qa.direction import Side, asked_side, looks_verbal
from qa.office import asked_bodies
from qa.ordinals import Ordinal, ordinals
from qa.pages import Page
from qa.part import Part, asked_part
from qa.question_type import QuestionType, question_type
from qa.understand import Query
from qa.words import Bag, Token, content, related, stem, tokens

_BRIEF = 3  # words
_CHANGES = tuple(stem(word) for word in ("appoint", "succeed", "next", "new", "take"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the reader compares it with sentences.

    `words` are its content words without its dates, `verbs` those of them that are surely verbs,
    `rest` what is neither of a name that it insists on nor the thing asked for. `side` says whether
    the subject or the object of its verb is wanted. `weights` gives each stem's rarity among the
    sentences read. `changes` is True when it asks who came into a post; `lower` holds the words
    that the pages write small; `part` is what it says of the part that the person asked for has;
    `offices` are the offices it names, with their bodies; `ordinals` what it counts ("the fourth
    conference").
    """

    query: Query
    kind: QuestionType
    all_words: tuple[Token, ...]
    words: tuple[Token, ...]
    verbs: tuple[Token, ...]
    rest: tuple[Token, ...]
    side: Side | None
    weights: Mapping[str, float]
    bag: Bag
    lower: frozenset[str]
    changes: bool
    part: Part
    offices: tuple[tuple[str, str], ...]
    ordinals: tuple[Ordinal, ...]

    @property
    def brief(self) -> bool:
        """Whether it has hardly any words to go by: "Who spoke for the Forum?"."""
        return len(self.words) <= _BRIEF

    def weigh(self, words: Sequence[Token]) -> dict[str, float]:
        """The stems of some of its words with their weights."""
        return {word.stem: self.weights[word.stem] for word in words}


def take_apart(query: Query, pages: Sequence[Page]) -> Asked:
    """Read a question against the pages that may answer it."""
    question = query.question
    kind = question_type(question)
    all_words = tuple(tokens(question))
    words = _undated(query, all_words)
    names = {t.stem for required in query.required for t in tokens(required.text)}
    focus = {t.start for t in kind.focus}
    verbs = tuple(
        t for t in words if t.stem not in names and t.start not in focus and looks_verbal(t)
    )
    return Asked(
        query=query,
        kind=kind,
        all_words=all_words,
        words=words,
        verbs=verbs,
        rest=tuple(t for t in words if t.stem not in names and t.start not in focus),
        side=asked_side(all_words, kind.word[1]) if kind.kind == "person" else None,
        weights=rarity({t.stem for t in words}, pages),
        bag=Bag.of(t.stem for t in words),
        lower=frozenset().union(*(page.lower for page in pages)),
        offices=tuple(asked_bodies(question, all_words)),
        ordinals=tuple(ordinals(question)),
        part=asked_part(question) if kind.kind == "person" else Part(),
        changes=any(related(t.stem, change) for t in words for change in _CHANGES),
    )


def is_brief(query: Query) -> bool:
    """`Asked.brief`, without taking the question apart."""
    return len(_undated(query, tokens(query.question))) <= _BRIEF


def _undated(query: Query, words: Sequence[Token]) -> tuple[Token, ...]:
    """The content words of a question without those of its dates."""
    dated = {t.start for d in query.dates for t in _within(words, query.question, d.text)}
    return tuple(t for t in content(words) if t.start not in dated)


def _within(words: Sequence[Token], question: str, phrase: str) -> list[Token]:
    start = question.find(phrase)
    return [t for t in words if start <= t.start < start + len(phrase)] if start >= 0 else []


def rarity(stems: Set[str], pages: Sequence[Page]) -> dict[str, float]:
    """How rare each stem is among the sentences of the pages: the idf of BM25, never below 0."""
    bags = [sentence.bag for page in pages for sentence in page.sentences]
    found = {stem: sum(1 for bag in bags if bag.holds(stem)) for stem in stems}
    return {
        stem: math.log(1 + (len(bags) - count + 0.5) / (count + 0.5))
        for stem, count in found.items()
    }
