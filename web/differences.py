"""Two versions of a release side by side in one text: what was taken out and what was put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embeddings.versions import difference
from web.escape import escape
from web.pages import whole
from web.render import day

if TYPE_CHECKING:
    from embeddings.types import Release

_AROUND = 160  # characters shown on each side of a change
_MOST = 400  # changes shown


def page(old: Release, new: Release, searched: str) -> str:
    """The page that compares two versions. `searched` is the id of the one that is searched."""
    rows = "".join(
        f"<tr><th scope=row>{name}</th><td>{before or '–'}</td><td>{after or '–'}</td></tr>"
        for name, before, after in _fields(old, new, searched)
    )
    changes = difference(old, new)
    shown = "".join(
        f'<li dir="auto">{_around(new.text, change.new_start, change.new_end, change.old)}</li>'
        for change in changes[:_MOST]
    )
    more = len(changes) - _MOST
    words = (
        f'<ol class="changes">{shown}</ol>' + (f"<p>And {more:,} more.</p>" if more > 0 else "")
        if changes
        else "<p>Their words are the same; case, spacing and punctuation do not count.</p>"
    )
    return whole(
        "Two versions",
        f'<h1>Two versions of a release</h1><div class="scroll" tabindex="0" role="region"'
        f' aria-label="What is known about each"><table class="versions"><thead><tr><td></td>'
        f"<th scope=col>{_link(old)}</th><th scope=col>{_link(new)}</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
        f"<h2>What differs in the text</h2>{words}",
    )


def _link(release: Release) -> str:
    return f'<a href="read/{release.id}">{escape(release.title) or "Untitled"}</a>'


def _fields(old: Release, new: Release, searched: str) -> list[tuple[str, str, str]]:
    """What is known about the two, escaped: the date always, the rest where either says it."""
    pairs = [
        ("Date", day(old.date), day(new.date)),
        ("Place", escape(old.place), escape(new.place)),
        ("Source", escape(old.source), escape(new.source)),
        ("Number", escape(old.number), escape(new.number)),
        ("Answers", _answers(old, searched), _answers(new, searched)),
        ("Length", f"{len(old.text):,} characters", f"{len(new.text):,} characters"),
    ]
    return [pair for pair in pairs if pair[1] or pair[2]]


def _answers(release: Release, searched: str) -> str:
    return "come from it" if release.id == searched else "do not"


def _around(text: str, start: int, end: int, gone: str) -> str:
    """One change with the words on both sides of it."""
    low, high = max(0, start - _AROUND), end + _AROUND
    before, after = text[low:start], text[end:high]
    if low > 0:
        before = before.partition(" ")[2]  # no half words
    if high < len(text):
        after = after.rpartition(" ")[0]
    parts = [
        "… " if low > 0 else "",
        escape(before),
        f'<del><span class="unseen">taken out: </span>{escape(gone)}</del>' if gone else "",
        f'<ins><span class="unseen">put in: </span>{escape(text[start:end])}</ins>'
        if end > start
        else "",
        escape(after),
        " …" if high < len(text) else "",
    ]
    return "".join(parts).replace("&#10;", " ")
