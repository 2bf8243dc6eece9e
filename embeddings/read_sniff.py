"""Tells what a file is from its first bytes, and from its suffix where those leave it open."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from embeddings.read_decode import decode, looks_binary
from embeddings.read_types import UnreadableError

HEAD_BYTES = 8192

_SUFFIXES = {
    ".txt": "text", ".text": "text", ".md": "markdown", ".markdown": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html",
    ".eml": "eml", ".mht": "eml", ".mhtml": "eml", ".json": "json",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv",
}  # fmt: skip
PACKED = {"gz", "bz2", "xz"}  # one packed file
RECORDS = {"jsonl", "csv", "json"}  # several documents in one file
STREAMS = PACKED | {"zip", "tar", "jsonl", "csv"}  # may be larger than one document
_PACKED_MAGIC = ((b"\x1f\x8b", "gz"), (b"\xfd7zXZ\0", "xz"))
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
# First bytes of what holds no text for us; source: the magic database of file(1).
_FOREIGN = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"), (b"\x7fELF", "a program"), (b"MZ\x90", "a program"),
    (b"SQLite format 3\0", "an SQLite database"), (b"OggS", "a sound or film file"),
    (b"ID3", "a sound file"), (b"fLaC", "a sound file"), (b"\x1aE\xdf\xa3", "a film file"),
    (b"wOF", "a font"), (b"%!PS", "a PostScript file; make it a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office file; save it as DOCX or PDF"),
    (b"{\\rtf", "an RTF file; save it as DOCX or PDF"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it or make it a zip"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it or make it a zip"),
)  # fmt: skip
_TEXTUAL_MAGIC = {b"{\\rtf", b"%!PS"}
_OFFICE = {
    ".xlsx": "a spreadsheet; save it as CSV", ".pptx": "a presentation; save it as PDF",
    ".ods": "a spreadsheet; save it as CSV", ".odp": "a presentation; save it as PDF",
    ".odt": "an OpenDocument text; save it as DOCX or PDF", ".epub": "an e-book; save it as HTML",
}  # fmt: skip
_CODE = {
    ".js", ".mjs", ".css", ".map", ".svg", ".py", ".sh", ".bat", ".php", ".c", ".java", ".ini",
    ".sql", ".ics", ".vcf", ".woff", ".ttf",
}  # fmt: skip
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,1000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_FEED = re.compile(r"<(rss|feed|rdf:RDF|urlset|sitemapindex)\b")


def sniff(head: bytes, name: str) -> str:
    """The format of a file by its first `HEAD_BYTES` bytes and its name.

    One of "zip", "tar", "gz", "bz2", "xz", "pdf", "docx", "html", "markdown", "text", "eml",
    "jsonl", "json" or "csv". Raises `UnreadableError` for what holds no release.
    """
    if not head.strip():
        raise UnreadableError("It is empty.")
    suffix = PurePosixPath(name).suffix.lower()
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(head, suffix)
    for magic, kind in _PACKED_MAGIC:
        if head.startswith(magic):
            return kind
    if _BZIP2.match(head):
        return "bz2"
    if head[257:262] == b"ustar":
        return "tar"
    if b"%PDF-" in head[:1024] and (suffix == ".pdf" or head.lstrip().startswith(b"%PDF-")):
        return "pdf"
    for magic, kind in _FOREIGN:
        # A text may begin with the letters "ID3" or "GIF8" by chance.
        certain = not magic.isascii() or magic in _TEXTUAL_MAGIC
        if head.startswith(magic) and (certain or looks_binary(head)):
            raise UnreadableError(f"It is {kind}.")
    if suffix in {".pdf", ".docx", ".zip", ".gz", ".tar", ".tgz", ".bz2", ".xz"}:
        raise UnreadableError(f"It is named {suffix} but is not such a file.")
    if looks_binary(head):
        raise UnreadableError("It is a binary file, not text.")
    if suffix in _CODE:
        raise UnreadableError(f"Files of the type {suffix} are not documents.")
    text = decode(head)[0].lstrip()
    if _HTML.match(text) and suffix != ".md":
        return "html"
    feed = _FEED.search(text[:1000]) if text.startswith("<") else None
    if feed:
        raise UnreadableError(
            f"It is a feed or sitemap ({feed[1]}); give its address, to have its pages fetched."
        )
    if text.startswith("<?xml") and suffix not in {".html", ".htm", ".xhtml"}:
        raise UnreadableError("It is XML of a kind that is not known; save it as HTML or text.")
    return _SUFFIXES.get(suffix, "text")


def _zip_kind(head: bytes, suffix: str) -> str:
    if suffix in _OFFICE:
        raise UnreadableError(f"It is {_OFFICE[suffix]}.")
    if suffix == ".docx":
        return "docx"
    if head[30:38] == b"mimetype":
        raise UnreadableError("It is an OpenDocument file or e-book; save it as DOCX or PDF.")
    if suffix != ".zip" and (b"word/" in head or b"[Content_Types].xml" in head):
        return "docx"
    return "zip"
