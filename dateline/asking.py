"""The subcommands that answer: `dateline ask` in the terminal, `dateline chat` in the browser."""

from __future__ import annotations

import argparse
import json
from argparse import Namespace
from typing import TYPE_CHECKING

from dateline import receipts
from dateline.parsing import Command, Subparsers

if TYPE_CHECKING:
    from embeddings.library import Library
    from qa.types import Answer
    from qa.writer_client import Endpoint

REFUSED = 3


def register(sub: Subparsers, command: Command) -> None:
    """Add these subcommands to the command line."""
    made = command(
        "ask",
        ask,
        "ask one question",
        "Answer one question with its quotations, or say that the archive does not.",
    )
    made.add_argument("question", help="the question, in quotation marks")
    made.add_argument("--since", metavar="DATE", help="only releases from this day on (2018-10-01)")
    made.add_argument("--until", metavar="DATE", help="only releases up to this day")
    for name in ("source", "place", "topic"):
        made.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="NAME",
            help=f"only releases with this {name}; may be given more than once",
        )
    made.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="TEXT",
        help="search as if this had not been said, such as a date or name that the question "
        "holds; may be given more than once",
    )
    made.add_argument(
        "--after",
        nargs=2,
        action="append",
        default=[],
        metavar=("QUESTION", "ANSWER"),
        help="an earlier turn that this question follows up; may be given more than once",
    )
    made.add_argument(
        "--risk",
        type=float,
        metavar="SHARE",
        help="answer only where at most this share of answers is wrong, such as 0.05",
    )
    made.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    made.add_argument(
        "--receipt",
        metavar="FILE",
        help="also write a receipt, which `dateline verify-receipt` can prove later",
    )
    made.add_argument(
        "--llm",
        action="store_true",
        help="have a language model word the answer; DATELINE_LLM_URL, DATELINE_LLM_MODEL and "
        "DATELINE_LLM_KEY say which. The question and quotations are sent to it",
    )
    chatting = sub.add_parser(
        "chat",
        help="ask in the browser",
        description="Open the chat on a library, or on the sample releases that come with it. "
        "All options of app.py can be given.",
        add_help=False,
    )
    chatting.add_argument("rest", nargs=argparse.REMAINDER)
    chatting.set_defaults(run=chat)


def ask(arguments: Namespace) -> int:
    """`dateline ask`: 0 when answered, 3 when refused."""
    from dateline.printing import as_json, as_text, proof
    from embeddings.library import Library
    from qa.writer_client import endpoint

    to = endpoint() if arguments.llm else None  # before anything is searched for nothing
    with Library.open(arguments.library) as library:
        reply = _answered(arguments, library)
        said = False
        if to is not None:
            reply, said = _worded(reply, library, to, quiet=arguments.json)
    if arguments.receipt:
        receipts.write(reply, arguments.receipt)
    if arguments.json:
        print(json.dumps(as_json(reply), ensure_ascii=False, indent=2))
    else:
        print("\n".join(proof(reply)) if said else as_text(reply))
    return 0 if reply.answered else REFUSED


def _answered(arguments: Namespace, library: Library) -> Answer:
    from qa.answering import answer

    return answer(
        arguments.question,
        library,
        history=[(question, text) for question, text in arguments.after],
        since=arguments.since,
        until=arguments.until,
        sources=arguments.source,
        places=arguments.place,
        topics=arguments.topic,
        without=arguments.without,
        risk=arguments.risk,
    )


def _worded(reply: Answer, library: Library, to: Endpoint, *, quiet: bool) -> tuple[Answer, bool]:
    """The answer as a language model words it, and whether that has been printed already."""
    from dateline.printing import inert
    from qa.writer import write

    steps, said = write(reply, library, to), False
    while True:
        try:
            sentence = next(steps)
        except StopIteration as stop:
            if said:
                print("\n")
            worded: Answer = stop.value
            return worded, said
        if not quiet:
            print(f"{' ' if said else ''}{inert(sentence)}", end="", flush=True)
            said = True


def chat(arguments: Namespace) -> int:
    """`dateline chat`: the web page, with app.py's own options."""
    import app

    return app.main(arguments.rest)
