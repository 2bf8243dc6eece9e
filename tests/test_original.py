"""A citation shown in the file it came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from dateline.main import main
from embeddings import Library
from embeddings.embed import Encoder
from embeddings.errors import InputError

PAGE = """<!doctype html><html><head><title>Board opens the pier</title></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav><main><h1>Board opens the pier</h1>
<p>ALDERPORT, 3 May 2017 - The Harbour Board opened the pier, said <b>Ilka Brandt</b> &amp; her
crew, after nine months of work that had been held up by storms.</p>
<p>The town had waited for it since the floods, and the fishers of the bay had been patient.</p>
</main></body></html>
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_words_are_found_between_the_tags(library: Library, page: Path) -> None:
    library.add(page)
    [release] = library.releases()
    start = release.text.index("said Ilka Brandt")
    found = library.original(release.id, start, start + len("said Ilka Brandt"))
    assert found.path == page
    assert found.text == PAGE
    assert [PAGE[low:high] for low, high in found.places] == ["said ", "Ilka Brandt"]


def test_an_entity_is_left_out(library: Library, page: Path) -> None:
    library.add(page)
    [release] = library.releases()
    start = release.text.index("Brandt &")
    found = library.original(release.id, start, start + len("Brandt & her"))
    assert "".join(PAGE[low:high] for low, high in found.places).split() == ["Brandt", "her"]


def test_a_plain_page_is_its_own_original(library: Library, tmp_path: Path) -> None:
    text = "Press release\nBoard opens the pier\n- Date:\n- Place:\n- ALDERPORT\n" + (
        "ALDERPORT, 3 May 2017 - The Harbour Board opened the pier after nine months of work.\n"
        "The town had waited for it since the floods, and the fishers had been patient.\n"
    )
    (tmp_path / "page.txt").write_text(text, encoding="utf-8")
    library.add(tmp_path / "page.txt")
    [release] = library.releases()
    start = release.text.index("nine months")
    [(low, high)] = library.original(release.id, start, start + 11).places
    assert text[low:high] == "nine months"


def test_a_changed_file_is_not_shown(library: Library, page: Path) -> None:
    library.add(page)
    [release] = library.releases()
    page.write_text(PAGE + " ", encoding="utf-8")
    with pytest.raises(InputError, match=r"page\.html is gone, was changed"):
        library.original(release.id, 0, 5)


def test_on_the_command_line(
    tmp_path: Path, page: Path, encoder: Encoder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, create=True, encoder=encoder) as library:
        library.add(page)
        [release] = library.releases()
    start = release.text.index("Ilka Brandt")
    given = ["locate", release.id[:8], str(start), str(start + 11), "--library", str(folder)]
    assert main(given) == 0
    assert "said <b>[Ilka Brandt]</b> &amp; her" in capsys.readouterr().out
    assert main(["locate", "zzzz", "0", "1", "--library", str(folder)]) == 1
