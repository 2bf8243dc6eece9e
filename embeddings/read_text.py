"""Plain text, saved page text and Markdown: the decoded file itself, or nearly so."""

from __future__ import annotations

import re

from embeddings.read_build import TextBuilder
from embeddings.types import Block, Document

_LINE = re.compile(r"[^\n]+")
_FRONT_MATTER = re.compile(r"(?:---|\+\+\+)\n(.*?)\n(?:---|\+\+\+)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"([A-Za-z_-]+)[ \t]*[:=](.*)")
_FENCE = re.compile(r"[ ]{0,3}(```|~~~)")
# Rules, the lines under headings, the line under a table's head, and link definitions.
_RULE = re.compile(
    r"[ ]{0,3}(?:(?:-[ ]*){3,}|(?:\*[ ]*){3,}|(?:_[ ]*){3,}|=+[ ]*|-+[ ]*|[|:-][|: -]*\|[|: -]*"
    r"|\[[^\]\n]{1,200}\]:[ ]*\S+.*)"
)
_UNDERLINE = re.compile(r"\n[ ]{0,3}(?:(=+)|-{3,})[ ]*(?:\n|\Z)")
_PREFIX = re.compile(
    r"[ \t]*(?:(?P<quote>>[ \t>]*)|(?P<heading>#{1,6})[ \t]+|(?P<item>[-*+]|\d{1,9}[.)])[ \t]+)?"
)
# What stands around words in Markdown; the words themselves are copied. Bounded repeats keep it
# linear on hostile input.
_INLINE = re.compile(
    r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)"  # an image: nothing is left of it
    r"|\[(?P<text>[^\[\]\n]{1,1000})\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,200}\])"  # a link
    r"|<(?P<address>https?://[^<>\s]{1,2000})>"
    r"|<!--.{0,300}?-->|</?[a-zA-Z][^<>\n]{0,500}>"  # HTML inside Markdown
    r"|(?P<mark>\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|`+|~~)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
)
# Names that front matter, mail headers and columns use for the hints.
FIELD_NAMES = {
    "title": "title", "headline": "title", "subject": "title",
    "date": "date", "published": "date", "pubdate": "date", "publish_date": "date",
    "published_at": "date", "publication_date": "date", "datepublished": "date", "issued": "date",
    "date_published": "date", "release_date": "date", "created": "date", "day": "date",
    "place": "place", "location": "place", "city": "place", "dateline": "place",
    "source": "source", "sources": "source", "department": "source", "publisher": "source",
    "organization": "source", "organisation": "source", "agency": "source", "issuer": "source",
    "component": "source", "components": "source", "author": "source", "office": "source",
    "topics": "topics", "topic": "topics", "tags": "topics", "keywords": "topics",
    "subjects": "topics", "category": "topics", "categories": "topics",
    "url": "url", "link": "url", "permalink": "url", "canonical": "url", "href": "url",
    "language": "language", "lang": "language", "locale": "language",
    "number": "number", "release_number": "number", "no": "number", "reference": "number",
}  # fmt: skip


def read_text(text: str, path: str, sha256: str) -> Document:
    """Decoded plain text as it stands, one block for each line that is not blank."""
    blocks: list[Block] = []
    for line in _LINE.finditer(text):
        words = line.group()
        start = line.start() + len(words) - len(words.lstrip())
        if not words.isspace():
            blocks.append(Block(start, line.start() + len(words.rstrip())))
    return Document(path=path, sha256=sha256, format="text", text=text, blocks=tuple(blocks))


def read_markdown(text: str, path: str, sha256: str) -> Document:
    """Decoded Markdown without its marks: headings, items and quotes keep their kind as the tag.

    A front matter (between "---" lines) gives hints and is left out of the text.
    """
    builder = TextBuilder(text)
    hints: dict[str, str] = {}
    position = 0
    front = _FRONT_MATTER.match(text)
    if front:
        position = front.end()
        for line in front.group(1).split("\n"):
            field = _FIELD.fullmatch(line.strip())
            if field and field.group(1).lower() in FIELD_NAMES:
                value = field.group(2).strip("\"'[] ")
                hints.setdefault(FIELD_NAMES[field.group(1).lower()], value)
    fenced = False
    for line in _LINE.finditer(text, position):
        if _FENCE.match(line.group()):
            fenced = not fenced
        elif fenced:
            _copy_words(builder, line.start(), line.end(), ("pre", "", ""))
        elif not _RULE.fullmatch(line.group()):
            under = _UNDERLINE.match(text, line.end())
            tag = ("h1" if under[1] else "h2") if under else "p"
            _markdown_line(builder, text, line.start(), line.end(), tag)
        builder.end_line()
    return builder.finish(path, sha256, "markdown", {k: v for k, v in hints.items() if v})


def _markdown_line(builder: TextBuilder, text: str, start: int, end: int, tag: str) -> None:
    prefix = _PREFIX.match(text, start, end)
    if prefix:
        start = prefix.end()
        if prefix["heading"]:
            tag = f"h{len(prefix['heading'])}"
            while end > start and text[end - 1] in "# \t":
                end -= 1
        elif prefix["item"]:
            tag = "li"
        elif prefix["quote"]:
            tag = "blockquote"
    about = (tag, "", "")
    for mark in _INLINE.finditer(text, start, end):
        _copy_words(builder, start, mark.start(), about)
        for group, link in (("text", True), ("address", True), ("escaped", False)):
            if mark[group]:
                _copy_words(builder, mark.start(group), mark.end(group), about, link)
        start = mark.end()
    _copy_words(builder, start, end, about)


def _copy_words(
    builder: TextBuilder, start: int, end: int, about: tuple[str, str, str], link: bool = False
) -> None:
    for run in re.compile(r"\s+|\S+(?: \S+)*").finditer(builder.origin, start, end):
        if run.group().isspace():
            builder.space(run.start() if run.group()[0] == " " else -2)
        else:
            builder.copy(run.start(), run.end(), about, link)
