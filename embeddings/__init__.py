"""From files to a searchable library of press releases.

from embeddings import Library

with Library.open("library", create=True) as library:
    print(library.add("releases/"))

The way of the data, one module a verb: `read` bytes to text, `clean` the page, `parse` its
metadata, `deduplicate`, `chunk` into passages, `embed` them, `store` everything in one transaction
and `index` the vectors. `update` tells the whole story; `library` is the public door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from embeddings.types import Filters, Passage, Person, Release

if TYPE_CHECKING:
    from embeddings.library import Library as Library
    from embeddings.report import Report as Report

__all__ = ["Filters", "Library", "Passage", "Person", "Release", "Report", "sample_library"]


def __getattr__(name: str) -> object:
    # Library and its numerical dependencies are imported on first use, so that
    # `import embeddings` costs milliseconds.
    if name == "Library":
        from embeddings.library import Library

        return Library
    if name == "Report":
        from embeddings.report import Report

        return Report
    if name == "sample_library":
        from embeddings.sampling import sample_library

        return sample_library
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
