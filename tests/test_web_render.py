from __future__ import annotations

import datetime as dt
import html as markup
import re
from urllib.parse import parse_qs

import pytest

from embeddings.types import Passage, Release
from qa.types import Answer, Citation, Hit
from web import render

QUOTE = "Mira Oduya, Chair of the Harbour Board, opened the session."
PAYLOAD = '"><script>alert(1)</script><img src=x onerror=alert(1)> **b** [1]'
TAGS = {"div", "p", "span", "a", "figure", "blockquote", "figcaption", "mark", "time", "ul", "li"}


def citation(number: int = 1, **fields: object) -> Citation:
    values: dict[str, object] = {
        "number": number,
        "release_id": "a" * 64,
        "title": "Harbour Board opens",
        "date": dt.date(2019, 5, 3),
        "url": "",
        "path": "/srv/secret/a.txt",
        "quote": QUOTE,
        "start": 100,
        "end": 100 + len(QUOTE),
        "answer_start": 0,
        "answer_end": len("Mira Oduya"),
    }
    return Citation(**{**values, **fields})  # type: ignore[arg-type]


def hit(text: str, title: str = "Harbour Board opens") -> Hit:
    release = Release(id="b" * 64, title=title, text=text, date=dt.date(2019, 5, 3))
    return Hit(Passage(release.id, 0, len(text), text), release, 1.0)


def words(html: str) -> str:
    """The visible words; the ends of blocks and of list lines part them."""
    html = re.sub(r"</(?:p|li|div|figure|blockquote)>|</time>(?=<span)", " ", html)
    return " ".join(markup.unescape(re.sub(r"<[^>]*>", "", html)).split())


def test_the_short_answer_comes_first_and_the_quotation_with_its_source_after() -> None:
    answer = Answer(f"Mira Oduya — “{QUOTE}” [1]", True, "Mira Oduya", (citation(),), 0.9)
    html = render.reply(answer, "Who opened the session?")
    assert words(html).startswith("Mira Oduya Source 1")
    assert f"{QUOTE}" in words(html)
    assert "Harbour Board opens, 3 May 2019" in words(html)
    assert "<mark>Mira Oduya</mark>" in html
    assert "Well supported" in html
    assert "secret" not in html


def test_a_citation_opens_its_release_at_the_quoted_words() -> None:
    html = render.citation_link(citation())
    href = markup.unescape(re.findall(r'href="([^"]*)"', html)[0])
    assert href.startswith("#release=")
    assert {name: value[0] for name, value in parse_qs(href[1:]).items()} == {
        "release": "a" * 64,
        "start": "100",
        "end": str(100 + len(QUOTE)),
        "first": "100",
        "last": "110",
    }
    assert markup.unescape(re.findall(r'title="([^"]*)"', html)[0]) == QUOTE


def test_without_a_short_answer_the_numbers_in_the_text_are_links() -> None:
    text = "One thing [1]; another [2]; a line [7] nobody cites."
    html = render.reply(Answer(text, True, "", (citation(1), citation(2)), 0.6), "What?")
    assert words(html).startswith("One thing Source 1; another Source 2; a line [7] nobody cites.")
    assert "Probably right" in html


def test_a_partial_answer_has_no_citations_yet() -> None:
    answer = Answer("Mira Oduya [1]", True, "Mira Oduya", (citation(),), 0.9)
    html = render.answered(answer, "Who?", complete=False)
    assert words(html) == "Mira Oduya"
    assert "complete" not in html


def test_a_refusal_says_why_and_shows_the_nearest_passages() -> None:
    answer = Answer(
        "The archive does not say. No release names it.",
        False,
        nearest=(hit("The pilots met."), hit("y" * 400)),
        reason="No release names it.",
    )
    html = render.reply(answer, "Who won?")
    assert "The archive does not answer this. No release names it." in words(html)
    assert "Harbour Board opens, 3 May 2019 The pilots met." in words(html).replace(
        "2019The", "2019 The"
    )
    assert "y" * 239 + "…" in words(html)
    assert "y" * 240 not in words(html)
    assert "cite" not in html


def test_a_follow_up_shows_the_question_it_was_understood_as() -> None:
    answer = Answer("x", False, question="Which country does Mira Oduya represent?", reason="No.")
    assert "Understood as: Which country does Mira Oduya represent?" in words(
        render.reply(answer, "Which country does she represent?")
    )
    assert "Understood as" not in render.reply(answer, answer.question + " ")


@pytest.mark.parametrize("answered", [True, False])
def test_markup_from_documents_and_readers_is_text_everywhere(answered: bool) -> None:
    answer = Answer(
        PAYLOAD,
        answered,
        PAYLOAD if answered else "",
        (citation(title=PAYLOAD, quote=PAYLOAD, answer_start=2, answer_end=9),) if answered else (),
        0.9,
        nearest=(hit(PAYLOAD, PAYLOAD),),
        question=PAYLOAD + "?",
        reason=PAYLOAD,
        timings={PAYLOAD: 3.0},
    )
    for html in (
        render.reply(answer, PAYLOAD),
        render.question(PAYLOAD),
        render.problem(PAYLOAD),
        render.working(PAYLOAD, 1.0),
    ):
        assert set(re.findall(r"<\s*/?\s*([^\s>/]*)", html)) <= TAGS
        for attributes in re.findall(r"<\w+([^>]*)>", html):
            assert re.fullmatch(r'(?:\s[a-z]+="[^"<>]*")*', attributes)
            assert not re.search(r"\son\w+=", attributes)


@pytest.mark.parametrize(
    ("value", "said"), [(1.0, "Well"), (0.8, "Well"), (0.6, "Probably"), (0.49, "Uncertain")]
)
def test_confidence_in_words(value: float, said: str) -> None:
    assert render.confidence(value).startswith(said)


def test_an_undated_release_is_called_so() -> None:
    assert "undated" in render.day(None)
    assert render.day(dt.date(2003, 6, 5)) == '<time datetime="2003-06-05">5 June 2003</time>'
