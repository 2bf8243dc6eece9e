"""From a page to the release on it: menus, fields, repetitions, and the way back to the page."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.clean import Chrome, clean
from embeddings.errors import InputError, Rejected
from embeddings.read_html import read_html
from embeddings.read_text import read_text
from embeddings.types import Body, Document

MENU = """-
Our harbours
-
Fields of work
- Dredging and towing
- Lighthouses
- Pilot training
- Water quality
-
Member towns
- Aldhaven – Chair of the League 2031
- Brackwater
- Cold Quay
- Dunmouth
- About the League
- Contact"""

LEAD = (
    "ALDHAVEN, 4 May 2009 - The first Tidal Safety Forum of the League of Harbour Towns closed "
    "yesterday after agreeing on shared rules for pilots."
)
PARAGRAPHS = [
    "The chair of the Tidal Council, Mara Lindqvist of Brackwater, said that the rules would be "
    "tried on three ferry lines before the winter.",
    "Some 120 delegates met in working groups. They listed the lights that need repair and the "
    "channels that have silted up since the last survey.",
    "A report on dredging costs will be laid before the League in October.",
]


def page(*parts: str) -> str:
    return "\n".join(parts)


def seed_page(body: str, foot: str = "") -> str:
    fields = page(
        "- Date:",
        "- Place:",
        "- ALDHAVEN",
        "- Source:",
        "- Tidal Council, League Secretariat",
        "- Fields of work:",
        "- Lighthouses, Pilot training and examination, Water quality",
    )
    return page(MENU, "Press release", "Forum agrees on pilot rules", fields, body, foot)


def text_of(text: str, name: str = "page.txt") -> Document:
    return read_text(text, name, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())


def check_segments(body: Body, document: Document) -> None:
    position = 0
    for segment in body.segments:
        assert segment.start >= position
        assert segment.length > 0
        found = body.text[segment.start : segment.start + segment.length]
        origin = document.text[segment.origin_start : segment.origin_start + segment.length]
        assert found == origin
        assert body.text[position : segment.start].strip() == ""
        position = segment.start + segment.length
    assert body.text[position:] == ""


def test_saved_page_text() -> None:
    document = text_of(seed_page(page(LEAD, *PARAGRAPHS)))
    body = clean(document)
    assert body.text == "\n\n".join([LEAD, *PARAGRAPHS])
    assert body.fields == {
        "title": "Forum agrees on pilot rules",
        "place": "ALDHAVEN",
        "source": "Tidal Council, League Secretariat",
        "topics": "Lighthouses, Pilot training and examination, Water quality",
    }
    check_segments(body, document)


def test_a_document_without_blocks_reads_the_same() -> None:
    text = seed_page(page(LEAD, *PARAGRAPHS))
    plain = Document(path="page.txt", sha256="", format="text", text=text)
    assert clean(plain) == clean(text_of(text))


@pytest.mark.parametrize(
    "body",
    [
        page(LEAD, *PARAGRAPHS, *PARAGRAPHS),
        page(LEAD, *PARAGRAPHS, LEAD, *PARAGRAPHS),
        page(LEAD, *PARAGRAPHS, LEAD.split(" - ", 1)[1], *PARAGRAPHS),
    ],
    ids=["without the lead", "whole", "without the dateline"],
)
def test_a_body_that_stands_twice_is_kept_once(body: str) -> None:
    assert clean(text_of(seed_page(body))).text == "\n\n".join([LEAD, *PARAGRAPHS])


def test_a_lead_that_the_body_repeats_goes() -> None:
    lead = LEAD.split(" - ", 1)[1]
    for teaser in (lead, lead[:90] + "...", lead[:90] + " […]"):
        body = clean(text_of(seed_page(page(teaser, LEAD, *PARAGRAPHS))))
        assert body.text == "\n\n".join([LEAD, *PARAGRAPHS])


def test_one_long_paragraph_of_all_the_others_goes() -> None:
    blob = " ".join([LEAD, *PARAGRAPHS])
    body = clean(text_of(seed_page(page(blob, LEAD, *PARAGRAPHS))))
    assert body.text == "\n\n".join([LEAD, *PARAGRAPHS])


def test_short_lines_may_stand_twice() -> None:
    lines = ["Vote", PARAGRAPHS[0], "Vote", PARAGRAPHS[1]]
    assert clean(text_of(seed_page(page(LEAD, *lines)))).text == "\n\n".join([LEAD, *lines])


def test_page_furniture_around_the_body_goes() -> None:
    foot = page(
        "Share",
        "Facebook",
        "Related news",
        "Lighthouse keepers meet in Cold Quay",
        "We use cookies to improve your experience. By staying you accept our cookies.",
        "© 2009 League of Harbour Towns. All rights reserved.",
        "Back to top",
    )
    top = "Skip to main content\nWe use cookies on this website to count visits.\n"
    body = clean(text_of(top + seed_page(page(LEAD, *PARAGRAPHS), foot)))
    assert body.text == "\n\n".join([LEAD, *PARAGRAPHS])


@pytest.mark.parametrize(
    "sharing", ["Print", "Share this page", "Tweet", "Teilen", "Advertisement"]
)
def test_page_furniture_inside_the_body_goes(sharing: str) -> None:
    lines = page(LEAD, PARAGRAPHS[0], sharing, PARAGRAPHS[1], PARAGRAPHS[2])
    assert clean(text_of(seed_page(lines))).text == "\n\n".join([LEAD, *PARAGRAPHS])


def test_lists_and_tables_inside_the_body_stay() -> None:
    table = ["Ships by town", "Aldhaven", "11", "Brackwater", "7"]
    below = page(
        "Topic(s):", "Lighthouses", "Release number:", "09-17", "Updated 6 May 2009", "Home"
    )
    body = clean(text_of(seed_page(page(LEAD, *PARAGRAPHS, *table), below)))
    assert body.text == "\n\n".join([LEAD, *PARAGRAPHS, *table])
    assert body.fields["number"] == "09-17"


def test_the_people_to_contact_stay() -> None:
    contact = ["Contact for the press:", "Ivo Berend", "Telephone +99 12 345 67 89"]
    body = clean(text_of(seed_page(page(LEAD, *PARAGRAPHS, *contact), "Sitemap\nQuay 4")))
    assert body.text == "\n\n".join([LEAD, *PARAGRAPHS, *contact])


def test_fields_with_the_value_behind_the_label() -> None:
    text = page(
        "Medienmitteilung",
        "Neue Regeln für Lotsen",
        "Datum: 04.05.2009",
        "Ort: Aldhaven",
        "Quelle: Gezeitenrat",
        "Themen: Leuchttürme, Lotsen",
        PARAGRAPHS[0],
        PARAGRAPHS[1],
    )
    assert clean(text_of(text)).fields == {
        "title": "Neue Regeln für Lotsen",
        "date": "04.05.2009",
        "place": "Aldhaven",
        "source": "Gezeitenrat",
        "topics": "Leuchttürme, Lotsen",
    }


def test_a_wrapped_text_is_rejoined_byte_by_byte() -> None:
    words = " ".join(PARAGRAPHS[0].split())
    rows, row = [], ""
    for word in words.split():
        if len(row) + 1 + len(word) > 60:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}".strip()
    text = page("New rules", "", *rows, row, "", *PARAGRAPHS[1:2])
    document = text_of(text)
    body = clean(document)
    assert body.text.split("\n\n")[0] == words
    check_segments(body, document)


def test_a_title_broken_into_two_lines() -> None:
    text = page("For immediate release", "4 May 2009", "Forum Agrees on Shared Rules for", "Pilots")
    body = clean(text_of(page(text, *PARAGRAPHS)))
    assert body.fields["title"] == "Forum Agrees on Shared Rules for Pilots"
    assert body.fields["date"] == "4 May 2009"


def html(body: str, around: str = "", body_class: str = "") -> Document:
    menu = "".join(f'<li><a href="/{n}">Harbour page {n}</a></li>' for n in range(12))
    source = (
        f"<html><head><title>Forum agrees on pilot rules | League of Harbour Towns</title></head>"
        f'<body class="{body_class}"><nav><ul>{menu}</ul></nav>'
        f"<main><h1>Forum agrees on pilot rules</h1>{body}</main>{around}"
        f"<footer><p>League of Harbour Towns, Quay 4, Aldhaven.</p></footer></body></html>"
    )
    return read_html(source, "page.html", "")


def test_html_keeps_the_body_only() -> None:
    inner = "".join(f"<p>{part}</p>" for part in [LEAD, *PARAGRAPHS])
    document = html(
        '<div class="share-buttons"><p>Share this with everybody you know and love.</p></div>'
        f'<div class="article-body">{inner}</div>'
        '<div class="related-stories"><h3><a href="/x">Lights out</a></h3>'
        "<p>The keepers of the northern light went home early this year, they said.</p></div>",
        '<div class="comments"><p>I was there and it rained on us the whole day long.</p></div>',
    )
    body = clean(document)
    assert body.text == "\n\n".join([LEAD, *PARAGRAPHS])
    assert body.fields["title"] == "Forum agrees on pilot rules"
    check_segments(body, document)


def test_class_names_of_the_whole_page_do_not_mislead() -> None:
    inner = "".join(f"<p>{part}</p>" for part in [LEAD, *PARAGRAPHS])
    document = html(f"<div>{inner}</div>", body_class="page-with-sidebar no-comments share-enabled")
    assert clean(document).text == "\n\n".join([LEAD, *PARAGRAPHS])


def test_html_links_to_other_stories_go() -> None:
    parts = [f"<p>{part}</p>" for part in [LEAD, *PARAGRAPHS]]
    parts.insert(2, '<p><a href="/y">Ferry line to Dunmouth will reopen in spring</a></p>')
    body = clean(html(f'<div class="article-body">{"".join(parts)}</div>'))
    assert body.text == "\n\n".join([LEAD, *PARAGRAPHS])


@pytest.mark.parametrize("text", ["", "-\n-\n-", "Home\nNews\nContact\n" * 20, "* * *"])
def test_no_body_is_a_rejection(text: str) -> None:
    with pytest.raises(Rejected, match=r"\w"):
        clean(text_of(text))


def test_a_very_short_document_is_a_body() -> None:
    assert clean(text_of("The ferry is late today")).text == "The ferry is late today"


def test_chrome_learns_lines_that_recur() -> None:
    slogan = (
        "The League of Harbour Towns has kept the coast lit and safe since the year it was founded."
    )
    chrome = Chrome()
    for number in range(6):
        lines = [f"Report {number} on tides tells of {number} storms, and it is a long one."] * 1
        chrome.learn(text_of(page(slogan, *lines)))
    document = text_of(page("News", "New rules", slogan, *PARAGRAPHS))
    assert slogan in clean(document).text
    assert slogan not in clean(document, chrome).text
    again = Chrome.load(chrome.save())
    assert clean(document, again) == clean(document, chrome)
    assert again.save() == chrome.save()


def test_chrome_is_bounded_and_keeps_what_recurs() -> None:
    chrome = Chrome(capacity=100)
    for number in range(60):
        lines = [f"Line {number}-{other} of this page" for other in range(10)]
        chrome.learn(text_of(page("This line stands on every page of the site.", *lines)))
        assert len(chrome) <= 100
    document = text_of(page("This line stands on every page of the site.", *PARAGRAPHS))
    assert clean(document, chrome).text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("data", [b"", b"nonsense", Chrome().save()[:-4]])
def test_chrome_refuses_other_bytes(data: bytes) -> None:
    with pytest.raises(InputError):
        Chrome.load(data)


LINES = st.sampled_from(
    [*MENU.split("\n"), LEAD, *PARAGRAPHS, "", "Date:", "- Date:", "4 May 2009", "Source:", "Share"]
)


@settings(max_examples=200)
@given(st.lists(LINES | st.text(max_size=60), max_size=40).map("\n".join))
def test_any_text_is_cleaned_or_rejected(text: str) -> None:
    text = text.replace("\0", "")
    document = text_of(text)
    try:
        body = clean(document)
    except Rejected:
        return
    check_segments(body, document)
    assert body.text.strip() == body.text != ""
    kept = [part for part in body.text.split("\n\n") if len(part.split()) >= 8]
    assert len({part.casefold() for part in kept}) == len(kept)
    assert clean(document) == body


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PARAGRAPHS), min_size=1, unique=True))
def test_cleaning_what_is_clean_changes_nothing(paragraphs: list[str]) -> None:
    once = clean(text_of(seed_page(page(LEAD, *paragraphs)))).text
    assert clean(text_of(once)).text == once


@settings(max_examples=100)
@given(st.text(alphabet="<>/pdivh1aulnm =\"'&;ABC. \n", max_size=300))
def test_any_html(source: str) -> None:
    document = read_html(source, "x.html", "")
    with contextlib.suppress(Rejected):
        check_segments(clean(document), document)


SEEDS = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "seeds"


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"{SEEDS} is not there")
def test_the_seeds_come_clean() -> None:
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_text("utf-8")
        document = text_of(text, path.name)
        body = clean(document)
        check_segments(body, document)
        lines = text.split("\n")
        assert not {line for line in lines if line.startswith("-")} & set(body.text.split("\n"))
        prose = [line for line in lines if line.rstrip().endswith((".", "”", '"'))]
        assert body.text == "\n\n".join(dict.fromkeys(line.strip() for line in prose))
