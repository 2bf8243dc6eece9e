"""Countries that no list knows, by what stands beside them: whose flag, whose envoy, who hosts."""

from __future__ import annotations

import re

from qa.people import NOT_NAMES, TITLES

CAPITAL = r"[^\W\d_a-zß-öø-ÿ][^\W_]*(?:[-'’.&](?!s\b)[^\W_]+)*"
"""A word with a capital first letter."""

_LAND = rf"{CAPITAL}(?:\s{CAPITAL})?"
_OFFICER = r"(?:Ambassador|Representative|Minister|President|Premier|Chancellor|Envoy|Delegate)"
_STATE = re.compile(
    rf"\b{_OFFICER}s?\s(?:{CAPITAL}\s){{1,3}}(?:of|from)\s(?P<named>{_LAND})"
    rf"|\b(?:{CAPITAL}\s)+{CAPITAL}\sof\s(?P<person>{_LAND})(?=\s[a-z]|,)"
    rf"|\b{_OFFICER}\s(?:of|from)\s(?P<office>{_LAND})"
    rf"|(?<!\w)(?P<owner>{_LAND})['’]s?\s(?:[A-Z]\w+\s){{0,2}}"
    rf"(?:{_OFFICER}|delegation|flag|government|embassy|parliament)\b"
    rf"|(?<!\w)(?P<flag>{_LAND}),?\sunder\swhose\sflag"
    rf"|\bflag\sof\s(?P<flown>{_LAND})"
    rf"|\bhosted\sby\s(?P<host>{_LAND})"
    rf"|\b(?:in|at)\s{CAPITAL},\s(?P<around>{_LAND})(?=[,.])"
)
_BODY = re.compile(
    r"\b(?:council|committee|conference|university|organi[sz]ation|institut\w+|forum|union|bank)\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b",
    re.IGNORECASE,
)


def states(text: str) -> list[tuple[int, int]]:
    """The spans of capitalised words that stand where a country may, in order."""
    found: list[tuple[int, int]] = []
    for match in _STATE.finditer(text):
        start, end = next(match.span(name) for name in match.re.groupindex if match[name])
        if not _other(text[start:end]):
            found.append((start, end))
    return found


def _other(name: str) -> bool:
    """Whether a capitalised word that stands where a country may is clearly something else."""
    acronym = name.isupper() and len(name) <= 6
    ordinary = {word.lower() for word in name.split()} & (TITLES | NOT_NAMES)
    return acronym or bool(ordinary or _BODY.search(name))
