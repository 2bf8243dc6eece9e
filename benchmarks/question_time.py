"""Time of one question, stage by stage, over libraries of 3,000, 30,000 and 300,000 passages.

    python benchmarks/question_time.py [--sizes 3000,30000,300000] [--work DIR] [--data DIR]
                                       [--questions N]
    taskset -c 0 python benchmarks/question_time.py ...        the same on one core

The larger libraries hold the development releases again and again: in each copy a third of the
words, capitalised ones more often, are turned into others that only this copy holds, and the days
are moved, so that copies are no duplicates while common words stay as common as they are. Vectors
of passages are random (only their number matters to the time); questions are embedded by the real
model. The questions are drawn evenly from the development ones, after five that are not counted.
Besides the clock's time the processor's is given, which a busy machine does not stretch.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import os
import platform
import re
import statistics
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from embeddings import embedding, records, vectors
from embeddings.chunk import chunk
from embeddings.clusters import settle
from embeddings.ledger import Input, put_input
from embeddings.library import Library
from embeddings.parse import release_id
from embeddings.questions import QuestionEncoder
from embeddings.types import Release
from qa.answering import ask
from qa.cases import read_cases
from qa.metrics import percentile

WARM = 5  # questions asked first and not counted
A_RELEASE = 4.0  # passages a release has here, about
_WORD = re.compile(r"[^\W\d_]{3,}")


class Random:
    """Random unit vectors for passages, the real model's for questions, one space's size."""

    name, precision, fingerprint = "random", "float32", "random/384"
    dimension = 384

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Shape (len(texts), 384)."""
        made = np.stack([self._one(text) for text in texts])
        if progress is not None:
            progress(len(texts))
        return made / np.linalg.norm(made, axis=1, keepdims=True)

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Shape (len(texts), 384). The library's probes are embedded by `encode`."""
        return _model().encode_queries(texts)

    def _one(self, text: str) -> np.ndarray:
        rng = np.random.default_rng(zlib.crc32(text.encode()))
        return rng.standard_normal(self.dimension, dtype=np.float32)


@lru_cache(maxsize=1)
def _model() -> QuestionEncoder:
    return QuestionEncoder.packaged()


def altered(text: str, copy: int) -> str:
    """The text, no longer and no shorter, with some of its words made into words of this copy."""
    table = _letters(copy)

    @cache
    def one(word: str) -> str:
        odds = 3 if word[0].islower() else 2
        same = zlib.crc32(f"{copy}/{word.casefold()}".encode()) % odds
        return word if same else word.translate(table)

    return _WORD.sub(lambda match: one(match[0]), text)


def _letters(copy: int) -> dict[int, int]:
    """Consonants and vowels moved on within their kind, otherwise for each copy."""
    table: dict[int, int] = {}
    for letters, by in (("bcdfghjklmnpqrstvwxz", copy % 19 + 1), ("aeiou", copy // 19 % 4 + 1)):
        for kind in (letters, letters.upper()):
            table |= str.maketrans(kind, kind[by:] + kind[:by])
    return table


def copied(release: Release, copy: int) -> Release:
    """A release that is new in all but its form, with the same offsets."""
    title, text = altered(release.title, copy), altered(release.text, copy)
    day = (release.date or dt.date(2010, 1, 1)) - dt.timedelta(days=37 * copy)
    new = release_id(title, day, text)
    return replace(release, id=new, title=title, text=text, date=day, segments=(), url="")


def library(work: Path, data: Path, passages: int) -> Path:
    """The folder of a library of about so many passages, made unless it is there."""
    folder = work / f"questions-{passages}"
    if folder.exists():
        return folder
    print(f"making {folder} ...", flush=True)
    encoder = Random()
    with Library.open(folder, create=True, encoder=encoder) as made:
        made.add(_real(work, data, round(passages / A_RELEASE)))
        real = list(made.releases())
        cuts = {one.id: chunk(one) for one in real}
        copy = 0
        while (more := passages - made.counts()["passages"]) > 0:
            copy += 1
            _fill(made, encoder, real[: max(1, round(more / A_RELEASE))], cuts, copy)
        made._keeper.save()
        made._store.checkpoint()
    return folder


def _real(work: Path, data: Path, most: int) -> Path:
    """A file of the development releases, or of so many of them."""
    listed = work / "releases.jsonl"
    source = data / "questions" / "collection.jsonl.gz"
    with gzip.open(source, "rt", encoding="utf-8") as file:
        listed.write_text("".join(file.readlines()[:most]), encoding="utf-8")
    return listed


def _fill(
    made: Library, encoder: Random, real: Sequence[Release], cuts: dict[str, Any], copy: int
) -> None:
    """One altered copy of the releases, stored by the statements of `add`, without reading."""
    with (
        made._store.transaction() as connection,
        mock.patch("embeddings.minhash.signature", lambda text: b""),
    ):
        model = embedding.register(connection, encoder)
        for one in real:
            release = copied(one, copy)
            rowid = records.insert_release(connection, release, None)
            cut = [
                replace(part, release_id=release.id, text=release.text[part.start : part.end])
                for part in cuts[one.id]
            ]
            records.insert_passages(connection, rowid, cut)
            texts = [release.title, *(part.text for part in cut)]
            keys = [records.text_key(text) for text in texts]
            vectors.put(connection, model, keys, encoder.encode(texts))
            settle(connection, rowid, newcomer=rowid)
            name = f"{release.id[:16]}.md"
            put_input(connection, Input("/archive", name, name, "", rowid, ""))


def measure(folder: Path, questions: Sequence[str]) -> None:
    """Ask every question of one library and print the times of each stage."""
    with Library.open(folder, encoder=Random()) as opened:
        counts = opened.counts()
        print(f"\n{counts['releases']:,} releases, {counts['passages']:,} passages")
        for question in questions[:WARM]:
            timed(question, opened)
        times = [timed(question, opened) for question in questions[WARM:]]
    head = f"({len(times)} questions, ms)"
    print(f"{head:>22}  clock: median     p95   processor: median     p95")
    for stage in [*times[0], "total"]:
        row = []
        for kind in (0, 1):
            values = [
                sum(one[stage][kind] for stage in one) if stage == "total" else one[stage][kind]
                for one in times
            ]
            row += [statistics.median(values), percentile(values, 0.95)]
        print(
            f"{stage:>22}  {row[0]:13.1f} {row[1]:7.1f}   {row[2]:17.1f} {row[3]:7.1f}", flush=True
        )


def timed(question: str, opened: Library) -> dict[str, tuple[float, float]]:
    """The clock's and the processor's milliseconds of each stage of one answer."""
    found = {}
    steps = ask(question, opened)
    clock, processor = time.perf_counter(), time.process_time()
    for stage in steps:
        now, used = time.perf_counter(), time.process_time()
        found[stage.name] = (1000 * (now - clock), 1000 * (used - processor))
        clock, processor = now, used
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--sizes", default="3000,30000,300000", help="passages of each library")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, help="folder that keeps the libraries")
    parser.add_argument("--questions", type=int, default=0, help="ask at most so many")
    options = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    print(f"{platform.platform()}, Python {platform.python_version()}, {cores} cores")
    cases = read_cases(options.data / "questions" / "questions.jsonl")
    asked = [case.question for case in cases]
    step = max(1, len(asked) // (options.questions + WARM)) if options.questions else 1
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        for size in map(int, options.sizes.split(",")):
            measure(library(work, options.data, size), asked[::step])


if __name__ == "__main__":
    main()
