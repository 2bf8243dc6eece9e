"""Dates that a text states only in relation to the day it was issued: "yesterday", "last month"."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from embeddings.dates import DateMention, Taken
from embeddings.dates_patterns import month_number, months_of
from embeddings.dates_words import MONTHS, NUMBERS, WEEKDAYS, WORDLIKE_MONTHS, alternatives

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Days = tuple[dt.date, dt.date]
Match = re.Match[str]

_OFFSETS: dict[str, int] = {
    "the day before yesterday": -2,
    "vorgestern": -2,
    "avant-hier": -2,
    "yesterday": -1,
    "last night": -1,
    "gestern": -1,
    "hier soir": -1,
    "ieri": -1,
    "ayer": -1,
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
    "heute": 0,
    "aujourd'hui": 0,
    "aujourd’hui": 0,
    "oggi": 0,
    "hoy": 0,
    "tomorrow": 1,
    "demain": 1,
    "domani": 1,
    "the day after tomorrow": 2,
    "übermorgen": 2,
}

_UNIT_WORDS = ("day", "week", "month", "quarter", "year")
_UNITS = rf"(?P<u>{'|'.join(_UNIT_WORDS)})"
_WHICH = r"(?P<w>last|past|previous|this|current|next|coming)"
_COUNT = rf"(?P<n>\d{{1,3}}|{alternatives(NUMBERS)})"
_MONTH = rf"(?P<m>(?:{alternatives(MONTHS)})\b\.?)"
_DAY = r"(?P<d>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|\.)?"


def find_relative(text: str, on: dt.date, absolute: Sequence[DateMention]) -> list[DateMention]:
    """The relative dates of `text`, outside the spans of `absolute`, counted from the day `on`."""
    taken = Taken()
    for mention in absolute:
        taken.add(mention.start, mention.end)
    found: list[DateMention] = []
    for begin, stop in _windows(text, taken):
        for pattern, build in _PATTERNS:
            for match in pattern.finditer(text, begin, stop):
                start, end = match.span()
                if taken.touches(start, end):
                    continue
                try:
                    days = build(match, on)
                except (OverflowError, ValueError):  # before year 1 or after 9999; 30 February
                    continue
                if days is not None:
                    taken.add(start, end)
                    found.append(DateMention(start, end, *days))
    return sorted(found, key=lambda mention: mention.start)


def _windows(text: str, taken: Taken) -> Iterator[tuple[int, int]]:
    """The stretches of the text around the words of which each date has one, never overlapping.

    They end between words; looking for a word is many times faster than for all patterns.
    """
    begin = stop = -1
    for match in _ANCHOR.finditer(text):
        if taken.touches(*match.span()):
            continue
        if match.start() - _AROUND > stop:
            if stop >= 0:
                yield begin, stop
            begin = max(0, match.start() - _AROUND)
        stop = match.end() + _AROUND
        while stop < len(text) and text[stop].isalnum():  # a part of a word says something else
            stop += 1
    if stop >= 0:
        yield begin, stop


def _named_day(match: Match, on: dt.date) -> Days:
    day = on + dt.timedelta(days=_OFFSETS[re.sub(r"\s+", " ", match[0].casefold())])
    return day, day


def _period(unit: str, steps: int, on: dt.date) -> Days:
    """The day, week (Monday first), month, quarter or year `steps` after the one `on` lies in."""
    if unit == "day":
        day = on + dt.timedelta(days=steps)
        return day, day
    if unit == "week":
        monday = on - dt.timedelta(days=on.weekday()) + dt.timedelta(weeks=steps)
        return monday, monday + dt.timedelta(days=6)
    if unit == "year":
        return months_of(on.year + steps, 1, 12)
    span = 3 if unit == "quarter" else 1
    index = (on.year * 12 + on.month - 1) // span + steps
    year, month = divmod(index * span, 12)
    return months_of(year, month + 1, month + span)


def _which(word: str) -> int:
    return {"last": -1, "past": -1, "previous": -1, "next": 1, "coming": 1}.get(word.casefold(), 0)


def _which_period(match: Match, on: dt.date) -> Days:
    return _period(match["u"].casefold(), _which(match["w"]), on)


def _count(match: Match) -> int:
    number = match["n"].casefold()
    return int(number) if number.isdecimal() else NUMBERS[number]


def _ago(match: Match, on: dt.date) -> Days:
    return _period(match["u"].casefold(), -_count(match), on)


def _ahead(match: Match, on: dt.date) -> Days:
    return _period(match["u"].casefold(), _count(match), on)


def _span_to_now(match: Match, on: dt.date) -> Days:
    """The last three months: from that long ago until `on`, or from `on` when it lies ahead."""
    edge = _period(match["u"].casefold(), _which(match["w"]) * _count(match), on)
    day = _same_day(edge, on)
    return (day, on) if day <= on else (on, day)


def _same_day(period: Days, on: dt.date) -> dt.date:
    first, last = period
    if first == last:
        return first
    if (last - first).days == 6:
        return first + dt.timedelta(days=on.weekday())
    same_month = first if (last - first).days < 32 else dt.date(first.year, on.month, 1)
    end = months_of(same_month.year, same_month.month, same_month.month)[1]
    return same_month.replace(day=min(on.day, end.day))


def _weekday(match: Match, on: dt.date) -> Days:
    """Last Thursday lies before `on`, "next Thursday" after it, plain "on Thursday" nearest."""
    ahead = (WEEKDAYS[match["wd"].casefold().rstrip(".")] - on.weekday()) % 7
    word = (match["w"] or "").casefold()
    if _which(word) > 0:
        steps = ahead or 7
    elif _which(word) < 0:
        steps = ahead - 7
    elif word in {"this", "current"}:
        steps = ahead
    else:
        steps = ahead if ahead <= 3 else ahead - 7
    day = on + dt.timedelta(days=steps)
    return day, day


def _nearest(candidates: Sequence[Days], on: dt.date) -> Days:
    return min(candidates, key=lambda days: abs((days[0] - on).days))


def _month_day(match: Match, on: dt.date) -> Days | None:
    name = match["m"].rstrip(".")
    if name in WORDLIKE_MONTHS:
        return None
    month, day = month_number(match["m"]), int(match["d"])
    years = (on.year - 1, on.year, on.year + 1)
    options = [dt.date(year, month, day) for year in years if _is_day(year, month, day)]
    return _nearest([(option, option) for option in options], on) if options else None


def _is_day(year: int, month: int, day: int) -> bool:
    return dt.MINYEAR <= year <= dt.MAXYEAR and day <= months_of(year, month, month)[1].day


def _month(match: Match, on: dt.date) -> Days | None:
    name = match["m"].rstrip(".")
    if not name[0].isupper():
        return None
    month = month_number(match["m"])
    this = months_of(on.year, month, month)
    word = (match["w"] or "").casefold()
    if _which(word) < 0:
        return this if this[1] < on else months_of(on.year - 1, month, month)
    if _which(word) > 0:
        return this if this[0] > on else months_of(on.year + 1, month, month)
    if word in {"this", "current"}:
        return this
    return _nearest([months_of(on.year + step, month, month) for step in (-1, 0, 1)], on)


_WORDS = "|".join(sorted(map(re.escape, _OFFSETS), key=len, reverse=True)).replace(r"\ ", r"\s+")
# A word and a number: what few places have is asked first, the names of months only there.
_NUMBERED = r"(?=[^\W\d_]+\.?\s+\d)"
_PATTERNS: list[tuple[re.Pattern[str], Callable[[Match, dt.date], Days | None]]] = [
    (re.compile(pattern, re.IGNORECASE), build)
    for pattern, build in (
        (rf"\b(?:{_WORDS})\b", _named_day),
        (rf"\b(?:the\s+)?{_WHICH}\s+{_COUNT}\s+{_UNITS}s\b", _span_to_now),
        (rf"\b(?:earlier\s+|later\s+)?{_WHICH}\s+{_UNITS}\b", _which_period),
        (rf"\b{_COUNT}\s+{_UNITS}s?\s+(?:ago|earlier)\b", _ago),
        (rf"\bin\s+{_COUNT}\s+{_UNITS}s?\b(?!\s+of)", _ahead),
        (rf"\b{_DAY}\s+(?:of\s+|de\s+|di\s+)?{_MONTH}(?!\w)", _month_day),
        (rf"\b{_NUMBERED}{_MONTH}\s+{_DAY}(?![\w,.]*\d)", _month_day),
        (
            rf"\b(?:{_WHICH}|(?P<on>on|since|until|by|from))\s+"
            rf"(?P<wd>{alternatives(WEEKDAYS)})\b",
            _weekday,
        ),
        (rf"\b(?:{_WHICH}|in|since|until|by|of|as|early|late|mid)[\s-]+{_MONTH}(?!\w)", _month),
    )
]
_LAST_WORDS = {offset.split()[-1] for offset in _OFFSETS}
_ANCHOR = re.compile(
    rf"\b{alternatives([*_LAST_WORDS, *_UNIT_WORDS, *MONTHS, *WEEKDAYS])}", re.IGNORECASE
)
_AROUND = 60  # characters on either side of such a word that can belong to its date
