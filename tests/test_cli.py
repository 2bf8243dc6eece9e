"""The console command: what it prints and what it returns to the shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import FakeEncoder

import embeddings.library
import embeddings.model
from dateline.main import main

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every library gets the fake encoder where it would load a model."""
    monkeypatch.setattr(
        embeddings.model, "load_encoder", lambda name="", precision="": FakeEncoder(name)
    )


def test_add_verify_status_show(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "library")
    (archive / "broken.txt").write_bytes(b"")
    assert main(["add", str(archive), "--library", folder]) == 0
    captured = capsys.readouterr()
    assert "6 added" in captured.out
    assert "holds 6 releases" in captured.out
    assert "broken.txt: " in captured.err
    assert main(["verify", "--library", folder]) == 0
    assert "Sound: 6 releases" in capsys.readouterr().out
    assert main(["status", "--library", folder]) == 0
    out = capsys.readouterr().out
    assert "7 inputs = 6 releases + 0 duplicates + 1 rejects" in out
    assert "broken.txt" in out
    with embeddings.library.Library.open(folder) as library:
        release = next(library.releases())
    assert main(["show", release.id[:10], "--library", folder]) == 0
    out = capsys.readouterr().out
    assert release.title in out
    assert release.text in out


def test_sync_remove_and_upkeep(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str, status: int = 0) -> str:
        assert main([*arguments, "--library", str(tmp_path / "library")]) == status
        return capsys.readouterr().out

    assert "6 added" in run("sync", str(archive))
    (archive / "release-0001.md").rename(archive / "moved.md")
    (archive / "release-0002.md").unlink()
    plan = run("sync", "--dry-run", str(archive))
    assert "renamed release-0001.md -> moved.md" in plan
    assert "gone    release-0002.md" in plan
    assert "1 renamed" in run("sync", str(archive))
    assert "1 added" not in run("watch", str(archive), "--rounds", "1", "--seconds", "0")
    assert "Backed up" in run("backup", str(tmp_path / "backup"))
    assert "1 releases removed" in run("remove", str(archive / "moved.md"))
    assert "0 texts embedded" in run("reembed")
    assert "uses other" in run("reembed", "--model", "other")
    assert "vectors dropped" in run("compact")
    assert "Nothing was wrong" in run("repair")
    assert "holds 5 releases" in run("restore", str(tmp_path / "backup"))
    assert "Sound: 5 releases" in run("verify")
    run("restore", str(archive), status=1)
    run("remove", "000000", status=1)


def test_show_says_when_there_is_no_such_release(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "library")
    main(["add", str(archive), "--library", folder])
    assert main(["show", "zzz", "--library", folder]) == 1
    assert "zzz" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["verify"], ["status"], ["ask", "Who?"], ["show", "ab"], ["remove", "abcdef"], ["reembed"],
        ["repair"], ["compact"], ["backup", "copy"], ["sync", "--dry-run", "."],
    ],
)  # fmt: skip
def test_a_missing_library_fails_with_one_sentence(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--library", str(tmp_path / "nowhere")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("dateline: There is no library at ")
    assert len(error.splitlines()) == 1


def test_a_foreign_folder_fails_with_one_sentence(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["add", str(archive), "--library", str(archive)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert len(list(archive.iterdir())) == 6


def test_adding_what_is_not_there_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "library"
    assert main(["add", str(tmp_path / "nothing"), "--library", str(folder)]) == 1
    assert "nothing" in capsys.readouterr().err
    assert not folder.exists()


@pytest.mark.parametrize("content", [None, b"", bytes(range(256)) * 8])
def test_no_release_found_fails_and_names_the_file(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    if content is not None:
        (source / "file.txt").write_bytes(content)
    assert main(["add", str(source), "--library", str(tmp_path / "library")]) == 1
    error = capsys.readouterr().err
    assert "No release was found" in error
    assert ("file.txt" in error) == (content is not None)


def test_wrong_usage_is_status_two(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["fly"], ["verify", "--loudly"]):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 2
    assert "usage: dateline" in capsys.readouterr().err


def test_an_interruption_is_status_130(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(name: str = "", precision: str = "") -> FakeEncoder:
        raise KeyboardInterrupt

    monkeypatch.setattr(embeddings.model, "load_encoder", interrupt)
    assert main(["add", str(archive), "--library", str(tmp_path / "library")]) == 130


@pytest.mark.parametrize("arguments", [["--help"], ["add", "--help"], ["--version"]])
def test_help_runs_as_a_process(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "dateline", *arguments],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "dateline" in done.stdout
