"""Citations: made only by checking, so that an unchecked one cannot exist.

A quotation is taken from the stored release by its offsets. Before it becomes a citation three
things are checked against what is stored now, not against what the search remembered: the release
still has the words that its id was made from, the quotation stands at those offsets, and the short
answer stands inside the quotation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from embeddings.errors import CitationError
from embeddings.parse import release_id
from embeddings.types import Release
from qa.types import Citation

if TYPE_CHECKING:
    from embeddings.original import Provenance


class Stores(Protocol):
    """The part of a library that citing needs."""

    def release(self, release_id: str) -> Release:
        """One release; raises KeyError when there is none with this id."""

    def provenance(self, release_id: str, start: int, end: int) -> Provenance:
        """What file `release.text[start:end]` came from."""


def cite(
    library: Stores, release: Release, quote: tuple[int, int], short: tuple[int, int], number: int
) -> Citation:
    """A checked citation of `release.text[quote[0]:quote[1]]`.

    Args:
        library: where the release is read again.
        release: the release as it was searched and read.
        quote: offsets of the quotation in the release's text.
        short: offsets of the short answer in the release's text, inside the quotation.
        number: the citation's number in its answer, from 1.

    Raises:
        CitationError: the quotation does not stand in the stored release.
    """
    start, end = quote
    try:
        stored = library.release(release.id)
    except KeyError:
        raise CitationError(f"Release {release.id} is no longer in the library.") from None
    if release_id(stored.title, stored.date, stored.text) != stored.id:
        raise CitationError(f"Release {stored.id} was altered after it was stored.")
    if not 0 <= start < end <= len(stored.text) or stored.text != release.text:
        raise CitationError(f"The quotation does not stand in release {stored.id}.")
    if not start <= short[0] < short[1] <= end:
        raise CitationError("The short answer does not stand in the quotation.")
    came = library.provenance(stored.id, start, end)
    return Citation(
        number=number,
        release_id=stored.id,
        title=stored.title,
        date=stored.date,
        url=stored.url,
        path=stored.path,
        quote=stored.text[start:end],
        start=start,
        end=end,
        answer_start=short[0] - start,
        answer_end=short[1] - start,
        original_start=came.start,
        original_end=came.end,
        file_sha256=came.sha256,
        also=came.also,
    )
