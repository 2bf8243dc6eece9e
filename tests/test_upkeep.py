"""Changing the model, compacting, backup and restore, repair."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEncoder, assert_searches_right, write_archive

from embeddings import errors
from embeddings.indexfile import INDEX_FILE
from embeddings.library import Library
from embeddings.store import DATABASE


@pytest.fixture
def stocked(library: Library, archive: Path) -> Library:
    library.add(archive)
    return library


def change(library: Library, statement: str, values: tuple[object, ...] = ()) -> None:
    """Do something to the database that Dateline itself never does."""
    connection = sqlite3.connect(library._store.folder / DATABASE)
    with connection:
        assert connection.execute(statement, values).rowcount != 0
    connection.close()


def test_reembed_switches_to_another_model(stocked: Library, archive: Path) -> None:
    before = stocked.version
    other = FakeEncoder("other", dimension=32)
    report = stocked.reembed(encoder=other)
    assert report.embedded == len(other.encoded) > 0
    assert stocked.version > before
    assert stocked.encoder() is other
    assert_searches_right(stocked, "lanterns at Castelmoor")
    assert stocked.verify() == []
    with pytest.raises(errors.ModelMismatch, match="other"):
        Library.open(archive.parent / "library", encoder=FakeEncoder())
    assert stocked.reembed(encoder=other).embedded == 0


def test_until_the_switch_the_old_model_answers(stocked: Library, archive: Path) -> None:
    class Stops(FakeEncoder):
        def encode(
            self, texts: list[str], progress: Callable[[int], None] | None = None
        ) -> np.ndarray:
            if len(self.encoded) > 5:
                raise KeyboardInterrupt
            return super().encode(texts[:], progress)

    with Library.open(archive.parent / "library", encoder=FakeEncoder()) as reader:
        broken = Stops("other", dimension=32)
        with pytest.raises(KeyboardInterrupt):
            stocked.reembed(encoder=broken)
        assert_searches_right(reader, "buoys")
        assert reader.verify() == []
        other = FakeEncoder("other", dimension=32)
        stocked.reembed(encoder=other)
        assert not set(other.encoded) & set(broken.encoded)  # what was embedded is kept
    with Library.open(archive.parent / "library", encoder=other) as again:
        assert_searches_right(again, "buoys")


def test_an_open_library_follows_a_change_of_model(
    stocked: Library, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import embeddings.model

    monkeypatch.setattr(
        embeddings.model,
        "load_encoder",
        lambda name, precision="": FakeEncoder(name, 32 if name == "other" else 64),
    )
    with Library.open(archive.parent / "library") as reader:
        assert_searches_right(reader, "beacons")
        with reader.reading():
            vector = reader.encode_queries(["beacons"])[0]
            before = reader.dense(vector, 5)
            stocked.reembed(encoder=FakeEncoder("other", 32))
            after = reader.dense(vector, 5)  # still the state, and the model, of the block
            assert [part.tolist() for part in before] == [part.tolist() for part in after]
        assert reader.encoder().name == "other"
        assert_searches_right(reader, "beacons")


def test_a_model_whose_weights_changed_is_refused_and_can_be_mended(
    stocked: Library, archive: Path
) -> None:
    changed = FakeEncoder(salt="x")
    with pytest.raises(errors.ModelMismatch, match="dateline reembed"):
        Library.open(archive.parent / "library", encoder=changed)
    stocked.reembed(encoder=changed)
    assert_searches_right(stocked, "pilots")


def test_a_library_keeps_the_precision_it_was_built_with(
    stocked: Library, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import embeddings.model

    class Half(FakeEncoder):
        def __init__(self) -> None:
            super().__init__("half")
            self.precision = "bfloat16"

    asked = []

    def load(name: str, precision: str = "") -> FakeEncoder:
        asked.append((name, precision))
        return Half()

    stocked.reembed(encoder=Half())
    monkeypatch.setattr(embeddings.model, "load_encoder", load)
    with Library.open(archive.parent / "library") as library:
        assert_searches_right(library, "pilots")
        assert library.reembed().embedded == 0
    assert asked == [("half", "bfloat16"), ("half", "bfloat16")]


def test_probes_notice_what_the_fingerprint_does_not(stocked: Library, archive: Path) -> None:
    changed = FakeEncoder(salt="x")
    changed.fingerprint = FakeEncoder().fingerprint
    with pytest.raises(errors.ModelMismatch, match="no longer"):
        Library.open(archive.parent / "library", encoder=changed).encode_queries(["beacons"])


def test_compact_gives_space_back_and_changes_no_answer(stocked: Library, archive: Path) -> None:
    write_archive(archive.parent / "more", 60, first=10)
    stocked.add(archive.parent / "more")
    stocked.remove(archive.parent / "more")
    with Library.open(archive.parent / "library", encoder=FakeEncoder()) as reader:
        assert_searches_right(reader, "pilots at Elsinmere")
        done = stocked.compact()
        assert done.vectors > 100
        assert done.after < done.before
        assert stocked.verify() == []
        for library in (stocked, reader):
            assert_searches_right(library, "pilots at Elsinmere")
    stocked.add(write_archive(archive.parent / "again", 2, first=10))
    assert_searches_right(stocked, "pilots")
    assert stocked.verify() == []


def test_a_backup_is_a_library_and_can_be_restored(
    stocked: Library, archive: Path, tmp_path: Path
) -> None:
    stocked.backup(tmp_path / "backup")
    before = list(stocked.releases())
    with Library.open(tmp_path / "backup", encoder=FakeEncoder()) as copy:
        assert copy.verify() == []
        assert list(copy.releases()) == before
        assert_searches_right(copy, "dredgers")
    with Library.open(archive.parent / "library", encoder=FakeEncoder()) as reader:
        stocked.remove(archive / "release-0001.md")
        stocked.add(write_archive(tmp_path / "more", 4, first=30))
        assert_searches_right(reader, "dredgers")
        stocked.restore(tmp_path / "backup")
        for library in (stocked, reader):
            assert list(library.releases()) == before
            assert library.catalog().count == 6
            assert_searches_right(library, "dredgers")
            assert library.verify() == []
    assert stocked.add(archive).unchanged == 6


def test_a_backup_never_overwrites(stocked: Library, archive: Path) -> None:
    with pytest.raises(errors.NotALibrary):
        stocked.backup(archive)
    assert len(list(archive.iterdir())) == 6


def test_restoring_what_is_no_backup_changes_nothing(stocked: Library, archive: Path) -> None:
    for place in (archive, archive / "nowhere"):
        with pytest.raises(errors.LibraryError):
            stocked.restore(place)
    assert stocked.counts()["releases"] == 6
    assert stocked.verify() == []


def test_a_sound_library_needs_no_repair(stocked: Library, encoder: FakeEncoder) -> None:
    encoder.encoded.clear()
    done = stocked.repair()
    assert (done.lost, done.rebuilt, encoder.encoded) == ([], [], [])
    assert stocked.verify() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passages SET end = end - 1 WHERE id = 3",
        "UPDATE passages SET start = 0, end = 999999 WHERE id = 3",
        "DELETE FROM passages WHERE id = 4",
        "UPDATE passages SET id = 0 WHERE id = 1",
        "UPDATE vectors SET value = zeroblob(128) WHERE id = 2",
        "UPDATE vectors SET value = x'00' WHERE id = 2",
        "DELETE FROM vectors WHERE id > 3",
        "DELETE FROM labels WHERE kind = 'place'",
        "UPDATE labels SET folded = 'x' WHERE kind = 'source'",
        "INSERT INTO words (words) VALUES ('delete-all')",
        "UPDATE releases SET canonical = 0 WHERE id = 2",
        "INSERT INTO removed SELECT id, 1 FROM passages LIMIT 1",
        "DELETE FROM inputs WHERE id = 2",
        "DELETE FROM settings WHERE key IN ('version', 'generation', 'model')",
        "DELETE FROM settings WHERE key = 'version'",
        "UPDATE settings SET value = 'x' WHERE key = 'generation'",
        "UPDATE settings SET value = 99 WHERE key = 'model'",
    ],
)
def test_what_is_derived_is_found_and_rebuilt(stocked: Library, statement: str) -> None:
    before = list(stocked.releases())
    change(stocked, statement)
    assert stocked.verify() != []
    done = stocked.repair()
    assert done.lost == []
    assert stocked.verify() == []
    assert list(stocked.releases()) == before
    assert_searches_right(stocked, "lanterns")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE releases SET text = replace(text, 'Crews', 'Ghosts') WHERE id = 2",
        "UPDATE releases SET title = 'Another' WHERE id = 2",
        "UPDATE releases SET date = '1999-01-01' WHERE id = 2",
        "UPDATE releases SET url = 'https://example.org/false' WHERE id = 2",
        "UPDATE releases SET people = 'not json' WHERE id = 2",
        "UPDATE releases SET text = x'ff00ff' WHERE id = 2",
    ],
)
def test_an_altered_release_is_never_shown_and_comes_back_when_added(
    stocked: Library, archive: Path, statement: str
) -> None:
    before = list(stocked.releases())
    change(stocked, statement)
    with pytest.raises(errors.LibraryDamaged, match="dateline repair"):
        list(stocked.releases())
    assert stocked.verify() != []
    done = stocked.repair()
    assert len(done.lost) == 1
    assert "release-0001.md" in done.lost[0]
    assert stocked.verify() == []
    assert list(stocked.releases()) == [before[0], *before[2:]]
    assert [path for path, _ in stocked.rejects()] == ["release-0001.md"]
    report = stocked.add(archive)
    assert report.inputs == 6
    assert list(stocked.releases()) == before
    assert stocked.verify() == []


def test_damaged_pages_are_worked_around(library: Library, tmp_path: Path) -> None:
    library.add(write_archive(tmp_path / "many", 120))
    before = {release.id for release in library.releases()}
    library.close()
    database = tmp_path / "library" / DATABASE
    data = bytearray(database.read_bytes())
    page = 4096 * (len(data) // 4096 // 2)
    data[page : page + 4096] = b"\xa5" * 4096
    database.write_bytes(bytes(data))
    with Library.open(tmp_path / "library", encoder=FakeEncoder()) as damaged:
        assert damaged.verify() != []
        done = damaged.repair()
        assert done.lost
        assert damaged.verify() == []
        kept = {release.id for release in damaged.releases()}
        assert kept <= before
        assert len(kept) > 60
        assert (tmp_path / "library" / "dateline.damaged-1.db").exists()
        damaged.add(tmp_path / "many")
        assert {release.id for release in damaged.releases()} == before
        assert_searches_right(damaged, "moorings at Port Ambrel")


def test_a_missing_or_foreign_index_file_is_made_anew(stocked: Library, archive: Path) -> None:
    path = archive.parent / "library" / INDEX_FILE
    whole = path.read_bytes()
    for content in (None, b"", whole[:-9], b"x" * 5000):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        with Library.open(archive.parent / "library", encoder=FakeEncoder()) as library:
            assert_searches_right(library, "charts")
            assert (content is None) == (library.verify() == [])
    stocked.repair()
    assert stocked.verify() == []
    assert path.exists()
