"""`dateline verify-receipt`: an answer of some time ago, proved again."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.parsing import Command
from dateline.printing import inert

if TYPE_CHECKING:
    from qa.receipt_check import Checked
    from qa.types import Answer

CHANGED, ALTERED = 4, 5


def register(command: Command) -> None:
    """Add this subcommand to the command line."""
    made = command(
        "verify-receipt",
        verify_receipt,
        "prove the quotations of a receipt, or say what changed",
        "Compare every quotation of a receipt with the stored releases, byte for byte. "
        "Exit status: 0 proved, 4 the library has changed since, 5 the receipt was altered.",
    )
    made.add_argument(
        "file",
        metavar="FILE",
        help="a receipt, as `dateline ask --receipt` wrote it, or a conversation the chat saved",
    )


def write(reply: Answer, path: str) -> None:
    """Write the receipt of an answer to a file.

    Raises:
        StorageFailed: the file cannot be written.
    """
    from embeddings.errors import StorageFailed
    from qa.receipt import as_json

    try:
        Path(path).write_text(as_json(reply.receipt()), encoding="utf-8")
    except OSError as error:
        raise StorageFailed(f"{path} cannot be written: {error.strerror}.") from error


def verify_receipt(arguments: Namespace) -> int:
    """`dateline verify-receipt`: 0 when everything stands as the receipt says."""
    from embeddings.errors import InputError
    from embeddings.library import Library
    from qa.receipt_check import check_receipt
    from qa.receipt_read import receipts_in

    try:
        data = Path(arguments.file).read_bytes()
    except OSError as error:
        raise InputError(f"{arguments.file} cannot be read: {error.strerror}.") from error
    given = receipts_in(data)
    with Library.open(arguments.library) as library:
        found = [check_receipt(library, one) for one in given]
    for one, checked in zip(given, found, strict=True):
        if len(given) > 1:
            print(inert(f"{' '.join(str(one.get('question')).split())}"))
        for sentence in checked.altered:
            print(inert(sentence))
        for finding in checked.findings:
            print(inert(f"[{finding.number}] {finding.state}: {finding.sentence}"))
        for sentence in checked.remarks:
            print(inert(f"Note: {sentence}"))
    return _conclusion(found)


def _conclusion(found: Sequence[Checked]) -> int:
    """Say what it comes to, and return the exit status."""
    these = "this receipt" if len(found) == 1 else "these receipts"
    if any(one.forged for one in found):
        print(f"Not proved: do not rely on {these}.")
        return ALTERED
    if not all(one.proved for one in found):
        print("Not proved as it stands: the library has changed since.")
        return CHANGED
    count = sum(len(one.findings) for one in found)
    if not count:
        print("As it was written; there is no quotation in it.")
        return 0
    stands = "1 quotation stands" if count == 1 else f"{count} quotations stand"
    print(f"Proved: {stands} as {'the receipt says' if len(found) == 1 else 'the receipts say'}.")
    return 0
