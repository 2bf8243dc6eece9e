"""A quotation in the file it came from, markup and menus and all.

A release keeps the map from its words to the decoded file (`embeddings.provenance`). The file
itself is the user's: it is read again when it is asked for, and only believed while its hash is the
one that was read.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from embeddings import ledger, records
from embeddings.errors import InputError
from embeddings.provenance import locate
from embeddings.read_formats import original_text
from embeddings.types import Release

_MARKUP = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True)
class Original:
    """The decoded file, and where in it the words asked for stand.

    `places` are half-open ranges of `text`, in the order of the words. What the file writes in
    another way, such as a character written as an entity, is in none of them.
    """

    path: Path
    text: str
    places: tuple[tuple[int, int], ...]


def original(connection: sqlite3.Connection, release: Release, start: int, end: int) -> Original:
    """Where `release.text[start:end]` stands in the file that the release was read from.

    Raises:
        InputError: the release has no such characters; or its file is gone, was changed, is of a
            format that keeps no positions (PDF, DOCX, e-mail, records), or came from the web.
    """
    if not 0 <= start < end <= len(release.text):
        raise InputError(
            f"Release {release.id[:12]} has no characters {start} to {end}; "
            f"its text has {len(release.text):,}."
        )
    rowid = records.rowid_of(connection, release.id)
    held = [] if rowid is None else ledger.holders(connection, rowid)
    for item in held:
        path = Path(item.root) / item.file
        if item.file != item.path or not release.segments:
            continue
        try:
            data = path.read_bytes()
        except OSError:
            continue
        if hashlib.sha256(data).hexdigest() != item.sha256:
            continue
        kind = "html" if path.suffix.lower() in _MARKUP else "text"
        text = original_text(data, kind)
        places = tuple(locate(release.segments, start, end))
        if places and all(text[low:high] in release.text[start:end] for low, high in places):
            return Original(path, text, places)
    names = ", ".join(item.path for item in held) or "nothing"
    raise InputError(
        f"The original of release {release.id[:12]} cannot be shown: {names} is gone, was changed, "
        "or keeps no positions."
    )
