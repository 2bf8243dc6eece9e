"""DOCX to paragraphs: the text parts of the package, read as streams of XML events.

Written after ECMA-376 part 1 (WordprocessingML). A page header comes first and a page footer last,
with those regions, so that a letterhead is there for the cleaner to judge.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from embeddings.read_build import TextBuilder
from embeddings.read_decode import tidy
from embeddings.read_types import Limits, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embeddings.types import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PART = re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_ORDER = ("header", "document", "footnotes", "endnotes", "footer")
_CORE = {
    "{http://purl.org/dc/elements/1.1/}title": "title",
    "{http://purl.org/dc/elements/1.1/}language": "language",
    "{http://purl.org/dc/terms/}created": "date",
    "{http://purl.org/dc/terms/}modified": "modified",
    "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}keywords": "topics",
}
# Alternative content for old readers, deleted text and field codes are not shown.
_SKIPPED = {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText",
}  # fmt: skip


def read_docx(data: bytes, path: str, sha256: str, limits: Limits) -> Document:
    """The paragraphs of a DOCX, one a line. Raises `UnreadableError` for a damaged package."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        names = [name for name in package.namelist() if _PART.fullmatch(name)]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise UnreadableError("It is damaged: it is not a complete DOCX file.") from None
    if "word/document.xml" not in names:
        raise UnreadableError("It is not a Word document.")
    names.sort(key=lambda name: (next(i for i, p in enumerate(_ORDER) if p in name), name))
    builder = TextBuilder("")
    budget = limits.file_bytes * 4
    for name in names:
        budget -= package.getinfo(name).file_size
        if budget < 0:
            raise UnreadableError(f"Its parts expand to more than {limits.file_bytes * 4:,} bytes.")
        region = next((kind for kind in ("header", "footer") if kind in name), "")
        with package.open(name) as part:
            _read_part(part.read(limits.file_bytes * 4), builder, region)
    return builder.finish(path, sha256, "docx", _core_properties(package, limits))


def _events(source: bytes) -> Iterator[tuple[str, ElementTree.Element]]:
    if b"<!DOCTYPE" in source or b"<!ENTITY" in source:
        raise UnreadableError("It declares entities, which no Word document does.")
    parser: Any = ElementTree.XMLPullParser(("start", "end"))
    try:
        for start in range(0, len(source), 1 << 16):
            parser.feed(source[start : start + (1 << 16)])
            yield from parser.read_events()
        parser.close()
    except ElementTree.ParseError:
        raise UnreadableError("It is damaged: its XML is not well formed.") from None


def _read_part(source: bytes, builder: TextBuilder, region: str) -> None:
    regions, skipping, links = [region], 0, 0
    style = ""
    for event, element in _events(source):
        name = element.tag
        if event == "start":
            if name in _SKIPPED:
                skipping += 1
            elif name == f"{_W}p":
                builder.end_line()
                style = "td" if "table" in regions[-1] else "p"
            elif name == f"{_W}pStyle":
                style = _style(element.get(f"{_W}val", ""), style)
            elif name == f"{_W}numPr" and style == "p":
                style = "li"
            elif name == f"{_W}tbl":
                regions.append(f"{regions[-1]} table".strip())
            elif name == f"{_W}hyperlink":
                links += 1
            continue
        if name in _SKIPPED:
            skipping -= 1
        elif name == f"{_W}t" and not skipping:
            _add(builder, element.text or "", (style, regions[-1], ""), links > 0)
        elif name in {f"{_W}tab", f"{_W}noBreakHyphen"} and not skipping:
            if name == f"{_W}tab":
                builder.space()
            else:
                builder.insert("-", (style, regions[-1], ""), links > 0)
        elif name in {f"{_W}br", f"{_W}cr", f"{_W}tc"} or name == f"{_W}p":
            builder.end_line()
        elif name == f"{_W}tbl":
            regions.pop()
        elif name == f"{_W}hyperlink":
            links -= 1
        element.clear()


def _add(builder: TextBuilder, text: str, about: tuple[str, str, str], link: bool) -> None:
    for piece in re.split(r"(\s+)", tidy(text).replace("\u00ad", "")):
        if piece.isspace():
            builder.space()
        elif piece:
            builder.insert(piece, about, link)


def _style(value: str, otherwise: str) -> str:
    """The tag for a paragraph style; the ids of built-in styles are English in every language."""
    heading = re.fullmatch(r"(?:heading|berschrift|Titre)\s*([1-6])", value, re.IGNORECASE)
    if heading:
        return f"h{heading[1]}"
    if value.startswith("List"):
        return "li"
    return {"Title": "h1", "Subtitle": "h2"}.get(value, otherwise)


def _core_properties(package: zipfile.ZipFile, limits: Limits) -> dict[str, str]:
    try:
        info = package.getinfo("docProps/core.xml")
        if info.file_size > limits.record_characters:
            return {}
        events = _events(package.read(info))
        found = {
            _CORE[element.tag]: " ".join(tidy(element.text or "").split())[:2000]
            for kind, element in events
            if kind == "end" and element.tag in _CORE
        }
    except (KeyError, UnreadableError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return {}
    if not _within_a_month(found.get("date", ""), found.pop("modified", "")):
        found.pop("date", None)
    return {key: value for key, value in found.items() if value}


def _within_a_month(created: str, modified: str) -> bool:
    """Whether the day of creation can be the release's own, and not that of an old template."""
    try:
        first = dt.date.fromisoformat(created[:10])
        last = dt.date.fromisoformat(modified[:10]) if modified else first
    except ValueError:
        return False
    return dt.timedelta(0) <= last - first <= dt.timedelta(days=31)
