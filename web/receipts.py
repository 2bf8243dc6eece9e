"""Quotations and conversations to take away: plain text, Markdown and BibTeX."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence

from embeddings.types import Release
from qa.types import Answer, Citation
from web.links import followable

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~^$:@&=])")
_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "{}%$#&_"},
}


def _line(text: str) -> str:
    return " ".join(text.split())


def _markdown(text: str) -> str:
    """One line of text that Markdown shows as it is."""
    return _MARKDOWN.sub(r"\\\1", _line(text))


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in _line(text))


def _day(date: dt.date | None) -> str:
    return f"{date.day} {date:%B %Y}" if date else "undated"


def _where(release: Release) -> list[str]:
    return [part for part in (release.source, release.place, _day(release.date)) if part]


def plain(release: Release, quote: str) -> str:
    """A quotation with its source as one paragraph."""
    parts = [f"“{_line(release.title)}”", *map(_line, _where(release))]
    address = f" {release.url}" if followable(release.url) else ""
    return f"“{_line(quote)}” ({', '.join(parts)}.{address})"


def markdown(release: Release, quote: str) -> str:
    """A quotation as a Markdown block quote; nothing in it is read as markup."""
    title = _markdown(release.title)
    if followable(release.url):
        title = f"[{title}](<{release.url}>)"
    return f"> {_markdown(quote)}\n>\n> — {', '.join([title, *map(_markdown, _where(release))])}"


def bibtex(release: Release, quote: str) -> str:
    """The release as a BibTeX entry, with the quotation as its note."""
    fields = [("title", _latex(release.title)), ("author", _latex(release.source))]
    if release.date:
        fields += [("year", f"{release.date.year}"), ("month", f"{release.date.month}")]
        fields += [("day", f"{release.date.day}")]
    fields += [("address", _latex(release.place)), ("howpublished", "Press release")]
    if followable(release.url):
        fields.append(("url", release.url.replace("{", "%7B").replace("}", "%7D")))
    fields.append(("note", f"``{_latex(quote)}''" if quote.strip() else ""))
    rows = "".join(f",\n  {name} = {{{value}}}" for name, value in fields if value)
    return f"@misc{{release-{release.id[:12]}{rows}\n}}"


def conversation(turns: Iterable[tuple[str, Answer]], saved: dt.datetime) -> str:
    """Questions and replies as a Markdown document, each quotation with what proves it."""
    parts = ["# Conversation with Dateline", f"Saved on {saved:%Y-%m-%d at %H:%M:%S} UTC."]
    for question, answer in turns:
        parts += [f"## {_markdown(question)}", _markdown(answer.short or answer.text)]
        parts += _receipts(answer.citations)
    return "\n\n".join(parts) + "\n"


def record(turns: Iterable[tuple[str, Answer]], saved: dt.datetime) -> str:
    """Questions as asked, each with the receipt of its answer, as JSON.

    `dateline verify-receipt` proves a receipt; none names a folder of this machine.
    """
    written = [
        {"asked": question.encode("utf-8", "replace").decode(), "receipt": answer.receipt(saved)}
        for question, answer in turns
    ]
    return json.dumps(
        {"saved": saved.isoformat(timespec="seconds"), "turns": written},
        ensure_ascii=False,
        indent=2,
    )


def _receipts(citations: Sequence[Citation]) -> list[str]:
    return [
        f"> {_markdown(citation.quote)}\n>\n"
        f"> — [{citation.number}] {_markdown(citation.title)}, {_day(citation.date)}  \n"
        f"> release `{citation.release_id}`, characters {citation.start} to {citation.end}"
        for citation in citations
    ]
