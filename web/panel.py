"""The parts of the library page that change the library; `library.js` makes them work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from web.escape import escape
from web.shelf import Reject

if TYPE_CHECKING:
    from web.changes import Changes

_REJECTS = 200  # shown


def adding(changes: Changes) -> str:
    """Where files and addresses go in, and where it is told what becomes of them."""
    settings = changes.settings
    if settings.read_only:
        return '<p class="note">This library is read-only here: it can be asked, not changed.</p>'
    takes = (
        "<h2>Add releases</h2>"
        '<div id="drop"><label for="files">Choose files</label>'
        '<input type="file" id="files" multiple aria-describedby="takes">'
        '<span aria-hidden="true">or drop them here</span>'
        f'<p id="takes">Web pages, PDF, Word, e-mail, text, CSV and JSONL files, and archives of '
        f"them; at most {settings.max_file >> 20:,} MiB each and {settings.max_files:,} at a "
        "time.</p></div>"
        '<form id="fetch"><label for="url">Or the address of a page, a feed or a sitemap</label>'
        '<div class="row"><input type="url" id="url" maxlength="2000" required '
        'placeholder="https://" autocomplete="off"><button>Add</button></div></form>'
        if changes.batches
        else ""
    )
    samples = (
        '<p class="note">These are the sample releases. What you change here is gone when the '
        "server stops; <code>dateline chat --library DIR</code> opens a library of your own.</p>"
        if settings.samples
        else ""
    )
    return (
        f'<section id="change" aria-label="Change the library" data-token="{changes.token}"'
        f' data-largest="{settings.max_file}" data-files="{settings.max_files}">'
        f"<noscript><p>Changing the library needs JavaScript.</p></noscript>{samples}{takes}"
        '<div id="work" hidden><p id="doing"></p><progress id="progress" '
        'aria-labelledby="doing"></progress><button type="button" id="cancel">Cancel</button></div>'
        '<p id="told" role="status" tabindex="-1"></p><ul id="results" aria-label="Results"></ul>'
        "</section>"
    )


def rejected(rejects: Sequence[Reject], may_change: bool) -> str:
    """What could not be used and why, with buttons to read it again and to forget it."""
    if not rejects:
        return ""
    rows = "".join(
        f"<li><span><strong>{escape(one.name)}</strong> {escape(one.reason)}</span>"
        f"{_buttons(one) if may_change else ''}</li>"
        for one in rejects[:_REJECTS]
    )
    more = len(rejects) - _REJECTS
    rest = f"<p>And {more:,} more.</p>" if more > 0 else ""
    every = (
        '<p><button type="button" class="retry" data-numbers="'
        f'{" ".join(str(one.number) for one in rejects[:_REJECTS])}">Try all again</button></p>'
        if may_change and len(rejects) > 1
        else ""
    )
    return f'<h2>Could not be used</h2><ul class="rejects">{rows}</ul>{rest}{every}'


def _buttons(one: Reject) -> str:
    name = f'<span class="unseen"> {escape(one.name)}</span>'
    return (
        '<span class="buttons">'
        f'<button type="button" class="retry" data-numbers="{one.number}">Try{name} again</button>'
        f'<button type="button" class="forget" data-numbers="{one.number}">Forget{name}</button>'
        "</span>"
    )


def embedding(model: str, changes: Changes) -> str:
    """Which model the library is embedded with, and the choice of another."""
    if not model:
        return ""
    said = f"<p>The library is embedded with <strong>{escape(_short(model))}</strong>.</p>"
    if changes.settings.read_only:
        return f"<h2>Embedding model</h2>{said}"
    options = "".join(
        f'<option value="{number}"{" selected" if name == model else ""}>'
        f"{escape(_short(name))}</option>"
        for number, name in enumerate(changes.models)
    )
    return (
        f"<h2>Embedding model</h2>{said}"
        '<form id="reembed"><label for="model">Embed everything again with</label>'
        f'<div class="row"><select id="model">{options}</select><button>Re-embed</button></div>'
        "<p>Questions are answered with the old vectors until the new ones are complete. What was "
        "cancelled goes on from where it stopped.</p></form>"
    )


def _short(model: str) -> str:
    """A model's name; of a folder of this machine only its own."""
    path = PurePath(model)
    return path.name if path.is_absolute() or model.startswith((".", "~")) else model
