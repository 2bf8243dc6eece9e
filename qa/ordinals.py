"""Which one of a row: the fourth conference is not the first one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.types import Release
from qa.words import STOPWORDS, content, tokens

_WORDS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
)
_VALUE = {word: value for value, word in enumerate(_WORDS, 1)}
_ORDINAL = re.compile(
    rf"(?<![\w-])(?:(\d{{1,3}})(?:st|nd|rd|th)|({'|'.join(_WORDS)}))(?![\w-])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Ordinal:
    """`value` of a row of things; `thing` holds the stems of the words that name them."""

    value: int
    thing: frozenset[str]


def ordinals(text: str) -> list[Ordinal]:
    """The ordinals in a text, each with the up to four words that directly follow it."""
    found = []
    for match in _ORDINAL.finditer(text):
        value = int(match[1]) if match[1] else _VALUE[match[2].lower()]
        thing: list[str] = []
        for word in tokens(text[match.end() : match.end() + 80])[:4]:
            if word.text.lower() in STOPWORDS:
                break
            thing += [one.stem for one in content([word])]
        if thing:
            found.append(Ordinal(value, frozenset(thing)))
    return found


def ordinals_held(asked: Sequence[Ordinal], sentence: str, release: Release) -> float:
    """0 when the sentence, or else the release's head, counts another one of the same row, else 1.

    The head is the title and the first paragraph.
    """
    for one in asked:
        for text in (sentence, release.title + "\n" + release.text[:400]):
            values = {o.value for o in ordinals(text) if _same_row(one, o)}
            if values and one.value not in values:
                return 0.0
            if values:
                break
    return 1.0


def _same_row(one: Ordinal, other: Ordinal) -> bool:
    """Whether two ordinals count the same things: a name of two words or more in common."""
    common = len(one.thing & other.thing)
    return common >= 2 or one.thing == other.thing
