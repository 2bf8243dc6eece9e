""" "Who is Mara Lind?": the roles that the releases give somebody, each with its sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from embeddings.library import Library
from embeddings.types import Filters, Release
from qa.names import fold, names
from qa.pages import page
from qa.people import TITLES
from qa.roles import Role, bare, role_of
from qa.understand import Query
from qa.values import same

CONFIDENCE = 0.9  # a role found beside the name is rarely another person's
_MOST = 5  # roles shown
_LOOKED_FOR = 8
_LOOKED_AT = 40  # releases, the newest
_POST = "(?:role|position|job|title|office|post|function)"
_ASKS = re.compile(
    r"^(?:and )?who(?:'s|’s| is| was| are| were) (?P<a>[^?]+)$"
    rf"|^what (?:is|was) (?P<b>[^?]+?)(?:'s|’s|['’]) {_POST}$"
    rf"|^(?:what|which) {_POST} (?:does|did|has|had) (?P<c>[^?]+?) (?:hold|held|have|had)$",
    re.IGNORECASE,
)
_LINKS = frozenset({"of", "for", "the", "to", "and", "in", "at", "on"})


@dataclass(frozen=True, slots=True)
class Introduction:
    """A role of somebody, with the release and the sentence that give it."""

    role: Role
    release: Release
    sentence: tuple[int, int]


def person_asked(query: Query) -> str:
    """The person whose role a question asks for; empty for every other question."""
    question = query.question.strip().rstrip("?.! ")
    for date in query.dates:
        question = re.sub(
            rf"\s*,?\s*(?:back )?(?:in |on |during |as of )?{re.escape(date.text)}", "", question
        )
    match = _ASKS.match(question.strip())
    if not match:
        return ""
    asked = next(group for group in match.groups() if group).strip()
    words = re.findall(r"[^\s]+", asked)
    while words and words[0].casefold().strip(".") in TITLES:
        words = words[1:]
    name = " ".join(words)
    found = names(name)
    one = len(found) == 1 and found[0].text == name and not found[0].acronym
    if not one or found[0].number or {word.casefold() for word in words} & _LINKS:
        return ""
    return name


def introductions(library: Library, query: Query, name: str) -> list[Introduction]:
    """What the releases say somebody is: each role once; newest first, forms of address last."""
    found: list[Introduction] = []
    holders = [
        holder for where in _issued(query) for holder in library.holding([(name,)], where=where)
    ]
    for holder in holders[: -_LOOKED_AT - 1 : -1]:
        one = introduced(library.release(holder.release_id), name)
        if one and not any(_says_the_same(one, other) for other in found):
            found.append(one)
            if len(found) == _LOOKED_FOR:
                break
    found.sort(key=lambda one: bare(one.role.role))  # "Ambassador" alone says least
    return found[:_MOST]


def _issued(query: Query) -> list[Filters]:
    """The query's filters, narrowed to the days asked about."""
    filters = query.filters
    if not query.dates:
        return [filters]
    return [
        replace(
            filters,
            since=max(date.first, filters.since or date.first),
            until=min(date.last, filters.until or date.last),
        )
        for date in query.dates
    ]


def introduced(release: Release, name: str) -> Introduction | None:
    """What one release says somebody is, in a sentence that names them; else None."""
    role = role_of(release, name)
    if role is None:
        return None
    surname = fold(name.split()[-1])
    for sentence in page(release.text).sentences:
        inside = sentence.start <= role.start and role.end <= sentence.end
        if inside and surname in fold(sentence.text):
            return Introduction(role, release, (sentence.start, sentence.end))
    return None


def _says_the_same(one: Introduction, other: Introduction) -> bool:
    return same(one.role.name, other.role.name, "person") and same(str(one.role), str(other.role))
