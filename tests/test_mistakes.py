"""What people get wrong, and the one clear sentence they get back."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeEncoder, write_release

from dateline.main import main
from embeddings import Library
from embeddings.errors import InputError, NotALibrary

TEXT = "The Harbour Board opened the pier after nine months of work, said Ilka Brandt."


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    write_release(tmp_path / "pages", "pier.md", title="Board opens the pier", text=TEXT)
    return tmp_path / "pages"


@pytest.fixture
def folder(tmp_path: Path, pages: Path, encoder: FakeEncoder) -> Path:
    with Library.open(tmp_path / "library", create=True, encoder=encoder) as library:
        library.add(pages)
    return tmp_path / "library"


def test_a_mistyped_path_does_not_stop_the_rest(
    folder: Path, pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["add", str(pages), str(pages / "peir.md"), "--library", str(folder)]) == 1
    printed = capsys.readouterr()
    assert "1 unchanged" in printed.out
    assert "There is no file or folder at" in printed.err
    assert main(["add", str(pages / "peir.md"), "--library", str(folder)]) == 1


def test_a_library_among_the_files_is_not_read(
    folder: Path, tmp_path: Path, encoder: FakeEncoder
) -> None:
    with Library.open(folder, encoder=encoder) as library:
        report = library.add(tmp_path)
    assert (report.duplicates, report.rejected) == (1, [])


@pytest.mark.parametrize("create", [False, True])
def test_a_folder_of_other_things_is_said_to_be_one(pages: Path, create: bool) -> None:
    with pytest.raises(NotALibrary, match="holds other files and no library"):
        Library.open(pages, create=create)


def test_the_command_to_make_a_library_can_be_pasted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--library", str(tmp_path / "my library")]) == 1
    assert f"--library '{tmp_path / 'my library'}'" in capsys.readouterr().err


@pytest.mark.parametrize(("start", "end"), [(5, 2), (-1, 2), (0, 999_999)])
def test_characters_that_are_not_there(
    folder: Path, encoder: FakeEncoder, start: int, end: int
) -> None:
    with Library.open(folder, encoder=encoder) as library:
        [release] = library.releases()
        with pytest.raises(InputError, match="has no characters"):
            library.original(release.id, start, end)


def test_a_report_leaves_out_what_did_not_happen(
    tmp_path: Path, pages: Path, encoder: FakeEncoder
) -> None:
    with Library.open(tmp_path / "library", create=True, encoder=encoder) as library:
        first, second = str(library.add(pages)), str(library.add(pages))
    assert first.startswith("1 input: 1 added; 2 texts embedded, 0 reused; ")
    assert second.startswith("1 input: 1 unchanged; 0 texts embedded, 0 reused; ")
