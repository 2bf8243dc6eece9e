"""The chat as a reader uses it, on the sample releases and with the real model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from driver import Server, Visit
from playwright.sync_api import expect

QUESTIONS = Path(__file__).resolve().parents[2] / "embeddings/samples/questions.jsonl"
RESCUED = "How many people were rescued at sea in 2017?"


def examples() -> list[dict[str, object]]:
    lines = QUESTIONS.read_text("utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if entry.get("example")]


def test_a_question_is_answered_with_a_citation_that_opens_its_release(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    reply = seen.ask(RESCUED)
    assert "1,126" in reply.locator(".short").inner_text()
    quoted = reply.locator("blockquote").first.inner_text().strip("“”")
    assert "1,126 people" in quoted
    assert reply.locator("figcaption time").first.get_attribute("datetime")

    reply.locator("a.cite").first.click()
    # The page has opened the first release by itself; only the click moves the focus into it.
    seen.page.locator("#reading h2:focus").wait_for()
    source = seen.page.locator("#reading article")
    marked = "".join(source.locator("mark").all_inner_texts())
    assert " ".join(marked.split()) == " ".join(quoted.split())
    assert "1,126" in source.locator("mark strong").first.inner_text()
    assert source.locator("h2").inner_text()
    assert {"Date", "Place", "Source"} <= set(source.locator("dt").all_inner_texts())
    expect(source.locator("mark").first).to_be_in_viewport()  # scrolled to the quoted words
    assert seen.problems == []


@pytest.mark.parametrize("entry", examples(), ids=lambda entry: str(entry["id"]))
def test_every_example_on_the_page_leads_to_its_answer(
    entry: dict[str, object], samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    seen.page.locator("button.example", has_text=str(entry["question"])).click()
    reply = seen.reply(0)
    answers = [str(answer) for answer in entry["answers"]]  # type: ignore[attr-defined]
    if answers:
        said = reply.inner_text()
        assert "does not answer" not in said, said
        assert any(answer in reply.locator(".short").inner_text() for answer in answers), said
    else:
        assert "does not answer" in reply.inner_text()
    expect(seen.page.locator("button.example").first).to_be_hidden()
    assert seen.problems == []


def test_a_refusal_says_so_and_shows_the_nearest_passages(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    reply = seen.ask("Who won the 2018 World Cup?")
    assert "The archive does not answer this." in reply.inner_text()
    assert reply.locator("a.cite").count() == 0
    near = reply.locator(".nearest a.open")
    assert near.count() >= 1
    near.first.click()
    seen.page.locator("#reading mark").first.wait_for()
    assert seen.page.locator("#reading h2").inner_text() == near.first.inner_text()
    assert seen.problems == []


@pytest.mark.parametrize(
    ("question", "sentence"),
    [("   ", "Please type a question."), ("a" * 100_000, "100,000 characters")],
    ids=["empty", "long"],
)
def test_a_question_that_cannot_be_asked_gets_one_sentence(
    question: str, sentence: str, samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    reply = seen.ask(question)
    assert sentence in reply.inner_text()
    assert len(seen.page.locator(".asked").first.inner_text()) <= 201
    again = seen.ask(RESCUED)
    assert "1,126" in again.locator(".short").inner_text()
    assert seen.problems == []


def test_a_new_conversation_forgets_the_old_one(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    seen.ask(RESCUED)
    seen.page.locator("#reading article").wait_for()
    seen.page.locator("#again").click()
    seen.page.locator("button.example").first.wait_for()
    assert seen.page.locator(".asked").count() == 0
    assert seen.page.locator("#reading article").count() == 0


def test_two_readers_do_not_see_each_other(samples: Server, visit: Callable[..., Visit]) -> None:
    first, second = visit(samples.url), visit(samples.url)
    first.ask(RESCUED)
    reply = second.ask("Who won the 2018 World Cup?")
    assert second.page.locator(".asked").all_inner_texts() == ["Who won the 2018 World Cup?"]
    assert "does not answer" in reply.inner_text()


def test_the_keyboard_alone_is_enough(samples: Server, visit: Callable[..., Visit]) -> None:
    seen = visit(samples.url)
    reply = seen.ask(RESCUED)
    link = reply.locator("a.cite").first
    link.focus()
    seen.page.keyboard.press("Enter")
    seen.page.locator("#reading h2:focus").wait_for()
    seen.page.keyboard.press("Escape")
    assert seen.page.locator("#reading article").count() == 0
    assert link.evaluate("link => link === document.activeElement")
    seen.page.keyboard.press(" ")
    seen.page.locator("#reading article").wait_for()
    assert seen.problems == []


def test_on_a_phone_the_release_opens_below_the_chat(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url, viewport={"width": 390, "height": 844}, has_touch=True)
    reply = seen.ask(RESCUED)
    assert seen.page.locator("#reading article").count() == 0  # nothing opens by itself
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    reply.locator("figcaption a.open").first.tap()
    mark = seen.page.locator("#reading mark").first
    mark.wait_for()
    seen.page.wait_for_timeout(800)
    box = mark.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 844
    below = seen.page.locator("#reading").bounding_box()
    above = reply.bounding_box()
    assert below is not None
    assert above is not None
    assert below["y"] >= above["y"] + above["height"]
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_talks_to_its_own_server_only(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    seen.ask(RESCUED)
    seen.page.locator("#reading article").wait_for()
    assert [url for url in seen.requests if not url.startswith((samples.url, "data:"))] == []
    assert "Gradio" not in seen.page.locator("body").inner_text()
    assert seen.page.title() == "Dateline"


def test_dark_and_light_follow_the_reader(samples: Server, visit: Callable[..., Visit]) -> None:
    def paper(scheme: str) -> int:
        page = visit(samples.url, color_scheme=scheme).page
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in colour[4:-1].split(",")[:3])

    assert paper("light") > 600
    assert paper("dark") < 150


def test_quoted_words_can_be_taken_away(samples: Server, visit: Callable[..., Visit]) -> None:
    seen = visit(samples.url, permissions=["clipboard-read", "clipboard-write"])
    seen.ask(RESCUED)
    citing = seen.page.locator("#reading .citing")
    citing.locator("summary").click()
    citing.locator("button.copy").nth(2).click()
    citing.get_by_text("Copied").wait_for()
    copied = seen.page.evaluate("navigator.clipboard.readText()")
    assert copied == citing.locator("pre").nth(2).inner_text()
    assert copied.startswith("@misc{")
    assert seen.problems == []


def test_a_conversation_can_be_saved(samples: Server, visit: Callable[..., Visit]) -> None:
    seen = visit(samples.url)
    seen.ask(RESCUED)
    with seen.page.expect_download() as download:
        seen.page.locator("#save").click()
    assert download.value.suggested_filename.endswith(".md")
    written = Path(download.value.path()).read_text("utf-8")
    assert "rescued at sea" in written
    assert "1,126" in written
    assert "characters" in written
    assert seen.problems == []


def test_limits_narrow_the_search_and_are_shown(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    seen.page.locator("#limits > button").click()
    seen.page.get_by_label("Issued from").fill("2019-01-01")
    reply = seen.ask(RESCUED)
    assert "Searched only: issued from 1 January 2019" in reply.inner_text()
    dates = reply.locator("figcaption time, .nearest time").evaluate_all(
        "times => times.map(time => time.dateTime)"
    )
    assert all(date >= "2019-01-01" for date in dates)
    seen.page.get_by_label("Issued from").fill("some day")
    assert "is not a date" in seen.ask(RESCUED).inner_text()
    assert seen.problems == []


def test_a_refusal_puts_the_last_answers_release_away(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    seen.ask(RESCUED)
    seen.page.locator("#reading article").wait_for()
    reply = seen.ask("Who chaired the Safe Passage Committee in August 2018?")
    assert "does not answer" in reply.inner_text()
    seen.page.locator("#reading article").wait_for(state="detached")
    assert seen.page.locator("#question textarea").evaluate("e => e === document.activeElement")
