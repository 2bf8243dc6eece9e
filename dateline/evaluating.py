"""`dateline evaluate`: measure a library on a file of questions."""

from __future__ import annotations

from argparse import Namespace

from dateline.parsing import Command


def register(command: Command) -> None:
    """Add the subcommand to the command line."""
    from qa.evaluating import DESCRIPTION, add_arguments

    made = command(
        "evaluate",
        evaluate,
        "measure a library on a file of questions",
        DESCRIPTION.replace("%", "%%"),
    )
    add_arguments(made)


def evaluate(arguments: Namespace) -> int:
    """Print the figures; 0 when every question was asked."""
    from qa.evaluating import run

    return run(arguments)
