"""Who does what to whom: whether a phrase stands on the side of the verb that the question asks for.

"Who succeeded Ek?" is not answered by "Ek succeeded Lund", nor "Who was appointed?" by "the council
appointed by Ek". No grammar is parsed: the verb, its voice and the order of the words decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.words import Token, is_past, related

_BE = frozenset("is are was were be been being".split())
_SKIP = frozenset("not also now then newly recently first just already to by officially".split())
_HAVE = frozenset("has have had having will would to".split())
_NOUN_ENDING = re.compile(r"(?:ors?|ers?|ments?|ions?|ships?|m[ae]n|persons?|wom[ae]n|ees?|ures?)$")


def asked_side(question: Sequence[Token], word_end: int) -> tuple[str, int] | None:
    """("subject" | "object", index of the verb) of what the question word asks for, if it shows.

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
    if _verbal(question[after]) and (first.endswith("ed") or is_past(first)):
        return "subject", after
    return None


def side_held(
    side: tuple[str, int] | None,
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
    passive = _passive(words, near)
    before = last < near
    by = not before and any(w.text.lower() == "by" for w in words[max(near, first - 6) : first])
    subject = before != passive if not by else True
    if by and not passive:
        return 0.5
    if before and not passive and words[near].text.lower().endswith("ing"):
        return 0.5 if wanted == "object" else 0.8
    return 1.0 if subject == (wanted == "subject") else 0.0


def _passive(words: Sequence[Token], verb: int) -> bool:
    for i in range(verb - 1, max(-1, verb - 4), -1):
        word = words[i].text.lower()
        if word in _BE:
            return True
        if word not in _SKIP and not word.endswith("ly"):
            return False
    return False


def _verbal(word: Token) -> bool:
    """Whether a word looks like a verb rather than the noun made from it."""
    text = word.text
    return text.islower() and not _NOUN_ENDING.search(text)
