"""Reads releases from the web: pages, and the pages that feeds and sitemaps list."""

from __future__ import annotations

import hashlib
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from embeddings.read import read_file
from embeddings.read_decode import decode
from embeddings.read_files import clean_name, explain
from embeddings.read_formats import declared_charset
from embeddings.read_types import (
    DEFAULT_LIMITS,
    Failure,
    Limits,
    Outcomes,
    Progress,
    UnreadableError,
)
from embeddings.read_web_feeds import Entry, looks_like_feed, parse_feed
from embeddings.read_web_fetch import AGENT, Page, WebLimits, clean_url, fetch, unpack_page
from embeddings.read_web_robots import EVERYTHING, NOTHING, Robots, parse_robots

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from embeddings.types import Document

__all__ = ["WebLimits", "read_web"]

DEFAULT_WEB_LIMITS = WebLimits()
_LONGEST_DELAY = 30.0
_SUFFIXES = {
    "text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf",
    "text/plain": ".txt", "text/markdown": ".md", "text/csv": ".csv", "application/json": ".json",
    "application/x-ndjson": ".jsonl", "message/rfc822": ".eml", "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}  # fmt: skip


def read_web(
    urls: Sequence[str],
    limits: WebLimits = DEFAULT_WEB_LIMITS,
    *,
    allow_private: bool = False,
    progress: Progress | None = None,
    file_limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Document | Failure]:
    """Fetch addresses; a feed or sitemap among them stands for the pages it lists.

    Only http and https; robots.txt is respected. Addresses in private networks are refused unless
    `allow_private`. `Document.path` is the address that was given or listed, in its usual
    spelling, and the hint "url" the canonical one. Each address is fetched once and gives a
    document or a failure; never raises.
    """
    return _Visit(limits, allow_private, file_limits).run(urls, progress)


class _Visit:
    """One run over the web: what was seen, asked and spent so far."""

    def __init__(self, limits: WebLimits, allow_private: bool, file_limits: Limits) -> None:
        self.limits, self.allow_private, self.file_limits = limits, allow_private, file_limits
        self.robots: dict[str, Robots] = {}
        self.silent: dict[str, str] = {}  # hosts that gave no robots.txt, and why
        self.last_request: dict[str, float] = {}
        self.bytes = 0
        self.pages = 0
        self.began = time.monotonic()

    def run(self, urls: Sequence[str], progress: Progress | None) -> Outcomes:
        waiting = [(Entry(url), 0) for url in reversed(urls)]
        seen: set[str] = set()
        while waiting:
            entry, depth = waiting.pop()
            name = clean_name(entry.url)
            try:
                name = url = clean_url(entry.url)
                if url in seen:
                    continue
                seen.add(url)
                self.check_spent()
                self.pages += 1
                page = self.page(url)
                if looks_like_feed(page.data) and depth <= self.limits.nesting:
                    listed = parse_feed(page.data, page.url, self.limits.pages + 1)
                    if not listed:
                        raise UnreadableError("The feed or sitemap lists no addresses.")
                    self.pages -= 1
                    waiting.extend((item, depth + 1) for item in reversed(listed))
                else:
                    yield from self.read(page, url, entry.hints)
            except UnreadableError as error:
                yield Failure(name, str(error))
            except OSError as error:  # no room for the page on its way to the parser
                yield Failure(name, explain(error))
            if progress:
                progress(len(seen), len(seen) + len(waiting))

    def check_spent(self) -> None:
        """Raise when this run has had all that it may have."""
        if self.pages >= self.limits.pages:
            raise UnreadableError(f"Only {self.limits.pages:,} pages are read in one run.")
        if self.bytes > self.limits.total_bytes:
            raise UnreadableError(f"Only {self.limits.total_bytes:,} bytes are read in one run.")
        if time.monotonic() - self.began > self.limits.total_seconds:
            raise UnreadableError(f"A run ends after {self.limits.total_seconds:g} seconds.")

    def page(self, url: str) -> Page:
        page = fetch(url, self.limits, self.allow_private, self.accept)
        self.bytes += len(page.data)
        if page.status != 200:
            raise UnreadableError(f"The server answers with status {page.status}.")
        return unpack_page(page, self.limits)

    def accept(self, url: str) -> None:
        """Ask robots.txt about an address, and wait for its host's turn."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin in self.silent:
            raise UnreadableError(self.silent[origin])
        if origin not in self.robots:
            try:
                self.robots[origin] = self.rules(origin)
            except UnreadableError as error:
                self.silent[origin] = str(error)
                raise
        rules = self.robots[origin]
        if not rules.allows(f"{parts.path}?{parts.query}" if parts.query else parts.path):
            raise UnreadableError("The robots.txt of its site asks not to fetch it.")
        delay = min(_LONGEST_DELAY, max(rules.delay, self.limits.delay_seconds))
        wait = self.last_request.get(origin, 0.0) + delay - time.monotonic()
        if origin in self.last_request and wait > 0:
            time.sleep(wait)
        self.last_request[origin] = time.monotonic()

    def rules(self, origin: str) -> Robots:
        """RFC 9309, section 2.3.1: no file allows everything, a failing server nothing."""
        page = fetch(f"{origin}/robots.txt", self.limits, self.allow_private)
        if page.status >= 500:
            return NOTHING
        return parse_robots(page.data, AGENT) if page.status == 200 else EVERYTHING

    def read(self, page: Page, url: str, listed: Mapping[str, str]) -> Outcomes:
        """What the content of a page holds, under its address."""
        suffix = _SUFFIXES.get(page.content_type, "") or Path(urlsplit(page.url).path).suffix
        name = f"page{suffix if suffix.lower() in _SUFFIXES.values() else '.html'}"
        with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
            path = Path(folder) / name
            path.write_bytes(_with_charset(page))
            sha256 = hashlib.sha256(page.data).hexdigest()
            for outcome in read_file(path, name, self.file_limits):
                place = url + outcome.path.removeprefix(name)
                whole = outcome.path == name
                if isinstance(outcome, Failure):
                    yield replace(outcome, path=place)
                else:
                    hints = _merged(outcome.hints, listed if whole else {}, page.url)
                    proof = sha256 if whole else outcome.sha256
                    yield replace(outcome, path=place, hints=hints, sha256=proof)


def _merged(hints: Mapping[str, str], listed: Mapping[str, str], url: str) -> dict[str, str]:
    """The page's own hints first, then what the feed says; the address if it names none."""
    merged = {**listed, **hints}
    if not merged.get("url", "").startswith(("http://", "https://")):
        merged["url"] = url
    return merged


def _with_charset(page: Page) -> bytes:
    """The page's bytes; as UTF-8 when only the header of the answer tells their encoding."""
    if not page.charset or page.content_type not in {"text/html", "text/plain"}:
        return page.data
    text, encoding = decode(page.data, page.charset)
    if encoding.startswith("utf") or declared_charset(page.data):
        return page.data
    return text.encode()
