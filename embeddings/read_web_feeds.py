"""The addresses listed in an RSS or Atom feed or in a sitemap."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin
from xml.etree import ElementTree

from embeddings.read_decode import tidy
from embeddings.read_types import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Entry:
    """One address of a feed or sitemap, with what the feed says about it (title, date)."""

    url: str
    hints: Mapping[str, str] = field(default_factory=dict)
    is_sitemap: bool = False


def looks_like_feed(data: bytes) -> bool:
    """Whether the content is XML that lists addresses."""
    head = data[:2000].lstrip(b"\xef\xbb\xbf \r\n\t")
    marks = (b"<rss", b"<feed", b"<rdf:RDF", b"<urlset", b"<sitemapindex")
    is_page = b"<html" in head.lower() or b"<!doctype html" in head.lower()
    return head.startswith(b"<") and not is_page and any(mark in head for mark in marks)


def parse_feed(data: bytes, base: str, most: int) -> list[Entry]:
    """The entries of a feed or sitemap in order, at most `most` of them.

    Raises `UnreadableError` when it is not well formed or declares entities.
    """
    if b"<!ENTITY" in data:
        raise UnreadableError("The feed declares entities; such feeds are not read.")
    parser: Any = ElementTree.XMLPullParser(("start", "end"))
    entries: list[Entry] = []
    current: dict[str, str] = {}
    kind = ""  # the entry element that is open
    try:
        for start in range(0, len(data), 1 << 16):
            parser.feed(data[start : start + (1 << 16)])
            for event, element in parser.read_events():
                name = str(element.tag).rpartition("}")[2]
                if event == "start":
                    if name in {"item", "entry", "url", "sitemap"} and not kind:
                        kind, current = name, {}
                    continue
                if kind and name != kind:
                    _note(current, name, element)
                elif kind:
                    if current.get("url"):
                        entries.append(_entry(current, base, kind == "sitemap"))
                    kind = ""
                    element.clear()
                if len(entries) >= most:
                    return entries
        parser.close()
    except ElementTree.ParseError:
        raise UnreadableError("The feed is damaged: its XML is not well formed.") from None
    return entries


def _note(current: dict[str, str], name: str, element: ElementTree.Element) -> None:
    value = " ".join((element.text or "").split())
    if name == "link" and element.get("href"):
        if element.get("rel", "alternate") == "alternate":
            current.setdefault("url", element.get("href", ""))
    elif name in {"link", "loc"}:
        current.setdefault("url", value)
    elif name == "guid" and element.get("isPermaLink", "true") == "true":
        current.setdefault("guid", value)
    elif name in {"pubDate", "published", "date"}:
        current.setdefault("date", value)
    elif name == "title":
        current.setdefault("title", value)


def _entry(current: dict[str, str], base: str, is_sitemap: bool) -> Entry:
    date = current.get("date", "")
    with suppress(ValueError, TypeError, IndexError):
        date = parsedate_to_datetime(date).date().isoformat()
    hints = {"title": tidy(current.get("title", "")), "date": tidy(date)}
    hints = {key: value for key, value in hints.items() if value and not is_sitemap}
    try:
        url = urljoin(base, current["url"])
    except ValueError:
        url = current["url"]  # refused when it is fetched, and named then
    return Entry(url, hints, is_sitemap)
