"""Write the question set over Swiss releases as a file that the harness reads.

    python benchmarks/swiss_questions --documents COLLECTION.jsonl.gz --out questions.jsonl

`questions.jsonl` beside this file holds questions about releases of the Swiss government, some
without an answer, in the form of the development questions. Nothing was fitted or written with them
at hand: they measure. The releases are not part of the project; evidence is named by its place in
them. COLLECTION is the file of documents of the development questions.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=Path, required=True, help="JSONL, gzipped")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with gzip.open(options.documents, "rt", encoding="utf-8") as lines:
        texts = {record["id"]: record["text"] for record in map(json.loads, lines)}
    with options.out.open("w", encoding="utf-8") as file:
        for line in filter(None, (HERE / "questions.jsonl").read_text("utf-8").split("\n")):
            question = json.loads(line)
            for evidence in question["evidence"]:
                start, end = evidence.pop("start"), evidence.pop("end")
                evidence["quote"] = texts[evidence["doc"]][start:end]
            file.write(json.dumps(question, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
