"""axe-core finds nothing wrong with the page, in both colour schemes, wide and narrow."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from driver import Server, Visit

AXE = Path(os.environ.get("DATELINE_AXE", "node_modules/axe-core/axe.min.js"))

pytestmark = pytest.mark.skipif(
    not AXE.is_file(), reason="axe-core not found; set DATELINE_AXE to the path of axe.min.js"
)


# Gradio notes the dark scheme on the page a moment after it is there; `.plain` has no script.
SCHEME = (
    "!matchMedia('(prefers-color-scheme: dark)').matches || document.body.matches('.dark, .plain')"
)


def violations(seen: Visit) -> list[str]:
    seen.page.wait_for_function(SCHEME)
    seen.page.evaluate(AXE.read_text("utf-8"))
    found = seen.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']} ({violation['impact']}): {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_violation(
    scheme: str, width: int, samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(samples.url, color_scheme=scheme, viewport={"width": width, "height": 840})
    assert violations(seen) == []
    seen.page.locator("#limits > button").click()
    seen.ask("How many people were rescued at sea in 2017?")
    reply = seen.ask("Who won the 2018 World Cup?")
    reply.locator("a.cite, a.open").first.click()
    seen.page.locator("#reading article").wait_for()
    assert violations(seen) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_violation_on_the_library_page(
    scheme: str, width: int, samples: Server, visit: Callable[..., Visit]
) -> None:
    seen = visit(
        samples.url + "library",
        ready="#holdings",
        color_scheme=scheme,
        viewport={"width": width, "height": 840},
    )
    seen.page.get_by_label("Or the address of a page").fill("http://127.0.0.1:9/page.html")
    seen.page.keyboard.press("Enter")
    seen.page.locator("#results .rejected").wait_for()
    seen.page.locator("#holdings .rejects li").first.wait_for()
    assert violations(seen) == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    seen.page.locator("#holdings .versions a", has_text="what differs").first.click()
    seen.page.locator("table.versions").wait_for()
    assert violations(seen) == []
    assert seen.problems == []
