"""The pages beside the chat: what the library holds, and one release by itself.

Only the library page has a script, where readers may change the library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from embeddings.catalog import Catalog
from web import panel
from web.escape import escape
from web.render import day
from web.shelf import PAGE, Entry, Reject
from web.shell import ICON, STYLES

if TYPE_CHECKING:
    from web.changes import Changes

_LISTED = 12  # values shown of each kind

_COUNTS = (
    ("inputs", "files and pages were read"),
    ("releases", "of them are releases that answers come from"),
    ("duplicates", "are other versions of one of these"),
    ("rejects", "could not be used"),
    ("passages", "passages can be searched"),
)


def whole(title: str, body: str, base: str = "./", head: str = "") -> str:
    """A complete page. `title` is plain text, `body` is HTML, `base` leads to the chat."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<base href="{base}"><title>{escape(title)} – Dateline</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><link rel="icon" href="{ICON}">'
        f'{STYLES}<link rel="stylesheet" href="page/library.css">{head}</head><body class="plain">'
        '<header id="masthead"><div class="masthead"><p class="name"><a href="./">Dateline</a></p>'
        '<p><a href="./">Ask a question</a><a href="library">The library</a></p></div></header>'
        f"<main>{body}</main></body></html>"
    )


def library(
    catalog: Catalog,
    counts: Mapping[str, int],
    years: Mapping[int, int],
    rejects: Sequence[Reject],
    versions: tuple[Sequence[Sequence[Entry]], int],
    model: str,
    changes: Changes,
) -> str:
    """What the library holds, when it is from, what could not be read, and ways to change it.

    `versions` are the first releases that have several, and how many there are. The script fetches
    this page again after a change and takes the part `holdings` from it.
    """
    rows = "".join(
        f"<div><dt>{counts[key]:,}</dt><dd>{words}</dd></div>"
        for key, words in _COUNTS
        if key in counts
    )
    undated = catalog.count - sum(years.values())
    may_change = not changes.settings.read_only
    parts = [
        f'<dl class="counts">{rows}</dl>',
        panel.rejected(rejects, may_change),
        f"<h2>When they were issued</h2>{_timeline(years, undated)}" if catalog.count else "",
        _bars("Issuing bodies", catalog.sources),
        _values("Places", catalog.places),
        _values("Topics", catalog.topics),
        _versions(*versions),
        panel.embedding(model, changes),
    ]
    body = f'<h1>The library</h1>{panel.adding(changes)}<div id="holdings">{"".join(parts)}</div>'
    script = '<script src="page/library.js" defer></script>' if may_change else ""
    return whole("The library", body, head=script)


def _versions(groups: Sequence[Sequence[Entry]], total: int) -> str:
    if not total:
        return ""
    more = (
        f'<p><a href="library?duplicates=0">All {total:,} of them</a></p>'
        if total > len(groups)
        else ""
    )
    return f"<h2>Releases in several versions</h2>{_groups(groups)}{more}"


def duplicates(number: int, groups: Sequence[Sequence[Entry]], total: int) -> str:
    """One page of the releases that the library has in several versions."""
    links = []
    if number > 0:
        links.append(f'<a href="library?duplicates={number - 1}">Earlier ones</a>')
    if (number + 1) * PAGE < total:
        links.append(f'<a href="library?duplicates={number + 1}">More of them</a>')
    body = _groups(groups) if groups else "<p>There are none here.</p>"
    return whole(
        "Releases in several versions",
        f'<h1>Releases in several versions</h1>{body}<p class="pager">{" ".join(links)}</p>',
    )


def _groups(groups: Sequence[Sequence[Entry]]) -> str:
    return f'<ul class="entries">{"".join(map(_group, groups))}</ul>'


def _group(entries: Sequence[Entry]) -> str:
    searched, *others = entries
    rows = "".join(
        f'<li><a href="read/{entry.release_id}">{escape(entry.title) or "Untitled"}</a>, '
        f"{day(entry.date)} – "
        f'<a href="differences?old={entry.release_id}&amp;new={searched.release_id}">'
        f'what differs<span class="unseen"> from {escape(searched.title)}</span></a></li>'
        for entry in others
    )
    return f'<li>{_entry(searched)}<ul class="versions">{rows}</ul></li>'


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


def _bars(name: str, counts: Mapping[str, int]) -> str:
    """The most frequent values with a bar each."""
    if not counts:
        return ""
    items = list(counts.items())
    most = items[0][1]
    shown = "".join(
        f'<li><span class="label">{escape(value)}</span>'
        f'<span class="bar" style="width:{max(1, round(100 * count / most))}%"></span>'
        f"<span>{count:,}</span></li>"
        for value, count in items[:_LISTED]
    )
    more = len(items) - _LISTED
    rest = f'<p class="more">and {more:,} more</p>' if more > 0 else ""
    return f'<h2>{name}</h2><ul class="bars">{shown}</ul>{rest}'


def _entry(entry: Entry) -> str:
    return (
        f'<a href="read/{escape(entry.release_id)}">{escape(entry.title) or "Untitled"}</a>'
        f" <span>{day(entry.date)}{', ' + escape(entry.source) if entry.source else ''}</span>"
    )


def year(number: int, entries: Sequence[Entry]) -> str:
    """The releases of one year, latest first."""
    title = f"Releases of {number}" if number else "Undated releases"
    rows = "".join(f"<li>{_entry(entry)}</li>" for entry in entries)
    return whole(title, f'<h1>{title}</h1><ul class="entries">{rows}</ul>')


def reading(title: str, html: str) -> str:
    """One release on a page of its own."""
    return whole(title, f'<div id="reading">{html}</div>', base="../")


def missing(base: str = "../") -> str:
    """In place of a release that the library does not hold."""
    return whole(
        "No such release",
        '<h1>No such release</h1><p>It may have been removed from the <a href="library">library</a>'
        ".</p>",
        base=base,
    )
