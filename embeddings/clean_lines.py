"""The lines of a document: what stands on each, and what kind of line it looks like."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from embeddings.types import Block, Document

if TYPE_CHECKING:
    from collections.abc import Iterator

_BULLET = re.compile(r"(?:[-–—*•·▪●○◦‣»›+|]|\d{1,2}[.)])(?:\s+|$)")
_TERMINAL = re.compile(r"[.!?…。！？؟।](?:[\"'”’»)\]]|\s?\[\d+\])*\s*$")
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass(frozen=True)
class Line:
    """One line of visible text, white space around it left out.

    `pieces` are its offsets in `Document.text`, in order. There are several where a paragraph was
    wrapped; they read as one line joined by single spaces. `gap` tells that an empty line stands
    before it. `block` is what the markup said, when there was any.
    """

    pieces: tuple[tuple[int, int], ...]
    text: str
    gap: bool = False
    block: Block = field(default=Block(0, 0))

    @cached_property
    def bullet(self) -> str:
        """The bullet or number the line starts with, with the space after it; else empty."""
        match = _BULLET.match(self.text)
        return match[0] if match else ""

    @cached_property
    def content(self) -> str:
        """The line without its bullet."""
        return self.text[len(self.bullet) :].strip()

    @cached_property
    def words(self) -> int:
        """Its length in words; scripts written without spaces count two characters a word."""
        return len(_WORD.findall(self.content)) + len(_IDEOGRAPHS.findall(self.text)) // 2

    @cached_property
    def bare(self) -> bool:
        """Nothing but punctuation: an empty bullet, a rule."""
        return not any(character.isalnum() for character in self.text)

    @cached_property
    def ends_sentence(self) -> bool:
        """Whether it ends the way a sentence does."""
        return bool(_TERMINAL.search(self.text))

    @cached_property
    def prose(self) -> bool:
        """Whether it reads as running text rather than as a heading, a label or a menu entry."""
        if self.words < 8:
            return False
        if self.words < 25 and not self.ends_sentence:
            return False
        starts = [word for word in self.content.split() if word[0].isalpha()]
        low = sum(word[0].islower() or word[0].lower() == word[0].upper() for word in starts)
        return low * 5 >= len(starts) * 2

    @cached_property
    def heading(self) -> bool:
        """Whether the markup makes it a heading (h1 to h6)."""
        return self.block.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}


def lines_of(document: Document) -> list[Line]:
    """The lines of the document in order, empty ones left out, wrapped paragraphs rejoined."""
    if any(block.tag for block in document.blocks):
        return list(_from_blocks(document))
    return _unwrap(list(_from_text(document.text)))


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def _from_blocks(document: Document) -> Iterator[Line]:
    end_before = 0
    for block in document.blocks:
        start, end = _stripped(document.text, block.start, block.end)
        if start < end:
            gap = document.text.count("\n", end_before, start) > 1
            yield Line(((start, end),), document.text[start:end], gap, block)
            end_before = end


def _from_text(text: str) -> Iterator[Line]:
    position, gap = 0, False
    for row in text.split("\n"):
        start, end = _stripped(text, position, position + len(row))
        if start < end:
            yield Line(((start, end),), text[start:end], gap)
            gap = False
        else:
            gap = True
        position += len(row) + 1


def _unwrap(lines: list[Line]) -> list[Line]:
    """Rejoin paragraphs that were broken into lines of about equal width.

    A line goes on in the next one when the first word of the next would not have fitted on it. The
    width is that of the widest paragraph that is plainly wrapped; without one nothing is joined.
    """
    groups: list[list[Line]] = []
    for line in lines:
        if line.gap or not groups:
            groups.append([])
        groups[-1].append(line)
    width = max((_width(group) for group in groups), default=0)
    return [line for group in groups for line in _joined(group, width)] if width else lines


def _width(group: list[Line]) -> int:
    """The width that a group of three lines or more is wrapped to; 0 when it is not."""
    lengths = [len(line.text) for line in group]
    width = max(lengths)
    full = sum(length >= 0.8 * width for length in lengths[:-1])
    wrapped = len(group) >= 3 and 45 <= width <= 130 and full >= 0.8 * (len(group) - 1)
    return width if wrapped else 0


def _joined(group: list[Line], width: int) -> list[Line]:
    if max(len(line.text) for line in group) > width:
        return group
    joined = [group[0]]
    for last, line in itertools.pairwise(group):
        first_word = line.text.split(None, 1)[0]
        full = len(last.text) + 1 + len(first_word) > width and not last.text.endswith(":")
        if full and not line.bullet:
            whole = joined.pop()
            pieces = whole.pieces + line.pieces
            joined.append(Line(pieces, f"{whole.text} {line.text}", whole.gap))
        else:
            joined.append(line)
    return joined
