"""Records whose columns have names of their own."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from dateline.main import main
from embeddings import Library

RECORD = {
    "ueberschrift": "Board opens the pier",
    "tag": "2017-05-03",
    "inhalt": "The Harbour Board opened the pier after nine months of work, said Ilka Brandt. "
    "The town had waited for it since the floods, and the fishers had been patient.",
    "amt": "Harbour Board",
}
COLUMNS = {"title": "ueberschrift", "date": "tag", "text": "inhalt", "source": "amt"}


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    path.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    return path


def test_named_columns_are_read(library: Library, records: Path) -> None:
    assert library.add(records).rejected != []
    report = library.add(records, columns=COLUMNS)
    assert (report.added, report.rejected) == (1, [])
    [release] = library.releases()
    assert (release.title, release.date) == (RECORD["ueberschrift"], dt.date(2017, 5, 3))
    assert release.sources == ("Harbour Board",)
    assert release.text == RECORD["inhalt"]


def test_a_wrong_field_on_the_command_line(
    tmp_path: Path, records: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["add", str(records), "--library", str(tmp_path / "library"), "--column", "body=inhalt"]
    assert main(given) == 1
    assert "Write FIELD=NAME" in capsys.readouterr().err
