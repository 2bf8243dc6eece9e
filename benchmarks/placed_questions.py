"""Question sets that name their evidence by its place in releases outside the project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path


def write_quoted(folder: Path, texts: Mapping[str, str], out: Path) -> None:
    """Each `questions*.jsonl` of a folder, into `out`, with its evidence quoted from the texts.

    Args:
        folder: holds the question sets; their evidence has "doc", "start" and "end", in characters.
        texts: of the releases, by their ids.
        out: an existing folder.
    """
    for path in sorted(folder.glob("questions*.jsonl")):
        with (out / path.name).open("w", encoding="utf-8") as file:
            for line in filter(None, path.read_text("utf-8").split("\n")):
                question = json.loads(line)
                for evidence in question["evidence"]:
                    start, end = evidence.pop("start"), evidence.pop("end")
                    evidence["quote"] = texts[evidence["doc"]][start:end]
                file.write(json.dumps(question, ensure_ascii=False) + "\n")
