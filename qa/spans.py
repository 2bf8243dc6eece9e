"""Candidate answers in a sentence: typed phrases with offsets, found by rules.

candidates("On 3 May the council met in Oslo.", "place")  ->  "Oslo"
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Set
from dataclasses import dataclass, replace

from embeddings.dates import find_dates, resolve_relative
from qa.countries import COUNTRY, NATIONALITY, PEOPLES
from qa.figures import DIFFERENCE, DURATION, MONEY, MONEY_LOOSE, NUMBER, ORDINAL
from qa.people import names
from qa.states import CAPITAL, states

_RUN = re.compile(
    rf"(?<![\w@/.-]){CAPITAL}(?:\s(?:(?:of|for|on|and|the|de|la|le|du|des|der|von)\s){{0,2}}{CAPITAL})*"
)
_ORGANISATION = re.compile(
    r"\b(?:council|committee|commission|conference|parliament|assembly|senate|court|department|ministry|"
    r"office|agency|organi[sz]ation|institut\w+|university|college|school|academy|foundation|association|"
    r"society|union|federation|league|bank|fund|group|forum|network|centre|center|bureau|service|"
    r"authority|board|secretariat|mission|embassy|government|company|corp\w*|inc|ltd|llc|ag|gmbh|"
    r"police|army|party)\b",
    re.IGNORECASE,
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|to|from|near|of|outside|visit(?:ed|ing)?|via|hosted by|through|around)\s"
    r"(?:the\s(?:(?:city|town|village|canton|capital|region)\sof\s)?)?$",
    re.IGNORECASE,
)
_PLACE_NOUN = re.compile(
    r"\b(?:castle|hotel|palace|centre|center|hall|museum|airport|house|university|island|lake|city)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:because(?: of)?|owing to|as a result of|in view of|in recognition of|on account of|"
    r"due to(?! (?:be|take|begin|start|meet|open|end|run|visit|hold|leave|arrive|sign)\b)|"
    r"thanks to|following|in order to|so that|for reasons? of|given|since|as|after|in response to|"
    r"with the aim of|in light of|to (?=(?-i:[a-z]){3,}))\b",
    re.IGNORECASE,
)
_THING = re.compile(r"\b[Tt]he\s\Z")  # "the Fog Point co-operative" is nobody
# "since the autumn", "after 3 May": a time, not a reason
_NO_REASON = re.compile(
    r"(?:(?:the|last|next|this|early|late|mid)[- ])*(?:\d|spring|summer|autumn|winter|month|week"
    r"|year|beginning|end\b|(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December)\b)",
    re.IGNORECASE,
)
_OWNER = re.compile(r"['’]s?\s")  # "the minister's adviser" is about the adviser
_CONTINENTS = frozenset(("Europe", "Asia", "Africa", "America", "Oceania", "Earth"))
_DATELINE = re.compile(r"\W*[^\W\d_a-z][^.!?\n]{0,60}?\d{4}\W{0,3}\s[-–—]\s")
_EARLY_YEAR = re.compile(r"(?<=\b[Ii]n )1[0-8]\d\d(?![\w%]|[.,]\d|\s(?:[a-z]+s)\b)")
_NOT_PLACE = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun(?=day))(?:day)?\b"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that could be the answer: `text[start:end]`, offsets into the text searched.

    `kind` is a kind of `QuestionType`. `quality` in 0..1 says how surely it is one. `title_start`
    is where the titles before a person's name begin. `first` and `last` are the days a date names.
    """

    start: int
    end: int
    kind: str
    quality: float = 1.0
    title_start: int = -1
    first: dt.date | None = None
    last: dt.date | None = None


def candidates(
    text: str, kind: str, *, issued: dt.date | None = None, lower: Set[str] = frozenset()
) -> list[Candidate]:
    """The phrases of `text` that can answer a question of that kind, in order.

    `issued` resolves relative dates; `lower` holds the words known to be written small.
    """
    if kind == "person":
        weaker = [replace(c, quality=0.3 * c.quality) for c in organisations(text, lower)]
        return people(text, lower) + weaker
    if kind == "country":
        return countries(text)
    if kind == "place":
        return places(text, lower)
    if kind == "organisation":
        return organisations(text, lower)
    if kind == "date":
        return days(text, issued)
    if kind == "money":
        return money(text) or numbers(text, issued)
    if kind == "number":
        return numbers(text, issued)
    if kind == "duration":
        return _matches(DURATION, text, kind)
    if kind == "rank":
        return _matches(ORDINAL, text, kind)
    if kind == "reason":
        return clauses(text)
    return []


def people(text: str, lower: Set[str] = frozenset()) -> list[Candidate]:
    """People: two words or more, or a surname behind a title."""
    return [
        Candidate(
            n.start,
            n.end,
            "person",
            (1.0 if n.words > 1 else 0.7)
            * (0.6 if _OWNER.match(text, n.end) else 1.0)
            * (0.3 if n.title_start == n.start and _THING.search(text, 0, n.start) else 1.0),
            n.title_start,
        )
        for n in names(text, lower)
    ]


def countries(text: str) -> list[Candidate]:
    """Countries by name, and by nationality with less certainty."""
    named = [Candidate(m.start(), m.end(), "country", 1.0) for m in COUNTRY.finditer(text)]
    spans = [(c.start, c.end) for c in named]
    for match in NATIONALITY.finditer(text):
        inside = any(s <= match.start() < e for s, e in spans)
        if not inside and match[0] in PEOPLES:
            named.append(Candidate(match.start(), match.end(), "country", 0.4))
    taken = [(c.start, c.end) for c in named]
    for start, end in states(text):
        if not any(s < end and start < e for s, e in taken):
            named.append(Candidate(start, end, "country", 0.8))
    return sorted(named, key=lambda c: c.start)


def places(text: str, lower: Set[str] = frozenset()) -> list[Candidate]:
    """Places: capitalised words behind a preposition of place, or named by what they are."""
    found = []
    people_at = {c.start for c in people(text, lower)}
    for run in _RUN.finditer(text):
        if run.start() in people_at or _NOT_PLACE.match(run[0]):
            continue
        before = _PLACE_BEFORE.search(text[max(0, run.start() - 30) : run.start()])
        noun = _PLACE_NOUN.search(run[0])
        if not before and not noun:
            continue
        preposition = before[0].split()[0].lower() if before else ""
        quality = {"in": 1.0, "at": 0.9, "near": 0.8, "outside": 0.8}.get(preposition, 0.4)
        if run[0] in _CONTINENTS:
            quality *= 0.3
        elif COUNTRY.fullmatch(run[0]):
            quality *= 0.6
        elif not noun and _ORGANISATION.search(run[0]):
            quality *= 0.2
        if run[0].isupper() and len(run[0]) <= 5:
            quality *= 0.3  # an acronym
        found.append(Candidate(run.start(), run.end(), "place", quality))
    return found


def organisations(text: str, lower: Set[str] = frozenset()) -> list[Candidate]:
    """Organisations: capitalised runs that are neither a person, a country nor a day.

    A run with "and" in it may be one body or two: it is given whole and in parts.
    """
    found = []
    people_at = {c.start for c in people(text, lower)}
    for run in _RUN.finditer(text):
        bounds = [(m.start(), m.end()) for m in re.finditer(r"\sand\s", run[0])]
        edges = [0, *(edge for bound in bounds for edge in bound), len(run[0])]
        parts = zip(edges[::2], edges[1::2], strict=True)
        spans = {run.span()} | {(run.start() + a, run.start() + b) for a, b in parts}
        for start, end in sorted(spans):
            quality = _organised(text[start:end], lower)
            if quality and start not in people_at:
                found.append(Candidate(start, end, "organisation", quality))
    return found


def _organised(name: str, lower: Set[str]) -> float:
    """How surely a capitalised run is an organisation; 0 when it is something else."""
    if COUNTRY.fullmatch(name) or NATIONALITY.fullmatch(name) or _NOT_PLACE.match(name):
        return 0.0
    odd = any(c.isupper() for c in name[1:])
    if not name or (name.lower() in lower and not odd):
        return 0.0
    return 0.8 if odd or _ORGANISATION.search(name) or name.isupper() else 0.3


def days(text: str, issued: dt.date | None) -> list[Candidate]:
    """Dates: absolute ones, and relative ones against the day of issue."""
    head = _DATELINE.match(text)
    found = [
        # the day of issue at the head of a release dates the release, not what it tells
        Candidate(
            m.start,
            m.end,
            "date",
            0.2 if head and m.end <= head.end() else 1.0,
            -1,
            m.first,
            m.last,
        )
        for m in find_dates(text)
    ]
    for early in _EARLY_YEAR.finditer(text):
        if not any(c.start < early.end() and early.start() < c.end for c in found):
            year = int(early[0])
            bounds = dt.date(year, 1, 1), dt.date(year, 12, 31)
            found.append(Candidate(early.start(), early.end(), "date", 1.0, -1, *bounds))
    if issued is not None:
        taken = [(c.start, c.end) for c in found]
        for m in resolve_relative(text, issued):
            if not any(m.start < e and s < m.end for s, e in taken):
                found.append(Candidate(m.start, m.end, "date", 0.9, -1, m.first, m.last))
    return sorted(found, key=lambda c: c.start)


def money(text: str) -> list[Candidate]:
    """Sums of money; less surely what is only a difference between two ("2 million more")."""
    found = _matches(MONEY, text, "money")
    taken = [(c.start, c.end) for c in found]
    for match in MONEY_LOOSE.finditer(text):
        if not any(s < match.end() and match.start() < e for s, e in taken):
            found.append(Candidate(match.start(), match.end(), "money", 0.9))
    return sorted(
        (
            replace(c, quality=0.5 * c.quality) if DIFFERENCE.match(text, c.end) else c
            for c in found
        ),
        key=lambda c: c.start,
    )


def numbers(text: str, issued: dt.date | None) -> list[Candidate]:
    """Figures and number words that are not part of a date."""
    found = _matches(MONEY, text, "number")
    taken = [(c.start, c.end) for c in (*days(text, issued), *found)]
    for match in NUMBER.finditer(text):
        if any(s <= match.start() < e for s, e in taken):
            continue
        word = match[0].lower()
        quality = 0.4 if word == "one" else 0.9 if word[0].isdigit() else 0.8
        found.append(Candidate(match.start(), match.end(), "number", quality))
    return sorted(found, key=lambda c: c.start)


def clauses(text: str) -> list[Candidate]:
    """Clauses that give a reason: from the connecting word to the end of the clause."""
    found = []
    for match in _CLAUSE.finditer(text):
        start = match.end()
        if match[0].lower().startswith("to"):
            start = match.start()
        end = re.search(r"[,;:.!?](?:\s|$)", text[start:])
        stop = start + end.start() if end else len(text)
        start += len(text[start:stop]) - len(text[start:stop].lstrip())
        if stop - start > 8:
            word = match[0].lower()
            weak = word.startswith("to") or word in {"as", "since", "given"}
            aim = word in {"in order to", "with the aim of", "so that", "following", "after"}
            if not _NO_REASON.match(text, start):
                found.append(Candidate(start, stop, "reason", 0.3 if weak else 0.6 if aim else 1.0))
    return found


def _matches(pattern: re.Pattern[str], text: str, kind: str) -> list[Candidate]:
    return [Candidate(m.start(), m.end(), kind) for m in pattern.finditer(text)]
