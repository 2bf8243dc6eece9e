"""What an HTML page says about itself outside its visible text: meta tags, JSON-LD, <time>."""

from __future__ import annotations

import json
from typing import Any

from embeddings.read_decode import tidy
from embeddings.read_html_scan import resolve

# For each hint the names of meta tags that state it, the most trusted first.
_META = {
    "title": ("citation_title", "og:title", "dcterms.title", "dc.title", "twitter:title"),
    "date": (
        "article:published_time", "og:article:published_time", "dcterms.issued", "dc.date.issued",
        "dcterms.date", "dc.date", "datepublished", "citation_publication_date", "dcterms.created",
        "dc.date.created", "dcterms.available", "parsely-pub-date", "sailthru.date", "pubdate",
        "publishdate", "publish-date", "publication_date", "date", "article.published",
    ),
    "source": (
        "article:publisher_name", "dcterms.publisher", "dc.publisher", "dcterms.creator",
        "dc.creator", "og:site_name", "publisher", "author",
    ),
    "topics": (
        "article:tag", "dcterms.subject", "dc.subject", "news_keywords", "keywords",
        "article:section",
    ),
    "url": ("og:url",),
    "language": ("dcterms.language", "dc.language", "content-language", "og:locale", "language"),
    "place": ("geo.placename", "dcterms.spatial", "dc.coverage", "dc.coverage.spatial"),
    "number": ("dcterms.identifier", "dc.identifier"),
}  # fmt: skip
_WANTED = {name for names in _META.values() for name in names}
_ARTICLES = {
    "article", "newsarticle", "pressrelease", "blogposting", "reportagenewsarticle", "report",
    "governmentservice", "webpage",
}  # fmt: skip
_MAX_VALUE = 2000
_MAX_NODES = 10_000


class Hints:
    """Collects statements while a page is read; `result` picks the most trusted of each."""

    def __init__(self) -> None:
        self._meta: dict[str, list[str]] = {}
        self._linked: dict[str, str] = {}
        self._is_article = False
        self._title = ""
        self._canonical = ""
        self._language = ""
        self._times: dict[str, int] = {}

    def meta(self, given: dict[str, str]) -> None:
        """A <meta>; `given` holds its attributes."""
        name = given.get("property") or given.get("name") or given.get("itemprop")
        name = (name or given.get("http-equiv", "")).strip().lower()
        value = given.get("content", "").strip()
        if name in {"keywords", "news_keywords"}:
            value = "; ".join(word.strip() for word in value.split(",") if word.strip())
        if name in _WANTED and value:
            self._meta.setdefault(name, []).append(value)

    def link(self, given: dict[str, str]) -> None:
        """A <link>: the canonical address is of use."""
        if "canonical" in given.get("rel", "").lower().split() and not self._canonical:
            self._canonical = given.get("href", "").strip()

    def language(self, value: str) -> None:
        """The lang attribute of <html> or <body>."""
        self._language = self._language or value.strip()

    def title(self, value: str) -> None:
        """The content of <title>."""
        self._title = self._title or value

    def time(self, given: dict[str, str], in_article: bool) -> None:
        """A <time>: trusted when marked as the publication date, or when the page has only one."""
        value = given.get("datetime", "").strip()
        marked = given.get("itemprop", "").lower() == "datepublished" or "pubdate" in given
        if value:
            trust = 2 if marked else int(in_article)
            self._times[value] = max(trust, self._times.get(value, 0))

    def linked_data(self, source: str) -> None:
        """A JSON-LD script (schema.org): the first article in it is taken."""
        source = source.strip().removeprefix("<![CDATA[").removesuffix("]]>")
        try:
            nodes: list[Any] = [json.loads(source, strict=False)]
        except (ValueError, RecursionError):
            return
        seen = 0
        while nodes and seen < _MAX_NODES:
            seen += 1
            node = nodes.pop(0)
            if isinstance(node, list):
                nodes[:0] = node[:_MAX_NODES]
            elif isinstance(node, dict):
                self._article(node)
                nodes.extend(node[key] for key in ("@graph", "mainEntity") if key in node)

    def _article(self, node: dict[str, Any]) -> None:
        kinds = node.get("@type", "")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        kinds = {str(kind).lower() for kind in kinds} & _ARTICLES
        is_article = bool(kinds - {"webpage"})
        if not kinds or self._is_article or (self._linked and not is_article):
            return
        self._is_article = is_article
        found = {
            "title": _plain(node.get("headline") or (node.get("name") if is_article else "")),
            "date": _plain(node.get("datePublished")),
            "source": _plain(node.get("publisher") or node.get("sourceOrganization")),
            "topics": _plain(node.get("keywords") or node.get("articleSection")),
            "language": _plain(node.get("inLanguage")),
            "place": _plain(node.get("dateline") or node.get("locationCreated")),
            "url": _plain(node.get("url")),
        }
        self._linked = {key: value for key, value in found.items() if value}

    def result(self) -> dict[str, str]:
        """The hints under the keys of `Document.hints`; several topics are joined with "; "."""
        found: dict[str, str] = {}
        for key, names in _META.items():
            values = next((self._meta[name] for name in names if name in self._meta), None)
            stated = self._linked.get(key, "")
            if stated and (self._is_article or not values):
                found[key] = stated
            elif values:
                found[key] = "; ".join(dict.fromkeys(values)) if key == "topics" else values[0]
        found.setdefault("title", self._title)
        found.setdefault("date", self._only_time())
        found["url"] = self._canonical or found.get("url", "")
        found["language"] = self._language or found.get("language", "")
        tidied = {key: " ".join(tidy(value).split())[:_MAX_VALUE] for key, value in found.items()}
        return {key: value for key, value in tidied.items() if value}

    def _only_time(self) -> str:
        if not self._times:
            return ""
        best = max(self._times.values())
        values = [value for value, trust in self._times.items() if trust == best]
        return values[0] if len(values) == 1 or best == 2 else ""


def _plain(value: object) -> str:
    """Text of a JSON-LD value: a string, a thing with a name, or a list of these."""
    values = value[:50] if isinstance(value, list) else [value]
    names = (item.get("name") if isinstance(item, dict) else item for item in values)
    return "; ".join(resolve(name) for name in names if isinstance(name, str) and name)
