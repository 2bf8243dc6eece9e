"""Lines that recur across a folder's pages: learned from page to page, and from run to run."""

from __future__ import annotations

from pathlib import Path

from embeddings import Library
from embeddings.embed import Encoder

SLOGAN = (
    "The Harbour Board keeps the light on for everyone who is at sea tonight, whoever they are."
)

SUBJECTS = ("pier", "quay", "light", "buoy", "ferry", "lock", "dock", "crane", "tower", "bridge")


def page(number: int) -> str:
    subject = SUBJECTS[number]
    return (
        f"Press release\nBoard opens the {subject}\n- Date:\n- Place:\n- ALDERPORT\n"
        f"ALDERPORT, {number + 1} May 2017 - The Harbour Board opened the {subject} of bay {number}"
        f" after {number + 3} months, said its engineer.\n"
        f"The {subject} had been closed since the floods of 20{number:02}, and {number + 20} men"
        " came to see it.\n"
        f"{SLOGAN}\n"
    )


def test_what_recurs_is_taken_out_once_it_is_known(tmp_path: Path, encoder: Encoder) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text(page(number), encoding="utf-8")
    with Library.open(tmp_path / "library", create=True, encoder=encoder) as library:
        assert library.add(folder).added == 5
    for number in range(5, 10):
        (folder / f"{number}.txt").write_text(page(number), encoding="utf-8")
    with Library.open(tmp_path / "library", encoder=encoder) as library:
        assert library.add(folder).added == 5
        holding = {release.path: SLOGAN in release.text for release in library.releases()}
        bodies = {release.path: "came to see it" in release.text for release in library.releases()}
    assert holding["0.txt"]  # nothing tells a first page's slogan from a sentence
    assert not any(holding[f"{number}.txt"] for number in range(5, 10))
    assert all(bodies.values())


def test_copies_of_one_page_do_not_wear_its_text_away(tmp_path: Path, encoder: Encoder) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(8):
        (folder / f"{number}.txt").write_text(page(0), encoding="utf-8")
    with Library.open(tmp_path / "library", create=True, encoder=encoder) as library:
        report = library.add(folder)
        assert (report.added, report.duplicates) == (1, 7)
        [release] = library.releases()
        assert "opened the pier" in release.text
        assert "came to see it" in release.text
