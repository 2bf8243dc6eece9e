"""The reply to a comparison: a row and a citation for each side, and how the sides differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from qa.read import Span
from qa.sides import Comparison
from qa.support import mentions
from qa.types import Answer, Citation, Row
from qa.values import Quantity, in_figures, in_words, quantity, scaled
from qa.wording import LONGEST, first_words, fitting, listed, quoted, words
from qa.wording import in_words as day_in_words

_FIGURES = frozenset({"number", "money", "duration"})
_LEAD = 12  # words of the values that a reply may open with


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one side: its label, and the span with its citation or None."""

    label: str
    span: Span | None = None
    citation: Citation | None = None


def compare(comparison: Comparison, sides: Sequence[Found]) -> Answer | None:
    """The reply, or None where the sides found do not answer the question.

    A side without evidence is named as such, never filled, and counts as unsure as can be; where
    only both together answer ("which was larger"), nothing is said.
    """
    there = [side for side in sides if side.span is not None and side.citation is not None]
    if not there or (comparison.relation and len(there) < len(sides)):
        return None
    rows = tuple(
        Row(side.label, _value(comparison, side), side.citation.number)
        for side in there
        if side.citation is not None
    )
    verdict = _verdict(comparison, there, rows)
    if comparison.relation and not verdict:
        return None
    end = f". {verdict}" if verdict else "."
    end += _unsaid(comparison, [i for i, side in enumerate(sides) if side.citation is None])
    lead = _lead(comparison, there) if len(there) == len(sides) else ""
    return Answer(
        text=fitting(lead, _items(there, rows, words(lead + end)), end),
        answered=True,
        short=_short(comparison, rows, verdict),
        citations=_unique(there),
        confidence=fmean(side.span.score if side.span else 0.0 for side in sides),
        rows=rows,
    )


def _lead(comparison: Comparison, sides: Sequence[Found]) -> str:
    """ "1,126 and 1,043 —": the values alone, in the order asked, where they are short."""
    if comparison.relation or comparison.asks in {"first", "last"}:
        return ""
    values = [" ".join(side.span.text.split()) for side in sides if side.span is not None]
    said = listed(values)
    return f"{said} —" if words(said) <= _LEAD else ""


def _unsaid(comparison: Comparison, missing: Sequence[int]) -> str:
    """The sides without evidence, by name; of two questions the one that stays open."""
    if not missing:
        return ""
    sides = [comparison.sides[i] for i in missing]
    if comparison.asks == "both":
        return f" The archive does not say: {' '.join(side.question for side in sides)}"
    return f" The archive does not say it for {listed([side.label for side in sides], 'or')}."


def _items(sides: Sequence[Found], rows: Sequence[Row], taken: int) -> list[str]:
    """ "2017: 1,126 [1]"; a side whose answer is a whole sentence is quoted, not too long."""
    room = max(8, (LONGEST - taken) // len(rows) - 6)
    items = []
    for side, row in zip(sides, rows, strict=True):
        value = row.value
        whole = side.citation is not None and value == " ".join(side.citation.quote.split())
        if whole and side.citation is not None:
            value = quoted(side.citation, room)
        elif words(value) > room:
            value = first_words(value, room)
        items.append(f"{row.label}: {value} [{row.citation}]")
    return items


def _unique(sides: Sequence[Found]) -> tuple[Citation, ...]:
    """The citations in the order of their numbers; two sides may share one."""
    found = {side.citation.number: side.citation for side in sides if side.citation is not None}
    return tuple(found[number] for number in sorted(found))


def _value(comparison: Comparison, side: Found) -> str:
    assert side.span is not None
    if comparison.asks in {"first", "last"}:
        return day_in_words(day_of(side.span))
    said = " ".join(side.span.text.split())
    found = quantity(said) if side.span.kind in _FIGURES else None
    if found is not None and not any(c.isdigit() for c in said):
        return f"{said} ({in_figures(found.amount)})"
    return said


def day_of(span: Span) -> dt.date | None:
    """The day a sentence speaks of, by its own words or else its day of issue."""
    release = span.hit.release
    told = [
        m
        for m in mentions(release.text, release.date)
        if span.sentence_start <= m.start < span.sentence_end
    ]
    inside = [m for m in told if span.start <= m.start < span.end]
    exact = [m for m in inside or told if m.first == m.last]
    return exact[0].first if exact else release.date


def _verdict(comparison: Comparison, sides: Sequence[Found], rows: Sequence[Row]) -> str:
    """How two sides differ, in words, with the sum that says so; empty where it cannot be said."""
    if len(sides) != 2:
        return ""
    spans = [side.span for side in sides if side.span is not None]
    if comparison.asks in {"first", "last"}:
        return _order(comparison, spans, rows)
    amounts = [quantity(span.text) for span in spans if span.kind in _FIGURES]
    first, second = amounts if len(amounts) == 2 else (None, None)
    if first is None or second is None or not _one_unit(first, second):
        return ""
    difference = second.amount - first.amount
    if comparison.relation:
        return _larger(comparison, difference, rows)
    if not difference:
        return "That is no change."
    unit = _unit(first, second)
    more = "more" if difference > 0 else "less" if unit else "fewer"
    size = scaled(abs(difference), max(first.amount, second.amount))
    sums = " − ".join(in_figures(a) for a in sorted((first.amount, second.amount), reverse=True))
    return f"That is {size}{unit} {more} (computed: {sums})."


def _one_unit(first: Quantity, second: Quantity) -> bool:
    return first.unit == second.unit or "" in (first.unit, second.unit)


def _unit(first: Quantity, second: Quantity) -> str:
    unit = first.unit or second.unit
    if unit == "%":
        return " percentage points"
    return (
        f" {unit.upper()}" if len(unit) == 3 and unit in {"chf", "eur", "usd", "gbp", "jpy"} else ""
    )


def _larger(comparison: Comparison, difference: Decimal, rows: Sequence[Row]) -> str:
    if not difference:
        return "They are equal (computed)."
    second = (difference > 0) == (comparison.asks == "more")
    word = "More" if comparison.asks == "more" else "Less"
    return f"{word}: {rows[second].label} (computed: a difference of {in_words(abs(difference))})."


def _order(comparison: Comparison, spans: Sequence[Span], rows: Sequence[Row]) -> str:
    days = [day_of(span) for span in spans]
    if days[0] is None or days[1] is None or days[0] == days[1]:
        return ""
    second = (days[1] < days[0]) == (comparison.asks == "first")
    word = "First" if comparison.asks == "first" else "Last"
    return f"{word}: {rows[second].label}."


def _short(comparison: Comparison, rows: Sequence[Row], verdict: str) -> str:
    """The values, or the side that a question after one of them asks for."""
    if comparison.relation and ": " in verdict:
        return verdict.split(": ", 1)[1].split(" (computed")[0].rstrip(".")
    values = listed([row.value for row in rows])
    differ = verdict.removeprefix("That is ").split(" (computed")[0].rstrip(".")
    return f"{values} ({differ}, computed)" if verdict else values
