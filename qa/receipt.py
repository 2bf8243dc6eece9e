"""Receipts: an answer as JSON that can be proved again later, without this program's memory of it.

A receipt holds what was asked, what was answered, and each quotation with everything needed to find
it again: offsets, the release's id (itself a hash of its words), the hash of the file. `sha256` is
over all the rest in the canonical form of RFC 8785, so that a changed character shows. It is a
seal against accidents, not a signature: what proves a quotation is `qa.receipt_check`.

docs/receipts.md describes every field.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from embeddings.types import Filters
from qa.types import Answer, Citation

FORMAT = "dateline-receipt"
VERSION = 1

Receipt = dict[str, object]


def receipt(answer: Answer, made: dt.datetime | None = None) -> Receipt:
    """The receipt of an answer, as JSON values in a fixed order.

    Args:
        answer: a reply, as `qa.answer` returned it. A refusal has a receipt without quotations.
        made: the time written on it; now by default.
    """
    time = (made or dt.datetime.now(dt.UTC)).astimezone(dt.UTC)
    return seal(
        {
            "format": FORMAT,
            "version": VERSION,
            "made": f"{time:%Y-%m-%dT%H:%M:%SZ}",
            "question": answer.question,
            "filters": _filters(answer.filters),
            "answered": answer.answered,
            "answer": answer.text,
            "short": answer.short,
            "confidence": round(answer.confidence, 4),
            "reason": answer.reason,
            "writer": answer.writer,
            "rows": [asdict(row) for row in answer.rows],
            "positions": [
                {"value": one.value, "citations": list(one.citations)} for one in answer.positions
            ],
            "quotations": [_quotation(citation) for citation in answer.citations],
            "library": {
                "id": answer.library,
                "version": answer.library_version,
                "model": answer.model,
            },
        }
    )


def seal(fields: Mapping[str, object]) -> Receipt:
    """The same fields with `sha256` over all of them, in place of one that they may have."""
    bare = {key: _whole(_plain(value)) for key, value in fields.items() if key != "sha256"}
    return {**bare, "sha256": digest(bare)}


def digest(fields: Mapping[str, object]) -> str:
    """The sha256, in hexadecimal, of everything but the field `sha256`, in canonical form."""
    bare = {key: value for key, value in fields.items() if key != "sha256"}
    canonical = json.dumps(
        _whole(bare), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def as_json(made: Mapping[str, object]) -> str:
    """A receipt as it is written to a file."""
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _quotation(citation: Citation) -> dict[str, object]:
    return {
        "number": citation.number,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "answer_start": citation.answer_start,
        "answer_end": citation.answer_end,
        "release_id": citation.release_id,
        "title": citation.title,
        "date": citation.date.isoformat() if citation.date else None,
        "url": citation.url,
        "file_sha256": citation.file_sha256,
        "original_start": citation.original_start,
        "original_end": citation.original_end,
    }


def _filters(filters: Filters) -> dict[str, object]:
    return {
        "since": filters.since.isoformat() if filters.since else None,
        "until": filters.until.isoformat() if filters.until else None,
        "sources": list(filters.sources),
        "places": list(filters.places),
        "topics": list(filters.topics),
        "release_ids": list(filters.release_ids),
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 (any JSON value)
    """A JSON value whose strings can be written as UTF-8: a question may hold half a character."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def _whole(value: Any) -> Any:  # noqa: ANN401 (any JSON value)
    """A JSON value with 1.0 written as 1, as RFC 8785 and every browser do."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return value
