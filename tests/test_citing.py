"""What a citation says of its file: where the words stand, its hash, and where else they are."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
from fakes import FakeEncoder, write_release

from embeddings import Library
from embeddings.errors import CitationError
from embeddings.types import Release
from qa.cite import cite
from qa.types import Citation

WORDS = "said Ilka Brandt"
PAGE = """<!doctype html><html><head><title>Board opens the pier</title></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav><main><h1>Board opens the pier</h1>
<p>ALDERPORT, 3 May 2017 - The Harbour Board opened the pier, said <b>Ilka Brandt</b> &amp; her
crew, after nine months of work that had been held up by storms.</p>
<p>The town had waited for it since the floods, and the fishers of the bay had been patient.</p>
</main></body></html>
"""


def cited(library: Library, words: str = WORDS) -> Citation:
    [release] = [one for one in library.releases() if words in one.text]
    start = release.text.index(words)
    return cite(library, release, (start, start + len(words)), (start, start + len(words)), 1)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def page(tmp_path: Path, library: Library) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    library.add(path)
    return path


def test_the_place_in_the_file_spans_the_markup(library: Library, page: Path) -> None:
    found = cited(library)
    assert PAGE[found.original_start : found.original_end] == "said <b>Ilka Brandt"
    assert found.file_sha256 == sha256(PAGE.encode())
    assert found.also == ()


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_offsets_count_the_decoded_text(library: Library, tmp_path: Path, encoding: str) -> None:
    text = PAGE.replace("Ilka", "Ölka").replace("<head>", f'<head><meta charset="{encoding}">')
    path = tmp_path / "page.html"
    path.write_bytes(text.encode(encoding))
    library.add(path)
    found = cited(library, "said Ölka Brandt")
    assert text[found.original_start : found.original_end] == "said <b>Ölka Brandt"
    assert found.file_sha256 == sha256(text.encode(encoding))


@pytest.mark.parametrize("how", ["deleted", "changed", "huge"])
def test_a_file_that_is_not_at_hand_gives_no_place(library: Library, page: Path, how: str) -> None:
    before = sha256(page.read_bytes())
    if how == "deleted":
        page.unlink()
    else:
        page.write_bytes(page.read_bytes() + b" " * (1 if how == "changed" else 2_000_000))
    found = cited(library)
    assert (found.original_start, found.original_end) == (0, 0)
    assert found.file_sha256 == before


def test_a_member_of_an_archive_has_its_own_hash(library: Library, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as archive:
        archive.writestr("page.html", PAGE)
    library.add(tmp_path / "pages.zip")
    found = cited(library)
    assert found.file_sha256 == sha256(PAGE.encode())
    assert (found.original_start, found.original_end) == (0, 0)


def test_copies_and_versions_are_named(library: Library, page: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.html").write_text(PAGE, encoding="utf-8")
    library.add(tmp_path / "copy.html")
    edited = PAGE.replace("nine months", "ten months")
    (tmp_path / "edited.html").write_text(edited, encoding="utf-8")
    library.add(tmp_path / "edited.html")
    assert library.counts()["versions"] == 1
    found = cited(library, "ten months")
    assert found.path == "edited.html"
    assert found.also == ("page.html",)
    [older] = [one for one in library.versions(found.release_id) if one != found.release_id]
    release = library.release(older)
    start = release.text.index("nine months")
    of_older = cite(library, release, (start, start + 11), (start, start + 11), 1)
    assert of_older.also == ("copy.html", "edited.html")
    assert edited[found.original_start : found.original_end] == "ten months"
    assert PAGE[of_older.original_start : of_older.original_end] == "nine months"


def test_a_removed_or_altered_release_is_not_cited(library: Library, tmp_path: Path) -> None:
    write_release(tmp_path / "in", "a.md", title="A title", text="These words stand here.")
    library.add(tmp_path / "in")
    [release] = library.releases()
    with pytest.raises(CitationError, match="short answer"):
        cite(library, release, (0, 5), (3, 9), 1)
    with pytest.raises(CitationError, match="does not stand"):
        cite(library, release, (0, 500), (0, 5), 1)
    other = Release(release.id, release.title, "Other words.", release.date)
    with pytest.raises(CitationError, match="does not stand"):
        cite(library, other, (0, 5), (0, 5), 1)
    library.remove(release.id)
    with pytest.raises(CitationError, match="no longer"):
        cite(library, release, (0, 5), (0, 5), 1)


def test_what_was_searched_is_named(tmp_path: Path) -> None:
    from qa import answer

    write_release(
        tmp_path / "in", "a.md", title="Tide Board meets", date="2019-05-03",
        text="Mira Oduya chaired the Tide Board on 3 May 2019.",
    )  # fmt: skip
    with Library.open(tmp_path / "l", create=True, encoder=FakeEncoder(salt="s")) as library:
        assert (library.fingerprint, len(library.identity)) == ("", 32)
        library.add(tmp_path / "in")
        reply = answer("Who chaired the Tide Board?", library)
        refused = answer("Who won the snail race of Atlantis in 1850?", library)
        for one in (reply, refused):
            assert one.library == library.identity
            assert one.library_version == library.version
            assert one.model == "bag-of-words/64/s"
