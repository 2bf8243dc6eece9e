"""Who does what to whom: whether a phrase stands on the side of the verb that is asked for.

"Who succeeded Ek?" is not answered by "Ek succeeded Lund", nor "Who was appointed?" by "the council
appointed by Ek". No grammar is parsed: the verb, its voice and the order of the words decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.words import Token, is_past, related, stem, word_set

_BE = word_set("is are was were be been being")
_SKIP = word_set("not also now then newly recently first just already to by officially")
_HAVE = word_set("has have had having will would to")
_GAINS = frozenset(stem(word) for word in ("win", "receive", "get", "earn", "obtain", "become"))
_SAY = stem("say")
_LIGHT = frozenset(
    stem(word) for word in ("take", "make", "have", "do", "put", "get", "come", "go")
)
_NOUN_ENDING = re.compile(r"(?:ors?|ers?|ments?|ions?|ships?|m[ae]n|persons?|wom[ae]n|ees?|ures?)$")


Side = tuple[str, int]
"""("subject" or "object", index of the question's verb)"""


def asked_side(question: Sequence[Token], word_end: int) -> Side | None:
    """Which side of which verb the question word asks for, if it shows.

    `word_end` is where the question word ends. "who appointed X" asks for the subject, "who was
    appointed" and "whom did X appoint" for the object.
    """
    after = next((i for i, t in enumerate(question) if t.start >= word_end), len(question))
    if after >= len(question):
        return None
    first = question[after].text.lower()
    if first in _BE or (
        first in _HAVE and question[min(after + 1, len(question) - 1)].text == "been"
    ):
        for i in range(after + 1, min(after + 5, len(question))):
            word = question[i].text.lower()
            if word.endswith("ed") or is_past(word):
                return "object", i
            if word.endswith("ing"):
                return ("subject", i) if word != "being" else None
        return None
    if question[after].stem in _LIGHT:
        return None
    if _verbal(question[after]) and (first.endswith("ed") or is_past(first)):
        return "subject", after
    return None


def side_held(
    side: Side | None,
    question: Sequence[Token],
    words: Sequence[Token],
    first: int,
    last: int,
) -> float:
    """1 when words[first..last] stand on the asked side of the question's verb, 0 on the other.

    .5 when the sentence does not show it.
    """
    if side is None:
        return 0.5
    wanted, index = side
    verb = question[index].stem
    found = [
        i
        for i, w in enumerate(words)
        if not first <= i <= last and related(w.stem, verb) and _verbal(w)
    ]
    if not found:
        return 0.5
    near = min(found, key=lambda i: min(abs(i - first), abs(i - last)))
    text = words[near].text.lower()
    if text.endswith("ing"):
        return 0.5
    if (verb in _GAINS) != (words[near].stem in _GAINS):
        # who wins is the one to whom something is awarded
        wanted = "object" if wanted == "subject" else "subject"
    before = last < near
    if not before and related(verb, _SAY):
        return 0.5  # "..., said Ada Lind"
    by = not before and any(w.text.lower() == "by" for w in words[max(near, first - 6) : first])
    subject = by or before != _passive(words, near)
    return 1.0 if subject == (wanted == "subject") else 0.0


def _passive(words: Sequence[Token], verb: int) -> bool:
    for i in range(verb - 1, max(-1, verb - 4), -1):
        word = words[i].text.lower()
        if word in _BE:
            return True
        if word not in _SKIP and not word.endswith("ly"):
            return False
    return False


def looks_verbal(word: Token) -> bool:
    """Whether a word can hardly be anything but a verb that says something."""
    text = word.text.lower()
    if word.stem in _LIGHT or not _verbal(word):
        return False
    return text.endswith(("ed", "ing")) or is_past(text)


def _verbal(word: Token) -> bool:
    """Whether a word looks like a verb rather than the noun made from it."""
    text = word.text
    return text.islower() and text != "part" and not _NOUN_ENDING.search(text)
