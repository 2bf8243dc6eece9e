"""How fast releases become passages, before anything is embedded, and in how much memory.

    python benchmarks/ingest.py [--data ../shared/data/releases] [--sizes 1000 5000 23475]

Takes the JSONL collections as they are, cut to each size, through reading, cleaning, parsing,
matching and chunking: the very functions that `dateline add` calls, on one core. The second table
is `Library.add` as a whole, database and index included, with vectors that cost nothing. Each size
runs in a process of its own, so that the peak memory is its own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
STAGES = ("read", "clean", "parse", "match", "chunk")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "releases")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 5_000, 10_000, 23_475])
    parser.add_argument("--stages", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--whole", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stages:
        measure_stages(options.stages)
    elif options.whole:
        measure_whole(options.whole)
    else:
        print(f"Python {platform.python_version()}, {platform.machine()}, one core\n")
        print("| releases | MB | releases/s | MB/s | " + " | ".join(STAGES) + " |")
        print("|---" * (4 + len(STAGES)) + "|")
        run_all(options, "--stages")
        print("\n| releases | releases/s | peak memory MB | library MB |\n|---|---|---|---|")
        run_all(options, "--whole")


def run_all(options: argparse.Namespace, table: str) -> None:
    """One row of a table for each size."""
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            cut(options.data, Path(folder), size)
            row = subprocess.run(
                [sys.executable, __file__, table, folder],
                check=True,
                capture_output=True,
                text=True,
                cwd=ROOT,
                env={"PYTHONPATH": str(ROOT), "PATH": ""},
            )
            print(row.stdout.strip(), flush=True)


def cut(data: Path, folder: Path, size: int) -> None:
    """The first records of each collection, in proportion to their sizes, `size` in all."""
    lines = []
    for path in sorted(data.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines.append((path.name.removesuffix(".gz"), file.readlines()))
    total = sum(len(found) for _, found in lines)
    for name, found in lines:
        share = round(size * len(found) / total)
        (folder / name).write_text("".join(found[:share]), encoding="utf-8")


def measure_stages(folder: Path) -> None:
    """Run one size and print its row of the table."""
    from embeddings.chunk import chunk
    from embeddings.clean import clean
    from embeddings.deduplicate import Deduplicator
    from embeddings.errors import Rejected
    from embeddings.parse import parse
    from embeddings.read import Failure, read_inputs
    from embeddings.types import Release

    spent = Counter[str]()
    bytes_in = sum(path.stat().st_size for path in folder.iterdir())
    texts: dict[str, Path] = {}
    store = tempfile.TemporaryDirectory()

    def fetch(release_id: str) -> Release:
        stored = json.loads(texts[release_id].read_text(encoding="utf-8"))
        day = stored["date"]
        return Release(
            id=release_id,
            title=stored["title"],
            text=stored["text"],
            date=dt.date.fromisoformat(day) if day else None,
        )

    known = Deduplicator(fetch)
    outcomes = Counter[str]()
    began = last = time.perf_counter()
    documents = iter(read_inputs([folder]))
    while True:
        document = next(documents, None)
        last = lap(spent, "read", last)
        if document is None:
            break
        if isinstance(document, Failure):
            outcomes["reject"] += 1
            continue
        try:
            body = clean(document)
            last = lap(spent, "clean", last)
            release = parse(document, body)
        except Rejected:
            outcomes["reject"] += 1
            last = time.perf_counter()
            continue
        last = lap(spent, "parse", last)
        match = known.match(release)
        outcomes["release" if match is None else "duplicate"] += 1
        if match is None:
            known.add(release)
        last = lap(spent, "match", last)
        outcomes["passages"] += len(chunk(release))
        last = lap(spent, "chunk", last)
        # The database is not measured here; a file a release stands in for it, off the clock.
        if match is None:
            path = Path(store.name) / str(len(texts))
            fields = {"title": release.title, "text": release.text}
            day = release.date.isoformat() if release.date else None
            path.write_text(json.dumps(fields | {"date": day}), encoding="utf-8")
            texts[release.id] = path
            began += time.perf_counter() - last
            last = time.perf_counter()
    seconds = time.perf_counter() - began
    store.cleanup()
    inputs = outcomes["release"] + outcomes["duplicate"] + outcomes["reject"]
    shares = " | ".join(f"{spent[stage] / seconds:.0%}" for stage in STAGES)
    print(
        f"| {inputs:,} ({outcomes['duplicate']} duplicates, {outcomes['reject']} rejects)"
        f" | {bytes_in / 1e6:.1f} | {inputs / seconds:.0f} | {bytes_in / 1e6 / seconds:.2f}"
        f" | {shares} |"
    )


class FreeVectors:
    """Stands in for the model: unit vectors made from a hash, at no cost."""

    name, fingerprint, precision, dimension = "free", "free", "float32", 384

    def encode(self, texts: Sequence[str], progress: Any = None) -> Any:
        """One unit vector a text, shape (len(texts), 384)."""
        import numpy as np

        seeds = [zlib.crc32(text.encode()) for text in texts]
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        vectors[np.arange(len(texts)), np.array(seeds, dtype=np.int64) % self.dimension] = 1.0
        return vectors

    encode_queries = encode


def measure_whole(folder: Path) -> None:
    """`Library.add` of one size; prints its row of the table."""
    from embeddings import Library

    with (
        tempfile.TemporaryDirectory() as scratch,
        Library.open(Path(scratch) / "library", create=True, encoder=FreeVectors()) as library,
    ):
        began = time.perf_counter()
        report = library.add(folder)
        seconds = time.perf_counter() - began
        stored = sum(p.stat().st_size for p in (Path(scratch) / "library").iterdir())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"| {report.inputs:,} | {report.inputs / seconds:.0f} | {peak:.0f} | {stored / 1e6:.0f} |"
    )


def lap(spent: Counter[str], stage: str, since: float) -> float:
    """Book the time since `since` under a stage; returns now."""
    now = time.perf_counter()
    spent[stage] += now - since  # type: ignore[assignment]
    return now


if __name__ == "__main__":
    main()
