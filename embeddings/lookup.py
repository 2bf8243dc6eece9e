"""Finding releases again by what stands in them, when their id is no longer there."""

from __future__ import annotations

import sqlite3

from embeddings.records import title_form_key


def ids_quoting(connection: sqlite3.Connection, words: str) -> list[str]:
    """The ids of releases whose text holds exactly these words, newest first, at most ten."""
    return _newest(connection, "instr(text, ?) > 0", words)


def ids_titled(connection: sqlite3.Connection, title: str) -> list[str]:
    """The ids of releases whose title compares as equal, newest first, at most ten."""
    return _newest(connection, "title_form = ?", title_form_key(title))


def _newest(connection: sqlite3.Connection, condition: str, value: str | bytes) -> list[str]:
    rows = connection.execute(
        f"SELECT release_id FROM releases WHERE {condition}"
        " ORDER BY canonical DESC, date DESC, id DESC LIMIT 10",
        (value,),
    )
    return [str(row[0]) for row in rows]
