"""A question understood: what it asks for, from when, and what its evidence must hold.

    question, turns before it -> standalone question -> dates, names, bodies, words -> Query

Everything here is a reading of the words alone. Whether the archive holds an answer is for the
search to find and for the answer to prove.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from embeddings.dates import DateMention, find_dates, resolve_relative
from embeddings.types import Filters
from qa.followup import standalone
from qa.names import Name, fold, names
from qa.question_words import EARLIEST, LATEST, PUBLISHED, STOPWORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_YEAR = re.compile(r"\b(?:in|of|for|from|during|since|and) ((?:19|20)\d\d)(?![\w.,]\w|\w)")
_RELATIVE = re.compile(r"yesterday|(?:last|this) (?:week|month|year)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s+(?:and|&)\s+")


class Catalog(Protocol):
    """What of a library's catalogue a question is read with."""

    @property
    def first(self) -> dt.date | None:
        """The earliest date of issue."""

    @property
    def last(self) -> dt.date | None:
        """The latest date of issue."""

    @property
    def sources(self) -> Mapping[str, int]:
        """Issuing bodies."""

    @property
    def acronyms(self) -> Mapping[str, str]:
        """Acronyms and what they stand for."""


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days that a question names: `first` to `last`, both inclusive, as `text` puts them.

    `published` when the question speaks of the day of publication. `background` when it only
    dates the start of something ("since 2013") beside a date of its own.
    """

    first: dt.date
    last: dt.date
    text: str
    published: bool = False
    background: bool = False

    @property
    def days(self) -> int:
        """The length of the range in days, at least 1."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Requirement:
    """A name, number or quotation that the evidence must hold in one of its `forms`."""

    text: str
    forms: tuple[str, ...]
    kind: str  # "name", "acronym", "number" or "quote"


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched.

    `question` stands alone; `asked` is what was typed; `context` holds the earlier turn of a
    follow-up. `filters` are hard. `dates` are preferred, over the release's date and over dates its
    text names. `outside` lists those of them on which the archive has no release at all. `order` is
    "latest", "earliest" or "". `terms` are the content words for the lexical side; `required` what
    the evidence must hold; `sources` the issuing bodies named. `understood` says it to a person.
    """

    question: str
    asked: str
    context: str = ""
    filters: Filters = Filters()
    dates: tuple[DateRange, ...] = ()
    outside: tuple[DateRange, ...] = ()
    order: str = ""
    terms: tuple[str, ...] = ()
    context_terms: tuple[str, ...] = ()
    required: tuple[Requirement, ...] = ()
    sources: tuple[str, ...] = ()
    understood: tuple[str, ...] = ()

    @property
    def compares(self) -> bool:
        """Whether the question asks about several dates of equal standing."""
        return len([date for date in self.dates if not date.background]) > 1


def understand(
    question: str,
    catalog: Catalog,
    history: Sequence[tuple[str, str]] = (),
    *,
    filters: Filters = Filters(),
    today: dt.date | None = None,
) -> Query:
    """Read a question against a library's catalogue and the turns before it.

    Args:
        question: what was typed.
        catalog: the library's, for its days, bodies and acronyms.
        history: the (question, answer) pairs before it, oldest first.
        filters: hard limits, carried into the query as they are.
        today: what "last month" counts from; the day of asking unless given.
    """
    alone = standalone(question, history)
    text = alone.question
    mentions = _mentions(text) or _relative(text, today or dt.date.today())
    dates = _ranges(text, mentions)
    if not dates and alone.context:
        dates = _ranges(alone.asked, _mentions(alone.asked))
    spans = tuple((mention.start, mention.end) for mention in mentions)
    found = names(text, skip=spans)
    acronyms = _Acronyms(catalog.acronyms)
    required = _required(found, acronyms)
    order = _order(text)
    understood = [date.text for date in dates] + [r.text for r in required]
    if order:
        understood.append(f"{order} first")
    if alone.note:
        understood.append(alone.note)
    return Query(
        question=text,
        asked=question,
        context=alone.context,
        filters=filters,
        dates=dates,
        outside=tuple(date for date in dates if _outside(date, catalog)),
        order=order,
        terms=content_terms(text, *(form for one in required for form in one.forms[1:])),
        context_terms=content_terms(alone.context),
        required=required,
        sources=_sources(text, catalog, acronyms),
        understood=tuple(dict.fromkeys(understood)),
    )


def content_terms(*texts: str) -> tuple[str, ...]:
    """The words of some texts that are worth looking up, each once, in order."""
    unique: dict[str, str] = {}
    for word in (word for text in texts for word in _WORD.findall(text)):
        if _is_stopword(word) and word != "May":
            continue
        bare = re.sub(r"['’]s?$", "", word)
        if len(bare) > 1 or bare.isdigit():
            unique.setdefault(bare.casefold(), bare)
    return tuple(unique.values())


def _is_stopword(word: str) -> bool:
    return word.casefold() in STOPWORDS


def _mentions(text: str) -> list[DateMention]:
    """The dates of a question: there, "the chairmanship of 2014" is one whatever follows."""
    mentions = find_dates(text)
    for match in _YEAR.finditer(text):
        if all(match.start(1) >= m.end or match.end(1) <= m.start for m in mentions):
            year = int(match[1])
            days = dt.date(year, 1, 1), dt.date(year, 12, 31)
            mentions.append(DateMention(match.start(1), match.end(1), *days))
    return sorted(mentions, key=lambda mention: mention.start)


def _relative(text: str, today: dt.date) -> list[DateMention]:
    """Dates such as "last month", which in a question count from the day it is asked."""
    found = resolve_relative(text, today)
    return [mention for mention in found if _RELATIVE.fullmatch(text[mention.start : mention.end])]


def _ranges(text: str, mentions: Sequence[DateMention]) -> tuple[DateRange, ...]:
    ranges: list[DateRange] = []
    for mention in mentions:
        before = text[max(0, mention.start - 40) : mention.start].casefold()
        published = any(word in PUBLISHED for word in _WORD.findall(before))
        background = bool(re.search(r"\bsince(?:\s\w+)?\s$", before))
        for first, last, words in _sides(text, mention, before):
            ranges.append(DateRange(first, last, words, published, background))
    if ranges and all(date.background for date in ranges):
        ranges = [DateRange(d.first, d.last, d.text, d.published) for d in ranges]
    unique = {(date.first, date.last): date for date in reversed(ranges)}
    return tuple(sorted(unique.values(), key=lambda date: text.find(date.text)))


def _sides(text: str, mention: DateMention, before: str) -> list[tuple[dt.date, dt.date, str]]:
    """The two ends of "between 2007 and 2011", which a question compares; else the range itself."""
    words = text[mention.start : mention.end]
    parts = _BETWEEN.split(words)
    if len(parts) == 2 and re.search(r"\bbetween\s$", before):
        ends = [find_dates(f"in {part}") for part in parts]
        if all(len(end) == 1 for end in ends):
            return [
                (end[0].first, end[0].last, part) for end, part in zip(ends, parts, strict=True)
            ]
    return [(mention.first, mention.last, words)]


def _outside(date: DateRange, catalog: Catalog) -> bool:
    if catalog.first is None or catalog.last is None:
        return False
    return date.first > catalog.last or date.last < catalog.first


def _order(text: str) -> str:
    words = {word.casefold() for word in _WORD.findall(text)}
    if words & LATEST:
        return "latest"
    return "earliest" if words & EARLIEST else ""


class _Acronyms:
    """The archive's acronyms, looked up from either side."""

    def __init__(self, expansions: Mapping[str, str]) -> None:
        self._expansions = expansions
        self._shorts: dict[str, list[str]] = {}
        for short, long in expansions.items():
            self._shorts.setdefault(fold(long), []).append(short)

    def forms(self, text: str) -> tuple[str, ...]:
        """A name as written and, where the archive spells it out, in its other forms."""
        long = self._expansions.get(text)
        others = [long] if long else []
        return tuple(dict.fromkeys([text, *others, *self._shorts.get(fold(text), [])]))


def _required(found: Sequence[Name], acronyms: _Acronyms) -> tuple[Requirement, ...]:
    required: dict[str, Requirement] = {}
    for name in found:
        kind = "number" if name.number else "quote" if name.quoted else "name"
        kind = "acronym" if name.acronym else kind
        one = Requirement(name.text, acronyms.forms(name.text), kind)
        required.setdefault(fold(name.text), one)
    return tuple(required.values())


def _sources(text: str, catalog: Catalog, acronyms: _Acronyms) -> tuple[str, ...]:
    """Issuing bodies the question names in full or by an acronym the archive explains."""
    plain = _spaced(text)
    return tuple(
        source
        for source in catalog.sources
        if any(_spaced(form).strip() and _spaced(form) in plain for form in acronyms.forms(source))
    )


def _spaced(text: str) -> str:
    return f" {' '.join(fold(word) for word in _WORD.findall(text))} "
