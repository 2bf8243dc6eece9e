"""The phrases of a sentence that are weighed as answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.asked import Asked
from qa.barred import barred, nobody
from qa.measure import Reading
from qa.pages import Sentence
from qa.spans import Candidate, candidates
from qa.words import Token, content

if TYPE_CHECKING:
    from qa.span_model import Marks

LOOSE = 0.8  # how well what the trained reader marks fits a question for no kind of phrase
OTHER = 0.4  # and one for a kind that the rules did not see in it
# Margins from which what the reader marks in a sentence replaces the phrases that rules find there.
PREFERRED = {"thing": 0.0, "place": 0.0, "country": 0.0, "number": 4.0, "money": 4.0}
ANYHOW = 0.0  # the margin from which what it marks is a candidate whatever it looks like
_FORMED = frozenset(("date", "number", "money", "duration", "rank"))  # known by their form


def offered(asked: Asked, reading: Reading) -> list[Candidate]:
    """The phrases of a sentence that may answer; empty where nothing shorter than itself does.

    Those of the kind asked for, and what the trained reader marked beside them, less what the
    question names itself and who has another part there than the one asked for.
    """
    sentence = reading.sentence
    return [
        one
        for one in _found(asked, reading)
        if not _in_question(asked, sentence, one) and not _barred(asked, sentence, one)
    ]


def _found(asked: Asked, reading: Reading) -> list[Candidate]:
    sentence, kind = reading.sentence, asked.kind.kind
    if kind == "thing":
        found = _described(asked, sentence)
    else:
        issued = reading.hit.release.date
        found = candidates(sentence.text, kind, issued=issued, lower=asked.lower)
    marks, start = marks_of(reading)
    if marks is None:
        return found
    low, high, margin = marks.best(start, start + len(sentence.text))
    low, high = low - start, high - start
    alike = _overlapping(found, low, high)
    several = kind in {"number", "money"} and len(alike) > 1  # "27 vessels and more than 900"
    if margin > PREFERRED.get(kind, math.inf) and (alike or kind == "thing") and not several:
        own = Candidate(low, high, kind, max((c.quality for c in alike), default=LOOSE))
        if not _in_question(asked, sentence, own):
            return [own]
    if margin == -math.inf or alike:
        return found
    if kind == "person" and asked.kind.noun and nobody(sentence.text[low:high]):
        return found  # "which minister": no country, no board
    loose = kind in {"thing", "manner", "yes-no", "reason"}
    unlike = not loose and (kind in _FORMED or not sentence.text[low].isupper())
    if unlike and margin < ANYHOW:
        return found
    return [*found, Candidate(low, high, kind, LOOSE if loose else OTHER)]


def _overlapping(found: Sequence[Candidate], start: int, end: int) -> list[Candidate]:
    return [one for one in found if one.start < end and start < one.end]


def marks_of(reading: Reading) -> tuple[Marks | None, int]:
    """What the trained reader marked in a sentence's passage, and where the sentence begins."""
    passage, sentence = reading.hit.passage, reading.sentence
    inside = passage.start <= sentence.start and sentence.end <= passage.end
    return reading.hit.marks if inside else None, sentence.start - passage.start


def _barred(asked: Asked, sentence: Sentence, candidate: Candidate) -> bool:
    """Whether the candidate has another part in the sentence than the one asked for."""
    if candidate.kind != "person":
        return False
    opening = candidate.title_start if candidate.title_start >= 0 else candidate.start
    place = sentence.text, candidate.start, candidate.end, opening
    return barred(asked.part, asked.weigh(asked.words), *place)


def _in_question(asked: Asked, sentence: Sentence, candidate: Candidate) -> bool:
    """Whether the question itself names the candidate, so that it cannot be the answer."""
    own = [t for t in sentence.words if candidate.start <= t.start < candidate.end]
    said = content(own) or own
    if candidate.kind == "person" and said and said[-1].stem in asked.bag.stems:
        return True
    return bool(said) and all(t.stem in asked.bag.stems for t in said)


def _described(asked: Asked, sentence: Sentence) -> list[Candidate]:
    """The noun phrases around the thing asked for: "an oak tree" for "what kind of tree"."""
    found = []
    words = sentence.words
    for i, word in enumerate(words):
        if not asked.kind.noun or word.stem != asked.kind.noun:
            continue
        first = i
        while (
            first > 0 and i - first < 4 and _joined(sentence.text, words[first - 1], words[first])
        ):
            first -= 1
        if first < i:
            found.append(Candidate(words[first].start, word.end, "thing"))
    return found


def _joined(text: str, one: Token, two: Token) -> bool:
    """Whether two words stand in one noun phrase: a space or hyphen between, no function word."""
    return text[one.end : two.start] in {" ", "-"} and bool(content([one]))
