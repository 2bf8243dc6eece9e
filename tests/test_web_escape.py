from __future__ import annotations

import html
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.escape import escape

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "<style>@import 'http://127.0.0.1/a.css'</style>",
    "[text](javascript:alert(1)) **bold** `code` # heading",
    "![image](http://127.0.0.1/a.png)",
    "&lt;b&gt; &amp; &#60;script&#62;",
    "{{7*7}} ${7*7} <%= 7*7 %> {% raw %}",
    "$$x^2$$ \\(y\\)",
    "https://example.org/ www.example.org",
    "```\ncode\n```",
    "</p></div></article><form action=//example.org>",
]


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)

    def handle_comment(self, data: str) -> None:
        self.tags.append("!--")

    def handle_data(self, data: str) -> None:
        self.text += data


def shown(markup: str) -> Seen:
    parser = Seen()
    parser.feed(markup)
    parser.close()
    return parser


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_is_shown_as_the_text_it_is(payload: str) -> None:
    seen = shown(escape(payload))
    assert seen.tags == []
    assert seen.text == payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_is_left_that_markdown_or_an_attribute_could_read(payload: str) -> None:
    written = escape(payload)
    assert not set(written) & set("<>\"'`*_[](){}$\\|~!:/.@=+-")
    assert html.unescape(written) == payload


@pytest.mark.parametrize(
    "character", ["\u202e", "\u202a", "\u2066", "\u2069", "\x00", "\x1b", "\x7f"]
)
def test_characters_that_reorder_or_control_are_named(character: str) -> None:
    assert shown(escape(f"a{character}b")).text == f"a[U+{ord(character):04X}]b"


@pytest.mark.parametrize("character", ["\u00ad", "\u200d", "\u200f", "é", "中", "🏳", "’", "\u00a0"])
def test_characters_of_ordinary_writing_stay(character: str) -> None:
    assert shown(escape(f"a{character}b")).text == f"a{character}b"


@given(st.text())
def test_any_text_is_inert_and_complete(text: str) -> None:
    seen = shown(f"<p title='{escape(text)}'>{escape(text)}</p>")
    assert seen.tags == ["p", "p"]
    if not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in text):
        assert seen.text == text


@given(st.text(), st.text())
def test_texts_are_escaped_one_by_one_or_together(left: str, right: str) -> None:
    assert escape(left + right) == escape(left) + escape(right)
