"""The pages beside the chat: the library and one release by itself."""

from __future__ import annotations

from collections.abc import Callable

from driver import Server, Visit


def test_the_library_is_described_and_can_be_walked_through(
    samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url)
    with seen.page.context.expect_page() as opened:  # the conversation stays where it is
        seen.page.locator("#masthead a.holdings").click()
    page = opened.value
    page.locator("h1", has_text="The library").wait_for()
    counts = dict(
        zip(
            page.locator(".counts dd").all_inner_texts(),
            map(int, page.locator(".counts dt").all_inner_texts()),
            strict=True,
        )
    )
    values = list(counts.values())
    assert values[0] == values[1] + values[2] + values[3]  # every input is accounted for
    years = page.locator(".timeline a")
    shown = int(years.nth(2).locator("span").last.inner_text())
    years.nth(2).click()
    page.locator(".entries").wait_for()
    assert page.locator(".entries li").count() == shown
    title = page.locator(".entries a").first.inner_text()
    page.locator(".entries a").first.click()
    page.locator("article h2").wait_for()
    assert page.locator("article h2").inner_text() == title
    page.get_by_role("link", name="Ask a question").click()
    page.locator("#question textarea").wait_for()
    assert seen.problems == []


def test_a_quotation_has_a_page_of_its_own(samples: Server, visit: Callable[..., Visit]) -> None:
    seen = visit(samples.url)
    seen.ask("How many people were rescued at sea in 2017?")
    seen.page.locator("#reading mark").first.wait_for()
    beside = seen.page.locator("#reading mark").all_inner_texts()
    with seen.page.context.expect_page() as opened:
        seen.page.locator(".own-page a").click()
    alone = opened.value
    alone.locator("article").wait_for()
    assert alone.locator("mark").all_inner_texts() == beside
    assert alone.locator("script").count() == 0
    assert "Dateline" in alone.title()


def test_versions_of_a_release_are_listed(samples: Server, visit: Callable[..., Visit]) -> None:
    seen = visit(samples.url)
    seen.page.goto(samples.url + "library")
    assert seen.page.locator(".counts dd", has_text="other versions").count() == 1
