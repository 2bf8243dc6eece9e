"""What a published library keeps beside its passages: releases, and facts about the whole.

Both are JSON in rows of one collection, in parts, because a text in Milvus has at most 65,535
bytes. A collection of Milvus has to have a vector; these rows have an empty one.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from embeddings import plain, records
from embeddings.errors import LibraryDamaged
from embeddings.milvus_client import Row
from embeddings.milvus_words import signed_hash
from embeddings.store import fold
from embeddings.types import Filters, Release

FACT, RELEASE, VERSION = 0, 1, 2  # kinds of rows; a version is a release that is not searched
_PART = 15_000  # characters: at most 60,000 bytes
LABELS = 4_096  # most sources, places and topics of one release; Milvus allows no longer array


@dataclass(frozen=True, slots=True)
class Stored:
    """A release as it is published.

    `held` has path and sha256 of each input that holds it; `first` is its first passage, or 0.
    """

    release: Release
    rowid: int
    cluster: int
    canonical: bool
    first: int
    held: tuple[tuple[str, str], ...]


def release_rows(stored: Stored) -> Iterator[Row]:
    """The rows of one release, without their ids."""
    release = stored.release
    content = plain.plain_release(release) | {"held": stored.held}
    shared = {
        "kind": RELEASE if stored.canonical else VERSION,
        "release": stored.rowid,
        "release_id": release.id,
        "cluster": stored.cluster,
        "first": stored.first,
        "title": int.from_bytes(records.title_form_key(release.title), signed=True),
        **filter_fields(release),
    }
    yield from _parts(content, signed_hash(release.id), shared)


def filter_fields(release: Release) -> Row:
    """The fields that filters look at, the same for a release and its passages."""
    return {
        "date": release.date.toordinal() if release.date else 0,
        "labels": labels_of(release),
        "release_key": signed_hash(release.id),
    }


def labels_of(release: Release) -> list[int]:
    """The numbers of a release's issuing bodies, place and topics."""
    named = [
        *(("source", value) for value in release.sources),
        *((("place", release.place),) if release.place else ()),
        *(("topic", value) for value in release.topics),
    ]
    return list(dict.fromkeys(_label(kind, value) for kind, value in named))


def fact_rows(name: str, value: object) -> Iterator[Row]:
    """The rows of one fact about the library, without their ids."""
    shared: Row = {
        "kind": FACT, "release": 0, "release_id": "", "cluster": 0, "first": 0, "title": 0,
        "date": 0, "labels": [], "release_key": 0,
    }  # fmt: skip
    yield from _parts(value, signed_hash(name), shared)


def _parts(value: object, key: int, shared: Row) -> Iterator[Row]:
    text = json.dumps(value, ensure_ascii=False)
    text = f"{zlib.crc32(text.encode())} {text}"
    for part, at in enumerate(range(0, len(text), _PART)):
        content = text[at : at + _PART]
        yield {**shared, "key": key, "part": part, "content": content, "blank": [0.0, 1.0]}


def joined(rows: Iterable[Row]) -> object:
    """The value whose rows these are, in any order.

    Raises:
        LibraryDamaged: a part is missing or was altered.
    """
    parts = sorted((int(row["part"]), str(row["content"])) for row in rows)
    checksum, _, text = "".join(content for _, content in parts).partition(" ")
    if checksum != str(zlib.crc32(text.encode())):
        raise LibraryDamaged("What is published was altered. Publish it again: dateline publish")
    return json.loads(text)


def release_from(rows: Iterable[Row]) -> Stored:
    """A release from its rows, in any order; see `joined`."""
    rows = list(rows)
    content = joined(rows)
    assert isinstance(content, dict)  # as `release_rows` wrote it
    held = tuple((str(path), str(sha256)) for path, sha256 in content.pop("held"))
    row = rows[0]
    return Stored(
        plain.release_from(content),
        rowid=int(row["release"]),
        cluster=int(row["cluster"]),
        canonical=row["kind"] == RELEASE,
        first=int(row["first"]),
        held=held,
    )


def condition_of(where: Filters) -> str:
    """A filter as a Milvus expression over `filter_fields`; empty when everything is allowed.

    It holds numbers only: names and ids are compared by their hashes, so that nothing in them can
    act as an operator.
    """
    parts = []
    if where.since:
        parts.append(f"date >= {where.since.toordinal()}")
    if where.until:
        parts.append(f"date > 0 and date <= {where.until.toordinal()}")
    for kind, wanted in (
        ("source", where.sources),
        ("place", where.places),
        ("topic", where.topics),
    ):
        if wanted:
            parts.append(any_of("labels", [_label(kind, value) for value in wanted]))
    if where.release_ids:
        parts.append(f"release_key in {[signed_hash(one) for one in where.release_ids]}")
    return " and ".join(f"({part})" for part in parts)


def any_of(field: str, numbers: Sequence[int]) -> str:
    """The expression for: the array `field` holds one of the numbers."""
    return f"array_contains_any({field}, {list(dict.fromkeys(numbers))})"


def all_of(field: str, numbers: Sequence[int]) -> str:
    """The expression for: the array `field` holds each of the numbers."""
    return f"array_contains_all({field}, {list(dict.fromkeys(numbers))})"


def _label(kind: str, value: str) -> int:
    return signed_hash(f"{kind}\x1f{fold(value)}")
