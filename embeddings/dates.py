"""Dates in running text: what days a phrase names, and where it stands.

Only dates that the text states are found here; "yesterday" needs a day to count from and is the
work of `resolve_relative`. A number is a date only where its surroundings say so: the 1540 of a
resolution, a sum of money, a section or telephone number is never one.
"""

from __future__ import annotations

import bisect
import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.dates_words import MONTHS, QUARTERS, WEEKDAYS, WORDLIKE_MONTHS, alternatives

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["DateMention", "find_dates", "parse_date", "resolve_relative"]


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
    for begin, stop in _windows(text):
        for pattern, build in _PATTERNS:
            for match in pattern.finditer(text, begin, stop):
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
        return _day(1900 + short if short >= 70 else 2000 + short, month, day)
    match = re.search(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)", text)
    return _day(*(int(part) for part in match.groups())) if match else None


def resolve_relative(text: str, on: dt.date) -> list[DateMention]:
    """Dates the text states only in relation to the day `on`: "yesterday", "last month", "12 June".

    In order, never overlapping. A day or month without a year is the one nearest to `on`.
    """
    from embeddings.dates_relative import find_relative

    return find_relative(text, on, find_dates(text))


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


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of the text around each number that may be a year; each date has one."""
    begin = stop = -1
    for match in re.finditer(r"(?<!\d)[12]\d\d\d(?!\d)", text):
        if match.start() - _AROUND > stop:
            if stop >= 0:
                yield begin, stop
            begin = max(0, match.start() - _AROUND)
        stop = min(len(text), match.end() + _AROUND)
    if stop >= 0:
        yield begin, stop


# --- building days -----------------------------------------------------------------------------

Days = tuple[dt.date, dt.date]
Match = re.Match[str]


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def months_of(year: int, first: int, last: int) -> Days:
    """The days from the start of month `first` to the end of month `last` of one year."""
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def _both(day: dt.date | None) -> Days | None:
    return (day, day) if day else None


def month_number(name: str) -> int:
    """1 to 12 for a month's name in any of the languages, with or without its full stop."""
    return MONTHS[name.casefold().rstrip(".")]


def _one_day(match: Match) -> Days | None:
    return _both(_day(int(match["y"]), month_number(match["m"]), int(match["d"])))


def _day_range(match: Match) -> Days | None:
    """ "30 June - 2 July 2003" and "June 30 - July 2, 2003": what is missing comes from the end."""
    month = month_number(match["m2"] or match["m"])
    year = int(match["y"])
    month1 = month_number(match["m"]) if match["m"] else month
    first = _day(year - 1 if month1 > month else year, month1, int(match["d"]))
    last = _day(year, month, int(match["d2"]))
    return (first, last) if first and last else None


def _iso_day(match: Match) -> Days | None:
    return _both(_day(int(match["y"]), int(match["m"]), int(match["d"])))


def _numeric_day(match: Match) -> Days | None:
    day, month = int(match["d"]), int(match["m"])
    if month > 12 >= day:
        day, month = month, day
    return _both(_day(int(match["y"]), month, day))


def _numeric_range(match: Match) -> Days | None:
    year, month = int(match["y"]), int(match["m"])
    first = _day(year, int(match["m1"] or month), int(match["d"]))
    last = _day(year, month, int(match["d2"]))
    return (first, last) if first and last else None


def _one_month(match: Match) -> Days | None:
    name = match["m"].rstrip(".")
    if name in WORDLIKE_MONTHS:  # "may 2000 people": a verb, not a month
        return None
    month, year = month_number(name), int(match["y"])
    if match["m2"]:
        last = month_number(match["m2"])
        if last < month:
            return dt.date(year - 1, month, 1), months_of(year, last, last)[1]
        return months_of(year, month, last)
    return months_of(year, month, month)


def _iso_month(match: Match) -> Days | None:
    year, tail = int(match["y"]), int(match["m"])
    if tail > year % 100:  # 2003-06 is a span of years, 2018-10 a month
        return dt.date(year, 1, 1), dt.date(year - year % 100 + tail, 12, 31)
    return months_of(year, tail, tail) if 1 <= tail <= 12 else None


def _quarter(match: Match) -> Days | None:
    groups = match.groupdict()
    number = QUARTERS[groups["o"].casefold()] if groups.get("o") else int(groups["q"])
    return months_of(int(match["y"]), 3 * number - 2, 3 * number)


def _half(match: Match) -> Days | None:
    groups = match.groupdict()
    word = (groups.get("o") or "").casefold()
    second = groups["h"] == "2" if groups.get("h") else word in {"second", "2nd", "last"}
    return months_of(int(match["y"]), 7, 12) if second else months_of(int(match["y"]), 1, 6)


_PARTS = {"early": (1, 4), "start": (1, 3), "beginning": (1, 3), "late": (9, 12), "end": (10, 12)}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}


def _part(match: Match) -> Days | None:
    year, word = int(match["y"]), match["p"].casefold()
    if word == "winter":
        return dt.date(year, 12, 1), months_of(year + 1, 2, 2)[1]
    return months_of(year, *(_PARTS | _SEASONS | {"mid": (5, 8), "middle": (5, 8)})[word])


def _year(match: Match) -> Days | None:
    return dt.date(int(match["y"]), 1, 1), dt.date(int(match["y"]), 12, 31)


def _year_range(match: Match) -> Days | None:
    first, tail = int(match["y"]), match["y2"]
    last = int(tail) if len(tail) == 4 else first - first % 100 + int(tail)
    if last <= first:
        return None
    return dt.date(first, 1, 1), dt.date(last, 12, 31)


# --- how dates are written ---------------------------------------------------------------------

_AROUND = 80  # characters on either side of a year that can belong to its date
_S = r"(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*)"  # a space, or the one line break of wrapped text
_M = rf"(?:{alternatives(MONTHS)})\b\.?"
_D = r"(?:0?[1-9]|[12]\d|3[01])"
_NTH = r"(?:st|nd|rd|th|er|º|°|\.)?"
_LONG_YEAR = r"(?:1\d\d\d|20\d\d)(?!\d)"
_Y = r"(?:19|20)\d\d(?!\d)(?![.,]\d)"
_WEEKDAY = rf"(?:\b(?:{alternatives(WEEKDAYS)})\b\.?,?{_S})?"
_OF = rf"(?:(?:of|de|di|del){_S})?"
_TO = r"(?:\s?[-–—/]\s?|\s(?:to|and|until|till|through|bis|und|au|et|al|e|y|&)\s)"
_BEFORE = r"(?<![\w$€£])(?<![\d][.,/-])"

_PATTERNS: list[tuple[re.Pattern[str], Callable[[Match], Days | None]]] = [
    (re.compile(pattern, re.IGNORECASE), build)
    for pattern, build in (
        (
            rf"{_BEFORE}(?P<y>{_Y})(?P<s>[-/.])(?P<m>\d\d?)(?P=s)(?P<d>\d\d?)"
            r"(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-]|\.\d)",
            _iso_day,
        ),
        (
            rf"{_BEFORE}{_WEEKDAY}(?P<d>{_D}){_NTH}(?:{_S}?{_OF}(?P<m>{_M}))?,?{_TO}"
            rf"{_WEEKDAY}(?P<d2>{_D}){_NTH}{_S}?{_OF}(?P<m2>{_M}),?{_S}{_OF}(?P<y>{_LONG_YEAR})",
            _day_range,
        ),
        (
            rf"{_BEFORE}{_WEEKDAY}(?P<m>{_M}){_S}(?P<d>{_D}){_NTH},?{_TO}{_WEEKDAY}"
            rf"(?:(?P<m2>{_M}){_S})?(?P<d2>{_D}){_NTH},?{_S}(?P<y>{_LONG_YEAR})",
            _day_range,
        ),
        (
            rf"{_BEFORE}{_WEEKDAY}(?:the{_S})?(?P<d>{_D}){_NTH}(?:{_S}|[-/])?{_OF}(?P<m>{_M})"
            rf",?(?:{_S}|[-/]){_OF}(?P<y>{_LONG_YEAR})",
            _one_day,
        ),
        (
            rf"{_BEFORE}{_WEEKDAY}(?P<m>{_M}){_S}(?:the{_S})?(?P<d>{_D}){_NTH},?{_S}{_OF}"
            rf"(?P<y>{_LONG_YEAR})",
            _one_day,
        ),
        (
            rf"{_BEFORE}(?P<d>{_D})\.(?:(?P<m1>1[0-2]|0?[1-9])\.)?\s?[-–]\s?(?P<d2>{_D})\."
            rf"\s?(?P<m>1[0-2]|0?[1-9])\.\s?(?P<y>{_Y})",
            _numeric_range,
        ),
        (
            rf"{_BEFORE}{_WEEKDAY}(?P<d>{_D})(?P<s>[./-])\s?(?P<m>{_D})(?P=s)\s?(?P<y>{_Y})"
            r"(?![\w/-])",
            _numeric_day,
        ),
        (
            rf"\b(?P<o>{alternatives(QUARTERS)}){_S}quarter{_S}(?:of{_S})?(?P<y>{_Y})",
            _quarter,
        ),
        (rf"\bQ(?P<q>[1-4])[\s/-]?(?:of\s)?(?P<y>{_Y})", _quarter),
        (rf"\b(?P<o>first|second|last|1st|2nd){_S}half{_S}(?:of{_S})?(?P<y>{_Y})", _half),
        (rf"\bH(?P<h>[12])[\s/-]?(?P<y>{_Y})", _half),
        (
            rf"\b(?P<p>early|late|mid|middle|start|beginning|end|spring|summer|autumn|fall|winter)"
            rf"(?:{_S}|-)(?:of{_S})?(?:the{_S}year{_S})?(?P<y>{_Y})",
            _part,
        ),
        (
            rf"{_BEFORE}(?<!\d )(?<!\d\. )(?P<m>{_M})(?:{_TO}(?P<m2>{_M}))?,?{_S}{_OF}(?P<y>{_Y})(?!\s?%)",
            _one_month,
        ),
        (rf"{_BEFORE}(?P<y>{_Y})-(?P<m>\d\d)(?![\w-]|\.\d)", _iso_month),
        (rf"{_BEFORE}(?P<y>{_Y})(?:\s?[-–]\s?|/)(?P<y2>{_Y}|\d\d)(?![\w/-]|\.\d)", _year_range),
    )
]

_UNITS = (
    r"people|persons?|participants|metres?|meters?|kilomet\w+|km|m|kg|tons?|tonnes?|francs?|euros?"
    r"|dollars?|CHF|EUR|USD|percent|per|cases|copies|pages|units|times|hours?|members|soldiers"
    r"|troops|jobs|employees|students|children|women|men|refugees|houses|families|men|delegates"
    r"|visitors|victims|observers|experts|million|billion|inhabitants|Personen|personnes|persone"
)
#: Words after which a number from 1900 to 2099 is a year whatever follows, units excepted.
_YEAR_AFTER = (
    r"in|since|until|till|during|throughout|year|years|before|after|early|late|mid|fiscal|FY"
    r"|between|im|seit|bis|ab|Jahr|Jahre|Jahres|en|depuis|année|nel|dal|anno|desde|año|calendar"
)
_FOLLOWS = (
    r"(?=\s*(?:$|[.,;:!?)\]'’–—\n-])|\s+(?:and|or|the|to|by|with|was|were|is|will|has|had|saw"
    r"|marks|marked|would|as|when|in|on|at|for|from|that|which|until|through|und|et|e|y)\b)"
)
_UNNAMED = r"(?<!Resolution )(?<!Agenda )(?<!No )(?<!No\. )(?<!Nr\. )(?<!Room )(?<!Article )"
_UNNAMED += r"(?<!CHF )(?<!EUR )(?<!USD )(?<!GBP )"
_NO_UNIT = rf"(?!\s?(?:{_UNITS}|%|°)(?!\w))(?![.,'’]?\d)(?!\s\d)"
_PATTERNS += [
    (re.compile(pattern), _year)
    for pattern in (
        rf"(?<=\()(?P<y>{_Y})(?=\))",
        rf"\b(?i:{_YEAR_AFTER}){_S}(?i:the{_S}year{_S})?(?P<y>{_Y})(?!\w){_NO_UNIT}",
        rf"\b(?:of|for|to|and|by|from|than|through|de|von|und|et|that|[Tt]his|du){_S}"
        rf"(?P<y>{_Y})(?!\w){_NO_UNIT}{_FOLLOWS}",
        rf"\b(?:[Tt]he|[Aa]|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er){_S}(?P<y>{_Y})(?!00)(?=\s+[A-Za-z])"
        rf"{_NO_UNIT}",
        rf"\b[A-ZÄÖÜÉ][\w-]+ {_UNNAMED}(?P<y>{_Y})(?!\w){_NO_UNIT}{_FOLLOWS}",
        rf"^\s*(?P<y>{_Y})\s*[?.!:]?\s*$",
        rf"^(?P<y>{_Y})(?=\s(?:was|is|will|has|saw|marks|marked)\b)",
    )
]


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
        rf"(?:[^\W\d]+\.?{_S}|\()*(?={_Y}$)", text[mention.start : mention.end], re.IGNORECASE
    )
    whole_year = (mention.first.month, mention.first.day) == (1, 1) and (
        mention.last == dt.date(mention.first.year, 12, 31)
    )
    if not lead or not whole_year:
        return mention
    return DateMention(mention.start + lead.end(), mention.end, mention.first, mention.last)
