"""What readers said about answers, kept in the library's database.

with Library.open("library") as library:
    for said in library.feedback():
        print(said.kind, said.question, [cited.release_id for cited in said.citations])

An opinion holds the question, the answer as it was given and its citations, so that the question
can be asked again and the new answer compared (`dateline evaluate --feedback`). What each kind says
about the answer:

    good            it is right: the same releases should be cited again
    bad             something about it is wrong
    wrong-citation  the quotation does not say it
    should-refuse   the archive does not say it: a refusal would be right
    should-answer   it was refused, and the archive does say it
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from embeddings.errors import InputError, LibraryDamaged
from embeddings.types import Filters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KINDS = ("good", "bad", "wrong-citation", "should-refuse", "should-answer")
LONGEST_REMARK = 500  # characters
_LONGEST = 20_000  # characters of any other text
_MOST = 100_000  # opinions that one library keeps
_INTRODUCED = 2  # the migration that made the table

_COLUMNS = "answer, at, kind, remark, asked, question, filters, answered, short, text, citations"


@dataclass(frozen=True, slots=True)
class Cited:
    """A quotation of the answer: `release.text[start:end] == quote` when it was given."""

    release_id: str
    start: int
    end: int
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One reader's opinion of one answer.

    `answer` is the answer's own id: a second opinion on it takes the place of the first. `asked` is
    the question as it was typed, `question` as it was searched, a follow-up's references filled in;
    `filters` are those in force. `answered` is False for a refusal, which has no citations. `at` is
    filled in when it is stored.
    """

    answer: str
    kind: str
    question: str
    answered: bool
    short: str = ""
    text: str = ""
    citations: tuple[Cited, ...] = ()
    filters: Filters = Filters()
    asked: str = ""
    remark: str = ""
    at: dt.datetime | None = None


def check(said: Feedback) -> None:
    """Raise InputError when an opinion is of no known kind or too long to keep."""
    if said.kind not in KINDS:
        raise InputError(f"An opinion is one of {', '.join(KINDS)}.")
    if len(said.remark) > LONGEST_REMARK:
        raise InputError(f"A remark is at most {LONGEST_REMARK} characters long.")
    if not said.answer or not said.question.strip():
        raise InputError("An opinion names the answer and the question that it is about.")
    texts = (said.answer, said.question, said.asked, said.short, said.text)
    if max(map(len, texts)) > _LONGEST:
        raise InputError(f"A text of an opinion is at most {_LONGEST:,} characters long.")


def put_feedback(connection: sqlite3.Connection, said: Feedback) -> None:
    """Store one opinion inside a transaction; see `Feedback`.

    Raises:
        InputError: as `check`, or the library holds as many as it keeps.
    """
    said = _storable(said)
    check(said)
    known = connection.execute("SELECT 1 FROM feedback WHERE answer = ?", (said.answer,)).fetchone()
    held = connection.execute("SELECT count(*) FROM feedback").fetchone()[0]
    if known is None and held >= _MOST:
        raise InputError(f"The library keeps {_MOST:,} opinions, and holds that many.")
    row = (
        said.answer,
        dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        said.kind,
        said.remark,
        said.asked,
        said.question,
        json.dumps(_plain(said.filters)),
        int(said.answered),
        said.short,
        said.text,
        json.dumps([[c.release_id, c.start, c.end, c.quote] for c in said.citations]),
    )
    connection.execute("DELETE FROM feedback WHERE answer = ?", (said.answer,))
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO feedback ({_COLUMNS}) VALUES ({marks})", row)


def read_feedback(connection: sqlite3.Connection) -> list[Feedback]:
    """Every opinion, the oldest first.

    Raises:
        LibraryDamaged: one cannot be read.
    """
    if connection.execute("PRAGMA user_version").fetchone()[0] < _INTRODUCED:
        return []  # an older library in a folder that cannot be written to
    rows = connection.execute(f"SELECT {_COLUMNS} FROM feedback ORDER BY id").fetchall()
    try:
        return [_feedback(row) for row in rows]
    except (ValueError, TypeError, KeyError) as error:
        raise LibraryDamaged("The library's feedback is damaged. Run: dateline repair") from error


def drop_damaged(connection: sqlite3.Connection) -> int:
    """Delete the opinions that cannot be read; returns how many."""
    damaged = list(damaged_feedback(connection))
    connection.executemany("DELETE FROM feedback WHERE id = ?", [(rowid,) for rowid in damaged])
    return len(damaged)


def damaged_feedback(connection: sqlite3.Connection) -> Iterator[int]:
    """Rowid of each opinion that cannot be read."""
    if connection.execute("PRAGMA user_version").fetchone()[0] < _INTRODUCED:
        return
    for rowid, *row in connection.execute(f"SELECT id, {_COLUMNS} FROM feedback").fetchall():
        try:
            check(_feedback(row))
        except (ValueError, TypeError, KeyError, InputError):
            yield rowid


def _feedback(row: Sequence[Any]) -> Feedback:
    answer, at, kind, remark, asked, question, filters, answered, short, text, citations = row
    return Feedback(
        answer=answer,
        at=dt.datetime.fromisoformat(at),
        kind=kind,
        remark=remark,
        asked=asked,
        question=question,
        filters=_filters(json.loads(filters)),
        answered=bool(answered),
        short=short,
        text=text,
        citations=tuple(
            Cited(str(i), int(s), int(e), str(q)) for i, s, e, q in json.loads(citations)
        ),
    )


def _plain(filters: Filters) -> dict[str, Any]:
    """The fields that are not empty; dates as they are written."""
    held = {field.name: getattr(filters, field.name) for field in fields(filters)}
    return {
        name: value.isoformat() if isinstance(value, dt.date) else list(value)
        for name, value in held.items()
        if value
    }


def _filters(held: dict[str, Any]) -> Filters:
    days = {
        name: dt.date.fromisoformat(held[name]) if name in held else None
        for name in ("since", "until")
    }
    values = {name: tuple(map(str, held[name])) for name in held.keys() - days.keys()}
    return Filters(days["since"], days["until"], **values)


def _storable(said: Feedback) -> Feedback:
    """The opinion with texts that SQLite takes: no NUL character and no lone surrogate."""
    names = ("answer", "kind", "remark", "asked", "question", "short", "text")
    texts = {name: getattr(said, name).replace("\0", "") for name in names}
    texts["remark"] = texts["remark"].strip()
    kept = {name: text.encode("utf-8", "replace").decode() for name, text in texts.items()}
    return replace(said, **kept)
