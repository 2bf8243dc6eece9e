"""Which body an office belongs to: who chaired *the Forum* is no answer about *the Council*."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from embeddings.types import Release
from qa.people import TITLES
from qa.support import spelt_out
from qa.words import Bag, Token, content, related, stem, tokens, word_set

_CHAIR, _LEAD = stem("chair"), stem("lead")
_TIME = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Spring|Summer|Autumn|Winter)\b"
)
# "Chairman of the Permanent Council": what follows the office, up to a comma or another small word.
_BODY = re.compile(
    r"(?:\s+of|\s+for|\s+at|\s+to|\s+over)?\s+(?:the\s+|its\s+)?"
    rf"(?!{_TIME})((?:[A-Z][\w’'.-]*)(?:\s+(?:(?:of|for|and|on|the)\s+){{0,2}}(?!{_TIME})[A-Z][\w’'.-]*)*)"
)
# Of these words what follows without a preposition is the officer: "Chairman Nele Brand".
_OFFICER = re.compile(r"chair(?:man|woman|person)?$", re.IGNORECASE)
_IN_OFFICE = "-in-office"
_NAME = r"((?:[A-Z][\w.-]*)(?:\s+(?:(?:of|for|and|on|the)\s+){0,2}[A-Z][\w.-]*)*)"
# "The Harbour Board Chairman Nele Brand": what stands right before the officer.
_TITLED = re.compile(rf"{_NAME}\s+(?:[a-z]\w+\s+)?$")
# "The Harbour Forum's new Chair": what stands before the office.
_OWNER = re.compile(rf"{_NAME}(?:['’]s?)\s+(?:[a-z]\w+\s+)?$")
# "Who led the spring meeting of the Forum": whoever leads a meeting chairs it.
_MEETING = re.compile(
    r"\s+(?:over\s+)?the\s+(?:[\w-]+\s+){0,3}?(?:meeting|session|sitting)s?\s+of\s+(?:the\s+)?"
    rf"((?!{_TIME})[A-Z][\w’'.-]*(?:\s+(?:(?:of|for|and|on|the)\s+){{0,2}}[A-Z][\w’'.-]*)*)"
)
# "who chaired the meeting", "in the chair this month": the body is the one the release is about.
_BARE = re.compile(
    r"\b(?:chaired\s+(?:the|this|today['’]s|yesterday['’]s)\s+(?:[a-z-]+\s+){0,2}"
    r"(?:meeting|session|sitting|talks)"
    r"|(?:meeting|session|sitting|talks)\s+(?:was|were)\s+chaired\s+by"
    r"|chaired\s+by\b[^.;]{0,80},\s+the\s+(?:meeting|session|sitting|talks)"
    r"|(?:presided\s+over|led)\s+the\s+(?:meeting|session|sitting)"
    r"|in\s+the\s+chair\b(?!\s+(?:of|for)))",
    re.IGNORECASE,
)

# "The Nordish delegation was headed by": what stands before a passive.
_LED = re.compile(
    r"((?:[A-Z][\w’'.-]*\s+)+)(?:[a-z]\w+\s+)?(?:was|were|is|are|has\s+been|have\s+been)\s+$"
)


def bodies(text: str, words: Sequence[Token]) -> list[tuple[str, str]]:
    """The offices a text names, each with the body it belongs to.

    Offices are chairing ("chair") and leading ("lead"); what is led shows only before a passive,
    for "head of" says too many things.
    """
    found = []
    for word in words:
        led = _LED.search(text[: word.start])
        if related(word.stem, _CHAIR):
            body = _body_of(text, word) or led or _OWNER.search(text[: word.start])
            if body:
                found.append(("chair", _plain(body[1])))
        elif led and related(word.stem, _LEAD):
            found.append(("lead", _plain(led[1])))
    return found


def _body_of(text: str, office: Token) -> re.Match[str] | None:
    """What follows an office as its body, or stands right before its officer."""
    end = office.end
    if text[end : end + len(_IN_OFFICE)].lower() == _IN_OFFICE:
        end += len(_IN_OFFICE)
    body = _BODY.match(text, end)
    officer = _OFFICER.search(office.text)
    if not officer or (body and body.start(1) > end + 1):
        return body
    titled = _TITLED.search(text[: office.start])
    first = titled and titled.start() == 0 and " " not in titled[1]  # "Today Chairman Brand said"
    return None if titled and first and not titled[1].isupper() else titled


def asked_bodies(text: str, words: Sequence[Token]) -> list[tuple[str, str]]:
    """The same for a question, where "who led the Nordish delegation" names its body, too."""
    found = bodies(text, words)
    for word in words:
        leads = related(word.stem, _LEAD)
        if leads or related(word.stem, _CHAIR):
            if meeting := _MEETING.match(text, word.end):
                found.append(("chair", _plain(meeting[1])))
            elif leads and (body := _BODY.match(text, word.end)):
                found.append(("lead", _plain(body[1])))
    return found


def _plain(name: str) -> str:
    """The name alone: no possessive, and no further office behind it ("... and Head of ...")."""
    first, _, further = name.strip().partition(" and ")
    if TITLES & set(further.lower().split()):
        name = first
    return re.sub(r"['’]s?$", "", name.strip())


def same_body(one: str, other: str, acronyms: Mapping[str, str]) -> bool:
    """Whether two names can mean one body: a telling word in common, or one abbreviates it."""
    first, second = _meaning(one, acronyms), _meaning(other, acronyms)
    if first.stems & second.stems:
        return True
    return any(
        spelt_out(short, long)
        for short, long in ((one, other), (other, one))
        if short.isupper() and " " not in short
    )


def _meaning(name: str, acronyms: Mapping[str, str]) -> Bag:
    spelt = " ".join((name, *(acronyms[word] for word in name.split() if word in acronyms)))
    return Bag.of(t.stem for t in content(tokens(spelt)) if t.stem not in _COMMON)


_COMMON = frozenset(
    stem(word)
    for word in word_set("""
    council committee commission conference assembly board group mission delegation office
    department directorate organization national international federal general meeting
    """)
)


def attached(
    asked: Sequence[tuple[str, str]],
    text: str,
    words: Sequence[Token],
    acronyms: Mapping[str, str],
    own: str = "",
) -> float:
    """1 when the office asked about belongs to the same body here, 0 when to another, else .5.

    `own` is what names the release's own body, as `own_body` gives it: an office with no body of
    its own ("who chaired the meeting", "the Committee's Chair") is one of that body.
    """
    if not asked:
        return 0.5
    verdicts = []
    for office, body in asked:
        ours = bool(own) and _named_in(body, own, acronyms)
        for here, other in bodies(text, words):
            if office != here:
                continue
            if _general(other):
                verdicts += [True] if ours and _same_sort(body, other) else []
            else:
                verdicts.append(same_body(body, other, acronyms))
        if office == "chair" and ours and _BARE.search(text):
            verdicts.append(True)
    if not verdicts:
        return 0.5
    return 1.0 if any(verdicts) else 0.0


def own_body(release: Release) -> str:
    """What names the body a release is about: its sources, its title and its first paragraph."""
    return "\n".join((*release.sources, release.title, release.text[:400]))


def _named_in(body: str, text: str, acronyms: Mapping[str, str]) -> bool:
    """Whether `text` holds every telling word of a body's name."""
    wanted = _meaning(body, acronyms)
    return bool(wanted.stems) and wanted.stems <= _stems(text)


@lru_cache(maxsize=64)  # asked for each sentence of a release
def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in tokens(text))


def _general(name: str) -> bool:
    """Whether a name says only what sort of body it is: "the Committee"."""
    return not _meaning(name, {}).stems


def _same_sort(body: str, general: str) -> bool:
    """Whether "the Committee" can mean a body: it is called one, or only by its acronym."""
    sorts = {word.stem for word in content(tokens(general))}
    return body.isupper() or bool(sorts & _stems(body))
