"""What stands in a reply besides its words and quotations, each part only where there is any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.escape import escape
from web.render import citation_link, confidence, day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.types import Filters
    from qa.types import Answer, Understood

_STAGES = {
    "understand": "Understanding the question",
    "search": "Searching the archive",
    "rerank": "Comparing the passages",
    "read": "Reading the best of them",
    "cite": "Checking the quotations",
}
# What a reader may say about a reply: what is sent (`embeddings.feedback`) and what is shown.
_OF_ANSWERS = (
    ("good", "Right"),
    ("bad", "Wrong"),
    ("wrong-citation", "Wrong citation"),
    ("should-refuse", "Should have refused"),
)
_OF_REFUSALS = (
    ("good", "Right to refuse"),
    ("bad", "Wrong"),
    ("should-answer", "Should have answered"),
)


def limited(filters: Filters, without: Sequence[str] = ()) -> str:
    """The limits that were in force and what was left out of the question, in words."""
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
    html = f'<p class="limited">Searched only: {"; ".join(parts)}</p>' if parts else ""
    if without:
        left_out = ", ".join(f"“{escape(text)}”" for text in without)
        html += f'<p class="limited">Asked again without {left_out}</p>'
    return html


def table(answer: Answer) -> str:
    """A list or a comparison, a line each, with the citation that proves the line."""
    if not answer.rows:
        return ""
    links = {citation.number: citation_link(citation) for citation in answer.citations}
    labelled = any(row.label for row in answer.rows)
    valued = any(row.value for row in answer.rows)
    head = '<th scope="col">About</th>' * labelled + '<th scope="col">What it says</th>' * valued
    lines = []
    for row in answer.rows:
        label = f'<th scope="row" dir="auto">{escape(row.label)}</th>' if labelled else ""
        value = f'<td dir="auto">{escape(row.value)}</td>' if valued else ""
        lines.append(f"<tr>{label}{value}<td>{links.get(row.citation, '')}</td></tr>")
    return (
        '<table class="rows"><caption class="unseen">What the releases say</caption>'
        f'<thead><tr>{head}<th scope="col">Source</th></tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def positions(answer: Answer) -> str:
    """What the releases say where they disagree, each with those that say it."""
    if not answer.positions:
        return ""
    cited = {citation.number: citation for citation in answer.citations}
    items = []
    for position in answer.positions:
        sources = [
            f'<span class="source">{citation_link(cited[number])} {day(cited[number].date)}</span>'
            for number in position.citations
            if number in cited
        ]
        items.append(
            f'<li><span class="value" dir="auto">{escape(position.value)}</span> '
            f"{' '.join(sources)}</li>"
        )
    return (
        '<div class="positions"><p class="caption">The releases disagree</p>'
        f"<ul>{''.join(items)}</ul></div>"
    )


def wording(answer: Answer) -> str:
    """Which language model worded the answer, or why the one that was asked did not."""
    if answer.writer:
        said = f"Worded by {escape(answer.writer)}; each sentence was checked against these words."
    else:
        said = escape(answer.note)
    return f'<p class="caption wording">{said}</p>' if said else ""


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.2f}&#160;s"


def workings(answer: Answer) -> str:
    """How sure the answer is and how long it took; inside, the time of each stage."""
    stages = [(name, value) for name, value in answer.timings.items() if name != "total"]
    total = answer.timings.get("total", sum(value for _, value in stages))
    parts = []
    if answer.answered:
        percent = round(100 * answer.confidence)
        parts.append(
            f'<span class="confidence">{confidence(answer.confidence)}'
            f' <span class="figure">({percent}&#160;%)</span></span>'
        )
    if not total:
        return f'<p class="workings">{"".join(parts)}</p>' if parts else ""
    parts.append(f'<span class="time">{_seconds(total)}</span>')
    rows = "".join(
        f'<tr><th scope="row">{escape(_STAGES.get(name, name))}</th><td>{_seconds(value)}</td></tr>'
        for name, value in stages
    )
    return (
        f'<details class="workings"><summary>{"".join(parts)}</summary><table>'
        f'<caption class="unseen">How long each stage took</caption>{rows}</table></details>'
    )


def chips(understood: Sequence[Understood]) -> str:
    """What was read out of the question; each can be taken out, which asks again without it."""
    if not understood:
        return ""
    buttons = "".join(
        '<button type="button" class="chip"><span class="unseen">Ask again without </span>'
        f'<span class="words">{escape(part.text)}</span></button>'
        for part in understood
    )
    return f'<p class="chips"><span class="caption">Searched for</span> {buttons}</p>'


def next_questions(questions: Sequence[str]) -> str:
    """Questions that the archive answers, to ask next."""
    if not questions:
        return ""
    items = "".join(
        f'<li><button type="button" class="suggested" dir="auto">{escape(question)}</button></li>'
        for question in questions
    )
    return f'<div class="next"><p class="caption">Ask next</p><ul>{items}</ul></div>'


def verdicts(name: str, *, answered: bool) -> str:
    """Buttons by which a reader says what is right or wrong about the reply of that name.

    The chat keeps no attribute but `class` on its way to the browser, so kind and name stand there.
    """
    if not name:
        return ""
    buttons = "".join(
        f'<button type="button" class="say-{kind}">{shown}</button>'
        for kind, shown in (_OF_ANSWERS if answered else _OF_REFUSALS)
    )
    return (
        f'<div class="verdicts answer-{_class_name(name)}" role="group">'
        f'<span class="unseen">Your opinion of this reply:</span>{buttons}'
        '<span class="thanks" role="status"></span></div>'
    )


def _class_name(name: str) -> str:
    """A reply's name, which holds letters, digits, "-" and "_" only."""
    return "".join(character for character in name if character.isalnum() or character in "-_")
