"""Dates in running text: what days a phrase names, and where it stands.

Only dates that the text states are found here; "yesterday" needs a day to count from and is the
work of `resolve_relative`. A number is a date only where its surroundings say so: the 1540 of a
resolution, a sum of money, a section or telephone number is never one.
"""

from __future__ import annotations

import bisect
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.dates_patterns import (
    AFTER,
    AROUND,
    MAYBE_YEAR,
    PATTERNS,
    SPACE,
    YEAR,
    calendar_day,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["DateMention", "find_dates", "parse_date", "resolve_relative"]


_SHORT_NUMBER = re.compile(r"(?<!\d)\d\d?(?!\d)")


@dataclass(frozen=True, slots=True)
class DateMention:
    """`text[start:end]` names the days `first` to `last`, both inclusive."""

    start: int
    end: int
    first: dt.date
    last: dt.date


def find_dates(text: str) -> list[DateMention]:
    """Every date the text states, in order, never overlapping.

    A day, a month, a quarter, half or season of a year, a year, and ranges of these.
    Days come first where an order is ambiguous: 03/04/2005 is 3 April.
    """
    found: list[DateMention] = []
    taken = Taken()
    for begin, last, stop in _windows(text):
        numbers = len(_SHORT_NUMBER.findall(text, begin, last))
        for pattern, build, needed in PATTERNS:
            if needed is not None and needed > numbers:
                continue
            for match in pattern.finditer(text, begin, stop if needed is None else last):
                start, end = match.span()
                days = None if taken.touches(start, end) else build(match)
                if days is not None and days[0] <= days[1]:
                    taken.add(start, end)
                    found.append(DateMention(start, end, *days))
    found.sort(key=lambda mention: mention.start)
    return list(_joined(text, found))


def parse_date(text: str) -> dt.date | None:
    """The one calendar day that a short text such as a field names, or None.

    Reads what `find_dates` reads, and forms that are safe only when nothing else stands around
    them: 26.06.03 and 20030626. None when the text names no day or several.
    """
    days = {mention.first for mention in find_dates(text) if mention.first == mention.last}
    if len(days) == 1:
        return days.pop()
    if days:
        return None
    match = re.fullmatch(r"\D{0,12}(\d{1,2})[./](\d{1,2})[./](\d\d)\D{0,3}", text.strip())
    if match:
        day, month, short = (int(part) for part in match.groups())
        return calendar_day(1900 + short if short >= 70 else 2000 + short, month, day)
    match = re.search(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)", text)
    return calendar_day(*(int(part) for part in match.groups())) if match else None


def resolve_relative(
    text: str, on: dt.date, stated: Sequence[DateMention] | None = None
) -> list[DateMention]:
    """Dates the text states only in relation to the day `on`: "yesterday", "last month", "12 June".

    In order, never overlapping. A day or month without a year is the one nearest to `on`. `stated`
    saves time where `find_dates(text)` is at hand.
    """
    from embeddings.dates_relative import find_relative

    return find_relative(text, on, find_dates(text) if stated is None else stated)


class Taken:
    """Spans of a text that do not overlap."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []

    def touches(self, start: int, end: int) -> bool:
        """Whether the span overlaps one that was added."""
        at = bisect.bisect_left(self._spans, (start, end))
        return any(
            start < stop and end > begin for begin, stop in self._spans[max(0, at - 1) : at + 1]
        )

    def add(self, start: int, end: int) -> None:
        """Add a span that touches none."""
        bisect.insort(self._spans, (start, end))


def _windows(text: str) -> Iterator[tuple[int, int, int]]:
    """The stretches of the text around each number that may be a year; each date has one.

    Where it begins, where a date that ends with its year ends at the latest, and where it ends.
    """
    begin = last = -1
    for match in MAYBE_YEAR.finditer(text):
        if match.start() - AROUND > last + AROUND:
            if last >= 0:
                yield _window(text, begin, last)
            begin = max(0, match.start() - AROUND)
        last = match.end()
    if last >= 0:
        yield _window(text, begin, last)


def _window(text: str, begin: int, last: int) -> tuple[int, int, int]:
    return begin, min(len(text), last + AFTER), min(len(text), last + AROUND)


def _joined(text: str, found: list[DateMention]) -> Iterator[DateMention]:
    """Join "25 June 2003 to 3 July 2004" and "between 2014 and 2018" into one mention."""
    pending: DateMention | None = None
    for mention in found:
        mention = _without_lead_in(text, mention)
        if pending is None:
            pending = mention
            continue
        between = text[pending.end : mention.start]
        before = text[max(0, pending.start - 9) : pending.start].casefold()
        ranged = re.fullmatch(r"\s?[-–—]\s?|\s(?:to|until|till|through|bis|au|al|hasta)\s", between)
        if not ranged and re.search(r"\b(?:between|zwischen|entre|tra)\s$", before):
            ranged = re.fullmatch(r"\s(?:and|und|et|e|y)\s", between)
        if ranged and pending.last < mention.last:
            pending = DateMention(pending.start, mention.end, pending.first, mention.last)
        else:
            yield pending
            pending = mention
    if pending is not None:
        yield pending


def _without_lead_in(text: str, mention: DateMention) -> DateMention:
    """Leave out the preposition that proved a number to be a year."""
    lead = re.match(
        rf"(?:[^\W\d]+\.?{SPACE}|\()*(?={YEAR}$)", text[mention.start : mention.end], re.IGNORECASE
    )
    whole_year = (mention.first.month, mention.first.day) == (1, 1) and (
        mention.last == dt.date(mention.first.year, 12, 31)
    )
    if not lead or not whole_year:
        return mention
    return DateMention(mention.start + lead.end(), mention.end, mention.first, mention.last)
