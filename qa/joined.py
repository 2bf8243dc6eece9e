"""Two questions in one: "Who held it before her, and who followed?".

The second is given what it takes from the first: the verb that it leaves out, and whom "he" or
"her" means.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence

from embeddings.dates import find_dates
from qa.names import names
from qa.question_words import STOPWORDS
from qa.words import word_set

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# ", and who followed", but not "a man who sings and who was born there"
_AND_WHAT = re.compile(
    r"(?:,\s+and\s+(?:at |in |to |from |with |for )?"
    r"|\s+and\s+(?=what|how (?:many|much)))"
    r"(?P<second>(?!(?:who|which) (?:also|is|was|are|were|has|had|have)\b)"
    r"(?:who|whom|what|which|where|when|how many|how much)\b.*)$",
    re.I,
)
_PREPOSITIONS = word_set("after at before by during for from in on to under with")
_MONTHS = frozenset(calendar.month_name) | frozenset(calendar.month_abbr)


def two_questions(question: str) -> tuple[str, str] | None:
    """The two questions of one that joins them, each standing alone; None for any other."""
    match = _AND_WHAT.search(question)
    if not match or not re.match(
        r"(?:\w+ )?(?:who|whom|what|which|where|when|how)\b", question, re.I
    ):
        return None
    first, second = f"{question[: match.start()]}?", f"{match['second']}?"
    said = [(date.start, date.end) for date in find_dates(second)]
    words = [w for w in _WORD.finditer(second) if not any(a <= w.start() < b for a, b in said)]
    if second.casefold().startswith("how") and all(w[0].casefold() in STOPWORDS for w in words):
        return None  # "... and how many in June 2017?" only changes the date
    dated = [(date.start, date.end) for date in find_dates(first)]
    known = [n.text for n in names(first, tuple(dated)) if not n.number and n.text not in _MONTHS]
    second = _unshortened(first, second)
    second = _filled(second[:1].upper() + second[1:], known)
    said = [(date.start, date.end) for date in find_dates(second)]
    if known and not names(second, tuple(said)):
        second = f"{second.rstrip('?')} ({', '.join(known)})?"
    elif not known and re.search(r"\b(?:it|they|them|its|their|there)\b", second, re.I):
        return None  # nothing that the second could be about on its own
    return first, second


def _unshortened(first: str, second: str) -> str:
    """The second question with the verb that it leaves out: "and how many in Latvia?"."""
    words, others = first.split(), second.split()
    same = [a.casefold() == b.casefold() for a, b in zip(words, others, strict=False)]
    alike = same.index(False) if False in same else len(same)
    if not 0 < alike < len(others) or others[alike].casefold() not in _PREPOSITIONS:
        return second
    end = next((i for i, w in enumerate(words) if i > alike and w in _PREPOSITIONS), 0)
    return " ".join([*words[:end], *others[alike:]]) if end else second


def _filled(question: str, known: Sequence[str]) -> str:
    """The question with "he" or "her" replaced by the name before it in the first question."""
    if not known:
        return question
    question = re.sub(r"\b(?:his|her)\b(?= [a-z]+[a-z]\b)", f"{known[-1]}’s", question, count=1)
    return re.sub(r"\b(?:he|she|him|her)\b", known[-1], question, count=1)
