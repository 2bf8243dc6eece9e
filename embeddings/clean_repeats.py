"""Finds what a page says twice: a body that stands two times, a teaser that the body repeats."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MORE = re.compile(r"\s*\[?(?:\.\.\.|…)\]?\s*(?:read more|more|weiterlesen|lire la suite)?\W*$")
_EQUAL = 5  # words; a shorter line may stand twice on purpose, like a subheading
_WITHIN = 8  # words; a shorter line may well stand inside another by chance
_KEY = 5  # words by which a paragraph is looked up
_TRIED = 40  # paragraphs with the same first words that are compared at one place


def repeated(paragraphs: Sequence[str]) -> set[int]:
    """The indices of the paragraphs to leave out so that each is said once.

    A paragraph goes when it equals an earlier one, or when the others hold its words in a row: a
    lead that opens the body (with or without a dateline, whole or cut off with "..."), or one long
    paragraph that strings the others together. Short lines go only beside a repeated paragraph.
    Case and punctuation do not count. Linear in the length of the text.
    """
    words = [_words(paragraph) for paragraph in paragraphs]
    dropped: set[int] = set()
    first: dict[tuple[str, ...], int] = {}
    for index, own in enumerate(words):
        if len(own) >= _EQUAL and first.setdefault(tuple(own), index) != index:
            dropped.add(index)
    starts: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, own in enumerate(words):
        if index not in dropped and len(own) >= _WITHIN:
            starts[tuple(own[:_KEY])].append(index)
    places = _places(words, dropped, starts)
    # The longest first: when one paragraph strings others together, that one goes and they stay.
    for index in sorted(places, key=lambda i: (-len(words[i]), i)):
        if any(_continues(words, dropped, index, *place) for place in places[index]):
            dropped.add(index)
    return dropped | _short_repeats(words, dropped)


def _words(paragraph: str) -> list[str]:
    """Its words without case; one that is cut off loses the last, which may be half a word."""
    end = paragraph[-40:]
    whole = _MORE.sub("", end)
    words = re.findall(r"\w+", (paragraph[:-40] + whole).casefold())
    return words[:-1] if whole != end and len(words) > _WITHIN else words


def _places(
    words: Sequence[list[str]], dropped: set[int], starts: dict[tuple[str, ...], list[int]]
) -> dict[int, list[tuple[int, int]]]:
    """Where (paragraph, word) the first words of each paragraph stand inside another one."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for holder, own in enumerate(words):
        if holder in dropped:
            continue
        for position in range(len(own) - _KEY + 1):
            for index in starts.get(tuple(own[position : position + _KEY]), ())[:_TRIED]:
                if index != holder and len(found[index]) < _TRIED:
                    found[index].append((holder, position))
    return found


def _continues(
    words: Sequence[list[str]], dropped: set[int], index: int, holder: int, position: int
) -> bool:
    """Whether the words of paragraph `index` stand from that place on, paragraph ends ignored."""
    own = words[index]
    done = 0
    while done < len(own):
        if holder >= len(words):
            return False
        if holder in dropped or not words[holder]:
            holder, position = holder + 1, 0
            continue
        if holder == index:
            return False
        part = words[holder][position : position + len(own) - done]
        if own[done : done + len(part)] != part:
            return False
        done += len(part)
        holder, position = holder + 1, 0
    return True


def _short_repeats(words: Sequence[list[str]], dropped: set[int]) -> set[int]:
    """Short lines that stand a second time inside a block of repeated paragraphs."""
    seen: set[tuple[str, ...]] = set()
    found: set[int] = set()
    for index, own in enumerate(words):
        if index in dropped or len(own) >= _EQUAL:
            continue
        beside = {index - 1, index + 1} & (dropped | found)
        if tuple(own) in seen and beside:
            found.add(index)
        seen.add(tuple(own))
    return found
