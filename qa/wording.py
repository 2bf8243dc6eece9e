"""Small pieces of the words of a reply: dates, lists, quotations of a given length."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from qa.types import Citation

LONGEST = 60  # words of a reply; what is longer stands in its rows and citations
_QUOTE = 40  # words of a quotation in a reply; the citation keeps it whole


def in_words(date: dt.date | None) -> str:
    """A date as a person writes it: "31 October 2018"."""
    return f"{date.day} {date:%B %Y}" if date else "an unknown date"


def listed(items: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def count(number: int, noun: str) -> str:
    """ "1 release", "2 releases"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def words(text: str) -> int:
    """How many words a reply counts."""
    return len(text.split())


def first_words(text: str, most: int) -> str:
    """The text on one line, cut after so many words."""
    every = text.split()
    return " ".join(every[:most]) + (" …" if len(every) > most else "")


def fitting(start: str, items: Sequence[str], end: str = "") -> str:
    """`start` with as many of the items as a reply can hold, joined by semicolons, and `end`."""
    shown: list[str] = []
    for item in items:
        if words(f"{start} {'; '.join([*shown, item])} … {end}") > LONGEST:
            break
        shown.append(item)
    more = " …" if len(shown) < len(items) else ""
    return f"{start} {'; '.join(shown)}{more}{end}".strip()


def quoted(citation: Citation, most: int = _QUOTE) -> str:
    """The quotation, or when it is longer than `most` words the ones around the short answer."""
    found = [match.span() for match in re.finditer(r"\S+", citation.quote)]
    inside = [
        i
        for i, (start, end) in enumerate(found)
        if start < citation.answer_end and end > citation.answer_start
    ]
    most = max(1, min(most, _QUOTE))
    first, last = 0, len(found)
    if len(found) > most and inside:
        most = max(1, most - 2)  # the dots before and after count as words
        spare = max(0, most - len(inside))
        first = max(0, min(inside[0] - spare // 2, len(found) - most))
        last = min(len(found), first + most)
    shown = " ".join(citation.quote[start:end] for start, end in found[first:last])
    return f"“{'… ' if first else ''}{shown}{' …' if last < len(found) else ''}”"
