"""A library of every earlier version opens, with what it held."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fakes import FakeEncoder, assert_searches_right

from embeddings import schema
from embeddings.errors import DatelineError
from embeddings.feedback import Feedback
from embeddings.library import Library
from embeddings.store import DATABASE, Store

LATER = (
    "CREATE TABLE colours (name TEXT PRIMARY KEY);",
    "ALTER TABLE colours ADD COLUMN hue INTEGER; INSERT INTO colours VALUES ('red', 0);",
)


def version(folder: Path) -> int:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return schema.schema_version(connection)


def test_a_new_library_has_the_newest_tables(tmp_path: Path) -> None:
    Store.open(tmp_path, create=True).close()
    assert version(tmp_path) == len(schema.MIGRATIONS)


@pytest.mark.parametrize("start", range(1, len(schema.MIGRATIONS) + 1))
def test_every_earlier_version_is_brought_up(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: int
) -> None:
    folder = tmp_path / "library"
    with monkeypatch.context() as earlier:
        earlier.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:start])
        with Library.open(folder, create=True, encoder=FakeEncoder()) as library:
            library.add(archive)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, *LATER))
    with Library.open(folder, encoder=FakeEncoder()) as library:
        assert version(folder) == len(schema.MIGRATIONS)
        assert library.verify() == []
        assert library.add(archive).unchanged == 6
        assert_searches_right(library, "charts")


def test_a_migration_that_fails_changes_nothing(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, create=True, encoder=FakeEncoder()) as library:
        library.add(archive)
    before = len(schema.MIGRATIONS)
    with monkeypatch.context() as broken:
        broken.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, LATER[0], "CREATE TABLE ( ;"))
        with pytest.raises(Exception, match="syntax"):
            Library.open(folder)
    assert version(folder) == before + 1  # the one that ran is kept, the other left no trace
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, *LATER))
    with Library.open(folder, encoder=FakeEncoder()) as library:
        assert version(folder) == before + 2
        assert library.verify() == []


def test_a_library_from_before_opinions_takes_them(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "library"
    with monkeypatch.context() as earlier:
        earlier.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        with Library.open(folder, create=True, encoder=FakeEncoder()) as library:
            library.add(archive)
            before = [release.id for release in library.releases()]
    with Library.open(folder, encoder=FakeEncoder()) as library:
        assert library.feedback() == []
        library.add_feedback(Feedback("a1", "good", "What was painted?", True))
    with Library.open(folder, encoder=FakeEncoder()) as library:
        assert [said.answer for said in library.feedback()] == ["a1"]
        assert [release.id for release in library.releases()] == before


def test_an_old_library_that_cannot_be_written_to_still_answers(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "library"
    with monkeypatch.context() as earlier:
        earlier.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        with Library.open(folder, create=True, encoder=FakeEncoder()) as library:
            library.add(archive)
    for module in ("store", "connecting"):  # as root, permissions would not stop us
        monkeypatch.setattr(f"embeddings.{module}.writable", lambda database: False)
    with Library.open(folder, encoder=FakeEncoder()) as library:
        assert version(folder) == 1
        assert library.feedback() == []
        assert library.verify() == []
        assert_searches_right(library, "charts")
        with pytest.raises(DatelineError):
            library.add_feedback(Feedback("a1", "good", "What was painted?", True))
