"""How well a release fits the days a question names.

A date in a question may be the day a release came out, a day its text names (a conference that
closed the day before; an appointment from August announced in June), or both. So a release fits
through its own date, fully inside the range and ever less the further off it lies, or through the
days that its text names.
"""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from typing import TYPE_CHECKING

from embeddings.dates import find_dates
from embeddings.dates_patterns import MAYBE_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.understand import DateRange

AFTER_DAYS = 10.0  # a report follows its event: the fit falls to 1/e in this many days
BEFORE_DAYS = 20.0  # an announcement comes before it
AFTER = 0.8  # the fit of a release of the next day
BEFORE = 0.4  # the fit of a release of the day before

Days = tuple[dt.date, dt.date]


def released(asked: DateRange, date: dt.date | None) -> float:
    """The fit, 0 to 1, of a release's own date."""
    if date is None:
        return 0.0
    if date < asked.first:
        return BEFORE * math.exp((date - asked.first).days / BEFORE_DAYS)
    if date > asked.last:
        return AFTER * math.exp((asked.last - date).days / AFTER_DAYS)
    return 1.0


def named(asked: DateRange, days: Sequence[Days]) -> float:
    """The fit, 0 to 1, of the days a text names: 1 inside the range, less for a wider range."""
    best = 0.0
    for first, last in days:
        if asked.first <= first and last <= asked.last:
            return 1.0
        if first <= asked.last and asked.first <= last:
            wider = (last - first).days + 1
            best = max(best, 0.5 * min(1.0, asked.days / wider))
    return best


def named_in(asked: DateRange, text: str) -> float:
    """The fit, 0 to 1, of the days that a text names; 0 for a range that only holds the asked days.

    A text without a year next to theirs is not searched for dates: most candidates are such.
    """
    near = range(asked.first.year - 1, asked.last.year + 2)
    return named(asked, days_named(text)) if any(year in near for year in _years(text)) else 0.0


@lru_cache(maxsize=20_000)
def _years(text: str) -> frozenset[int]:
    return frozenset(map(int, MAYBE_YEAR.findall(text)))


@lru_cache(maxsize=20_000)
def days_named(text: str) -> tuple[Days, ...]:
    """The ranges of days that a text names, without the places where it does."""
    return tuple((mention.first, mention.last) for mention in find_dates(text))


def holds(asked: DateRange, date: dt.date | None, text: str) -> bool:
    """Whether a release is of these days, follows them closely, or names one of them in `text`."""
    if released(asked, date) >= AFTER * math.exp(-1.0):
        return True
    return named(asked, days_named(text)) >= 0.5
