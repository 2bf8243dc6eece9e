"""Who cannot be meant: persons whom a sentence shows in another part than the one asked for.

"Who is the next ambassador in Lund?" is not answered by who is there still ("Ek, currently
ambassador in Lund, will become ..."), nor by who chose her ("appointed by Minister Ek"); "who
succeeded Ek?" not by whom Ek succeeded; "who signed for Norland?" not by the Sundish minister. No
grammar is parsed: words that stand next to a name decide, and where they do not, nobody is barred.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from qa.countries import COUNTRY, NAMES, NATIONALITY, PEOPLES
from qa.people import TITLES, names
from qa.words import Bag, tokens

_CHOSEN = (
    r"(?:appointed|nominated|named|designated|elected|chosen|selected|proposed|picked|announced)"
)
_FOLLOWS = (
    r"(?:succeed(?:s|ed|ing)?|replac(?:es?|ed|ing)|follow(?:s|ed|ing)?"
    r"|t(?:akes?|ook|aking) over from)"
)
_NEW = re.compile(r"\b(?:next|new|incoming|future)\s+((?:[\w’'-]+\s+){0,3}?[\w-]+)", re.IGNORECASE)
_COMES_IN = re.compile(
    rf"\b(?:was|were|is|are|been|be)\s+(?:\w+ly\s+)?{_CHOSEN}\b|\bbec(?:omes?|ame|oming)\b"
    rf"|\b{_FOLLOWS}\b|\bt(?:ake|akes|ook|aking)\s+(?:over|up|charge|office)\b"
    r"|\bsuccessor\b|\bassumed?\b",
    re.IGNORECASE,
)
# Here the one who was there before is asked for.
_GOES_OUT = re.compile(
    r"\b(?:predecessor|previous(?:ly)?|before|former(?:ly)?|until|outgoing|current(?:ly)?"
    r"|present(?:ly)?|from\s+whom|from\s+which)\b"
    r"|\b(?:did|does|do|will|would)\b[^?]*\b(?:succeed|replace|follow|take\s+over)\b"
    r"|\b(?:was|were|is|been|be)\s+(?:\w+ly\s+)?(?:replaced|succeeded|followed)\b"
    r"|\bwho(?:m|se)\b[^?]*\b(?:replac\w+|succeed\w*)\b",
    re.IGNORECASE,
)
_AFTER_VERB = re.compile(rf"\b(?:{_FOLLOWS}|successor\s+(?:of|to))\b", re.IGNORECASE)
_FOR_COUNTRY = re.compile(
    r"\b(?:on\s+behalf\s+of|represent(?:s|ed|ing)?|(?:signed|attended|spoke|took\s+part|participated"
    rf"|present|there)\b[^?]*\bfor)\s+(?:the\s+)?({COUNTRY.pattern})"
)
_OF_COUNTRY = re.compile(
    r"\b(?:[Ww]hich|[Ww]hat|[Ww]ho\s+(?:is|was|were|became|served\s+as)\s+(?:the\s+)?(?:then\s+|new\s+)?)"
    rf"\s*({NATIONALITY.pattern})\s+((?:[\w-]+\s+){{0,3}}?[\w-]+)"
)

_STILL = re.compile(
    r"\s*(?:\([^)]*\)\s*)?,?\s*(?:who\s+is\s+)?(?:currently|presently|at present|until now|hitherto"
    r"|up to now|until recently|formerly|previously|still)\b.*?"
    r"(?=,?\s(?:will|has|have|is|was|as|becomes?|became|moves?|goes|takes?|succeeds|replaces|assumes"
    r"|to\s(?:be|become))\b|[.;]|$)",
    re.IGNORECASE | re.DOTALL,
)
_CHOSEN_BY = re.compile(rf"\b{_CHOSEN}\s+(?:\w+\s+){{0,2}}?by\s[^.;:]{{0,90}}$")
_LATER = re.compile(r"\s(?:as|who|whom|to\s+(?:be|become|succeed|replace))\s")
_CHOOSES = re.compile(
    r"\s*(?:,[^,.;]{0,80},)?\s*(?:(?:has|had|will|today|yesterday|also|then)\s+){0,2}"
    r"(?:appoint(?:ed|s)?|nominat(?:ed|es?)|name[sd]?|designat(?:ed|es?)|chose|chooses|elect(?:ed|s)?"
    r"|propos(?:ed|es?)|thank(?:ed|s))\s+"
)
# A sentence that tells who came after somebody says so in one of these words.
_CHANGE = re.compile(
    rf"\b(?:success\w*|{_FOLLOWS}|new|appoint\w*|nominat\w*|elect\w*|bec[ao]m\w+|named|names|chosen"
    r"|predecessors?|assum\w+|hand(?:s|ed|ing)?\s+over|from\s+\d|in\s+(?:his|her)\s+place)\b",
    re.IGNORECASE,
)
_SUCCEEDED = re.compile(
    rf"\b(?:{_FOLLOWS}|in\s+(?:the\s+)?place\s+of|successor\s+(?:of|to))\s+(?:(?!by\b)\w+\s+){{0,3}}$"
)
_FOLLOWED = re.compile(
    r"\s*(?:,[^,.;]{0,80},)?\s*(?:is|was|will\s+be|has\s+been|being)\s+(?:\w+ly\s+)?"
    r"(?:succeeded|replaced|followed)\s+by\s"
)
_REACH, _NEAR = 90, 40  # characters between the parts of a statement, of a question


@dataclass(frozen=True, slots=True)
class Part:
    """The part asked for: `incoming` who comes into a post, in `succession` to somebody named.

    `country` is the listed name of the country that the person acts for, or empty.
    """

    incoming: bool = False
    succession: bool = False
    country: str = ""


def asked_part(question: str) -> Part:
    """What a question that asks for a person says of the part this person has."""
    incoming = not _GOES_OUT.search(question) and (
        bool(_COMES_IN.search(question))
        or any(TITLES & set(m[1].lower().split()) for m in _NEW.finditer(question))
    )
    return Part(incoming, incoming and _in_succession(question), _country(question))


def _in_succession(question: str) -> bool:
    """Whether the successor of somebody is asked for, by name."""
    verb = _AFTER_VERB.search(question)
    if verb is None:
        return False
    return any(0 <= name.title_start - verb.end() <= _NEAR for name in names(question))


def _country(question: str) -> str:
    if acting := _FOR_COUNTRY.search(question):
        return NAMES[acting[1]]
    of = _OF_COUNTRY.search(question)
    if of and TITLES & set(of[2].lower().split()):
        return PEOPLES[of[1]]
    return ""


def barred(
    part: Part, weights: Mapping[str, float], text: str, start: int, end: int, title_start: int
) -> bool:
    """Whether the person at `text[start:end]` has another part in the sentence than the one asked.

    Args:
        part: what is asked for.
        weights: the stems of the question's content words, each with its rarity.
        text: the sentence.
        start, end: where the name stands in it.
        title_start: where the titles before the name begin.
    """
    if part.incoming and (
        _still_there(weights, text, end)
        or _chooser(text, start, end, title_start)
        or _leaves(text, end, title_start)
        or (part.succession and not _CHANGE.search(text))
    ):
        return True
    return bool(part.country) and _of_another(part.country, text, start, end, title_start)


def _still_there(weights: Mapping[str, float], text: str, end: int) -> bool:
    """Whether the post asked about is the one the person is said to leave."""
    clause = _STILL.match(text, end)
    if clause is None:
        return False
    left, taken = (
        Bag.of(token.stem for token in tokens(part)) for part in (clause[0], text[clause.end() :])
    )
    return (
        sum(weight * (left.holds(stem) - taken.holds(stem)) for stem, weight in weights.items()) > 0
    )


def _chooser(text: str, start: int, end: int, title_start: int) -> bool:
    """Whether the person put somebody into a post: "appointed by Ek", "Ek appointed Ms Lund"."""
    agent = _CHOSEN_BY.search(text, 0, start)
    if agent and not _LATER.search(agent[0]):
        return True
    verb = _CHOOSES.match(text, end)
    if verb is None:
        return False
    return any(0 <= name.title_start - verb.end() <= 4 for name in names(text[: end + _REACH]))


def _leaves(text: str, end: int, title_start: int) -> bool:
    """Whether the person goes: "Lund succeeds Ek", "Ek was replaced by Lund"."""
    return bool(_SUCCEEDED.search(text, 0, title_start) or _FOLLOWED.match(text, end))


def _of_another(country: str, text: str, start: int, end: int, title_start: int) -> bool:
    """Whether the name stands with another country, and not with this one."""
    others = [name.end for name in names(text) if name.end <= title_start]
    before = text[max(0, title_start - _REACH, *others) : start]
    before = re.split(r"[,;(.]|\bby\b|\bwith\b", before)[-1]
    behind = re.match(r"\s*\(([^)]{2,40})\)", text[end:])
    found = _countries(before + " " + (behind[1] if behind else ""))
    return bool(found) and country not in found


def _countries(text: str) -> set[str]:
    named = {NAMES[match[0]] for match in COUNTRY.finditer(text)}
    return named | {PEOPLES[match[0]] for match in NATIONALITY.finditer(text)}
