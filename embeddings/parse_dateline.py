"""The dateline that opens a release: "VIENNA, 26 June 2003 - ", "Bern, 17.03.1997 - "."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.dates import find_dates, resolve_relative

if TYPE_CHECKING:
    import datetime as dt

_DASH = r"(?:\s*[-–—―]{1,3}\s*|\s*:\s+|\s+\|\s+)"
_REACH = 120
_NAME = r"(?:[dl]['’])?[^\W\d_a-zß-öø-ÿ][\w.'’-]*"  # starts with a capital
_SMALL = (
    r"(?:of|the|de|del|della|di|da|du|des|la|le|les|el|am|an|der|im|in|ob|bei|upon|sur|and|und|et"
    r"|e|y)"
)
_PLACE = rf"{_NAME}(?:(?:\s|\s?/\s?|,\s){_NAME}|\s{_SMALL}(?=\s)){{0,6}}"
_PLACE_DATE = re.compile(
    rf"\s*[(\[]?(?P<place>{_PLACE})\s*(?:\([^()]{{1,40}}\))?\s*[-,.:;/(–—]?\s*"
    r"(?:(?:the|on|den|dem|le|il|el|am)\s+)?$"
)
_PLACE_ONLY = re.compile(
    r"\s*(?P<place>[^\W\d_a-zß-öø-ÿ]{3,}(?:(?:,?\s|[./-])[^\W\d_a-zß-öø-ÿ][^\W\d_a-zß-öø-ÿ.'’-]*)"
    r"{0,4}(?:,\s[A-Z][\w.]+)?)\s*(?:\([^()]{1,40}\))?\s*(?:[–—―]|-{1,3}(?=\s))\s*"
)
_WORDS_NOT_PLACES = re.compile(
    r"\b(?:on|in|by|as|at|for|since|until|updated|published|issued|date|press|release|statement"
    r"|media|monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|yesterday|resolution"
    r"|from|between|after|before|during|when|while|following|the|this|montag|dienstag|mittwoch"
    r"|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|am|im|seit|vom|le|il|au|en|depuis)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """A place ("" if none), a day (None if none), and where the dateline ends."""

    place: str
    date: dt.date | None
    end: int


NONE = Dateline("", None, 0)


def dateline(text: str, around: dt.date | None = None) -> Dateline:
    """The dateline at the start of `text`, or an empty one.

    `around` is a day known from elsewhere; a dateline without a year takes the year nearest to it.
    """
    line = text[:_REACH].split("\n", 1)[0]
    mentions = find_dates(line)
    if around is not None and not mentions:
        mentions = resolve_relative(line, around)
    first = next((m for m in mentions if m.first == m.last), None)
    if first is not None:
        place = _place_before(line[: first.start])
        rest = line[first.end :]
        closing = re.match(rf"\s*[)\]]?\s*(?:\([^()]{{1,40}}\)\s*)?[.,]?(?:{_DASH}|\s*$)", rest)
        if place is not None and closing and (place or first.end + closing.end() < len(line)):
            end = first.end + closing.end()
            return Dateline(place, first.first, end)
        after = re.match(rf"\s*[,–—-]\s*(?P<place>{_PLACE}){_DASH}", rest)
        if place == "" and after and not _WORDS_NOT_PLACES.search(after["place"]):
            return Dateline(after["place"], first.first, first.end + after.end())
        if (
            place
            and re.match(r"\s*[.,]\s+[^\W\d_a-zß-öø-ÿ]", rest)
            and line[: first.start].rstrip().endswith(",")
        ):
            return Dateline(place, first.first, first.end)
    match = _PLACE_ONLY.match(line)
    if match:
        place = match["place"].strip()
        # A place in capitals is written in small letters further on; an acronym stays as it is.
        again = re.search(rf"\b{re.escape(place)}\b", text[match.end() :])
        if not again and not _WORDS_NOT_PLACES.fullmatch(place.split()[0]):
            return Dateline(place, None, match.end())
    return NONE


def _place_before(lead: str) -> str | None:
    """The place a lead such as "VIENNA, " names; "" when nothing stands there, None if unfit."""
    if not lead.strip(" ([–—-"):
        return ""
    match = _PLACE_DATE.fullmatch(lead)
    if not match or len(match["place"]) > 60 or len(lead.split()) > 8:
        return None
    if _WORDS_NOT_PLACES.fullmatch(match["place"].split()[0]):
        return None
    return re.sub(r",?\s+(?:the|on|den|dem|le|il|el|am|in)$", "", match["place"].strip(" ,"))
