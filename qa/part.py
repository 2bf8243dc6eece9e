"""The part that a question gives the person it asks for: who comes into a post, who acts for whom.

Only what stands right behind the question word counts: "who succeeded Ek", "which diplomat was
picked to lead", not "who met the new ambassador" or "who was there when Ek took over".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.countries import COUNTRY, NAMES, NATIONALITY, PEOPLES
from qa.people import TITLES, names
from qa.post import asked_post

CHOSEN = (
    r"(?:appointed|nominated|named|designated|elected|chosen|selected|proposed|picked|announced"
    r"|sworn\s+in)"
)
_WHO = r"\b(?:who|(?:which|what)(?:\s+[\w’'-]+){1,4}?)\s+"
_SUCCEED = r"(?:succeed(?:s|ed)?|replac(?:es?|ed)|t(?:ake|akes|ook)\s+over|follow(?:s|ed)?)"
_COMES_IN = re.compile(
    rf"{_WHO}(?:was|were|is|are|will\s+be|has\s+been|have\s+been|(?:is|was)\s+to\s+be)\s+(?:\w+ly\s+)?"
    rf"{CHOSEN}\b"
    rf"|{_WHO}(?:(?:will|would|has|had|(?:is|was)\s+to|(?:is|was)\s+due\s+to)\s+)?(?:{_SUCCEED}"
    r"|bec(?:omes?|ame)|assumed?|t(?:ake|akes|ook)\s+(?:up|charge|office|command))\b"
    r"|\bwhom?\s+did\s[^?]*\b(?:appoint|nominate|name|designate|elect|choose|select|pick)\b"
    r"|\bsuccessor\b",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"\bwho\s+(?:is|was|will\s+be|would\s+be)\s+(?:the\s+|[\w’'. -]{2,40}?['’]s\s+)"
    r"(?:next|new|incoming|future)\s+((?:[\w’'.-]+\s+){0,3}?[\w-]+)",
    re.IGNORECASE,
)
# Here the one who was there before is asked for.
_GOES_OUT = re.compile(
    r"\bpredecessor\b|\b(?:succe\w+|replac\w+|over\s+from|successor\s+(?:of|to))\s+(?:whom|which)\b",
    re.IGNORECASE,
)
# "who followed Ek into the house" asks for no successor
_SUCCESSION = re.compile(
    r"\b(?:succeed(?:s|ed)?|replac(?:es?|ed)|t(?:ake|akes|ook)\s+over\b[^?]*?\bfrom"
    r"|follow(?:s|ed)?(?=[^?]*\bas\b)|successor\s+(?:of|to))\b",
    re.IGNORECASE,
)
_FOR_COUNTRY = re.compile(
    r"\b(?:on\s+behalf\s+of|represent(?:s|ed|ing)?|(?:signed|attended|spoke|took\s+part|participated"
    rf"|present|there)\b[^?]*\bfor)\s+(?:the\s+)?({COUNTRY.pattern})"
)
# "Who led the Nordish delegation": whoever leads it is no officer of another country.
_TEAM_OF_COUNTRY = re.compile(
    r"\b(?:led|leads?|head(?:s|ed)?|in\s+charge\s+of|represent(?:s|ed)?|chief\s+of|member\s+of)\s+the\s+"
    rf"({NATIONALITY.pattern})\s+(?:[\w-]+\s+){{0,2}}?(?:delegation|negotiat\w+|team|side|mission)\b"
)
_OF_COUNTRY = re.compile(
    r"\b(?:[Ww]hich|[Ww]hat|[Ww]ho\s+(?:is|was|were|became|served\s+as)\s+(?:the\s+)?(?:then\s+|new\s+)?)"
    rf"\s*({NATIONALITY.pattern})\s+((?:[\w-]+\s+){{0,3}}?[\w-]+)"
)
_NEAR = 40  # characters between a verb and the name it belongs to


@dataclass(frozen=True, slots=True)
class Part:
    """The part asked for: `incoming` who comes into a post, in `succession` to somebody named.

    `country` is the listed name of the country that the person acts for, `post` the high office
    that the person holds (`qa.post`), each empty where the question does not say.
    """

    incoming: bool = False
    succession: bool = False
    country: str = ""
    post: str = ""


def asked_part(question: str) -> Part:
    """What a question that asks for a person says of the part this person has."""
    new = (set(found[1].lower().split()) for found in _NEW.finditer(question))
    incoming = not _GOES_OUT.search(question) and (
        bool(_COMES_IN.search(question)) or any(TITLES & words for words in new)
    )
    succession = incoming and _in_succession(question)
    return Part(incoming, succession, _country(question), asked_post(question))


def _in_succession(question: str) -> bool:
    """Whether the successor of somebody is asked for, by name."""
    verb = _SUCCESSION.search(question)
    if verb is None:
        return False
    return any(0 <= name.title_start - verb.end() <= _NEAR for name in names(question))


def _country(question: str) -> str:
    if acting := _FOR_COUNTRY.search(question):
        return NAMES[acting[1]]
    if team := _TEAM_OF_COUNTRY.search(question):
        return PEOPLES[team[1]]
    of = _OF_COUNTRY.search(question)
    if of and TITLES & set(of[2].lower().split()):
        return PEOPLES[of[1]]
    return ""
