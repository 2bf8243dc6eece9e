"""The same library on SQLite and FAISS, milvus-lite and a Milvus server: publishing and searching.

python benchmarks/engines.py [--sizes 10000,100000] [--server http://127.0.0.1:19530]

Passages and vectors are made up as in `benchmarks/storage.py`. Times are medians of 20 calls from
one client, in milliseconds, after a call to warm up; a word that stands in nearly every passage is
looked up by itself, for it costs the most. Every search is compared with the local library's.
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from storage import Lookup, clustered, fill  # noqa: E402

from embeddings.library import Library  # noqa: E402
from embeddings.milvus_publish import publish  # noqa: E402
from embeddings.types import Filters  # noqa: E402

DIMENSION = 384
_CALLS = 20


def median(task: Callable[[int], object]) -> float:
    """Milliseconds of one of twenty calls, which get numbers to be different by."""
    task(_CALLS)
    times = []
    for number in range(_CALLS):
        began = time.perf_counter()
        task(number)
        times.append(1e3 * (time.perf_counter() - began))
    return float(np.median(times))


def measure(library: Library, local: Library) -> dict[str, float]:
    queries = clustered(_CALLS + 1, DIMENSION, seed=7)
    where = Filters(places=("Port 7",))
    rare = [[f"{1000 + 13 * n}"] for n in range(_CALLS + 1)]
    ids = [release.id for release, _ in zip(local.releases(), range(_CALLS + 1), strict=False)]
    some = local.dense(queries[0], 20)[0]
    shared = 0
    for query in queries:
        own = set(local.dense(query, 10)[0].tolist())
        shared += len(own & set(library.dense(query, 10)[0].tolist()))
    return {
        "nearest 10": median(lambda n: library.dense(queries[n], 10)),
        "nearest 10 in 2%": median(lambda n: library.dense(queries[n], 10, where)),
        "rare word": median(lambda n: library.lexical(rare[n], 10)),
        "rare word in 2%": median(lambda n: library.lexical(rare[n], 10, where)),
        "word in all": median(lambda n: library.lexical(["harbour"], 10)),
        "20 passages": median(lambda n: library.passages(some)),
        "a release": median(lambda n: library.release(ids[n])),
        "shared with local, %": 100 * shared / (10 * len(queries)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10000")
    parser.add_argument("--server", default="", help="address of a Milvus server")
    parser.add_argument("--no-lite", action="store_true", help="leave milvus-lite out")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()};", end=" ")
    print(*(f"{name} {version(name)}" for name in ("pymilvus", "milvus-lite")), sep=", ")
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            fill(folder / "library", size, DIMENSION)
            places = {} if options.no_lite else {"lite": f"milvus+lite://{folder}/e.db/bench"}
            if options.server:
                places["server"] = f"milvus+{options.server}/bench"
            columns: dict[str, dict[str, float]] = {}
            with Library.open(folder / "library", encoder=Lookup(DIMENSION)) as local:
                columns["SQLite and FAISS"] = measure(local, local)
                for name, address in places.items():
                    done = publish(local, address, grace=0)
                    with Library.open(address, encoder=Lookup(DIMENSION)) as published:
                        columns[name] = {"publish, s": done.seconds, **measure(published, local)}
        print(f"\n| {size:,} passages | " + " | ".join(columns) + " |")
        print("|---|" + "---:|" * len(columns))
        rows = dict.fromkeys(row for column in columns.values() for row in column)
        for row in sorted(rows, key=lambda row: row != "publish, s"):
            told = (f"{one[row]:,.1f}" if row in one else "" for one in columns.values())
            print(f"| {row} | " + " | ".join(told) + " |", flush=True)


if __name__ == "__main__":
    main()
