"""The questions offered at the start of a conversation."""

from __future__ import annotations

import json
from importlib import resources


def sample_questions() -> list[str]:
    """The example questions that come with the sample releases."""
    lines = resources.files("embeddings").joinpath("samples/questions.jsonl").read_text("utf-8")
    questions = [json.loads(line) for line in lines.splitlines() if line.strip()]
    return [str(question["question"]) for question in questions if question.get("example")]
