"""What a reader sees of an answer, as HTML in which every foreign word went through `escape`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from web.escape import escape

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from embeddings.types import Filters
    from qa.types import Answer, Citation, Hit

_NUMBER = re.compile(r"\[(\d{1,3})\]")


def day(date: dt.date | None) -> str:
    """A date as a reader writes it: "25 June 2003", or "undated"."""
    if date is None:
        return '<span class="undated">undated</span>'
    return f'<time datetime="{date.isoformat()}">{date.day} {date:%B %Y}</time>'


def reference(release_id: str, start: int, end: int, answer: tuple[int, int] = (0, 0)) -> str:
    """The fragment address that opens a release at `text[start:end]`.

    `answer` locates the short answer in the same text; (0, 0) means that there is none.
    """
    query = {"release": release_id, "start": start, "end": end}
    if answer[1] > answer[0]:
        query |= {"first": answer[0], "last": answer[1]}
    return "#" + escape(urlencode(query))


def _target(citation: Citation) -> str:
    start, end = citation.answer_start, citation.answer_end
    inside = (citation.start + start, citation.start + end) if end > start else (0, 0)
    return reference(citation.release_id, citation.start, citation.end, inside)


def citation_link(citation: Citation) -> str:
    """The number that opens a citation, with its quotation as the tooltip."""
    return (
        f'<a class="cite" role="button" href="{_target(citation)}"'
        f' title="{escape(citation.quote)}">'
        f'<span class="unseen">Source </span>{citation.number}</a>'
    )


def with_numbers(text: str, citations: Iterable[Citation]) -> str:
    """`text` as HTML, its "[1]" turned into links to the citations of that number."""
    links = {str(citation.number): citation_link(citation) for citation in citations}
    pieces: list[str] = []
    last = 0
    for match in _NUMBER.finditer(text):
        if link := links.get(match.group(1)):
            pieces += [escape(text[last : match.start()]), link]
            last = match.end()
    pieces.append(escape(text[last:]))
    return "".join(pieces)


def quotation(citation: Citation) -> str:
    """The quoted sentence, the short answer in it marked."""
    quote, start, end = citation.quote, citation.answer_start, citation.answer_end
    if not 0 <= start < end <= len(quote):
        return escape(quote)
    marked = f"<mark>{escape(quote[start:end])}</mark>"
    return escape(quote[:start]) + marked + escape(quote[end:])


def confidence(value: float) -> str:
    """How sure the answer is, in words."""
    if value >= 0.8:
        return "Well supported"
    if value >= 0.5:
        return "Probably right"
    return "Uncertain: read the source before relying on it"


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.2f}&#160;s"


def _workings(answer: Answer, show_confidence: bool) -> str:
    timings: Mapping[str, float] = answer.timings
    stages = [(name, value) for name, value in timings.items() if name != "total"]
    total = timings.get("total", sum(value for _, value in stages))
    parts = []
    if show_confidence:
        percent = round(100 * answer.confidence)
        parts.append(
            f'<span class="confidence">{confidence(answer.confidence)}'
            f' <span class="figure">({percent}&#160;%)</span></span>'
        )
    if total:
        detail = "; ".join(f"{escape(name)} {_seconds(value)}" for name, value in stages)
        parts.append(f'<span class="time" title="{detail}">{_seconds(total)}</span>')
    return f'<p class="workings">{"".join(parts)}</p>' if parts else ""


def _understood(answer: Answer, asked: str) -> str:
    # A capital at the beginning, or spaces around it, are no other reading.
    if answer.question.strip().casefold() in ("", asked.strip().casefold()):
        return ""
    return f'<p class="understood">Understood as: {escape(answer.question)}</p>'


def _limited(filters: Filters) -> str:
    """The limits that were in force, in words."""
    parts = []
    if filters.since:
        parts.append(f"issued from {day(filters.since)}")
    if filters.until:
        parts.append(f"issued until {day(filters.until)}")
    for name, values in (
        ("source", filters.sources),
        ("place", filters.places),
        ("topic", filters.topics),
    ):
        if values:
            parts.append(f"{name} {escape(' or '.join(values))}")
    if not parts:
        return ""
    return f'<p class="limited">Searched only: {"; ".join(parts)}</p>'


def question(text: str) -> str:
    """The reader's own words."""
    return f'<p class="asked" dir="auto">{escape(text)}</p>'


def working(stage: str, seconds: float) -> str:
    """The line shown while an answer is being found."""
    return f'<p class="stage">{escape(stage)}… {seconds:.1f}&#160;s</p>'


def problem(sentence: str) -> str:
    """One clear sentence about a question that could not be asked or answered."""
    return f'<div class="reply problem"><p>{escape(sentence)}</p></div>'


def answered(answer: Answer, asked: str, *, complete: bool = True) -> str:
    """An answer: the short one first, then the quotations with their releases.

    With `complete` False only the short answer is there yet.
    """
    parts = [_understood(answer, asked), _limited(answer.filters)]
    if answer.short:
        links = "".join(map(citation_link, answer.citations)) if complete else ""
        parts.append(f'<p class="short" dir="auto">{escape(answer.short)} {links}</p>')
    else:
        text = with_numbers(answer.text, answer.citations)
        parts.append(f'<p class="prose" dir="auto">{text}</p>')
    if complete:
        parts += [_quoted(citation) for citation in answer.citations]
        parts.append(_workings(answer, True))
    state = "complete" if complete else "partial"
    return f'<div class="reply {state}">{"".join(parts)}</div>'


def _quoted(citation: Citation) -> str:
    return (
        f'<figure class="quoted"><blockquote dir="auto">{quotation(citation)}</blockquote>'
        f"<figcaption>{citation_link(citation)} "
        f'<a class="open" href="{_target(citation)}">{escape(citation.title)}</a>, '
        f"{day(citation.date)}</figcaption></figure>"
    )


def refused(answer: Answer, asked: str) -> str:
    """A refusal: why, and the passages that came nearest."""
    reason = answer.reason or answer.text or "No release says it."
    nearest = "".join(map(_near, answer.nearest[:3]))
    if nearest:
        nearest = f'<p class="caption">The nearest passages</p><ul class="nearest">{nearest}</ul>'
    parts = [
        '<p class="verdict">The archive does not answer this.</p>',
        _understood(answer, asked),
        _limited(answer.filters),
        f"<p>{escape(reason)}</p>",
        nearest,
        _workings(answer, False),
    ]
    return f'<div class="reply refusal complete">{"".join(parts)}</div>'


def _near(hit: Hit) -> str:
    passage = hit.passage
    text = " ".join(passage.text.split())
    text = text if len(text) <= 240 else text[:239].rstrip() + "…"
    target = reference(passage.release_id, passage.start, passage.end)
    return (
        f'<li><a class="open" href="{target}">{escape(hit.release.title)}</a>, '
        f'{day(hit.release.date)}<span class="extract" dir="auto">{escape(text)}</span></li>'
    )


def reply(answer: Answer, asked: str) -> str:
    """An answer or a refusal, complete."""
    return answered(answer, asked) if answer.answered else refused(answer, asked)
