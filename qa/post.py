"""Which high office somebody holds: who is asked for as foreign minister is no prime minister.

Only offices that one person hardly holds beside another of them are told apart. Whoever has no such
office next to the name may hold any.
"""

from __future__ import annotations

import re

from qa.countries import COUNTRY, NATIONALITY

# Of a minister, what the ministry is for: the same words stand before "minister" and behind "of".
_PORTFOLIOS = {
    "foreign": r"foreign(?:\s+affairs)?|external\s+(?:affairs|relations)",
    "finance": r"financ(?:e|ial\s+affairs)",
    "defence": r"defen[cs]e|national\s+defen[cs]e",
    "interior": r"interior|home\s+affairs|internal\s+affairs",
    "justice": r"justice",
    "economy": r"econom(?:y|ic\s+affairs|ics)|commerce|(?:foreign\s+)?trade|industry",
    "environment": r"environment",
    "energy": r"energy",
    "education": r"education|science|research",
    "health": r"(?:public\s+)?health",
    "agriculture": r"agriculture",
    "transport": r"transport(?:ation)?|infrastructure",
    "culture": r"culture",
    "labour": r"labou?r|employment|social\s+affairs",
}
_OTHERS = {
    "prime minister": r"prime[\s-]+minister|premier|head\s+of\s+(?:the\s+)?(?:\S+\s+)?government",
    "secretary-general": r"secretary[\s-]+general",
    "army chief": r"army\s+chief|chief\s+of\s+the\s+(?:army|armed\s+forces)",
    "mayor": r"(?:lord\s+)?mayor",
    "ambassador": r"ambassador",
}
_MINISTER = {
    name: rf"(?:{words})\s+minister|minister\s+(?:of|for)\s+(?:the\s+)?(?:{words})"
    for name, words in _PORTFOLIOS.items()
}
_KINDS = {
    name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    for name, pattern in (_MINISTER | _OTHERS).items()
}
# Of several portfolios in one office the others stand without their "minister".
_BESIDE = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in _PORTFOLIOS.items()
}
# Another level of the same office, or somebody who no longer holds it.
_QUALIFIED = re.compile(
    r"\b(?:deputy|vice|assistant|under|former|ex|designate|elect|acting|state|junior|shadow)\b",
    re.IGNORECASE,
)
_OFFICE = "|".join(f"(?:{pattern})" for pattern in (_MINISTER | _OTHERS).values())
_ASKED = re.compile(
    r"^\W*(?:(?:and|but|in\s[^,]{3,60},|on\s[^,]{3,60},|at\s[^,]{3,60},)\s+)?"
    r"(?:(?:which|what)(?!\s+(?:d(?:o|oes|id)|is|was|are|were|has|have|had|will|would|can|could)\b)|who\s+(?:is|was|served\s+as|acted\s+as|was\s+filling\s+in\s+as))\s+(?:the\s+)?"
    rf"((?:{COUNTRY.pattern}|{NATIONALITY.pattern}|[\w’'-]+)?(?:['’]s)?\s*(?:[\w’'-]+\s+)?"
    rf"\b(?:{_OFFICE}))\b(?!\s+(?:and|or)\b)",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"[^.;:()]*$")
_BEHIND = re.compile(
    r"\s*(?:,|\(|who\s+(?:is|was)\b)\s*(?:the\s+|its\s+|then\s+|currently\s+)*([^.;:()]{0,70})"
)
_STOP = re.compile(
    r",|\b(?:and\s+(?:the\s+)?[A-Z]|who|whom|met|meets|said|with|by|from|will|has|have|was|were|is|are)"
)


def asked_post(question: str) -> str:
    """The office that a question asks the holder of, right behind its question word, or ""."""
    found = _ASKED.match(question)
    if found is None or _QUALIFIED.search(found[1]):
        return ""
    held = posts(found[1])
    return next(iter(held)) if len(held) == 1 else ""


def posts(text: str) -> frozenset[str]:
    """The offices that a few words name; portfolios count together ("finance and economy")."""
    held = {name for name, pattern in _KINDS.items() if pattern.search(text)}
    if held.intersection(_PORTFOLIOS):
        held |= {name for name, pattern in _BESIDE.items() if pattern.search(text)}
    return frozenset(held)


def holds_another(post: str, text: str, start: int, end: int, title_start: int) -> bool:
    """Whether the name at `text[start:end]` stands with an office, but not with the one asked for.

    `title_start` is where the titles before the name begin.
    """
    before = text[max(0, title_start - 60) : start]
    clause = _BEFORE.search(before)
    own = _last_piece(clause[0] if clause else before, start - title_start)
    behind = _BEHIND.match(text, end)
    after = _STOP.split(behind[1], maxsplit=1)[0] if behind else ""
    said = f"{own} / {after}"
    held = posts(said)
    if not held or _QUALIFIED.search(said):
        return False
    ambassador = held == {"ambassador"} and post == "secretary-general"
    return post not in held and not ambassador


def _last_piece(before: str, titles: int) -> str:
    """What stands with a name: its `titles` characters, and the office before a comma."""
    at = len(before) - titles
    stops = [
        stop.start()
        for stop in _STOP.finditer(before)
        if stop.start() < at and not (stop[0] == "," and not before[stop.end() : at].strip())
    ]
    return before[stops[-1] :] if stops else before
