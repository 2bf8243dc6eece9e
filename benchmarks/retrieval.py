"""How well the evidence of a question is found, part by part and whole.

    python benchmarks/retrieval.py [--data ../shared/data] [--work DIR] [--limit N] [SET ...]

Sets: questions (release questions and second turns), squad (v1.1, paragraphs), multihop. Each set's
library is built in the work folder the first time. The rows of one table come from one run over the
same library, questions and vectors:

- lexical: BM25 alone;
- dense: the embedding model alone;
- fused: both, by z-scores;
- preferred: the same with the question's dates, bodies and order counted in;
- reranked: the same with the best twenty reranked; what `answer` uses.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import statistics
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.library import Library
from embeddings.types import Filters, Passage, Release
from qa.cases import Case, read_cases
from qa.evaluate import Retrieval, sample
from qa.evaluation_report import retrieval_figures
from qa.gold import Gold, holds
from qa.rerank import CANDIDATES, pool, rerank
from qa.search import WEIGHTS, Weights, search
from qa.understand import Query, understand
from training.squad import HELD_OUT, SEED, load, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from qa.types import Hit

PLAIN = replace(WEIGHTS, dates=0.0, source=0.0, order=0.0, window=0)
MODES: dict[str, Weights] = {
    "lexical": replace(PLAIN, dense=0.0),
    "dense": replace(PLAIN, dense=1.0),
    "fused": PLAIN,
    "preferred": WEIGHTS,
    "reranked": WEIGHTS,
}


class Remembering:
    """A library that embeds each question once, so that every row sees the same vectors."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors from memory, embedding what is new."""
        for text in texts:
            if text not in self._vectors:
                self._vectors[text] = self._library.encode_queries([text])[0]
        return np.stack([self._vectors[text] for text in texts])

    def dense(self, vector: NDArray[np.float32], k: int, where: Filters = Filters()) -> Any:
        """As the library's."""
        return self._library.dense(vector, k, where)

    def lexical(self, terms: Sequence[str], k: int, where: Filters = Filters()) -> Any:
        """As the library's."""
        return self._library.lexical(terms, k, where)

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """As the library's."""
        return self._library.passages(ids)

    def release(self, release_id: str) -> Release:
        """As the library's."""
        return self._library.release(release_id)


def find(library: Remembering, query: Query, mode: str) -> list[Hit]:
    hits = search(library, query, pool(query), weights=MODES[mode])
    return (rerank(library, query, hits) if mode == "reranked" else hits)[:CANDIDATES]


def measure(library: Library, cases: Sequence[Case], documents: Path | None) -> None:
    gold = Gold(library, documents)
    seen = Remembering(library)
    catalog = library.catalog()
    queries = [understand(case.question, catalog, case.before) for case in cases]
    for query in queries:  # warm, and embeds every question once
        find(seen, query, "reranked")
    for mode in MODES:
        found, times = [], []
        for case, query in zip(cases, queries, strict=True):
            start = time.perf_counter()
            hits = find(seen, query, mode)
            times.append(1000 * (time.perf_counter() - start))
            found.append(judged(case, hits, gold))
        figures = ", ".join(f"{name} {value}" for name, value in retrieval_figures(found))
        print(f"{mode:>10}  {statistics.median(times):5.0f} ms  {figures}", flush=True)


def judged(case: Case, hits: Sequence[Hit], gold: Gold) -> Retrieval:
    order = list(dict.fromkeys(hit.release.id for hit in hits))
    wanted = dict.fromkeys(gold.releases(evidence) for evidence in case.evidence)
    ranks = tuple(
        min((order.index(one) + 1 for one in ids if one in order), default=0) for ids in wanted
    )
    passages = tuple(
        tuple(i for i, evidence in enumerate(case.evidence) if holds(hit.passage.text, evidence))
        for hit in hits
    )
    return Retrieval(ranks, passages, len(case.evidence))


def opened(folder: Path, source: Path) -> Library:
    library = Library.open(folder, create=True)
    if not library.counts()["releases"]:
        print(f"building {folder} ...", flush=True)
        library.add(source)
    counts = library.counts()
    print(f"{counts['releases']:,} releases, {counts['passages']:,} passages")
    return library


def questions(data: Path, work: Path, limit: int) -> None:
    documents = data / "questions" / "collection.jsonl.gz"
    single = read_cases(data / "questions" / "questions.jsonl")
    turns = read_cases(data / "questions" / "conversations.jsonl")
    groups = {
        "release questions": single,
        "where a look-alike has another date": [
            case for case in single if {"needs_date", "near_duplicate_trap"} <= set(case.tags)
        ],
        "second turns": [case for case in turns if case.before],
    }
    with opened(work / "questions", documents) as library:
        for name, cases in groups.items():
            chosen = sample([case for case in cases if case.evidence], limit)
            print(f"\n{name} ({len(chosen)})")
            measure(library, chosen, documents)


SQUAD = "squad_dev-v1.1_devpart.json.gz"


def squad_paragraphs(data: Path, work: Path) -> Path:
    """A file of every paragraph of the development half of SQuAD v1.1."""
    with gzip.open(data / "squad" / SQUAD, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    texts = [one["context"] for article in articles for one in article["paragraphs"]]
    listed = work / "squad.jsonl"
    listed.write_text("\n".join(json.dumps({"text": text}) for text in texts), encoding="utf-8")
    return listed


def squad_library(data: Path, work: Path) -> Library:
    """A library of those paragraphs."""
    return opened(work / "squad", squad_paragraphs(data, work))


def unseen_cases(source: Path) -> list[Case]:
    """The questions of a SQuAD file about the articles that the reader's training left out."""
    examples = split(load(sorted(source.parent.glob("*.json.gz"))), HELD_OUT, SEED)[1]
    unseen = {example.question for example in examples}
    return [case for case in read_cases(source) if case.question.strip() in unseen]


def squad(data: Path, work: Path, limit: int) -> None:
    # The reader reranks, so only questions that it was not trained on are asked.
    with squad_library(data, work) as library:
        chosen = sample(unseen_cases(data / "squad" / SQUAD), limit or 1000)
        print(f"\nSQuAD v1.1, paragraphs ({len(chosen)} questions on unseen articles)")
        measure(library, chosen, None)


def multihop_library(data: Path, work: Path) -> Library:
    """The articles of MultiHop-RAG."""
    return opened(work / "multihop", data / "multihoprag" / "multihoprag_corpus.json.gz")


def multihop(data: Path, work: Path, limit: int) -> None:
    cases = read_cases(data / "multihoprag" / "multihoprag_queries.json.gz")
    with multihop_library(data, work) as library:
        chosen = sample([case for case in cases if case.evidence], limit)
        print(f"\nMultiHop-RAG ({len(chosen)} queries that have evidence)")
        measure(library, chosen, None)


def given(about: str, sets: Iterable[str]) -> argparse.Namespace:
    """The command line of a benchmark over several sets."""
    parser = argparse.ArgumentParser(description=about.split("\n\n")[0])
    parser.add_argument("sets", nargs="*", metavar="SET", help=f"of {', '.join(sets)}")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, help="folder that keeps the libraries")
    parser.add_argument("--limit", type=int, default=0, help="questions a set, drawn at random")
    return parser.parse_args()


@contextmanager
def working(options: argparse.Namespace) -> Iterator[Path]:
    """The work folder, which is thrown away afterwards unless one was given."""
    print(f"{platform.platform()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as scratch:
        work: Path = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        yield work


def main() -> None:
    sets = {"questions": questions, "squad": squad, "multihop": multihop}
    options = given(__doc__ or "", sets)
    with working(options) as work:
        for name in options.sets or sets:
            print(f"\n== {name}")
            sets[name](options.data, work, options.limit)


if __name__ == "__main__":
    main()
