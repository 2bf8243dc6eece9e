"""Runs one piece of work on a library in a child process that dies on the way."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from fakes import FakeEncoder, assert_searches_right, write_archive, write_release

import embeddings.reembed
import embeddings.update
from embeddings.library import Library

BATCH = 6  # passages a batch, so that a small library has many
WORKS = ("add", "sync", "reembed", "compact")
# Where the work can be made to die: a stage of the progress, or a call on the way to the disk.
STEPS = {
    "add": ("reading", "embedding", "storing", "fsync", "rename", "renamed"),
    "sync": ("reading", "embedding", "storing", "fsync", "rename", "renamed"),
    "reembed": ("re-embedding", "fsync", "rename", "renamed", "tidying"),
    "compact": ("compacting", "fsync", "rename", "renamed"),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A folder with a library, the files to take in, and what must come of it."""

    folder: Path

    @property
    def library(self) -> Path:
        return self.folder / "library"

    @property
    def files(self) -> Path:
        return self.folder / "files"

    def open(self, encoder: FakeEncoder | None = None) -> Library:
        return Library.open(self.library, encoder=encoder)


def prepare(folder: Path) -> Scene:
    """A library in step with a folder of 12 releases; then the folder changes."""
    scene = Scene(folder)
    write_archive(scene.files, 12)
    with Library.open(scene.library, create=True, encoder=FakeEncoder()) as library:
        library.add(scene.files)
        library.add(write_archive(folder / "passing", 6, first=60))
        library.remove(folder / "passing")
    write_archive(scene.files, 14, first=12)
    (scene.files / "release-0001.md").unlink()
    (scene.files / "release-0002.md").rename(scene.files / "renamed.md")
    write_release(
        scene.files, "release-0003.md", title="Repaired ferries, corrected bulletin",
        date="2019-01-14", text="Crews repaired eleven ferries. The count was corrected on Friday.",
    )  # fmt: skip
    return scene


def copy(scene: Scene, folder: Path) -> Scene:
    """A library of its own; the files are shared, for nothing changes them any more."""
    folder.mkdir(parents=True)
    shutil.copytree(scene.library, folder / "library")
    (folder / "files").symlink_to(scene.files)
    return Scene(folder)


def work(library: Library, scene: Scene, name: str, progress: Callable[..., None]) -> int:
    """Do one of `WORKS`; returns how many texts were embedded."""
    if name == "add":
        return library.add(scene.files.resolve(), progress=progress).embedded
    if name == "sync":
        return library.sync(scene.files.resolve(), progress=progress).embedded
    if name == "reembed":
        return library.reembed(encoder=FakeEncoder("other", 32), progress=progress).embedded
    library.compact(progress=progress)
    return 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a child got done: texts embedded, inputs last acknowledged, whether it was killed."""

    embedded: int
    acknowledged: int
    killed: bool
    seconds: float


def run(scene: Scene, name: str, *, step: str = "", nth: int = 1, delay: float = 0) -> Outcome:
    """Do the work in a child that kills itself at the nth `step`, or is killed after `delay`."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.close(reading)
            _child(scene, name, step, nth, writing)
        os._exit(0)
    os.close(writing)
    began = time.monotonic()
    if delay:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    told = b""
    while part := os.read(reading, 65536):
        told += part
    os.close(reading)
    _, status = os.waitpid(child, 0)
    lines = told.decode().split("\n")
    return Outcome(
        sum(int(line[1:]) for line in lines if line.startswith("e") and line[1:]),
        max((int(line[1:]) for line in lines if line.startswith("a") and line[1:]), default=0),
        os.WIFSIGNALED(status),
        time.monotonic() - began,
    )


def _child(scene: Scene, name: str, step: str, nth: int, tell: int) -> None:
    left = nth

    def reach(place: str) -> None:
        nonlocal left
        if place == step:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def progress(stage: str, done: int, total: int) -> None:
        if stage in ("storing", "re-embedding") and done == total:
            # Committed: from here on it must be kept.
            os.write(tell, f"a{library.counts()['inputs']}\n".encode())
        if stage != "storing" or 0 < done < total:  # in the middle of a transaction
            reach(stage)

    encode = FakeEncoder.encode

    def counting(self: FakeEncoder, texts: list[str], progress: object = None) -> object:
        made = encode(self, texts, progress)  # type: ignore[arg-type]
        os.write(tell, f"e{len(texts)}\n".encode())
        return made

    with (
        small_batches(),
        traps(reach),
        mock.patch.object(FakeEncoder, "encode", counting),
        scene.open(FakeEncoder()) as library,
    ):
        work(library, scene, name, progress)


@contextlib.contextmanager
def small_batches() -> Iterator[None]:
    with (
        mock.patch.object(embeddings.update, "BATCH_PASSAGES", BATCH),
        mock.patch.object(embeddings.reembed, "BATCH_PASSAGES", BATCH),
    ):
        yield


@contextlib.contextmanager
def traps(reach: Callable[[str], None]) -> Iterator[None]:
    """Call `reach` before a file is synced, before it is renamed, and after."""
    fsync, replace = os.fsync, Path.replace

    def synced(handle: int) -> None:
        reach("fsync")
        fsync(handle)

    def renamed(self: Path, target: Path) -> Path:
        reach("rename")
        result = replace(self, target)
        reach("renamed")
        return result

    with mock.patch.object(os, "fsync", synced), mock.patch.object(Path, "replace", renamed):
        yield


def assert_recovers(scene: Scene, name: str, outcome: Outcome, texts: int) -> None:
    """The library is sound as it was left, and doing the work again completes it.

    `texts` is how many the whole work embeds.
    """
    with scene.open() as library:
        stored = library._model.stored()
        assert stored is not None
        encoder = FakeEncoder("other", 32) if stored.name == "other" else FakeEncoder()
    with small_batches(), scene.open(encoder) as library:
        assert library.verify() == []
        counts = library.counts()
        # Nothing that was acknowledged is lost; a sync may have struck out two inputs since.
        assert counts["inputs"] >= max(12, outcome.acknowledged - 2 * (name == "sync"))
        assert_searches_right(library, "who painted the lanterns at Elsinmere")
        again = work(library, scene, name, lambda *step: None)
        # What was embedded is kept, but for the batch that was under way (titles come on top).
        assert again + outcome.embedded <= texts + 2 * BATCH + 2
        assert library.verify() == []
        if name in ("add", "sync"):
            there = {path.name for path in scene.files.iterdir()}
            held = {release.path for release in library.releases()}
            # Adding leaves the renamed file's release under the name it was first seen with.
            assert there - {"renamed.md"} <= held
            assert name == "add" or there == held
        else:
            assert counts["releases"] == 12
        assert_searches_right(library, "who painted the lanterns at Elsinmere")
        assert work(library, scene, name, lambda *step: None) == 0
