"""Questions that a release may answer, of several kinds, each with the answer it should get."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from embeddings.types import Person, Release

# In the order in which they are tried: those that archives answer most often come first.
KINDS = ("how much", "where", "when", "who was", "who did")
LONGEST = 80  # characters of a question
_LONGEST_ROLE = 50
_PEOPLE = 3  # of one release

# Verbs of headlines: present, plain, past.
_VERBS = (
    "adopts adopt adopted",
    "appoints appoint appointed",
    "approves approve approved",
    "attends attend attended",
    "condemns condemn condemned",
    "elects elect elected",
    "hosts host hosted",
    "joins join joined",
    "launches launch launched",
    "opens open opened",
    "publishes publish published",
    "ratifies ratify ratified",
    "signs sign signed",
    "supports support supported",
    "visits visit visited",
    "wins win won",
)
_GIVING = (
    "allocates allocate allocated",
    "contributes contribute contributed",
    "donates donate donated",
    "grants grant granted",
    "invests invest invested",
    "pledges pledge pledged",
    "provides provide provided",
)
_FORMS = {verb.split()[0]: verb.split() for verb in (*_VERBS, *_GIVING)}
_PLAIN = "[^,:;–—?!]"  # no second clause
_HEADLINE = re.compile(
    rf"(?P<who>[A-Z]{_PLAIN}{{2,50}}?) (?P<verb>{'|'.join(v.split()[0] for v in _VERBS)}) "
    # A headline drops articles; with a name or an article next the question reads well.
    rf"(?P<what>(?:[A-Z]|an? |the |new |its |\d){_PLAIN}{{3,60}})"
)
_GIFT = re.compile(
    rf"(?P<who>[A-Z]{_PLAIN}{{2,50}}?) (?P<verb>{'|'.join(v.split()[0] for v in _GIVING)}) "
    r"(?:an? )?(?:further |additional |another |extra )?"
    r"(?P<sum>(?:[A-Z]{3}|[€$£])? ?\d[\d.,']*(?: [mb]illion)?(?: \w+)?) "
    rf"(?P<what>(?:to|for|in|towards) {_PLAIN}{{3,60}})"
)
_EVENT = re.compile(
    rf"(?:The )?(?P<event>{_PLAIN}{{0,50}}\b(?i:conference|congress|meeting|summit|forum|session"
    r"|exhibition|ceremony|seminar|workshop|festival|exercise)) "
    r"(?:held |takes place |to take place )?in (?P<place>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?)"
)
_BODY = re.compile(
    r".*\b(?:Agency|Assembly|Board|Chancellery|Commission|Committee|Council|Court|Department|Forum"
    r"|Government|Mission|Ministry|Office|Organi[sz]ation|Parliament|Secretariat|Union)"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question about a release, of a kind, and words that its short answer must hold."""

    kind: str
    question: str
    expected: str
    release_id: str


def candidates(release: Release) -> Iterator[Candidate]:
    """The questions that can be made of one release, short ones only."""
    for kind, question, expected in _made(release):
        if len(question) <= LONGEST and expected:
            yield Candidate(kind, question, expected, release.id)


def _made(release: Release) -> Iterator[tuple[str, str, str]]:
    title = release.title.strip()
    month = f"{release.date:%B %Y}" if release.date else ""
    if gift := _GIFT.fullmatch(title):
        plain = _FORMS[gift["verb"]][1]
        number = re.findall(r"\d[\d.,']*", gift["sum"])[0]
        yield "how much", f"How much did {_named(gift['who'])} {plain} {gift['what']}?", number
    if (event := _EVENT.fullmatch(title)) and release.date and not _has_verb(event["event"]):
        where = f"Where was the {event['event']} held in {release.date.year}?"
        yield "where", where, event["place"]
    if (headline := _HEADLINE.fullmatch(title)) and release.date:
        who, what = headline["who"], headline["what"]
        _, plain, past = _FORMS[headline["verb"]]
        if month not in what:
            yield "who did", f"Who {past} {what} in {month}?", who
        day = f"{release.date.day} {month}"
        yield "when", f"When did {_named(who)} {plain} {what}?", day
    for person in release.people[:_PEOPLE]:
        role = role_of(person)
        if month and " " in role.removeprefix("the "):  # one word is the title of many
            yield "who was", f"Who was {role} in {month}?", person.name


def _has_verb(words: str) -> bool:
    return any(word in _FORMS for word in words.split())


def _named(words: str) -> str:
    """A headline's subject as it stands within a sentence: bodies have an article."""
    first, _, rest = words.partition(" ")
    if first in ("The", "A", "An", "New"):
        return f"{first.lower()} {rest}"
    return f"the {words}" if rest and _BODY.fullmatch(words) else words


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
