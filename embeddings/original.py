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

from embeddings import clusters, ledger, records
from embeddings.errors import InputError
from embeddings.provenance import locate
from embeddings.read_formats import original_text
from embeddings.types import Release

_MARKUP = (".html", ".htm", ".xhtml")
_QUICK = 1 << 20  # bytes; a larger file is not read only to say where a quotation stands in it


@dataclass(frozen=True, slots=True)
class Original:
    """The decoded file, and where in it the words asked for stand.

    `places` are half-open ranges of `text`, in the order of the words. What the file writes in
    another way, such as a character written as an entity, is in none of them. `sha256` is the hash
    of the file's bytes.
    """

    path: Path
    text: str
    places: tuple[tuple[int, int], ...]
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where some words of a release came from.

    `start` and `end` are their bounds in the decoded file, whose bytes have the hash `sha256`: the
    file was read and has the words there. Both are 0 when it is not at hand or keeps no positions;
    `sha256` is then that of the input the release was taken from. `also` names where else the
    release was published, other versions of it included: a url or a path each.
    """

    start: int
    end: int
    sha256: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """An input that holds a release, with its hash when it was read and its hash now.

    `now` is empty when the file is gone, and None when it is no file of its own: a member of an
    archive, a record, a page from the web.
    """

    path: str
    sha256: str
    now: str | None


def held(connection: sqlite3.Connection, release_id: str) -> list[Held]:
    """The inputs that hold a release, oldest first; their files are read to hash them."""
    rowid = records.rowid_of(connection, release_id)
    found = []
    for item in [] if rowid is None else ledger.holders(connection, rowid):
        now: str | None = None
        if item.file == item.path and Path(item.root).is_absolute():
            try:
                with open(Path(item.root) / item.file, "rb") as file:
                    now = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError:
                now = ""
        found.append(Held(item.path, item.sha256, now))
    return found


def original(
    connection: sqlite3.Connection, release: Release, start: int, end: int, *, largest: int = 0
) -> Original:
    """Where `release.text[start:end]` stands in the file that the release was read from.

    Files of more than `largest` bytes are passed over; 0 for any size.

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
            if largest and path.stat().st_size > largest:
                continue
            data = path.read_bytes()
        except OSError:
            continue
        if hashlib.sha256(data).hexdigest() != item.sha256:
            continue
        kind = "html" if path.suffix.lower() in _MARKUP else "text"
        text = original_text(data, kind)
        places = tuple(locate(release.segments, start, end))
        if places and all(text[low:high] in release.text[start:end] for low, high in places):
            return Original(path, text, places, item.sha256)
    names = ", ".join(item.path for item in held) or "nothing"
    raise InputError(
        f"The original of release {release.id[:12]} cannot be shown: {names} is gone, was changed, "
        "or keeps no positions."
    )


def provenance(
    connection: sqlite3.Connection, release: Release, start: int, end: int
) -> Provenance:
    """Where `release.text[start:end]` came from, as far as it can be told in a moment."""
    rowid = records.rowid_of(connection, release.id)
    held = [] if rowid is None else ledger.holders(connection, rowid)
    taken = sorted(held, key=lambda item: item.path != release.path)  # its own input first
    also = [item.path for item in taken[1:]]
    for version in clusters.versions(connection, release.id):
        other = records.release_by_id(connection, version)
        if other is not None and version != release.id:
            also.append(other.url or other.path)
    also = [place for place in dict.fromkeys(also) if place not in ("", release.url, release.path)]
    low, high, sha256 = 0, 0, taken[0].sha256 if taken else ""
    try:
        found = original(connection, release, start, end, largest=_QUICK)
    except InputError:
        pass
    else:
        low, high = min(place[0] for place in found.places), max(p[1] for p in found.places)
        sha256 = found.sha256
    return Provenance(low, high, sha256, tuple(also))
