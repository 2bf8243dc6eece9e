"""The words of a text, and the runs of them that can be somebody's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from embeddings.people_words import ADDRESSES, NOT_NAMES, PARTICLES, ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.)+(?=\s)"  # "J.", "U.S."
    r"|(?:[^\W_][\u0300-\u036f]*)+(?:[-'’&](?:[^\W_][\u0300-\u036f]*)+)*"
    r"|\n|[^\w\s]"
)
_ABSTRACT = re.compile(r"(?:tion|ment|ship|ness|ance|ism|ity)s?$")  # endings of no surname
POSSESSIVE = re.compile(r"['’]s$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a punctuation mark or a line break, `text[start:end]`."""

    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """The word as the lists have it."""
        return self.text.casefold().rstrip(".")

    @property
    def capital(self) -> bool:
        """Whether it starts with a capital."""
        return self.text[:1].isupper()

    @property
    def initial(self) -> bool:
        """Whether it is an initial such as "J." or "U.S."."""
        return self.capital and self.text.endswith(".")

    @property
    def acronym(self) -> bool:
        """Whether it is written in capitals only."""
        return len(self.text) > 1 and self.text.isupper() and not self.initial

    @property
    def named(self) -> bool:
        """Whether it can be the part of a name that is written out."""
        lower = any(character.islower() for character in self.text)
        fit = self.key not in NOT_NAMES and not _ABSTRACT.search(self.key)
        return self.capital and lower and len(self.text) > 1 and fit


def words_of(text: str) -> list[Word]:
    """The words, the punctuation marks and the line breaks of a text."""
    return [Word(match[0], *match.span()) for match in _TOKEN.finditer(text)]


class Name(NamedTuple):
    """The words `first` to `last` (exclusive) are a name. `led`: "President of the League ..."."""

    first: int
    last: int
    led: bool = False


def names_of(words: Sequence[Word]) -> Iterator[Name]:
    """The runs of capitalised words that can be a name: after a role, or alone in their row."""
    index = 0
    while index < len(words):
        if not words[index].capital:
            index += 1
            continue
        stop = _run_end(words, index)
        start = index
        for position in range(index, stop):
            if is_role(words, position) or words[position].key in ADDRESSES:
                start = position + 1
        while start < stop and words[start].text == ".":  # of "Mr."
            start += 1
        led = start == index and _of_a_role(words, index)
        if led:
            start = max((i + 1 for i in range(index, stop) if not words[i].named), default=index)
        whole = _is_name(words[start:stop])
        # Behind "State Secretary for Water Matters" more than two names may be part of the office.
        if whole and (not led or (start > index and stop - start == 2)):
            yield Name(start, stop, led)
        index = max(stop, index + 1)


def _is_name(name: Sequence[Word]) -> bool:
    """Whether the words make a whole name: two to four, the last one a surname."""
    if not 2 <= len(name) <= 6:
        return False
    full = sum(word.named for word in name)
    shouted = name[-1].acronym and len(name[-1].text) > 4  # "Mara LINDQVIST"
    fit = all(word.named or word.initial or word.key in PARTICLES for word in name[:-1])
    parts = full + sum(word.initial for word in name) + shouted
    return fit and (name[-1].named or shouted) and full > 0 and 2 <= parts <= 4


def _of_a_role(words: Sequence[Word], index: int) -> bool:
    """Whether a role and "of" or "of the" stand before the word: "President of the League"."""
    if index and words[index - 1].key == "the":
        index -= 1
    return index > 1 and words[index - 1].key in {"of", "for"} and is_role(words, index - 2)


def _run_end(words: Sequence[Word], index: int) -> int:
    """Where the capitalised words from `index` on end; particles count between two of them."""
    stop = index
    while stop < len(words):
        word = words[stop]
        if word.capital:
            stop += 1
            if POSSESSIVE.search(word.text):
                break
            if words[stop - 1].key in ADDRESSES and stop < len(words) and words[stop].text == ".":
                stop += 1
            continue
        ahead = stop
        while ahead < len(words) and words[ahead].key in PARTICLES and not words[ahead].capital:
            ahead += 1
        inside = stop - index >= 1 and words[stop - 1].named and not is_role(words, stop - 1)
        if stop < ahead <= stop + 2 and ahead < len(words) and words[ahead].named and inside:
            stop = ahead + 1
            continue
        break
    return stop


def is_role(words: Sequence[Word], index: int) -> bool:
    """Whether the word is a role, alone or as the end of one ("Secretary General")."""
    key = words[index].key
    if key in ROLES:
        return True
    before = words[index - 1].key if index else ""
    if key == "general":
        return before in ROLES
    return key == "charge" and before == "in" and index > 1 and words[index - 2].key in ROLES
