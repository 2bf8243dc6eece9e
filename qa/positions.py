"""Where releases disagree, or agree: the values that they give to one question about one occasion.

Other versions of the cited release are compared with it word by word. Other releases count when
they were read nearly as surely, say as much of what was asked, and speak of the same days: the same
question about a monthly meeting has another answer each month, and that is no disagreement.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.library import Library
from embeddings.types import Release
from qa.checks import holds
from qa.pages import Sentence, page
from qa.read import Span
from qa.support import mentions
from qa.understand import Query
from qa.values import same
from qa.words import Bag, content, tokens

_KINDS = frozenset(
    {"number", "money", "date", "duration", "person", "place", "country", "organisation"}
)
_NEARLY = 0.85  # how sure a second reading must be, as a share of the first
_AS_MUCH = 0.85  # share of the question's words held, as a share of the first
_ALIKE = 0.4  # words in common with the first sentence, as a share of the words of both
_SAME_SENTENCE = 0.6  # likeness, 0 to 1, of one sentence in two versions of a release
_DAYS = dt.timedelta(days=3)
_WORD = re.compile(r"\w+(?:[.,'’-]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Claim:
    """A value as a release gives it: `release.text[start:end]`, in the sentence around it."""

    value: str
    release: Release
    sentence: tuple[int, int]
    start: int
    end: int
    version: bool = False  # another version of the release that answers


def disagreement(
    library: Library, query: Query, best: Span, spans: Sequence[Span], least: float
) -> list[list[Claim]]:
    """The claims that differ, one list for each value, newest first; empty where all agree.

    Args:
        library: where other versions are looked up.
        query: the question.
        best: the span that answers.
        spans: everything that was read.
        least: how sure a reading must be at all.
    """
    if best.kind not in _KINDS or best.text == _sentence_of(best):
        return []
    first = _claim(best)
    claims = [first, *_versions(library, best)]
    for span in spans:
        if (
            span.hit.release.id not in {claim.release.id for claim in claims}
            and span.score >= max(least, _NEARLY * best.score)
            and span.text != _sentence_of(span)
            and holds(query, span)
            and _comparable(query, best, span)
        ):
            claims.append(_claim(span))
    groups: list[list[Claim]] = []
    for claim in claims:
        group = next((g for g in groups if _equal(g[0], claim, best.kind)), None)
        if group is None:
            groups.append([claim])
        else:
            group.append(claim)
    if len(groups) < 2:
        return []
    oldest = dt.date.min
    return sorted(
        groups,
        key=lambda group: max((c.release.date or oldest, not c.version) for c in group),
        reverse=True,
    )


def agreement(query: Query, best: Span, spans: Sequence[Span], least: float) -> Span | None:
    """Another sentence that gives the same answer and holds what the question insists on, if any.

    The surest one, and sure enough to be an answer by itself; the same words in another release do
    not count, for they prove no more. The arguments are those of `disagreement`.
    """
    text = _sentence_of(best)
    if best.text == text:
        return None
    first = _claim(best)
    for span in spans:
        other = _sentence_of(span)
        if (
            span.score >= least
            and span.text != other
            and _equal(first, _claim(span), best.kind)
            and _likeness(text, other) < _SAME_SENTENCE
            and holds(query, span)
        ):
            return span
    return None


def _equal(one: Claim, other: Claim, kind: str) -> bool:
    """Whether two claims give one value; days are compared as the calendar days they mean."""
    if kind != "date":
        return same(one.value, other.value, kind)
    return one.value == other.value or any(
        a[0] <= b[1] and b[0] <= a[1] for a in _meant(one) for b in _meant(other)
    )


def _meant(claim: Claim) -> list[tuple[dt.date, dt.date]]:
    return [
        (m.first, m.last)
        for m in mentions(claim.release.text, claim.release.date)
        if m.start < claim.end and claim.start < m.end
    ]


def _claim(span: Span) -> Claim:
    place = span.sentence_start, span.sentence_end
    return Claim(span.text, span.hit.release, place, span.start, span.end)


def _sentence_of(span: Span) -> str:
    return span.hit.release.text[span.sentence_start : span.sentence_end]


def _comparable(query: Query, best: Span, other: Span) -> bool:
    """Whether two spans answer the same question about the same days."""
    asked = {token.stem for token in content(tokens(query.question))}
    one, two = _bag(best), _bag(other)
    held = [sum(bag.holds(word) for word in asked) for bag in (one, two)]
    shared = len(one.stems & two.stems) / max(1, len(one.stems | two.stems))
    return held[1] >= _AS_MUCH * held[0] and shared >= _ALIKE and _same_days(query, best, other)


def _bag(span: Span) -> Bag:
    """The content words of a sentence, the answer aside."""
    text = span.hit.release.text
    around = f"{text[span.sentence_start : span.start]} {text[span.end : span.sentence_end]}"
    return Bag.of(token.stem for token in content(tokens(around)))


def _same_days(query: Query, one: Span, other: Span) -> bool:
    return any(
        abs(a[0] - b[0]) <= _DAYS and abs(a[1] - b[1]) <= _DAYS
        for a in _days(query, one)
        for b in _days(query, other)
    )


def _days(query: Query, span: Span) -> list[tuple[dt.date, dt.date]]:
    """The days a sentence speaks of, of those asked about if any; else its day of issue."""
    release = span.hit.release
    told = [
        (m.first, m.last)
        for m in mentions(release.text, release.date)
        if span.sentence_start <= m.start < span.sentence_end
        and not span.start <= m.start < span.end
    ]
    asked = [date for date in query.dates if not date.background]
    if asked:
        told = [
            (first, last)
            for first, last in told
            if any(date.first <= first and last <= date.last for date in asked)
        ]
    if told:
        return told
    return [(release.date, release.date)] if release.date else []


def _versions(library: Library, best: Span) -> list[Claim]:
    """What other versions of the release say in the place of the answer."""
    release = best.hit.release
    claims = []
    for other_id in library.versions(release.id):
        if other_id != release.id:
            claim = _in_version(best, library.release(other_id))
            if claim is not None:
                claims.append(claim)
    return claims


def _in_version(best: Span, other: Release) -> Claim | None:
    """The words of another version that stand where the answer stands, in the same sentence."""
    text = _sentence_of(best)
    likeness, sentence = max(
        ((_likeness(text, one.text), one) for one in page(other.text).sentences),
        key=lambda pair: pair[0],
        default=(0.0, None),
    )
    if sentence is None or likeness < _SAME_SENTENCE:
        return None
    place = _opposite(
        text, best.start - best.sentence_start, best.end - best.sentence_start, sentence
    )
    if place is None:
        return None
    start, end = sentence.start + place[0], sentence.start + place[1]
    whole = sentence.start, sentence.end
    return Claim(other.text[start:end], other, whole, start, end, version=True)


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, _WORD.findall(one), _WORD.findall(other)).ratio()


def _opposite(text: str, start: int, end: int, other: Sentence) -> tuple[int, int] | None:
    """Where the words of `text[start:end]` stand in another wording of the sentence."""
    mine, theirs = list(_WORD.finditer(text)), list(_WORD.finditer(other.text))
    matcher = difflib.SequenceMatcher(None, [m[0] for m in mine], [m[0] for m in theirs])
    places: list[tuple[int, int]] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        for i in range(a1, a2):
            if not (start < mine[i].end() and mine[i].start() < end):
                continue
            if tag == "equal":
                places.append(theirs[b1 + i - a1].span())
            elif tag == "replace":
                if mine[a1].start() < start or mine[a2 - 1].end() > end:
                    return None  # more than the answer was reworded
                places.append((theirs[b1].start(), theirs[b2 - 1].end()))
    if not places:
        return None
    return min(place[0] for place in places), max(place[1] for place in places)
