"""Which of the spans read may be shown: sure enough, and holding what the question insists on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.checks import holds, time_held
from qa.enumerating import enumerated, items
from qa.listing import how_many, plural
from qa.read import Span
from qa.types import Hit
from qa.understand import Query
from qa.values import same

_TRIED = 3  # readings that are tried when the best one fails a check


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with the passages found for it and the spans read in them, best first."""

    query: Query
    hits: list[Hit]
    spans: list[Span]


def passing(query: Query, spans: Sequence[Span], least: float) -> list[Span]:
    """Of the best spans those that are sure enough and hold what the question insists on.

    Where it asks for several things, a span grows over the row it stands in; a row of fewer than
    the question says does not pass.
    """
    held = [span for span in spans[:_TRIED] if span.score >= least and holds(query, span)]
    if not plural(query.question):
        return held
    wanted = how_many(query.question)
    rows = (enumerated(span, wanted) for span in held)
    return [row for row in rows if items(row.text) >= wanted]


def a_span_each(readings: Sequence[Reading], least: float, *, distinct: bool) -> list[Span | None]:
    """For each side the best span that passes; one span answers for one side alone.

    Where two sides want the same, it goes to the side whose time it holds best. With `distinct`
    they do not share a value either.
    """
    options = [
        [(time_held(r.query, span), span) for span in passing(r.query, r.spans, least)]
        for r in readings
    ]
    given: list[Span | None] = [None] * len(readings)
    while any(options):
        side = max(
            (i for i, left in enumerate(options) if left),
            key=lambda i: (options[i][0][0], options[i][0][1].score, -i),
        )
        taken = options[side][0][1]
        given[side] = taken
        options[side] = []
        for left in options:
            left[:] = [
                (held, span)
                for held, span in left
                if (span.hit.release.id, span.start) != (taken.hit.release.id, taken.start)
                and not (distinct and same(span.text, taken.text, span.kind))
            ]
    return given
