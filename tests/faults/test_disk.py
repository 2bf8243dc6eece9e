"""A disk that is full, a process without file handles: a typed error, and the old state answers."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crashing import WORKS, Scene, prepare, small_batches, work
from fakes import FakeEncoder, assert_searches_right

from embeddings.errors import LibraryError, StorageFailed
from embeddings.library import Library


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return prepare(tmp_path_factory.mktemp("scene"))


def in_child(task: Callable[[], str]) -> str:
    """What the task returns, run in a process of its own; "died" if it did."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            told = task()
        except BaseException as error:
            told = f"{type(error).__name__}: {error}"
        os.write(writing, told.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode()
    return told if os.waitpid(child, 0)[1] == 0 else "died"


def attempt(scene: Scene, name: str) -> str:
    """Do the work; "done", or the error, which must be one of Dateline's; reads go on after it."""
    with small_batches(), scene.open(FakeEncoder()) as library:
        assert_searches_right(library, "lanterns at Castelmoor")
        try:
            work(library, scene, name, lambda *step: None)
            told = "done"
        except StorageFailed as error:
            told = "refused"
            assert str(error).endswith(".")
        assert library.counts()["releases"] >= 11
        assert_searches_right(library, "lanterns at Castelmoor")
        return told


def check_and_finish(scene: Scene, name: str) -> None:
    """With room again, the library is sound and the work can be done."""
    with scene.open() as library:
        stored = library._model.stored()
    assert stored is not None
    encoder = FakeEncoder("other", 32) if stored.name == "other" else FakeEncoder()
    with scene.open(encoder) as library:
        assert library.verify() == []
        assert library.counts()["releases"] >= 11
        assert_searches_right(library, "lanterns at Castelmoor")
        work(library, scene, name, lambda *step: None)
        assert library.verify() == []


@pytest.mark.parametrize("name", WORKS)
def test_files_that_may_not_grow(scene: Scene, tmp_path: Path, name: str) -> None:
    """A limit on the size of files acts as a full disk does, at whatever step it is reached."""
    told = []
    for kilobytes in (0, 3, 20, 60, 120, 250, 400, 100_000):
        here = Scene(tmp_path / str(kilobytes))
        shutil.copytree(scene.library, here.library)
        here.files.symlink_to(scene.files)

        def task(here: Scene = here, limit: int = kilobytes * 1024) -> str:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            return attempt(here, name)

        told.append(in_child(task))
        check_and_finish(here, name)
    assert set(told) <= {"done", "refused"}, told
    assert told[0] == "refused"
    assert told[-1] == "done"


def test_without_file_handles(scene: Scene, tmp_path: Path) -> None:
    here = Scene(tmp_path / "here")
    shutil.copytree(scene.library, here.library)
    here.files.symlink_to(scene.files)

    def task(spare: int) -> str:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
        taken = []
        with contextlib.suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        for handle in taken[:spare]:
            os.close(handle)
        try:
            with scene.open(FakeEncoder()) as library:
                return f"{library.counts()['releases']}"
        except LibraryError as error:
            assert str(error).endswith(".")
            return type(error).__name__

    with scene.open(FakeEncoder()) as library:  # so that nothing has to be imported any more
        library.counts()
    told = [in_child(lambda spare=spare: task(spare)) for spare in range(12)]
    assert told[0] == "StorageFailed"
    assert told[-1] == "12"
    assert set(told) == {"StorageFailed", "12"}, told


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 600 KB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    mount = tmp_path / "disk"
    mount.mkdir()
    if os.system(f"mount -t tmpfs -o size=600k tmpfs {mount} 2>/dev/null"):
        pytest.skip("mounting is not allowed here")
    yield mount
    os.system(f"umount --lazy {mount}")


@pytest.mark.parametrize("name", WORKS)
def test_a_full_disk(scene: Scene, small_disk: Path, name: str) -> None:
    here = Scene(small_disk)
    told = []
    for free in (0, 30, 60, 100, 150, 200):
        for path in small_disk.iterdir():
            path.unlink() if path.is_file() or path.is_symlink() else shutil.rmtree(path)
        shutil.copytree(scene.library, here.library)
        here.files.symlink_to(scene.files)
        room = shutil.disk_usage(small_disk).free
        (small_disk / "ballast").write_bytes(bytes(max(0, room - free * 1024)))
        told.append(in_child(lambda: attempt(here, name)))
        (small_disk / "ballast").unlink()
        with Library.open(here.library, encoder=None) as library:
            assert library.verify() == []
    assert set(told) <= {"done", "refused"}, told
    assert "refused" in told
