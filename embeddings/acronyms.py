"""Acronyms that a text explains, as in "Forum for Lake Security (FLS)" or the other way round."""

from __future__ import annotations

import re

_AFTER = re.compile(r"\(\s*[\"“„«]?([A-ZÄÖÜ][\w&./-]{1,11})[\"”»]?\s*(?:[,;][^()]{0,40})?\)")
_BEFORE = re.compile(r"\b([A-ZÄÖÜ][A-ZÄÖÜ\d&/-]{1,9})\s\(([^()]{5,120})\)")
_SMALL = re.compile(
    r"of|and|the|for|in|on|to|an?|at|by|with|from|de|la|les?|des|du|et|pour|der|die|das|und|für|von"
    r"|im|di|e|del|della|per|y|el|los|las|en|&"
)
_WORD = re.compile(r"[^\s/]+")


def find_acronyms(text: str) -> dict[str, str]:
    """Each acronym the text explains, with its expansion as written; the first explanation stays.

    An acronym needs two capitals, and each of its letters must open a word of the expansion in
    order (small words may be left out, hyphenated words count their parts); failing that, its
    letters must stand in the expansion in order, the first one at a word's start (Schwartz and
    Hearst, "A simple algorithm for identifying abbreviation definitions", 2003).
    """
    found: dict[str, str] = {}
    for match in _AFTER.finditer(text):
        acronym = match[1].rstrip(".-/")
        if sum(character.isupper() for character in acronym) >= 2:
            expansion = _ending_at(text[max(0, match.start() - 200) : match.start()], acronym)
            if expansion:
                found.setdefault(acronym, expansion)
    for match in _BEFORE.finditer(text):
        acronym, inside = match[1], " ".join(match[2].split())
        if sum(character.isupper() for character in acronym) >= 2 and _spells(inside, acronym):
            found.setdefault(acronym, inside)
    return found


def _ending_at(lead: str, acronym: str) -> str:
    """The shortest run of words at the end of `lead` that spells the acronym, or ""."""
    clause = re.split(r"[.;:!?()\n\"“”«»]\s*|,\s(?=[a-z])", lead.rstrip())[-1]
    words = [match.start() for match in _WORD.finditer(clause)]
    letters = [character for character in acronym if character.isalnum()]
    most = min(len(letters) + 5, 2 * len(letters) + 1) + 2
    starts = words[-most:]
    for check in (_by_initials, _by_letters):
        for start in reversed(starts):
            candidate = clause[start:].strip()
            first = candidate.split()[0].casefold()
            if not _SMALL.fullmatch(first) and check(candidate, letters):
                return " ".join(candidate.split())
    return ""


def _spells(expansion: str, acronym: str) -> bool:
    letters = [character for character in acronym if character.isalnum()]
    return _by_initials(expansion, letters)


def _initials(expansion: str) -> list[tuple[str, bool]]:
    """Each part's first letter, and whether it may be left out (a small word, a later part)."""
    found = []
    for word in expansion.split():
        parts = [part for part in re.split(r"[-/'’]", word) if part]
        for number, part in enumerate(parts):
            letter = next((character for character in part if character.isalnum()), "")
            if letter:
                found.append(
                    (letter.casefold(), number > 0 or bool(_SMALL.fullmatch(word.casefold())))
                )
    return found


def _by_initials(expansion: str, letters: list[str]) -> bool:
    """Whether the letters are the words' initials, in order, none but small words left out."""
    wanted = [letter.casefold() for letter in letters]
    reached = {0}
    for position, (initial, optional) in enumerate(_initials(expansion)):
        following = {at + 1 for at in reached if at < len(wanted) and wanted[at] == initial}
        if optional and position:
            following |= reached
        reached = following
        if not reached:
            return False
    return len(wanted) in reached


def _by_letters(expansion: str, letters: list[str]) -> bool:
    """Whether the letters stand in the expansion in order, most of them opening a word."""
    text, wanted = expansion.casefold(), [letter.casefold() for letter in letters]
    if len(wanted) < 3 or text[:1] != wanted[0] or len(expansion.split()) < 2:
        return False
    position = len(text)
    opening = 0
    for letter in reversed(wanted[1:]):
        position = text.rfind(letter, 1, position)
        if position < 0:
            return False
        opening += not text[position - 1].isalnum()
    capitals = sum(word[0].isupper() for word in expansion.split() if word[0].isalpha())
    return opening * 2 >= len(wanted) - 1 and capitals >= 2
