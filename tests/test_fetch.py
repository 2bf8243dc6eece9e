"""Adding pages from the web to a library, against a server on loopback."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dateline.main import main
from embeddings import Library
from embeddings.embed import Encoder

PAGE = """<html><head><title>{title}</title></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<main><h1>{title}</h1>
<p>ALDERPORT, {day} - The Harbour Board today {what}, after nine months of work that had been held
up by storms and by a shortage of stone from the quarry.</p>
<p>The engineer in charge, Ilka Brandt, said that the town had waited long enough and thanked the
fishers for their patience during the closure of the old quay.</p></main>
<footer>Harbour Board</footer></body></html>
"""

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><title>Pier</title><link>{root}/pier.html</link></item>
<item><title>Quay</title><link>{root}/quay.html</link></item>
<item><title>Gone</title><link>{root}/gone.html</link></item>
</channel></rss>
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of a site with two releases and a feed that also lists a missing one."""
    root = tmp_path / "site"
    root.mkdir()
    pier = PAGE.format(title="Board opens the pier", day="3 May 2017", what="opened the pier")
    quay = PAGE.format(title="Board closes the quay", day="9 June 2018", what="closed the old quay")
    (root / "pier.html").write_text(pier, encoding="utf-8")
    (root / "quay.html").write_text(quay, encoding="utf-8")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    handler = functools.partial(Handler, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        (root / "feed.xml").write_text(FEED.format(root=address), encoding="utf-8")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield address
        server.shutdown()
        thread.join()


def test_a_feed_brings_its_pages(library: Library, site: str) -> None:
    report = library.fetch(f"{site}/feed.xml", allow_private=True)
    assert report.added == 2
    assert [path for path, _ in report.rejected] == [f"{site}/gone.html"]
    assert {release.url for release in library.releases()} == {
        f"{site}/pier.html",
        f"{site}/quay.html",
    }
    again = library.fetch(f"{site}/feed.xml", allow_private=True)
    assert (again.added, again.unchanged, again.embedded) == (0, 2, 0)
    counts = library.counts()
    assert (counts["inputs"], counts["releases"], counts["rejects"]) == (3, 2, 1)
    assert library.verify() == []


def test_loopback_is_refused_unless_allowed(library: Library, site: str) -> None:
    report = library.fetch(f"{site}/pier.html")
    assert (report.added, len(report.rejected)) == (0, 1)
    assert library.counts()["releases"] == 0


def test_on_the_command_line(
    tmp_path: Path,
    site: str,
    encoder: Encoder,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, create=True, encoder=encoder) as library:
        library.fetch(f"{site}/pier.html", allow_private=True)
    listed = tmp_path / "urls.txt"
    listed.write_text(f"# our pages\n\n{site}/pier.html\n", encoding="utf-8")
    given = ["add", "--urls", str(listed), "--library", str(folder)]
    assert main([*given, "--allow-private"]) == 0
    assert "1 unchanged" in capsys.readouterr().out
    assert main(["add", "--library", str(folder)]) == 1
    assert "Nothing was given to add" in capsys.readouterr().err
