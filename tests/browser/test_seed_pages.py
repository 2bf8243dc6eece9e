"""The questions about the two real pages, asked in the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driver import Server, Visit, running
from seeds import ANSWERED, CHAIRED, REFUSED, SEEDS

from embeddings import Library

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the seed pages are not at {SEEDS}")


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Server]:
    """The chat on a library of the two pages."""
    folder = tmp_path_factory.mktemp("seeds")
    with Library.open(folder / "library", create=True) as library:
        assert library.add(SEEDS).added == 2
    with running(folder / "log", "--library", str(folder / "library"), cache=cache) as server:
        yield server


@pytest.mark.parametrize(("question", "short", "year"), ANSWERED)
def test_answered_with_title_and_date(
    seeds: Server, visit: Callable[..., Visit], question: str, short: str, year: int
) -> None:
    seen = visit(seeds.url)
    reply = seen.ask(question)
    assert short in reply.locator(".short").inner_text()
    assert reply.locator("blockquote").count() == 1
    issued = reply.locator("figcaption time").first.get_attribute("datetime")
    assert issued
    assert issued.startswith(str(year))
    assert seen.problems == []


def test_a_follow_up(seeds: Server, visit: Callable[..., Visit]) -> None:
    seen = visit(seeds.url)
    seen.ask(CHAIRED)
    reply = seen.ask("Which country does she represent?")
    assert "Sweden" in reply.locator(".short").inner_text()


@pytest.mark.parametrize("question", REFUSED)
def test_refused(seeds: Server, visit: Callable[..., Visit], question: str) -> None:
    reply = visit(seeds.url).ask(question)
    assert "does not answer" in reply.inner_text()
    assert reply.locator("a.cite").count() == 0
