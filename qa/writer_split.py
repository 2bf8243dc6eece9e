"""Cutting a reply that is still being written into sentences, each with the numbers it ends in."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator

from embeddings.sentences import sentences

MARKER = re.compile(r"\s*\[\s*(\d{1,9}(?:\s*[,;]\s*\d{1,9})*)\s*\]")
_LEADING = re.compile(rf"(?:{MARKER.pattern})+")
_UNFINISHED = re.compile(r"\s*(?:\[[\d\s,;]*)?\Z")
_DECORATION = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)](?=\s))\s+|\*\*|__|`")
_NUMBERS_ALONE = re.compile(rf"^(?:{MARKER.pattern})+\s*[.,;:!?]+\s*")
_THOUGHTS = re.compile(r"\s*<think>.*?</think>\s*", re.DOTALL)
_THINKING = "<think>"
_ENDED = re.compile(rf"(?:[.!?…][\"'“”’»)]*(?:{MARKER.pattern})*|(?:{MARKER.pattern})+)\s*\Z")


def split(pieces: Iterable[str], longest: int) -> Iterator[str]:
    """Whole sentences, as soon as each is whole; the numbers behind a full stop belong to it.

    What a model thinks aloud first is left out, and so is a last sentence that breaks off. Reading
    stops at `longest` characters.
    """
    text, read, thinking = "", 0, True
    for piece in pieces:
        text += piece[: longest - read]
        read += len(piece)
        if thinking:
            text = _THOUGHTS.sub("", text, count=1)
            begun = text.lstrip()[: len(_THINKING)]
            if _THINKING.startswith(begun):
                if read < longest:
                    continue
                return
            thinking = False
        ends = _ends(text)[:-1]
        yield from _cut(text, ends)
        text = text[max([0, *ends]) :]
        if read >= longest:
            return
    if text.lstrip().startswith(_THINKING):
        return
    ends = _ends(text)
    yield from _cut(text, ends if _ENDED.search(text) else ends[:-1])


def _cut(text: str, ends: list[int]) -> Iterator[str]:
    """The sentences of a text that end at these places."""
    for start, end in itertools.pairwise([0, *ends]):
        bare = _NUMBERS_ALONE.sub("", _DECORATION.sub("", text[start:end].strip()))
        sentence = " ".join(bare.split())  # a line that was broken is one line again
        if sentence:
            yield sentence


def _ends(text: str) -> list[int]:
    """Where the sentences of a text end; the last of them may not be over yet."""
    ends: list[int] = []
    for start, end in sentences(text):
        leading = _LEADING.match(text, start)
        if ends and leading:
            ends[-1] = leading.end()
            if not text[leading.end() : end].strip():
                continue
        ends.append(end)
    if len(ends) > 1 and _UNFINISHED.match(text, ends[-2]):
        ends.pop()  # "[1" after a full stop: the number may go on
    return ends


def without_markers(sentence: str) -> tuple[str, tuple[int, ...]]:
    """A sentence as it reads without its numbers, and the numbers, each once."""
    numbers: dict[int, None] = {}
    for match in MARKER.finditer(sentence):
        numbers |= dict.fromkeys(int(number) for number in re.findall(r"\d+", match[1]))
    return MARKER.sub("", sentence).strip(), tuple(numbers)


def renumbered(sentence: str, number: Callable[[int], int]) -> str:
    """A sentence with each of its numbers replaced, and none given twice in one place."""
    shown: set[int] = set()
    last = 0

    def marks(match: re.Match[str]) -> str:
        nonlocal last
        if re.search(r"\w", sentence[last : match.start()]):
            shown.clear()
        last = match.end()
        found = dict.fromkeys(number(int(one)) for one in re.findall(r"\d+", match[1]))
        fresh = [one for one in found if one not in shown]
        shown.update(fresh)
        return " " + "".join(f"[{one}]" for one in fresh) if fresh else ""

    return MARKER.sub(marks, sentence).strip()
