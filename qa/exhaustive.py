"""All releases that a list or count question is about: not the best few, every one.

    Query -> names, bodies, words, days it insists on -> every release that holds them, by date

Nothing is ranked before it is filtered and nothing is cut off but at `limit`. Names must all hold.
Of the other words ("meeting", "chaired") a release holds as many as any release here does, each as
itself or as a word of the same meaning, and at least half of them. A release is of a date when it
was issued then, or when it was issued shortly before or after and names a day within it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from embeddings.dates import resolve_relative
from qa.coverage import Covered
from qa.datematch import days_named
from qa.names import fold, words_of
from qa.question_words import LISTING, STOPWORDS
from qa.types import Hit
from qa.words import alternatives

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from embeddings.holding import Holder
    from embeddings.types import Filters, Passage, Release
    from qa.understand import DateRange, Query, Requirement

NEARBY = dt.timedelta(days=31)  # how long before or after its event a release may come out
_ALL = 1_000_000  # passages looked through for the evidence of each release

_WORD = re.compile(r"\w+")
_BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?$", re.IGNORECASE)
_OPEN_END = re.compile(r"\b(?:since|after|from)\s+(?:the\s+)?(?:\w+\s+of\s+)?$", re.IGNORECASE)
_OPEN_START = re.compile(r"\b(?:before|until|till|by|up to)\s+(?:the\s+)?$", re.IGNORECASE)
_ONWARDS = re.compile(r"^\s+(?:on|onwards?)\b", re.IGNORECASE)
_TOPIC = re.compile(
    r"\b(?:about|concern\w*|regarding|mention\w*|nam(?:e|es|ing)|cit(?:e|es|ing))\b"
)
_RELEASES = re.compile(r"\b(?:releases?|statements?|publish\w*|issued?|announce\w*)\b", re.I)


class Listable(Covered, Protocol):
    """What of a library an exhaustive search needs."""

    def lexical(
        self, terms: Sequence[str], k: int, where: Filters = ...
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The passages that match any term best, best first."""

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Passages in the order asked."""


@dataclass(frozen=True, slots=True)
class _Days:
    """The days asked about, both inclusive."""

    first: dt.date
    last: dt.date
    published: bool


def every(library: Listable, query: Query, limit: int = 200) -> list[Hit]:
    """Every release that matches a list or count question, oldest first.

    Args:
        library: an open library.
        query: the question as `understand` reads it; its filters apply as well.
        limit: the oldest so many are returned; a result of this length may be cut off.

    Returns:
        one hit a release: the passage that holds most of what was asked about, by BM25 (its first
        passage, with score 0, where only the date or the issuing body matches).
    """
    required, wanted = _insisted(query), _wanted(query)
    if query.context and not (required or wanted or query.dates):
        return []  # "List those": nothing of its own to match
    where = _issued_by(query)
    days = _days(query)
    found: dict[str, Holder] = {}
    for filters in [_around(where, one) for one in days] or [where]:
        for holder in library.holding(required, wanted, filters):
            found.setdefault(holder.release_id, holder)
    holders = _fullest(list(found.values()), len(wanted))
    hits = [hit for hit in _evidence(library, query, holders) if _suits(query, hit, days)]
    hits.sort(key=lambda hit: (hit.release.date or dt.date.min, hit.passage.id))
    return hits[:limit]


def _insisted(query: Query) -> list[tuple[str, ...]]:
    """The groups of forms that a release must hold: its names, and one of the bodies asked for."""
    bodies = {fold(source) for source in query.sources}
    groups = []
    issuing: list[str] = []
    for one in query.required:
        if bodies & {fold(form) for form in one.forms}:
            issuing += one.forms
        elif not _counts(query.question, one):
            groups.append(tuple(_form(one, form) for form in one.forms))
    if bodies and not _by_the_body(query):
        groups.append(tuple(dict.fromkeys((*issuing, *query.sources))))
    return groups


def _form(one: Requirement, form: str) -> str:
    return form if one.kind == "quote" else " ".join(words_of(form))


def _counts(question: str, one: Requirement) -> bool:
    """Whether a number only says how many: "the 3 releases", "the first 5"."""
    if one.kind != "number":
        return False
    after = re.search(rf"\b{re.escape(one.text)}\s+(\w+)", question)
    return after is None or after[1].casefold() in LISTING


def _wanted(query: Query) -> list[tuple[str, ...]]:
    """The other words of the question with their synonyms; what releases are "about" has none."""
    topic = _TOPIC.search(query.question)
    after = {
        word.casefold() for word in (_WORD.findall(query.question[topic.end() :]) if topic else ())
    }
    taken = {
        word.casefold()
        for text in (
            *(date.text for date in query.dates),
            *(form for one in query.required for form in one.forms),
            *query.sources,
        )
        for word in _WORD.findall(text)
    }
    return [
        (term,) if term.casefold() in after else alternatives(term)
        for term in query.terms
        if term.casefold() not in taken | LISTING | STOPWORDS
    ]


def _by_the_body(query: Query) -> bool:
    """Whether releases of a body are asked for, and not what is said about it."""
    if not query.sources or not _RELEASES.search(query.question):
        return False
    bodies = {fold(source) for source in query.sources}
    forms = [form for one in query.required for form in one.forms]
    named = [form for form in (*forms, *query.sources) if fold(form) in bodies or form in forms]
    return any(
        re.search(
            rf"\b(?:by|of|from|did|has|have|does)\s+(?:the\s+)?{re.escape(form)}\b",
            query.question,
            re.IGNORECASE,
        )
        for form in named
    )


def _issued_by(query: Query) -> Filters:
    """The query's filters, narrowed to the bodies whose releases are asked for."""
    if not _by_the_body(query) or query.filters.sources:
        return query.filters
    return replace(query.filters, sources=query.sources)


def _days(query: Query) -> list[_Days]:
    dates = [date for date in query.dates if not date.background]
    if len(dates) == 2 and _BETWEEN.search(_before(query, dates[0])):
        first, last = sorted(dates, key=lambda date: date.first)
        return [_Days(first.first, last.last, first.published or _by_the_body(query))]
    return [_opened(query, date) for date in dates]


def _opened(query: Query, date: DateRange) -> _Days:
    """A date's days; "since 2013" and "before 2013" have one end."""
    before = _before(query, date)
    published = date.published or _by_the_body(query)
    after = query.question[len(before) + len(date.text) :]
    if re.search(r"\bafter\s+$", before, re.IGNORECASE):
        return _Days(_next(date.last), dt.date.max, published)
    if re.search(r"\bsince\s+(?:the\s+)?$", before, re.I) or (
        _OPEN_END.search(before) and _ONWARDS.search(after)
    ):
        return _Days(date.first, dt.date.max, published)
    if _OPEN_START.search(before):
        inclusive = not re.search(r"\bbefore\s+(?:the\s+)?$", before, re.IGNORECASE)
        last = date.last if inclusive else date.first - dt.timedelta(days=1)
        return _Days(dt.date.min, last, published)
    return _Days(date.first, date.last, published)


def _before(query: Query, date: DateRange) -> str:
    return query.question[: max(0, query.question.find(date.text))]


def _next(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1) if day < dt.date.max else day


def _around(where: Filters, days: _Days) -> Filters:
    """The filters narrowed to the days and what lies near them."""
    since = days.first - NEARBY if days.first > dt.date.min + NEARBY else dt.date.min
    until = days.last + NEARBY if days.last < dt.date.max - NEARBY else dt.date.max
    return replace(
        where, since=max(since, where.since or since), until=min(until, where.until or until)
    )


def _fullest(holders: list[Holder], wanted: int) -> list[Holder]:
    """Those that hold as many of the wanted words as any does, if that is half of them or more."""
    most = max((holder.held for holder in holders), default=0)
    if 2 * most < wanted:
        return []
    return [holder for holder in holders if holder.held == most]


def _evidence(library: Listable, query: Query, holders: Sequence[Holder]) -> Iterator[Hit]:
    """One hit for each release: its best passage by BM25, else its first."""
    ids = tuple(holder.release_id for holder in holders)
    if not ids:
        return
    where = replace(query.filters, release_ids=ids)
    found, scores = library.lexical(query.terms, _ALL, where)
    ranked = library.passages([int(i) for i in found])
    best: dict[str, tuple[Passage, float, int]] = {}
    for rank, (passage, score) in enumerate(zip(ranked, scores, strict=True), 1):
        best.setdefault(passage.release_id, (passage, float(score), rank))
    rest = [holder.passage for holder in holders if holder.release_id not in best]
    for passage in library.passages(rest):
        best[passage.release_id] = (passage, 0.0, 0)
    for release_id in ids:
        passage, score, rank = best[release_id]
        yield Hit(passage, library.release(release_id), score, 0, rank, 0.0, score)


def _suits(query: Query, hit: Hit, days: Sequence[_Days]) -> bool:
    return _really_named(query, hit.release) and (
        not days or any(_of(one, hit.release, hit.passage.text) for one in days)
    )


def _really_named(query: Query, release: Release) -> bool:
    """An acronym that is a common word in small letters ("WHO") must stand there in capitals."""
    text = f"{release.title}\n{release.source}\n{release.text}"
    return all(
        one.kind != "acronym"
        or one.text.casefold() not in STOPWORDS
        or any(re.search(rf"\b{re.escape(form)}\b", text) for form in one.forms)
        for one in query.required
    )


def _of(days: _Days, release: Release, evidence: str) -> bool:
    if release.date is None:
        return False
    if days.first <= release.date <= days.last:
        return True
    if days.published:
        return False
    named = [*days_named(release.title), *days_named(evidence)]
    named += [(m.first, m.last) for m in resolve_relative(evidence, release.date)]
    return any(days.first <= first and last <= days.last for first, last in named)
