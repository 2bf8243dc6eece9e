"""Write the question sets over Swiss releases as files that the harness reads.

    python benchmarks/swiss_questions --documents COLLECTION.jsonl.gz --out FOLDER

`questions.jsonl` and the three files after it hold questions about releases of the Swiss
government, some without an answer, in the form of the development questions. They measure: no
weight is fitted on them. (What failed on the first two and the fourth was looked at; of the third
only the figures were.) The releases are not part of the project; evidence is named by its place in
them.
COLLECTION is the file of documents of the development questions.
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


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=Path, required=True, help="JSONL, gzipped")
    parser.add_argument("--out", type=Path, required=True, help="folder")
    options = parser.parse_args()
    with gzip.open(options.documents, "rt", encoding="utf-8") as lines:
        texts = {record["id"]: record["text"] for record in map(json.loads, lines)}
    options.out.mkdir(parents=True, exist_ok=True)
    write_quoted(HERE, texts, options.out)


if __name__ == "__main__":
    main()
