"""Rows to values and back: every statement on releases and passages.

All functions take the connection they work on, so that the caller decides which transaction or
snapshot they belong to. "rowid" is a release's number inside one library; `release_id` is the same
everywhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from embeddings import minhash
from embeddings.errors import LibraryDamaged
from embeddings.filtering import condition_of
from embeddings.store import fold
from embeddings.types import Filters, Passage, Person, Release, Segment
from embeddings.versions import title_form

# What a release says, as it is stored; `checksum` is made from exactly these, in this order.
_CONTENT = (
    "release_id, title, text, date, place, sources, topics, url, path, language, number, "
    "people, acronyms, origins, segments"
)
_COLUMNS = f"{_CONTENT}, checksum"


def text_key(text: str) -> bytes:
    """The key under which the vector of this text is stored (sha256, 32 bytes)."""
    return hashlib.sha256(text.encode()).digest()


def title_form_key(title: str) -> bytes:
    """Equal for titles that the deduplicator takes for the same (8 bytes)."""
    return hashlib.blake2b(title_form(title).encode("utf-8", "replace"), digest_size=8).digest()


# --- releases -------------------------------------------------------------------------------


def insert_release(connection: sqlite3.Connection, release: Release, cluster: int | None) -> int:
    """Store a release and return its rowid. Without a cluster it begins one of its own."""
    content = _content(release)
    rowid = connection.execute(
        f"INSERT INTO releases ({_CONTENT}, checksum, cluster, canonical, title_key, title_form,"
        f" signature, issued, source) VALUES ({', '.join('?' * 23)})",
        (
            *content,
            _checksum(content),
            cluster or 0,
            0,
            text_key(release.title),
            title_form_key(release.title),
            minhash.signature(release.text),
            _issued(release.date),
            release.source,
        ),
    ).lastrowid
    assert rowid is not None
    if cluster is None:
        connection.execute("UPDATE releases SET cluster = id WHERE id = ?", (rowid,))
    put_labels(connection, rowid, release)
    return rowid


def update_release(connection: sqlite3.Connection, rowid: int, release: Release) -> None:
    """Take over what is said about a stored release; its title, date and text are the same."""
    stored = release_by_rowid(connection, rowid)
    # The same words may be spaced otherwise: the text, and all offsets into it, stay as stored.
    content = dict(zip(_CONTENT.split(", "), _content(release), strict=True))
    if release.text != stored.text:
        kept = _content(stored)
        content |= dict(zip(_CONTENT.split(", "), kept, strict=True)) | {
            key: content[key] for key in ("place", "sources", "topics", "url", "path", "number")
        }
    content["title"] = stored.title
    canonical = connection.execute(
        "SELECT canonical FROM releases WHERE id = ?", (rowid,)
    ).fetchone()[0]
    if canonical:
        _forget_words(connection, rowid)
    columns = [*content, "checksum", "source"]
    connection.execute(
        f"UPDATE releases SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",
        (*content.values(), _checksum(list(content.values())), release.source, rowid),
    )
    connection.execute("DELETE FROM labels WHERE release = ?", (rowid,))
    put_labels(connection, rowid, release)
    if canonical:
        index_words(connection, rowid)


def set_path(connection: sqlite3.Connection, rowid: int, path: str) -> None:
    """Say that a stored release is now found in another file."""
    row = connection.execute(f"SELECT {_CONTENT} FROM releases WHERE id = ?", (rowid,)).fetchone()
    content = dict(zip(_CONTENT.split(", "), row, strict=True)) | {"path": path}
    connection.execute(
        "UPDATE releases SET path = ?, checksum = ? WHERE id = ?",
        (path, _checksum(list(content.values())), rowid),
    )


def _content(release: Release) -> list[str | None]:
    return [
        release.id,
        release.title,
        release.text,
        release.date.isoformat() if release.date else None,
        release.place,
        json.dumps(release.sources, ensure_ascii=False),
        json.dumps(release.topics, ensure_ascii=False),
        release.url,
        release.path,
        release.language,
        release.number,
        json.dumps([asdict(person) for person in release.people], ensure_ascii=False),
        json.dumps(dict(release.acronyms), ensure_ascii=False),
        json.dumps(dict(release.origins)),
        json.dumps([(s.start, s.origin_start, s.length) for s in release.segments]),
    ]


def _checksum(content: Sequence[object]) -> int:
    return zlib.crc32("\x1f".join("" if v is None else str(v) for v in content).encode())


def put_labels(connection: sqlite3.Connection, rowid: int, release: Release) -> None:
    """Store the sources, topics and place of a release for filtering."""
    labels = [
        *(("source", value) for value in release.sources),
        *(("topic", value) for value in release.topics),
        *((("place", release.place),) if release.place else ()),
    ]
    connection.executemany(
        "INSERT OR IGNORE INTO labels VALUES (?, ?, ?, ?)",
        [(rowid, kind, value, fold(value)) for kind, value in labels],
    )


def _issued(date: dt.date | None) -> str:
    """The date in words, so that "June 2003" in a question finds it lexically."""
    return f"{date.day} {date:%B} {date.year}" if date else ""


def release_from(row: Sequence[object]) -> Release:
    """A release from a row of `_COLUMNS`.

    Raises:
        LibraryDamaged: the row is not as it was written.
    """
    if _checksum(row[:-1]) != row[-1]:
        raise LibraryDamaged(f"Release {row[0]!s:.64} was altered in storage. Run: dateline repair")
    (release_id, title, text, date, place, sources, topics, url, path, language, number) = map(
        str, row[:11]
    )
    people, acronyms, origins, segments = (json.loads(str(value)) for value in row[11:15])
    return Release(
        id=release_id,
        title=title,
        text=text,
        date=dt.date.fromisoformat(date) if row[3] else None,
        place=place,
        sources=tuple(json.loads(sources)),
        topics=tuple(json.loads(topics)),
        url=url,
        path=path,
        language=language,
        number=number,
        people=tuple(Person(**person) for person in people),
        acronyms=acronyms,
        origins=origins,
        segments=tuple(Segment(*segment) for segment in segments),
    )


def release_by_id(connection: sqlite3.Connection, release_id: str) -> Release | None:
    """The release with this id, canonical or not."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM releases WHERE release_id = ?", (release_id,)
    ).fetchone()
    return release_from(row) if row else None


def release_by_rowid(connection: sqlite3.Connection, rowid: int) -> Release:
    """The release in this row, which must exist."""
    found = find_by_rowid(connection, rowid)
    assert found is not None
    return found


def find_by_rowid(connection: sqlite3.Connection, rowid: int) -> Release | None:
    """The release in this row, if there is one."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM releases WHERE id = ?", (rowid,)).fetchone()
    return release_from(row) if row else None


def rowid_of(connection: sqlite3.Connection, release_id: str) -> int | None:
    """The rowid of a release, or None."""
    row = connection.execute(
        "SELECT id FROM releases WHERE release_id = ?", (release_id,)
    ).fetchone()
    return int(row[0]) if row else None


def ids_beginning(connection: sqlite3.Connection, beginning: str) -> list[str]:
    """The release ids that begin with these characters, at most ten."""
    first = beginning.lower()
    if any("\ud800" <= character <= "\udfff" for character in first):
        return []  # half a character: SQLite cannot be asked for it, and no id holds one
    rows = connection.execute(
        "SELECT release_id FROM releases WHERE release_id >= ? AND release_id < ? LIMIT 10",
        (first, first + "\U0010ffff"),
    )
    return [str(row[0]) for row in rows]


def rowids_of(connection: sqlite3.Connection, where: Filters) -> list[int]:
    """The rows of the canonical releases a filter matches, oldest first."""
    condition, values = condition_of(where)
    rows = connection.execute(
        f"SELECT id FROM releases WHERE {condition} ORDER BY date, id", values
    )
    return [int(row[0]) for row in rows]


# --- passages -------------------------------------------------------------------------------


def insert_passages(
    connection: sqlite3.Connection, rowid: int, passages: Iterable[Passage]
) -> None:
    """Store a release's passages; `show` makes them findable."""
    connection.executemany(
        "INSERT INTO passages (release, start, end, key) VALUES (?, ?, ?, ?)",
        [(rowid, p.start, p.end, text_key(p.text)) for p in passages],
    )


def show(connection: sqlite3.Connection, rowid: int, *, renumber: bool) -> None:
    """Make a release's passages findable.

    Readers pick up passages by their number, which must be higher than any they have seen:
    passages that were stored in an earlier transaction are numbered anew.
    """
    if renumber:
        old = connection.execute(
            "SELECT start, end, key FROM passages WHERE release = ? ORDER BY id", (rowid,)
        ).fetchall()
        connection.execute("DELETE FROM passages WHERE release = ?", (rowid,))
        connection.executemany(
            "INSERT INTO passages (release, start, end, key) VALUES (?, ?, ?, ?)",
            [(rowid, *row) for row in old],
        )
    index_words(connection, rowid)
    connection.execute("UPDATE releases SET canonical = 1 WHERE id = ?", (rowid,))


def hide(connection: sqlite3.Connection, rowid: int) -> None:
    """Take a release's passages out of the search; the rows stay."""
    _forget_words(connection, rowid)
    connection.execute(
        "INSERT INTO removed SELECT id, (SELECT value FROM settings WHERE key = 'version')"
        " FROM passages WHERE release = ?",
        (rowid,),
    )
    connection.execute("UPDATE releases SET canonical = 0 WHERE id = ?", (rowid,))


def index_words(connection: sqlite3.Connection, rowid: int) -> None:
    """Put a release's passages into the word index, where they must not be yet."""
    connection.execute(
        "INSERT INTO words (rowid, title, body, source, issued) SELECT id, title, body, source,"
        " issued FROM passage_words WHERE id IN (SELECT id FROM passages WHERE release = ?)",
        (rowid,),
    )


def _forget_words(connection: sqlite3.Connection, rowid: int) -> None:
    connection.execute(
        "INSERT INTO words (words, rowid, title, body, source, issued) SELECT 'delete', id, title,"
        " body, source, issued FROM passage_words"
        " WHERE id IN (SELECT id FROM passages WHERE release = ?)",
        (rowid,),
    )


def passages_by_id(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Passage]:
    """Passages in the order asked; ids that are gone are left out."""
    rows = connection.execute(
        "SELECT passages.id, release_id, start, end, substr(text, start + 1, end - start)"
        " FROM passages JOIN releases ON releases.id = passages.release"
        " WHERE passages.id IN (SELECT value FROM json_each(?))",
        (json.dumps([int(i) for i in ids]),),
    )
    found = {row[0]: Passage(row[1], row[2], row[3], row[4], id=row[0]) for row in rows}
    return [found[int(i)] for i in ids if int(i) in found]
