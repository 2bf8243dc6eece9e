"""Splits a field of several names, where a name may itself hold commas."""

from __future__ import annotations

import re

_BODY = re.compile(
    r"\b(?:office|department|ministry|minister|forum|council|committee|commission|mission"
    r"|secretariat|secretary|chair\w*|presidency|division|agency|bureau|assembly|parliament|centre"
    r"|center|institute|university|authority|board|bank|fund|service|services|court|police|army"
    r"|government|delegation|embassy|consulate|directorate|administration|association|federation"
    r"|union|organi[sz]ation|society|foundation|company|corporation|inc|ltd|llc|group|programme"
    r"|program|presence|co-?ordinator|representative|commissioner|attorney|inspector\w*|unit|section"
    r"|network|alliance|league|museum|library|observatory|chancellery|cabinet|senate|house|team"
    r"|task\sforce|headquarters|bundes\w+|amt|\w+amt|\w*departement|\w*ministerium|\w+rat|kanton"
    r"|staatssekretariat|ministère|conseil|département|direction|secrétariat|comité|chancellerie"
    r"|présidence|ministero|consiglio|dipartimento|ufficio|segreteria|comitato|ministerio|consejo"
    r"|departamento|oficina|secretaría|comisión|comité)\b",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"[A-ZÄÖÜ][A-ZÄÖÜ&./-]{1,9}s?")


def split_sources(value: str) -> tuple[str, ...]:
    """The bodies a source field names.

    Line breaks, semicolons and bars always part names. A comma parts them where what follows is a
    body of its own ("Permanent Council, Secretariat") and not where it goes on with a list inside
    one name ("Department of the Environment, Transport and Energy"). When no part names a kind of
    body, or the commas stand between plain capitalised names, every comma parts.
    """
    rows = [row for row in re.split(r"[\n;|•]+", value) if row.strip()]
    if len(rows) > 1:
        return _unique(rows)
    parts = re.split(r"\s*,\s+", value.strip())
    own = [bool(_BODY.search(part) or _ACRONYM.fullmatch(part.strip())) for part in parts]
    if not any(own):
        return _unique(parts if all(_capital(part) for part in parts) else [value])
    names: list[str] = []
    for part, stands_alone in zip(parts, own, strict=True):
        if names and not (stands_alone and _capital(part)):
            names[-1] += f", {part}"
        else:
            names.append(part)
    return _unique(names)


def split_topics(value: str) -> tuple[str, ...]:
    """The topics a field names: parted by line breaks, semicolons, bars and commas.

    A part in lower case belongs to the one before it, unless all are in lower case.
    """
    rows = [row for row in re.split(r"[\n;|•]+", value) if row.strip()]
    parts = [part for row in rows for part in re.split(r"\s*,\s+(?!(?:and|und|et|e|y|or)\s)", row)]
    if not any(_capital(part) for part in parts):
        return _unique(parts)
    names: list[str] = []
    for part in parts:
        if names and not _capital(part) and not part.strip()[:1].isdigit():
            names[-1] += f", {part}"
        else:
            names.append(part)
    return _unique(names)


def _capital(part: str) -> bool:
    first = part.strip()[:1]
    return first.lower() == first.upper() or first.isupper()


def _unique(names: list[str]) -> tuple[str, ...]:
    cleaned = (re.sub(r"\s+", " ", name).strip(" ,;:-–—*") for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if name))
