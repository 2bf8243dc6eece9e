"""The days that a question asks about."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.dates import DateMention, find_dates, resolve_relative
from qa.question_words import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_YEAR = re.compile(
    r"\b(?:in|of|for|from|during|since|until|to|and|with|than) ((?:19|20)\d\d)(?![\w.,]\w|\w)"
)
_RELATIVE = re.compile(r"yesterday|(?:last|this) (?:week|month|year)", re.IGNORECASE)
# "a programme running to 2021" is told long before
_LASTS = re.compile(
    r"\b(?:running|runs?|lasting|lasts?|valid)\s(?:to|until|through|up to)(?:\s\w+)?\s$"
)
_BETWEEN = re.compile(r"\s+(?:and|&)\s+")


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

    @property
    def years(self) -> range:
        """The years that it touches."""
        return range(self.first.year, self.last.year + 1)


def mentioned(text: str) -> list[DateMention]:
    """The dates of a question: there, "the chairmanship of 2014" is one whatever follows."""
    mentions = find_dates(text)
    for match in _YEAR.finditer(text):
        if all(match.start(1) >= m.end or match.end(1) <= m.start for m in mentions):
            year = int(match[1])
            days = dt.date(year, 1, 1), dt.date(year, 12, 31)
            mentions.append(DateMention(match.start(1), match.end(1), *days))
    return sorted(mentions, key=lambda mention: mention.start)


def dated(text: str, today: dt.date) -> list[DateMention]:
    """The dates of a question, else such as count from the day it is asked."""
    return mentioned(text) or _relative(text, today)


def _relative(text: str, today: dt.date) -> list[DateMention]:
    """Dates such as "last month", which in a question count from the day it is asked."""
    found = resolve_relative(text, today)
    return [mention for mention in found if _RELATIVE.fullmatch(text[mention.start : mention.end])]


def ranges(text: str, mentions: Sequence[DateMention]) -> tuple[DateRange, ...]:
    """The days that these mentions ask about, in the order of the question."""
    found: list[DateRange] = []
    for mention in mentions:
        before = text[max(0, mention.start - 40) : mention.start].casefold()
        if _LASTS.search(before):
            continue
        published = any(word in PUBLISHED for word in _WORD.findall(before))
        background = bool(re.search(r"\bsince(?:\s\w+)?\s$", before))
        for first, last, words in _sides(text, mention, before):
            found.append(DateRange(first, last, words, published, background))
    if found and all(date.background for date in found):
        found = [DateRange(d.first, d.last, d.text, d.published) for d in found]
    unique = {(date.first, date.last): date for date in reversed(found)}
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
