"""Where the time of `Library.add` goes, and what embedding costs beside sentence-transformers.

    OMP_NUM_THREADS=1 python benchmarks/embedding.py [--data ../shared/data/releases]
                                                     [--releases 300] [--texts 256]

The first table is processor time by stage of one `add` of real releases, the model loaded before.
The second is one run over the same passages: sentence-transformers' `encode` at several batch
sizes, and Dateline's encoder, in both precisions, with the cosine to the float32 vectors. All
times are processor seconds, so that a busy machine changes them little; compare ratios.
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from embeddings import Library, embed, embedding, update
from embeddings.matching import Matcher
from embeddings.unpadded import UnpaddedSentences

ROOT = Path(__file__).resolve().parents[1]
BATCHES = (4, 8, 16, 32, 64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "releases")
    parser.add_argument("--releases", type=int, default=300)
    parser.add_argument("--texts", type=int, default=256)
    options = parser.parse_args()
    print(
        f"{platform.machine()}, OMP_NUM_THREADS {os.environ.get('OMP_NUM_THREADS', 'unset')}, "
        f"Python {platform.python_version()}, torch {version('torch')}, "
        f"sentence-transformers {version('sentence-transformers')}, {time.strftime('%F %H:%M')}"
    )
    with tempfile.TemporaryDirectory() as folder:
        texts = stages(options, Path(folder))
    step = max(1, len(texts) // options.texts)
    precisions(sorted(texts)[::step][: options.texts])


def stages(options: argparse.Namespace, folder: Path) -> list[str]:
    """Print the table of stages; returns the texts that were embedded."""
    source = folder / "source"
    source.mkdir()
    for name in ("doj_5000", "senate_sample10000"):
        with gzip.open(options.data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            lines = [file.readline() for _ in range(options.releases // 2)]
        (source / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    encoder = embed.load_encoder()
    encoder.encode(["warm"])
    spent: Counter[str] = Counter()
    texts: list[str] = []

    def booked(stage: str, task: Callable[..., Any], inside: str = "") -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            made = task(*given, **named)
            used = time.process_time() - began
            spent.update({stage: used, inside: -used} if inside else {stage: used})
            return made

        return timed

    encode = UnpaddedSentences.encode

    def remembered(self: UnpaddedSentences, given: list[str], *rest: Any) -> Any:
        texts.extend(given)
        return encode(self, given, *rest)

    patched = [
        mock.patch.object(update, "clean", booked("cleaning", update.clean)),
        mock.patch.object(update, "parse", booked("parsing", update.parse)),
        mock.patch.object(update, "chunk", booked("chunking", update.chunk)),
        mock.patch.object(Matcher, "look_up", booked("matching", Matcher.look_up)),
        mock.patch.object(UnpaddedSentences, "encode", booked("tokenising and model", remembered)),
        mock.patch.object(embedding, "put", booked("database, vectors", embedding.put)),
        mock.patch.object(
            update.Updater, "_apply", booked("database, releases", update.Updater._apply)
        ),
    ]
    with Library.open(folder / "library", create=True, encoder=encoder) as library:
        for one in patched:
            one.start()
        began = time.process_time()
        report = library.add(source)
        whole = time.process_time() - began
        for one in patched:
            one.stop()
    began = time.process_time()
    assert encoder._fast is not None
    encoder._fast._tokenizer.encode_batch_fast(texts)
    tokenising = time.process_time() - began
    spent["tokenising"] = tokenising
    spent["model"] = spent.pop("tokenising and model") - tokenising
    spent["reading, commits, index and the rest"] = whole - sum(spent.values())
    print(f"\n{report}\n\n| stage | CPU s | share |\n|---|---|---|")
    for stage, seconds in spent.most_common():
        print(f"| {stage} | {seconds:.2f} | {seconds / whole:.1%} |")
    print(f"| all | {whole:.2f} | |")
    return texts


def precisions(texts: list[str]) -> None:
    """Print the table of ways to embed the same passages."""
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(embed.packaged_model(), device="cpu", local_files_only=True)
    exact = unit(model.encode(texts, batch_size=8))
    print("\n| way | texts per CPU s | least cosine to float32 | mean |\n|---|---|---|---|")
    for precision in ("float32", "bfloat16"):
        model.to(getattr(torch, precision))
        for batch in BATCHES:
            row(f"encode, {precision}, batches of {batch}", texts, exact,
                lambda batch=batch: model.encode(texts, batch_size=batch))  # fmt: skip
        encoder = embed.load_encoder(precision=precision)
        encoder.encode(texts[:8])
        row(f"Dateline, {precision}", texts, exact, lambda encoder=encoder: encoder.encode(texts))


def row(name: str, texts: list[str], exact: Any, task: Callable[[], Any]) -> None:
    began = time.process_time()
    made = task()
    rate = len(texts) / (time.process_time() - began)
    cosines = (unit(made) * exact).sum(axis=1)
    print(f"| {name} | {rate:.1f} | {cosines.min():.5f} | {cosines.mean():.5f} |", flush=True)


def unit(vectors: Any) -> Any:
    vectors = np.asarray(vectors, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


if __name__ == "__main__":
    main()
