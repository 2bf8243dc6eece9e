"""Awards of another name: who won the Lund Prize is not told by a sentence on the Ek Medal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from qa.understand import Requirement
from qa.words import Bag, content, stem, tokens, word_set

_AWARDS = frozenset(map(stem, ("prize", "award", "medal", "trophy")))
# Before "award" these name none.
_GENERAL = frozenset(
    stem(word)
    for word in word_set("""
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december last this next first second third gold silver
    bronze national international presidential european federal honorary foundation parliament
    human rights annual
    """)
)
_OWNED = re.compile(r"\S+['’]s?\b")  # "Parliament's Prize"
# "the Ek Medal", "the Dirac medal", "the Lund Prize for Peace"
_NAMED = re.compile(
    r"((?:[A-Z][\w’'.-]*\s+(?:(?:of|for|and|de|van|von)\s+){0,2}){1,5})"
    r"(?:[Pp]rize|[Aa]ward|[Mm]edal|[Tt]rophy)s?\b"
)


def rival_award(required: Sequence[Requirement], text: str, sentence: Bag) -> bool:
    """Whether a sentence is about an award, and not about the one that the question names.

    Args:
        required: the names the question insists on.
        text: the sentence.
        sentence: its words.
    """
    for name in required:
        telling = _telling(name.text)
        if not telling or any(map(sentence.holds, telling)):
            continue
        for other in _NAMED.finditer(text):
            stems = {token.stem for token in content(tokens(_OWNED.sub(" ", other[1])))}
            if stems - telling - _GENERAL:
                return True
    return False


@lru_cache(maxsize=1024)
def _telling(name: str) -> frozenset[str]:
    """The stems that tell an award from others; none for any other name.

    Only a name that ends in "prize" and the like counts: "the Medal of Honor" is called by many.
    """
    words = tokens(name)
    if not words or words[-1].stem not in _AWARDS:
        return frozenset()
    return frozenset(token.stem for token in content(words)) - _AWARDS
