"""A question understood: what it asks for, from when, and what its evidence must hold.

    question, turns before it -> standalone question -> dates, names, bodies, words -> Query

Everything here is a reading of the words alone. Whether the archive holds an answer is for the
search to find and for the answer to prove.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from embeddings.types import Filters
from qa.capitals import stands_for
from qa.dating import DateRange as DateRange
from qa.dating import dated, mentioned, ranges
from qa.followup import Standalone, standalone
from qa.names import Name, fold, names
from qa.question_words import EARLIEST, LATEST, STOPWORDS
from qa.types import Understood
from qa.without import cut

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from embeddings.dates import DateMention

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


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
    the evidence must hold; `sources` the issuing bodies named. `understood` says it to a person,
    and `note` what was filled in from the turns before.
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
    understood: tuple[Understood, ...] = ()
    note: str = ""

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
    without: Iterable[str] = (),
    today: dt.date | None = None,
) -> Query:
    """Read a question against a library's catalogue and the turns before it.

    Args:
        question: what was typed.
        catalog: the library's, for its days, bodies and acronyms.
        history: the (question, answer) pairs before it, oldest first.
        filters: hard limits, carried into the query as they are.
        without: texts of `Query.understood` that are taken out of the question again.
        today: what "last month" counts from; the day of asking unless given.
    """
    today = today or dt.date.today()
    acronyms = _Acronyms(catalog.acronyms)
    alone = _less(standalone(question, history), tuple(without), acronyms, today)
    text = alone.question
    mentions = dated(text, today)
    dates = ranges(text, mentions)
    if not dates and alone.context:
        dates = ranges(alone.asked, mentioned(alone.asked))
    required = _required(text, _named(text, mentions), acronyms)
    sources = _sources(text, catalog, acronyms)
    order = _order(text)
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
        sources=sources,
        understood=_understood(dates, sources, required, order),
        note=alone.note,
    )


def _less(
    alone: Standalone, unwanted: tuple[str, ...], acronyms: _Acronyms, today: dt.date
) -> Standalone:
    """The question, and the turn it leans on, without what is not wanted."""

    def named(text: str) -> list[tuple[int, int]]:
        mentions = dated(text, today)
        said = [date.text for date in ranges(text, mentions)]
        dates = [(text.find(one), text.find(one) + len(one)) for one in said]
        return dates + [(name.start, name.end) for name in _named(text, mentions)]

    def less(text: str) -> str:
        return cut(text, unwanted, acronyms.forms, named)

    if not unwanted:
        return alone
    return replace(
        alone, question=less(alone.question), asked=less(alone.asked), context=less(alone.context)
    )


def _understood(
    dates: Sequence[DateRange],
    sources: Sequence[str],
    required: Sequence[Requirement],
    order: str,
) -> tuple[Understood, ...]:
    """Dates, bodies, names, order; a body that is named is shown as it is named."""
    bodies = {fold(source): source for source in sources}
    said: dict[str, Understood] = {}
    for one in required:
        body = next((form for form in map(fold, one.forms) if form in bodies), "")
        bodies.pop(body, None)
        kind = "source" if body else "name"
        said.setdefault(fold(one.text), Understood(kind, one.text))
    found = [*(Understood("source", body) for body in bodies.values()), *said.values()]
    found.sort(key=lambda one: one.kind == "name")
    ordered = [Understood("order", order)] if order else []
    unique = {one.text: Understood("date", one.text) for one in dates}
    return (*unique.values(), *found, *ordered)


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


def _named(text: str, mentions: Sequence[DateMention]) -> list[Name]:
    return names(text, skip=tuple((mention.start, mention.end) for mention in mentions))


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


def _required(text: str, found: Sequence[Name], acronyms: _Acronyms) -> tuple[Requirement, ...]:
    required: dict[str, Requirement] = {}
    for name in found:
        kind = "number" if name.number else "quote" if name.quoted else "name"
        kind = "acronym" if name.acronym else kind
        forms = (*acronyms.forms(name.text), *stands_for(text, name.start, name.end))
        one = Requirement(name.text, tuple(dict.fromkeys(forms)), kind)
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
