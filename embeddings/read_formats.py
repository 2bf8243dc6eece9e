"""Which format some bytes are in, and the document they make."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from embeddings.read_decode import decode, looks_binary
from embeddings.read_html import read_html
from embeddings.read_text import read_markdown, read_text
from embeddings.read_types import Failure, Limits

if TYPE_CHECKING:
    from embeddings.types import Document

_SUFFIXES = {
    ".txt": "text", ".text": "text", ".asc": "text",
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html",
}  # fmt: skip
# First bytes of what holds no text for us; source: the "magic" database of file(1).
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"), (b"\x7fELF", "a program"), (b"MZ\x90", "a program"),
    (b"SQLite format 3\0", "an SQLite database"), (b"OggS", "an audio file"),
    (b"ID3", "an audio file"), (b"fLaC", "an audio file"), (b"wOFF", "a font"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office file; save it as DOCX or PDF"),
    (b"{\\rtf", "an RTF file; save it as DOCX or PDF"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it or make it a zip"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it or make it a zip"),
)  # fmt: skip
_NOT_DOCUMENTS = {".js", ".css", ".map", ".svg", ".py", ".sh", ".exe", ".so", ".dll", ".woff"}
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html\b|head\b|body\b)",
    re.IGNORECASE | re.DOTALL,
)
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,200}?encoding=[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)


def read_bytes(data: bytes, path: str, limits: Limits) -> Document | Failure:
    """The one document that `data` holds, or why it holds none. `path` gives the suffix."""
    sha256 = hashlib.sha256(data).hexdigest()
    if not data.strip():
        return Failure(path, "The file is empty.", sha256)
    kind = next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
    if kind:
        return Failure(path, f"It is {kind}, which holds no text that can be read.", sha256)
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _NOT_DOCUMENTS:
        return Failure(path, f"Files of the type {suffix} are not documents.", sha256)
    if looks_binary(data):
        return Failure(path, "It is a binary file, not text.", sha256)
    charset = _META_CHARSET.search(data[:4096])
    declared = (charset[1] or charset[2]).decode("ascii") if charset else ""
    text, _ = decode(data, declared)
    format = _SUFFIXES.get(suffix, "text")
    if format == "text" and _HTML.match(text):
        format = "html"
    reader = {"html": read_html, "markdown": read_markdown}.get(format, read_text)
    document = reader(text, path, sha256)
    if not document.text.strip():
        return Failure(path, "It holds no visible text.", sha256)
    if len(document.text) > limits.text_characters:
        return Failure(
            path, f"Its text is longer than {limits.text_characters:,} characters.", sha256
        )
    return document
