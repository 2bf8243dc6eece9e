"""The subcommands that show what is in a library: its duplicates and its dates."""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline.printing import inert

if TYPE_CHECKING:
    from embeddings.library import Library
    from embeddings.types import Release

_AROUND = 40  # characters shown on each side of a difference


def register(sub: Any, library: argparse.ArgumentParser) -> None:  # noqa: ANN401
    """Add these subcommands to the command line."""
    duplicates_ = sub.add_parser(
        "duplicates",
        parents=[library],
        help="show copies and versions, and what differs between them",
        description="List the releases that several files hold, and those with edited versions, "
        "each with the words that changed.",
    )
    duplicates_.set_defaults(run=duplicates)
    timeline_ = sub.add_parser(
        "timeline",
        parents=[library],
        help="draw releases over time as an SVG picture",
        description="Write a bar chart of releases by month and issuing body.",
    )
    timeline_.add_argument(
        "--out",
        default="timeline.svg",
        metavar="FILE",
        help="the picture to write (default: timeline.svg)",
    )
    timeline_.set_defaults(run=timeline)


def duplicates(arguments: Namespace) -> int:
    """`dateline duplicates`: copies first, then versions with their differences."""
    from embeddings.library import Library

    with Library.open(arguments.library) as library:
        copied, several = library.copied(), library.duplicates()
        for release_id in copied:
            release = library.release(release_id)
            print(inert(f"{_name(release)}\n  the same words in:"))
            for path in library.holders(release_id):
                print(inert(f"    {path}"))
        for group in several:
            _print_versions(library, [library.release(release_id) for release_id in group])
    if not copied and not several:
        print("No release stands in the library more than once.")
    return 0


def _print_versions(library: Library, versions: list[Release]) -> None:
    from embeddings.versions import difference

    newest = versions[0]
    print(inert(f"{_name(newest)}\n  searched: {', '.join(library.holders(newest.id))}"))
    for older in versions[1:]:
        print(inert(f"  also published as: {', '.join(library.holders(older.id))}"))
        changes = difference(older, newest)
        for change in changes:
            before = " ".join(
                older.text[max(0, change.old_start - _AROUND) : change.old_start].split()
            )
            after = " ".join(older.text[change.old_end : change.old_end + _AROUND].split())
            old, new = " ".join(change.old.split()), " ".join(change.new.split())
            print(inert(f"    … {before} [-{old}-] {{+{new}+}} {after} …"))
        if not changes:
            print("    no word differs")


def timeline(arguments: Namespace) -> int:
    """`dateline timeline`: write the picture."""
    from embeddings.errors import StorageFailed
    from embeddings.library import Library
    from embeddings.timeline import timeline as draw

    with Library.open(arguments.library) as library:
        picture = draw(library.releases())
    try:
        Path(arguments.out).write_text(picture, encoding="utf-8")
    except OSError as error:
        raise StorageFailed(f"{arguments.out} cannot be written: {error.strerror}.") from error
    print(f"Wrote {arguments.out}.")
    return 0


def _name(release: Release) -> str:
    return f"{release.title} ({release.date or 'no date'}, {release.id[:12]})"
