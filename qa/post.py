"""Which high office somebody holds: who is asked for as foreign minister is no prime minister.

Only a few offices are told apart, which one person hardly holds together, and only where the office
stands right at the name. A doubt bars nobody: a combined office, the other office in the same
sentence, a question about a change of office.
"""

from __future__ import annotations

import re

from qa.countries import COUNTRY, NATIONALITY

_OF = r"minister\s+(?:of|for)\s+(?:the\s+)?"
_OFFICES = {
    "prime_minister": r"prime\s+minister|head\s+of\s+(?:the\s+)?(?:[\w’'-]+\s+)?government",
    "foreign_minister": rf"foreign\s+(?:affairs\s+)?minister|{_OF}(?:foreign|external)\s+affairs",
    "finance_minister": rf"finance\s+minister|{_OF}finance",
    "defence_minister": rf"defen[cs]e\s+minister|{_OF}(?:national\s+)?defen[cs]e",
    "mayor": r"mayor",
    "army_chief": r"army\s+chief|chief\s+of\s+the\s+(?:army|armed\s+forces)",
    "secretary_general": r"secretary[\s-]general",
    "ambassador": r"ambassador",
}
_KINDS = {name: re.compile(rf"\b(?:{p})\b", re.IGNORECASE) for name, p in _OFFICES.items()}
# What many a secretary general or minister has been, or is called besides.
_LOOSE = frozenset(("ambassador", "secretary_general"))
# Any of them; `lastgroup` of a match is its name, for nothing else is captured.
_ANY = f"(?i:{'|'.join(f'(?P<{name}>{p})' for name, p in _OFFICES.items())})"
_NATION = rf"(?:(?:{NATIONALITY.pattern}|{COUNTRY.pattern}(?:['’]s?)?|[A-Z][\w-]+['’]s?)\s+)?"
_OWNER = r"(?:[A-Z][\w’'-]*\s+){0,2}"  # "Vanuatu's", "New Zealand"
_WHICH = re.compile(
    rf"\W*(?:[Ww]hich|[Ww]hat)\s+{_OWNER}{_ANY}\b(?!['’])"
    r"(?!\s+(?:and|or|elect|designate|delegat\w+|communicat\w+|post|office)\b)"
)
_WHO = re.compile(
    r"\W*[Ww]ho\s+(?:is|was|served\s+as|acted\s+as|was\s+(?:filling|standing)\s+in\s+as)\s+(?:the\s+)?"
    rf"{_OWNER}{_ANY}\b(?!['’])"
    r"(?=\s*[?,]|\s+(?:of|when|in|at|on|during|who|whom|whose|for|to)\b)"
)
# Who changes office may be shown with either.
_CHANGES = re.compile(
    r"\b(?:next|new|incoming|future|former|ex|deputy|vice|acting|becom\w+|became|later|before|elect\w*"
    r"|appoint\w*|nam(?:ed|ing)|nominat\w*|until|since|once|successor|predecessor|replac\w*|succe\w*)\b",
    re.IGNORECASE,
)
_CALLED = r"(?:\s+(?:Mr|Mrs|Ms|Dr|Prof|Sir|H\.E|His\s+Excellency|Her\s+Excellency)\.?)*"
_BEFORE = re.compile(rf"(?<![\w’'-]){_ANY}{_CALLED}\s*$")
_BEHIND = re.compile(
    rf"\s*,\s*(?:the\s+|its\s+)?{_NATION}{_ANY}(?:\s+of\s+(?:the\s+)?[A-Z][\w-]+)?\s*(?=[,.;)]|$)"
)
_JOINED = re.compile(
    r"(?:\band|\bor|&|/|,|[-–])\s*(?:the\s+)?$|\b(?:deputy|vice|former|ex|acting)[\s-]*$",
    re.IGNORECASE,
)


def asked_post(question: str) -> str:
    """The office that a question asks the holder of, right behind its question word, or ""."""
    found = _WHICH.match(question) or _WHO.match(question)
    return (found.lastgroup or "") if found and not _CHANGES.search(question) else ""


def holds_another(post: str, text: str, start: int, end: int) -> bool:
    """Whether the name at `text[start:end]` stands with an office that excludes that post."""
    if _KINDS[post].search(text):
        return False  # the sentence has the office, too: whose it is, others must tell
    before = text[:start]
    found = _BEFORE.search(before)
    if found is None or _JOINED.search(before[: found.start()]):
        found = _BEHIND.match(text, end)
    return found is not None and found.lastgroup not in {post, *_LOOSE}
