"""Reads what is given to a library: files and folders in, documents and failures out.

    find_files -> load_file -> read_bytes -> Document | Failure

Nothing raises for one bad input and nothing is skipped in silence: each file is one document, or
one failure with its reason.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from embeddings.read_files import UnreadableError, find_files, load_file
from embeddings.read_formats import read_bytes
from embeddings.read_types import DEFAULT_LIMITS, Failure, Limits, Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from embeddings.types import Document

__all__ = ["Failure", "Limits", "Progress", "read_inputs"]


def read_inputs(
    paths: Sequence[str | Path],
    *,
    progress: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Document | Failure]:
    """Read files and folders, in the order given; a folder's files in sorted order.

    `Document.path` is relative to the folder that was given, or the name of a file that was given
    itself, so reading the same folder from elsewhere gives the same paths. `progress` is called
    with the number of files done and found. Never raises for a bad input.
    """
    found = 0
    if progress:
        found = sum(1 for _ in find_files(paths))
        progress(0, found)
    for done, item in enumerate(find_files(paths), 1):
        if isinstance(item, Failure):
            yield item
        else:
            yield _read_file(*item, limits)
        if progress:
            progress(done, max(done, found))


def _read_file(path: Path, name: str, limits: Limits) -> Document | Failure:
    try:
        data = load_file(path, limits)
    except UnreadableError as error:
        return Failure(name, str(error))
    try:
        return read_bytes(data, name, limits)
    except Exception as error:
        reason = f"It could not be parsed ({type(error).__name__})."
        return Failure(name, reason, hashlib.sha256(data).hexdigest())
