"""The methods that `benchmarks/deduplication.py` scores beside Dateline."""

from __future__ import annotations

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import datasketch
import numpy as np

from embeddings.deduplicate import Deduplicator
from embeddings.types import Release

Method = Callable[[Release, Release], bool]


def shingles(text: str, size: int = 5) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1))}


def sketch(release: Release) -> datasketch.MinHash:
    made = datasketch.MinHash(num_perm=128)
    made.update_batch([run.encode() for run in shingles(release.text)])
    return made


def minhash_at(limit: float, cache: dict[str, datasketch.MinHash]) -> Method:
    def method(a: Release, b: Release) -> bool:
        for one in (a, b):
            if one.id not in cache:
                cache[one.id] = sketch(one)
        return bool(cache[a.id].jaccard(cache[b.id]) >= limit)

    return method


def simhash(text: str) -> int:
    """64 bits over three-word runs (Charikar 2002, as Manku et al. 2007 use it for web pages)."""
    votes = np.zeros(64, dtype=np.int64)
    for run, count in Counter(shingles(text, 3)).items():
        digest = int.from_bytes(hashlib.blake2b(run.encode(), digest_size=8).digest())
        votes += count * (
            2 * ((digest >> np.arange(64, dtype=np.uint64)) & np.uint64(1)).astype(int) - 1
        )
    return sum(1 << i for i in range(64) if votes[i] > 0)


def simhash_within(bits: int) -> Method:
    return lambda a, b: (simhash(a.text) ^ simhash(b.text)).bit_count() <= bits


def semhash_at(limit: float, encoder: Any) -> Method:
    from semhash import SemHash  # type: ignore[import-not-found]

    def method(a: Release, b: Release) -> bool:
        index = SemHash.from_records([a.text], model=encoder)
        return bool(index.deduplicate([b.text], threshold=limit).filtered)

    return method


class CachedEncoder:
    """The packaged sentence encoder behind the interface that SemHash asks for."""

    def __init__(self, releases: list[Release]) -> None:
        from embeddings.embed import load_encoder

        texts = [release.text for release in releases]
        self._rows = dict(zip(texts, load_encoder().encode(texts), strict=True))

    def encode(self, texts: list[str], **_: Any) -> Any:
        """One row for each of `texts`, all of which must have been given at the start."""
        return np.stack([self._rows[text] for text in texts])


def on_same_day(method: Method) -> Method:
    return lambda a, b: a.date == b.date and method(a, b)


def dateline(a: Release, b: Release) -> bool:
    """As in use: through the index, in both orders."""
    answers = set()
    for stored, new in ((a, b), (b, a)):
        index = Deduplicator()
        index.add(stored)
        answers.add(index.match(new) is not None)
    if len(answers) > 1:
        print(f"  the order of {a.id} and {b.id} matters", file=sys.stderr)
    return True in answers


def without_dates(method: Method) -> Method:
    return lambda a, b: method(replace(a, date=None), replace(b, date=None))
