"""What became of each input, and reading rejected ones again."""

from __future__ import annotations

import shutil
from pathlib import Path

from fakes import write_archive, write_release

from embeddings.library import Library

TEXT = "The pilots of Tarn Quay will train on three evenings in March. " * 12


def test_a_new_release_a_copy_a_version_and_a_reject(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    values = {"title": "Pilots train at Tarn Quay", "date": "2019-03-01"}
    write_release(folder, "a.md", text=TEXT, **values)
    shutil.copy(folder / "a.md", folder / "b.md")
    write_release(folder, "c.md", text=TEXT + "Places are few.", **values)
    (folder / "d.txt").write_bytes(b"\0\1\2" * 50)
    library.add(folder)
    found = {one.path: one for one in library.outcomes(str(folder))}
    assert [one.state for one in found.values()] == ["release", "copy", "version", "rejected"]
    first = found["a.md"].release_id
    assert library.release(first).text.startswith("The pilots of Tarn Quay")
    assert (found["b.md"].release_id, found["b.md"].of) == (first, first)
    assert found["c.md"].release_id != first
    assert found["c.md"].of == first
    assert found["c.md"].title == "Pilots train at Tarn Quay"
    assert found["d.txt"].reason
    assert [(one.path, one.reason) for one in library.rejected()] == library.rejects()


def test_the_model_is_named_without_being_loaded(library: Library, tmp_path: Path) -> None:
    assert library.model_name() == ""
    library.add(write_archive(tmp_path / "in", 1))
    assert library.model_name() == "bag-of-words"


def test_only_the_inputs_asked_for(library: Library, tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "in", 3)
    library.add(folder)
    before = library.last_input()
    write_archive(folder, 2, first=3)
    library.add(folder)
    new = library.outcomes(str(folder), after=before)
    assert [one.path for one in new] == ["release-0003.md", "release-0004.md"]
    named = library.outcomes(str(folder), after=before, paths=["release-0001.md", "none.md"])
    assert [one.path for one in named] == ["release-0001.md", *(one.path for one in new)]
    assert library.outcomes_of([one.number for one in new]) == new
    assert library.outcomes(str(tmp_path)) == []


def test_rejects_are_read_again_and_nothing_else_is(library: Library, tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "in", 2)
    (folder / "x.txt").write_bytes(b"\0\1\2" * 50)
    (folder / "y.txt").write_bytes(b"\0\1\2" * 50)
    library.add(folder)
    numbers = {one.path: one.number for one in library.rejected()}
    write_release(tmp_path, "mended.md", title="Ferries repaired", text=TEXT, date="2019-05-01")
    shutil.copy(tmp_path / "mended.md", folder / "x.txt")
    write_archive(folder, 1, first=7)  # a new file, which nobody asked for
    report = library.retry([numbers["x.txt"]])
    assert report.inputs == 1
    (line,) = library.outcomes_of([numbers["x.txt"]])
    assert (line.state, line.reason) == ("release", "")
    assert [one.path for one in library.rejected()] == ["y.txt"]
    assert library.counts()["releases"] == 3
    again = library.retry([numbers["x.txt"], numbers["y.txt"], 10**6])
    assert [path for path, _ in again.rejected] == ["y.txt"]
    assert again.inputs == 1


def test_a_reject_whose_file_is_gone_says_so(library: Library, tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "in", 1)
    (folder / "x.txt").write_bytes(b"\0\1\2" * 50)
    library.add(folder)
    (folder / "x.txt").unlink()
    (number,) = (one.number for one in library.rejected())
    library.retry([number])
    assert library.outcomes_of([number])[0].reason == "There is no such file or folder."


def test_a_refused_address_stays_refused(library: Library) -> None:
    library.fetch("http://127.0.0.1:9/a.html")
    (refused,) = library.outcomes("web")
    assert refused.state == "rejected"
    library.retry([refused.number])
    assert library.outcomes("web") == [refused]


def test_rejects_are_forgotten_and_nothing_else_is(library: Library, tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "in", 2)
    (folder / "x.txt").write_bytes(b"\0\1\2" * 50)
    library.add(folder)
    (folder / "release-0000.md").write_bytes(b"\0\1\2" * 50)  # was read before, and is kept
    library.add(folder)
    everything = [one.number for one in library.outcomes(str(folder))]
    assert library.forget([*everything, 10**6]).gone == 1
    assert [one.path for one in library.rejected()] == ["release-0000.md"]
    assert library.counts()["releases"] == 2
    assert library.verify() == []
    assert [path for path, _ in library.add(folder).rejected] == ["release-0000.md", "x.txt"]
