"""What many tests share: an encoder that can be computed by hand, releases, and brute force."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from embeddings.chunk import chunk
from embeddings.library import Library
from embeddings.types import Filters
from embeddings.vectors import TITLE_WEIGHT

_WORD = re.compile(r"\w+")


class FakeEncoder:
    """A hashed bag of words: each word adds one at a place of its own; then unit length."""

    def __init__(self, name: str = "bag-of-words", dimension: int = 64, salt: str = "") -> None:
        self.name = name
        self.precision = "float32"
        self.dimension = dimension
        self.fingerprint = f"{name}/{dimension}/{salt}"
        self.salt = salt
        self.encoded: list[str] = []  # every text ever embedded, in order

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        self.encoded.extend(texts)
        if progress is not None:
            progress(len(texts))
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in _WORD.findall(text.lower()) or [text]:
                digest = hashlib.blake2b((self.salt + word).encode(), digest_size=8).digest()
                row[int.from_bytes(digest) % self.dimension] += 1
            row /= np.linalg.norm(row)
        return vectors


def write_release(
    folder: Path,
    name: str,
    *,
    title: str,
    text: str,
    date: str = "",
    place: str = "",
    source: str = "",
    topics: str = "",
) -> Path:
    """A Markdown file that reads as one release with these values."""
    fields = {"date": date, "place": place, "source": source, "topics": topics}
    head = "\n".join(f"{key}: {value}" for key, value in fields.items() if value)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\ntitle: {title}\n{head}\n---\n\n# {title}\n\n{text}\n", encoding="utf-8")
    return path


_PORTS = ("Norrhaven", "Elsinmere", "Castelmoor", "Port Ambrel", "Tarn Quay")
_OFFICES = ("Tide Board", "Harbour Council", "Pilot Service")
_TOPICS = ("Navigation", "Ports", "Heritage", "Training")
_ITEMS = ("buoys", "lanterns", "ferries", "charts", "dredgers", "pilots", "beacons", "moorings")
_VERBS = ("repaired", "inspected", "painted", "replaced", "counted", "registered")


def write_archive(folder: Path, count: int, first: int = 0) -> Path:
    """`count` releases that are all different, one a file, four days apart."""
    for i in range(first, first + count):
        item, other = _ITEMS[i % 8], _ITEMS[(i // 8 + 3) % 8]
        port = _PORTS[i % 5]
        day = np.datetime64("2019-01-02") + 4 * i
        write_release(
            folder,
            f"release-{i:04}.md",
            title=f"{_VERBS[i % 6].capitalize()} {item} at {port}, bulletin {i}",
            date=str(day),
            place=port,
            source=_OFFICES[i % 3],
            topics=f"{_TOPICS[i % 4]}, {_TOPICS[(i + 1) % 4]}",
            text=f"Crews {_VERBS[i % 6]} {i + 3} {item} at {port} this week. "
            f"The {_OFFICES[i % 3]} also {_VERBS[(i + 2) % 6]} {other} near pier {i * 7 % 31}.\n\n"
            f"Inspector Oda Brandt{i} said that the {item} of {port} were sound. "
            f"Work on the {other} will end after {i + 11} days.",
        )
    return folder


def brute_force(library: Library, vector: np.ndarray, where: Filters = Filters()) -> list[float]:
    """The score of every passage a filter allows, best first, worked out from the texts."""
    scores = []
    encoder = library.encoder()
    for release in library.releases(where):
        title = encoder.encode_queries([release.title])[0]
        for passage in chunk(release):
            body = encoder.encode_queries([passage.text])[0]
            scores.append(float((body + TITLE_WEIGHT * title) @ vector))
    return sorted(scores, reverse=True)


def assert_searches_right(library: Library, question: str, where: Filters = Filters()) -> None:
    """Dense search over everything returns the scores that brute force gives, in order."""
    vector = library.encode_queries([question])[0]
    expected = brute_force(library, vector, where)
    for k in {1, 3, len(expected), len(expected) + 5}:
        ids, scores = library.dense(vector, k, where)
        assert len(ids) == min(k, len(expected)) == len(set(ids.tolist()))
        np.testing.assert_allclose(scores, expected[:k], atol=2e-3)
        assert [passage.id for passage in library.passages(ids)] == ids.tolist()
