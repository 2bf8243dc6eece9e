"""What a published library has in the place of a folder: nothing that could be written to."""

from __future__ import annotations

from embeddings.errors import LibraryError


class NoStore:
    """Stands for the store of a local library; whatever is asked of it is refused."""

    def __getattr__(self, name: str) -> object:
        raise LibraryError(
            "A published library is only read. Change the library it was published from, and run: "
            "dateline publish"
        )
