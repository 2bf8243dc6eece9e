"""What a question takes for granted and the archive lacks: releases of a date, or of it and a name.

"Who chaired the Tide Board in 2018?" where the Tide Board is named in releases of 2003 only asks
about something the archive cannot know. A refusal then says so, with what is really covered.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from embeddings.types import Filters
from qa.countries import DEMONYMS
from qa.names import fold, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.holding import Holder
    from embeddings.types import Release
    from qa.dating import DateRange
    from qa.understand import Query, Requirement

_MONTH = 28  # days; a shorter date is held against the weeks around it
_AROUND = dt.timedelta(days=31)
_MOST = 4  # names that are looked up


class Covered(Protocol):
    """What of a library the looking up needs."""

    def holding(
        self,
        required: Sequence[Sequence[str]],
        wanted: Sequence[Sequence[str]] = ...,
        where: Filters = ...,
    ) -> list[Holder]:
        """Every release that holds the required groups, oldest first."""

    def release(self, release_id: str) -> Release:
        """One release."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A false premise: no release from `date` (any date for None) names `name` (anything for "").

    `count` releases do otherwise, from `first` to `last`; for a gap of the whole archive these are
    its last day before and its first day after the date, None where there is none.
    """

    name: str
    date: DateRange | None
    count: int
    first: dt.date | None
    last: dt.date | None

    def __str__(self) -> str:
        """One sentence for a person."""
        when = f" from {self.date.text}" if self.date else ""
        if not self.name:
            near = [_in_words(day) for day in (self.first, self.last) if day]
            nearest = " and ".join(dict.fromkeys(near))
            return f"It has no release{when}; the nearest are of {nearest}."
        if not self.count:
            return f"No release names “{self.name}”."
        some = "the one that does is" if self.count == 1 else f"the {self.count} that do are"
        first, last = _in_words(self.first), _in_words(self.last)
        days = first if first == last else f"{first} to {last}"
        return f"No release{when} names “{self.name}”; {some} from {days}."


def gaps(library: Covered, query: Query) -> tuple[Gap, ...]:
    """What the question takes for granted and the archive lacks; empty where it lacks nothing.

    The filters of the query are not applied: a filter is a person's choice, and no premise.
    """
    said = [date for date in query.dates if not date.background]
    dates = [date for date in said if date.text in query.question]  # not of the turn before
    found = [gap for date in dates if (gap := _archive(library, date))]
    empty = {gap.date for gap in found}
    for one in [one for one in query.required if one.kind in ("name", "acronym")][:_MOST]:
        found += _named(library, one, [date for date in dates if date not in empty])
    return tuple(found)


def _archive(library: Covered, date: DateRange) -> Gap | None:
    if library.holding((), (), _around(date)):
        return None
    before, after = dt.timedelta(days=-1), dt.timedelta(days=1)
    earlier = _day(library, library.holding((), (), Filters(until=_moved(date.first, before)))[-1:])
    later = _day(library, library.holding((), (), Filters(since=_moved(date.last, after)))[:1])
    return Gap("", date, 0, earlier, later) if earlier or later else None


def _named(library: Covered, one: Requirement, dates: Sequence[DateRange]) -> list[Gap]:
    if fold(one.text) in DEMONYMS:
        return []  # a release may say the country's name instead
    whole = [" ".join(words_of(form)) for form in one.forms]
    wheres = [_around(date) for date in dates] or [Filters()]
    if all(library.holding([whole], (), where) for where in wheres):
        return []  # the quick way; word by word takes long where each is in every release
    everywhere = _naming(library, one)
    if not everywhere:
        return [Gap(one.text, None, 0, None, None)]
    first, last = _day(library, everywhere[:1]), _day(library, everywhere[-1:])
    if first is None:
        return []  # one without a date may be of any
    return [
        Gap(one.text, date, len(everywhere), first, last)
        for date in dates
        if fold(date.text) not in fold(one.text)  # "Vision 2030"
        and not _naming(library, one, _around(date))
    ]


def _naming(library: Covered, one: Requirement, where: Filters = Filters()) -> list[Holder]:
    """The releases that hold all words of one form of a name, together or apart, oldest first."""
    forms = [library.holding([(word,) for word in words_of(form)], (), where) for form in one.forms]
    if len(forms) == 1:
        return forms[0]
    unique = {holder.release_id: holder for found in forms for holder in found}
    days = {key: library.release(key).date or dt.date.min for key in unique}
    return sorted(unique.values(), key=lambda holder: (days[holder.release_id], holder.passage))


def _around(date: DateRange) -> Filters:
    """The days of a date; of a short one, the weeks around it as well."""
    where = Filters(since=date.first, until=date.last)
    if date.days >= _MONTH:
        return where
    return replace(where, since=_moved(date.first, -_AROUND), until=_moved(date.last, _AROUND))


def _moved(day: dt.date, by: dt.timedelta) -> dt.date:
    try:
        return day + by
    except OverflowError:
        return day


def _day(library: Covered, holders: Sequence[Holder]) -> dt.date | None:
    return library.release(holders[0].release_id).date if holders else None


def _in_words(day: dt.date | None) -> str:
    return f"{day.day} {day:%B} {day.year}" if day else "an unknown day"


def premise(library: Covered, query: Query) -> str:
    """The false premises of a question as a sentence or two, or "" where there is none."""
    return " ".join(str(gap) for gap in gaps(library, query)[:2])
