"""Measures reading alone: files a second, megabytes a second and peak memory, by format.

    python benchmarks/read_throughput.py [--files 200] [--data ../shared/data]

The files are made of invented text; with --data the pages and releases found there are read as
well. Megabytes are those on disk. On a busy machine the figures for a second of processor time say
more than those by the clock. Peak memory is that of this process and of the guarded one apart; the
last column is how much the first grew after its first fifty documents.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import read_samples as samples  # noqa: E402

from embeddings.read import Failure, read_inputs  # noqa: E402
from embeddings.read_guard import close_all  # noqa: E402

MB = 1_000_000


def page(number: int) -> bytes:
    """A page with a menu, forty paragraphs and a footer."""
    menu = "".join(
        f'<li class="menu-item"><a href="/{n}">Menu entry {n}</a></li>' for n in range(80)
    )
    body = "".join(
        f"<p>Paragraph {n} of release {number}: the <b>Lakeside Union</b> &amp; its members agreed "
        f"on station {n * number % 97}, and on what it will report every hour.</p>\n"
        for n in range(40)
    )
    return f'<html><body><nav><ul class="menu">{menu}</ul></nav><main>{body}</main></body>'.encode()


def pdf(number: int) -> bytes:
    """A PDF of two pages with forty lines each."""
    return samples.pdf(
        [
            [
                (
                    72.0,
                    780.0 - 16 * row,
                    11.0,
                    f"Line {row} of page {side} of release {number} says so.",
                )
                for row in range(40)
            ]
            for side in (1, 2)
        ]
    )


def docx(number: int) -> bytes:
    """A Word file of forty paragraphs."""
    return samples.docx([("", f"Paragraph {n} of release {number}, as agreed.") for n in range(40)])


MAKERS: dict[str, Callable[[int], bytes]] = {
    "text": lambda number: samples.TEXT * 10 + str(number).encode(),
    "html": page,
    "pdf": pdf,
    "docx": docx,
    "eml": lambda number: samples.EML + str(number).encode(),
}
SUFFIXES = {"text": ".txt", "html": ".html", "pdf": ".pdf", "docx": ".docx", "eml": ".eml"}


def resident() -> float:
    """Resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MB


def processor_seconds() -> float:
    """Processor time of this process and of those it has ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def measure(label: str, place: Path, size: int) -> None:
    close_all()  # so that the processor time of the guarded process is counted with this input
    before, began = processor_seconds(), time.perf_counter()
    documents = failures = 0
    early = peak = 0.0
    for outcome in read_inputs([place]):
        documents += not isinstance(outcome, Failure)
        failures += isinstance(outcome, Failure)
        if (documents + failures) % 50 == 0:
            peak = max(peak, resident())
            early = early or peak
    seconds = time.perf_counter() - began
    close_all()
    busy = processor_seconds() - before
    rates = [documents / seconds, documents / busy, size / seconds / MB, size / busy / MB]
    print(
        f"{label:16} {documents:6} {failures:8} {rates[0]:8.0f} {rates[1]:10.0f} {rates[2]:7.1f} "
        f"{rates[3]:8.1f} {max(peak, resident()):7.0f} {max(0.0, peak - early):8.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, one reader")
    print(
        f"{'input':16} {'docs':>6} {'failures':>8} {'docs/s':>8} {'docs/cpu s':>10} {'MB/s':>7} "
        f"{'MB/cpu s':>8} {'MB peak':>7} {'MB grown':>8}"
    )
    with tempfile.TemporaryDirectory() as folder:
        everything: dict[str, bytes] = {}
        for kind, make in MAKERS.items():
            place = Path(folder) / kind
            place.mkdir()
            for number in range(options.files):
                content = make(number)
                (place / f"{number:05}{SUFFIXES[kind]}").write_bytes(content)
                everything[f"{kind}/{number:05}{SUFFIXES[kind]}"] = content
            measure(kind, place, sum(file.stat().st_size for file in place.iterdir()))
        packed = samples.zip_of(everything)
        (Path(folder) / "all.zip").write_bytes(packed)
        measure("zip of these", Path(folder) / "all.zip", sum(map(len, everything.values())))
        archive = options.data / "pages" / "pages.tar.gz"
        if archive.exists():
            with tarfile.open(archive) as opened:
                opened.extractall(Path(folder) / "real", filter="data")
            for place in sorted((Path(folder) / "real" / "pages").glob("*_html")):
                size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
                measure(place.name, place, size)
        for file in sorted((options.data / "releases").glob("*.jsonl.gz")):
            measure(file.name.split("_")[0], file, file.stat().st_size)
    close_all()
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / MB
    print(f"peak memory of the guarded process: {child:.0f} MB")


if __name__ == "__main__":
    main()
