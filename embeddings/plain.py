"""Releases and documents as plain values that JSON can hold, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from embeddings.types import Block, Document, Person, Release, Segment

Plain = dict[str, Any]


def plain_release(release: Release) -> Plain:
    """A release as a mapping of its fields."""
    return asdict(release) | {"date": release.date.isoformat() if release.date else None}


def release_from(plain: Mapping[str, Any]) -> Release:
    """The release that `plain_release` was given."""
    release = Release(**plain)
    return replace(
        release,
        date=dt.date.fromisoformat(plain["date"]) if plain["date"] else None,
        sources=tuple(release.sources),
        topics=tuple(release.topics),
        people=tuple(Person(**person) for person in plain["people"]),
        segments=tuple(Segment(**segment) for segment in plain["segments"]),
    )


def plain_document(document: Document) -> Plain:
    """A document as a mapping of its fields."""
    return asdict(document) | {"hints": dict(document.hints)}


def document_from(plain: Mapping[str, Any]) -> Document:
    """The document that `plain_document` was given."""
    document = Document(**plain)
    return replace(
        document,
        blocks=tuple(Block(**block) for block in plain["blocks"]),
        origin=tuple(Segment(**segment) for segment in plain["origin"]),
    )
