"""The subcommands that show what is in a library: its duplicates and its dates."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.parsing import Command
from dateline.printing import inert

if TYPE_CHECKING:
    from embeddings.library import Library
    from embeddings.types import Release

_MANY = 10  # ids that `Library.find` gives at most
_AROUND = 40  # characters shown on each side of a difference


def register(command: Command) -> None:
    """Add these subcommands to the command line."""
    command(
        "duplicates",
        duplicates,
        "show copies and versions, and what differs between them",
        "List the releases that several files hold, and those with edited versions, each with the "
        "words that changed.",
    )
    made = command(
        "locate",
        locate,
        "show the words of a citation in the file they came from",
        "Print the place of release.text[START:END] in the original file, with some of what stands "
        "around it.",
    )
    made.add_argument("release", metavar="ID", help="the release's id, or its first characters")
    made.add_argument("start", type=int, metavar="START", help="first character, from 0")
    made.add_argument("end", type=int, metavar="END", help="one past the last character")
    made = command(
        "timeline",
        timeline,
        "draw releases over time as an SVG picture",
        "Write a bar chart of releases by month and issuing body.",
    )
    made.add_argument(
        "--out",
        default="timeline.svg",
        metavar="FILE",
        help="the picture to write (default: timeline.svg)",
    )


def one_release(library: Library, beginning: str) -> str:
    """The id that begins with these characters.

    Raises:
        InputError: none does, or several do.
    """
    from embeddings.errors import InputError

    if not beginning.strip():
        raise InputError("The id is empty. Give a release's id, or its first characters.")
    found = library.find(beginning)
    if len(found) != 1:
        count = f"{_MANY} releases or more" if len(found) >= _MANY else f"{len(found)} releases"
        what = f"{count} have" if found else "No release has"
        raise InputError(f"{what} an id that begins with {beginning!r}.")
    return found[0]


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


def locate(arguments: Namespace) -> int:
    """`dateline locate`: the original, the words asked for between brackets."""
    from embeddings.library import Library

    with Library.open(arguments.library) as library:
        release_id = one_release(library, arguments.release)
        found = library.original(release_id, arguments.start, arguments.end)
    low, high = found.places[0][0], found.places[-1][1]
    print(inert(f"{found.path}, characters {low} to {high}"))
    at, shown = max(0, low - _AROUND), ""
    for begin, end in found.places:
        shown += f"{found.text[at:begin]}[{found.text[begin:end]}]"
        at = end
    print(inert(shown + found.text[at : high + _AROUND]))
    return 0


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
