"""The questions offered at the start: ones whose answers were seen to be right."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import time
from collections.abc import Iterator
from importlib import resources

from embeddings.library import Library
from embeddings.types import Filters, Person, Release
from qa.answering import answer

_OFFERED = 4
_TRIED = 40  # questions
_PEOPLE = 3  # of one release
_SECONDS = 6.0  # for all of them: the start should not wait longer
_RECENT = dt.timedelta(days=730)
_LONGEST_ROLE = 90  # characters


def sample_questions() -> list[str]:
    """The example questions that come with the sample releases."""
    lines = resources.files("embeddings").joinpath("samples/questions.jsonl").read_text("utf-8")
    questions = [json.loads(line) for line in lines.splitlines() if line.strip()]
    return [str(question["question"]) for question in questions if question.get("example")]


def suggestions(library: Library) -> list[str]:
    """Questions about this library's latest people that it answers with the release they are from.

    May be empty: a question is offered only when its answer names the person and cites the release.
    """
    offered: dict[str, str] = {}  # release id -> question
    until = time.monotonic() + _SECONDS
    for question, person, release in itertools.islice(_candidates(library), _TRIED):
        if len(offered) == _OFFERED or time.monotonic() > until:
            break
        if release.id in offered or question in offered.values():
            continue
        reply = answer(question, library)
        cited = {citation.release_id for citation in reply.citations}
        if reply.answered and person.name in reply.short and release.id in cited:
            offered[release.id] = question
    return list(offered.values())


def _candidates(library: Library) -> Iterator[tuple[str, Person, Release]]:
    """Questions about the first people with a role in each release, the latest release first."""
    last = library.catalog().last
    if last is None:
        return
    for release in reversed(list(library.releases(Filters(since=last - _RECENT)))):
        for person in release.people[:_PEOPLE]:
            if role := role_of(person):
                yield f"Who was {role} in {release.date:%B %Y}?", person, release
                yield f"Who is {role}?", person, release


def role_of(person: Person) -> str:
    """A role with its body, as in "the Director of Harbour Board"; empty where it is unwieldy."""
    role, body = person.role.strip(), person.affiliation.strip()
    if not role or "\n" in role + body:
        return ""
    if body and body.casefold() not in role.casefold() and " of " not in role:
        role = f"{role} of {body}"
    if len(role) > _LONGEST_ROLE:
        return ""
    return role if "'s " in role or "’s " in role else f"the {role}"
