"""Take the pictures in docs/screenshots: `python tests/browser/screenshots.py [FOLDER]`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from driver import FLAGS, ROOT, chromium, running
from playwright.sync_api import sync_playwright

ANSWERED = "How many people were rescued at sea in 2017?"
REFUSED = "Who won the 2018 World Cup?"
LISTED = "Which people have chaired the Safe Passage Committee?"
DISAGREED = "How many vessels took part in exercise Grey Lantern?"
RELEASE = (
    "Pilots train at {port}\n\n1 March 2019\n\nThe pilots of {port} will train on three evenings "
    "in March. The first is for the crews of the northern piers."
)
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}


def ask(page: Any, question: str, replies: int) -> None:
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator("#chat .reply.complete").nth(replies - 1).wait_for()
    page.wait_for_timeout(800)


def take(browser: Any, url: str, folder: Path) -> None:
    def opened(**options: Any) -> Any:
        page = browser.new_context(**options).new_page()
        page.goto(url)
        page.locator("#question textarea").wait_for()
        page.wait_for_timeout(800)
        return page

    page = opened(**DESKTOP)
    page.screenshot(path=folder / "start.png")
    ask(page, ANSWERED, 1)
    page.screenshot(path=folder / "answer.png")
    page.goto(url + "library")
    added = [
        {"name": name, "mimeType": "text/plain", "buffer": RELEASE.format(port=port).encode()}
        for name, port in (("pilots.txt", "Tarn Quay"), ("pilots-again.txt", "Tarn Quay"))
    ]
    noise = {"name": "scan.bin", "mimeType": "application/octet-stream", "buffer": bytes(99)}
    page.locator("#files").set_input_files([*added, noise])
    page.locator("#told", has_text="Done").wait_for()
    page.screenshot(path=folder / "library.png")
    page = opened(**DESKTOP)
    ask(page, LISTED, 1)
    page.screenshot(path=folder / "list.png")
    page = opened(**DESKTOP, color_scheme="dark")
    ask(page, DISAGREED, 1)
    page.locator("#chat .positions a.cite").nth(1).hover()
    page.locator("#card").wait_for()
    page.screenshot(path=folder / "disagreement-dark.png")
    page = opened(**DESKTOP, color_scheme="dark")
    ask(page, ANSWERED, 1)
    ask(page, REFUSED, 2)
    page.screenshot(path=folder / "refusal-dark.png")
    page = opened(**PHONE)
    ask(page, ANSWERED, 1)
    page.screenshot(path=folder / "phone.png")


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else ROOT / "docs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as work,
        running(Path(work) / "log", cache=Path(work)) as server,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        take(browser, server.url, folder)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
