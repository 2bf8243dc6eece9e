"""The arguments of an evaluation and what they do; see `qa.evaluate`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from embeddings.errors import InputError
from qa.cases import read_cases
from qa.opinions import opinion_cases

DESCRIPTION = (
    "Ask every question of a file and print how often the evidence is found, the answer right, its "
    "quotation the right one and a refusal in place, with 95% intervals, and the time of each "
    "stage. Each line of a file is one question: "
    '{"question": "Who chaired ...?", "answers": ["..."], "evidence": "title of a release"} or '
    '{"question": "...", "unanswerable": true}. SQuAD and MultiHop-RAG files are read too.'
)


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of an evaluation, all but `--library`."""
    parser.add_argument(
        "questions", nargs="*", metavar="QUESTIONS", help="files: JSONL, SQuAD or MultiHop-RAG"
    )
    parser.add_argument(
        "--feedback", action="store_true", help="also ask what readers said about answers here"
    )
    parser.add_argument(
        "--documents", metavar="FILE", help="the JSONL file whose record ids the evidence names"
    )
    parser.add_argument("--retrieval", action="store_true", help="measure retrieval alone")
    parser.add_argument(
        "--limit", type=int, default=0, metavar="N", help="ask at most so many, drawn at random"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the draw (default 1)")
    parser.add_argument("--report", metavar="FILE", help="write every miss to this Markdown file")


def run(options: Namespace) -> int:
    """Measure as the arguments say, print the figures, and return 0.

    Raises:
        InputError: there is nothing to ask, or a file cannot be read or written.
        LibraryError: the library cannot be used.
    """
    from embeddings.library import Library
    from qa.evaluate import evaluate, sample
    from qa.evaluation_report import figures, markdown, table

    cases = [case for path in options.questions for case in read_cases(path)]
    with Library.open(options.library) as library:
        if options.feedback:
            told, other = opinion_cases(library.feedback())
            cases += told
            print(f"{len(told)} opinions are asked; {other} do not say what would be right.")
        if not cases:
            raise InputError("There is nothing to ask. Name a file of questions, or --feedback.")
        outcomes = evaluate(
            library,
            sample(cases, options.limit, options.seed),
            documents=options.documents,
            answers=not options.retrieval,
            progress=_progress if sys.stderr.isatty() else None,
        )
    if options.report:
        try:
            Path(options.report).write_text(markdown(outcomes), encoding="utf-8")
        except OSError as problem:
            raise InputError(f"{options.report} cannot be written: {problem.strerror}.") from None
    print(table(figures(outcomes)))
    return 0


def _progress(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{done} of {total} questions", end=end, file=sys.stderr, flush=True)
