"""The parts of a reply that stand by themselves, as HTML in which every foreign word is escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from web.escape import escape

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from qa.types import Citation

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


def target(citation: Citation) -> str:
    """The fragment address that opens a citation's release at its quotation."""
    start, end = citation.answer_start, citation.answer_end
    inside = (citation.start + start, citation.start + end) if end > start else (0, 0)
    return reference(citation.release_id, citation.start, citation.end, inside)


def citation_link(citation: Citation) -> str:
    """The number that opens a citation; the page's script shows its quotation beside it."""
    return (
        f'<a class="cite" role="button" href="{target(citation)}">'
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


def question(text: str) -> str:
    """The reader's own words."""
    return f'<p class="asked" dir="auto">{escape(text)}</p>'


def working(stage: str, seconds: float) -> str:
    """The line shown while an answer is being found."""
    return f'<p class="stage">{escape(stage)}… {seconds:.1f}&#160;s</p>'


def problem(sentence: str) -> str:
    """One clear sentence about a question that could not be asked or answered."""
    return f'<div class="reply problem"><p>{escape(sentence)}</p></div>'
