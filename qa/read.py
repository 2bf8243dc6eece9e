"""Reading: the sentences of the found releases that answer a question, and the phrase inside them.

    question -> kind of answer, words, names, dates
    hits     -> releases as sentences -> the likeliest sentences -> candidate phrases of that kind
             -> each weighed by what surrounds it -> a probability that it answers

No model is needed: the weights of a dozen measures stand in `qa.confidence`.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from qa.confidence import confidence, rank
from qa.direction import asked_side, side_held
from qa.pages import Page, Sentence, about, neighbours, page
from qa.question_type import QuestionType, question_type
from qa.spans import Candidate, candidates
from qa.support import dates_held, names_held, share
from qa.types import Hit
from qa.understand import Query
from qa.words import Bag, Token, content, tokens

_LINK = re.compile(r"(?:['’]s?)?[\s-]+(?:(?:of|for|on|in|to|at|the|a|an|and|with)\s+){0,2}")

RELEASES = 6  # how many releases are read whole
SENTENCES = 14  # how many sentences are searched for phrases


class Encodes(Protocol):
    """The part of a library that the reader uses."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence that may answer, and the phrase inside it.

    `text == hit.release.text[start:end]` is the phrase; the sentence is
    `hit.release.text[sentence_start:sentence_end]` (the phrase is the whole sentence when nothing
    shorter answers). `score` is the probability that it answers, 0 to 1; low means that the
    archive does not say. `kind` is what was asked for, as in `QuestionType.kind`.
    """

    hit: Hit
    sentence_start: int
    sentence_end: int
    start: int
    end: int
    text: str
    score: float
    kind: str = "thing"
    features: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question taken apart, with the rarity of its words among the sentences found."""

    query: Query
    kind: QuestionType
    words: tuple[Token, ...]
    rest: tuple[Token, ...]  # what is neither a name, a date nor the thing asked for
    named: tuple[Token, ...]
    pairs: frozenset[tuple[str, str]]
    tokens: tuple[Token, ...]
    side: tuple[str, int] | None
    weights: Mapping[str, float]
    stems: Bag


@dataclass(frozen=True, slots=True)
class _Read:
    """One sentence with its measures."""

    hit: Hit
    page: Page
    sentence: Sentence
    near: Bag
    rank: int
    measures: tuple[float, ...]
    prior: float


def read(library: Encodes | None, query: Query, hits: Sequence[Hit]) -> list[Span]:
    """The spans that may answer `query`, best first, at most one a sentence.

    Reads whole the releases of the first hits. The first span's score says whether the archive
    answers at all. Empty only when there are no hits.
    """
    firsts = _first_of_each(hits)
    if not firsts:
        return []
    pages = [page(hit.release.text) for hit in firsts]
    asked = _asked(query, pages)
    sentences = [
        found
        for number, (hit, laid_out) in enumerate(zip(firsts, pages, strict=True))
        for found in _sentences(asked, hit, laid_out, number)
    ]
    sentences.sort(key=lambda found: -found.prior)
    return confident(options(asked, sentences[:SENTENCES]))


def options(asked: _Asked, sentences: Sequence[_Read]) -> list[Span]:
    """Every candidate phrase of the sentences, best first by `rank`."""
    spans = [span for found in sentences for span in _spans(asked, found)]
    return sorted(spans, key=lambda span: -rank(span.features))


def confident(spans: list[Span]) -> list[Span]:
    """The best span of each sentence, with its probability, in the order given."""
    seen: set[tuple[str, int]] = set()
    spans = [
        span
        for span in spans
        if (key := (span.hit.release.id, span.sentence_start)) not in seen and not seen.add(key)  # type: ignore[func-returns-value]
    ]
    values = [rank(span.features) for span in spans]
    second = values[1] if len(values) > 1 else values[0]
    return [
        replace(span, score=confidence(span.features, value - (values[0] if i else second)))
        for i, (span, value) in enumerate(zip(spans, values, strict=True))
    ]


def _first_of_each(hits: Sequence[Hit]) -> list[Hit]:
    """The best hit of each of the first releases, in order."""
    seen: dict[str, Hit] = {}
    for hit in hits:
        if hit.release.id not in seen and len(seen) == RELEASES:
            continue
        seen.setdefault(hit.release.id, hit)
    return list(seen.values())


def _asked(query: Query, pages: Sequence[Page]) -> _Asked:
    kind = question_type(query.question)
    date_words = {t.start for d in query.dates for t in _inside(query.question, d.text)}
    words = tuple(t for t in content(tokens(query.question)) if t.start not in date_words)
    named = {t.stem for r in query.required for t in tokens(r.text)}
    focus = {t.start for t in kind.focus}
    rest = tuple(t for t in words if t.stem not in named and t.start not in focus)
    all_words = tuple(tokens(query.question))
    return _Asked(
        query,
        kind,
        words,
        rest,
        tuple(t for t in words if t.stem in named),
        _pairs(query.question, words, focus),
        all_words,
        asked_side(all_words, kind.word[1]) if kind.kind == "person" else None,
        _rarity(words, pages),
        Bag.of(t.stem for t in words),
    )


def _pairs(question: str, words: Sequence[Token], skip: Set[int]) -> frozenset[tuple[str, str]]:
    """The pairs of words that one phrase of the question holds together."""
    return frozenset(
        (one.stem, two.stem)
        for one, two in itertools.pairwise(words)
        if not {one.start, two.start} & skip and _LINK.fullmatch(question[one.end : two.start])
    )


def _pairs_held(pairs: Set[tuple[str, str]], there: Set[tuple[str, str]]) -> float:
    if not pairs:
        return 1.0
    return sum(1 for a, b in pairs if (a, b) in there or (b, a) in there) / len(pairs)


def _inside(question: str, phrase: str) -> list[Token]:
    """The tokens of the question that belong to a phrase of it."""
    start = question.find(phrase)
    return [t for t in tokens(question) if start <= t.start < start + len(phrase)]


def _rarity(words: Sequence[Token], pages: Sequence[Page]) -> dict[str, float]:
    """How rare each word of the question is among the sentences read: BM25's idf."""
    bags = [s.bag for p in pages for s in p.sentences]
    rarity = {}
    for word in words:
        count = sum(1 for bag in bags if bag.holds(word.stem))
        rarity[word.stem] = math.log(1 + (len(bags) - count + 0.5) / (count + 0.5))
    return rarity


def _sentences(asked: _Asked, hit: Hit, laid_out: Page, number: int) -> list[_Read]:
    """Every sentence of one release with its measures."""
    around, around_pairs = about(hit.release)
    whole = laid_out.bag | around
    in_release = share(asked.words, asked.weights, whole)
    pairs_in_release = _pairs_held(asked.pairs, laid_out.pairs | around_pairs)
    rest_in_release = share(asked.rest, asked.weights, whole)
    found = []
    for sentence in laid_out.sentences:
        near = around
        for other in laid_out.sentences[max(0, sentence.index - 1) : sentence.index + 2]:
            near |= other.bag
        names, weakest = names_held(asked.query.required, sentence.bag, near, laid_out, hit.release)
        measures = (
            share(asked.words, asked.weights, sentence.bag),
            share(asked.words, asked.weights, near),
            in_release,
            share(asked.rest, asked.weights, sentence.bag),
            share(asked.rest, asked.weights, near),
            rest_in_release,
            names,
            weakest,
            dates_held(asked.query.dates, sentence, laid_out, hit.release),
            1.0 / (1 + number),
            share(asked.named, asked.weights, sentence.bag),
            _pairs_held(asked.pairs, frozenset(neighbours(sentence.words))),
            pairs_in_release,
        )
        prior = measures[0] + 0.5 * measures[1] + 0.3 * measures[3] + names + measures[8]
        found.append(_Read(hit, laid_out, sentence, near, number, measures, prior))
    return found


def _spans(asked: _Asked, found: _Read) -> list[Span]:
    """The candidate phrases of a sentence with their measures; the sentence itself if none."""
    sentence = found.sentence
    kind = asked.kind.kind
    offered = (
        _described(asked, sentence)
        if kind == "thing"
        else candidates(sentence.text, kind, issued=found.hit.release.date, lower=found.page.lower)
    )
    phrases = [
        (sentence.start + c.start, sentence.start + c.end, (*_around(asked, found, c), 1.0))
        for c in offered
        if not _asked_already(asked, sentence, c)
    ] or [(sentence.start, sentence.end, (0.0, 0.0, 0.0, 0.5, 0.0, 0.0))]
    return [
        Span(
            found.hit,
            sentence.start,
            sentence.end,
            start,
            end,
            found.hit.release.text[start:end],
            0.0,
            kind,
            (*found.measures, *local),
        )
        for start, end, local in phrases
    ]


def _asked_already(asked: _Asked, sentence: Sentence, candidate: Candidate) -> bool:
    """Whether the question itself names the candidate."""
    own = [t for t in sentence.words if candidate.start <= t.start < candidate.end]
    said = content(own) or own
    return bool(said) and (
        all(t.stem in asked.stems.stems for t in said)
        or (candidate.kind == "person" and said[-1].stem in asked.stems.stems)
    )


def _around(asked: _Asked, found: _Read, candidate: Candidate) -> tuple[float, ...]:
    """(sureness of kind, closeness of the question's words, of the thing asked for, attachment)."""
    words = found.sentence.words
    first = next((i for i, w in enumerate(words) if w.end > candidate.start), 0)
    last = next((i for i, w in enumerate(words) if w.start >= candidate.end), len(words)) - 1
    close = _closeness(asked.words, asked.weights, words, first, last)
    named = _closeness(asked.named, asked.weights, words, first, last)
    focus = _closeness(
        asked.kind.focus, {t.stem: 1.0 for t in asked.kind.focus}, words, first, last
    )
    side = side_held(asked.side, asked.tokens, words, first, last)
    return candidate.quality, close, focus, side, named


def _closeness(
    wanted: Sequence[Token],
    weights: Mapping[str, float],
    words: Sequence[Token],
    first: int,
    last: int,
) -> float:
    """The weighted share of the wanted words around words[first..last], less the further away."""
    total = sum(weights.get(t.stem, 0.0) for t in wanted)
    if not total:
        return 0.5
    found = 0.0
    for want in {t.stem: t for t in wanted}.values():
        best = 0.0
        for i, word in enumerate(words):
            distance = first - i if i < first else max(0, i - last)
            if distance > 25:
                continue
            alike = Bag.of((word.stem,)).holds(want.stem)
            best = max(best, alike * math.exp(-distance / 12))
        found += weights.get(want.stem, 0.0) * best
    return found / total


def _described(asked: _Asked, sentence: Sentence) -> list[Candidate]:
    """The noun phrases around the thing asked for: "an oak tree" for "what kind of tree"."""
    found = []
    words = sentence.words
    for i, word in enumerate(words):
        if not asked.kind.noun or word.stem != asked.kind.noun:
            continue
        first = i
        while first > 0 and i - first < 4 and _joins(sentence.text, words[first - 1], words[first]):
            first -= 1
        found.append(Candidate(words[first].start, word.end, "thing", 1.0 if first < i else 0.2))
    return found


def _joins(text: str, one: Token, two: Token) -> bool:
    """Whether two words stand in one noun phrase: only a space or hyphen between, no small word."""
    return text[one.end : two.start] in {" ", "-"} and bool(content([one]))
