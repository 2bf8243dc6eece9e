"""For whom somebody speaks or works, as the words around a name and a role tell it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from embeddings.people_words import NOT_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.people_names import Word

_SMALL = frozenset({"of", "the", "for"})
_AT = re.compile(r"\s(?:at|with|from)\s+(?:the\s+)?(?=[^\W\d_a-z])")
_COUNTRY = re.compile(
    r"(?:Representative|Ambassador|Delegate|Envoy|President|Chancellor|King|Queen"
    r"|(?:Foreign|Prime|Finance|Defen[cs]e|Interior|Justice|Trade|Economy|Energy|Health"
    r"|Environment|Transport|Education|Culture|Agriculture)\s+Minister)"
    r"(?:\s+for\s+[^,]{1,60}?)?\s+of\s+(?:the\s+)?(?P<who>[^,]+?)(?:\s+to\s+(?:the\s+)?.*)?$",
    re.IGNORECASE,
)
_PORTFOLIO = re.compile(r"\bMinister\s+(?:of|for)\s+(?:the\s+)?", re.IGNORECASE)
_OF_THE = re.compile(r"(?<!Department)(?<!Ministry)(?<!Office)\s(?:of|for)\s+the\s+(?=[^\W\d_a-z])")
_OF = re.compile(r"\s(?:of|for)\s+(?=[^\W\d_a-z])")


def of_whom(text: str, words: Sequence[Word], last: int) -> str:
    """The country or body behind a name: "of the Netherlands", "from Brackwater"."""
    index = last
    if index >= len(words) or words[index].key not in {"of", "from"}:
        return ""
    index += 1
    if index < len(words) and words[index].key == "the":
        index += 1
    stop = index
    while stop < len(words) and stop - index < 10:
        if not words[stop].capital and not (words[stop].key in _SMALL and stop > index):
            break
        stop += 1
    while stop > index and not words[stop - 1].capital:
        stop -= 1
    if stop == index or (stop == index + 1 and words[index].key in NOT_NAMES):
        return ""
    return text[words[index].start : words[stop - 1].end]


def split_affiliation(role: str) -> tuple[str, str]:
    """A role and whom it is held for; the role keeps its "of ...", but not its "at ..."."""
    at = _AT.search(role)
    if at:
        return role[: at.start()], role[at.end() :]
    country = _COUNTRY.search(role)
    if country and country["who"][:1].isupper():
        return role, country["who"].strip()
    portfolio = _PORTFOLIO.search(role)
    if portfolio:  # "Minister of Ferries" is of a country, which a second "of" names
        second = _OF.search(role, portfolio.end()) or _OF_THE.search(role, portfolio.end())
        return role, role[second.end() :].strip() if second else ""
    # "of the" leads from a part to the whole; "of" without it may be part of a name.
    whole = list(_OF_THE.finditer(role))
    split = whole[-1] if whole else _OF.search(role)
    if split:
        return role, role[split.end() :].strip()
    lead = role.split(" ", 1)[0] if " " in role else ""
    return role, lead if len(lead) > 1 and lead.isupper() else ""
