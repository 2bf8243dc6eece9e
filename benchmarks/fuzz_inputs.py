"""Reads thousands of damaged and random files through the public door and counts what comes of it.

    python benchmarks/fuzz_inputs.py [--inputs 10000] [--seed 1]

Each input is a valid file of some format with bytes changed, cut, doubled or put in, or random
bytes under some name. It fails (exit code 1) on any exception, on a file that is not accounted for
by a document or a failure, and on a file that takes longer than its limits allow.
"""

from __future__ import annotations

import argparse
import gzip
import io
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import read_samples as samples  # noqa: E402

from embeddings.read import Failure, Limits, read_inputs  # noqa: E402

BATCH = 250
SLOW_SECONDS = 3.0  # of processor time, for one file of some 100 kB read in this process
TEXTUAL = {".txt", ".md", ".html", ".eml", ".json", ".jsonl", ".csv"}
PIECES = [
    b"<", b">", b"<p>", b"</p>", b"<div class=a>", b"<!--", b"&", b"&#9", b"=", b'"', b"'", b" ",
    b"\n", b"[", b"](", b"(", b"*", b"_", b"`", b"-", b"#", b",", b";", b"{", b"\xff", b"\xe9",
    b"\xc3\xa9", b".", b"<title>", b"<script>", b"--b0\n", b"Subject: ", b"=?utf-8?q?", b"<td>",
    b"a", b"\0",
]  # fmt: skip
LIMITS = Limits(
    file_bytes=1 << 22, container_bytes=1 << 24, expanded_bytes=1 << 26, members=5000,
    cpu_seconds=5, wall_seconds=40.0,
)  # fmt: skip


def damaged(content: bytes, chance: random.Random) -> bytes:
    """`content` with one to twelve injuries."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 12))):
        start = chance.randrange(len(data) + 1)
        length = chance.choice((1, 2, 8, 64, 512))
        kind = chance.randrange(6)
        if kind == 0:
            data[start : start + length] = chance.randbytes(length)
        elif kind == 1:
            del data[start : start + length]
        elif kind == 2:
            data[start:start] = data[start : start + length] * chance.choice((1, 2, 50))
        elif kind == 3:
            data[start:start] = chance.choice(
                (
                    b"\0",
                    b"\xff\xfe",
                    b"<" * 99,
                    b"9" * 20,
                    b"\r",
                    b'"',
                    b"[[[[",
                    b"(" * 999,
                    b"<div>" * 99,
                )
            )
        elif kind == 4 and data:
            position = min(start, len(data) - 1)
            data[position] ^= 1 << chance.randrange(8)
        elif kind == 5:
            del data[max(16, start) :]
    return bytes(data)


def damaged_inside(suffix: str, content: bytes, chance: random.Random) -> bytes:
    """A packed file whose members are damaged and whose packing is sound."""
    if suffix == ".txt.gz":
        return gzip.compress(damaged(gzip.decompress(content), chance))
    if suffix in {".zip", ".docx"}:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        chosen = chance.choice(sorted(members))
        members[chosen] = damaged(members[chosen], chance)
        return samples.zip_of(members)
    return samples.tar_of({"a.html": damaged(samples.HTML, chance)}, "w:gz")


def one_input(chance: random.Random, files: dict[str, bytes]) -> tuple[str, bytes]:
    """The suffix and content of one input."""
    name = chance.choice(sorted(files))
    suffix = name[1:]
    if suffix in TEXTUAL and chance.random() < 0.1:
        unit = b"".join(chance.choices(PIECES, k=chance.choice((1, 1, 2, 3))))
        opening = damaged(files[name], chance) if chance.random() < 0.5 else b""
        return suffix, opening + unit * (100_000 // len(unit))
    if chance.random() < 0.1:
        return suffix, chance.randbytes(chance.choice((0, 1, 10, 100, 4000)))
    if suffix in {".txt.gz", ".zip", ".docx", ".tgz"} and chance.random() < 0.7:
        content = damaged_inside(suffix, files[name], chance)
    else:
        content = damaged(files[name], chance)
    if chance.random() < 0.05:
        suffix = chance.choice(("", ".dat", *(other[1:] for other in files)))
    return suffix, content


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    files = samples.every_format()
    tally: dict[str, Counter[str]] = {}
    slowest: Counter[str] = Counter()
    lost = late = 0
    began = time.perf_counter()
    for first in range(0, options.inputs, BATCH):
        with tempfile.TemporaryDirectory() as folder:
            names = {}
            for number in range(first, min(first + BATCH, options.inputs)):
                suffix, content = one_input(chance, files)
                names[f"{number:06}{suffix}"] = suffix
                (Path(folder) / f"{number:06}{suffix}").write_bytes(content)
            seen: set[str] = set()
            last, busy = time.perf_counter(), time.process_time()
            for outcome in read_inputs([folder], limits=replace(LIMITS)):
                name = outcome.path.split("!/")[0].split("#")[0]
                suffix = names[name]
                seen.add(name)
                counts = tally.setdefault(suffix, Counter())
                counts["failures" if isinstance(outcome, Failure) else "documents"] += 1
                taken = time.perf_counter() - last
                slowest[suffix] = max(slowest[suffix], int(taken * 1000))
                slow = time.process_time() - busy > SLOW_SECONDS
                if slow or taken > LIMITS.wall_seconds + 5:
                    late += 1
                    print(f"late: {name} of seed {options.seed} took {taken:.1f} s")
                last, busy = time.perf_counter(), time.process_time()
            lost += len(set(names) - seen)
            for name, suffix in names.items():
                tally.setdefault(suffix, Counter())["inputs"] += name in seen
    print(f"{'suffix':10} {'inputs':>7} {'documents':>9} {'failures':>8} {'slowest ms':>10}")
    for suffix in sorted(tally):
        counts = tally[suffix]
        print(
            f"{suffix or '(none)':10} {counts['inputs']:7} {counts['documents']:9} "
            f"{counts['failures']:8} {slowest[suffix]:10}"
        )
    total = sum(counts["inputs"] for counts in tally.values())
    print(
        f"{total} of {options.inputs} inputs accounted for, {lost} lost, {late} late, "
        f"0 exceptions, {time.perf_counter() - began:.0f} s"
    )
    return 1 if lost or late or total != options.inputs else 0


if __name__ == "__main__":
    sys.exit(main())
