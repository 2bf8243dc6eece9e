"""Building a library on a Ray cluster: what takes long is done by many machines.

    take -> judge -> embed      on the cluster, shard by shard (`embeddings.ray_tasks`)
    merge                       here, through the one writer (`embeddings.ray_merge`)

The library comes out as `Library.add` makes it: the same ids, texts, versions and rejects. Reading,
cleaning, comparing and embedding are the same functions; what depends on the order in which files
are met is settled in the merge, in that order. Shards that are finished stay finished when a
machine, or this process, is lost; running the same again goes on from there.

The cluster's machines need Dateline with the extra `ray`, and the files and the work folder under
the same paths. Ray runs what it is sent by whoever reaches it, so every process has to be started
with RAY_AUTH_MODE=token and the same RAY_AUTH_TOKEN.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings import ray_tasks, records
from embeddings.embed import Encoder, load_encoder
from embeddings.errors import InputError, LibraryError
from embeddings.files import Found, examine, find
from embeddings.ray_merge import Merger
from embeddings.ray_shards import Work
from embeddings.report import Progress, Report
from embeddings.update import CHROME

if TYPE_CHECKING:
    from embeddings.library import Library

LOCAL = "local"
_AUTH, _TOKEN, _TOKEN_PATH = "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"
_TRIES = 3  # to start Ray here: on a busy machine its own patience is too short
_PARTITIONS = 4  # of the shuffle, for each CPU of the cluster


def add(
    library: Library,
    *paths: str | Path,
    address: str = LOCAL,
    work: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    make_encoder: Callable[[], Encoder] | None = None,
) -> Report:
    """Take in files and folders, as `Library.add` does, with the work done on Ray.

    Args:
        library: a local library, which is written to at the end.
        paths: files, or folders that are read with everything below them.
        address: of the cluster ("10.0.0.1:6379"), or "local" for the CPUs of this machine.
        work: folder for what is under way, on storage that all machines share; by default the
            folder `ray` in the library. It is emptied when the library has everything.
        columns: as for `Library.add`.
        progress: called as `progress(stage, done, total)`, counting shards until the merge.
        make_encoder: makes the encoder on each machine; by default the library's own model.

    Raises:
        InputError: a path is not there.
        LibraryError: Ray is not installed, or is to be reached without a token.
        ModelMismatch: a machine made vectors with another model.
        LibraryLocked, StorageFailed: as for `Library.add`.
    """
    for path in paths:
        if not Path(path).exists():
            raise InputError(f"There is no file or folder at {path}.")
    _prepare(address)
    tell: Progress = progress or (lambda stage, done, total: None)
    with library._store.writing():
        encoder = library.encoder()
        if make_encoder is None:
            make_encoder = partial(load_encoder, encoder.name, precision=encoder.precision)
        found = [item for path in paths for item in find(path)]
        job = {"columns": dict(columns or {}), "chrome": _chrome(library)}
        parent = Path(work) if work else library._store.folder / "ray"
        done, shards = Work.begin(
            parent.absolute(), _changed(library, found), job, encoder.fingerprint
        )
        if not all(_finished(done, number) for number in range(shards)) or not done.has("judged"):
            with _cluster(address):
                _run(library, done, shards, make_encoder, tell)
        merger = Merger(library._store, library.encoder, done, shards, progress)
        report = merger.add_all(found, columns or {})
        library._keeper.save_when_due(progress)
        shutil.rmtree(done.folder)
        with contextlib.suppress(OSError):  # somebody else's work is there as well
            done.folder.parent.rmdir()
    return report


def _run(
    library: Library,
    work: Work,
    shards: int,
    make_encoder: Callable[[], Encoder],
    progress: Progress,
) -> None:
    """The three stages on the cluster; what is done already is left out."""
    rows: list[dict[str, Any]] = [
        {"folder": str(work.folder), "number": number} for number in range(shards)
    ]
    todo = [row for row in rows if not work.has(f"{row['number']:05}.taken")]
    _each(ray_tasks.take, todo, "reading", progress)
    if not work.has("judged"):
        work.put_judged(_judge(rows))
    skipped = _known_before(library, work, shards)
    todo = [
        row | {"skip": skipped[row["number"]]}
        for row in rows
        if not work.has(f"{row['number']:05}.vectors")
    ]
    _each(partial(ray_tasks.embed, make_encoder=make_encoder), todo, "embedding", progress)


def _each(
    task: Callable[[dict[str, Any]], dict[str, Any]],
    rows: list[dict[str, Any]],
    stage: str,
    progress: Progress,
) -> None:
    if not rows:
        return
    for done, _ in enumerate(_dataset(rows).map(task).iter_rows(), 1):
        progress(stage, done, len(rows))


def _judge(rows: list[dict[str, Any]]) -> list[tuple[str, str, str, float]]:
    """Compare what may be versions of one release: one shuffle, by the keys of the bands."""
    import ray

    if not rows:
        return []
    cpus = int(ray.cluster_resources().get("CPU", 1))
    judged = (
        _dataset(rows)
        .flat_map(ray_tasks.bands)
        .repartition(max(2, min(_PARTITIONS * cpus, len(rows))), keys=["key"])
        .map_batches(ray_tasks.judge_pairs, batch_format="pandas", batch_size=None)
    )
    return [
        (row["earlier"], row["later"], row["kind"], float(row["similarity"]))
        for row in judged.iter_rows()
    ]


def _dataset(rows: list[dict[str, Any]]) -> Any:  # noqa: ANN401
    """A dataset in which each row is a block, and so a task, of its own."""
    import ray.data

    return ray.data.from_items(rows, override_num_blocks=len(rows))


def _known_before(library: Library, work: Work, shards: int) -> list[list[str]]:
    """For each shard its releases that an earlier shard has, or the library."""
    seen: set[str] = set()
    known = []
    for number in range(shards):
        own = [one.release.id for one in work.taken(number) if one.release]
        with library._store.reading() as connection:
            stored = {i for i in own if records.rowid_of(connection, i) is not None}
        known.append([i for i in own if i in seen or i in stored])
        seen.update(own)
    return known


def _chrome(library: Library) -> dict[str, str]:
    """The lines known to recur in each folder, as the library has learned them."""
    with library._store.reading() as connection:
        rows = connection.execute(
            "SELECT key, value FROM settings WHERE substr(key, 1, ?) = ?", (len(CHROME), CHROME)
        ).fetchall()
    return {key[len(CHROME) :]: base64.b64encode(value).decode() for key, value in rows}


def _changed(library: Library, found: list[Found]) -> list[Found]:
    """The files that the ledger does not have as they are."""
    with library._store.reading() as connection:
        return [item for item in found if item.path and examine(connection, item)[0] != "same"]


def _finished(work: Work, number: int) -> bool:
    return work.has(f"{number:05}.taken") and work.has(f"{number:05}.vectors")


def _prepare(address: str) -> None:
    """Everything that can be refused before anything is read.

    Raises:
        LibraryError: Ray is not installed, or is to be reached without a token.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere
    if address == LOCAL and not os.environ.get(_TOKEN_PATH):
        os.environ.setdefault(_AUTH, "token")
        os.environ.setdefault(_TOKEN, secrets.token_hex(32))
    if os.environ.get(_AUTH) != "token":
        raise LibraryError(
            f"A Ray cluster runs what anybody sends it who reaches it. Start every process of it, "
            f"and this one, with {_AUTH}=token and the same {_TOKEN}."
        )
    try:
        import ray.data  # noqa: F401
    except ImportError as error:
        raise LibraryError(
            "Building on Ray needs more packages. Run: pip install 'dateline-archive[ray]'"
        ) from error


@contextmanager
def _cluster(address: str) -> Iterator[None]:
    """Connect to Ray, or start it on this machine for as long as the block runs."""
    import ray.data
    import ray.exceptions

    _connect(address)
    # Ray Data announces each stage and its plan.
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        yield
    except ray.exceptions.RayError as error:
        said = str(error).strip().splitlines()[-1][:300]
        raise LibraryError(
            f"The work on Ray failed ({said}). What is finished is kept; run the same again."
        ) from error
    finally:
        ray.shutdown()


def _connect(address: str) -> None:
    import ray

    for tries_left in reversed(range(_TRIES)):
        try:
            if address == LOCAL:
                ray.init(LOCAL, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
            else:
                ray.init(address, log_to_driver=False, logging_level="ERROR")
            return
        except Exception as error:  # Ray raises bare ones, too
            ray.shutdown()
            if not tries_left or address != LOCAL:
                said = " ".join(str(error).split())[:300]
                raise LibraryError(f"No Ray cluster answers at {address}: {said}") from error
