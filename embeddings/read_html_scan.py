"""Splits HTML into tags and text, in linear time, with the offset of each in the source.

Follows the tokeniser of the HTML standard (section 13.2.5) as far as it matters for the visible
text, and mends instead of swallowing the rest of a page: an attribute whose quote never closes ends
at the next ">". No parser at hand reports the offsets that citations need, hence this one.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Their content is never markup; it ends at the element's own end tag.
_RAW = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in (
        *("script", "style", "noscript", "iframe", "noembed"),
        *("noframes", "xmp", "textarea", "title"),
    )
}
_TAG_OPEN = re.compile(r"</?[a-zA-Z]")
# A quote opens a value only after "="; elsewhere it is a stray, as in browsers.
_TAG = re.compile(
    r"<(/?)([a-zA-Z][^\s/>]*+)((?>[^>=]++|=\s*+(?:\"[^\"]*\"|'[^']*')|=)*+)>",
)
_PLAIN_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)([^>]*+)>")
_ATTRIBUTE = re.compile(
    r"([^\s\"'<>/=][^\s/>=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>][^\s>]*)))?"
)


class Token(NamedTuple):
    """A piece of the source. `kind` is "text", "start", "end" or "raw" (content of a script ...).

    `name` is the lower-case element name. `attributes` is the unparsed inside of a start tag.
    """

    kind: str
    start: int
    end: int
    name: str = ""
    attributes: str = ""


def resolve(text: str) -> str:
    """`text` with its character references resolved (HTML standard, section 13.5)."""
    if "&" not in text:
        return text
    try:
        return unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


def attributes(source: str) -> dict[str, str]:
    """The attributes of a start tag, names in lower case, entities resolved; the first one wins."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source):
        name, *values = match.groups()
        value = next((value for value in values if value is not None), "")
        found.setdefault(name.lower(), resolve(value))
    return found


def scan(html: str) -> Iterator[Token]:
    """The tokens of `html` in order. Comments, doctypes and instructions are left out."""
    position, size = 0, len(html)
    tag = _TAG
    unclosed: set[str] = set()  # raw elements with no end tag ahead: not searched for again
    while position < size:
        opening = html.find("<", position)
        if opening < 0:
            opening = size
        if opening > position:
            yield Token("text", position, opening)
        if opening >= size:
            return
        if not _TAG_OPEN.match(html, opening):
            position = _skip_declaration(html, opening)
            if position == opening:  # a lone "<" stands as it is written
                position += 1
                yield Token("text", opening, position)
            continue
        match = tag.match(html, opening)
        if match is None and tag is _TAG:
            # Quotes do not pair up from here on. Looking again at each tag would be quadratic.
            tag = _PLAIN_TAG
            match = tag.match(html, opening)
        if match is None:  # the file breaks off inside a tag: nothing is lost
            yield Token("text", opening, size)
            return
        closing, name, inside = match.groups()
        name, position = name.lower(), match.end()
        if closing:
            yield Token("end", opening, position, name)
            continue
        yield Token("start", opening, position, name, inside)
        if name in _RAW and name not in unclosed and not inside.endswith("/"):
            ending = _RAW[name].search(html, position)
            if ending:
                yield Token("raw", position, ending.start(), name)
                position = ending.start()
            elif name in {"script", "style"}:
                return
            else:  # without its end tag it cannot be told from the page
                unclosed.add(name)


def _skip_declaration(html: str, opening: int) -> int:
    """The end of a comment or the like that begins at `opening`; `opening` if none does."""
    if html.startswith("<!--", opening):
        end = html.find("-->", opening + 2)
        return end + 3 if end >= 0 else len(html)
    if html.startswith("<![CDATA[", opening):
        return opening + 9  # its content is text
    if not html.startswith(("<!", "<?", "</"), opening):
        return opening
    end = html.find(">", opening)
    return end + 1 if end >= 0 else len(html)
