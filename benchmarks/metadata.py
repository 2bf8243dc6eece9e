"""How many titles, dates and places come out right, and how clean the body is.

    python benchmarks/metadata.py [--data ../shared/data] [--swiss N] [--seed S] [--worst N]

- doj_html, page_text: real press release pages, as HTML and flattened; title and date are known.
- swiss: releases of another government, rebuilt as saved page text: an invented site's menus, a
  kicker, the title, a field block in one of six styles and four languages, a dateline, the body
  (in one of four pages a second time, in one of four after its lead as a teaser), a footer.
  A date or place stands in the fields, in the dateline, or in both; never in neither.

Title and date must match exactly (white space collapsed), the place without regard to case. Body:
mean F1 over bags of word tokens.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import random
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.boilerplate import token_f1
from embeddings.clean import clean
from embeddings.errors import Rejected
from embeddings.parse import parse
from embeddings.read_decode import decode
from embeddings.read_html import read_html
from embeddings.read_text import read_text


@dataclass(frozen=True)
class Page:
    """A page and what is known about the release on it; an empty place is not scored."""

    name: str
    text: str
    title: str
    date: str
    place: str
    body: str
    html: bool = False


# --- invented pages ------------------------------------------------------------------------------

_MENU = """Start|Harbour council|Who we are|The nine quays|Annual accounts|Vacancies|Tide tables
Lighthouses|Northern light|Southern light|Visitor centre|Dredging|Pilot service|Publications
Press releases|Photo library|Speeches|Key figures|Contact|Harbour map|Fees and permits|Sailing club
Sustainable shipping|Ferry lines|Customs|Safety at sea|Training|Partners|Events|News archive
Fish market|Rules of the quay|Water quality|Rescue boats|Ice service|Library|School visits"""
_FOOT = """Harbour Council of Orsund|Quay 4|Telephone exchange|Legal notice|Privacy policy|Sitemap
Follow us|Newsletter|RSS|Accessibility|Back to top|Related|More news|Print this page"""
_COOKIES = (
    "We use cookies to improve your experience. By staying on this page you accept our cookies."
)
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_LABELS = {
    "en": ("Date", "Place", "Source", "Topics"),
    "de": ("Datum", "Ort", "Quelle", "Themen"),
    "fr": ("Date", "Lieu", "Source", "Thèmes"),
    "it": ("Data", "Luogo", "Fonte", "Temi"),
}
_KICKERS = ("Press release", "PRESS RELEASE", "Media release", "For immediate release", "News")


def _entries(text: str) -> list[str]:
    return [entry for line in text.split("\n") for entry in line.split("|")]


def _menu(random_: random.Random, text: str, style: int) -> list[str]:
    entries = random_.sample(_entries(text), k=random_.randint(6, len(_entries(text))))
    if style == 0:
        return [
            line for e in entries for line in (["-", e] if random_.random() < 0.2 else [f"- {e}"])
        ]
    if style == 1:
        return entries
    return [e if random_.random() < 0.3 else f"- {e}" for e in entries]


def _date(random_: random.Random, day: dt.date) -> str:
    month = _MONTHS[day.month - 1]
    return random_.choice(
        [
            f"{day.day:02}.{day.month:02}.{day.year}",
            f"{day.day} {month} {day.year}",
            f"{month} {day.day}, {day.year}",
            f"{month[:3]}. {day.day}, {day.year}"
            if day.month != 5
            else f"May {day.day}, {day.year}",
        ]
    )


def rebuild(row: dict[str, Any], random_: random.Random) -> Page:
    """One release as the saved text of a page of an invented site."""
    day = dt.date.fromisoformat(row["date"])
    place, source = row["place"], row["department"]
    lines: list[str] = []
    style = random_.randrange(3)
    lines += _menu(random_, _MENU, style)
    if random_.random() < 0.3:
        lines.append(_COOKIES)
    kicker = random_.random() < 0.75
    block = random_.randrange(6)  # 0: bulleted, 1: bare, 2: inline, 3: date line, 4-5: none
    if kicker:
        lines.append(random_.choice(_KICKERS))
    with_dateline = block >= 3 or random_.random() < 0.7
    empty_date = with_dateline and random_.random() < 0.5
    empty_place = with_dateline and random_.random() < 0.3
    labels = _LABELS[random_.choice(list(_LABELS))]
    values = ("" if empty_date else _date(random_, day), "" if empty_place else place, source)
    values += ("Harbours, Public finance",)
    if block == 3:
        lines.append(_date(random_, day))
    lines.append(row["title"])
    for label, value in zip(labels, values, strict=True):
        if block == 0:
            lines += [f"- {label}:"] + ([f"- {value}"] if value else [])
        elif block == 1:
            lines += [f"{label}:"] + ([value] if value else [])
        elif block == 2 and value:
            lines.append(f"{label}: {value}")
    lead = row["lead"] or ""
    paragraphs = [part for part in [lead, *row["text"].split("\n")] if part.strip()]
    gold = "\n".join(paragraphs)
    if with_dateline and paragraphs:
        opening = random_.choice([place, place.upper()]) + ", " + _date(random_, day)
        paragraphs[0] = opening + random_.choice([" - ", " – ", " -- ", ": "]) + paragraphs[0]
        gold = opening + " " + gold
    extra = random_.random()
    if extra < 0.25:
        paragraphs = paragraphs + paragraphs[1:]
    elif extra < 0.5 and len(lead) > 60:
        cut = lead[: lead.rfind(" ", 0, 2 * len(lead) // 3)] + " ..."
        paragraphs = [random_.choice([lead, cut]), *paragraphs]
    lines += paragraphs
    lines += _menu(random_, _FOOT, style)
    text = "\n".join(lines)
    return Page(f"{row['id']}.txt", text, row["title"], row["date"], place, gold)


# --- real pages ----------------------------------------------------------------------------------


def doj(folder: Path, html: bool) -> Iterator[Page]:
    for line in (folder / "doj_gold.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        known = row["title"], row["date"], "", row["gold_body"]
        if not html:
            yield Page(f"{row['id']}.txt", row["page_text"], *known)
        elif (path := folder / "doj_html" / f"{row['id']}.html").exists():
            yield Page(path.name, decode(path.read_bytes(), "utf-8")[0], *known, html=True)


def swiss(path: Path, count: int, seed: int) -> Iterator[Page]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    rows = [row for row in rows if len((row["lead"] + row["text"]).split()) >= 40]
    random_ = random.Random(seed)
    for row in random_.sample(rows, k=min(count, len(rows))):
        yield rebuild(row, random_)


# --- scores --------------------------------------------------------------------------------------


def measure(name: str, pages: list[Page], worst: int) -> None:
    right: Counter[str] = Counter()
    scored: Counter[str] = Counter()
    total, wrong, low = 0.0, [], []
    began = time.perf_counter()
    for page in pages:
        document = (read_html if page.html else read_text)(page.text, page.name, "")
        try:
            body = clean(document)
        except Rejected:
            wrong.append(f"{page.name} rejected")
            scored.update(["title", "date"] + (["place"] if page.place else []))
            continue
        release = parse(document, body)
        found = {
            "title": release.title,
            "date": release.date.isoformat() if release.date else "",
            "place": release.place.casefold(),
        }
        gold = {"title": page.title, "date": page.date, "place": page.place.casefold()}
        for key, value in gold.items():
            value = " ".join(value.split())
            if value:
                scored[key] += 1
                right[key] += found[key] == value
                if found[key] != value:
                    wrong.append(f"{page.name} {key}: {found[key]!r} for {value!r}")
        total += (score := token_f1(release.text, page.body))
        low.append((score, page.name))
    seconds = time.perf_counter() - began
    shares = "  ".join(f"{key} {right[key] / scored[key]:.4f}" for key in scored)
    print(
        f"{name:<10} {len(pages):>5} pages  {shares}  body F1 {total / len(pages):.4f}"
        f"  {1000 * seconds / len(pages):.1f} ms/page"
    )
    for line in wrong[:worst]:
        print("   ", line)
    if worst:
        print("   ", sorted(low)[:worst])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    here = Path(__file__).resolve().parents[1]
    parser.add_argument("--data", type=Path, default=here.parent / "shared" / "data")
    parser.add_argument("--swiss", type=int, default=1000, help="how many releases to rebuild")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worst", type=int, default=0, help="list so many wrong values")
    given = parser.parse_args()
    archive = given.data / "pages" / "pages.tar.gz"
    if not archive.exists():
        sys.exit(f"{archive} is not there; give the data folder with --data.")
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(archive) as tar:
        tar.extractall(scratch, filter="data")
        folder = Path(scratch) / "pages"
        measure("doj_html", list(doj(folder, True)), given.worst)
        measure("page_text", list(doj(folder, False)), given.worst)
    releases = given.data / "releases" / "swissgov_until2018.jsonl.gz"
    measure("swiss", list(swiss(releases, given.swiss, given.seed)), given.worst)


if __name__ == "__main__":
    main()
