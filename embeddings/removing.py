"""Taking releases out of a library, by their id or by the files that brought them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from embeddings import ledger, records
from embeddings.errors import InputError
from embeddings.files import absolute
from embeddings.ledger import Input
from embeddings.report import Report
from embeddings.store import Store
from embeddings.sync import forget
from embeddings.update import Updater

_SHORTEST_ID = 6  # characters of a release id that may stand for it


def remove(store: Store, targets: tuple[str | Path, ...], updater: Updater) -> Report:
    """Remove releases; the work grows with what is removed, not with the library.

    Raises:
        InputError: the library has nothing of that name; then nothing at all is removed.
    """
    with store.reading() as connection:
        lines = {
            (line.root, line.path): line
            for target in targets
            for line in _lines_of(connection, target)
        }
    with store.transaction() as connection:
        forget(connection, list(lines.values()))
    updater.report.gone += len(lines)
    return updater.finish()


def _lines_of(connection: sqlite3.Connection, target: str | Path) -> list[Input]:
    """The inputs that a release id, the beginning of one, a file or a folder stands for."""
    name = str(target)
    if isinstance(target, str) and len(name) >= _SHORTEST_ID and name.isalnum():
        found = records.ids_beginning(connection, name)
        if len(found) > 1:
            raise InputError(f"{len(found)} releases have an id that begins with {name!r}.")
        if found:
            rowid = records.rowid_of(connection, found[0])
            return ledger.holders(connection, rowid) if rowid is not None else []
    place = absolute(target)
    lines = ledger.inputs_below(connection, str(place))
    for root in place.parents:
        lines += ledger.inputs_at(connection, str(root), place.relative_to(root).as_posix())
    if not lines:
        raise InputError(f"The library holds nothing from {name}, and no release of that id.")
    return lines
