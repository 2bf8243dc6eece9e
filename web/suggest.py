"""The questions offered at the start: ones whose answers were seen to be right."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from importlib import resources

from embeddings.library import Library
from embeddings.types import Filters, Release
from qa.answering import answer
from qa.types import Answer
from web.suggest_kinds import KINDS, Candidate, candidates

_OFFERED = 5
_A_KIND = 2  # questions of one kind
_SECONDS = 6.0  # for all of them: the start should not wait longer
_READ = 600  # releases looked at, about


def sample_questions() -> list[str]:
    """The example questions that come with the sample releases."""
    lines = resources.files("embeddings").joinpath("samples/questions.jsonl").read_text("utf-8")
    questions = [json.loads(line) for line in lines.splitlines() if line.strip()]
    return [str(question["question"]) for question in questions if question.get("example")]


def suggestions(library: Library) -> list[str]:
    """Questions about this library's latest releases that it answers with the release they are of.

    They are short and of several kinds. May be empty: a question is offered only when its answer
    says what its release says and cites it.
    """
    offered: list[Candidate] = []
    until = time.monotonic() + _SECONDS
    for candidate in _in_turn(_recent(library)):
        kinds = Counter(chosen.kind for chosen in offered)
        if len(offered) == _OFFERED or time.monotonic() > until:
            break
        if kinds[candidate.kind] >= _A_KIND or any(
            candidate.release_id == chosen.release_id or candidate.question == chosen.question
            for chosen in offered
        ):
            continue
        if _right(answer(candidate.question, library), candidate):
            offered.append(candidate)
    return [candidate.question for candidate in offered]


def _right(reply: Answer, candidate: Candidate) -> bool:
    """Whether the answer says what was expected and cites the release that says it."""
    cited = {citation.release_id for citation in reply.citations}
    said = reply.short.partition(" (")[0].casefold()  # what follows says how it was worked out
    expected = candidate.expected.casefold()
    agrees = expected in said or (" " in said and said in expected)
    return reply.answered and agrees and candidate.release_id in cited


def _recent(library: Library) -> Sequence[Release]:
    """The latest releases, the last one first; about 600, of a span as long as that takes."""
    last = library.catalog().last
    found: list[Release] = []
    days = 30
    while last and len(found) < _READ and days < 40_000:
        since = last - dt.timedelta(days=days) if days < last.toordinal() else dt.date.min
        found = list(itertools.islice(library.releases(Filters(since=since)), 5 * _READ))
        days *= 4
    return found[::-1]


def _in_turn(releases: Sequence[Release]) -> Iterator[Candidate]:
    """One candidate of each kind in turn, so that what is offered is of several kinds."""
    waiting: dict[str, list[Candidate]] = defaultdict(list)
    for release in releases:
        for candidate in candidates(release):
            waiting[candidate.kind].append(candidate)
    holders: dict[str, set[str]] = defaultdict(set)  # of an office: several can have the same one
    for candidate in waiting["who was"]:
        holders[_office(candidate)].add(candidate.expected)
    waiting["who was"] = [
        candidate for candidate in waiting["who was"] if len(holders[_office(candidate)]) == 1
    ]
    for row in itertools.zip_longest(*(waiting[kind] for kind in KINDS)):
        yield from (candidate for candidate in row if candidate)


def _office(candidate: Candidate) -> str:
    """The question without its month."""
    return candidate.question.rpartition(" in ")[0]
