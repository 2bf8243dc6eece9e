"""The `dateline` command: its arguments, and what each subcommand returns to the shell.

0  done; for `ask`, answered        3  `ask`: the archive does not say
1  it failed; one sentence says why 130  interrupted
2  the command line is wrong
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from dateline import commands, looking, receipts, upkeep
from embeddings.errors import DatelineError

_DESCRIPTION = """\
Ask an archive of press releases. Every answer is a quotation that was checked; what the archive
does not say is refused.

  dateline add releases/               put files and folders into ./library
  dateline sync releases/              follow what was added, edited, renamed and deleted
  dateline ask "Who chaired the council in June 2003?"
  dateline chat                        ask in the browser
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="dateline",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Exit status: 0 done, 1 failed, 2 wrong usage, 3 the archive does not say.",
    )
    top.add_argument("--version", action="version", version=f"dateline {commands.version()}")
    sub = top.add_subparsers(metavar="COMMAND", required=True)

    library = argparse.ArgumentParser(add_help=False)
    library.add_argument(
        "--library",
        default="library",
        metavar="DIR",
        help="the library's folder (default: ./library)",
    )

    add = sub.add_parser(
        "add",
        parents=[library],
        help="put files, folders and web pages into a library, making it if there is none",
        description="Read files, folders and web pages, clean them, drop duplicates and embed what "
        "is new. Adding the same files again changes nothing.",
    )
    add.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a file, a folder to read whole, or the address of a page, feed or sitemap",
    )
    add.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=NAME",
        help="which column of JSONL and CSV files holds a field, such as text=content",
    )
    add.add_argument("--urls", metavar="FILE", help="a text file of addresses, one a line")
    add.add_argument(
        "--allow-private",
        action="store_true",
        help="also fetch from private networks and this machine",
    )
    add.add_argument(
        "--model",
        default="",
        metavar="NAME",
        help="a sentence-transformers model, by folder or name, for a new library",
    )
    add.set_defaults(run=commands.add)

    ask = sub.add_parser(
        "ask",
        parents=[library],
        help="ask one question",
        description="Answer one question with its quotations, or say that the archive does not.",
    )
    ask.add_argument("question", help="the question, in quotation marks")
    ask.add_argument("--since", metavar="DATE", help="only releases from this day on (2018-10-01)")
    ask.add_argument("--until", metavar="DATE", help="only releases up to this day")
    for name in ("source", "place", "topic"):
        ask.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="NAME",
            help=f"only releases with this {name}; may be given more than once",
        )
    ask.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="TEXT",
        help="search as if this had not been said, such as a date or name that the question "
        "holds; may be given more than once",
    )
    ask.add_argument(
        "--after",
        nargs=2,
        action="append",
        default=[],
        metavar=("QUESTION", "ANSWER"),
        help="an earlier turn that this question follows up; may be given more than once",
    )
    ask.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    ask.set_defaults(run=commands.ask)

    chat = sub.add_parser(
        "chat",
        help="ask in the browser",
        description="Open the chat on a library, or on the sample releases that come with it. "
        "All options of app.py can be given.",
        add_help=False,
    )
    chat.add_argument("rest", nargs=argparse.REMAINDER)
    chat.set_defaults(run=commands.chat)

    verify = sub.add_parser(
        "verify",
        parents=[library],
        help="check everything a library stores",
        description="Check every release, passage, vector and index entry against each other.",
    )
    verify.set_defaults(run=commands.verify)

    status = sub.add_parser(
        "status",
        parents=[library],
        help="what a library holds, and what could not be read",
        description="Count inputs, releases, duplicates and rejects, and list the rejects.",
    )
    status.set_defaults(run=commands.status)

    show = sub.add_parser(
        "show",
        parents=[library],
        help="print one release with what is known about it",
        description="Print a release, its metadata and its other versions.",
    )
    show.add_argument("release", metavar="ID", help="the release's id, or its first characters")
    show.set_defaults(run=commands.show)
    looking.register(sub, library)
    receipts.register(sub, library)
    upkeep.register(sub, library)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments, unknown = parser().parse_known_args(argv)
    if unknown:
        if arguments.run is not commands.chat:
            parser().error(f"unknown arguments: {' '.join(unknown)}")
        arguments.rest = [*unknown, *arguments.rest]
    try:
        status: int = arguments.run(arguments)
    except DatelineError as error:
        print(f"dateline: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("dateline: interrupted; what was finished is kept.", file=sys.stderr)
        return 130
    return status
