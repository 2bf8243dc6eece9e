"""Who somebody is, as a release tells it: role and affiliation, and where it says so."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

from embeddings.people import find_people
from embeddings.types import Person, Release
from qa.pages import page
from qa.people import TITLES, names
from qa.values import same
from qa.words import STOPWORDS, word_set

_LONGEST = 18  # words of a role that is shown
_OF = r"(?:\s+of\s+(?:the\s+)?[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*)?"
_AFTER = re.compile(
    rf"{_OF},\s(?:the\s|an?\s)?(?:currently\s)?(?P<role>[^,;:.“”()]{{3,120}})"
    rf"|{_OF}\s+(?:(?:[a-z]+\s){{0,4}}as|becomes?|is|was)\s(?:the\s|an?\s)?(?:new\s)?"
    r"(?P<role2>[A-Z][^,;:.“”()]{3,120})"
)
_DAY = rf"(?:the\s)?(?:\d|(?:{'|'.join([*calendar.month_name[1:], *calendar.day_name])})\b)"
_END = re.compile(
    r"\s(?:said|says|who|whom|which|will|has|had|is|was|told|today|yesterday|as|by|with"
    rf"|(?:in|on|at|from|since|until)\s{_DAY}|and (?:will|has|is|was|said|by))(?!\w).*$",
    re.DOTALL,
)
# "the Director of the Centre, Dr. " before a name
_BEFORE = re.compile(
    r"(?P<role>(?<![\w’'-])[A-Z][\w’'-]*(?:\s(?:of|the|for|to|on|and|\([A-Z]+\)|[A-Z][\w’'-]*)){0,16}),"
    r"\s(?:(?:[A-Z][a-z]+\.?)\s)?\Z"
)
_NO_ROLE = word_set("""
    federal foreign general state high royal former acting special deputy under executive member
    his her u.s un us eu mr mrs ms miss mx prime vice
    """)
_ROLES = (TITLES - _NO_ROLE) | word_set("vice secretary-general")
_REACH = 160  # characters before a name


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody is: `release.text[start:end]` are the words of `role`, as written there.

    `affiliation` is the country or body, empty where the role itself names it.
    """

    name: str
    role: str
    affiliation: str
    start: int
    end: int

    def __str__(self) -> str:
        """The role with its affiliation, on one line: "Ambassador, Netherlands"."""
        parts = [self.role, self.affiliation]
        return ", ".join(" ".join(part.split()) for part in parts if part)


def people_of(release: Release) -> tuple[Person, ...]:
    """The people of a release; read from its text where the library did not store them."""
    return release.people or find_people(release.text)


def role_of(release: Release, name: str, near: int | None = None) -> Role | None:
    """The role that a release gives somebody, nearest to the offset `near`; None if it gives none.

    A title alone ("Captain") counts only where nothing more is said.
    """
    found = [role for person in people_of(release) if (role := _placed(release, person, name))]
    found += _apposed(release, name)
    found = [role for role in found if len(str(role).split()) <= _LONGEST]
    if not found:
        return None
    return min(found, key=lambda r: (bare(r.role), abs(r.start - near) if near is not None else 0))


def bare(role: str) -> bool:
    """Whether a role is no more than a form of address."""
    return len(role.split()) == 1 and role.casefold().strip(".") in TITLES


def _placed(release: Release, person: Person, name: str) -> Role | None:
    """A stored role with its place: in the sentence that names the person."""
    first = person.role.split(" ", 1)[0]
    if not same(person.name, name, "person") or not first or first in calendar.month_name:
        return None
    for sentence in page(release.text).sentences:
        if sentence.start <= person.start < sentence.end:
            at = _nearest(sentence.text, person.role, person.start - sentence.start)
            if at is None:
                return None
            start = sentence.start + at
            told = person.affiliation.casefold() in person.role.casefold()
            return Role(
                person.name,
                person.role,
                "" if told else person.affiliation,
                start,
                start + len(person.role),
            )
    return None


def _nearest(text: str, phrase: str, at: int) -> int | None:
    """The place of a phrase that is nearest to an offset."""
    places = [match.start() for match in re.finditer(re.escape(phrase), text)]
    return min(places, key=lambda place: abs(place - at), default=None)


def _apposed(release: Release, name: str) -> list[Role]:
    """Roles behind the name itself: "Ivo Berend, Director of the Pilot Service,"."""
    found = []
    for at in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", release.text):
        after = _AFTER.match(release.text, at.end())
        before = _BEFORE.search(release.text, max(0, at.start() - _REACH), at.start())
        groups = [(before, "role"), (after, "role"), (after, "role2")]
        for match, group in groups:
            if match and match[group]:
                role = _END.sub("", match[group]).rstrip()
                start = match.start(group)
                head, link, rest = role.rpartition(" and the ")
                if link and not _is_role(head):  # "New York and the Director of the Agency"
                    start, role = start + len(head) + len(link), rest
                if _is_role(role):
                    found.append(Role(name, role, "", start, start + len(role)))
    return found


def _is_role(text: str) -> bool:
    words = [word.casefold() for word in re.findall(r"\w+", text)]
    told = bool(words) and words[0] not in STOPWORDS and any(w in _ROLES for w in words[:5])
    return told and not names(text)  # ", Federal Councillor Ivo Berend" is somebody else
