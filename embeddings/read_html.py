"""HTML to the text a reader would see, one block a line, with the map back to the source.

Nothing is judged here: menus and footers stay, with the landmarks, class words and link density
that the cleaner judges them by. Only what is never shown (scripts, styles, hidden elements, form
choices) is left out. The walk keeps a stack of open elements and no tree, so neither nesting nor
broken markup costs more than the page is long.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.read_build import TextBuilder
from embeddings.read_decode import tidy
from embeddings.read_html_hints import Hints
from embeddings.read_html_scan import Token, attributes, resolve, scan

if TYPE_CHECKING:
    from embeddings.types import Document

_VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "keygen", "basefont", "bgsound", "frame",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
# Text blocks name themselves in Block.tag; containers inside a list item or heading do not.
_TEXT_BLOCKS = _HEADINGS | {
    "p", "li", "td", "th", "dt", "dd", "blockquote", "pre", "figcaption", "caption", "summary",
    "address", "button", "legend", "listing",
}  # fmt: skip
_KEEPS_NAME = _HEADINGS | {"li", "th", "dt", "dd", "figcaption", "caption", "button", "summary"}
_CONTAINERS = {
    "html", "body", "div", "section", "article", "main", "header", "footer", "nav", "aside",
    "figure", "form", "fieldset", "details", "dialog", "center", "ul", "ol", "dl", "menu", "dir",
    "table", "thead", "tbody", "tfoot", "tr", "colgroup", "hgroup", "search", "hr", "frameset",
    "optgroup", "template",
}  # fmt: skip
_BLOCKS = _TEXT_BLOCKS | _CONTAINERS
_HIDDEN = {
    "script", "style", "noscript", "template", "iframe", "noembed", "noframes", "textarea", "title",
    "select", "datalist", "svg", "canvas", "video", "audio", "object", "applet", "head", "rp",
}  # fmt: skip
_LANDMARKS = {
    "nav", "main", "article", "header", "footer", "aside", "form", "table", "figure", "dialog",
}  # fmt: skip
_ROLES = {
    "navigation": "nav", "main": "main", "article": "article", "banner": "header",
    "contentinfo": "footer", "complementary": "aside", "search": "form", "dialog": "dialog",
    "alertdialog": "dialog", "menu": "nav", "menubar": "nav",
}  # fmt: skip
# A start tag of the key closes an open element of the values, unless one of the bounds is nearer.
_CELL = {"td", "th"}
_IMPLIED_END = {
    "li": ({"li"}, {"ul", "ol", "menu", "dir", "table"}),
    "dt": ({"dt", "dd"}, {"dl", "table"}),
    "dd": ({"dt", "dd"}, {"dl", "table"}),
    "td": (_CELL, {"table"}),
    "th": (_CELL, {"table"}),
    "tr": ({"tr"}, {"table"}),
    "option": ({"option"}, {"select"}),
    "thead": ({"thead", "tbody", "tfoot"}, {"table"}),
    "tbody": ({"thead", "tbody", "tfoot"}, {"table"}),
    "tfoot": ({"thead", "tbody", "tfoot"}, {"table"}),
    "body": ({"head"}, set()),
}
_UNHIDEABLE = {"html", "body", "main", "article"}  # hidden only until a script has run
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DEPTH = 512  # deeper elements are read as part of their parent, as browsers do
_LABEL_LENGTH = 400

# Soft hyphens, zero-width characters and directional marks are not part of the words.
_SHY = "\u00ad\u200b-\u200f\u2060\ufeff"
_WORDS = re.compile(rf"[^\s&\u00a0{_SHY}]+(?: [^\s&\u00a0{_SHY}]+)*")
_GAP = re.compile(rf"(?P<space>\s+)|(?P<shy>[{_SHY}]+)|&(?:#[0-9]+|#[xX][0-9a-fA-F]+|\w+);?|&")
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class _Element:
    name: str
    tag: str
    region: str
    label: str
    hidden: bool
    link: bool
    pre: bool

    @property
    def about(self) -> tuple[str, str, str]:
        return (self.tag, self.region, self.label)


def read_html(html: str, path: str, sha256: str) -> Document:
    """The visible text of decoded HTML (see `embeddings.read_decode`), with blocks and hints."""
    reader = _Reader(html)
    for token in scan(html):
        reader.take(token)
    return reader.builder.finish(path, sha256, "html", reader.hints.result())


class _Reader:
    """Follows the open elements and sends visible text to the builder."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.builder = TextBuilder(html)
        self.hints = Hints()
        self.xml = html[:200].lstrip().startswith("<?xml")
        self.stack = [_Element("", "", "", "", False, False, False)]
        self.open: Counter[str] = Counter()  # how many elements of each name are open
        self.script: dict[str, str] = {}

    def take(self, token: Token) -> None:
        if token.kind == "text":
            self.text(token.start, token.end)
        elif token.kind == "start":
            self.start(token.name, token.attributes)
        elif token.kind == "end":
            self.end(token.name)
        elif token.name == "title" and not self.in_svg():
            self.hints.title(" ".join(resolve(self.html[token.start : token.end]).split()))
        elif token.name == "script" and "ld+json" in self.script.get("type", ""):
            self.hints.linked_data(self.html[token.start : token.end])

    def start(self, name: str, source: str) -> None:
        if name in _BLOCKS or name == "br":
            self.builder.end_line()
        if name in _BLOCKS and name not in {"button"}:
            self.close({"p"}, {"table", "button", "object", "td", "th"})
        if name in _IMPLIED_END:
            self.close(*_IMPLIED_END[name])
        if name in _HEADINGS:
            self.close(_HEADINGS, _CONTAINERS | {"td", "th", "li"})
        given = attributes(source) if source.strip("/ \n\t") else {}
        top = self.stack[-1]
        if name == "meta":
            self.hints.meta(given)
        elif name == "link":
            self.hints.link(given)
        elif name == "html" or name == "body":
            self.hints.language(given.get("lang") or given.get("xml:lang", ""))
        elif name == "time":
            self.hints.time(given, "main" in top.region or "article" in top.region)
        elif name == "script":
            self.script = given
        if name == "a":
            self.end("a")
        if name in _VOID or len(self.stack) > _DEPTH or (self.xml and source.endswith("/")):
            return
        self.stack.append(self.element(name, given))
        self.open[name] += 1

    def element(self, name: str, given: dict[str, str]) -> _Element:
        parent = self.stack[-1]
        tag = parent.tag
        if name in _TEXT_BLOCKS or (name in _CONTAINERS and tag not in _KEEPS_NAME):
            tag = name
        role = given.get("role", "").strip().lower()
        region = parent.region
        landmark = name if name in _LANDMARKS else _ROLES.get(role, "")
        if landmark and not region.endswith(landmark):
            region = f"{region} {landmark}".lstrip()
        label = parent.label
        words = " ".join(
            given[key] for key in ("class", "id", "itemprop", "role") if given.get(key)
        )
        if given.get("aria-hidden") == "true":
            words += " aria-hidden"
        if words:
            label = " ".join([label, *_WORD.findall(tidy(words).lower())]).strip()
            if len(label) > _LABEL_LENGTH:
                label = label[-_LABEL_LENGTH:].partition(" ")[2] or label[-_LABEL_LENGTH:]
        hidden = parent.hidden or name in _HIDDEN
        if name not in _UNHIDEABLE and not hidden:
            hidden = "hidden" in given or bool(_INVISIBLE.search(given.get("style", "")))
        link = parent.link or (name == "a" and "href" in given)
        pre = parent.pre or name in {"pre", "listing"}
        return _Element(name, tag, region, label, hidden, link, pre)

    def end(self, name: str) -> None:
        if name == "br":
            self.builder.end_line()
        elif name == "a":
            if self.stack[-1].link and not self.close({"a"}, _BLOCKS):
                self.unlink()
        elif name in _BLOCKS:
            self.builder.end_line()
            bounds = set() if name in {"table", "body", "html"} else {"table"}
            if name not in {"td", "th", "tr", "thead", "tbody", "tfoot"} and bounds:
                bounds = {"td", "th"}
            self.close({name}, bounds)
        else:
            self.close({name}, _BLOCKS)

    def close(self, names: set[str], bounds: set[str]) -> bool:
        """Pop to the nearest open element of `names`, unless one of `bounds` is nearer."""
        if not any(self.open[name] for name in names):
            return False
        for index in range(len(self.stack) - 1, 0, -1):
            open_name = self.stack[index].name
            if open_name in names:
                self.open.subtract(element.name for element in self.stack[index:])
                del self.stack[index:]
                return True
            if open_name in bounds:
                return False
        return False

    def unlink(self) -> None:
        """End a link that blocks were opened inside of: they stay open, outside the link."""
        for index in range(len(self.stack) - 1, 0, -1):
            old = self.stack[index]
            self.stack[index] = _Element(
                old.name, old.tag, old.region, old.label, old.hidden, False, old.pre
            )
            if old.name == "a":
                return

    def in_svg(self) -> bool:
        return self.open["svg"] > 0

    def text(self, start: int, end: int) -> None:
        top = self.stack[-1]
        if top.hidden:
            return
        if top.pre:
            line_end = self.html.find("\n", start, end)
            while line_end >= 0:
                self.words(start, line_end, top)
                self.builder.end_line()
                start = line_end + 1
                line_end = self.html.find("\n", start, end)
        self.words(start, end, top)

    def words(self, start: int, end: int, top: _Element) -> None:
        html, builder, about, link = self.html, self.builder, top.about, top.link
        position = start
        while position < end:
            words = _WORDS.match(html, position, end)
            if words:
                builder.copy(position, words.end(), about, link)
                position = words.end()
                continue
            position = self.gap(position, end, about, link)

    def gap(self, position: int, end: int, about: tuple[str, str, str], link: bool) -> int:
        """White space, an entity or an invisible character at `position`; returns what follows."""
        gap = _GAP.match(self.html, position, end)
        assert gap is not None  # _WORDS and _GAP together match any character
        source = gap.group()
        if gap.lastgroup == "space":
            self.builder.space(position if source[0] == " " else -2)
        elif gap.lastgroup != "shy":
            value = resolve(source)
            if value == source:
                self.builder.copy(position, gap.end(), about, link)
            elif value.isspace():
                self.builder.space()
            else:
                value = " ".join(tidy(re.sub(f"[{_SHY}]", "", value)).split())
                if value:
                    self.builder.insert(value, about, link)
        return gap.end()
