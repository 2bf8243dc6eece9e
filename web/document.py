"""One release as a page fragment, with the quoted words marked."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from web import receipts
from web.escape import escape
from web.links import followable
from web.render import day, reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.types import Release

_PARAGRAPH = re.compile(r"\S(?:.*?\S)??(?=\s*\n[ \t]*\n|\s*\Z)", re.DOTALL)


def _address(url: str) -> str:
    if not followable(url):
        return escape(url)
    shown = escape(url)
    return f'<a href="{shown}" target="_blank" rel="noopener noreferrer nofollow">{shown}</a>'


def _fields(release: Release, versions: str) -> str:
    fields = [("Date", day(release.date))]
    for name, value in (
        ("Place", release.place),
        ("Source", release.source),
        ("Topics", ", ".join(release.topics)),
        ("Number", release.number),
    ):
        if value:
            fields.append((name, escape(value)))
    if release.url:
        fields.append(("Address", _address(release.url)))
    if versions:
        fields.append(("Versions", versions))
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in fields)
    return f"<dl>{rows}</dl>"


def _marked(text: str, start: int, end: int, quote: tuple[int, int], inner: tuple[int, int]) -> str:
    """`text[start:end]` as HTML; what lies in `quote` marked, what lies in `inner` strong."""
    cuts = sorted({start, end, *(cut for cut in (*quote, *inner) if start < cut < end)})
    pieces = []
    for left, right in itertools.pairwise(cuts):
        html = escape(text[left:right]).replace("&#10;", "<br>")
        if inner[0] <= left and right <= inner[1]:
            html = f"<strong>{html}</strong>"
        if quote[0] <= left and right <= quote[1]:
            html = f"<mark>{html}</mark>"
        pieces.append(html)
    return "".join(pieces)


def body(text: str, quote: tuple[int, int] = (0, 0), inner: tuple[int, int] = (0, 0)) -> str:
    """The paragraphs of `text`, offsets in code points; nothing but white space is left out."""
    paragraphs = (
        f'<p dir="auto">{_marked(text, match.start(), match.end(), quote, inner)}</p>'
        for match in _PARAGRAPH.finditer(text)
    )
    return "".join(paragraphs)


def release(
    release: Release,
    quote: tuple[int, int] = (0, 0),
    inner: tuple[int, int] = (0, 0),
    *,
    versions: Sequence[Release] = (),
    alone: bool = False,
) -> str:
    """The whole release, with `text[quote]` marked and `text[inner]` in it strong.

    Bounds outside the text, or the wrong way round, mark nothing. `versions` are its other
    versions. `alone` is for a page of its own, where nothing opens beside a chat.
    """
    size = len(release.text)
    quote, inner = (
        bounds if 0 <= bounds[0] < bounds[1] <= size else (0, 0) for bounds in (quote, inner)
    )
    title = escape(release.title) or "Untitled release"
    language = escape(release.language)
    lang = f' lang="{language}"' if re.fullmatch(r"[A-Za-z]{2,3}", release.language) else ""
    parts = [
        f'<h2 tabindex="-1" dir="auto">{title}</h2>',
        _fields(release, _versions(versions, alone)),
        f'<div class="text">{body(release.text, quote, inner)}</div>',
        _citing(release, release.text[slice(*quote)]),
        "" if alone else _own_page(release, quote, inner),
    ]
    return f'<article class="release"{lang}>{"".join(parts)}</article>'


def _versions(versions: Sequence[Release], alone: bool) -> str:
    links = [
        f'<a href="{f"read/{other.id}" if alone else reference(other.id, 0, 0)}">'
        f"{escape(other.title) or 'Untitled'}</a>, {day(other.date)}"
        for other in versions
    ]
    return "<br>".join(links)


def _own_page(release: Release, quote: tuple[int, int], inner: tuple[int, int]) -> str:
    bounds = {"start": quote[0], "end": quote[1], "first": inner[0], "last": inner[1]}
    address = f"read/{release.id}?{urlencode(bounds)}"
    return (
        f'<div class="own-page"><a href="{escape(address)}" target="_blank" rel="noopener">'
        "Open on a page of its own</a></div>"
    )


def _citing(release: Release, quote: str) -> str:
    """The quotation ready to be taken away; the page's script makes the buttons copy."""
    if not quote:
        return ""
    forms = "".join(
        f'<div class="form"><div class="head"><span>{name}</span>'
        f'<button type="button" class="copy">Copy<span class="unseen"> as {name}</span></button>'
        f'</div><pre tabindex="0">{escape(write(release, quote))}</pre></div>'
        for name, write in (
            ("Plain text", receipts.plain),
            ("Markdown", receipts.markdown),
            ("BibTeX", receipts.bibtex),
        )
    )
    return f'<details class="citing"><summary>Cite these words</summary>{forms}</details>'
