"""The `dateline` command: its arguments, and what each subcommand returns to the shell.

0  done; for `ask`, answered         3    `ask`: the archive does not say
1  it failed; one sentence says why  4, 5 `verify-receipt`: the library, or the receipt, changed
2  the command line is wrong         130  interrupted
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from dateline import asking, commands, evaluating, looking, publishing, receipts, upkeep
from dateline.parsing import adder, library_option
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
        epilog="Exit status: 0 done, 1 failed, 2 wrong usage, 3 the archive does not say, "
        "4 and 5 a receipt is not proved.",
    )
    top.add_argument("--version", action="version", version=f"dateline {commands.version()}")
    sub = top.add_subparsers(metavar="COMMAND", required=True)

    command = adder(sub, library_option())

    add = command(
        "add",
        commands.add,
        "put files, folders and web pages into a library, making it if there is none",
        "Read files, folders and web pages, clean them, drop duplicates and embed what is new. "
        "Adding the same files again changes nothing.",
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
    add.add_argument(
        "--ray",
        metavar="ADDRESS",
        help='read and embed files on a Ray cluster ("10.0.0.1:6379", or "local")',
    )
    add.add_argument(
        "--work",
        metavar="DIR",
        help="with --ray: where work is kept, at the same path on all machines (default: "
        "the folder ray in the library)",
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
    asking.register(sub, command)
    command(
        "verify",
        commands.verify,
        "check everything a library stores",
        "Check every release, passage, vector and index entry against each other.",
    )
    command(
        "status",
        commands.status,
        "what a library holds, and what could not be read",
        "Count inputs, releases, duplicates and rejects, and list the rejects.",
    )
    show = command(
        "show",
        commands.show,
        "print one release with what is known about it",
        "Print a release, its metadata and its other versions.",
    )
    show.add_argument("release", metavar="ID", help="the release's id, or its first characters")
    looking.register(command)
    receipts.register(command)
    upkeep.register(command)
    evaluating.register(command)
    publishing.register(command)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments, unknown = parser().parse_known_args(argv)
    if unknown:
        if arguments.run is not asking.chat:
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
