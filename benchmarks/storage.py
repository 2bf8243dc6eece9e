"""Storage at 1,000 to 1,000,000 passages: open, search, add 10, remove, memory, bytes on disk.

    python benchmarks/storage.py [--sizes 1000,10000,100000] [--dimension 384]
    python benchmarks/storage.py --graph 100000,300000       exact against graph, with its recall

Passages are made up, two a release; their vectors are random unit vectors in loose groups, for only
the amount of data matters here. Embedding is left out by an encoder that looks vectors up, so "add
10" is all that adding costs beyond embedding. Times are of one run on one core; compare ratios.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from unittest import mock

import numpy as np

from embeddings import embedding, index, records, vectors
from embeddings.clusters import settle
from embeddings.index import VectorIndex
from embeddings.indexfile import INDEX_FILE, Stamp, save
from embeddings.ledger import Input, put_input
from embeddings.library import Library
from embeddings.parse import release_id
from embeddings.store import DATABASE
from embeddings.types import Filters, Passage, Release

_WORDS = ("harbour", "tide", "pilot", "ferry", "beacon", "council", "lantern", "pier", "buoy")


class Lookup:
    """An encoder that costs next to nothing: a text's hash seeds its vector."""

    name, precision = "lookup", "float32"

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.fingerprint = f"lookup/{dimension}"

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        """Shape (len(texts), dimension)."""
        made = np.stack([self._one(text) for text in texts])
        return made / np.linalg.norm(made, axis=1, keepdims=True)

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Shape (len(texts), dimension)."""
        return self.encode(texts)

    def _one(self, text: str) -> np.ndarray:
        rng = np.random.default_rng(zlib.crc32(text.encode()))
        return rng.standard_normal(self.dimension).astype(np.float32)


def clustered(count: int, dimension: int, seed: int = 0) -> np.ndarray:
    """Unit vectors in 200 loose groups, as those of texts on as many subjects."""
    rng = np.random.default_rng(seed)
    subjects = rng.standard_normal((200, dimension)).astype(np.float32)
    made = subjects[rng.integers(0, 200, count)]
    made += 0.9 * rng.standard_normal((count, dimension), dtype=np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def release(number: int) -> Release:
    rng = np.random.default_rng(number)
    text = "\n\n".join(
        f"Notice {number}.{part}: " + " ".join(rng.choice(_WORDS, 60)) + "." for part in (1, 2)
    )
    title, date = f"Notice {number}", dt.date(1990, 1, 1) + dt.timedelta(days=number % 12_000)
    return Release(release_id(title, date, text), title, text, date, place=f"Port {number % 50}")


def fill(folder: Path, passages: int, dimension: int) -> None:
    """A library of this many passages, made by the same statements as `add`, without reading."""
    encoder = Lookup(dimension)
    with Library.open(folder, create=True, encoder=encoder) as library:
        store = library._store
        made = clustered(passages, dimension)
        for first in range(0, passages // 2, 5_000):
            with store.transaction() as connection:
                model = embedding.register(connection, encoder)
                connection.execute("INSERT OR REPLACE INTO settings VALUES ('model', ?)", (model,))
                for number in range(first, min(first + 5_000, passages // 2)):
                    item = release(number)
                    middle = item.text.index("\n\n")
                    cut = [
                        Passage(item.id, start, end, item.text[start:end])
                        for start, end in ((0, middle), (middle + 2, len(item.text)))
                    ]
                    rowid = records.insert_release(connection, item, None)
                    records.insert_passages(connection, rowid, cut)
                    keys = [records.text_key(passage.text) for passage in cut]
                    rows = made[2 * number : 2 * number + 2]
                    vectors.put(connection, model, keys, rows)
                    title = [records.text_key(item.title)]
                    vectors.put(connection, model, title, rows[:1])
                    settle(connection, rowid, newcomer=rowid)
                    name = f"{number}.md"
                    put_input(connection, Input("/archive", name, name, "", rowid, ""))
        library._keeper.save()
        store.checkpoint()


def memory() -> float:
    """Megabytes that belong to this process alone: the mapped index file does not count."""
    pages = Path("/proc/self/statm").read_text().split()
    return (int(pages[1]) - int(pages[2])) * resource.getpagesize() / 1e6


def timed(task: Callable[[], object]) -> float:
    began = time.perf_counter()
    task()
    return time.perf_counter() - began


def measure(folder: Path, dimension: int) -> dict[str, float]:
    """One row of the table, in a process of its own so that nothing is warm."""
    encoder, found = Lookup(dimension), {}
    before = memory()
    began = time.perf_counter()
    library = Library.open(folder, encoder=encoder)
    query = clustered(1, dimension, seed=9)[0]
    library.dense(query, 10)
    found["open and first search, ms"] = 1e3 * (time.perf_counter() - began)
    found["memory, MB"] = memory() - before
    queries = clustered(20, dimension, seed=7)
    found["search, ms"] = 1e3 * timed(lambda: [library.dense(q, 10) for q in queries]) / 20
    where = Filters(places=("Port 7",))
    library.dense(query, 10, where)
    found["search in 2%, ms"] = (
        1e3 * timed(lambda: [library.dense(q, 10, where) for q in queries]) / 20
    )
    terms = ["notice", "1234", "harbour"]
    found["words, ms"] = 1e3 * timed(lambda: library.lexical(terms, 10))
    with tempfile.TemporaryDirectory() as source:
        for i in range(10):
            Path(source, f"new-{i}.md").write_text(
                f"---\ntitle: Late notice {i}\ndate: 2030-01-{i + 10}\n---\n\n"
                f"The ferry to pier {i} leaves at noon. Inspectors counted {i + 3} buoys.\n"
            )
        found["add 10, ms"] = 1e3 * timed(lambda: library.add(source))
    found["search after, ms"] = 1e3 * timed(lambda: library.dense(query, 10))
    target = next(iter(library.find("a")))
    found["remove 1, ms"] = 1e3 * timed(lambda: library.remove(target))
    library.close()
    found["database, MB"] = (folder / DATABASE).stat().st_size / 1e6
    found["index file, MB"] = (folder / INDEX_FILE).stat().st_size / 1e6
    return found


def curve(sizes: list[int], dimension: int) -> None:
    rows = {}
    for size in sizes:
        folder = Path(tempfile.mkdtemp()) / "library"
        began = time.process_time()  # of the processor: a busy machine changes it little
        fill(folder, size, dimension)
        seconds = time.process_time() - began
        told = subprocess.run(
            [sys.executable, __file__, "--measure", str(folder), "--dimension", str(dimension)],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        rows[size] = dict(line.split("\t") for line in told.splitlines())
        print(f"({size:,} passages made in {seconds:.1f} s)", file=sys.stderr)
        shutil.rmtree(folder.parent)
    print("| passages | " + " | ".join(f"{size:,}" for size in sizes) + " |")
    print("|---|" + "---:|" * len(sizes))
    for name in next(iter(rows.values())):
        print(f"| {name} | " + " | ".join(f"{float(rows[s][name]):,.1f}" for s in sizes) + " |")


def graph(sizes: list[int], dimension: int) -> None:
    """Exact and graph search side by side: what the switch point and the breadth rest on."""
    print("| passages | exact, ms | graph, ms | recall@10 | recall@10 in 30% | build, s |")
    print("|---:|---:|---:|---:|---:|---:|")
    for size in sizes:
        made = clustered(size, dimension)
        queries = made[:: size // 100] + 0.3 * clustered(100, dimension, seed=3)
        whole = VectorIndex(dimension).extended([(np.arange(1, size + 1), made)])
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.object(VectorIndex.merged, "__defaults__", (1,)),
        ):
            began = time.perf_counter()
            fast = save(whole, Path(folder) / "v", Stamp("", "", 0, 0))
            build = time.perf_counter() - began
            compare(size, whole, fast, queries, build)


def compare(
    size: int, whole: VectorIndex, fast: VectorIndex, queries: np.ndarray, build: float
) -> None:
    """Print one line of the table."""
    allowed = np.sort(np.random.default_rng(1).choice(size, 3 * size // 10, replace=False)) + 1
    seconds, found = [], []
    for searched in (whole, fast):
        began = time.perf_counter()
        found.append([searched.search(query, 10)[0] for query in queries])
        seconds.append((time.perf_counter() - began) / len(queries))
        found.append([searched.search(query, 10, allowed)[0] for query in queries])
    print(
        f"| {size:,} | {1e3 * seconds[0]:.1f} | {1e3 * seconds[1]:.1f} |"
        f" {recall(found[0], found[2]):.3f} | {recall(found[1], found[3]):.3f} | {build:.0f} |",
        flush=True,
    )


def recall(expected: list[np.ndarray], found: list[np.ndarray]) -> float:
    """The share of the exact results that was found."""
    pairs = zip(expected, found, strict=True)
    return float(np.mean([len(np.intersect1d(one, other)) / len(one) for one, other in pairs]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--graph", default="")
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        for name, value in measure(Path(arguments.measure), arguments.dimension).items():
            print(f"{name}\t{value}")
        return
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"faiss-cpu {version('faiss-cpu')}, numpy {version('numpy')}; "
        f"switch to the graph at {index.SWITCH:,}\n"
    )
    if arguments.graph:
        graph([int(size) for size in arguments.graph.split(",")], arguments.dimension)
    else:
        curve([int(size) for size in arguments.sizes.split(",")], arguments.dimension)


if __name__ == "__main__":
    main()
