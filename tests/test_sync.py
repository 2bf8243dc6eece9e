"""Keeping in step with a folder: sync, its plan, watching, and removing by hand."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from fakes import FakeEncoder, assert_searches_right, write_archive, write_release

from embeddings.errors import InputError
from embeddings.library import Library


def settle(folder: Path) -> None:
    """Make every file look ten seconds old, so that its time can be trusted."""
    for path in folder.rglob("*"):
        stamp = time.time() - 10
        os.utime(path, (stamp, stamp))


def paths(library: Library) -> list[str]:
    return sorted(release.path for release in library.releases())


@pytest.mark.parametrize("settled", [True, False])
def test_added_edited_renamed_and_deleted_files(
    library: Library, archive: Path, encoder: FakeEncoder, settled: bool
) -> None:
    library.sync(archive)
    if settled:
        settle(archive)
        library.sync(archive)
    encoder.encoded.clear()
    write_archive(archive, 1, first=6)
    text = (archive / "release-0001.md").read_text()
    (archive / "release-0001.md").write_text(text.replace("this week", "last week"))
    (archive / "release-0002.md").rename(archive / "moved.md")
    (archive / "release-0003.md").unlink()
    plan = library.plan(archive)
    assert plan.added == ("release-0006.md",)
    assert plan.edited == ("release-0001.md",)
    assert plan.renamed == (("release-0002.md", "moved.md"),)
    assert plan.gone == ("release-0003.md",)
    assert plan.unchanged == 3
    assert library.counts()["releases"] == 6  # planning changes nothing
    report = library.sync(archive)
    assert (report.added, report.changed, report.renamed, report.gone) == (1, 1, 1, 1)
    assert (report.unchanged, report.duplicates, report.removed) == (3, 0, 2)
    assert report.inputs == 6
    assert paths(library) == [
        "moved.md", "release-0000.md", "release-0001.md",
        "release-0004.md", "release-0005.md", "release-0006.md",
    ]  # fmt: skip
    assert not any("counted" in text for text in encoder.encoded)  # release 2, the renamed one
    assert library.verify() == []
    assert_searches_right(library, "who inspected the lanterns last week")
    assert library.plan(archive).unchanged == 6
    assert "0 files to add" in str(library.plan(archive))


def test_a_settled_folder_is_not_read_again(library: Library, archive: Path) -> None:
    settle(archive)
    library.sync(archive)
    for path in archive.iterdir():  # the same size and time: content is not looked at
        stat = path.stat()
        path.write_bytes(b"x" * stat.st_size)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    report = library.sync(archive)
    assert (report.unchanged, report.changed) == (6, 0)


def test_a_young_file_is_judged_by_its_content(library: Library, archive: Path) -> None:
    library.sync(archive)
    path = archive / "release-0001.md"
    stat = path.stat()
    text = path.read_text().replace("this week", "that week")  # as long as before
    path.write_text(text)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert library.sync(archive).changed == 1


def test_a_renamed_folder_below_is_followed(library: Library, tmp_path: Path) -> None:
    write_archive(tmp_path / "all" / "old", 3)
    library.sync(tmp_path / "all")
    (tmp_path / "all" / "old").rename(tmp_path / "all" / "new")
    report = library.sync(tmp_path / "all")
    assert (report.renamed, report.embedded, report.removed) == (3, 0, 0)
    assert paths(library) == [f"new/release-000{i}.md" for i in range(3)]
    assert library.verify() == []


def test_files_added_one_by_one_are_known_to_sync(library: Library, tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "all" / "deep", 2)
    library.add(folder / "release-0000.md", folder / "release-0001.md")
    report = library.sync(tmp_path / "all")
    assert (report.added, report.removed, report.renamed) == (0, 0, 2)
    (folder / "release-0001.md").unlink()
    assert library.sync(tmp_path / "all").removed == 1
    assert paths(library) == ["deep/release-0000.md"]
    assert library.counts()["inputs"] == 1


def test_a_release_that_another_file_holds_stays(library: Library, archive: Path) -> None:
    write_archive(archive / "copies", 2)
    library.sync(archive)
    (archive / "copies" / "release-0001.md").unlink()
    (archive / "release-0000.md").unlink()
    report = library.sync(archive)
    assert (report.gone, report.removed) == (2, 0)
    assert len(paths(library)) == 6
    assert "copies/release-0000.md" in paths(library)
    assert library.verify() == []


def test_other_folders_are_left_alone(library: Library, archive: Path, tmp_path: Path) -> None:
    library.add(archive)
    other = write_archive(tmp_path / "archive-2", 2, first=10)
    library.sync(other)
    (other / "release-0010.md").unlink()
    library.sync(other)
    assert library.counts()["releases"] == 7


def test_an_emptied_folder_is_not_taken_at_its_word(library: Library, archive: Path) -> None:
    library.sync(archive)
    for path in archive.iterdir():
        path.unlink()
    for call in (library.sync, library.plan):
        with pytest.raises(InputError, match="dateline remove"):
            call(archive)
    assert library.counts()["releases"] == 6


def test_what_is_no_folder_cannot_be_synced(library: Library, archive: Path) -> None:
    for place in (archive / "release-0000.md", archive / "nowhere"):
        with pytest.raises(InputError, match="not a folder"):
            library.sync(place)


def test_an_edited_record_file_changes_only_its_records(
    library: Library, tmp_path: Path, encoder: FakeEncoder
) -> None:
    def lines(*numbers: int) -> str:
        return "".join(
            f'{{"title": "Bulletin {i}", "date": "2021-0{i}-01", "text": "The Tide Board counted '
            f'{i}7 buoys near pier {i}. Crews will count them again in week {i}."}}\n'
            for i in numbers
        )

    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "all.jsonl").write_text(lines(1, 2, 3, 4))
    assert library.sync(folder).added == 4
    encoder.encoded.clear()
    (folder / "all.jsonl").write_text(lines(2, 3, 5))  # every record has another number now
    report = library.sync(folder)
    assert report.removed == 2
    assert sorted(release.title for release in library.releases()) == [
        "Bulletin 2", "Bulletin 3", "Bulletin 5",
    ]  # fmt: skip
    assert all("5" in text for text in encoder.encoded)
    assert library.verify() == []
    assert_searches_right(library, "how many buoys were counted near pier 3")


def test_remove_by_id_file_and_folder(library: Library, archive: Path, tmp_path: Path) -> None:
    library.add(archive)
    first = next(library.releases())
    report = library.remove(first.id[:10])
    assert (report.gone, report.removed) == (1, 1)
    assert library.find(first.id) == []
    assert library.remove(archive / "release-0003.md").removed == 1
    assert_searches_right(library, "ferries at Castelmoor")
    assert library.verify() == []
    assert library.remove(archive).removed == 4
    assert library.counts()["inputs"] == 0
    assert library.verify() == []
    with pytest.raises(InputError, match="nothing"):
        library.remove(archive)


def test_nothing_is_removed_when_one_name_is_wrong(library: Library, archive: Path) -> None:
    library.add(archive)
    with pytest.raises(InputError, match="elsewhere"):
        library.remove(archive / "release-0003.md", archive / "elsewhere.md")
    assert library.counts()["releases"] == 6


def test_what_was_removed_can_be_added_again(
    library: Library, archive: Path, encoder: FakeEncoder
) -> None:
    library.add(archive)
    ids = set(library.dense(encoder.encode_queries(["ferries"])[0], 50)[0].tolist())
    library.remove(archive / "release-0003.md")
    encoder.encoded.clear()
    report = library.add(archive)
    assert (report.added, report.embedded) == (1, 0)
    assert encoder.encoded == []
    again = set(library.dense(encoder.encode_queries(["ferries"])[0], 50)[0].tolist())
    assert min(again - ids) > max(ids)  # an id is never used for another passage
    assert library.verify() == []
    assert_searches_right(library, "ferries")


def test_removing_the_newest_version_brings_the_older_one_back(
    library: Library, tmp_path: Path
) -> None:
    text = "The Harbour Council adopted new rules for tide gauges. " * 8 + "Nine ports had asked."
    for day in (4, 5):
        write_release(tmp_path, f"{day}.md", title="Tide rules", date=f"2021-03-0{day}", text=text)
        library.add(tmp_path / f"{day}.md")
    (newest,) = library.releases()
    library.remove(newest.id)
    (older,) = library.releases()
    assert (str(newest.date), str(older.date)) == ("2021-03-05", "2021-03-04")
    assert library.verify() == []
    assert_searches_right(library, "tide gauges")


def test_watching_takes_in_changes_once_they_rest(library: Library, archive: Path) -> None:
    reports = library.watch(archive, seconds=0, rounds=6)
    assert next(reports).added == 6
    write_archive(archive, 2, first=6)
    assert next(reports).added == 2
    (archive / "release-0000.md").unlink()
    assert next(reports).removed == 1
    assert list(reports) == []


def test_a_watcher_waits_while_another_writes(library: Library, archive: Path) -> None:
    with Library.open(archive.parent / "library", encoder=FakeEncoder()) as other:
        with other._store.writing():
            assert list(library.watch(archive, seconds=0, rounds=3)) == []
        assert [report.added for report in library.watch(archive, seconds=0, rounds=3)] == [6]
