"""Finds what a page says twice: a body that stands two times, a teaser that the body repeats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MORE = re.compile(r"\s*(?:\[?(?:\.\.\.|…)\]?)\s*(?:read more|more|weiterlesen|lire la suite)?\W*$")
_LEAST = 5  # words; a shorter line may stand twice on purpose, like a subheading


def repeated(paragraphs: Sequence[str]) -> set[int]:
    """The indices of the paragraphs to leave out so that each is said once.

    A paragraph goes when it equals an earlier one, when another one holds all of its words in a row
    (a lead that opens the body, with or without its dateline, or cut off with "..."), or when a
    long one only strings others together. Short lines go only beside a repeated paragraph.
    """
    keys = [_key(paragraph) for paragraph in paragraphs]
    lengths = [len(key.split()) for key in keys]
    dropped: set[int] = set()
    first: dict[str, int] = {}
    for index, key in enumerate(keys):
        if lengths[index] < _LEAST:
            continue
        if key in first:
            dropped.add(index)
        else:
            first[key] = index
    dropped |= _strung_together(paragraphs, keys, dropped)
    dropped |= _contained(keys, lengths, dropped)
    return dropped | _short_repeats(keys, lengths, dropped)


def _key(paragraph: str) -> str:
    """The words of a paragraph, without case, punctuation and a cut-off mark at its end."""
    return " ".join(re.findall(r"\w+", _MORE.sub("", paragraph).casefold()))


def _contained(keys: Sequence[str], lengths: Sequence[int], dropped: set[int]) -> set[int]:
    """Paragraphs whose words stand in a row within another paragraph that stays."""
    kept = [i for i in range(len(keys)) if i not in dropped and lengths[i] >= _LEAST]
    joined = "\n".join(f" {keys[i]} " for i in kept)
    return {i for i in kept if joined.count(f" {keys[i]} ") > 1}


def _strung_together(paragraphs: Sequence[str], keys: Sequence[str], dropped: set[int]) -> set[int]:
    """Long paragraphs in which nothing stands that three or more others do not say."""
    found = set()
    for index, key in enumerate(keys):
        if index in dropped or len(paragraphs[index]) < 400:
            continue
        parts = [
            part
            for other, part in enumerate(keys)
            if other != index
            and other not in dropped
            and len(part.split()) >= _LEAST
            and f" {part} " in f" {key} "
        ]
        if len(parts) >= 3 and sum(len(part) + 1 for part in parts) >= 0.95 * len(key):
            found.add(index)
    return found


def _short_repeats(keys: Sequence[str], lengths: Sequence[int], dropped: set[int]) -> set[int]:
    """Short lines that stand a second time inside a block of repeated paragraphs."""
    found: set[int] = set()
    for index, key in enumerate(keys):
        if index in dropped or lengths[index] >= _LEAST or key not in keys[:index]:
            continue
        if index - 1 in dropped | found or index + 1 in dropped:
            found.add(index)
    return found
