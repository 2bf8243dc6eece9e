"""Builds a document's text line by line while keeping the map back to its origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embeddings.types import Block, Document, Segment

if TYPE_CHECKING:
    from collections.abc import Mapping


class TextBuilder:
    """Collects lines of text that were copied from `origin`, or inserted beside it.

    White space inside a line is collapsed to one space; empty lines are not kept.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.length = 0
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._segments: list[Segment] = []
        self._line_start = 0
        self._link_characters = 0
        self._space = -1  # origin offset of a space that waits for the next word; -2: no offset
        self._open = False
        self._about = ("", "", "")

    def copy(self, start: int, end: int, about: tuple[str, str, str], link: bool = False) -> None:
        """Append `origin[start:end]` (no line break in it) to the line."""
        self._begin(about)
        self._segment(start, end - start)
        self._parts.append(self.origin[start:end])
        self.length += end - start
        if link:
            self._link_characters += end - start

    def insert(self, text: str, about: tuple[str, str, str], link: bool = False) -> None:
        """Append text that does not stand like this in the origin, such as a resolved entity."""
        self._begin(about)
        self._parts.append(text)
        self.length += len(text)
        if link:
            self._link_characters += len(text)

    def space(self, offset: int = -2) -> None:
        """Note white space; it is written only when more text follows on the line."""
        if self._open and self._space == -1:
            self._space = offset

    def end_line(self) -> None:
        """Close the line, if there is one, as a block."""
        self._space = -1
        if not self._open:
            return
        size = self.length - self._line_start
        tag, region, label = self._about
        density = round(self._link_characters / size, 3)
        self.blocks.append(Block(self._line_start, self.length, tag, region, label, density))
        self._parts.append("\n")
        self.length += 1
        self._open = False

    def finish(
        self, path: str, sha256: str, format: str, hints: Mapping[str, str] | None = None
    ) -> Document:
        """The document, without the last line break."""
        self.end_line()
        text = "".join(self._parts)[:-1] if self._parts else ""
        return Document(
            path=path,
            sha256=sha256,
            format=format,
            text=text,
            blocks=tuple(self.blocks),
            hints=dict(hints or {}),
            origin=tuple(self._segments),
        )

    def _begin(self, about: tuple[str, str, str]) -> None:
        if not self._open:
            self._open = True
            self._line_start = self.length
            self._link_characters = 0
            self._about = about
        elif self._space != -1:
            if self._space >= 0:
                self._segment(self._space, 1)
            self._parts.append(" ")
            self.length += 1
        self._space = -1

    def _segment(self, origin_start: int, length: int) -> None:
        if self._segments:
            last = self._segments[-1]
            if (
                last.start + last.length == self.length
                and last.origin_start + last.length == origin_start
            ):
                self._segments[-1] = Segment(last.start, last.origin_start, last.length + length)
                return
        self._segments.append(Segment(self.length, origin_start, length))
