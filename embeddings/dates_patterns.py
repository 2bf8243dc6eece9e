"""How dates are written, and the days each form names."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING, NamedTuple

from embeddings.dates_words import MONTHS, QUARTERS, WEEKDAYS, WORDLIKE_MONTHS, alternatives

if TYPE_CHECKING:
    from collections.abc import Callable

Days = tuple[dt.date, dt.date]
Match = re.Match[str]


def calendar_day(year: int, month: int, day: int) -> dt.date | None:
    """That day, or None where the calendar has no such day."""
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
    return _both(calendar_day(int(match["y"]), month_number(match["m"]), int(match["d"])))


def _day_range(match: Match) -> Days | None:
    """30 June - 2 July 2003, June 30 - July 2, 2003: what is missing comes from the end."""
    month = month_number(match["m2"] or match["m"])
    year = int(match["y"])
    month1 = month_number(match["m"]) if match["m"] else month
    first = calendar_day(year - 1 if month1 > month else year, month1, int(match["d"]))
    last = calendar_day(year, month, int(match["d2"]))
    return (first, last) if first and last else None


def _iso_day(match: Match) -> Days | None:
    return _both(calendar_day(int(match["y"]), int(match["m"]), int(match["d"])))


def _numeric_day(match: Match) -> Days | None:
    day, month = int(match["d"]), int(match["m"])
    if month > 12 >= day:
        day, month = month, day
    return _both(calendar_day(int(match["y"]), month, day))


def _numeric_range(match: Match) -> Days | None:
    year, month = int(match["y"]), int(match["m"])
    first = calendar_day(year, int(match["m1"] or month), int(match["d"]))
    last = calendar_day(year, month, int(match["d2"]))
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

MAYBE_YEAR = re.compile(r"[12](?<!\d.)\d\d\d(?!\d)")  # the digit first: faster to look for
AROUND = 80  # characters on either side of a year that can belong to its date
AFTER = 4  # characters behind a year that tell whether it is one
SPACE = r"(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*)"  # a space, or the one line break of wrapped text
_M = rf"(?:{alternatives(MONTHS)})\b\.?"
_D = r"(?:0?[1-9]|[12]\d|3[01])"
_NTH = r"(?:st|nd|rd|th|er|º|°|\.)?"
_LONG_YEAR = r"(?:1\d\d\d|20\d\d)(?!\d)"
YEAR = r"(?:19|20)\d\d(?!\d)(?![.,]\d)"
_WEEKDAY = rf"(?:\b(?:{alternatives(WEEKDAYS)})\b\.?,?{SPACE})?"
_OF = rf"(?:(?:of|de|di|del){SPACE})?"
_TO = r"(?:\s?[-–—/]\s?|\s(?:to|and|until|till|through|bis|und|au|et|al|e|y|&)\s)"
_BEFORE = r"(?<![\w$€£])(?<![\d][.,/-])"
# A number is near: asked before the names of days and months, each of which takes many tries.
_SOON = rf"{_BEFORE}(?=(?:[^\W\d_]\S*\s+){{0,3}}\d)"


class Form(NamedTuple):
    """One way to write a date, and the days it names."""

    pattern: re.Pattern[str]
    build: Callable[[Match], Days | None]
    # the fewest numbers of one or two digits in it, where it ends with its year; else None
    numbers: int | None


PATTERNS: list[Form] = [
    Form(re.compile(pattern, re.IGNORECASE), build, numbers)
    for pattern, build, numbers in (
        (
            rf"{_BEFORE}(?P<y>{YEAR})(?P<s>[-/.])(?P<m>\d\d?)(?P=s)(?P<d>\d\d?)"
            r"(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-]|\.\d)",
            _iso_day,
            None,
        ),
        (
            rf"{_SOON}{_WEEKDAY}(?P<d>{_D}){_NTH}(?:{SPACE}?{_OF}(?P<m>{_M}))?,?{_TO}"
            rf"{_WEEKDAY}(?P<d2>{_D}){_NTH}{SPACE}?{_OF}(?P<m2>{_M}),?{SPACE}{_OF}"
            rf"(?P<y>{_LONG_YEAR})",
            _day_range,
            2,
        ),
        (
            rf"{_SOON}{_WEEKDAY}(?P<m>{_M}){SPACE}(?P<d>{_D}){_NTH},?{_TO}{_WEEKDAY}"
            rf"(?:(?P<m2>{_M}){SPACE})?(?P<d2>{_D}){_NTH},?{SPACE}(?P<y>{_LONG_YEAR})",
            _day_range,
            2,
        ),
        (
            rf"{_SOON}{_WEEKDAY}(?:the{SPACE})?(?P<d>{_D}){_NTH}(?:{SPACE}|[-/])?{_OF}(?P<m>{_M})"
            rf",?(?:{SPACE}|[-/]){_OF}(?P<y>{_LONG_YEAR})",
            _one_day,
            1,
        ),
        (
            rf"{_SOON}{_WEEKDAY}(?P<m>{_M}){SPACE}(?:the{SPACE})?(?P<d>{_D}){_NTH},?{SPACE}{_OF}"
            rf"(?P<y>{_LONG_YEAR})",
            _one_day,
            1,
        ),
        (
            rf"{_BEFORE}(?P<d>{_D})\.(?:(?P<m1>1[0-2]|0?[1-9])\.)?\s?[-–]\s?(?P<d2>{_D})\."
            rf"\s?(?P<m>1[0-2]|0?[1-9])\.\s?(?P<y>{YEAR})",
            _numeric_range,
            2,
        ),
        (
            rf"{_SOON}{_WEEKDAY}(?P<d>{_D})(?P<s>[./-])\s?(?P<m>{_D})(?P=s)\s?(?P<y>{YEAR})"
            r"(?![\w/-])",
            _numeric_day,
            2,
        ),
        (
            rf"\b(?P<o>{alternatives(QUARTERS)}){SPACE}quarter{SPACE}(?:of{SPACE})?(?P<y>{YEAR})",
            _quarter,
            0,
        ),
        (rf"\bQ(?P<q>[1-4])[\s/-]?(?:of\s)?(?P<y>{YEAR})", _quarter, 0),
        (
            rf"\b(?P<o>first|second|last|1st|2nd){SPACE}half{SPACE}(?:of{SPACE})?(?P<y>{YEAR})",
            _half,
            0,
        ),
        (rf"\bH(?P<h>[12])[\s/-]?(?P<y>{YEAR})", _half, 0),
        (
            rf"\b(?P<p>early|late|mid|middle|start|beginning|end|spring|summer|autumn|fall|winter)"
            rf"(?:{SPACE}|-)(?:of{SPACE})?(?:the{SPACE}year{SPACE})?(?P<y>{YEAR})",
            _part,
            0,
        ),
        (
            rf"{_BEFORE}(?<!\d )(?<!\d\. )(?P<m>{_M})(?:{_TO}(?P<m2>{_M}))?"
            rf",?{SPACE}{_OF}(?P<y>{YEAR})(?!\s?%)",
            _one_month,
            0,
        ),
        (rf"{_BEFORE}(?P<y>{YEAR})-(?P<m>\d\d)(?![\w-]|\.\d)", _iso_month, None),
        (
            rf"{_BEFORE}(?P<y>{YEAR})(?:\s?[-–]\s?|/)(?P<y2>{YEAR}|\d\d)(?![\w/-]|\.\d)",
            _year_range,
            None,
        ),
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
    "in since until till during throughout year years before after early late mid fiscal FY between"
    " im seit bis ab Jahr Jahre Jahres en depuis année nel dal anno desde año calendar"
)
_FOLLOWS = (
    r"(?=\s*(?:$|[.,;:!?)\]'’–—\n-])|\s+(?:and|or|the|to|by|with|was|were|is|will|has|had|saw"
    r"|marks|marked|would|as|when|in|on|at|for|from|that|which|until|through|und|et|e|y)\b)"
)
_UNNAMED = "".join(
    rf"(?<!\b{word} )"
    for word in (
        *("Resolution", "Agenda", "No", r"No\.", r"Nr\.", "Room", "Article"),
        *("CHF", "EUR", "USD", "GBP"),
    )
)
_NO_UNIT = rf"(?!\s?(?:{_UNITS}|%|°)(?!\w))(?![.,'’]?\d)(?!\s\d)"
PATTERNS += [
    Form(re.compile(pattern), _year, None)
    for pattern in (
        rf"(?<=\()(?P<y>{YEAR})(?=\))",
        rf"\b(?i:{alternatives(_YEAR_AFTER.split())}){SPACE}(?i:the{SPACE}year{SPACE})?(?P<y>{YEAR})(?!\w){_NO_UNIT}",
        rf"\b(?:of|for|to|and|by|from|than|through|de|von|und|et|that|[Tt]his|du){SPACE}"
        rf"(?P<y>{YEAR})(?!\w){_NO_UNIT}{_FOLLOWS}",
        rf"\b(?:[Tt]he|[Aa]|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er){SPACE}(?P<y>{YEAR})(?!00)(?=\s+[A-Za-z])"
        rf"{_NO_UNIT}",
        rf"\b[A-ZÄÖÜÉ][\w-]+ {_UNNAMED}(?P<y>{YEAR})(?!\w){_NO_UNIT}{_FOLLOWS}",
        rf"^\s*(?P<y>{YEAR})\s*[?.!:]?\s*$",
        rf"^(?P<y>{YEAR})(?=\s(?:was|is|will|has|saw|marks|marked)\b)",
    )
]
