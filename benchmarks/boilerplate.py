"""How much of a page's own text is kept, and how little else: Dateline beside other tools.

    python benchmarks/boilerplate.py [--data ../shared/data] [--only doj_html,...] [--limit N]
                                     [--tools dateline,trafilatura,...] [--worst N]

Four sets, all tools in one run on the same bytes:

- doj_html: press releases as HTML; mean F1 over bags of word tokens against the gold body.
- page_text: the same pages flattened to lines of text. Tools that read HTML are given each line as
  a paragraph, which is the best one can do for them; "long lines" keeps lines of ten words or more.
- articles_html: news articles; precision, recall and F1 over 4-gram shingles, pooled as in the
  article extraction benchmark (mean precision and recall over pages, F1 of these).
- trafilatura_html: pages with segments that must and must not be in the text; accuracy over them,
  and the F1 of the positives.

trafilatura and readability-lxml must be installed (extra "benchmark").
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import platform
import re
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from embeddings.clean import clean
from embeddings.errors import Rejected
from embeddings.read_decode import decode
from embeddings.read_html import read_html
from embeddings.read_text import read_text

Tool = Callable[[bytes, str], str]


# --- tools ---------------------------------------------------------------------------------------


def dateline(data: bytes, name: str) -> str:
    declared = re.search(rb"charset=[\"']?([\w-]+)", data[:4096])
    text, _ = decode(data, declared[1].decode() if declared else "")
    document = (read_text if name.endswith(".txt") else read_html)(text, name, "")
    try:
        return clean(document).text
    except Rejected:
        return ""


def as_html(data: bytes, name: str) -> str:
    if not name.endswith(".txt"):
        return data.decode("utf-8", "replace")
    lines = (html.escape(line) for line in data.decode().split("\n") if line.strip())
    return "<html><body>" + "\n".join(f"<p>{line}</p>" for line in lines) + "</body></html>"


def trafilatura(data: bytes, name: str) -> str:
    from trafilatura import extract

    given = as_html(data, name) if name.endswith(".txt") else data
    return extract(given, include_comments=False) or ""


def readability(data: bytes, name: str) -> str:
    from lxml.html import fromstring
    from readability import Document

    try:
        summary = Document(as_html(data, name)).summary()
        tree = fromstring(summary)
    except Exception:  # it raises many kinds on pages it cannot read
        return ""
    return "\n".join(part.strip() for part in tree.itertext() if part.strip())


def justext(data: bytes, name: str) -> str:
    import justext as tool

    given: Any = as_html(data, name)
    try:
        paragraphs = tool.justext(given.encode(), tool.get_stoplist("English"))
    except Exception:
        return ""
    return "\n".join(part.text for part in paragraphs if not part.is_boilerplate)


def long_lines(data: bytes, name: str) -> str:
    text = data.decode("utf-8", "replace")
    if not name.endswith(".txt"):
        text = re.sub(r"(?is)<(script|style).*?</\1>|<[^>]+>", "\n", text)
    return "\n".join(line for line in text.split("\n") if len(line.split()) >= 10)


TOOLS: dict[str, Tool] = {
    "dateline": dateline,
    "trafilatura": trafilatura,
    "readability": readability,
    "justext": justext,
    "long lines": long_lines,
}

# --- scores --------------------------------------------------------------------------------------


def tokens(text: str) -> list[str]:
    """Word tokens. The gold bodies lost every character outside ASCII, so these are left out."""
    text = re.sub(r"[^\x00-\x7f]", "", text.replace("\u00a0", " ")).replace("'", "")
    return re.findall(r"\w+", text.casefold())


def token_f1(found: str, gold: str) -> float:
    a, b = Counter(tokens(found)), Counter(tokens(gold))
    same = sum((a & b).values())
    return 2 * same / (a.total() + b.total()) if a or b else 1.0


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    count = max(1, len(words) - size + 1)
    return Counter(tuple(words[i : i + size]) for i in range(count) if words)


def shingle_scores(found: str, gold: str) -> tuple[float, float]:
    a, b = shingles(found), shingles(gold)
    same = sum((a & b).values())
    precision = same / a.total() if a else float(not b)
    recall = same / b.total() if b else float(not a)
    return precision, recall


# --- sets ----------------------------------------------------------------------------------------

Case = tuple[str, bytes, Any]  # file name, bytes, gold


def doj_html(folder: Path) -> Iterator[Case]:
    for row in _rows(folder / "doj_gold.jsonl"):
        path = folder / "doj_html" / f"{row['id']}.html"
        if path.exists():
            yield path.name, path.read_bytes(), row["gold_body"]


def page_text(folder: Path) -> Iterator[Case]:
    for row in _rows(folder / "doj_gold.jsonl"):
        yield f"{row['id']}.txt", row["page_text"].encode(), row["gold_body"]


def articles_html(folder: Path) -> Iterator[Case]:
    gold = json.loads((folder / "articles_ground_truth.json").read_text("utf-8"))
    for path in sorted((folder / "articles_html").glob("*.html.gz")):
        key = path.name.removesuffix(".html.gz")
        if key in gold:
            yield f"{key}.html", gzip.decompress(path.read_bytes()), gold[key]["articleBody"]


def trafilatura_html(folder: Path) -> Iterator[Case]:
    for entry in json.loads((folder / "trafilatura_evaldata_en.json").read_text("utf-8")).values():
        path = folder / "trafilatura_html" / entry["file"]
        if path.exists():
            yield path.name, path.read_bytes(), entry


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


SETS: dict[str, Callable[[Path], Iterator[Case]]] = {
    "doj_html": doj_html,
    "page_text": page_text,
    "articles_html": articles_html,
    "trafilatura_html": trafilatura_html,
}


def measure(name: str, cases: list[Case], tool: Tool) -> tuple[dict[str, float], dict[str, float]]:
    """The scores of one tool on one set, and its score for each page."""
    pages: dict[str, float] = {}
    pairs, hits = [], Counter[str]()
    began = time.perf_counter()
    texts = [tool(data, file) for file, data, _ in cases]
    seconds = time.perf_counter() - began
    for (file, _, gold), found in zip(cases, texts, strict=True):
        if name in {"doj_html", "page_text"}:
            pages[file] = token_f1(found, gold)
        elif name == "articles_html":
            pairs.append(shingle_scores(found, gold))
            p, r = pairs[-1]
            pages[file] = 2 * p * r / (p + r) if p + r else 0.0
        else:
            right = 0
            for wanted in (True, False):
                for segment in gold["with" if wanted else "without"]:
                    inside = segment in found
                    hits[f"{wanted}{inside}"] += 1
                    right += inside == wanted
            pages[file] = right / max(1, len(gold["with"]) + len(gold["without"]))
    if name == "articles_html":
        precision = sum(p for p, _ in pairs) / len(pairs)
        recall = sum(r for _, r in pairs) / len(pairs)
        scores = {
            "F1": 2 * precision * recall / (precision + recall),
            "precision": precision,
            "recall": recall,
        }
    elif name == "trafilatura_html":
        right = hits["TrueTrue"] + hits["FalseFalse"]
        precision = hits["TrueTrue"] / max(1, hits["TrueTrue"] + hits["FalseTrue"])
        recall = hits["TrueTrue"] / max(1, hits["TrueTrue"] + hits["TrueFalse"])
        scores = {
            "accuracy": right / hits.total(),
            "precision": precision,
            "recall": recall,
            "F1": 2 * precision * recall / max(1e-9, precision + recall),
        }
    else:
        values = sorted(pages.values())
        scores = {"F1": sum(values) / len(values), "lowest": values[0]}
    return scores | {"ms/page": 1000 * seconds / len(cases)}, pages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    here = Path(__file__).resolve().parents[1]
    parser.add_argument("--data", type=Path, default=here.parent / "shared" / "data")
    parser.add_argument("--only", default=",".join(SETS))
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--limit", type=int, default=0, help="pages of each set")
    parser.add_argument("--worst", type=int, default=0, help="list the worst pages of dateline")
    given = parser.parse_args()
    archive = given.data / "pages" / "pages.tar.gz"
    if not archive.exists():
        sys.exit(f"{archive} is not there; give the data folder with --data.")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(archive) as tar:
        tar.extractall(scratch, filter="data")
        folder = Path(scratch) / "pages"
        for name in given.only.split(","):
            cases = list(SETS[name](folder))[: given.limit or None]
            print(f"\n{name}: {len(cases)} pages")
            for label in given.tools.split(","):
                scores, pages = measure(name, cases, TOOLS[label])
                shown = "  ".join(f"{key} {value:.4f}" for key, value in scores.items())
                print(f"  {label:<12} {shown}")
                if label == "dateline":
                    for file in sorted(pages, key=pages.__getitem__)[: given.worst]:
                        print(f"      {pages[file]:.3f} {file}")


if __name__ == "__main__":
    main()
