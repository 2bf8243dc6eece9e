"""`dateline duplicates` and `dateline timeline`, through the command."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from dateline.main import main
from embeddings import Library
from embeddings.embed import Encoder

PAGE = """Press release
Harbour Board opens the north pier
- Date:
- Place:
- ALDERPORT
- Source:
- Harbour Board
ALDERPORT, {day} – The Harbour Board today opened the north pier after {months} months of work, which had been held up by storms.
The pier has room for {boats} boats and a new light, and it will be used by the pilots of the outer banks from next week.
The engineer in charge, Ilka Brandt, said that the old pier had been closed since the floods and that nobody had been hurt.
The board thanked the fishers of the town for their patience and said that the south pier would be repaired next.
"""  # noqa: E501


@pytest.fixture
def folder(tmp_path: Path, encoder: Encoder) -> Path:
    """A library with a release that stands in two files, and a corrected version of it."""
    pages = tmp_path / "pages"
    pages.mkdir()
    first = PAGE.format(day="3 May 2017", months="nine", boats="forty")
    (pages / "a.txt").write_text(first, encoding="utf-8")
    (pages / "b.txt").write_text(first, encoding="utf-8")
    corrected = first.replace("forty", "fifty")
    (pages / "c.txt").write_text(corrected, encoding="utf-8")
    (pages / "d.txt").write_text(
        PAGE.format(day="9 August 2018", months="ten", boats="sixty"), encoding="utf-8"
    )
    with Library.open(tmp_path / "library", create=True, encoder=encoder) as library:
        library.add(pages)
    return tmp_path / "library"


def test_copies_and_versions_with_what_changed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["duplicates", "--library", str(folder)]) == 0
    printed = capsys.readouterr().out
    copies, versions = printed.split("  searched: ")
    assert "the same words in:\n    a.txt\n    b.txt\n" in copies
    assert versions.startswith("c.txt\n  also published as: a.txt, b.txt\n")
    assert "room for [-forty-] {+fifty+} boats" in versions
    assert "2018" not in printed


def test_nothing_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Library.open(tmp_path / "library", create=True):
        pass
    assert main(["duplicates", "--library", str(tmp_path / "library")]) == 0
    assert capsys.readouterr().out == "No release stands in the library more than once.\n"


def test_timeline_is_written(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "picture.svg"
    assert main(["timeline", "--library", str(folder), "--out", str(out)]) == 0
    assert ET.parse(out).getroot().tag.endswith("svg")


def test_timeline_into_a_missing_folder(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "missing" / "picture.svg"
    assert main(["timeline", "--library", str(folder), "--out", str(out)]) == 1
    assert "cannot be written" in capsys.readouterr().err
