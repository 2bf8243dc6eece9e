"""Write the question set over US releases as files that the harness reads.

    python benchmarks/us_questions --releases ../shared/data/releases --out DIR

`questions.jsonl`, `questions_2.jsonl` and `questions_3.jsonl` beside this file hold 194, 179 and
620 questions, written for this project by reading releases of the US Department of Justice and of
US senators (works of the US government), some without an answer there. The releases are not part of
the project: `collection.txt` names the 1,324 that the questions are about or stand beside, and
evidence is named by its place in them. This puts both together.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent))
from placed_questions import write_quoted  # noqa: E402

FILES = ("doj_5000.jsonl.gz", "senate_sample10000.jsonl.gz")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--releases", type=Path, required=True, help=f"holds {', '.join(FILES)}")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    wanted = (HERE / "collection.txt").read_text("utf-8").split()
    found = {}
    for name in FILES:
        with gzip.open(options.releases / name, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                found[record["id"]] = record
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "collection.jsonl").open("w", encoding="utf-8") as file:
        for one in wanted:
            file.write(json.dumps(_document(found[one]), ensure_ascii=False) + "\n")
    texts = {name: one["text"] for name, one in found.items()}
    write_quoted(HERE, texts, options.out)
    print(f"{len(wanted)} releases and their questions in {options.out}")


def _document(record: dict[str, object]) -> dict[str, object]:
    senator = record.get("senator")
    component = record.get("component")
    first = component[0] if isinstance(component, list) and component else ""
    return {
        "id": record["id"],
        "title": record["title"],
        "date": record["date"],
        "place": "",
        "source": f"Office of Senator {senator}" if senator else first,
        "text": record["text"],
        "url": record.get("url", ""),
    }


if __name__ == "__main__":
    main()
