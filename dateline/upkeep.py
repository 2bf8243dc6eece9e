"""The subcommands that keep a library in step and in order: sync, remove, reembed, repair, ..."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from dateline.parsing import Command
from embeddings.errors import DatelineError, LibraryDamaged

if TYPE_CHECKING:
    from embeddings.report import Report


def register(command: Command) -> None:
    """Add these subcommands to the command line."""
    made = command(
        "sync",
        sync,
        "bring a library in step with a folder",
        "Take in added and edited files, follow renamed ones, and take out the releases of deleted "
        "ones. Nothing is embedded twice.",
    )
    made.add_argument("folder", metavar="FOLDER", help="the folder to follow")
    made.add_argument("--dry-run", action="store_true", help="only show what would be done")
    made = command(
        "watch",
        watch,
        "sync a folder now and whenever it changes",
        "Look at a folder every few seconds and take in what has changed, until interrupted.",
    )
    made.add_argument("folder", metavar="FOLDER", help="the folder to follow")
    made.add_argument(
        "--seconds", type=float, default=2.0, metavar="N", help="time between two looks (default 2)"
    )
    made.add_argument("--rounds", type=int, metavar="N", help="stop after so many looks")
    made = command(
        "remove",
        remove,
        "take releases out of a library",
        "Remove releases by their id (six characters or more), or all that a file or folder "
        "brought. The files themselves are left alone.",
    )
    made.add_argument("targets", nargs="+", metavar="ID|PATH", help="what to remove")
    made = command(
        "reembed",
        reembed,
        "change the embedding model of a library",
        "Embed every passage with another model, then switch to it at once. Questions are answered "
        "with the old model until then; an interrupted run is taken up where it stopped.",
    )
    made.add_argument(
        "--model",
        default="",
        metavar="NAME",
        help="a sentence-transformers model, by folder or name (default: the one in use)",
    )
    command(
        "repair",
        repair,
        "rebuild what is derived and name what is lost",
        "Mend what `dateline verify` finds. Releases that were damaged are taken out; adding their "
        "files again brings them back.",
    )
    command(
        "compact",
        compact,
        "give back the space of what is gone",
        "Drop vectors that nothing uses any more and rewrite the database without gaps.",
    )
    made = command(
        "backup",
        backup,
        "copy a library into a new folder",
        "Copy the library as it stands, while it may be in use. The copy is a library itself.",
    )
    made.add_argument("target", metavar="DIR", help="a new or empty folder")
    made = command(
        "restore",
        restore,
        "replace a library by a backup of it",
        "Make the library what it was when the backup was taken, or make a new one from a backup.",
    )
    made.add_argument("source", metavar="BACKUP", help="the backup's folder")


def sync(arguments: Namespace) -> int:
    """`dateline sync`: 0 when the library is in step."""
    from dateline.progress import ProgressBars
    from embeddings.library import Library

    with Library.open(arguments.library, create=not arguments.dry_run) as library:
        if arguments.dry_run:
            plan = library.plan(arguments.folder)
            for kind in ("added", "edited", "gone"):
                for path in getattr(plan, kind):
                    print(f"{kind:8}{path}")
            for old, new in plan.renamed:
                print(f"renamed {old} -> {new}")
            for path, problem in plan.problems:
                print(f"skipped {path}: {problem}", file=sys.stderr)
            print(plan)
            return 0
        with ProgressBars() as bars:
            report = library.sync(arguments.folder, progress=bars)
    _print(report)
    return 0


def watch(arguments: Namespace) -> int:
    """`dateline watch`: runs until interrupted, or for `--rounds` looks."""
    from embeddings.library import Library

    with Library.open(arguments.library, create=True) as library:
        print(f"Watching {arguments.folder}; stop with Ctrl-C.", flush=True)
        for report in library.watch(
            arguments.folder, seconds=arguments.seconds, rounds=arguments.rounds
        ):
            _print(report)
            sys.stdout.flush()
    return 0


def remove(arguments: Namespace) -> int:
    """`dateline remove`: 0 when everything named was found and removed."""
    from embeddings.library import Library

    with Library.open(arguments.library) as library:
        report = library.remove(*arguments.targets)
    print(f"{report.removed} releases removed, {report.gone} inputs forgotten.")
    return 0


def reembed(arguments: Namespace) -> int:
    """`dateline reembed`: 0 when the library uses the model."""
    from dateline.progress import ProgressBars
    from embeddings.library import Library

    with Library.open(arguments.library) as library, ProgressBars() as bars:
        report = library.reembed(arguments.model, progress=bars)
        name = library.encoder().name
    print(
        f"The library uses {name}: {report.embedded} texts embedded, {report.reused} reused; "
        f"{report.seconds:.1f} s"
    )
    return 0


def repair(arguments: Namespace) -> int:
    """`dateline repair`: 0 when nothing was lost, 1 when something was."""
    from dateline.progress import ProgressBars
    from embeddings.library import Library

    rescued: list[str] = []
    try:
        library = Library.open(arguments.library)
    except LibraryDamaged:
        rescued = Library.rescue(arguments.library)
        library = Library.open(arguments.library)
    with library:
        with ProgressBars() as bars:
            done = library.repair(progress=bars)
        left = library.verify()
    done.lost[:0] = rescued
    print(done)
    if left:
        raise DatelineError(f"Still wrong after the repair: {left[0]}")
    return 1 if done.lost else 0


def compact(arguments: Namespace) -> int:
    """`dateline compact`: always 0."""
    from dateline.progress import ProgressBars
    from embeddings.library import Library

    with Library.open(arguments.library) as library, ProgressBars() as bars:
        done = library.compact(progress=bars)
    print(done)
    return 0


def backup(arguments: Namespace) -> int:
    """`dateline backup`: 0 when the copy is complete and on the disk."""
    from embeddings.library import Library

    with Library.open(arguments.library) as library:
        print(f"Backed up to {library.backup(arguments.target)}.")
    return 0


def restore(arguments: Namespace) -> int:
    """`dateline restore`: 0 when the library is what the backup was."""
    from embeddings.library import Library

    Library.open(arguments.source).close()  # before a new library is made for nothing
    with Library.open(arguments.library, create=True) as library:
        library.restore(arguments.source)
        counts = library.counts()
    print(f"{arguments.library} holds {counts['releases']} releases.")
    return 0


def _print(report: Report) -> None:
    for path, reason in report.rejected:
        print(f"rejected {path}: {reason}", file=sys.stderr)
    print(report)
