"""What each subcommand does. Heavy imports happen inside, so that `--help` is quick."""

from __future__ import annotations

import contextlib
import sys
from argparse import Namespace
from importlib import metadata
from pathlib import Path

from embeddings.errors import InputError, NothingFound

_FIELDS = ("title", "date", "text", "lead", "place", "source", "topics", "url")
_WEB = ("http://", "https://")


def version() -> str:
    """The installed version, or "unknown" when run from a plain checkout."""
    try:
        return metadata.version("dateline-archive")
    except metadata.PackageNotFoundError:
        return "unknown"


def add(arguments: Namespace) -> int:
    """`dateline add`: 0 when the library holds at least one release afterwards."""
    from dateline.progress import ProgressBars
    from embeddings.library import Library

    urls = [path for path in arguments.paths if path.lower().startswith(_WEB)]
    paths = [path for path in arguments.paths if not path.lower().startswith(_WEB)]
    if arguments.urls:
        urls += _lines(arguments.urls)
    if not (paths or urls):
        raise InputError("Nothing was given to add. Name a file, a folder or an address.")
    missing = [path for path in paths if not Path(path).exists()]
    paths = [path for path in paths if path not in missing]
    for path in missing:  # one mistyped name does not stop the rest
        print(f"dateline: There is no file or folder at {path}.", file=sys.stderr)
    if missing and not (paths or urls):
        return 1
    columns = _columns(arguments.column)
    new = not _holds_library(arguments.library)
    reports = []
    with (
        Library.open(arguments.library, create=True, model=arguments.model) as library,
        ProgressBars() as bars,
    ):
        if paths:
            if arguments.ray:
                from embeddings import ray_build

                report = ray_build.add(
                    library,
                    *paths,
                    address=arguments.ray,
                    work=arguments.work,
                    columns=columns,
                    progress=bars,
                )
            else:
                report = library.add(*paths, columns=columns, progress=bars)
            reports.append(report)
        if urls:
            private = arguments.allow_private
            reports.append(library.fetch(*urls, allow_private=private, progress=bars))
        releases = library.counts()["releases"]
    if new and not releases:
        _discard(Path(arguments.library))
    for report in reports:
        for path, reason in report.rejected:
            print(f"rejected {path}: {reason}", file=sys.stderr)
        print(report)
    if not releases:
        raise NothingFound(
            "No release was found in what was given; no library was made."
            if new
            else "No release was found in what was given; the library is empty."
        )
    print(f"{arguments.library} holds {releases} {'release' if releases == 1 else 'releases'}.")
    return 1 if missing else 0


def _holds_library(folder: str) -> bool:
    """Whether there is a library in a folder already; a server's address is not looked at."""
    from embeddings.milvus_client import is_address
    from embeddings.store import DATABASE

    return is_address(folder) or (Path(folder) / DATABASE).exists()


def _discard(folder: Path) -> None:
    """Take away a library that this command has just made, for there is nothing in it.

    The folder held nothing before: a library is made in an empty folder only.
    """
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()
    with contextlib.suppress(OSError):  # it may be where the user stands, or a mount
        folder.rmdir()


def _columns(given: list[str]) -> dict[str, str]:
    """FIELD=NAME arguments as a mapping."""
    pairs = [item.partition("=") for item in given]
    for field, _, name in pairs:
        if field not in _FIELDS or not name:
            raise InputError(
                f"--column {field}={name} is not understood. Write FIELD=NAME, where FIELD is one "
                f"of {', '.join(_FIELDS)}."
            )
    return {field: name for field, _, name in pairs}


def _lines(path: str) -> list[str]:
    """The lines of a text file that are neither empty nor comments."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The list of addresses at {path} cannot be read.") from error
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def verify(arguments: Namespace) -> int:
    """`dateline verify`: 0 when everything agrees."""
    from embeddings.library import Library

    with Library.open(arguments.library) as library:
        problems = library.verify()
        counts = library.counts()
    for problem in problems:
        print(problem)
    if problems:
        return 1
    print(f"Sound: {counts['releases']} releases, {counts['passages']} passages.")
    return 0


def status(arguments: Namespace) -> int:
    """`dateline status`: the ledger in numbers, then each reject with its reason."""
    from embeddings.library import Library

    with Library.open(arguments.library) as library:
        counts, rejects, catalog = library.counts(), library.rejects(), library.catalog()
    print(
        f"{counts['inputs']} inputs = {counts['releases']} releases"
        f" + {counts['duplicates']} duplicates + {counts['rejects']} rejects"
    )
    if catalog.first and catalog.last:
        print(f"issued from {catalog.first} to {catalog.last}; {counts['passages']} passages")
    for path, reason in rejects:
        print(f"rejected {path}: {reason}")
    return 0


def show(arguments: Namespace) -> int:
    """`dateline show`: one release, found by its id or the beginning of it."""
    from dateline.looking import one_release
    from dateline.printing import release_as_text
    from embeddings.library import Library

    with Library.open(arguments.library) as library:
        release_id = one_release(library, arguments.release)
        print(release_as_text(library.release(release_id), library.versions(release_id)))
    return 0
