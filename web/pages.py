"""The pages beside the chat: what the library holds, and one release by itself. No script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from embeddings.catalog import Catalog
from web.escape import escape
from web.render import day
from web.shelf import Entry
from web.shell import ICON, STYLES

_LISTED = 12  # values shown of each kind
_REJECTS = 200

_COUNTS = (
    ("inputs", "files and pages were read"),
    ("releases", "of them are releases that answers come from"),
    ("duplicates", "are other versions of one of these"),
    ("rejects", "could not be used"),
    ("passages", "passages can be searched"),
)


def whole(title: str, body: str, base: str = "./") -> str:
    """A complete page. `title` is plain text, `body` is HTML, `base` leads to the chat."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<base href="{base}"><title>{escape(title)} – Dateline</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><link rel="icon" href="{ICON}">'
        f'{STYLES}</head><body class="plain">'
        '<header id="masthead"><div class="masthead"><p class="name"><a href="./">Dateline</a></p>'
        '<p><a href="./">Ask a question</a><a href="library">The library</a></p></div></header>'
        f"<main>{body}</main></body></html>"
    )


def library(
    catalog: Catalog,
    counts: Mapping[str, int],
    years: Mapping[int, int],
    rejects: Sequence[tuple[str, str]],
) -> str:
    """What the library holds, when it is from, and what could not be read."""
    rows = "".join(
        f"<div><dt>{counts[key]:,}</dt><dd>{words}</dd></div>"
        for key, words in _COUNTS
        if key in counts
    )
    undated = catalog.count - sum(years.values())
    parts = [
        f'<h1>The library</h1><dl class="counts">{rows}</dl>',
        f"<h2>When they were issued</h2>{_timeline(years, undated)}" if catalog.count else "",
        _values("Issuing bodies", catalog.sources),
        _values("Places", catalog.places),
        _values("Topics", catalog.topics),
    ]
    if rejects:
        shown = "".join(
            f"<li><strong>{escape(name)}</strong> {escape(reason)}</li>"
            for name, reason in rejects[:_REJECTS]
        )
        parts.append(f'<h2>Could not be used</h2><ul class="rejects">{shown}</ul>')
    return whole("The library", "".join(parts))


def _timeline(years: Mapping[int, int], undated: int) -> str:
    most = max(years.values(), default=1)
    bars = "".join(
        f'<li><a href="library?year={year}"><span class="year">{year}</span>'
        f'<span class="bar" style="width:{max(1, round(100 * count / most))}%"></span>'
        f"<span>{count:,}</span></a></li>"
        for year, count in years.items()
    )
    if undated > 0:
        bars += (
            '<li><a href="library?year=0"><span class="year">Undated</span>'
            f"<span>{undated:,}</span></a></li>"
        )
    return f'<ol class="timeline">{bars}</ol>'


def _values(name: str, counts: Mapping[str, int]) -> str:
    if not counts:
        return ""
    items = list(counts.items())
    shown = "".join(
        f"<li>{escape(value)} <span>{count:,}</span></li>" for value, count in items[:_LISTED]
    )
    more = len(items) - _LISTED
    if more > 0:
        shown += f'<li class="more">and {more:,} more</li>'
    return f'<h2>{name}</h2><ul class="values">{shown}</ul>'


def year(number: int, entries: Sequence[Entry]) -> str:
    """The releases of one year, latest first."""
    title = f"Releases of {number}" if number else "Undated releases"
    rows = "".join(
        f'<li><a href="read/{escape(entry.release_id)}">{escape(entry.title) or "Untitled"}</a>'
        f" <span>{day(entry.date)}{', ' + escape(entry.source) if entry.source else ''}</span></li>"
        for entry in entries
    )
    return whole(title, f'<h1>{title}</h1><ul class="entries">{rows}</ul>')


def reading(title: str, html: str) -> str:
    """One release on a page of its own."""
    return whole(title, f'<div id="reading">{html}</div>', base="../")


def missing() -> str:
    """In place of a release that the library does not hold."""
    return whole(
        "No such release",
        '<h1>No such release</h1><p>It may have been removed from the <a href="library">library</a>'
        ".</p>",
        base="../",
    )
