"""Reading a receipt: JSON from anywhere to values of the right kinds, or a clear refusal."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from typing import Any

from embeddings.errors import InputError
from qa.receipt import FORMAT, VERSION

LONGEST = 4 << 20  # bytes; a receipt has some thousands

_TEXT, _DATE = (str,), (str, type(None))
_RECEIPT: dict[str, tuple[type, ...]] = {
    "format": _TEXT,
    "version": (int,),
    "made": _TEXT,
    "question": _TEXT,
    "filters": (dict,),
    "answered": (bool,),
    "answer": _TEXT,
    "short": _TEXT,
    "confidence": (int, float),
    "reason": _TEXT,
    "writer": _TEXT,
    "rows": (list,),
    "positions": (list,),
    "quotations": (list,),
    "library": (dict,),
    "sha256": _TEXT,
}
_QUOTATION: dict[str, tuple[type, ...]] = {
    "number": (int,),
    "quote": _TEXT,
    "start": (int,),
    "end": (int,),
    "answer_start": (int,),
    "answer_end": (int,),
    "release_id": _TEXT,
    "title": _TEXT,
    "date": _DATE,
    "url": _TEXT,
    "file_sha256": _TEXT,
    "original_start": (int,),
    "original_end": (int,),
}
_LIBRARY: dict[str, tuple[type, ...]] = {"id": _TEXT, "version": (int,), "model": _TEXT}
_ROW: dict[str, tuple[type, ...]] = {"label": _TEXT, "value": _TEXT, "citation": (int,)}
_POSITION: dict[str, tuple[type, ...]] = {"value": _TEXT, "citations": (list,)}


def read_receipt(given: str | bytes | Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a receipt, each of the right kind. Its hash and its claims are not judged here.

    Raises:
        InputError: it is not a receipt, or one of a later version of Dateline.
    """
    fields = _parsed(given if isinstance(given, (str, bytes)) else json.dumps(dict(given)))
    if fields.get("format") != FORMAT:
        raise InputError(f"This is not a receipt: its format is not {FORMAT!r}.")
    version = fields.get("version")
    if isinstance(version, int) and version > VERSION:
        raise InputError(
            f"This receipt has version {version}; only version {VERSION} can be read. "
            "Run: pip install --upgrade dateline-archive"
        )
    _expect(fields, _RECEIPT, "the receipt")
    if version != VERSION:
        raise InputError(f"This receipt cannot be read: version {version} is not known.")
    _expect(fields["library"], _LIBRARY, "library")
    for name, kinds in (("quotations", _QUOTATION), ("rows", _ROW), ("positions", _POSITION)):
        for one in fields[name]:
            _expect(one, kinds, name)
    for one in fields["positions"]:
        if not all(type(number) is int for number in one["citations"]):
            raise InputError("This receipt cannot be read: a position points to no number.")
    for one in fields["quotations"]:
        day(one["date"])
    return fields


def receipts_in(data: bytes) -> list[dict[str, Any]]:
    """The receipts in a file: one alone, that of `dateline ask --json`, or a conversation's.

    A conversation is {"turns": [{"asked": ..., "receipt": ...}, ...]}, as the chat saves it.

    Raises:
        InputError: the file holds none.
    """
    fields = _parsed(data)
    turns = fields.get("turns")
    if isinstance(turns, list):
        held = [turn.get("receipt") if isinstance(turn, dict) else None for turn in turns]
    else:
        held = [fields.get("receipt", fields) if "format" not in fields else fields]
    if not held or not all(isinstance(one, dict) for one in held):
        raise InputError("This is not a receipt, nor a conversation with receipts.")
    return [dict(one) for one in held if one is not None]


def day(written: str | None) -> dt.date | None:
    """The date of a quotation's release.

    Raises:
        InputError: it is none.
    """
    if written is None:
        return None
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise InputError("This receipt cannot be read: a release's date is none.") from None


def _parsed(given: str | bytes) -> dict[str, Any]:
    if len(given) > LONGEST:
        raise InputError(f"This is not a receipt: it is longer than {LONGEST:,} bytes.")
    try:
        text = given if isinstance(given, str) else given.decode("utf-8-sig")
        fields = json.loads(
            text, object_pairs_hook=_once, parse_constant=_number, parse_float=_number
        )
    except (ValueError, RecursionError):
        raise InputError("This is not a receipt: it is not sound JSON.") from None
    if not isinstance(fields, dict):
        raise InputError("This is not a receipt: it is not a JSON object.")
    return fields


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no name stands twice: readers would disagree on which value counts."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name stands twice")
    return fields


def _number(written: str) -> float:
    """A number with a point or an exponent; 20.0 is 20, as in RFC 8785, which the hash follows."""
    number = float(written)
    if not math.isfinite(number):
        raise ValueError("a number of JSON is finite")
    return int(number) if number.is_integer() else number


def _expect(value: object, kinds: Mapping[str, tuple[type, ...]], what: str) -> None:
    """Check that `value` is an object with at least these fields, of these types exactly."""
    if not isinstance(value, dict):
        raise InputError(f"This receipt cannot be read: {what} is not as it should be.")
    for name, types in kinds.items():
        if type(value.get(name)) not in types or (name not in value):
            raise InputError(
                f"This receipt cannot be read: {name} in {what} is missing or not as it should be."
            )
