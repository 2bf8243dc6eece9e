"""`dateline publish`: a library copied to Milvus, for many machines to ask."""

from __future__ import annotations

from argparse import Namespace

from dateline.parsing import Command
from embeddings.errors import InputError


def register(command: Command) -> None:
    """Add this subcommand to the command line."""
    made = command(
        "publish",
        publish,
        "copy a library to Milvus, where many machines can ask it",
        "Write the library to Milvus as a new build, and when that is complete have the address "
        "stand for it. Give the address as --library to ask it. A server's password or token is "
        "taken from the environment variable DATELINE_MILVUS_TOKEN.",
    )
    made.add_argument(
        "address",
        metavar="ADDRESS",
        help="milvus+http://host:19530/name or milvus+lite:///folder/file.db/name",
    )


def publish(arguments: Namespace) -> int:
    """`dateline publish`: 0 when the address stands for what the library holds."""
    from dateline.progress import ProgressBars
    from embeddings.library import Library
    from embeddings.milvus_client import is_address
    from embeddings.milvus_publish import publish as copy

    if is_address(arguments.library):
        raise InputError("Publish from the folder of a library; --library names a published one.")
    with Library.open(arguments.library) as library, ProgressBars() as bars:
        done = copy(library, arguments.address, progress=bars)
    print(done)
    print(f'Ask it with: dateline ask --library {arguments.address} "..."')
    return 0
