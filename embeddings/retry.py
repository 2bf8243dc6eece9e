"""Rejected inputs: reading them again, without anything else of their folders; forgetting them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from embeddings import ledger, outcomes
from embeddings.files import Found
from embeddings.report import Report
from embeddings.store import Store
from embeddings.update import WEB, Updater


def retry(
    store: Store, updater: Updater, numbers: Sequence[int], *, allow_private: bool = False
) -> Report:
    """Read the rejected inputs of these numbers again, each from where it was read before.

    A member of an archive is read with its whole archive. Inputs that are no rejects (any more) are
    left alone. The caller holds the writer lock.
    """
    with store.reading() as connection:
        lines = [one for one in outcomes.of_numbers(connection, numbers) if one.reason]
        files = dict.fromkeys(
            (one.root, _file_of(connection, one)) for one in lines if one.root != WEB
        )
    updater.take([_found(root, file) for root, file in files])
    urls = [one.path for one in lines if one.root == WEB]
    return updater.fetch(urls, allow_private=allow_private) if urls else updater.finish()


def _found(root: str, file: str) -> Found:
    path = Path(root) / file
    if path.exists():
        return Found(root, file, path)
    return Found(root, file, None, "There is no such file or folder.")


def forget(store: Store, numbers: Sequence[int], report: Report) -> Report:
    """Take the rejected inputs of these numbers off the ledger; the caller holds the writer lock.

    Those that hold a release, from before they could no longer be read, are left alone.
    """
    with store.reading() as connection:
        lines = [one for one in outcomes.of_numbers(connection, numbers) if one.reason]
    with store.transaction() as connection:
        for line in lines:
            held = ledger.find_input(connection, line.root, line.path)
            if held is not None and held.release is None:
                ledger.forget_input(connection, line.root, line.path)
                report.gone += 1
    return report


def _file_of(connection: sqlite3.Connection, line: outcomes.Outcome) -> str:
    found = ledger.find_input(connection, line.root, line.path)
    assert found is not None  # read in the same snapshot
    return found.file
