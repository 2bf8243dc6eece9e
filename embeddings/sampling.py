"""The sample library: what the chat opens on when it is given nothing else.

About thirty invented releases ship with the package. They are turned into a library in the user's
cache folder the first time, and again whenever the samples or the software change.
"""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

from embeddings.errors import LibraryLocked
from embeddings.report import Progress
from embeddings.schema import MIGRATIONS

SAMPLES = Path(__file__).parent / "samples"

_WAIT_SECONDS = 180.0  # for another process that is building the same library


def sample_library(progress: Progress | None = None) -> Path:
    """The folder of the sample library, built if need be.

    It lies in `$XDG_CACHE_HOME/dateline`, or `~/.cache/dateline`.

    Raises:
        StorageFailed: the cache folder cannot be written.
    """
    from embeddings.library import Library

    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "dateline" / f"samples-{_digest()}"
    until = time.monotonic() + _WAIT_SECONDS
    with Library.open(folder, create=True) as library:
        while True:
            try:
                library.add(*sorted(SAMPLES.glob("*.txt")), progress=progress)
                return folder
            except LibraryLocked:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)


def _digest() -> str:
    """Changes with the samples, the tables and the code that reads them."""
    digest = hashlib.sha256(str(len(MIGRATIONS)).encode())
    for path in sorted([*SAMPLES.glob("*.txt"), *Path(__file__).parent.glob("*.py")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
