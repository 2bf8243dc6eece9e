"""Measure a library on a file of questions.

    dateline evaluate QUESTIONS --library DIR        (or python -m qa.evaluate)

Retrieval is measured on what the reader is given, answers on what the user is shown. Citations are
checked here once more, by reading the cited release, and not by the code that made them.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embeddings.errors import DatelineError
from qa.cases import Case
from qa.gold import Gold, holds, overlaps
from qa.metrics import exact_match, normalise, stands_in, token_f1
from qa.question_words import STOPWORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from embeddings.library import Library
    from qa.types import Answer

LONGEST_ANSWER = 60  # words; a longer text is no short answer
ALL_EVIDENCE = frozenset({"list", "compare"})  # types whose answer must cite every document

Turns = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Where the evidence of one case was found.

    `releases` holds, for each document of the evidence, its rank among the releases found (0 when
    it is not there); `passages` which pieces of evidence each passage holds, best passage first;
    `wanted` counts the pieces.
    """

    releases: tuple[int, ...]
    passages: tuple[tuple[int, ...], ...]
    wanted: int
    understood: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered to one case, and how good it is.

    `cited` says that a quotation shows the evidence, for lists and comparisons all of it;
    `verified` that every citation stands in its release byte for byte; `shown` that the short
    answer stands in a quotation.
    """

    answer: Answer
    right: bool
    exact: bool
    f1: float
    cited: bool
    verified: bool
    shown: bool


@dataclass(slots=True)
class Outcome:
    """Everything measured on one case; `reply` is None where only retrieval was measured."""

    case: Case
    retrieval: Retrieval | None = None
    reply: Reply | None = None
    timings: Mapping[str, float] = field(default_factory=dict)


def evaluate(
    library: Library,
    cases: Sequence[Case],
    *,
    documents: str | Path | None = None,
    answers: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> list[Outcome]:
    """Ask every question of a library.

    Args:
        library: an open library.
        cases: in the order of their turns, as `read_cases` gives them.
        documents: the JSONL file whose record ids the evidence names, if it does.
        answers: False measures retrieval alone.
        progress: called as `progress(done, total)`.

    Returns:
        one outcome a case, in order. In a conversation the turns before are the replies that were
        really given; with `answers` off, the accepted answers.
    """
    gold = Gold(library, documents)
    outcomes = []
    given: dict[tuple[str, Turns], str] = {}
    for done, case in enumerate(cases, 1):
        history = _history(case, given) if answers else case.before
        outcome = Outcome(case)
        if case.evidence:
            outcome.retrieval = _retrieve(library, case, history, gold)
        if answers:
            outcome.reply = _ask(library, case, history, gold)
            outcome.timings = outcome.reply.answer.timings
            given[case.question, case.before] = outcome.reply.answer.text
        outcomes.append(outcome)
        if progress is not None:
            progress(done, len(cases))
    return outcomes


def _history(case: Case, given: Mapping[tuple[str, Turns], str]) -> Turns:
    return tuple(
        (question, given.get((question, case.before[:i]), accepted))
        for i, (question, accepted) in enumerate(case.before)
    )


def _retrieve(library: Library, case: Case, history: Turns, gold: Gold) -> Retrieval:
    from qa.rerank import CANDIDATES, pool, rerank
    from qa.search import search
    from qa.understand import understand

    with library.reading():
        query = understand(case.question, library.catalog(), history, filters=case.filters)
        hits = rerank(library, query, search(library, query, pool(query)))[:CANDIDATES]
    order = list(dict.fromkeys(hit.release.id for hit in hits))
    ranks = tuple(
        min((order.index(one) + 1 for one in wanted if one in order), default=0)
        for wanted in dict.fromkeys(gold.releases(evidence) for evidence in case.evidence)
    )
    passages = tuple(
        tuple(i for i, evidence in enumerate(case.evidence) if holds(hit.passage.text, evidence))
        for hit in hits
    )
    understood = tuple(one.text for one in query.understood)
    return Retrieval(ranks, passages, len(case.evidence), understood)


def _ask(library: Library, case: Case, history: Turns, gold: Gold) -> Reply:
    from qa.answering import answer

    where = case.filters
    reply = answer(
        case.question,
        library,
        history=history,
        since=where.since,
        until=where.until,
        sources=where.sources,
        places=where.places,
        topics=where.topics,
    )
    if not reply.answered:
        return Reply(reply, not case.answerable, False, 0.0, False, True, True)
    short = reply.short or reply.text
    return Reply(
        answer=reply,
        right=answers_case(case, reply.text),
        exact=exact_match(short, case.answers),
        f1=token_f1(short, case.answers),
        cited=_cites(reply, case, gold),
        verified=_verified(library, reply),
        shown=any(short in citation.quote for citation in reply.citations),
    )


def answers_case(case: Case, text: str) -> bool:
    """Whether an accepted answer stands in a short text; of a list or comparison, all of it."""
    if len(text.split()) > LONGEST_ANSWER:
        return False
    if ALL_EVIDENCE & set(case.tags):
        words = [w for w in normalise(case.answers[0]).split() if w not in STOPWORDS]
        return all(stands_in(word, text) for word in words)
    return any(stands_in(accepted, text) for accepted in case.answers)


def _cites(reply: Answer, case: Case, gold: Gold) -> bool:
    shown: dict[frozenset[str], bool] = {}
    for evidence in case.evidence:
        releases = gold.releases(evidence)
        found = any(
            citation.release_id in releases and overlaps(citation.quote, evidence)
            for citation in reply.citations
        )
        shown[releases] = shown.get(releases, False) or found
    if ALL_EVIDENCE & set(case.tags):
        return bool(shown) and all(shown.values())
    return any(shown.values())


def _verified(library: Library, reply: Answer) -> bool:
    """Whether there are citations and each is a fact about the bytes of its release."""
    for citation in reply.citations:
        release = library.release(citation.release_id)
        if release.text[citation.start : citation.end] != citation.quote or not citation.quote:
            return False
        if (citation.title, citation.date) != (release.title, release.date):
            return False
    return bool(reply.citations)


def sample(cases: Sequence[Case], limit: int, seed: int = 1) -> list[Case]:
    """At most `limit` cases drawn at random, whole conversations kept together, in file order."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.conversation or case.id, []).append(case)
    if not limit or limit >= len(cases):
        return list(cases)
    keys = random.Random(seed).sample(list(groups), len(groups))
    drawn: list[Case] = []
    for key in keys:
        if len(drawn) < limit:
            drawn += groups[key]
    chosen = {id(case) for case in drawn}
    return [case for case in cases if id(case) in chosen]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns its exit code: 0, or 1 with a message for what cannot be used."""
    from qa.evaluating import DESCRIPTION, add_arguments, run

    about = DESCRIPTION.replace("%", "%%")
    parser = argparse.ArgumentParser(prog="python -m qa.evaluate", description=about)
    parser.add_argument("--library", default="library", help="the library's folder")
    add_arguments(parser)
    try:
        return run(parser.parse_args(arguments))
    except DatelineError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
