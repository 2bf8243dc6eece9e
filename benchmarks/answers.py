"""Short answers over whole collections: exact match, token F1, evidence and refusals.

    python benchmarks/answers.py [--data ../shared/data] [--work DIR] [--limit N] [SET ...]

Sets: squad1 and squad2 (v1.1 and v2.0: the paragraph has to be found among all of them; only the
articles that the reader's training left out are asked about) and multihop (by type of query; its
null queries have no answer). Release questions: `dateline evaluate`. Each set's library is built in
the work folder the first time. Prints the harness's figures (`qa/evaluate.py`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval import SQUAD, given, multihop_library, squad_library, unseen_cases, working

from qa.cases import Case, read_cases
from qa.evaluate import evaluate, sample
from qa.evaluation_report import figures, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from embeddings.library import Library


def squad1(data: Path) -> list[Case]:
    """All have an answer."""
    return unseen_cases(data / "squad" / SQUAD)


def squad2(data: Path) -> list[Case]:
    """Half of them have none; told apart by a tag."""
    cases = unseen_cases(data / "squad" / "squad_dev-v2.0_devpart.json.gz")
    return [
        replace(case, tags=("answerable" if case.answerable else "unanswerable",)) for case in cases
    ]


def multihop(data: Path) -> list[Case]:
    """The type of a query is its tag."""
    return read_cases(data / "multihoprag" / "multihoprag_queries.json.gz")


SETS: dict[str, tuple[Callable[[Path, Path], Library], Callable[[Path], list[Case]]]] = {
    "squad1": (squad_library, squad1),
    "squad2": (squad_library, squad2),
    "multihop": (multihop_library, multihop),
}


def main() -> None:
    options = given(__doc__ or "", SETS)
    with working(options) as work:
        for name in options.sets or SETS:
            made, asked = SETS[name]
            print(f"\n== {name}", flush=True)
            with made(options.data, work) as library:
                cases = sample(asked(options.data), options.limit)
                print(table(figures(evaluate(library, cases))), flush=True)


if __name__ == "__main__":
    main()
