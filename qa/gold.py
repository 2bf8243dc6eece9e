"""Which release a piece of evidence means, and whether a passage or a citation holds it."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from embeddings.errors import InputError
from embeddings.types import Filters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embeddings.library import Library
    from qa.cases import Evidence

_NOT_WORD = re.compile(r"[\W_]+")


def squeeze(text: str) -> str:
    """Letters and digits alone, in lower case: cleaning may change spaces and dashes."""
    return _NOT_WORD.sub("", text).casefold()


class Gold:
    """The releases of a library under every name that evidence may give them.

    `documents` is the JSONL file the library was built from, for evidence that names its records
    by their "id".
    """

    def __init__(self, library: Library, documents: str | Path | None = None) -> None:
        self._texts: dict[str, str] = {}
        self._named: dict[str, set[str]] = defaultdict(set)
        self._known: dict[Evidence, frozenset[str]] = {}
        titles: dict[str, str] = {}
        by_line: dict[str, list[str]] = defaultdict(list)
        for release in library.releases(Filters()):
            self._texts[release.id] = squeeze(release.text)
            path = PurePosixPath(release.path.replace("\\", "/"))
            for name in (release.path, path.name, path.stem, release.url, release.number):
                if name:
                    self._named[name].add(release.id)
            titles[release.id] = squeeze(release.title or "")
            if release.title:
                self._named[titles[release.id]].add(release.id)
            line = re.search(r"#(\d+)$", release.path)
            if line:
                by_line[line[1]].append(release.id)
        if documents is not None:
            for number, record in _records(Path(documents)):
                found = by_line[str(number)]
                if len(found) > 1:  # the library was built from several such files
                    title = squeeze(record.get("title") or "")
                    found = [one for one in found if titles[one] == title] or found
                self._named[str(record.get("id", ""))].update(found)

    def releases(self, evidence: Evidence) -> frozenset[str]:
        """The ids of the releases this evidence may mean; empty where the library has none.

        A name decides; among releases of that name, or where there is none, the quoted words do.
        """
        if evidence not in self._known:
            self._known[evidence] = self._find(evidence)
        return self._known[evidence]

    def _find(self, evidence: Evidence) -> frozenset[str]:
        quote = squeeze(evidence.quote)
        for name in (evidence.doc, evidence.url, squeeze(evidence.title)):
            found = self._named.get(name, set()) if name else set()
            quoted = {one for one in found if quote in self._texts[one]}
            if quoted or found:
                return frozenset(quoted or found)
        if not quote:
            return frozenset()
        return frozenset(one for one, text in self._texts.items() if quote in text)


def holds(text: str, evidence: Evidence) -> bool:
    """Whether a passage holds the evidence's words in full."""
    quote = squeeze(evidence.quote)
    return bool(quote) and quote in squeeze(text)


def overlaps(quote: str, evidence: Evidence) -> bool:
    """Whether a quotation shows at least half of the evidence's words, or stands inside them."""
    cited, gold = squeeze(quote), squeeze(evidence.quote)
    if not cited or not gold:
        return False
    if cited in gold or gold in cited:
        return True
    cited_words, gold_words = set(quote.casefold().split()), set(evidence.quote.casefold().split())
    return 2 * len(cited_words & gold_words) >= min(len(cited_words), len(gold_words))


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, json.loads(line)
    except (OSError, ValueError) as problem:
        raise InputError(f"The documents file {path} cannot be read: {problem}.") from problem
