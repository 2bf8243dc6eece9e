"""The words of a reply: an answer around its quotations, or a refusal with its reason."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from embeddings.catalog import Catalog
from embeddings.dates import find_dates, resolve_relative
from embeddings.types import Release
from qa.read import Span
from qa.types import Answer, Citation, Hit
from qa.understand import Query

_QUOTE_WORDS = 40  # longer sentences are shortened in the text; the citation keeps them whole


def compose(query: Query, spans: Sequence[Span], citations: tuple[Citation, ...]) -> Answer:
    """The reply that these spans give, one citation each, in the same order."""
    lines = [
        _line(span, citation, several=len(spans) > 1)
        for span, citation in zip(spans, citations, strict=True)
    ]
    return Answer(
        text="\n".join(lines),
        answered=True,
        short="; ".join(short_answer(span) for span in spans),
        citations=citations,
        confidence=min(span.score for span in spans),
    )


def refuse(query: Query, catalog: Catalog, nearest: tuple[Hit, ...], confidence: float) -> Answer:
    """A refusal that says what was looked for and why it was not found."""
    reason = _reason(query, catalog, nearest)
    return Answer(
        text=f"The archive does not say. {reason}",
        answered=False,
        confidence=confidence,
        nearest=nearest,
        reason=reason,
    )


def short_answer(span: Span) -> str:
    """The answering phrase; a relative day is followed by the calendar day it means."""
    if span.kind == "date":
        day = _calendar_day(span.text, span.hit.release)
        if day is not None:
            return f"{day} (“{span.text}”, release of {_in_words(span.hit.release.date)})"
    return span.text


def _calendar_day(phrase: str, release: Release) -> str | None:
    """What "yesterday" meant in this release, or None for a phrase that is a date by itself."""
    if release.date is None or find_dates(phrase):
        return None
    mentions = resolve_relative(phrase, release.date)
    if not mentions:
        return None
    first, last = mentions[0].first, mentions[0].last
    return _in_words(first) if first == last else f"{_in_words(first)} to {_in_words(last)}"


def _line(span: Span, citation: Citation, *, several: bool) -> str:
    short = short_answer(span)
    quote = _shortened(citation)
    issued = f"{_in_words(citation.date)}: " if several and citation.date else ""
    if citation.answer_end - citation.answer_start == len(citation.quote):
        return f"{issued}“{quote}” [{citation.number}]"
    return f"{issued}{short} — “{quote}” [{citation.number}]"


def _shortened(citation: Citation) -> str:
    """The quotation, or when it is long the words around the short answer."""
    words = [(match.start(), match.end()) for match in re.finditer(r"\S+", citation.quote)]
    inside = [
        i
        for i, (start, end) in enumerate(words)
        if start < citation.answer_end and end > citation.answer_start
    ]
    if len(words) <= _QUOTE_WORDS or not inside:
        first, last = 0, len(words)
    else:
        spare = max(0, _QUOTE_WORDS - len(inside))
        first = max(0, min(inside[0] - spare // 2, len(words) - _QUOTE_WORDS))
        last = min(len(words), first + _QUOTE_WORDS)
    shown = " ".join(citation.quote[start:end] for start, end in words[first:last])
    return f"{'… ' if first else ''}{shown}{' …' if last < len(words) else ''}"


def _reason(query: Query, catalog: Catalog, nearest: tuple[Hit, ...]) -> str:
    if not catalog.count:
        return "The library is empty: add releases to it first."
    if not nearest:
        return "No release matches the filters." if query.filters else "Nothing in it is near."
    if query.outside:
        asked = ", ".join(dict.fromkeys(date.text for date in query.outside))
        return (
            f"It has no release from {asked}: it covers {_in_words(catalog.first)} "
            f"to {_in_words(catalog.last)}, and no release answers this about {asked}."
        )
    about = ", ".join([*(one.text for one in query.understood), *filter(None, [query.note])])
    looked = f" (searched: {about})" if about else ""
    return f"No passage was found that answers this{looked}."


def _in_words(date: dt.date | None) -> str:
    return f"{date.day} {date:%B} {date.year}" if date else "an unknown date"
