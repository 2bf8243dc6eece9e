"""The words of a reply: an answer around its quotation, with its rows or its disagreement."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.dates import find_dates, resolve_relative
from embeddings.types import Release
from qa.listing import Form
from qa.positions import Claim
from qa.read import Span
from qa.roles import role_of
from qa.types import Answer, Citation, Hit, Position, Row
from qa.understand import Query
from qa.values import same
from qa.who import CONFIDENCE, Introduction
from qa.wording import LONGEST, count, first_words, fitting, in_words, listed, quoted, words

_SHOUTED = 5  # letters; shorter words in capitals are acronyms
_LONG = 25  # words of a short answer that stands before its quotation
_MARKS = 5  # words of "... — ... [1]; ... [2]; also [3]" beside the name and the quotations
_FEW = 4  # releases that are not called the first ones


def compose(
    span: Span,
    citation: Citation,
    claims: Sequence[tuple[Sequence[Claim], Sequence[Citation]]] = (),
    other: Citation | None = None,
) -> Answer:
    """The reply that a span gives, with its citation.

    `claims` are what releases say that disagree, newest first: the claims of each value with their
    citations, the one of `citation` among them. `other` is a second sentence that says the same.
    """
    citations = {citation.number: citation}
    if other:
        citations[other.number] = other
    citations.update((one.number, one) for _, cited in claims for one in cited)
    head = described(span)
    whole = citation.answer_end - citation.answer_start == len(citation.quote)
    if whole or words(head) > _LONG:  # then the quotation says it
        head = ""
    differ = f"So also [{other.number}]." if other else _differ(span, claims)
    if words(head) + words(differ) > 2 * _LONG:
        differ = "Releases disagree."
    room = LONGEST - words(head) - words(differ) - 3
    quote = f"{quoted(citation, room)} [{citation.number}]"
    text = f"{head} — {quote}" if head else quote
    return Answer(
        text=f"{text}. {differ}" if differ else text,
        answered=True,
        short=short_answer(span),
        citations=tuple(citations[number] for number in sorted(citations)),
        confidence=span.score,
        positions=tuple(
            Position(group[0].value, tuple(one.number for one in cited)) for group, cited in claims
        ),
    )


def compose_shared(citations: Sequence[Citation], confidence: float) -> Answer:
    """A name that several releases share, with the words of the first ones around it."""
    short = citations[0].quote[citations[0].answer_start : citations[0].answer_end]
    room = (LONGEST - words(short) - _MARKS) // 2
    said = [f"{quoted(one, room)} [{one.number}]" for one in citations[:2]]
    more = _numbers(citations[2:])
    return Answer(
        text=f"{short} — {'; '.join(said)}{f'; also {more}' if more else ''}",
        answered=True,
        short=short,
        citations=tuple(citations),
        confidence=confidence,
    )


def _differ(span: Span, claims: Sequence[tuple[Sequence[Claim], Sequence[Citation]]]) -> str:
    """ "2 releases say 27 [1][3], 1 says 37 [2]." or what an earlier version said."""
    if not claims:
        return ""
    others = [(g, c) for g, c in claims if not same(g[0].value, span.text, span.kind)]
    if all(claim.version for group, _ in others for claim in group):
        said = [f"{group[0].value} {_numbers(cited)}" for group, cited in others]
        return f"Another version of the release says {listed(said)}."
    said = []
    for group, cited in claims:
        noun = "release " if len(group) == 1 else "releases "
        verb = "says" if len(group) == 1 else "say"
        said.append(f"{len(group)} {'' if said else noun}{verb} {group[0].value} {_numbers(cited)}")
    return f"{', '.join(said)}."


def _numbers(citations: Sequence[Citation]) -> str:
    return "".join(f"[{citation.number}]" for citation in citations)


def described(span: Span) -> str:
    """The short answer as it is put to a person: somebody with the role the release gives them."""
    short = short_answer(span)
    if span.kind != "person":
        return short
    role = role_of(span.hit.release, span.text, span.start)
    if role is None or same(str(role), short):
        return short
    return f"{short}, {role}"


def short_answer(span: Span) -> str:
    """The answering phrase; a relative day is followed by the calendar day it means."""
    if span.kind == "date":
        day = _calendar_day(span.text, span.hit.release)
        if day is not None:
            return f"{day} (“{span.text}”, release of {in_words(span.hit.release.date)})"
    return span.text


def _calendar_day(phrase: str, release: Release) -> str | None:
    """What "yesterday" meant in this release, or None for a phrase that is a date by itself."""
    if release.date is None or find_dates(phrase):
        return None
    mentions = resolve_relative(phrase, release.date)
    if not mentions:
        return None
    first, last = mentions[0].first, mentions[0].last
    return in_words(first) if first == last else f"{in_words(first)} to {in_words(last)}"


def compose_values(spans: Sequence[Span], citations: Sequence[Citation]) -> Answer:
    """A list of what several releases say, a row and a citation for each."""
    rows = tuple(
        Row(in_words(span.hit.release.date), _spelt(described(span)), citation.number)
        for span, citation in zip(spans, citations, strict=True)
    )
    values: dict[str, list[int]] = {}
    for span, citation in zip(spans, citations, strict=True):
        text = _spelt(span.text)
        known = next((value for value in values if same(value, text, span.kind)), text)
        values.setdefault(known, []).append(citation.number)
    items = [
        f"{value} {''.join(f'[{number}]' for number in numbers)}"
        for value, numbers in values.items()
    ]
    return Answer(
        text=fitting(f"{count(len(rows), 'release')} answer this:", items, "."),
        answered=True,
        short=listed(list(values)),
        citations=tuple(citations),
        confidence=min(span.score for span in spans),
        rows=rows,
    )


def _spelt(value: str) -> str:
    """A place as a dateline shouts it, in ordinary letters; an acronym stays."""
    return value.title() if value.isupper() and len(value) > _SHOUTED else value


def compose_releases(
    query: Query, form: Form, hits: Sequence[Hit], citations: Sequence[Citation], confidence: float
) -> Answer:
    """A list of releases, or how many there are: what the archive holds, no more."""
    rows = tuple(
        Row(in_words(hit.release.date), hit.release.title, citation.number)
        for hit, citation in zip(hits, citations, strict=True)
    )
    about = first_words(", ".join(one.text for one in query.understood), _LONG)
    number = count(len(rows), "release")
    items = [
        f"{row.label}, {row.value} [{row.citation}]"
        if form == "releases"
        else f"{row.label} [{row.citation}]"
        for row in rows
    ]
    first = "; first ones:" if len(rows) > _FEW else ":"
    start = f"The archive has {number} on this{f' ({about})' if about else ''}{first}"
    return Answer(
        text=fitting(start, items, "."),
        answered=True,
        short=number,
        citations=tuple(citations),
        confidence=confidence,
        rows=rows,
    )


def compose_introduction(
    name: str, found: Sequence[Introduction], citations: Sequence[Citation]
) -> Answer:
    """Who somebody is: the newest role with its quotation, earlier ones in rows."""
    newest, citation = found[0], citations[0]
    rows = tuple(
        Row(f"{one.role.name}, {in_words(one.release.date)}", str(one.role), cited.number)
        for one, cited in zip(found, citations, strict=True)
    )
    head = f"{newest.role.name}: {newest.role} ({in_words(newest.release.date)})"
    others = len(rows) - 1
    tail = f" {count(others, 'other role')} in the list." if others else ""
    room = LONGEST - words(head) - words(tail) - 3
    return Answer(
        text=f"{head} — {quoted(citation, room)} [{citation.number}]{tail}",
        answered=True,
        short=newest.role.role,
        citations=tuple(citations),
        confidence=CONFIDENCE,
        rows=rows if others else (),
    )
