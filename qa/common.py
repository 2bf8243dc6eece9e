"""A name that several releases have in common.

"Which firm, fined by the harbour office in May and praised by the tide survey in July, ...?" No one
sentence answers that. The question is cut into its clauses, each is searched by itself in the
releases of the bodies that are named, and the answer is the name that the passages found for most
of the clauses share; a sentence of each of the releases that holds it is the proof.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa.confidence import sigmoid
from qa.names import Name, fold, names
from qa.pages import page
from qa.question_type import question_type
from qa.search import search
from qa.spans import candidates
from qa.understand import content_terms
from qa.words import Bag, content, stem, tokens, word_set

if TYPE_CHECKING:
    from embeddings.library import Library
    from qa.types import Hit
    from qa.understand import Query

LONG = 25  # words of a question that may be about several releases
_CLAUSE = re.compile(
    r"[,;]\s*|\s+(?:and|but|while|who|which|that|as well as|in addition to)\s+", re.IGNORECASE
)
_WORD = re.compile(r"\w+")
_OPENS = re.compile(r"(?:^|[.?!:…]|\n)[\s\"“”‘’(]*\Z")
_SMALL = re.compile(r"(?<![\w.’'-])[a-z]+(?![\w])")
_WORDS = 4  # of a clause that is searched; a shorter one goes with the one before
_FOUND = 5  # passages of each clause
_MOST = 3  # sentences cited
_ACRONYM = 0.8  # what an acronym counts: they stand for things of many kinds
_TRIED = 5  # names looked at, best first
_SHARE, _AHEAD, _NAMED, _BIAS = 3.8, 9.4, 4.6, -6.5
_KINDS = frozenset({"person", "organisation", "country", "thing"})
_REPORTING = frozenset(
    stem(word)
    for word in word_set("""
    according article articles company covered described discussed entity figure group individual
    known mentioned named noted organisation organization person portrayed reported report reports
    source sources stated recently various
    """)
)


@dataclass(frozen=True, slots=True)
class Shared:
    """A name with the sentences that hold it, one a release, best first.

    `places` are their offsets and those of the name, in the release of the hit. `share` says how
    much of the question's clauses they support, 0 to 1, `ahead` by how much more than for the next
    name, and `named` which share of the names in the question the passages found hold.
    """

    name: str
    places: tuple[tuple[Hit, tuple[int, int], tuple[int, int]], ...]
    share: float
    ahead: float
    named: float

    @property
    def confidence(self) -> float:
        """How likely the name answers, 0 to 1; fitted as docs/answering.md says."""
        return sigmoid(_SHARE * self.share + _AHEAD * self.ahead + _NAMED * self.named + _BIAS)


def asked_in_common(query: Query) -> bool:
    """Whether a question may be one about several releases together, by its words alone."""
    return (
        len(query.question.split()) >= LONG
        and question_type(query.question).kind in _KINDS
        and len(clauses(query)) >= 2
        and bool(query.sources)
    )


def clauses(query: Query) -> list[str]:
    """The parts of a question that say something of their own."""
    parts: list[str] = []
    for part in _CLAUSE.split(query.question):
        if parts and len(_telling(part, query)) < _WORDS:
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    if len(parts) > 1 and len(_telling(parts[0], query)) < _WORDS:
        parts[1] = f"{parts[0]} {parts[1]}"
        del parts[0]
    return parts


def in_common(library: Library, query: Query) -> Shared | None:
    """The name that the passages found for the clauses share most, if there is one."""
    parts = clauses(query)
    found = [_found(library, query, part) for part in parts]
    hits = [hit for pairs in found for hit, _ in pairs]
    known = {fold(word) for name in names(query.question) for word in name.words}
    known |= {fold(word) for source in query.sources for word in _WORD.findall(source)}
    lower = {word for hit in hits for word in _SMALL.findall(hit.passage.text)}
    held = _Names(question_type(query.question).kind, lower)
    support: dict[str, list[float]] = {}
    for number, pairs in enumerate(found):
        for hit, worth in pairs:
            for key in {held.key(name) for name in held.of(hit.passage.text)} - known:
                support.setdefault(key, [0.0] * len(parts))
                support[key][number] = max(support[key][number], worth)
    acronyms = {fold(n.text) for hit in hits for n in names(hit.passage.text) if n.acronym}
    totals = {
        key: sum(values) / len(parts) * (_ACRONYM if key in acronyms else 1.0)
        for key, values in support.items()
    }
    ranked = sorted(totals, key=lambda key: (-totals[key], key))
    pages = list({hit.release.id: hit for hit in hits}.values())
    for number, key in enumerate(ranked[:_TRIED]):
        form = held.form(key, [hit.passage.text for hit in hits])
        places = _places(query, key, form, pages, held) if form else []
        if len(places) > 1:
            following = totals[ranked[number + 1]] if number + 1 < len(ranked) else 0.0
            ahead = totals[key] - following
            return Shared(form, tuple(places), totals[key], ahead, _named(query, pages))
    return None


class _Names:
    """The names in texts that could be of that kind; `lower` are words also written small there."""

    def __init__(self, kind: str, lower: set[str]) -> None:
        self._kind, self._lower = kind, lower

    def of(self, text: str) -> list[Name]:
        """In order, those of other kinds among them."""
        states = [] if self._kind == "country" else candidates(text, "country")
        return [
            name
            for name in names(text)
            if not (name.number or name.quoted or (name.acronym and self._kind == "person"))
            and len(name.text) > 2
            and not (len(name.words) == 1 and _opens(text, name.start))
            and any(word.casefold() not in self._lower for word in name.words)
            and not any(one.start < name.end and name.start < one.end for one in states)
        ]

    def key(self, name: Name) -> str:
        """What two forms of a name have in common: the last word."""
        return fold(name.words[-1])

    def form(self, key: str, texts: Iterable[str]) -> str:
        """The most usual form of a name, of a person with two words or more; empty if none."""
        forms = Counter(
            name.text
            for text in texts
            for name in self.of(text)
            if self.key(name) == key and self._likely(text, name)
        )
        return max(forms, key=lambda form: (forms[form], form), default="")

    def _likely(self, text: str, name: Name) -> bool:
        """Whether a name is that of a person, where one is asked for."""
        return self._kind != "person" or any(
            (one.start, one.end) == (name.start, name.end) and one.kind == "person"
            for one in candidates(text, "person", lower=self._lower)
            if len(name.words) > 1
        )


def _opens(text: str, start: int) -> bool:
    """Whether a sentence begins there, so that a capital says nothing."""
    return bool(_OPENS.search(text[max(0, start - 8) : start]))


def _named(query: Query, hits: Sequence[Hit]) -> float:
    """The share of the names in the question that the releases found hold; a hit of each."""
    if not query.required:
        return 1.0
    texts = [
        fold(f"{hit.release.title} {' '.join(hit.release.sources)} {hit.release.text}")
        for hit in hits
    ]
    held = [
        any(fold(form) in text for form in name.forms for text in texts) for name in query.required
    ]
    return sum(held) / len(held)


def _telling(text: str, query: Query) -> set[str]:
    """The stems of a clause that say something: no names of bodies, no words of reporting."""
    bodies = {stem(word) for source in query.sources for word in _WORD.findall(source)}
    return {token.stem for token in content(tokens(text))} - bodies - _REPORTING


def _found(library: Library, query: Query, part: str) -> list[tuple[Hit, float]]:
    """The passages nearest to a clause with what each is worth, 0 to 1."""
    one = replace(
        query,
        question=part,
        context="",
        context_terms=(),
        terms=content_terms(part),
        dates=(),
        order="",
        required=(),
        sources=(),
        filters=replace(query.filters, sources=query.filters.sources or query.sources),
    )
    wanted = _telling(part, query)
    hits = []
    for hit in search(library, one, k=_FOUND):
        bag = Bag.of(token.stem for token in tokens(f"{hit.release.title} {hit.passage.text}"))
        held = sum(bag.holds(word) for word in wanted) / max(1, len(wanted))
        hits.append((hit, 0.5 * held + 0.5 * max(0.0, hit.dense_score)))
    return hits


def _places(
    query: Query, key: str, form: str, hits: Sequence[Hit], held: _Names
) -> list[tuple[Hit, tuple[int, int], tuple[int, int]]]:
    """Of each release the sentence with the name that holds most of the question.

    Those with its usual form come first; empty when none has it.
    """
    wanted = _telling(query.question, query)
    best = []
    for hit in hits:
        found = [
            (name.text == form, sum(sentence.bag.holds(word) for word in wanted), sentence, name)
            for sentence in page(hit.release.text).sentences
            for name in held.of(sentence.text)
            if held.key(name) == key
        ]
        if found:
            same, worth, sentence, name = max(found, key=lambda one: one[:2])
            place = sentence.start + name.start, sentence.start + name.end
            best.append((same, worth, hit, (sentence.start, sentence.end), place))
    best.sort(key=lambda one: one[:2], reverse=True)
    usual = bool(best) and best[0][0]
    return [(hit, where, place) for _, _, hit, where, place in best[:_MOST]] if usual else []
