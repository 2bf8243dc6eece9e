"""How fast releases become passages, before anything is embedded, and in how much memory.

    python benchmarks/ingest.py [--data ../shared/data/releases] [--sizes 1000 5000 23475]

Takes the JSONL collections as they are, cut to each size, through reading, cleaning, parsing,
matching and chunking: the very functions that `dateline add` calls, on one core. Each size runs in
a process of its own, so that the peak memory is its own.
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
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STAGES = ("read", "clean", "parse", "match", "chunk")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "releases")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 5_000, 10_000, 23_475])
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure(options.one)
        return
    print(f"Python {platform.python_version()}, {platform.machine()}, one core\n")
    print("| releases | MB | releases/s | MB/s | peak memory MB | " + " | ".join(STAGES) + " |")
    print("|---" * (5 + len(STAGES)) + "|")
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            cut(options.data, Path(folder), size)
            row = subprocess.run(
                [sys.executable, __file__, "--one", folder],
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


def measure(folder: Path) -> None:
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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shares = " | ".join(f"{spent[stage] / seconds:.0%}" for stage in STAGES)
    print(
        f"| {inputs:,} ({outcomes['duplicate']} duplicates, {outcomes['reject']} rejects)"
        f" | {bytes_in / 1e6:.1f} | {inputs / seconds:.0f} | {bytes_in / 1e6 / seconds:.2f}"
        f" | {peak:.0f} | {shares} |"
    )


def lap(spent: Counter[str], stage: str, since: float) -> float:
    """Book the time since `since` under a stage; returns now."""
    now = time.perf_counter()
    spent[stage] += now - since  # type: ignore[assignment]
    return now


if __name__ == "__main__":
    main()
