from __future__ import annotations

import datetime as dt
import html as markup
import re
from urllib.parse import parse_qs

import pytest

from embeddings.types import Passage, Release
from qa.types import Answer, Citation, Hit, Position, Row, Understood
from web import render, reply

QUOTE = "Mira Oduya, Chair of the Harbour Board, opened the session."
PAYLOAD = '"><script>alert(1)</script><img src=x onerror=alert(1)> **b** [1]'
TAGS = {"a", "blockquote", "button", "caption", "details", "div", "figcaption", "figure", "li"}
TAGS |= {"mark", "p", "span", "summary", "table", "tbody", "td", "th", "thead", "time", "tr", "ul"}


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
    html = reply.reply(answer, "Who opened the session?")
    assert words(html).startswith("Mira Oduya Source 1")
    assert f"{QUOTE}" in words(html)
    assert "Harbour Board opens, 3 May 2019" in words(html)
    assert "<mark>Mira Oduya</mark>" in html
    assert "Well supported" in html
    assert "secret" not in html


def test_a_person_is_shown_with_the_role_that_the_text_gives() -> None:
    text = f"Mira Oduya, Chair of the Harbour Board — “{QUOTE}” [1]"
    answer = Answer(text, True, "Mira Oduya", (citation(),), 0.9)
    shown = words(reply.reply(answer, "Who opened the session?"))
    assert shown.startswith("Mira Oduya, Chair of the Harbour Board Source 1")


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
    assert "title=" not in html  # the card of page.js shows the quotation


def test_without_a_short_answer_the_numbers_in_the_text_are_links() -> None:
    text = "One thing [1]; another [2]; a line [7] nobody cites."
    html = reply.reply(Answer(text, True, "", (citation(1), citation(2)), 0.6), "What?")
    assert words(html).startswith("One thing Source 1; another Source 2; a line [7] nobody cites.")
    assert "Probably right" in html


def test_a_partial_answer_has_no_citations_yet() -> None:
    answer = Answer("Mira Oduya [1]", True, "Mira Oduya", (citation(),), 0.9)
    html = reply.answered(answer, "Who?", complete=False)
    assert words(html) == "Mira Oduya"
    assert "complete" not in html


def test_a_refusal_says_why_and_shows_the_nearest_passages() -> None:
    answer = Answer(
        "The archive does not say. No release names it.",
        False,
        nearest=(hit("The pilots met."), hit("y" * 400)),
        reason="No release names it.",
    )
    html = reply.reply(answer, "Who won?")
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
        reply.reply(answer, "Which country does she represent?")
    )
    assert "Understood as" not in reply.reply(answer, answer.question + " ")


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
        rows=(Row(PAYLOAD, PAYLOAD, 1),),
        positions=(Position(PAYLOAD, (1,)),),
        understood=(Understood("date", PAYLOAD),),
        suggestions=(PAYLOAD,),
    )
    for html in (
        reply.reply(answer, PAYLOAD, (PAYLOAD,), PAYLOAD),
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


def test_rows_become_a_table_with_a_citation_a_line() -> None:
    other = citation(2, release_id="b" * 64, title="Pilots meet")
    rows = (Row("3 May 2019", "Mira Oduya", 1), Row("7 June 2019", "Tove <Lind>", 2))
    html = reply.reply(Answer("x", True, "2", (citation(), other), 0.9, rows=rows), "Who chaired?")
    lines = re.findall(r"<tr>(.*?)</tr>", html)
    assert [words(line) for line in lines] == [
        "AboutWhat it saysSource",
        "3 May 2019Mira OduyaSource 1",
        "7 June 2019Tove <Lind>Source 2",
    ]
    assert html.count('scope="col"') == 3
    assert html.count('scope="row"') == 2
    assert f"#release={'b' * 64}" in markup.unescape(lines[2])
    assert words(html).startswith("2 What the releases say")  # numbers stand in the lines only


def test_a_list_without_labels_has_no_empty_column() -> None:
    rows = (Row("", "Mira Oduya", 1), Row("", "Tove Lind", 9))
    html = reply.reply(Answer("x", True, "", (citation(),), 0.9, rows=rows), "Who?")
    assert [words(line) for line in re.findall(r"<tr>(.*?)</tr>", html)] == [
        "What it saysSource",
        "Mira OduyaSource 1",
        "Tove Lind",  # a number that no citation has is not shown
    ]


def test_a_disagreement_names_each_position_with_its_releases() -> None:
    later = citation(2, release_id="b" * 64, date=dt.date(2019, 6, 1))
    positions = (Position("Twelve", (2,)), Position("Nine", (1,)))
    html = reply.reply(
        Answer("x", True, "Twelve", (citation(), later), 0.6, positions=positions), "How many?"
    )
    assert "The releases disagree Twelve Source 2 1 June 2019 Nine Source 1 3 May 2019" in words(
        html.replace("</span></li>", "</span> </li>")
    )


def test_what_was_understood_can_be_taken_out_and_what_was_is_said() -> None:
    understood = (Understood("date", "June 2003"), Understood("source", "A & B"))
    answer = Answer("x", False, reason="No.", understood=understood)
    html = reply.reply(answer, "Who?", ("May 2001",))
    chips = [markup.unescape(text) for text in re.findall(r'class="words">([^<]*)<', html)]
    assert chips == ["June 2003", "A & B"]
    assert "Asked again without “May 2001”" in words(html)
    assert "chip" not in reply.reply(Answer("x", False, reason="No."), "Who?")


def test_next_questions_are_buttons() -> None:
    html = reply.reply(Answer("x", False, reason="No.", suggestions=("Who chairs it?",)), "Who?")
    assert re.findall(r'<button type="button" class="suggested" dir="auto">([^<]*)<', html) == [
        "Who chairs it&#63;"
    ]


@pytest.mark.parametrize(
    ("answered", "kinds"),
    [
        (True, ["good", "bad", "wrong-citation", "should-refuse"]),
        (False, ["good", "bad", "should-answer"]),
    ],
)
def test_an_opinion_can_be_given_where_it_is_kept(answered: bool, kinds: list[str]) -> None:
    answer = Answer("x", answered, "Mira", (citation(),) if answered else (), reason="No.")
    html = reply.reply(answer, "Who?", name="a_b-3")
    assert re.findall(r'class="say-([a-z-]+)"', html) == kinds
    assert 'class="verdicts answer-a_b-3"' in html
    assert "verdicts" not in reply.reply(answer, "Who?")


def test_each_stage_and_its_time_can_be_seen() -> None:
    timings = {"search": 120.0, "read": 80.0}
    html = reply.reply(Answer("x", False, reason="No.", timings=timings), "Who?")
    assert "0.20" in re.findall(r"<summary>(.*?)</summary>", html)[0]
    assert "Searching the archive0.12\xa0s" in markup.unescape(re.sub(r"<[^>]*>", "", html))
