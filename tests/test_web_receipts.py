from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.types import Release
from qa.types import Answer, Citation
from web import receipts
from web.links import followable

RELEASE = Release(
    id="ab" * 32,
    title="Harbour Board opens 50% of {berths}",
    text="",
    date=dt.date(2019, 5, 3),
    place="Northaven",
    sources=("Harbour Board", "Pilots & Co"),
    url="https://example.org/news/1",
)
QUOTE = "Mira Oduya\nopened the *session*."


def test_plain_text_names_everything() -> None:
    assert receipts.plain(RELEASE, QUOTE) == (
        "“Mira Oduya opened the *session*.” (“Harbour Board opens 50% of {berths}”, "
        "Harbour Board, Pilots & Co, Northaven, 3 May 2019. https://example.org/news/1)"
    )


def test_markdown_quotes_the_words_as_they_are() -> None:
    written = receipts.markdown(RELEASE, QUOTE)
    assert written.startswith("> Mira Oduya opened the \\*session\\*\\.\n>\n> — [Harbour Board")
    assert "](<https://example.org/news/1>), Harbour Board, Pilots \\& Co, Northaven" in written


def test_bibtex_escapes_what_latex_would_read() -> None:
    written = receipts.bibtex(RELEASE, QUOTE)
    assert written.startswith("@misc{release-abababababab,\n")
    assert "title = {Harbour Board opens 50\\% of \\{berths\\}}" in written
    assert "author = {Harbour Board, Pilots \\& Co}" in written
    assert "year = {2019},\n  month = {5},\n  day = {3}" in written
    assert written.endswith("\n}")


def test_an_address_that_cannot_be_followed_is_left_out() -> None:
    release = Release(id="c" * 64, title="T", text="", url="javascript:alert(1)")
    for write in (receipts.plain, receipts.markdown, receipts.bibtex):
        assert "javascript" not in write(release, "q")


@given(st.text())
def test_bibtex_braces_balance_whatever_is_quoted(text: str) -> None:
    written = receipts.bibtex(Release(id="d" * 64, title=text, text=""), text)
    bare = re.sub(r"\\[{}]", "", written)
    assert bare.count("{") == bare.count("}")
    depth = 0
    for character in bare:
        depth += (character == "{") - (character == "}")
        assert depth >= 0


@given(st.text())
def test_markdown_stays_one_quotation(text: str) -> None:
    written = receipts.markdown(Release(id="e" * 64, title=text, text=""), text)
    assert [line[:1] for line in written.splitlines()] == [">"] * 3
    assert not re.search(r"(?<!\\)[<`*\[]", written)


def test_a_conversation_is_saved_with_its_receipts() -> None:
    citation = Citation(
        1, "a" * 64, "Title", dt.date(2020, 1, 2), "", "/srv/secret", "Words.", 5, 11
    )
    turns = [
        ("Who?", Answer("Mira [1]", True, "Mira", (citation,), 0.9)),
        ("What?", Answer("The archive does not say. Nothing.", False)),
    ]
    written = receipts.conversation(turns, dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC))
    assert "Saved on 2026-01-02 at 03:04:05 UTC." in written
    assert "## Who?\n\nMira\n\n> Words\\.\n" in written
    assert f"release `{'a' * 64}`, characters 5 to 11" in written
    assert "The archive does not say" in written
    assert "secret" not in written


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?b=c&d=%20#e", True),
        ("http://example.org:8080/", True),
        ("https://example.org/a b", False),
        ("https://example.org/<x>", False),
        ("https://exämple.org/", False),
        ("https://user@example.org/", False),
        ("ftp://example.org/", False),
        ("https:///path", False),
    ],
)
def test_followable(url: str, expected: bool) -> None:
    assert followable(url) is expected
