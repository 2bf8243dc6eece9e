"""An archive with everything awkward in it, and what a search of it must give, worked out plainly.

Nothing here looks anything up: every passage is scored from its text, every filter is tried on
every release.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import Stemmer
from fakes import FakeEncoder

from embeddings.chunk import chunk
from embeddings.library import Library
from embeddings.types import Filters, Passage, Release
from embeddings.vectors import TITLE_WEIGHT

COLUMNS = {"title": 2.0, "body": 1.0, "source": 0.5, "issued": 0.5}
SOURCES = (
    "Tide Board",
    'The "Quay" Office',
    r"Back\slash Bureau",
    "O'Hara Trust",
    "Gründungsamt Ærø",
    '"] or id >= 0 or ["',
)
PLACES = ("Norrhaven", "Elsinmere", "Port Ambrel", "", "Kėdainiai")
TOPICS = ("Navigation", "Ports", 'a", "b', r"x\\", "100%", "Heritage")
_ITEMS = ("buoys", "lanterns", "ferries", "charts", "dredgers", "beacons", "moorings")
_VERBS = ("repaired", "inspected", "painted", "replaced", "counted")
_PEOPLE = ("Oda Brandt", "Ulf Strand", "Ines Marlow", "Tomas Quill")


def write(folder: Path, count: int = 48) -> Path:
    """Releases as records, with versions, copies, a long one, undated ones and a reject."""
    records = []
    for i in range(count):
        item, other = _ITEMS[i % 7], _ITEMS[(i // 7 + 3) % 7]
        person = _PEOPLE[i % 4]
        first, last = person.split()
        middle = f"{first} B. {last}" if i % 3 == 0 else f"{last}, {first}" if i % 3 == 1 else first
        records.append(
            {
                "title": f"{_VERBS[i % 5].capitalize()} {item}, bulletin {i}",
                "date": "" if i % 11 == 5 else str(dt.date(2019, 1, 2) + dt.timedelta(days=9 * i)),
                "place": PLACES[i % 5],
                "source": SOURCES[i % 6],
                "topics": [TOPICS[i % 6], TOPICS[(i + 1) % 6]],
                "url": f"https://releases.example/{i}",
                "text": f"Crews {_VERBS[i % 5]} {i + 3} {item} this week, the office said. It also "
                f"{_VERBS[(i + 2) % 5]} {other} near pier {i * 7 % 31}; {middle} was there.\n\n"
                f"“Every one of the {item} is sound,” said inspector number {i}. Work on the "
                f"{other} and the {item} will end after {i + 11} days.",
            }
        )
    # A version (a sentence more), a copy under another address, and a text of many parts.
    more = f"{records[3]['text']} Photographs of pier 21 are at hand."
    records.append({**records[3], "url": "https://mirror.example/3", "text": more})
    records.append({**records[4], "url": "https://mirror.example/4"})
    long = "\n\n".join(
        f"Paragraph {n} lists berth {n * 37 % 1009}, where 𝔅uoy {n} lay under a clear sky."
        for n in range(600)
    )
    records.append({**records[0], "title": "The register of berths", "text": long})
    folder.mkdir(parents=True)
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    (folder / "releases.jsonl").write_text(lines + "\n", encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    return folder


@dataclass(frozen=True, slots=True)
class Scored:
    """One passage with its score."""

    passage: Passage
    score: float


class Oracle:
    """Knows every release of a library, and works everything else out."""

    def __init__(self, library: Library) -> None:
        self.releases = list(library.releases())
        canonical = {release.id for release in self.releases}
        versions = {one for ids in library.duplicates() for one in ids} - canonical
        self.others = [library.release(one) for one in sorted(versions)]
        self._encoder = FakeEncoder()
        self._passages = [(r, p) for r in self.releases for p in chunk(r)]
        self._words = [columns_of(r, p) for r, p in self._passages]
        self._mean = sum(map(_length, self._words)) / len(self._words)
        title = self._encoder.encode_queries([r.title for r, _ in self._passages])
        body = self._encoder.encode_queries([p.text for _, p in self._passages])
        self._vectors = body + TITLE_WEIGHT * title

    def allowed(self, where: Filters) -> list[Release]:
        return [release for release in self.releases if allows(where, release)]

    def dense(self, vector: np.ndarray, where: Filters = Filters()) -> list[Scored]:
        scores = self._vectors @ vector
        return _best(
            Scored(p, float(score))
            for (r, p), score in zip(self._passages, scores, strict=True)
            if allows(where, r)
        )

    def lexical(self, phrases: Sequence[str], where: Filters = Filters()) -> list[Scored]:
        """Okapi BM25 over the columns; a passage without any of the phrases is not found."""
        wanted = [stems(phrase) for phrase in dict.fromkeys(phrases)]
        idf = []
        for phrase in wanted:
            holds = sum(_frequency(words, phrase) > 0 for words in self._words)
            idf.append(max(math.log((len(self._words) - holds + 0.5) / (holds + 0.5)), 1e-6))
        found = []
        for (release, passage), words in zip(self._passages, self._words, strict=True):
            if not allows(where, release):
                continue
            norm = 1.2 * (1 - 0.75 + 0.75 * _length(words) / self._mean)
            frequencies = [_frequency(words, phrase) for phrase in wanted]
            score = sum(
                weight * f * 2.2 / (f + norm) for weight, f in zip(idf, frequencies, strict=True)
            )
            if any(frequencies):
                found.append(Scored(passage, score))
        return _best(found)

    def holding(self, forms: Sequence[str], where: Filters = Filters()) -> set[str]:
        """Ids of releases that hold one of the forms, at most two other words within it."""
        return {
            release.id
            for (release, _), words in zip(self._passages, self._words, strict=True)
            for form in forms
            if allows(where, release)
            and any(_close(column, stems(form)) for column in words.values())
        }


def allows(where: Filters, release: Release) -> bool:
    return (
        (where.since is None or (release.date is not None and release.date >= where.since))
        and (where.until is None or (release.date is not None and release.date <= where.until))
        and _shares(where.sources, release.sources)
        and _shares(where.places, (release.place,) if release.place else ())
        and _shares(where.topics, release.topics)
        and (not where.release_ids or release.id in where.release_ids)
    )


def plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def stems(text: str) -> list[str]:
    stemmer = Stemmer.Stemmer("porter")
    return [str(stemmer.stemWord(word)) for word in re.findall(r"[^\W_]+", plain(text))]


def columns_of(release: Release, passage: Passage) -> dict[str, list[str]]:
    issued = f"{release.date.day} {release.date:%B} {release.date.year}" if release.date else ""
    texts = (release.title, passage.text, ", ".join(release.sources), issued)
    return {name: stems(text) for name, text in zip(COLUMNS, texts, strict=True)}


def _shares(wanted: Sequence[str], has: Sequence[str]) -> bool:
    return not wanted or bool(
        {" ".join(plain(one).split()) for one in wanted}
        & {" ".join(plain(one).split()) for one in has}
    )


def _length(words: dict[str, list[str]]) -> int:
    return sum(map(len, words.values()))


def _frequency(words: dict[str, list[str]], phrase: Sequence[str]) -> float:
    size = len(phrase)
    return sum(
        COLUMNS[name] * Counter(zip(*(column[i:] for i in range(size)), strict=False))[*phrase]
        for name, column in words.items()
    )


def _close(column: Sequence[str], form: Sequence[str]) -> bool:
    """Whether the one or two words stand in the column, at most two others between them."""
    places = [[i for i, word in enumerate(column) if word == one] for one in form]
    if len(form) == 1:
        return bool(places[0])
    first, second = places
    return any(0 < abs(a - b) <= 3 for a in first for b in second)


def _best(found: object) -> list[Scored]:
    return sorted(found, key=lambda one: -one.score)  # type: ignore[call-overload, no-any-return]
