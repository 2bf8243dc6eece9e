"""Reads what is given to a library: files and folders in, documents and failures out.

    find_files -> sniff -> StreamReader (archives, records) -> read_document -> Document | Failure

Nothing raises for one bad input and nothing is skipped in silence: each file, member of an archive
and record gives one document, or one failure with its reason. Formats with a history of hostile
files are parsed in a guarded process (`embeddings.read_guard`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from embeddings.read_files import explain, find_files, open_file
from embeddings.read_guard import read_guarded
from embeddings.read_sniff import HEAD_BYTES, sniff
from embeddings.read_stream import read_path
from embeddings.read_types import (
    DEFAULT_LIMITS,
    Failure,
    Limits,
    Outcomes,
    Progress,
    UnreadableError,
)

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from embeddings.types import Document

__all__ = ["Failure", "Limits", "Progress", "read_inputs"]

_SAFE = {"text", "markdown", "jsonl", "csv"}
_NO_COLUMNS: Mapping[str, str] = MappingProxyType({})


def read_inputs(
    paths: Sequence[str | Path],
    *,
    progress: Progress | None = None,
    columns: Mapping[str, str] = _NO_COLUMNS,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Document | Failure]:
    """Read files and folders, in the order given; a folder's files in sorted order.

    `Document.path` is relative to the folder that was given, or the name of a file that was given
    itself, so reading the same folder from elsewhere gives the same paths. Members of archives are
    "a.zip!/b.html", records "a.jsonl#12" (the line; the position in JSON). `columns` says which
    column of a record holds the "title", "text", "lead", "date", ... where its name does not.
    `progress` is called with the number of files done and found. Never raises for a bad input.
    """
    found = 0
    if progress:
        found = sum(1 for _ in find_files(paths))
        progress(0, found)
    for done, item in enumerate(find_files(paths), 1):
        if isinstance(item, Failure):
            yield item
        else:
            yield from read_file(*item, limits, columns)
        if progress:
            progress(done, max(done, found))


def read_file(
    path: Path, name: str, limits: Limits = DEFAULT_LIMITS, columns: Mapping[str, str] = _NO_COLUMNS
) -> Outcomes:
    """The documents and failures of one file; `name` stands for it in them and tells its type."""
    try:
        with open_file(path) as (file, size):
            kind = sniff(cast("io.BufferedReader", file).peek(HEAD_BYTES), name)
    except UnreadableError as error:
        return iter([Failure(name, str(error))])
    except OSError as error:
        return iter([Failure(name, explain(error))])
    if kind in _SAFE or (kind == "html" and size <= limits.in_process_bytes):
        return read_path(path, name, limits, columns, lambda item: True)
    return read_guarded(path, name, limits, columns)
