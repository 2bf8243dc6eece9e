"""How subcommands are put on the command line."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any

Subparsers = Any  # argparse keeps the type to itself
Run = Callable[[Namespace], int]  # returns the exit status
Command = Callable[[str, Run, str, str], ArgumentParser]


def adder(sub: Subparsers, library: ArgumentParser) -> Command:
    """A function that adds one subcommand over a library.

    It takes the subcommand's name, what runs it, a line for the list of commands and a description,
    and returns the parser for the arguments of its own.
    """

    def command(name: str, run: Run, line: str, more: str) -> ArgumentParser:
        made: ArgumentParser = sub.add_parser(name, parents=[library], help=line, description=more)
        made.set_defaults(run=run)
        return made

    return command


def library_option() -> ArgumentParser:
    """The parent of every subcommand that opens a library."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument(
        "--library",
        default="library",
        metavar="DIR",
        help="the library's folder (default: ./library)",
    )
    return parent
