"""HTML: what is visible, what the markup said about it, and the map back to the source."""

from __future__ import annotations

import html
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.read_html import read_html

if TYPE_CHECKING:
    from types import FrameType

    from embeddings.types import Document


def read(source: str) -> Document:
    document = read_html(source, "a.html", "")
    check(document, source)
    return document


def check(document: Document, source: str) -> None:
    """The promises that hold for every document."""
    for segment in document.origin:
        copied = document.text[segment.start : segment.start + segment.length]
        assert source[segment.origin_start : segment.origin_start + segment.length] == copied
    assert "\n".join(document.text[b.start : b.end] for b in document.blocks) == document.text
    for block in document.blocks:
        line = document.text[block.start : block.end]
        assert line.strip() == line != ""
        assert 0.0 <= block.link_density <= 1.0
    assert "\0" not in document.text


def lines(source: str) -> list[str]:
    return read(source).text.split("\n")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>One<p>Two", ["One", "Two"]),
        ("<p>One <b>b</b>old\n\n  and  on</p>", ["One bold and on"]),
        ("a<br>b<br/>c<hr>d", ["a", "b", "c", "d"]),
        ("<ul><li>One<li>Two<ul><li>In</ul><li>Three</ul>", ["One", "Two", "In", "Three"]),
        ("<table><tr><td>a<td>b<tr><td>c</table>d", ["a", "b", "c", "d"]),
        ("Caf&eacute; &amp; &#8220;tea&#x201D; &nbsp;&nbsp; x", ["Café & “tea” x"]),
        ("1 < 2 and 3 > 2 & so &unknown; on", ["1 < 2 and 3 > 2 & so &unknown; on"]),
        ("a<script>var b = '<p>c</p>';</script>d<style>p{}</style>", ["ad"]),
        ("<noscript>no</noscript><template><p>no</p></template><p hidden>no</p>yes", ["yes"]),
        ('<div style="Display : none"><p>no</p></div><div>yes</div>', ["yes"]),
        ('<body style="visibility:hidden"><p>yes</p></body>', ["yes"]),
        ("<select><option>no</select><textarea>no</textarea><button>yes</button>", ["yes"]),
        ("<!-- <p>no</p> -->yes<!doctype html><?php no ?><![CDATA[and]]>", ["yesand]]>"]),
        ("co\u00adoperation zero\u200bwidth", ["cooperation zerowidth"]),
        ("<pre>one\n  two   three\n</pre>", ["one", "two three"]),
        ("<p>a</i></div></p>b", ["a", "b"]),
        ("<b><p>one</b>two</p>three", ["onetwo", "three"]),
        ("<a title='x > y'>in</a>", ["in"]),
        ('<p title="a "b" c">in</p>', ["in"]),
        ('<p class="open>in</p>', ["in"]),
        ("<p>cut off <a href", ["cut off <a href"]),
        ("<title>t</title>x<svg><title>no</title><text>no</text></svg>y", ["xy"]),
        ("<P>UPPER</P><Br>x", ["UPPER", "x"]),
        ("<p>\u00a0</p><p> </p>", [""]),
        ("", [""]),
        ("a&#0;b&#xD800;c", ["a\ufffdb\ufffdc"]),
    ],
)
def test_visible_text(source: str, expected: list[str]) -> None:
    assert lines(source) == expected


def test_blocks_know_their_place() -> None:
    document = read(
        '<nav id="Top"><ul class="menu main-menu"><li><a href="/">Home</a></ul></nav>'
        '<div role="main"><article class="Story"><h1>Title</h1>'
        '<p>Text with <a href="/x">a link</a>.</p><a href="#"><div>Card</div></a>after</article>'
        "</div><footer><p>Imprint</footer>"
    )
    about = [(b.tag, b.region, b.label, b.link_density) for b in document.blocks]
    assert about == [
        ("li", "nav", "top menu main-menu", 1.0),
        ("h1", "main article", "main story", 0.0),
        ("p", "main article", "main story", 0.353),
        ("div", "main article", "main story", 1.0),
        ("article", "main article", "main story", 0.0),
        ("p", "footer", "", 0.0),
    ]


def test_containers_in_a_list_item_keep_its_name() -> None:
    assert [b.tag for b in read("<li><div><span>x</span></div></li><div>y</div>").blocks] == [
        "li",
        "div",
    ]


def test_hints_prefer_the_article_over_the_page() -> None:
    document = read(
        """<html lang="en-GB"><head><title>Release | Site</title>
        <meta property="og:title" content="Release"><meta name="DC.date" content="2019-03-01">
        <meta property="article:tag" content="Water"><meta property="article:tag" content="Law">
        <meta property="og:site_name" content="Lakeside Union">
        <script type="application/ld+json">{"@graph": [{"@type": "WebPage", "name": "Site"},
        {"@type": ["NewsArticle"], "headline": "Release &amp; more", "datePublished": "2019-03-12",
        "publisher": {"@type": "Organization", "name": "Press Office"}}]}</script></head>
        <body><time datetime="2001-01-01">x</time>"""
    )
    assert document.hints == {
        "title": "Release & more",
        "date": "2019-03-12",
        "source": "Press Office",
        "topics": "Water; Law",
        "language": "en-GB",
    }


def test_keywords_are_separate_topics() -> None:
    document = read('<meta name="Keywords" content="water law, lakes,, ">x')
    assert document.hints == {"topics": "water law; lakes"}


@pytest.mark.parametrize(
    ("source", "date"),
    [
        ('<time datetime="2019-03-12">x</time>', "2019-03-12"),
        ('<time datetime="2019-03-12">x</time><time datetime="2020-01-01">y</time>', None),
        (
            '<article><time datetime="2019-03-12">x</time></article><time datetime="2020">',
            "2019-03-12",
        ),
        (
            '<time datetime="2020">y</time><time pubdate datetime="2019-03-12">x</time>',
            "2019-03-12",
        ),
        ('<script type="application/ld+json">{broken</script>x', None),
        ('<script type="application/ld+json">' + "[" * 100_000 + "</script>x", None),
    ],
)
def test_date_hint(source: str, date: str | None) -> None:
    assert read(source).hints.get("date") == date


@pytest.mark.parametrize(
    "unit",
    [
        "<div>", "<b>", "<p><b>", "<a href=x>", "<ul><li>", "<table><tr><td>", "</div>", "<",
        "<!--", "<title>", "<script>", "<a b='", '<a b="', "<a '\">", "<!", "</", "&", "&#",
        "<svg>", "=", "<a =", "<table><p>", "<h1>", "<li><p></b>", "<noscript>", " ", "\u00ad",
        "<textarea><b></b>", "<a href=x><div></a>", "<![CDATA[", "a b<br>",
    ],
)  # fmt: skip
def test_the_work_grows_no_faster_than_the_page(unit: str) -> None:
    # The deepest nesting, 512, is reached by both sizes.
    small, large = (lines_run(unit * count) for count in (1_000, 4_000))
    assert large < small * 5


@pytest.mark.parametrize(
    "unit",
    ["<a](", "a](", "<a\xe9", "&#9", "<a b=' ", "<p>", "<a ", "\xe9", "<!-", "= ", "<b/", "]]>"],
)
def test_a_large_page_of_one_pattern_is_read(unit: str) -> None:
    # Work that grew with the square of the page would take minutes here.
    read("<p>start " + unit * (300_000 // len(unit)))


def lines_run(source: str) -> int:
    """How many lines of Python reading takes: a measure of work that no other process disturbs."""
    count = 0

    def tracer(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return tracer

    sys.settrace(tracer)
    try:
        read_html(source, "a.html", "")
    finally:
        sys.settrace(None)
    return count


MARKUP = st.sampled_from(
    [
        "<p>", "</p>", "<div class='a b'>", "</div>", "<li>", "<ul>", "</ul>", "<b>", "</b>",
        "<br>", "<a href='x'>", "</a>", "<td>", "<table>", "</table>", "<pre>", "</pre>", "'",
        "<script>", "</script>", "<!--", "-->", "&amp;", "&nbsp;", "&#8211;", "<", ">", '"', "=",
        "\n", "<svg>", "</svg>", "<p hidden>", "<title>", "</title>", "<nav>", "</nav>",
        "<![CDATA[", "\u00ad", "\u2028",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(MARKUP, st.text(max_size=12)), max_size=60))
@settings(max_examples=300)
def test_any_markup_keeps_the_promises(pieces: list[str]) -> None:
    from embeddings.read_decode import tidy

    read(tidy("".join(pieces)))


WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=8)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=8), min_size=1, max_size=8))
@settings(max_examples=100)
def test_escaped_paragraphs_come_back_as_they_were(paragraphs: list[list[str]]) -> None:
    expected = [" ".join(words) for words in paragraphs]
    source = "".join(f"<p>{html.escape(text)}</p>" for text in expected)
    assert read(source).text.split("\n") == expected
