"""The library as its users see it: adding, searching, filtering, looking up, opening."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEncoder, assert_searches_right, write_archive, write_release

from embeddings import errors
from embeddings.library import Library
from embeddings.types import Filters


def test_add_reports_every_input_and_the_counts_add_up(library: Library, archive: Path) -> None:
    write_release(archive, "empty.md", title="", text="")
    (archive / "nothing.txt").write_bytes(b"")
    (archive / "picture.txt").write_bytes(bytes(range(256)) * 8)
    report = library.add(archive)
    assert report.added == 6
    assert len(report.rejected) == 3
    assert report.inputs == 9
    counts = library.counts()
    assert counts["inputs"] == counts["releases"] + counts["duplicates"] + counts["rejects"] == 9
    assert library.verify() == []
    reasons = dict(library.rejects())
    assert set(reasons) == {"empty.md", "nothing.txt", "picture.txt"}
    assert all(reason.endswith(".") and "\n" not in reason for reason in reasons.values())


def test_a_release_comes_back_as_it_was_read(library: Library, tmp_path: Path) -> None:
    text = "The Tide Board opened a lock on Monday. Oda Brandt cut the ribbon."
    write_release(
        tmp_path / "in", "lock.md", title="A lock opens", text=text, date="2020-02-03",
        place="Tarn Quay", source="Tide Board", topics="Ports, Heritage",
    )  # fmt: skip
    library.add(tmp_path / "in")
    (release,) = library.releases()
    assert (release.title, release.text) == ("A lock opens", text)
    assert (release.date, release.place) == (dt.date(2020, 2, 3), "Tarn Quay")
    assert (release.sources, release.topics) == (("Tide Board",), ("Ports", "Heritage"))
    assert release.path == "lock.md"
    assert library.release(release.id) == release
    assert library.find(release.id[:8]) == [release.id]
    assert library.find("\ud800") == []
    with pytest.raises(KeyError):
        library.release("0" * 64)


def test_dense_search_is_exact_with_and_without_filters(library: Library, archive: Path) -> None:
    library.add(archive)
    question = "which lanterns were inspected at Elsinmere"
    assert_searches_right(library, question)
    for where in (
        Filters(since=dt.date(2019, 1, 6)),
        Filters(until=dt.date(2019, 1, 6)),
        Filters(since=dt.date(2019, 1, 10), until=dt.date(2019, 1, 14)),
        Filters(places=("ELSINMERE",)),
        Filters(sources=("tide  board", "Pilot Service")),
        Filters(topics=("Heritage",), places=("Castelmoor",)),
        Filters(places=("Nowhere",)),
        Filters(release_ids=tuple(release.id for release in library.releases())[:2]),
    ):
        assert_searches_right(library, question, where)


def test_filters_choose_the_releases_they_describe(library: Library, archive: Path) -> None:
    library.add(archive)
    every = list(library.releases())
    for where, holds in (
        (Filters(places=("Norrhaven",)), lambda r: r.place == "Norrhaven"),
        (Filters(topics=("ports",)), lambda r: "Ports" in r.topics),
        (Filters(since=dt.date(2019, 1, 10)), lambda r: r.date >= dt.date(2019, 1, 10)),
        (Filters(sources=("Tide Board",), until=dt.date(2019, 1, 10)),
         lambda r: "Tide Board" in r.sources and r.date <= dt.date(2019, 1, 10)),
    ):  # fmt: skip
        wanted = [release for release in every if holds(release)]
        assert wanted
        assert list(library.releases(where)) == wanted


def test_a_date_filter_never_matches_a_release_without_a_date(
    library: Library, tmp_path: Path
) -> None:
    write_release(tmp_path / "in", "a.md", title="No day given", text="The pier was painted blue.")
    library.add(tmp_path / "in")
    assert list(library.releases(Filters(since=dt.date(1, 1, 1)))) == []
    assert_searches_right(library, "pier", Filters(until=dt.date(9999, 12, 31)))


def test_filters_compare_names_without_case_or_accents(library: Library, tmp_path: Path) -> None:
    write_release(
        tmp_path / "in", "a.md", title="Weir", text="The weir was closed for the winter season.",
        place="Sankt Ölvar",
    )  # fmt: skip
    library.add(tmp_path / "in")
    assert len(list(library.releases(Filters(places=("sankt olvar",))))) == 1


def test_the_catalog_counts_what_the_releases_say(library: Library, archive: Path) -> None:
    library.add(archive)
    catalog = library.catalog()
    assert catalog.count == 6
    assert (catalog.first, catalog.last) == (dt.date(2019, 1, 2), dt.date(2019, 1, 22))
    assert catalog.places == {
        "Norrhaven": 2, "Elsinmere": 1, "Castelmoor": 1, "Port Ambrel": 1, "Tarn Quay": 1,
    }  # fmt: skip
    assert sum(catalog.sources.values()) == 6
    assert sum(catalog.topics.values()) == 12


def test_a_second_opening_sees_what_was_stored(
    library: Library, archive: Path, tmp_path: Path
) -> None:
    library.add(archive)
    with Library.open(tmp_path / "library", encoder=FakeEncoder()) as again:
        assert again.counts() == library.counts()
        assert list(again.releases()) == list(library.releases())
        assert_searches_right(again, "beacons at Castelmoor")


def test_an_open_library_sees_what_another_one_commits(
    library: Library, archive: Path, tmp_path: Path
) -> None:
    library.add(archive)
    with Library.open(tmp_path / "library", encoder=FakeEncoder()) as reader:
        assert_searches_right(reader, "ferries")
        before = reader.version
        library.add(write_archive(tmp_path / "more", 3, first=20))
        assert reader.version > before
        assert reader.catalog().count == 9
        assert_searches_right(reader, "ferries", Filters(since=dt.date(2019, 2, 1)))
        assert_searches_right(reader, "ferries")


def test_a_reading_block_sees_one_state(library: Library, archive: Path, tmp_path: Path) -> None:
    library.add(archive)
    with Library.open(tmp_path / "library", encoder=FakeEncoder()) as reader:
        with reader.reading():
            expected = list(reader.releases())
            library.add(write_archive(tmp_path / "more", 3, first=20))
            assert list(reader.releases()) == expected
            assert_searches_right(reader, "moorings")
        assert len(list(reader.releases())) == 9


def test_an_empty_library_answers_with_nothing(library: Library) -> None:
    assert library.counts()["releases"] == 0
    assert library.verify() == []
    ids, scores = library.dense(np.zeros(64, dtype=np.float32), 5)
    assert ids.shape == scores.shape == (0,)
    assert library.lexical(["pier"], 5)[0].shape == (0,)


def test_a_missing_library_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(errors.LibraryNotFound, match="dateline add"):
        Library.open(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_text("sun")
    for create in (False, True):
        with pytest.raises(errors.LibraryError):
            Library.open(tmp_path, create=create)
    with pytest.raises(errors.NotALibrary):
        Library.open(tmp_path / "holiday.txt", create=True)
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.txt"]


def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "dateline.db") as other:
        other.execute("CREATE TABLE birds (name)")
    other.close()
    before = (tmp_path / "dateline.db").read_bytes()
    with pytest.raises(errors.NotALibrary):
        Library.open(tmp_path, create=True)
    assert (tmp_path / "dateline.db").read_bytes() == before


def test_another_model_of_the_same_dimension_is_refused(library: Library, archive: Path) -> None:
    library.add(archive)
    folder = archive.parent / "library"
    with pytest.raises(errors.ModelMismatch, match="bag-of-words"):
        Library.open(folder, encoder=FakeEncoder("other-model"))


def test_what_is_not_there_cannot_be_added(library: Library, tmp_path: Path) -> None:
    with pytest.raises(errors.InputError, match=r"nowhere"):
        library.add(tmp_path / "nowhere")


def test_progress_is_reported(library: Library, archive: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    library.add(archive, progress=lambda *step: seen.append(step))
    assert {stage for stage, _, _ in seen} >= {"reading", "embedding"}
    assert [done for stage, done, _ in seen if stage == "reading"][-1] == 6
    assert seen[-1][1] == seen[-1][2]
