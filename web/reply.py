"""A whole reply as a reader sees it: an answer with its proof, or a refusal with what came near."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.escape import escape
from web.render import citation_link, day, quotation, reference, target, with_numbers
from web.reply_parts import (
    chips,
    limited,
    next_questions,
    positions,
    table,
    verdicts,
    wording,
    workings,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.types import Answer, Citation, Hit


def reply(answer: Answer, asked: str, without: Sequence[str] = (), name: str = "") -> str:
    """An answer or a refusal, complete.

    `without` is what the reader had taken out before; `name` is that by which an opinion refers to
    the reply, empty when none are taken.
    """
    show = answered if answer.answered else refused
    return show(answer, asked, without, name)


def answered(
    answer: Answer,
    asked: str,
    without: Sequence[str] = (),
    name: str = "",
    *,
    complete: bool = True,
) -> str:
    """An answer: the short one first, then what proves it, then what can be done with it.

    With `complete` False only the short answer is there yet.
    """
    parts = [_read_as(answer, asked), limited(answer.filters, without)]
    if answer.short and not answer.writer:
        links = "".join(map(citation_link, _of_the_short(answer))) if complete else ""
        parts.append(f'<p class="short" dir="auto">{escape(_headline(answer))} {links}</p>')
    else:
        text = with_numbers(answer.text, answer.citations)
        parts.append(f'<p class="prose" dir="auto">{text}</p>')
    if complete:
        parts += [
            positions(answer),
            table(answer),
            _quotations(answer),
            wording(answer),
            workings(answer),
            chips(answer.understood),
            next_questions(answer.suggestions),
            verdicts(name, answered=True),
        ]
    state = "complete" if complete else "partial"
    version = f"version-{answer.library_version}"
    return f'<div class="reply {state} {version}">{"".join(parts)}</div>'


def _headline(answer: Answer) -> str:
    """The answer as it is put to a person, "Mara Lind, Director of ...", without its quotation."""
    head, quoted, _ = answer.text.partition(" — “")
    return head if quoted else answer.short


def _of_the_short(answer: Answer) -> Sequence[Citation]:
    """The citations whose numbers stand after the short answer.

    Where a table or a disagreement follows, each number stands beside what it proves.
    """
    return () if answer.rows or answer.positions else answer.citations


def _quotations(answer: Answer) -> str:
    figures = "".join(map(_quoted, answer.citations))
    if not answer.rows or len(answer.citations) < 3:
        return figures
    return (
        '<details class="quotations"><summary>'
        f"The {len(answer.citations)} quotations</summary>{figures}</details>"
    )


def _quoted(citation: Citation) -> str:
    also = len(citation.also)
    note = f'<span class="also">{also} other version{"s" * (also > 1)}</span>' if also else ""
    return (
        f'<figure class="quoted"><blockquote dir="auto">{quotation(citation)}</blockquote>'
        f"<figcaption>{citation_link(citation)} "
        f'<a class="open" href="{target(citation)}">{escape(citation.title)}</a>, '
        f"{day(citation.date)}{note}</figcaption></figure>"
    )


def refused(answer: Answer, asked: str, without: Sequence[str] = (), name: str = "") -> str:
    """A refusal: why, and the passages that came nearest."""
    reason = answer.reason or answer.text or "No release says it."
    why = (*answer.nearest_why, "", "", "")
    nearest = "".join(_near(hit, why[i]) for i, hit in enumerate(answer.nearest[:3]))
    if nearest:
        nearest = f'<p class="caption">The nearest passages</p><ul class="nearest">{nearest}</ul>'
    parts = [
        '<p class="verdict">The archive does not answer this.</p>',
        _read_as(answer, asked),
        limited(answer.filters, without),
        f"<p>{escape(reason)}</p>",
        nearest,
        workings(answer),
        chips(answer.understood),
        next_questions(answer.suggestions),
        verdicts(name, answered=False),
    ]
    version = f"version-{answer.library_version}"
    return f'<div class="reply refusal complete {version}">{"".join(parts)}</div>'


def _near(hit: Hit, why: str = "") -> str:
    passage = hit.passage
    text = " ".join(passage.text.split())
    text = text if len(text) <= 240 else text[:239].rstrip() + "…"
    address = reference(passage.release_id, passage.start, passage.end)
    return (
        f'<li><a class="open" href="{address}">{escape(hit.release.title)}</a>, '
        f"{day(hit.release.date)}{f': {escape(why)}' if why else ''}"
        f'<span class="extract" dir="auto">{escape(text)}</span></li>'
    )


def _read_as(answer: Answer, asked: str) -> str:
    # A capital at the beginning, or spaces around it, are no other reading.
    if answer.question.strip().casefold() in ("", asked.strip().casefold()):
        return ""
    return f'<p class="understood">Understood as: {escape(answer.question)}</p>'
