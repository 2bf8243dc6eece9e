"""Dateline beside LangChain, LlamaIndex, Haystack and txtai: same passages, model and cores.

    python -m venv /tmp/frameworks
    /tmp/frameworks/bin/pip install -r benchmarks/frameworks.txt
    python benchmarks/frameworks.py --python /tmp/frameworks/bin/python [--build 500] [--large 8000]

The documents are press releases of the US Department of Justice and of US senators
(`../shared/data/releases`). Dateline takes in the files as they are; the others get the passages
that Dateline made of them, ready, so that reading, cleaning, deduplication and chunking are in
Dateline's time alone. Everything else of theirs is at its default. Each step of each system runs in
a process of its own whose model is loaded before the clock starts.

The build is timed on `--build` releases. Adding ten releases and asking are timed on an index of
`--large` ones; for the others that one is filled with ready vectors, which is not timed.

"times" compares what the clock says, and after the stroke processor time. The clock means
something only on a quiet machine, one system at a time. Processor time a busy machine does not
change much; on such a one set OMP_NUM_THREADS=1, for threads that wait for each other burn time and
would flatter Dateline.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
import frameworks_systems as systems  # noqa: E402

COLLECTIONS = ("doj_5000.jsonl.gz", "senate_sample10000.jsonl.gz")
QUESTIONS = 50
SIZE, WIDE, LAYERS = 384, 1536, 6  # of all-MiniLM-L6-v2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", default="", help="one that has benchmarks/frameworks.txt")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "releases")
    parser.add_argument("--build", type=int, default=500)
    parser.add_argument("--large", type=int, default=2_000)
    parser.add_argument("--systems", nargs="*", default=list(systems.SYSTEMS))
    parser.add_argument("--at-once", type=int, default=1, help="systems measured at one time")
    parser.add_argument("--step", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(STEPS[options.step[0]](Path(options.step[1]))))
        return
    with tempfile.TemporaryDirectory() as scratch:
        compare(options, Path(scratch))


def compare(options: argparse.Namespace, folder: Path) -> None:
    lines = list(records(options.data, options.large + 10))
    write(folder / "large" / "releases.jsonl", lines[: options.large])
    write(folder / "small" / "releases.jsonl", lines[: options.build])
    write(folder / "more" / "releases.jsonl", lines[options.large :])
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, OMP_NUM_THREADS "
        f"{os.environ.get('OMP_NUM_THREADS', 'unset')}, Python {platform.python_version()}; "
        + ", ".join(f"{name} {version(name)}" for name in ("torch", "faiss-cpu"))
        + f", sentence-transformers {version('sentence-transformers')}; {time.strftime('%F %H:%M')}"
    )
    rows: dict[str, dict[str, float]] = {"Dateline": own("build", folder)}
    export(folder / "dateline-small", folder / "passages.jsonl")
    count = len(systems.read_jsonl(folder / "passages.jsonl"))
    print(f"{options.build} releases, {count} passages", flush=True)
    rows["Dateline"] |= prefixed("fill", own("fill", folder))
    told("Dateline", rows)
    export(folder / "dateline", folder / "large.jsonl", folder / "large.npy")
    total = len(systems.read_jsonl(folder / "large.jsonl"))
    ask_about(folder)
    rows["Dateline"] |= own("use", folder)
    export_more(folder)
    told("Dateline", rows)

    def measured(name: str) -> dict[str, float]:
        if name in ("fp32", "bf16"):
            return own(name, folder)
        return other(options, "build", name, folder) | other(options, "use", name, folder)

    names = ["fp32", "bf16", *(options.systems if options.python else [])]
    with ThreadPoolExecutor(options.at_once) as pool:
        for name, row in zip(names, pool.map(measured, names), strict=True):
            title = f"plain {name}" if name in ("fp32", "bf16") else name
            rows[title] = row
            told(title, rows)
    table(rows, count, total, options)
    print(limit(own("limit", folder), rows["Dateline"]))


def table(rows: dict[str, dict[str, float]], count: int, total: int, options: Any) -> None:
    base = rows["Dateline"]
    print(f"\n| building {options.build} releases, {count} passages | s | CPU s | times | MB |")
    print("|---|---|---|---|---|")
    for name, row in rows.items():
        print(
            f"| {name} | {row['seconds']:.1f} | {row['cpu']:.1f} "
            f"| {times(row, base, 'seconds', 'cpu')} | {row['peak']:.0f} |"
        )
    print(
        f"\n| over {options.large} releases, {total} passages | ask, ms | CPU ms | p95 | times "
        "| found | add 10, s | CPU s | times |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name, row in rows.items():
        if "ask ms" in row:
            print(
                f"| {name} | {row['ask ms']:.1f} | {row['ask cpu']:.1f} | {row['ask p95']:.1f} "
                f"| {times(row, base, 'ask ms', 'ask cpu')} | {row['ask found']:.2f} "
                f"| {row['add seconds']:.2f} | {row['add cpu']:.2f} "
                f"| {times(row, base, 'add seconds', 'add cpu')} |"
            )
    print(
        f"\nDateline with words, dates and reranking: {base['full ms']:.1f} ms, found "
        f"{base['full found']:.2f}. Building {options.large} releases: {base['fill seconds']:.0f} s"
        f", {base['fill cpu']:.0f} CPU s, {base['fill peak']:.0f} MB. Batches of "
        + ", ".join(f"{name} {row['batch']:.0f}" for name, row in rows.items() if "batch" in row)
        + "."
    )


def times(row: dict[str, float], base: dict[str, float], *keys: str) -> str:
    """How many times Dateline's own each of these figures is."""
    return " / ".join(f"{row[key] / base[key]:.1f}" for key in keys)


def limit(found: dict[str, float], base: dict[str, float]) -> str:
    share = found["flops"] / base["cpu"] / found["rate"]
    least = found["flops"] / found["rate"]
    return (
        f"The build's passages and titles are {found['flops'] / 1e12:.2f} TFLOP; a bfloat16 product"
        f" on one core reaches {found['rate'] / 1e9:.0f} GFLOP/s: {least:.1f} CPU s at least. The"
        f" whole build reaches {share:.0%} of that rate."
    )


# --- the steps of Dateline, each in a process of its own -------------------------------------


def step_build(folder: Path, source: str = "small", library: str = "dateline-small") -> Any:
    from embeddings import Library

    with Library.open(folder / library, create=True) as opened:
        opened.encoder().encode(["warm"])
        return systems.timed(lambda: opened.add(folder / source)) | {"peak": systems.peak()}


def step_use(folder: Path) -> Any:
    """Add ten releases; ask by vectors alone, as the others do, and by all that `answer` uses."""
    from embeddings import Library
    from qa.rerank import rerank
    from qa.search import search
    from qa.understand import understand

    with Library.open(folder / "dateline") as library:
        model = library.encoder()

    def add() -> None:
        with Library.open(folder / "dateline", encoder=model) as library:
            library.add(folder / "more")

    told = prefixed("add", systems.timed(add))
    with Library.open(folder / "dateline", encoder=model) as library:
        catalog = library.catalog()

        def dense(question: str) -> list[tuple[str, str]]:
            ids, _ = library.dense(library.encode_queries([question])[0], systems.K)
            return [(one.release_id, one.text) for one in library.passages(ids)]

        def full(question: str) -> list[tuple[str, str]]:
            query = understand(question, catalog)
            hits = rerank(library, query, search(library, query, 20))[: systems.K]
            return [(hit.release.id, hit.passage.text) for hit in hits]

        told |= prefixed("ask", systems.ask(dense, folder))
        library._model._asked.clear()  # else the vectors are there from the first round
        return told | prefixed("full", systems.ask(full, folder))


def step_plain(folder: Path, precision: str) -> Any:
    """sentence-transformers' `encode` at the batch size that is best for these passages."""
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(systems.model_folder(), device="cpu", local_files_only=True)
    model.to(getattr(torch, precision))
    texts = [one["text"] for one in systems.read_jsonl(folder / "passages.jsonl")]
    sample = texts[:: max(1, len(texts) // 48)]
    rates = {}
    for batch in (4, 8, 16, 32):
        model.encode(sample[:8], batch_size=batch)
        began = time.process_time()
        model.encode(sample, batch_size=batch)
        rates[batch] = time.process_time() - began
    best = min(rates, key=lambda batch: rates[batch])
    told: dict[str, float] = systems.timed(lambda: model.encode(texts, batch_size=best))
    return told | {"batch": best, "peak": systems.peak()}


def step_limit(folder: Path) -> Any:
    """Operations of the build's texts, and the rate of a plain product on one core."""
    import torch

    from embeddings.embed import load_encoder

    encoder = load_encoder()
    assert encoder._fast is not None
    with sqlite3.connect(folder / "dateline-small" / "dateline.db") as database:
        texts = [row[0] for row in database.execute(
            "SELECT substr(text, start + 1, end - start) FROM passages JOIN releases"
            " ON releases.id = release UNION ALL SELECT title FROM releases"
        )]  # fmt: skip
    lengths = np.array([len(one.ids) for one in encoder._fast._tokenizer.encode_batch(texts)])
    each = 2 * LAYERS * (4 * SIZE * SIZE + 2 * SIZE * WIDE)
    flops = each * lengths.sum() + 4 * LAYERS * SIZE * (lengths.astype(float) ** 2).sum()
    torch.set_num_threads(1)
    states, weight = (torch.randn(rows, 1024, dtype=torch.bfloat16) for rows in (8192, 1024))
    rates = []
    with torch.inference_mode():
        for _ in range(12):
            began = time.process_time()
            torch.nn.functional.linear(states, weight)
            rates.append(2 * 8192 * 1024 * 1024 / (time.process_time() - began))
    return {"flops": float(flops), "rate": statistics.median(rates[2:])}


STEPS: dict[str, Any] = {
    "build": step_build,
    "fill": lambda folder: step_build(folder, "large", "dateline"),
    "use": step_use,
    "fp32": lambda folder: step_plain(folder, "float32"),
    "bf16": lambda folder: step_plain(folder, "bfloat16"),
    "limit": step_limit,
}


# --- around them ------------------------------------------------------------------------------


def own(step: str, folder: Path) -> dict[str, float]:
    return run([sys.executable, __file__, "--step", step, str(folder)])


def other(options: Any, task: str, name: str, folder: Path) -> dict[str, float]:
    return run([options.python, systems.__file__, task, name, str(folder)])


def run(command: list[str]) -> dict[str, float]:
    quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "TQDM_DISABLE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=os.environ | quiet)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr[-3000:]}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def told(name: str, rows: dict[str, dict[str, float]]) -> None:
    print("  ", name, {key: round(value, 2) for key, value in rows[name].items()}, flush=True)


def prefixed(word: str, found: dict[str, float]) -> dict[str, float]:
    return {f"{word} {key}": value for key, value in found.items()}


def records(data: Path, count: int) -> Iterator[str]:
    """The first lines of both collections, taken in turn."""
    with ExitStack() as stack:
        files = [
            stack.enter_context(gzip.open(data / name, "rt", encoding="utf-8"))
            for name in COLLECTIONS
        ]
        for _ in range((count + 1) // 2):
            yield from filter(None, [file.readline() for file in files])


def write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("".join(lines), encoding="utf-8")


def export(library: Path, target: Path, vectors: Path | None = None) -> None:
    """What Dateline made of the files: the passages that it searches, and their vectors."""
    with sqlite3.connect(library / "dateline.db") as database, open(target, "w") as file:
        found = []
        for row in database.execute(
            "SELECT passages.id, release_id, substr(text, start + 1, end - start), value"
            " FROM passages JOIN releases ON releases.id = release"
            " JOIN vectors ON vectors.key = passages.key WHERE canonical ORDER BY passages.id"
        ):
            passage = {"id": str(row[0]), "release": row[1], "text": row[2]}
            file.write(json.dumps(passage) + "\n")
            found.append(np.frombuffer(row[3], dtype="<f2"))
    if vectors is not None:
        np.save(vectors, np.stack(found).astype(np.float32))


def export_more(folder: Path) -> None:
    """The passages of the ten releases that have just been added."""
    known = {one["id"] for one in systems.read_jsonl(folder / "large.jsonl")}
    export(folder / "dateline", folder / "all.jsonl")
    new = [one for one in systems.read_jsonl(folder / "all.jsonl") if one["id"] not in known]
    (folder / "more.jsonl").write_text("".join(json.dumps(one) + "\n" for one in new))


def ask_about(folder: Path) -> None:
    """Titles as questions: the release of that title is to be found by its passages."""
    with sqlite3.connect(folder / "dateline" / "dateline.db") as database:
        rows = database.execute("SELECT title, release_id FROM releases WHERE canonical").fetchall()
    chosen = rows[:: max(1, len(rows) // QUESTIONS)][:QUESTIONS]
    made = [{"question": title, "release": release} for title, release in chosen]
    (folder / "questions.json").write_text(json.dumps(made), encoding="utf-8")


if __name__ == "__main__":
    main()
