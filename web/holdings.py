"""The library page's addresses: what the library holds, its versions compared, and changing it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from embeddings.errors import DatelineError
from web import changes as changing
from web import differences, pages
from web.shelf import Shelf

if TYPE_CHECKING:
    from fastapi import FastAPI

    from web.changes import Changes

_ID = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,4}")


def routes(app: FastAPI, changes: Changes) -> None:
    """Add `/library`, `/differences` and the routes of `web.changes` to the application."""
    from fastapi import Response

    library = changes.library
    shelf = Shelf(library)

    def html(text: str, status: int = 200) -> Response:
        return Response(text, status, {"cache-control": "no-store"}, media_type="text/html")

    @app.get("/library")
    def holdings(year: str = "", duplicates: str = "") -> Response:
        if _NUMBER.fullmatch(year):
            return html(pages.year(int(year), shelf.year(int(year))))
        if _NUMBER.fullmatch(duplicates):
            number = int(duplicates)
            return html(pages.duplicates(number, *shelf.duplicates(number)))
        return html(
            pages.library(
                library.catalog(),
                library.counts(),
                shelf.years(),
                shelf.rejects(),
                shelf.duplicates(0),
                shelf.model(),
                changes,
            )
        )

    @app.get("/differences")
    def compared(old: str = "", new: str = "") -> Response:
        if not (_ID.fullmatch(old) and _ID.fullmatch(new)):
            return html(pages.missing(base="./"), 404)
        try:
            versions = library.release(old), library.release(new)
            known = library.versions(old)
        except (DatelineError, LookupError):
            return html(pages.missing(base="./"), 404)
        # Only versions of one release: comparing any two texts could take long.
        if new not in known:
            return html(pages.missing(base="./"), 404)
        return html(differences.page(*versions, searched=known[0]))

    changing.routes(app, changes)
