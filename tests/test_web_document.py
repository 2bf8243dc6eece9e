from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.types import Release
from web import document

TEXT = (
    "NORTHAVEN, 3 May 2019\n\nMira Oduya, Chair of the Harbour Board, opened the session.\n"
    "She thanked the pilots.\n\nThe next session is in June."
)


def release(**fields: object) -> Release:
    values: dict[str, object] = {"id": "a" * 64, "title": "Harbour Board opens", "text": TEXT}
    return Release(**{**values, **fields})  # type: ignore[arg-type]


class Marks(HTMLParser):
    """Collects the text inside <mark>, inside <strong>, and all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: dict[str, str] = {"mark": "", "strong": "", "p": ""}
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.handle_data("\n")
        else:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self.found:
            if tag in self.open:
                self.found[tag] += data


def marks(markup: str) -> Marks:
    parser = Marks()
    parser.feed(markup)
    parser.close()
    return parser


def test_quotation_and_short_answer_are_marked_in_the_whole_text() -> None:
    quote = "Mira Oduya, Chair of the Harbour Board, opened the session."
    start = TEXT.index(quote)
    seen = marks(
        document.release(release(), (start, start + len(quote)), (start, start + len("Mira Oduya")))
    )
    assert seen.found["mark"] == quote
    assert seen.found["strong"] == "Mira Oduya"
    assert seen.found["p"] == TEXT.replace("\n\n", "")


def test_a_quotation_over_two_paragraphs_is_marked_in_both() -> None:
    start, end = TEXT.index("She"), TEXT.index(" is in June")
    seen = marks(document.release(release(), (start, end)))
    assert seen.found["mark"] == "She thanked the pilots.The next session"


@pytest.mark.parametrize("bounds", [(5, 5), (9, 3), (-4, 6), (0, 10**6)])
def test_bounds_outside_the_text_mark_nothing(bounds: tuple[int, int]) -> None:
    seen = marks(document.release(release(), bounds, bounds))
    assert seen.found["mark"] == ""
    assert seen.found["p"] == TEXT.replace("\n\n", "")


def test_metadata_is_shown_and_the_server_path_is_not() -> None:
    html = document.release(
        release(
            date=dt.date(2019, 5, 3),
            place="Northaven",
            sources=("Harbour Board", "Pilots' Guild"),
            topics=("Ports",),
            path="/srv/secret/folder/a.txt",
        )
    )
    assert "3 May 2019" in html
    assert "Northaven" in html
    assert "Harbour Board&#44; Pilots&#39; Guild" in html
    assert "secret" not in html


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/news/1?a=b&c=d", ["https://example.org/news/1?a=b&c=d"]),
        ("http://example.org/", ["http://example.org/"]),
        ("javascript:alert(1)", []),
        ("JAVASCRIPT:alert(1)", []),
        ("data:text/html,hello", []),
        ("https://user:secret@example.org/", []),
        ("https://example.org/a b", []),
        ("https://[broken/", []),
        ("//example.org/", []),
        ("file:///etc/passwd", []),
    ],
)
def test_only_plain_web_addresses_can_be_followed(url: str, expected: list[str]) -> None:
    assert marks(document.release(release(url=url), alone=True)).links == expected


def test_other_versions_are_linked() -> None:
    other = release(id="b" * 64, title="Harbour Board <opens>", date=dt.date(2019, 5, 4))
    beside = document.release(release(), versions=(other,))
    assert f"#release={'b' * 64}&start=0&end=0" in marks(beside).links
    alone = document.release(release(), versions=(other,), alone=True)
    assert marks(alone).links == [f"read/{'b' * 64}"]
    assert "Harbour Board &#60;opens&#62;" in alone


def test_markup_in_every_field_is_text() -> None:
    payload = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    html = document.release(
        release(
            title=payload,
            text=f"{payload}\n\n{payload}",
            place=payload,
            sources=(payload,),
            topics=(payload,),
            url=payload,
            number=payload,
            language=payload,
        ),
        (0, 9),
    )
    tags = set(re.findall(r"<\s*/?\s*([^\s>]*)", html))
    own = {"details", "summary", "pre", "button", "article", "h2", "dl", "div", "dt", "dd"}
    assert tags <= own | {"span", "p", "mark", "a"}
    assert marks(html).found["p"] == payload * 2


@given(st.text(min_size=1), st.integers(0, 50), st.integers(0, 50))
def test_every_word_is_shown_once_whatever_is_marked(text: str, start: int, end: int) -> None:
    plain = marks(document.body(text)).found["p"]
    marked = marks(document.body(text, (start, end), (start, end)))
    assert marked.found["p"] == plain
    if text.isprintable():
        assert plain.split() == text.split()
