"""Inputs that would hang, crash or exhaust a reader that trusts them."""

from __future__ import annotations

import gzip
import io
import os
import signal
import socket
import zipfile
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import read_samples as samples

from embeddings.read import Failure, Limits, read_inputs
from embeddings.read_guard import read_guarded
from embeddings.types import Document

SMALL = Limits(file_bytes=1 << 20, container_bytes=1 << 22, expanded_bytes=1 << 24, depth=2)


def reasons(outcomes: list[Document | Failure]) -> dict[str, str]:
    return {outcome.path: outcome.reason for outcome in outcomes if isinstance(outcome, Failure)}


def read(*paths: Path, limits: Limits = SMALL) -> list[Document | Failure]:
    return list(read_inputs(paths, limits=limits))


def test_special_files_and_links_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("secret")
    (folder / "sub" / "good.txt").write_bytes(samples.TEXT)
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket"))
    (folder / "device").symlink_to("/dev/zero")
    (folder / "out.txt").symlink_to(tmp_path / "outside.txt")
    (folder / "gone.txt").symlink_to(folder / "nothing")
    (folder / "same.txt").symlink_to(folder / "sub" / "good.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "round").symlink_to(folder / "round")
    (folder / ".hidden.txt").write_bytes(samples.TEXT)
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("x")
    outcomes = read(folder)
    assert [o.path for o in outcomes if isinstance(o, Document)] == ["same.txt", "sub/good.txt"]
    found = reasons(outcomes)
    assert "named pipe" in found.pop("pipe")
    assert found.pop("socket")
    assert "leads out" in found.pop("device")
    assert "leads out" in found.pop("out.txt")
    assert "no such file" in found.pop("gone.txt").lower()
    assert "link to a folder" in found.pop("loop")
    assert found.pop("round")
    assert "dot" in found.pop(".hidden.txt")
    assert "dot" in found.pop(".git")
    assert found == {}


def test_devices_missing_paths_and_odd_names_are_failures() -> None:
    # /proc/self/mem is a regular file whose first byte cannot be read.
    outcomes = read(*map(Path, ("/dev/zero", "/nowhere/at/all", "a\0b", "/proc/self/mem")))
    assert [type(outcome) for outcome in outcomes] == [Failure] * 4
    assert "device" in outcomes[0].reason  # type: ignore[union-attr]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words")
    (tmp_path / "a.txt").chmod(0)
    assert "permission" in reasons(read(tmp_path))["a.txt"]


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.pdf", "a.zip", "a.jsonl", "a.csv", "a"])
def test_a_sparse_file_of_two_gigabytes(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.write({"a.zip": b"PK\x03\x04", "a.pdf": b"%PDF-1.4"}.get(name, b"a,b\n"))
        file.truncate(2 << 30)
    [outcome] = read(tmp_path, limits=Limits())
    assert isinstance(outcome, Failure)


def test_paths_do_not_depend_on_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in" / "b").mkdir(parents=True)
    for name in ("z.txt", "b/a.txt", "b.txt"):
        (tmp_path / "in" / name).write_bytes(samples.TEXT)
    absolute = [o.path for o in read(tmp_path / "in")]
    monkeypatch.chdir(tmp_path)
    assert [o.path for o in read(Path("in"))] == absolute == ["b/a.txt", "b.txt", "z.txt"]
    assert [o.path for o in read(Path("in/z.txt"))] == ["z.txt"]


def test_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_bytes(samples.JSONL * 500)
    outcomes = read_inputs([path], limits=SMALL)
    assert isinstance(next(outcomes), Document)
    with path.open("ab") as file:
        file.write(b"{}")
    last = list(outcomes)[-1]
    assert isinstance(last, Failure)
    assert (last.path, "changed" in last.reason) == ("e.jsonl", True)


def test_a_zip_bomb(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", samples.TEXT)
        for number in range(3):
            archive.writestr(f"bomb{number}.txt", b"0" * (40 << 20))
        archive.writestr("z.txt", samples.TEXT)
    (tmp_path / "a.zip").write_bytes(out.getvalue())
    outcomes = read(tmp_path, limits=Limits())
    assert [o.path for o in outcomes if isinstance(o, Document)] == ["a.zip!/a.txt", "a.zip!/z.txt"]
    assert all("trap" in reason for reason in reasons(outcomes).values())
    assert len(outcomes) == 5


def test_an_archive_that_expands_too_far_ends_there(tmp_path: Path) -> None:
    content = samples.zip_of({f"{n:02}.txt": os.urandom(50_000).hex().encode() for n in range(24)})
    (tmp_path / "a.zip").write_bytes(content)
    limits = replace(SMALL, expanded_bytes=550_000)
    outcomes = read(tmp_path, limits=limits)
    assert len([o for o in outcomes if isinstance(o, Document)]) == 5
    assert "expands to more" in str(list(reasons(outcomes).values()))


def test_compressed_bombs(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"0" * (24 << 20)))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b"0" * (24 << 20)))
    (tmp_path / "c.tar.gz").write_bytes(gzip.compress(b"\0" * (24 << 20)))
    word = samples.zip_of({"word/document.xml": b"<a>" + b" " * (24 << 20) + b"</a>"})
    (tmp_path / "d.docx").write_bytes(word)
    outcomes = read(tmp_path)
    assert [o.path for o in outcomes] == ["a.txt.gz", "b.jsonl.gz", "c.tar.gz", "d.docx"]
    assert all(isinstance(outcome, Failure) for outcome in outcomes)


def test_archives_in_archives_end_at_a_depth(tmp_path: Path) -> None:
    content = samples.TEXT
    for level in range(6):
        content = samples.zip_of({f"{level}.{'zip' if level else 'txt'}": content})
    (tmp_path / "a.zip").write_bytes(content)
    [outcome] = read(tmp_path)
    assert isinstance(outcome, Failure)
    assert "times over" in outcome.reason


def pdf_bomb(pages: int) -> bytes:
    """A PDF whose page content expands to hundreds of megabytes of drawing."""
    content = zlib.compress(b"BT /F1 9 Tf 1 1 Td (word) Tj ET\n" * 3_000_000)
    source = samples.pdf([[(1, 1, 9, "x")]] * pages)
    drawing = b"BT /F1 9 Tf 1 1 Td (x) Tj ET"
    marker = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing)
    assert marker in source
    packed = f"<< /Length {len(content)} /Filter /FlateDecode >>\nstream\n".encode()
    return source.replace(marker, packed + content + b"\nendstream")


def test_a_pdf_bomb_is_stopped_and_the_next_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_bomb(1))
    (tmp_path / "b.pdf").write_bytes(samples.two_page_pdf())
    limits = replace(SMALL, cpu_seconds=1, wall_seconds=20)
    first, second = read(tmp_path, limits=limits)
    assert isinstance(first, Failure)
    assert isinstance(second, Document)


def test_an_archive_goes_on_after_a_member_that_kills_its_parser(tmp_path: Path) -> None:
    members = {"a.txt": samples.TEXT, "b.pdf": pdf_bomb(1), "c.txt": samples.TEXT}
    (tmp_path / "a.zip").write_bytes(samples.zip_of(members))
    limits = replace(SMALL, cpu_seconds=1, wall_seconds=20)
    outcomes = read(tmp_path, limits=limits)
    assert [o.path for o in outcomes] == [f"a.zip!/{name}" for name in members]
    assert [type(o) for o in outcomes] == [Document, Failure, Document]
    assert "processor time" in reasons(outcomes)["a.zip!/b.pdf"]


def test_too_little_memory_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "f.json").write_bytes(b"[" + b"[]," * 2_700_000 + b"{}]")
    (tmp_path / "g.json").write_bytes(samples.JSON)
    outcomes = read(tmp_path, limits=replace(SMALL, file_bytes=1 << 24, memory_bytes=160 << 20))
    assert [outcome.path for outcome in outcomes] == ["f.json", "g.json#1", "g.json#2"]
    assert "memory" in reasons(outcomes)["f.json"]


def test_a_slow_parser_is_stopped_by_the_clock(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_bomb(1))
    limits = replace(SMALL, cpu_seconds=60, wall_seconds=1)
    [outcome] = read_guarded(tmp_path / "a.pdf", "a.pdf", limits, {})
    assert isinstance(outcome, Failure)
    assert outcome.reason == "It took longer than 1 seconds."


def processes_with(text: bytes) -> list[int]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it may end while we look
            if text in place.read_bytes():
                found.append(int(place.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc to find it in")
def test_a_guarded_process_that_died_while_idle_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(samples.two_page_pdf())
    members = 1000 + os.getpid()  # limits of its own, so that the process is known by them
    limits = replace(SMALL, members=members)
    assert isinstance(read(tmp_path, limits=limits)[0], Document)
    [process] = processes_with(b'"members": %d,' % members)
    os.kill(process, signal.SIGKILL)
    assert isinstance(read(tmp_path, limits=limits)[0], Document)


def test_a_guarded_reader_may_be_left_early(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(samples.zip_of({f"{n}.txt": samples.TEXT for n in range(9)}))
    outcomes = read_inputs([tmp_path], limits=SMALL)
    assert isinstance(next(outcomes), Document)
    outcomes.close()  # type: ignore[attr-defined]
    assert len(read(tmp_path)) == 9
