"""The library page in use: adding, duplicates, rejects, addresses, another model, read-only."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from driver import Server, Visit, running
from fakes import write_archive, write_release
from playwright.sync_api import expect

from embeddings.library import Library

BINARY = b"\0\1\2" * 100

expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with four releases and one file that is none."""
    folder = write_archive(tmp_path_factory.mktemp("releases"), 4)
    (folder / "damaged.txt").write_bytes(BINARY)
    return folder


@pytest.fixture(scope="module")
def place(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("place") / "library"
    with Library.open(folder, create=True) as library:
        library.add(archive)
    return folder


@pytest.fixture(scope="module")
def server(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests here: each adds releases about a port of its own."""
    log = tmp_path_factory.mktemp("server") / "log"
    with running(log, "--library", str(place)) as started:
        yield started


@pytest.fixture
def page(server: Server, visit: Callable[..., Visit]) -> Any:
    """The library page, which must end without a script's error."""
    seen = visit(server.url + "library", ready="#holdings")
    yield seen.page
    # A browser notes each reply that turns something away, which the page tells in words.
    assert [line for line in seen.problems if "status of 4" not in line] == []


def count(page: Any, words: str) -> int:
    """The number that stands before these words."""
    return int(page.locator(".counts div", has_text=words).locator("dt").inner_text())


def file(folder: Path, name: str, port: str, more: str = "") -> Path:
    """A release about a port; `more` makes another version of it."""
    text = f"The pilots of {port} will train on three evenings in March at the pier. " * 10
    title = f"Pilots train at {port}"
    return write_release(folder, name, title=title, text=text + more, date="2019-03-01")


def done(page: Any) -> Any:
    told = page.locator("#told")
    expect(told).to_contain_text("Done", timeout=60_000)
    return told


def test_files_are_added_and_each_is_told_what_became_of_it(
    page: Any, server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    releases, rejects = count(page, "are releases"), count(page, "could not be used")
    first = file(folder, "pilots.md", "Tarn Quay")
    again = folder / "pilots again.md"
    again.write_bytes(first.read_bytes())
    corrected = file(folder, "pilots corrected.md", "Tarn Quay", "Places are few.")
    picture = folder / "picture <b>.png"
    picture.write_bytes(BINARY)
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.write(file(folder, "ambrel.md", "Port Ambrel"), "in/ambrel.md")
        archive.writestr("in/nothing.txt", BINARY)
    page.locator("#files").set_input_files([first, again, corrected, picture, folder / "more.zip"])
    assert done(page).inner_text() == "Done: 2 added, 2 known already, 2 not used."
    rows = page.locator("#results > li")
    expect(rows).to_have_count(5)
    expect(rows.filter(has_text="The library has it already")).to_have_count(1)
    expect(rows.filter(has_text="Another version of")).to_have_count(1)
    expect(rows.filter(has_text="picture _b_.png")).to_contain_text("Not used:")
    expect(rows.filter(has_text="more.zip")).to_contain_text("1 added, 0 known already, 1 not used")
    assert count(page, "are releases") == releases + 2
    assert count(page, "could not be used") == rejects + 2
    # The chat knows it without a restart.
    page.get_by_role("link", name="Ask a question").click()
    expect(page.locator("#masthead a.holdings")).to_contain_text(f"{releases + 2} releases")


def test_a_duplicate_is_shown_with_its_differences(page: Any, tmp_path: Path) -> None:
    first = file(tmp_path / "new", "a.md", "Grey Lantern")
    page.locator("#files").set_input_files(first)
    expect(page.locator("#told")).to_contain_text("1 added", timeout=60_000)
    second = file(tmp_path / "new", "b.md", "Grey Lantern", "Places are few.")
    page.locator("#files").set_input_files(second)
    expect(page.locator("#told")).to_contain_text("1 known already", timeout=60_000)
    group = page.locator("#holdings .entries > li", has_text="Grey Lantern")
    group.locator("a", has_text="what differs").click()
    expect(page.locator("h1")).to_have_text("Two versions of a release")
    expect(page.locator(".changes :is(ins, del)")).to_contain_text("Places are few")
    expect(page.locator("table.versions tbody tr").filter(has_text="Answers")).to_contain_text(
        "come from it"
    )


def test_a_reject_is_read_again_and_another_forgotten(
    page: Any, archive: Path, tmp_path: Path
) -> None:
    page.locator("#files").set_input_files(
        [{"name": "noise.bin", "mimeType": "application/octet-stream", "buffer": BINARY}]
    )
    done(page)
    rejects = page.locator("#holdings .rejects li")
    expect(rejects.filter(has_text="damaged.txt")).to_have_count(1)
    file(tmp_path / "mended", "a.md", "Cape Tern").replace(archive / "damaged.txt")
    page.get_by_role("button", name="Try damaged.txt again").click()
    expect(page.locator("#results li")).to_contain_text("Added: Pilots train at Cape Tern")
    expect(rejects.filter(has_text="damaged.txt")).to_have_count(0)
    page.get_by_role("button", name="Forget noise.bin").press("Enter")
    expect(rejects.filter(has_text="noise.bin")).to_have_count(0)
    expect(page.locator("#told")).to_have_text("Taken off the list.")
    expect(page.locator("#told")).to_be_focused()  # the button that was pressed is gone


def test_an_address_in_a_private_network_is_refused(page: Any) -> None:
    page.get_by_label("Or the address of a page").fill("http://127.0.0.1:9/page.html")
    page.keyboard.press("Enter")
    expect(page.locator("#results li")).to_contain_text("private network")
    assert done(page).inner_text() == "Done: 1 not used."
    page.get_by_label("Or the address of a page").fill("ftp://example.org/page.html")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_have_text("Only http and https addresses are read.")


def reach(page: Any, what: Any) -> None:
    """Press Tab until `what` has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if what.evaluate("element => element === document.activeElement"):
            return
    pytest.fail("it cannot be reached with the Tab key")


def test_by_keyboard_alone(page: Any) -> None:
    reach(page, page.locator("#files"))
    ring = page.locator("#drop label").evaluate("label => getComputedStyle(label).outlineStyle")
    assert ring == "solid"  # the label stands for the input, which cannot be seen
    reach(page, page.get_by_label("Or the address of a page"))
    page.keyboard.type("http://127.0.0.1:9/keyboard.html")
    page.keyboard.press("Enter")
    expect(page.locator("#results li")).to_contain_text("keyboard.html")
    done(page)
    name = "Forget http://127.0.0.1:9/keyboard.html"
    reach(page, page.get_by_role("button", name=name))
    page.keyboard.press("Space")
    expect(page.locator("#told")).to_have_text("Taken off the list.")
    reach(page, page.locator("#model"))


def test_files_dropped_on_the_page_are_added(page: Any) -> None:
    words = "Pilots train at Graywick\n\n1 March 2019\n\n" + "Crews row at Graywick at dusk. " * 20
    data = page.evaluate_handle(
        "words => { const data = new DataTransfer();"
        " data.items.add(new File([words], 'dropped.txt', {type: 'text/plain'})); return data; }",
        words,
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": data})
    expect(page.locator("#results li")).to_contain_text("Added:", timeout=60_000)


def test_the_second_who_adds_is_told_so(
    page: Any, place: Path, visit: Callable[..., Visit], server: Server, tmp_path: Path
) -> None:
    path = file(tmp_path / "new", "a.md", "Elsinmere")
    with Library.open(place) as other, other._store.writing():
        page.locator("#files").set_input_files(path)
        expect(page.locator("#told")).to_contain_text("Somebody is changing the library")
        asking = visit(server.url)  # while questions go on being answered
        asking.ask("How many buoys were repaired at Norrhaven?")
    page.locator("#change button.again").click()
    expect(page.locator("#results li")).to_contain_text("Added:", timeout=60_000)


def test_the_library_is_embedded_again_or_not(page: Any) -> None:
    page.get_by_role("button", name="Re-embed").click()
    expect(page.locator("#told")).to_contain_text("texts were embedded", timeout=60_000)
    expect(page.locator("#holdings")).to_contain_text("embedded with all-MiniLM-L6-v2")


def test_a_read_only_page_only_shows(
    place: Path, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    with running(tmp_path / "log", "--library", str(place), "--read-only") as server:
        seen = visit(server.url)
        reply = seen.ask("How many buoys were repaired at Norrhaven?")
        assert reply.locator(".verdicts").count() == 0
        shown = visit(server.url + "library", ready="#holdings").page
        expect(shown.locator("main .note")).to_contain_text("read-only")
        expect(shown.locator("main :is(button, input, select)")).to_have_count(0)
        assert seen.problems == []
