"""What stands in a reply besides its words: chips, the card of a citation, opinions, exports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from driver import Server, Visit, running
from playwright.sync_api import expect

from embeddings.library import Library
from embeddings.sampling import SAMPLES

RESCUED = "How many people were rescued at sea in 2017?"
CHAIRED = "Who chaired the Safe Passage Committee in October 2018?"
NO_MEETING = "Who chaired the Safe Passage Committee in August 2018?"


def chip(reply: Any, words: str) -> Any:
    return reply.locator(".chip", has_text=words)


def test_a_chip_taken_out_asks_again_without_it(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    refused = seen.ask(NO_MEETING)
    assert "does not answer" in refused.inner_text()
    chip(refused, "August 2018").click()
    again = seen.reply(1)
    assert seen.page.locator("#chat .asked").nth(1).inner_text() == NO_MEETING
    assert "Asked again without “August 2018”" in again.inner_text()
    expect(chip(again, "August 2018")).to_have_count(0)
    assert again.locator("a.cite").count() >= 1  # another month's meeting is found now

    chip(again, "Safe Passage Committee").click()
    third = seen.reply(2)
    assert "without “August 2018”, “Safe Passage Committee”" in third.inner_text()
    assert seen.problems == []


def test_a_chip_of_an_earlier_reply_asks_that_question_again(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    first = seen.ask(CHAIRED)
    seen.ask(RESCUED)
    chip(first, "October 2018").focus()
    seen.page.keyboard.press("Enter")
    seen.reply(2)
    assert seen.page.locator("#chat .asked").nth(2).inner_text() == CHAIRED


def test_the_card_of_a_number_shows_its_quotation(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    reply = seen.ask(RESCUED)
    card, link = seen.page.locator("#card"), reply.locator("a.cite").first
    assert card.count() == 0
    assert link.get_attribute("title") is None
    link.hover()
    expect(card).to_be_visible()
    expect(card.locator("blockquote")).to_have_text(reply.locator("blockquote").inner_text())
    expect(card).to_contain_text(reply.locator("figcaption a.open").inner_text())
    expect(card).to_contain_text("1 March 2018")
    expect(link).to_have_attribute("aria-describedby", "card")
    assert card.get_attribute("role") == "tooltip"
    seen.page.locator("#question textarea").hover()
    expect(card).to_be_hidden()
    expect(link).not_to_have_attribute("aria-describedby", "card")
    assert seen.problems == []


def test_the_card_opens_on_focus_and_escape_closes_it(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    reply = seen.ask(RESCUED)
    card = seen.page.locator("#card")
    seen.page.locator("#reading article").wait_for()
    seen.page.keyboard.press("Shift+Tab")  # from the question box back into the reply
    for _ in range(20):
        if reply.locator("a.cite").last.evaluate("link => link === document.activeElement"):
            break
        seen.page.keyboard.press("Shift+Tab")
    expect(card).to_be_visible()
    seen.page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_on_a_touch_screen_the_first_tap_shows_the_card_and_the_second_opens(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url, viewport={"width": 390, "height": 844}, has_touch=True)
    reply = seen.ask(RESCUED)
    card, link = seen.page.locator("#card"), reply.locator("a.cite").first
    link.tap()
    expect(card).to_be_visible()
    assert seen.page.locator("#reading article").count() == 0
    seen.page.locator("#chat .asked").tap()
    expect(card).to_be_hidden()
    link.tap()
    expect(card).to_be_visible()
    card.locator("a.open").tap()
    seen.page.locator("#reading article").wait_for()
    expect(card).to_be_hidden()
    assert seen.problems == []


def test_the_title_stays_in_sight_while_the_release_scrolls(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url, viewport={"width": 1280, "height": 480})
    seen.ask(RESCUED)
    seen.page.locator("#reading mark").first.wait_for()
    seen.page.locator("#reading").evaluate("panel => panel.scrollTo(0, panel.scrollHeight)")
    expect(seen.page.locator("#reading .text p").last).to_be_in_viewport()
    expect(seen.page.locator("#reading h2")).to_be_in_viewport()
    expect(seen.page.locator("#reading .bar button")).to_be_in_viewport()


def test_a_list_is_a_table_with_a_citation_a_line(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    reply = seen.ask("Which people have chaired the Safe Passage Committee?")
    table = reply.get_by_role("table", name="What the releases say")
    expect(table.get_by_role("columnheader")).to_have_text(["About", "What it says", "Source"])
    lines = table.locator("tbody tr")
    assert lines.count() >= 4
    october = lines.filter(has_text="10 October 2018")
    expect(october.get_by_role("rowheader")).to_have_text("10 October 2018")
    expect(october).to_contain_text("Greta Amari-Lind")
    number = october.locator("a.cite")
    expect(number).to_have_count(1)
    number.hover()
    expect(seen.page.locator("#card")).to_contain_text("Greta Amari-Lind")
    number.click()
    seen.page.locator("#reading h2:focus").wait_for()
    marked = seen.page.locator("#reading mark", has_text="Greta Amari-Lind")
    expect(marked.first).to_be_in_viewport()
    quotations = reply.locator(".quotations")
    expect(quotations.locator("figure").first).to_be_hidden()
    quotations.locator("summary").click()
    expect(quotations.locator("figure").first).to_be_visible()
    assert seen.problems == []


def test_releases_that_disagree_are_shown_side_by_side(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    reply = seen.ask("How many vessels took part in exercise Grey Lantern?")
    view = reply.locator(".positions")
    expect(view).to_contain_text("The releases disagree")
    expect(view.locator(".value")).to_have_text(["Twenty-seven", "Thirty-seven"])
    for position in view.locator("li").all():
        expect(position.locator("a.cite")).to_have_count(1)
        expect(position.locator("time")).to_have_count(1)
    view.locator("a.cite").nth(1).click()
    marked = seen.page.locator("#reading mark", has_text="Thirty-seven")
    expect(marked.first).to_be_in_viewport()
    assert seen.problems == []


def test_what_to_ask_next_is_asked_with_a_click(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    seen.ask(CHAIRED)
    suggested = seen.page.locator("#next .suggested").first
    suggested.wait_for(timeout=60_000)
    question = suggested.inner_text()
    suggested.click()
    seen.reply(1)
    assert seen.page.locator("#chat .asked").nth(1).inner_text() == question
    assert seen.problems == []


def test_stages_and_their_times_are_folded_away(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    workings = seen.ask(RESCUED).locator(".workings")
    expect(workings.locator("table")).to_be_hidden()
    workings.locator("summary").click()
    expect(workings.locator("table")).to_be_visible()
    expect(workings.locator("th").first).to_have_text("Understanding the question")


def test_a_conversation_can_be_saved_as_json(samples: Server, visit: Callable[..., Visit]) -> None:
    seen = visit(samples.url)
    seen.ask(RESCUED)
    seen.ask("Who won the 2018 World Cup?")
    with seen.page.expect_download() as download:
        seen.page.locator("#save-data").click()
    assert download.value.suggested_filename == "dateline-conversation.json"
    written = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert [turn["asked"] for turn in written["turns"]] == [RESCUED, "Who won the 2018 World Cup?"]
    receipts = [turn["receipt"] for turn in written["turns"]]
    assert [receipt["answered"] for receipt in receipts] == [True, False]
    quotation = receipts[0]["quotations"][0]
    assert quotation["end"] - quotation["start"] == len(quotation["quote"])
    assert "1,126" in quotation["quote"]
    assert len(receipts[0]["sha256"]) == 64
    assert str(Path.home()) not in json.dumps(written)
    assert seen.problems == []


DRAWN_TWICE = """() => new Promise(
    done => requestAnimationFrame(() => requestAnimationFrame(done)))"""


def accept(seen: Visit, share: str) -> None:
    """Set the share of wrong answers that is accepted, and wait until the page has taken it."""
    number, slider = (
        seen.page.locator(f"#risk input[type={kind}]") for kind in ("number", "range")
    )
    for _ in range(10):  # a panel that has just opened may draw itself over what was typed
        number.fill(share)
        seen.page.keyboard.press("Tab")
        seen.page.evaluate(DRAWN_TWICE)
        if slider.input_value() == share:
            break
    expect(slider).to_have_value(share)
    seen.page.evaluate(DRAWN_TWICE)  # the page hands the value on after it has drawn it


def test_a_cautious_reader_is_told_less(samples: Server, visit: Callable[..., Visit]) -> None:
    seen = visit(samples.url)
    assert "does not answer" not in seen.ask(RESCUED).inner_text()
    seen.page.locator("#limits > button").click()
    accept(seen, "1")
    assert "does not answer" in seen.ask(RESCUED).inner_text()
    accept(seen, "50")
    assert "does not answer" not in seen.ask(RESCUED).inner_text()
    assert seen.problems == []


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A chat over a copy of the samples, in which opinions may be kept."""
    folder = tmp_path_factory.mktemp("opinions")
    with Library.open(folder / "library", create=True) as library:
        library.add(*sorted(SAMPLES.glob("*.txt")))
    with running(folder / "log", "--library", str(folder / "library")) as server:
        yield server, folder / "library"


def test_opinions_are_kept_in_the_library(
    own: tuple[Server, Path], visit: Callable[..., Visit]
) -> None:
    server, folder = own
    seen = visit(server.url)
    reply = seen.ask(RESCUED)
    for kind in ("bad", "wrong-citation"):
        button = reply.locator(f".say-{kind}")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(reply.locator(".thanks")).to_have_text("Kept, thank you.")
    refused = seen.ask("Who won the 2018 World Cup?")
    refused.locator(".say-good").click()
    expect(refused.locator(".thanks")).to_have_text("Kept, thank you.")
    with Library.open(folder) as library:
        kept = library.feedback()
    assert [(said.kind, said.asked, said.answered) for said in kept] == [
        ("wrong-citation", RESCUED, True),  # the later opinion on an answer stands
        ("good", "Who won the 2018 World Cup?", False),
    ]
    assert kept[0].citations[0].quote == reply.locator("blockquote").inner_text().strip("“”")
    assert seen.problems == []


def test_the_page_says_what_the_library_holds_after_an_add(
    own: tuple[Server, Path], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    server, folder = own
    seen = visit(server.url)
    before = int(seen.page.locator("a.holdings").inner_text().split()[0])
    (tmp_path / "new.txt").write_text(
        "Lamp keepers meet\n\nDate: 4 June 2022\nSource: Guild of Lamp Keepers\n\n"
        "FENPORT, 4 June 2022 – The Guild of Lamp Keepers met in Fenport. Tove Lindqvar chaired.\n",
        encoding="utf-8",
    )
    with Library.open(folder) as library:
        assert library.add(tmp_path / "new.txt").added == 1
    seen.ask(RESCUED)
    expect(seen.page.locator("a.holdings")).to_contain_text(f"{before + 1} releases")
    seen.page.locator("#limits > button").click()
    seen.page.locator("#limits").get_by_label("Source", exact=True).fill("Lamp")
    expect(seen.page.get_by_role("option", name="Guild of Lamp Keepers (1)")).to_be_visible()
    later = visit(server.url)  # and so does a page that is opened now
    expect(later.page.locator("a.holdings")).to_contain_text(f"{before + 1} releases")


def test_an_address_that_is_none_has_a_page_that_leads_back(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    for path in ("nosuch", "deep/er/nosuch", "read/" + "0" * 64):
        reply = seen.page.goto(samples.url + path)
        assert reply.status == 404
        assert reply.headers["content-type"].startswith("text/html")
        expect(seen.page.locator("h1")).to_be_visible()
        seen.page.get_by_role("link", name="Ask a question").click()
        seen.page.locator("#question textarea").wait_for()
