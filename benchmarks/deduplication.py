"""Which releases are versions of one: Dateline beside other tools, and what it costs at scale.

    python benchmarks/deduplication.py [--data ../shared/data] [--show] [--no-semhash]

1. Labelled pairs: false merges and recall of each method on the same pairs, in one run. Every
   method sees the text; "same day" rows and Dateline see title and date as well.
2. Archive: all releases one at a time in random order; clusters found, time and memory at growing
   sizes, beside a datasketch MinHashLSH over the same texts. `--show` prints every match.
3. Stability: each limit of the rules is moved up and down, on the pairs and on the archive.

datasketch must be installed (extra "benchmark"); SemHash is scored if it is, with the packaged
sentence encoder in place of its default model, which is not on the package index.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import platform
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import datasketch
from deduplication_methods import (
    CachedEncoder,
    Method,
    dateline,
    minhash_at,
    on_same_day,
    semhash_at,
    simhash_within,
    sketch,
    without_dates,
)

from embeddings.deduplicate import Deduplicator, Rules, difference, judge, signature
from embeddings.minhash import exact_form, unpack
from embeddings.types import Release
from embeddings.versions import title_form

Pair = tuple[Release, Release, bool, float]


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def to_release(row: dict[str, Any]) -> Release:
    text = "\n\n".join(part for part in (row.get("lead"), row["text"]) if part)
    date = dt.date.fromisoformat(row["date"][:10]) if row.get("date") else None
    return Release(id=row["id"], title=row["title"], text=text, date=date)


def score(method: Method, pairs: list[Pair]) -> tuple[int, int]:
    """False merges and duplicates found."""
    false = found = 0
    for a, b, duplicate, _ in pairs:
        if method(a, b):
            found += duplicate
            false += not duplicate
    return false, found


def labelled(data: Path, use_semhash: bool) -> list[Pair]:
    releases = {row["id"]: to_release(row) for row in read_jsonl(data / "dedup/docs.jsonl.gz")}
    pairs = [
        (releases[row["a"]], releases[row["b"]], row["duplicate"], row["jaccard5"])
        for row in read_jsonl(data / "dedup/pairs.jsonl.gz")
        if row["duplicate"] is not None
    ]
    positives = sum(pair[2] for pair in pairs)
    negatives = len(pairs) - positives
    print(f"\n## Labelled pairs: {positives} duplicates, {negatives} others\n")
    cache: dict[str, datasketch.MinHash] = {}
    methods: dict[str, Method] = {
        "exact text": lambda a, b: exact_form(a.text) == exact_form(b.text),
        "MinHash .7 (datasketch)": minhash_at(0.7, cache),
        "MinHash .8 (datasketch)": minhash_at(0.8, cache),
        "SimHash, 3 bits": simhash_within(3),
        "SimHash, 10 bits": simhash_within(10),
    }
    if use_semhash:
        encoder = CachedEncoder(list(releases.values()))
        methods |= {f"SemHash {at}": semhash_at(at, encoder) for at in (0.9, 0.95, 0.99)}
    methods |= {
        "same day, MinHash .7": on_same_day(minhash_at(0.7, cache)),
        "Dateline, no dates known": without_dates(dateline),
        "Dateline": dateline,
    }
    print("| method | false merges | precision | recall | seconds |")
    print("|---|---|---|---|---|")
    for name, method in methods.items():
        started = time.perf_counter()
        false, found = score(method, pairs)
        took = time.perf_counter() - started
        precision = found / (found + false) if found + false else 1.0
        print(f"| {name} | {false} | {precision:.3f} | {found / positives:.3f} | {took:.1f} |")
    return pairs


def stability(pairs: list[Pair], candidates: list[tuple[Release, Release]]) -> None:
    print("\n## Stability: one limit moved\n")
    print("false merges / misses on the labelled pairs / versions among the archive's candidates\n")
    print("| limit | lower | as set | higher |")
    print("|---|---|---|---|")
    positives = sum(pair[2] for pair in pairs)
    for field in fields(Rules):
        set_to = getattr(Rules(), field.name)
        step: Any = {"days": 2, "words": 20, "rewritten": 0.15}.get(field.name)
        if step is None:
            step = (1 - set_to) / 2
        cells = []
        for value in (set_to - step, set_to, set_to + step):
            rules = replace(Rules(), **{field.name: value})
            false, found = score(lambda a, b: judge(a, b, rules) is not None, pairs)  # noqa: B023
            versions = sum(judge(a, b, rules) is not None for a, b in candidates)
            cells.append(f"{value:.3g}: {false} / {positives - found} / {versions}")
        print(f"| {field.name} | " + " | ".join(cells) + " |")


def close_pairs(releases: list[Release]) -> list[tuple[Release, Release]]:
    """Pairs of at most five days apart whose texts or titles are alike at all.

    Prints how many of the day a text comparison alone would merge.
    """
    days: dict[int, list[tuple[Release, str, Any]]] = {}
    for release in releases:
        assert release.date
        unpacked = unpack(signature(release))
        assert unpacked
        entry = (release, title_form(release.title), unpacked[1])
        days.setdefault(release.date.toordinal(), []).append(entry)
    pairs = []
    alike = 0
    for day, entries in days.items():
        for apart in range(6):
            for i, (one, title, minima) in enumerate(entries):
                others = entries[i + 1 :] if apart == 0 else days.get(day + apart, [])
                for other, other_title, other_minima in others:
                    overlap = float((minima == other_minima).mean())
                    alike += apart == 0 and overlap >= 0.7
                    if overlap >= 0.25 or title == other_title:
                        pairs.append((one, other))
    kept = sum(judge(a, b) is not None for a, b in pairs)
    print(
        f"\n{alike} pairs of one day have a text overlap of .7 or more; among all {len(pairs)} "
        f"pairs of about one day that are alike at all, {kept} are versions by the rules"
    )
    return pairs


def resident() -> float:
    """Resident memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def archive(data: Path, show: bool) -> list[Release]:
    releases = [
        to_release(row)
        for path in sorted((data / "releases").glob("*.jsonl.gz"))
        for row in read_jsonl(path)
    ]
    random.Random(1).shuffle(releases)
    stored = {release.id: release for release in releases}
    print(f"\n## Archive of {len(releases)} releases\n")
    sizes = [size for size in (1000, 2000, 5000, 10000, 20000) if size < len(releases)]
    marks = [0, *sizes, len(releases)]
    index = Deduplicator(stored.__getitem__)
    matches: list[tuple[Release, Release, str, float]] = []
    seconds, memory = 0.0, resident()
    print("| releases | seconds | ms each | ms each in this step | index MB | versions found |")
    print("|---|---|---|---|---|---|")
    for low, high in pairwise(marks):
        started = time.process_time()
        for release in releases[low:high]:
            packed = signature(release)
            match = index.match(release, signature=packed)
            index.add(release, match.release_id if match else None, signature=packed)
            if match:
                matches.append((stored[match.release_id], release, match.kind, match.similarity))
        step = time.process_time() - started
        seconds += step
        print(
            f"| {high} | {seconds:.1f} | {1000 * seconds / high:.2f} "
            f"| {1000 * step / (high - low):.2f} | {resident() - memory:.0f} | {len(matches)} |"
        )
    clusters = Counter(first.id for first, *_ in matches)
    kinds = Counter(kind for *_, kind, _ in matches)
    print(f"\n{len(clusters)} clusters, {len(matches)} further versions: {dict(kinds)}")
    compare_speed(releases[:5000])
    if show:
        for first, second, kind, similarity in sorted(matches, key=lambda match: match[3]):
            print(f"\n{kind} {similarity:.3f}  {first.id} {first.date}  {second.id} {second.date}")
            print(f"  {first.title[:110]}\n  {second.title[:110]}")
            for change in difference(first, second)[:4]:
                print(f"    - {change.old[:70]!r}\n    + {change.new[:70]!r}")
    return releases


def compare_speed(releases: list[Release]) -> None:
    """Ours and datasketch on the same texts: median of three alternating runs."""
    ours: list[float] = []
    theirs: list[float] = []
    by_id = {release.id: release for release in releases}
    for _ in range(3):
        started = time.process_time()
        index = Deduplicator(by_id.__getitem__)
        for release in releases:
            packed = signature(release)
            index.match(release, signature=packed)
            index.add(release, signature=packed)
        ours.append(time.process_time() - started)
        started = time.process_time()
        lsh = datasketch.MinHashLSH(threshold=0.7, num_perm=128)
        for release in releases:
            made = sketch(release)
            lsh.query(made)
            lsh.insert(release.id, made)
        theirs.append(time.process_time() - started)
    ratio = statistics.median(theirs) / statistics.median(ours)
    print(
        f"{len(releases)} releases: Dateline {statistics.median(ours):.2f} s, datasketch "
        f"MinHashLSH .7 without verification {statistics.median(theirs):.2f} s (x {ratio:.1f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--show", action="store_true", help="print every match of the archive")
    parser.add_argument("--no-semhash", action="store_true")
    arguments = parser.parse_args()
    if not (arguments.data / "dedup").is_dir():
        sys.exit(f"no labelled pairs in {arguments.data}: give --data")
    use_semhash = not arguments.no_semhash
    names = ["numpy", "datasketch"]
    try:
        version("semhash")
        names.append("semhash")
    except ImportError:
        print("semhash is not installed: not scored")
        use_semhash = False
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    print(f"{platform.machine()}, Python {platform.python_version()}, {versions}")
    pairs = labelled(arguments.data, use_semhash)
    releases = archive(arguments.data, arguments.show)
    stability(pairs, close_pairs(releases))


if __name__ == "__main__":
    main()
