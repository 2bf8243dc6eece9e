"""Many readers and one writer: threads, other processes, folders that may only be read."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEncoder, assert_searches_right, write_archive, write_release

from embeddings import errors
from embeddings.library import Library
from embeddings.types import Filters

ROOT = Path(__file__).resolve().parents[1]


def one_look(library: Library) -> int:
    """Read everything in one block and see that it agrees; returns the version seen."""
    with library.reading():
        version = library.version
        passages = library.counts()["passages"]
        vector = library.encode_queries(["ferries and lanterns"])[0]
        ids, scores = library.dense(vector, passages + 10)
        assert len(ids) == len(set(ids.tolist())) == passages
        assert sorted(scores, reverse=True) == list(scores)
        found = library.passages(ids)
        assert [passage.id for passage in found] == ids.tolist()
        releases = {release.id for release in library.releases()}
        assert {passage.release_id for passage in found} == releases
        assert library.catalog().count == len(releases)
        few = library.dense(vector, 2, Filters(places=("Norrhaven",)))[0]
        assert len(few) == 2
        assert library.version == version
    return version


def test_readers_through_a_hundred_commits(library: Library, tmp_path: Path) -> None:
    library.add(write_archive(tmp_path / "base", 20))
    folder = write_archive(tmp_path / "more", 50, first=100)
    seen: list[int] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def read(reader: Library) -> None:
        try:
            while not done.is_set():
                seen.append(one_look(reader))
        except BaseException as error:
            failures.append(error)

    with Library.open(tmp_path / "library", encoder=FakeEncoder()) as other:
        threads = [threading.Thread(target=read, args=(lib,)) for lib in (library, other) * 2]
        for thread in threads:
            thread.start()
        first = library.version
        for path in sorted(folder.iterdir()):
            library.add(path)
            library.remove(path)
        done.set()
        for thread in threads:
            thread.join()
        assert failures == []
        assert library.version - first >= 100
        assert len(set(seen)) > 10
        for reader in (library, other):
            assert_searches_right(reader, "moorings")
            assert reader.verify() == []


def test_a_reader_in_another_process_follows(library: Library, tmp_path: Path) -> None:
    library.add(write_archive(tmp_path / "base", 3))
    program = (
        "import sys; from fakes import FakeEncoder; from embeddings.library import Library\n"
        "with Library.open(sys.argv[1], encoder=FakeEncoder()) as library:\n"
        "    for _ in sys.stdin:\n"
        "        vector = library.encode_queries(['ferries'])[0]\n"
        "        print(library.catalog().count, len(library.dense(vector, 99)[0]), flush=True)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "library")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None

    def asked() -> str:
        print(file=child.stdin, flush=True)
        return child.stdout.readline().strip()

    assert asked() == "3 3"
    library.add(write_archive(tmp_path / "more", 2, first=10))
    assert asked() == "5 5"
    library.remove(tmp_path / "base")
    assert asked() == "2 2"
    library.compact()
    library.add(tmp_path / "base")
    assert asked() == "5 5"
    child.communicate()
    assert child.returncode == 0


def test_a_task_in_a_second_thread_sees_the_state_that_is_being_read(
    library: Library, tmp_path: Path
) -> None:
    library.add(write_archive(tmp_path / "base", 3))
    own, begun = threading.get_ident(), threading.Event()

    def look() -> tuple[int, int]:
        begun.set()
        return threading.get_ident(), library.counts()["releases"]

    with library.reading():
        looked = library.meanwhile(look)
        assert begun.wait(60)  # asked for sooner, it would be done by this thread
        thread, count = looked()
        assert thread != own
        assert count == 3
        with Library.open(tmp_path / "library", encoder=FakeEncoder()) as other:
            other.add(write_archive(tmp_path / "more", 2, first=10))
        assert library.meanwhile(look)() == (own, 3)  # the second thread would see five
    assert library.meanwhile(look)()[1] == 5


def test_a_second_thread_that_is_busy_is_not_waited_for(library: Library) -> None:
    own, go_on = threading.get_ident(), threading.Event()
    slow = library.meanwhile(lambda: go_on.wait(60))
    assert library.meanwhile(threading.get_ident)() == own
    go_on.set()
    assert slow() is True


def test_an_error_in_a_second_thread_is_raised_where_the_result_is_asked_for(
    library: Library,
) -> None:
    missing = library.meanwhile(lambda: library.release("no such release"))
    with pytest.raises(KeyError):
        missing()


def test_writing_inside_a_reading_block_is_refused(library: Library, archive: Path) -> None:
    with library.reading(), pytest.raises(errors.LibraryLocked, match="reading"):
        library.add(archive)
    assert library.add(archive).added == 6


def test_an_error_of_the_caller_is_left_as_it_is(library: Library) -> None:
    with pytest.raises(FileNotFoundError), library.reading():
        open("/nowhere/at/all")  # noqa: SIM115


def test_removing_while_looking_through_releases(library: Library, archive: Path) -> None:
    library.add(archive)
    for release in library.releases():
        library.remove(release.id)
    assert library.counts()["inputs"] == 0


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A library in a folder that nothing can be written to."""
    folder = tmp_path / "mount" / "library"
    folder.parent.mkdir()
    root = os.geteuid() == 0
    if root and os.system(f"mount -t tmpfs tmpfs {folder.parent} 2>/dev/null"):
        pytest.skip("as root, a read-only folder needs a mount, which is not allowed here")
    try:
        with Library.open(folder, create=True, encoder=FakeEncoder()) as library:
            write_release(
                tmp_path / "in", "a.md", title="Pier", text="The pier at Tarn Quay was painted.",
            )  # fmt: skip
            library.add(tmp_path / "in")
        if root:
            assert os.system(f"mount -o remount,ro {folder.parent}") == 0
        else:
            folder.chmod(0o555)
        yield folder
    finally:
        if root:
            os.system(f"umount --lazy {folder.parent}")  # the index may still be mapped
        else:
            folder.chmod(0o755)


def test_a_read_only_folder_is_searched_and_not_written(read_only: Path, tmp_path: Path) -> None:
    with Library.open(read_only, encoder=FakeEncoder()) as library:
        assert_searches_right(library, "who painted the pier")
        assert len(library.lexical(["pier"], 3)[0]) == 1
        assert library.verify() == []
        for call in (
            lambda: library.add(tmp_path / "in"),
            lambda: library.remove(tmp_path / "in"),
            lambda: library.sync(tmp_path / "in"),
            library.compact,
            library.repair,
            library.reembed,
        ):
            with pytest.raises(errors.StorageFailed):
                call()
        assert library.backup(tmp_path / "copy")
        assert_searches_right(library, "who painted the pier")
    with pytest.raises(errors.StorageFailed):
        Library.open(read_only.parent / "new", create=True)
