"""Finds the labelled block of a release: date, place, source, topics and what else stands there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from embeddings.clean_words import FURNITURE, SITE_TALK, label_key
from embeddings.dates import parse_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.clean_lines import Line

_LABELLED = re.compile(r"(?P<label>[^\W\d_][^:：\n]{0,48}?)\s?[:：](?:\s+(?P<value>\S.*)|)$")
_SINGLE = frozenset({"date", "place", "number", "language", "url", "title"})
_PLAIN = frozenset({"date", "place", "number"})  # fields that may stand alone anywhere
_NEAR = 8  # lines; labels further apart belong to different blocks


@dataclass(frozen=True, slots=True)
class Label:
    """A label on line `index`, the field it stands for ("" if unknown) and its value there."""

    index: int
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Fields:
    """The values found, by key, and the lines they took up."""

    values: dict[str, str]
    used: frozenset[int]


def find_fields(lines: Sequence[Line]) -> Fields:
    """The labelled values of a page. Several lines of one value stay apart by line breaks.

    A label counts where its block shows that it is one: it is followed by a value that fits, or
    another known label stands close by. A block amid the running text is part of it ("Place: town
    hall" for an event) and no field. The first value found for a key stays.
    """
    above = _prose_above(lines)
    labels = [label for label in _labels(lines) if not _amid(label.index, above)]
    at = {label.index: label for label in labels}
    values: dict[str, str] = {}
    used: set[int] = set()
    for number, label in enumerate(labels):
        near = labels[max(0, number - _NEAR) : number + _NEAR + 1]
        alone = not any(_same_block(label, other, above) for other in near)
        if alone and (not label.key or (label.key not in _PLAIN and above[label.index] > 0)):
            continue
        following = labels[number + 1].index if number + 1 < len(labels) else None
        taken = [] if label.value else _value_lines(lines, label, following, at)
        found = label.value or "\n".join(lines[index].content for index in taken)
        if not _fits(label.key, found, alone):
            if not label.key or alone:
                continue
            found, taken = "", []
        used.add(label.index)
        used.update(taken)
        if found and label.key:
            values.setdefault(label.key, found)
    return Fields(values, frozenset(used))


def _prose_above(lines: Sequence[Line]) -> list[int]:
    """For each line, and for the end, how many words of running text stand above it."""
    counts = (
        line.words if line.prose and line.ends_sentence and not SITE_TALK.search(line.text) else 0
        for line in lines
    )
    return list(accumulate(counts, initial=0))


def _amid(index: int, above: Sequence[int]) -> bool:
    """Whether a good deal of running text stands on both sides of the line."""
    return above[index] >= 40 and above[-1] - above[index] >= 0.3 * above[-1]


def _same_block(label: Label, other: Label, above: Sequence[int]) -> bool:
    """Whether `other` is another known label close by, with no running text between."""
    near = other.key != "" and 0 < abs(other.index - label.index) <= _NEAR
    return near and above[other.index] == above[label.index]


def _labels(lines: Sequence[Line]) -> list[Label]:
    labels = []
    bare = _bare_labels(lines)
    for index, line in enumerate(lines):
        match = _LABELLED.match(line.content)
        if match:
            key = label_key(match["label"])
            if key or (not match["value"] and line.words <= 5):
                labels.append(Label(index, key, (match["value"] or "").strip()))
        elif index in bare or (line.block.tag in {"dt", "th"} and label_key(line.content)):
            labels.append(Label(index, label_key(line.content), ""))
    return labels


def _bare_labels(lines: Sequence[Line]) -> set[int]:
    """Labels without a colon: those close to a "Date" with a date on the next line."""
    found: set[int] = set()
    for index, line in enumerate(lines[:-1]):
        if line.words <= 4 and label_key(line.content) == "date" and _is_day(lines[index + 1]):
            near = range(max(0, index - 4), min(len(lines), index + _NEAR))
            others = {
                i for i in near if label_key(lines[i].content) in {"place", "source", "topics"}
            }
            if others:
                found |= {index, *others}
    return found


def _is_day(line: Line) -> bool:
    return len(line.content) <= 40 and parse_date(line.content) is not None


def _value_lines(
    lines: Sequence[Line], label: Label, following: int | None, at: dict[int, Label]
) -> list[int]:
    """The lines after a label that hold its value: of the label's own style, up to the next label.

    Without a label to follow, or with one far off, a value is one line.
    """
    bulleted = bool(lines[label.index].bullet)
    close = following is not None and following - label.index <= 2 * _NEAR
    taken: list[int] = []
    for index in range(label.index + 1, len(lines)):
        line = lines[index]
        if index in at or line.bare or bool(line.bullet) != bulleted:
            break
        if (line.prose and line.ends_sentence) or line.words > 60:
            break
        if FURNITURE.fullmatch(line.content) and not re.fullmatch(r"\d+", line.content):
            break
        if taken and (label.key in _SINGLE or line.gap or not (close or bulleted)):
            break
        taken.append(index)
    return taken


def _fits(key: str, value: str, alone: bool) -> bool:
    """Whether a value can be what its label says."""
    if not value:
        return not alone
    if key == "date":
        return parse_date(value) is not None or bool(re.search(r"\b(?:19|20)\d\d\b", value))
    if key == "number":
        return bool(re.search(r"\d", value)) and len(value) <= 40
    if key == "place":
        return len(value) <= 60 and not value.endswith(".")
    if key == "url":
        return bool(re.match(r"(?:https?://|www\.)\S+$", value))
    if key in {"source", "topics", "language"}:
        return len(value) <= 600 and not (alone and len(value.split()) > 12)
    return True
