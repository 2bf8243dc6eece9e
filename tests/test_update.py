"""What adding does to a library that holds something already."""

from __future__ import annotations

from pathlib import Path

from fakes import FakeEncoder, assert_searches_right, write_archive, write_release

from embeddings.library import Library

_TEXT = (
    "The Harbour Council adopted new rules for tide gauges on Thursday. Mirela Tosk, who chairs "
    "the council, said that nine ports had asked for them since the spring floods. The rules take "
    "effect in June and replace those that were written after the last great storm in the bay."
)


def test_adding_twice_changes_and_embeds_nothing(
    library: Library, archive: Path, encoder: FakeEncoder
) -> None:
    first = library.add(archive)
    assert first.embedded == len(encoder.encoded) > 0
    encoder.encoded.clear()
    before = (library.counts(), list(library.releases()))
    again = library.add(archive)
    assert (again.added, again.unchanged, again.embedded) == (0, 6, 0)
    assert encoder.encoded == []
    assert (library.counts(), list(library.releases())) == before


def test_no_text_is_embedded_twice(library: Library, archive: Path, encoder: FakeEncoder) -> None:
    library.add(archive)
    library.add(write_archive(archive.parent / "more", 3, first=4))
    assert len(encoder.encoded) == len(set(encoder.encoded))


def test_an_edit_replaces_the_release_and_embeds_only_what_is_new(
    library: Library, archive: Path, encoder: FakeEncoder
) -> None:
    path = archive / "edited.md"
    title = "New rules for tide gauges"
    write_release(archive, path.name, title=title, date="2021-03-04", text=_TEXT)
    library.add(archive)
    (old,) = [release for release in library.releases() if release.title == title]
    encoder.encoded.clear()
    write_release(
        archive, path.name, title=title, date="2021-03-04", text=_TEXT.replace("June", "October")
    )
    report = library.add(archive)
    assert (report.changed, report.removed, report.unchanged) == (1, 1, 6)
    assert encoder.encoded == [_TEXT.replace("June", "October")]
    (new,) = [release for release in library.releases() if release.title == title]
    assert "October" in new.text
    assert library.find(old.id) == []
    assert library.verify() == []
    assert_searches_right(library, "tide gauges in October")


def test_a_corrected_title_embeds_the_title_alone(
    library: Library, tmp_path: Path, encoder: FakeEncoder
) -> None:
    folder = tmp_path / "in"
    write_release(folder, "a.md", title="New rules for tide gouges", date="2021-03-04", text=_TEXT)
    library.add(folder)
    encoder.encoded.clear()
    write_release(folder, "a.md", title="New rules for tide gauges", date="2021-03-04", text=_TEXT)
    report = library.add(folder)
    assert report.changed == 1
    assert encoder.encoded == ["New rules for tide gauges"]
    assert [release.title for release in library.releases()] == ["New rules for tide gauges"]
    assert_searches_right(library, "gauges")


def test_changed_metadata_is_taken_over_and_embeds_nothing(
    library: Library, tmp_path: Path, encoder: FakeEncoder
) -> None:
    folder = tmp_path / "in"
    about = {"title": "New rules for tide gauges", "text": _TEXT, "date": "2021-03-04"}
    write_release(folder, "a.md", **about, place="Norrhaven", source="Tide Bord")
    library.add(folder)
    encoder.encoded.clear()
    write_release(folder, "a.md", **about, place="Elsinmere", source="Tide Board", topics="Ports")
    report = library.add(folder)
    assert (report.changed, report.embedded) == (1, 0)
    assert encoder.encoded == []
    (release,) = library.releases()
    assert (release.place, release.sources, release.topics) == (
        "Elsinmere", ("Tide Board",), ("Ports",),
    )  # fmt: skip
    assert list(library.catalog().places) == ["Elsinmere"]
    assert len(library.lexical(["Bord"], 5)[0]) == 0
    assert len(library.lexical(["Tide Board"], 5)[0]) == 1
    assert library.verify() == []


def test_a_moved_folder_embeds_nothing(
    library: Library, archive: Path, encoder: FakeEncoder
) -> None:
    library.add(archive)
    encoder.encoded.clear()
    archive.rename(archive.with_name("moved"))
    report = library.add(archive.with_name("moved"))
    assert (report.duplicates, report.embedded) == (6, 0)
    assert encoder.encoded == []
    assert library.counts()["releases"] == 6


def test_exact_copies_are_one_release(library: Library, tmp_path: Path) -> None:
    for name in ("a.md", "b.md", "deep/c.md"):
        write_release(tmp_path / "in", name, title="Tide rules", date="2021-03-04", text=_TEXT)
    report = library.add(tmp_path / "in")
    assert (report.added, report.duplicates) == (1, 2)
    counts = library.counts()
    assert (counts["releases"], counts["duplicates"], counts["versions"]) == (1, 2, 0)
    assert library.verify() == []


def test_of_two_versions_the_newer_is_searched_and_both_are_kept(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    write_release(folder, "a.md", title="New tide rules", date="2021-03-04", text=_TEXT)
    write_release(folder, "b.md", title="New tide rules", date="2021-03-05", text=_TEXT)
    write_release(folder, "c.md", title="New tide rules", date="2021-03-03", text=_TEXT)
    for name in ("a.md", "b.md", "c.md"):  # one run each: each must match what is stored
        library.add(folder / name)
    (newest,) = library.releases()
    assert str(newest.date) == "2021-03-05"
    versions = [library.release(i) for i in library.versions(newest.id)]
    assert [str(release.date) for release in versions] == ["2021-03-05", "2021-03-04", "2021-03-03"]
    counts = library.counts()
    assert (counts["releases"], counts["duplicates"], counts["versions"]) == (1, 2, 2)
    assert library.verify() == []
    assert_searches_right(library, "tide gauges")


def test_a_recurring_release_is_not_a_duplicate(library: Library, tmp_path: Path) -> None:
    for month in range(1, 5):
        write_release(
            tmp_path / "in", f"{month}.md", title="Monthly meeting of the pilots",
            date=f"2021-{month:02}-04", text=_TEXT,
        )  # fmt: skip
    report = library.add(tmp_path / "in")
    assert (report.added, report.duplicates) == (4, 0)


def test_rejects_are_tried_again(library: Library, archive: Path) -> None:
    (archive / "late.md").write_bytes(b"")
    assert len(library.add(archive).rejected) == 1
    assert len(library.add(archive).rejected) == 1
    write_release(archive, "late.md", title="Tide rules", date="2021-03-04", text=_TEXT)
    report = library.add(archive)
    assert (report.added, report.rejected) == (1, [])
    assert library.rejects() == []
    assert library.counts()["rejects"] == 0


def test_a_release_whose_file_became_unreadable_is_kept(library: Library, archive: Path) -> None:
    library.add(archive)
    (archive / "release-0002.md").write_bytes(b"")
    report = library.add(archive)
    assert len(report.rejected) == 1
    assert library.counts()["releases"] == 6
    assert library.verify() == []


def test_one_file_and_its_folder_are_the_same_releases(library: Library, archive: Path) -> None:
    library.add(archive)
    report = library.add(archive / "release-0001.md")
    assert (report.added, report.embedded) == (0, 0)
    assert library.counts()["releases"] == 6
    assert library.verify() == []
