"""What the default retrievers of LangChain, LlamaIndex, Haystack and txtai find, beside Dateline.

    python benchmarks/frameworks_quality.py --python /tmp/frameworks/bin/python [--work DIR]
                                            [--limit N] [--reader FOLDER] [SET ...]

Sets: questions (release questions), squad (v1.1, paragraphs), multihop. All search the passages
that Dateline made, by the vectors that Dateline stored; a question is embedded by each system
itself, with the same model. "lexical" is BM25 alone, "dense" the model alone, "reranked" what
Dateline's `answer` uses. The figures are those of `benchmarks/retrieval.py`.

With `--reader`, a folder that holds an extractive question-answering model for transformers
(`python -m training.export_reader FOLDER` writes Dateline's), the readers of Haystack and txtai
also answer from what their retrievers found: how often they are right or say nothing, and how often
what they cite does not stand there or is of a release that is no evidence.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
import frameworks  # noqa: E402
import frameworks_systems as systems  # noqa: E402
import retrieval  # noqa: E402

from embeddings.library import Library  # noqa: E402
from qa.cases import Case, read_cases  # noqa: E402
from qa.evaluate import answers_case, sample  # noqa: E402
from qa.evaluation_report import retrieval_figures  # noqa: E402
from qa.gold import Gold  # noqa: E402
from qa.understand import understand  # noqa: E402

OWN = ("lexical", "dense", "reranked")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", default=list(SETS), metavar="SET")
    parser.add_argument("--python", required=True, help="one that has benchmarks/frameworks.txt")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--work", type=Path, help="folder that keeps the libraries")
    parser.add_argument("--limit", type=int, default=0, help="questions a set, drawn at random")
    parser.add_argument("--reader", type=Path, help="folder of an extractive reader")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        options.work = options.work or Path(scratch)
        options.work.mkdir(parents=True, exist_ok=True)
        for name in options.sets:
            print(f"\n== {name}")
            source, documents, groups = SETS[name](options.data, options.work)
            with retrieval.opened(options.work / name, source) as library:
                compare(options, name, library, documents, groups)


def compare(
    options: argparse.Namespace,
    name: str,
    library: Library,
    documents: Path | None,
    groups: dict[str, list[Case]],
) -> None:
    """Every system over the same passages and questions."""
    gold = Gold(library, documents)
    chosen = {title: sample(cases, options.limit) for title, cases in groups.items()}
    asked = list({case.question: case for cases in chosen.values() for case in cases}.values())
    found: dict[str, dict[str, list[Any]]] = {}
    seen, catalog = retrieval.Remembering(library), library.catalog()
    for mode in OWN:
        found[mode] = {
            case.question: retrieval.find(seen, understand(case.question, catalog), mode)
            for case in asked
        }
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        frameworks.export(options.work / name, folder / "large.jsonl", folder / "large.npy")
        questions = [{"question": case.question} for case in asked]
        (folder / "questions.json").write_text(json.dumps(questions), encoding="utf-8")
        for system in systems.SYSTEMS:
            told: Any = frameworks.run(
                [options.python, systems.__file__, "find", system, str(folder)]
            )
            found[system] = {
                case.question: [hit(*one) for one in hits]
                for case, hits in zip(asked, told["found"], strict=True)
            }
        for title, cases in chosen.items():
            with_evidence = [case for case in cases if case.evidence]
            print(f"\n{title} ({len(with_evidence)})")
            for way, hits in found.items():
                judged = [retrieval.judged(c, hits[c.question], gold) for c in with_evidence]
                figures = ", ".join(f"{key} {value}" for key, value in retrieval_figures(judged))
                print(f"{way:>10}  {figures}", flush=True)
        if options.reader is not None:
            read(options, folder, gold, asked)


def hit(release: str, text: str) -> Any:
    return SimpleNamespace(release=SimpleNamespace(id=release), passage=SimpleNamespace(text=text))


def read(options: argparse.Namespace, folder: Path, gold: Gold, asked: list[Case]) -> None:
    """The extractive readers of Haystack and txtai over what their own retrievers found."""
    for system in ("haystack", "txtai"):
        told: Any = frameworks.run(
            [options.python, systems.__file__, "read", system, str(folder), str(options.reader)]
        )
        judge(system, told["answers"], gold, asked)


def judge(system: str, answers: list[Any], gold: Gold, asked: list[Case]) -> None:
    """Print how often it is right, how often it says nothing, and what its citations are worth."""
    right = refused = silent = elsewhere = absent = 0
    none = [case for case in asked if not case.answers]
    for case, reply in zip(asked, answers, strict=True):
        if reply is None:
            refused += not case.answers
            silent += bool(case.answers)
            continue
        right += bool(case.answers) and answers_case(case, reply["text"])
        releases = frozenset().union(*(gold.releases(one) for one in case.evidence))
        elsewhere += reply["release"] not in releases
        absent += reply["passage"][slice(*reply["span"])] != reply["text"]
    cited = sum(reply is not None for reply in answers)
    print(
        f"\n{system}'s reader: right {right} of {len(asked) - len(none)}, nothing said to {silent} "
        f"of them; refused {refused} of {len(none)} that have no answer; of {cited} citations"
        f" {elsewhere} are of a release that is no evidence, {absent} do not stand where they say"
    )


# --- the sets: source, documents whose ids the evidence names, and groups of questions --------

Set = tuple[Path, "Path | None", dict[str, list[Case]]]


def questions(data: Path, work: Path) -> Set:
    documents = data / "questions" / "collection.jsonl.gz"
    cases = read_cases(data / "questions" / "questions.jsonl")
    traps = [c for c in cases if {"needs_date", "near_duplicate_trap"} <= set(c.tags)]
    groups = {"release questions": cases, "where a look-alike has another date": traps}
    return documents, documents, groups


def squad(data: Path, work: Path) -> Set:
    cases = retrieval.unseen_cases(data / "squad" / retrieval.SQUAD)
    listed = retrieval.squad_paragraphs(data, work)
    return listed, None, {"SQuAD v1.1, paragraphs, unseen articles": sample(cases, 1000)}


def multihop(data: Path, work: Path) -> Set:
    folder = data / "multihoprag"
    cases = read_cases(folder / "multihoprag_queries.json.gz")
    return folder / "multihoprag_corpus.json.gz", None, {"MultiHop-RAG": cases}


SETS: dict[str, Any] = {"questions": questions, "squad": squad, "multihop": multihop}


if __name__ == "__main__":
    main()
