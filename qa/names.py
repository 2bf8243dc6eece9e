"""Names, acronyms, numbers and quoted words in a question, found by how they are written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from qa.countries import PEOPLES
from qa.question_words import HONORIFICS, NAME_LINKS, OPENERS

_TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|[^\W_]+(?:[-'’.&/][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{2,80})[\"“”»]|(?<!\w)['‘]([^'‘’]{2,80})['’](?!\w)")


@dataclass(frozen=True, slots=True)
class Name:
    """`question[start:end] == text`, without a possessive ending.

    `words` are its significant words: honorifics and link words left out, unless nothing else is
    there.
    """

    text: str
    start: int
    end: int
    words: tuple[str, ...]
    acronym: bool = False
    number: bool = False
    quoted: bool = False


def names(question: str, skip: tuple[tuple[int, int], ...] = ()) -> list[Name]:
    """The names in a question, in order, never overlapping each other or a span of `skip`."""
    found: list[Name] = []
    taken = list(skip)
    for match in _QUOTED.finditer(question):
        group = 1 if match[1] else 2
        start, end = match.span(group)
        if _free(taken, match.start(), match.end()) and _TOKEN.search(match[group]):
            found.append(Name(match[group], start, end, words_of(match[group]), quoted=True))
            taken.append((match.start(), match.end()))
    run: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(question):
        token, start = match[0], match.start()
        bare = _POSSESSIVE.sub("", token)
        end = start + len(bare)
        gap = question[run[-1][2] : start] if run else ""
        if run and (gap.strip() or not _free(taken, start, end)):
            _close(question, run, found)
            run = []
        if not _free(taken, start, end):
            continue
        if is_acronym(bare):  # stands for itself: "OIS" and "Council of Delegates" are two names
            _close(question, run, found)
            run = []
            found.append(Name(bare, start, end, (bare,), acronym=True))
        elif _begins(question, start, bare) or (run and _continues(bare, token, run[-1][0])):
            run.append((bare, start, end))
        elif bare[0].isdigit():
            _close(question, run, found)
            run = []
            found.append(Name(bare, start, end, (bare,), number=True))
        else:
            _close(question, run, found)
            run = []
            continue
        if bare != token:  # "Germany's seat": the possessive ends the name
            _close(question, run, found)
            run = []
    _close(question, run, found)
    return sorted(found, key=lambda name: name.start)


def words_of(text: str) -> tuple[str, ...]:
    """The significant words of a name, as written."""
    every = [_POSSESSIVE.sub("", token) for token in _TOKEN.findall(text)]
    some = [w for w in every if w.casefold() not in NAME_LINKS | HONORIFICS]
    return tuple(some or every)


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Case, accents and hyphens inside words removed, so that spellings of a name compare."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.sub(r"(?<=\w)[-‐‑](?=\w)", "", plain)


def is_acronym(text: str) -> bool:
    """One word, at least half of its letters capitals and two of them: "OIS", "HoPs"."""
    letters = [c for c in text if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    return " " not in text and capitals >= 2 and capitals * 2 >= len(letters) and len(text) <= 10


def _capital(token: str) -> bool:
    return any(c.isupper() for c in token)


def _opens(question: str, start: int) -> bool:
    """Whether a sentence, a clause after a colon, or a quotation begins there."""
    before = question[:start].rstrip(" \t\n\"'“‘(")
    return not before or before[-1] in ".?!:;"


def _free(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    return all(end <= a or start >= b for a, b in taken)


def _begins(question: str, start: int, word: str) -> bool:
    """Whether a word is written like a name, and not only because a sentence begins with it."""
    return _capital(word) and not (_opens(question, start) and word.casefold() in OPENERS)


def _continues(word: str, token: str, before: str) -> bool:
    """Whether a word that is none itself carries a name on: "of", the 1540 of "Resolution 1540"."""
    return (word == token and _links(word, before)) or (word.isdigit() and _capital(before))


def _links(word: str, before: str) -> bool:
    """Whether a small word carries a name on: "of", and "the" only after another ("of the")."""
    if word == "the":
        return before in NAME_LINKS
    return word in NAME_LINKS


def _close(question: str, run: list[tuple[str, int, int]], found: list[Name]) -> None:
    """End a run: link words at its edge do not belong to it."""
    while run and run[-1][0].casefold() in NAME_LINKS and not _capital(run[-1][0]):
        run = run[:-1]
    if not run:
        return
    start, end = run[0][1], run[-1][2]
    if all(token.casefold() in HONORIFICS | NAME_LINKS for token, _, _ in run):
        return  # "President of the ..." names nobody
    link = next((i for i, (word, _, _) in enumerate(run) if word == "for"), 0)
    rest = link + 1 + (run[link + 1][0] == "the" if link else 0)
    if link and any(word in PEOPLES for word, _, _ in run[rest:]):
        _close(question, run[:link], found)  # "the Seine for the Swiss": two names
        start = run[rest][1]
    text = question[start:end]
    found.append(Name(text, start, end, words_of(text)))
