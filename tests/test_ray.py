"""Building on Ray gives the library that one machine builds, whatever is killed meanwhile."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import assert_same_library, write_mixed
from fakes import FakeEncoder

from embeddings import ray_build
from embeddings.errors import LibraryError
from embeddings.files import find
from embeddings.library import Library
from embeddings.ray_merge import Merger
from embeddings.ray_shards import Work
from embeddings.ray_tasks import bands, embed, judge_pairs, take

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE = 500.0  # seconds; Ray takes its time where cores are few

needs_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None,
    reason="Ray is not installed; pip install 'dateline-archive[ray]'",
)
_BUILD = """
import sys
from fakes import FakeEncoder
from embeddings import ray_build
from embeddings.library import Library
with Library.open(sys.argv[1], create=True, encoder=FakeEncoder()) as library:
    say = lambda *given: print(*given, flush=True)
    print(ray_build.add(library, sys.argv[2], make_encoder=FakeEncoder, progress=say))
"""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mixed(tmp_path_factory.mktemp("mixed") / "in")


@pytest.fixture(scope="module")
def expected(mixed: Path) -> Path:
    folder = mixed.parent / "expected"
    with Library.open(folder, create=True, encoder=FakeEncoder()) as library:
        library.add(mixed)
    return folder


# --- the parts, without Ray -----------------------------------------------------------------


def prepared(library: Library, mixed: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Work, int]:
    """All the work of the cluster, done here one piece after the other."""
    import pandas as pd

    monkeypatch.setattr("embeddings.ray_shards.SHARD_FILES", 8)
    found = list(find(mixed))
    job = {"columns": {}, "chrome": {}}
    work, shards = Work.begin(mixed.parent / "work", found, job, FakeEncoder().fingerprint)
    rows = [{"folder": str(work.folder), "number": number} for number in range(shards)]
    for row in rows:
        take(row)
    keyed = pd.DataFrame([one for row in rows for one in bands(row)])
    work.put_judged(judge_pairs(keyed).itertuples(index=False))
    for row, skip in zip(rows, ray_build._known_before(library, work, shards), strict=True):
        embed(row | {"skip": skip}, FakeEncoder)
    return work, shards


def test_the_parts_make_the_library_of_one_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = write_mixed(tmp_path / "own" / "in", 60)
    with Library.open(tmp_path / "expected", create=True, encoder=FakeEncoder()) as library:
        library.add(own)
        clusters = [set(ids) for ids in library.duplicates()]
    with Library.open(tmp_path / "library", create=True, encoder=FakeEncoder()) as library:
        work, shards = prepared(library, own, monkeypatch)
        assert shards > 3
        with library._store.writing():
            encoder = FakeEncoder()
            report = Merger(library._store, lambda: encoder, work, shards).add_all(
                list(find(own)), {}
            )
        # Few pages are cleaned again because other lines recur than their shard knew of.
        assert len(encoder.encoded) < report.embedded / 3, len(encoder.encoded)
        assert report.inputs == library.counts()["inputs"]
    assert_same_library(tmp_path / "library", tmp_path / "expected")
    # The shuffle has found the versions, and nothing else.
    matched = [(one, other) for one, other, kind, _ in work.judged() if kind]
    assert len(clusters) > 3
    for ids in clusters:
        assert any(one in ids and other in ids for one, other in matched)
    assert all(any({one, other} <= ids for ids in clusters) for one, other in matched)


def test_a_file_that_changed_meanwhile_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = write_mixed(tmp_path / "own" / "in", 12)
    with Library.open(tmp_path / "library", create=True, encoder=FakeEncoder()) as library:
        work, shards = prepared(library, own, monkeypatch)
        edited = own / "undated.md"
        edited.write_text("# On the register\n\nIt has been closed for good since.\n", "utf-8")
        with library._store.writing():
            merger = Merger(library._store, FakeEncoder, work, shards)
            merger.add_all(list(find(own)), {})
        (release,) = [one for one in library.releases() if one.path == "undated.md"]
        assert "closed for good" in release.text


def test_without_ray_the_command_that_installs_it_is_named(tmp_path: Path) -> None:
    write_mixed(tmp_path / "in", 4)
    program = (
        "import sys; sys.modules['ray'] = None\n"
        "from dateline.main import main\n"
        "sys.exit(main(['add', sys.argv[1], '--library', sys.argv[2], '--ray', 'local']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "in"), str(tmp_path / "library")],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 1
    assert "dateline-archive[ray]" in done.stderr


# --- on Ray ---------------------------------------------------------------------------------


def start(library: Path, mixed: Path) -> subprocess.Popen[str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", _BUILD, str(library), str(mixed)],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, text=True, stdout=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip


def finish(build: subprocess.Popen[str]) -> str:
    said, _ = build.communicate(timeout=_PATIENCE)
    assert build.returncode == 0, said
    return said


@pytest.fixture
def killed() -> Iterator[list[subprocess.Popen[str]]]:
    """Builds whose whole process group is ended afterwards, Ray's processes included."""
    builds: list[subprocess.Popen[str]] = []
    yield builds
    for build in builds:
        for pid in group_of(build.pid):
            os.kill(pid, signal.SIGKILL)
        build.wait()
        assert build.stdout is not None
        build.stdout.close()


def group_of(session: int) -> list[int]:
    """The processes of a session that are still there."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry.name))
    return found


@needs_ray
@pytest.mark.engines
def test_a_local_build_is_that_of_one_machine(
    mixed: Path, expected: Path, tmp_path: Path, killed: list[subprocess.Popen[str]]
) -> None:
    killed.append(start(tmp_path / "library", mixed))
    finish(killed[-1])
    assert_same_library(tmp_path / "library", expected)
    assert not (tmp_path / "library" / "ray").exists()


@needs_ray
@pytest.mark.engines
def test_a_build_whose_driver_is_killed_goes_on(
    mixed: Path, expected: Path, tmp_path: Path, killed: list[subprocess.Popen[str]]
) -> None:
    first = start(tmp_path / "library", mixed)
    killed.append(first)
    assert first.stdout is not None
    for line in first.stdout:
        if line.startswith("reading"):  # one shard at least has been taken
            break
    for pid in group_of(first.pid):
        os.kill(pid, signal.SIGKILL)
    first.wait()
    (work,) = (tmp_path / "library" / "ray").iterdir()
    taken = {path.name: path.stat().st_mtime_ns for path in work.glob("*.taken")}
    assert taken
    second = start(tmp_path / "library", mixed)
    killed.append(second)
    assert second.stdout is not None
    for line in second.stdout:
        if line.startswith(("embedding", "merging")):
            break
        for name, then in taken.items():
            assert (work / name).stat().st_mtime_ns == then
    finish(second)
    assert_same_library(tmp_path / "library", expected)


@needs_ray
@pytest.mark.engines
def test_a_build_survives_its_workers(
    mixed: Path, expected: Path, tmp_path: Path, killed: list[subprocess.Popen[str]]
) -> None:
    build = start(tmp_path / "library", mixed)
    killed.append(build)
    victims = 0
    while victims < 3 and build.poll() is None:
        time.sleep(0.2)
        for pid in group_of(build.pid):
            try:
                title = Path(f"/proc/{pid}/cmdline").read_text()
            except OSError:
                continue
            if title.startswith("ray::") and "IDLE" not in title:
                os.kill(pid, signal.SIGKILL)
                victims += 1
                break
    finish(build)
    assert victims
    assert_same_library(tmp_path / "library", expected)


@needs_ray
@pytest.mark.engines
def test_a_cluster_is_not_joined_without_a_token(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAY_AUTH_MODE", raising=False)
    with (
        Library.open(tmp_path / "library", create=True, encoder=FakeEncoder()) as library,
        pytest.raises(LibraryError, match="RAY_AUTH_MODE=token"),
    ):
        ray_build.add(library, mixed, address="127.0.0.1:1", make_encoder=FakeEncoder)
