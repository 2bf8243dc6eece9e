"""Question files, in each form the harness reads, as one list of cases.

- JSONL, one question a line: {"question", "answers", "evidence": [{"doc", "title", "quote"}]}, and
  optionally "id", "type" and flags. One answer may stand without its list, and a title alone for
  its evidence. A question with neither answers nor evidence has no answer: say so with
  "unanswerable": true.
- JSONL of conversations: {"id", "turns": [questions as above]}.
- SQuAD v1.1 and v2.0: the paragraph is the evidence.
- MultiHop-RAG: each fact of the evidence list is a quote.

Any of them may be gzipped. Evidence needs only one of its fields.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.errors import InputError, NothingFound
from embeddings.types import Filters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an answer stands: a document by name, title or address, and the words that prove it."""

    doc: str = ""
    title: str = ""
    url: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what is right for it.

    `before` holds the turns before it with their accepted answers; `tags` its type and flags;
    `conversation` the name of the one it belongs to, or ""; `filters` what it is asked within.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    tags: tuple[str, ...] = ()
    before: tuple[tuple[str, str], ...] = ()
    conversation: str = ""
    filters: Filters = Filters()

    @property
    def answerable(self) -> bool:
        """Whether there is a right answer other than a refusal."""
        return bool(self.answers or self.evidence)


def read_cases(path: str | Path) -> list[Case]:
    """The questions of a file.

    Raises:
        InputError: the file cannot be read or is in none of the forms.
        NothingFound: it holds no question.
    """
    path = Path(path)
    try:
        text = _read(path)
    except (OSError, EOFError, UnicodeDecodeError) as problem:
        raise InputError(f"The question file {path} cannot be read: {problem}.") from problem
    try:
        cases = list(_cases(text, path.stem))
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise InputError(
            f"{path} is not a question file ({problem}). Write one JSON object a line with "
            '"question", "answers" and "evidence".'
        ) from problem
    if not cases:
        raise NothingFound(f"There is no question in {path}.")
    return cases


def _read(path: Path) -> str:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as file:
            return file.read()
    return path.read_text(encoding="utf-8")


def _cases(text: str, name: str) -> Iterator[Case]:
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if isinstance(data, list):
        yield from (_multihop(item, i) for i, item in enumerate(data))
    elif isinstance(data, dict) and "data" in data:
        yield from _squad(data["data"])
    else:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                item = json.loads(line)
                yield from _conversation(item, f"{name}-{number}")


def _conversation(item: Mapping[str, Any], fallback: str) -> Iterator[Case]:
    if "turns" not in item:
        yield _plain(item, str(item.get("id", fallback)))
        return
    before: list[tuple[str, str]] = []
    for number, turn in enumerate(item["turns"], 1):
        case = _plain(turn, f"{item.get('id', fallback)}/{number}")
        tags = (*case.tags, f"turn {number}")
        name = str(item.get("id", fallback))
        yield replace(case, tags=tags, before=tuple(before), conversation=name)
        # The longest accepted answer is the fullest form of a name.
        before.append((case.question, max(case.answers, key=len, default="")))


def _plain(item: Mapping[str, Any], name: str) -> Case:
    evidence = tuple(_evidence(one) for one in _listed(item.get("evidence")))
    flags = tuple(key for key, value in item.items() if value is True)
    kind = (str(item["type"]),) if item.get("type") else ()
    answers = tuple(str(answer) for answer in _listed(item.get("answers")))
    if "unanswerable" in flags and (answers or evidence):
        raise ValueError(f"{name} is unanswerable and has an answer or evidence")
    return Case(name, str(item["question"]), answers, evidence, kind + flags)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401
    """A list as it is, anything else as a list of one, nothing as an empty list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _evidence(one: Any) -> Evidence:  # noqa: ANN401
    if isinstance(one, str):
        return Evidence(title=one)
    return Evidence(**{key: str(one.get(key) or "") for key in ("doc", "title", "url", "quote")})


def _multihop(item: Mapping[str, Any], number: int) -> Case:
    kind = str(item["question_type"])
    facts = tuple(
        Evidence(title=str(one["title"]), url=str(one.get("url") or ""), quote=str(one["fact"]))
        for one in item["evidence_list"]
    )
    answers = () if kind == "null_query" else (str(item["answer"]),)
    return Case(str(item.get("qid", number)), str(item["query"]), answers, facts, (kind,))


def _squad(articles: list[Any]) -> Iterator[Case]:
    for article in articles:
        for paragraph in article["paragraphs"]:
            evidence = (Evidence(quote=str(paragraph["context"])),)
            for asked in paragraph["qas"]:
                answers = tuple(dict.fromkeys(str(a["text"]) for a in asked["answers"]))
                known = evidence if answers else ()
                yield Case(str(asked["id"]), str(asked["question"]), answers, known)
