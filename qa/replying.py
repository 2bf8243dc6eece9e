"""From what was read to the reply: checked, cited and put into the form that was asked for.

Nothing is shown that was not checked: each quotation by `cite`, the question's constraints by
`checks`. What fails is left out, and when nothing is left the reply is a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from embeddings.errors import CitationError
from embeddings.library import Library
from embeddings.types import Release
from qa.checks import holds, of_that_time
from qa.choosing import Reading, a_span_each, passing
from qa.cite import cite
from qa.common import asked_in_common, in_common
from qa.comparing import Found, compare
from qa.compose import (
    compose,
    compose_introduction,
    compose_releases,
    compose_shared,
    compose_values,
)
from qa.coverage import premise
from qa.enumerating import enumerated, items
from qa.listing import gather, how_many
from qa.pages import page
from qa.plan import Plan
from qa.positions import Claim, agreement, disagreement
from qa.read import Span
from qa.refusal import refuse
from qa.types import Answer, Citation, Hit
from qa.understand import Query
from qa.who import introductions
from qa.wording import listed
from qa.words import content, tokens

LISTED = 0.8  # confidence in a list of releases: they hold the words, which is nearly all it says

_ROW = 0.6  # how sure the surest row of a list must be: each was read on its own
_AS_SURE = 0.8  # how sure the others, as a share of it
_SIDE = 0.6  # how sure each side of a comparison must be, as a share of what both must on average
_SURE = 0.7  # how sure the reader must be that a sentence itself tells how many times
_TIMES = re.compile(r"\b(?:once|twice|thrice|times)\b", re.IGNORECASE)
_AGREEING = 3  # releases cited for one value where releases disagree


def reply(library: Library, plan: Plan, readings: Sequence[Reading], least: float) -> Answer:
    """The answer where what was read is sure enough and checks, else a refusal.

    Args:
        library: an open library, inside its `reading()` block.
        plan: the form of the reply.
        readings: one for each of `plan.queries`.
        least: how sure to be, 0 to 1.
    """
    if plan.person:
        return _introduction(library, plan, readings[0], least)
    if plan.comparison:
        return _comparison(library, plan, readings, least)
    wanted = how_many(plan.query.question) if plan.form == "values" else 0
    if wanted and (told := _told(library, readings[0], least)):
        return told  # one sentence has them all
    if plan.form:
        found = _list(library, plan, readings[0], least)
        if found and (not wanted or items(found.short) == wanted):
            return found
        if plan.form != "values":
            return refuse(library, plan.query, readings[0].hits, 0.0)
    return _single(library, readings[0], least)


def _single(library: Library, reading: Reading, least: float) -> Answer:
    query, spans = reading.query, reading.spans
    found = _told(library, reading, least) or _shared(library, query, least)
    return found or refuse(library, query, reading.hits, spans[0].score if spans else 0.0)


def _told(library: Library, reading: Reading, least: float) -> Answer | None:
    """The answer that one sentence gives, if any does."""
    query, spans = reading.query, reading.spans
    chosen = _first(library, query, spans, least)
    if chosen is None:
        return None
    span, citation = chosen
    groups = disagreement(library, query, span, spans, least)
    claims = _cited(library, groups, span, citation)
    other = None if claims else agreement(query, span, spans, least)
    return compose(span, citation, claims, _cite(library, other, 2) if other else None)


def _shared(library: Library, query: Query, least: float) -> Answer | None:
    """The name that several releases have in common, where that is what is asked for."""
    found = in_common(library, query) if asked_in_common(query) else None
    if found is None or found.confidence < least:
        return None
    cited = [
        citation
        for hit, sentence, name in found.places
        if (citation := _quote(library, hit.release, sentence, name, 1))
    ]
    if len(cited) < 2:
        return None
    return compose_shared(_numbered(cited), found.confidence)


def _first(
    library: Library, query: Query, spans: Sequence[Span], least: float
) -> tuple[Span, Citation] | None:
    """The first of the best spans that is sure enough, holds what is asked and can be cited."""
    for span in passing(query, spans, least):
        citation = _cite(library, span, 1)
        if citation:
            return span, citation
    return None


def _cite(library: Library, span: Span, number: int) -> Citation | None:
    sentence = span.sentence_start, span.sentence_end
    return _quote(library, span.hit.release, sentence, (span.start, span.end), number)


def _quote(
    library: Library,
    release: Release,
    sentence: tuple[int, int],
    short: tuple[int, int],
    number: int,
) -> Citation | None:
    """A checked citation, or None: what cannot be proved is not shown."""
    try:
        return cite(library, release, sentence, short, number)
    except CitationError:
        return None


def _numbered(citations: Sequence[Citation]) -> list[Citation]:
    """The same citations, numbered from 1 in their order."""
    return [replace(citation, number=number) for number, citation in enumerate(citations, 1)]


def _cited(
    library: Library, groups: Sequence[Sequence[Claim]], span: Span, citation: Citation
) -> list[tuple[list[Claim], list[Citation]]]:
    """The claims of each value with citations; nothing where only one value can be proved."""
    number = citation.number
    found: list[tuple[list[Claim], list[Citation]]] = []
    for group in groups:
        claims: list[Claim] = []
        citations: list[Citation] = []
        for claim in group:
            one: Citation | None = None
            if (claim.release.id, claim.start) == (span.hit.release.id, span.start):
                one = citation
            elif len(citations) < _AGREEING:
                one = _quote(
                    library, claim.release, claim.sentence, (claim.start, claim.end), number + 1
                )
                number += one is not None
            if one:
                citations.append(one)
            claims.append(claim)
        if citations:
            found.append((claims, citations))
    return found if len(found) > 1 else []


def _comparison(library: Library, plan: Plan, readings: Sequence[Reading], least: float) -> Answer:
    assert plan.comparison is not None
    distinct = plan.comparison.asks == "both"
    chosen = a_span_each(readings, _SIDE * least, distinct=distinct)
    if fmean(span.score if span else 0.0 for span in chosen) < least:
        chosen = a_span_each(readings, least, distinct=distinct)
    found: list[Found] = []
    for side, span in zip(plan.comparison.sides, chosen, strict=True):
        number = 1 + sum(one.citation is not None for one in found)
        citation = _cite(library, span, number) if span else None
        found.append(Found(side.label, span, citation) if citation else Found(side.label))
    answer = compare(plan.comparison, found)
    if answer and answer.confidence >= least:
        return answer
    said = [one.label for one in found if one.citation]
    missing = [one.label for one in found if not one.citation]
    reason = premise(library, plan.query)
    if said and missing:
        reason = f"It tells of {listed(said)}, but not of {listed(missing, 'or')}."
    elif missing and not reason:
        reason = f"No passage was found that answers this for {listed(missing, 'or')}."
    best = min((r.spans[0].score if r.spans else 0.0 for r in readings), default=0.0)
    lacking = next((r for r, one in zip(readings, found, strict=True) if not one.citation), None)
    reading = lacking or readings[0]
    return refuse(library, reading.query, reading.hits, best, reason)


def _list(library: Library, plan: Plan, reading: Reading, least: float) -> Answer | None:
    """A list with two rows or more of values, or any number of releases; else None."""
    assert plan.form is not None
    query = reading.query
    if plan.form == "times":
        told = [s for s in reading.spans[:1] if s.score >= max(least, _SURE) and _tells_times(s)]
        if told and holds(query, told[0]):
            return _single(library, reading, least)
    listing = gather(library, query, plan.form, reading.hits)
    if plan.form == "values":
        return _values(library, query, listing.spans, least)
    if least > LISTED:
        return None
    rows = [
        (hit, citation)
        for hit in listing.hits
        if (citation := _evidence(library, query, hit, 1)) is not None
    ]
    if not rows:
        return None
    citations = _numbered([one for _, one in rows])
    return compose_releases(query, plan.form, [hit for hit, _ in rows], citations, LISTED)


def _values(library: Library, query: Query, spans: Sequence[Span], least: float) -> Answer | None:
    rows: list[tuple[Span, Citation]] = []
    surest = max((span.score for span in spans), default=0.0)
    if surest < _ROW:
        return None
    least = max(least, _AS_SURE * surest)
    undated = replace(query, dates=())
    for span in spans:
        whole = (span.start, span.end) == (span.sentence_start, span.sentence_end)
        if span.score < least or whole:
            continue
        if not (of_that_time(query, span) and holds(undated, span)):
            continue
        span = enumerated(span)
        citation = _cite(library, span, len(rows) + 1)
        if citation:
            rows.append((span, citation))
    if len(rows) < 2:
        return None
    return compose_values([span for span, _ in rows], [citation for _, citation in rows])


def _tells_times(span: Span) -> bool:
    text = span.hit.release.text[span.start : span.sentence_end]
    return bool(_TIMES.match(text[len(span.text) :].lstrip()) or _TIMES.search(span.text))


def _evidence(library: Library, query: Query, hit: Hit, number: int) -> Citation | None:
    """The sentence of the passage that holds most of the question's words, cited."""
    asked = {token.stem for token in content(tokens(query.question))}
    asked |= {t.stem for one in query.required for form in one.forms for t in tokens(form)}
    inside = [
        sentence
        for sentence in page(hit.release.text).sentences
        if hit.passage.start <= sentence.start < hit.passage.end
    ]
    if not inside:
        return None
    best = max(inside, key=lambda sentence: sum(sentence.bag.holds(word) for word in asked))
    place = best.start, best.end
    return _quote(library, hit.release, place, place, number)


def _introduction(library: Library, plan: Plan, reading: Reading, least: float) -> Answer:
    name = plan.person
    cited = [
        (one, citation)
        for one in introductions(library, plan.query, name)
        if (
            citation := _quote(
                library, one.release, one.sentence, (one.role.start, one.role.end), 1
            )
        )
    ]
    answer = None
    if cited:
        citations = _numbered([citation for _, citation in cited])
        answer = compose_introduction(name, [one for one, _ in cited], citations)
    if answer is None or answer.confidence < least:
        reason = f"No release was found that tells who {name} is."
        return refuse(library, plan.query, reading.hits, 0.0, reason)
    return answer
