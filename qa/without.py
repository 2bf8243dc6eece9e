"""A question with something taken out of it, as if it had not been said.

"Who chaired the Tide Board in June 2003?" without "June 2003" is "Who chaired the Tide Board?".
The small words that led to what is taken out go with it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.names import fold
from qa.question_words import EARLIEST, LATEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
# What ties a date or a name to the words before it: "in", "by the", "and since".
_TIE = re.compile(
    r"(?:(?:^|(?<=\s))(?:and|or|in|on|at|of|from|during|by|since|until|before|after|for|to|between"
    r"|through|with|about|within|throughout|the|most|early|late)\s+)+$",
    re.IGNORECASE,
)
_ORDERS = {"latest": LATEST, "earliest": EARLIEST}


def spoken(text: str, form: str) -> list[tuple[int, int]]:
    """Where the words of `form` stand side by side in a text, case and accents aside."""
    words = [(fold(_POSSESSIVE.sub("", m[0])), m.start(), m.end()) for m in _WORD.finditer(text)]
    wanted = [fold(_POSSESSIVE.sub("", word)) for word in _WORD.findall(form)]
    return [
        (words[i][1], words[i + len(wanted) - 1][2])
        for i in range(len(words) - len(wanted) + 1)
        if wanted and [word for word, _, _ in words[i : i + len(wanted)]] == wanted
    ]


def cut(
    text: str,
    unwanted: Iterable[str],
    forms: Callable[[str], Sequence[str]],
    named: Callable[[str], Sequence[tuple[int, int]]],
) -> str:
    """A question without these dates, names, bodies and orders.

    Args:
        text: the question.
        unwanted: as `Understood.text` gives them; what does not stand in the question is ignored.
        forms: the forms of a name, itself among them.
        named: the spans of the dates and names in a text; nothing is taken out of the inside
            of one.
    """
    for one in unwanted:
        for form in sorted(_ORDERS.get(one.casefold(), ())) or forms(one):
            inside = [(a, b) for a, b in named(text) if fold(text[a:b]) != fold(form)]
            for start, end in reversed(spoken(text, form)):
                if not any(a <= start and end <= b and b - a > end - start for a, b in inside):
                    text = _cut(text, start, end)
    return text


def _cut(text: str, start: int, end: int) -> str:
    before, after = text[:start], text[end:]
    other_end = re.match(r"\s+and\s+", after, re.IGNORECASE)
    if re.search(r"\bbetween\s+$", before, re.IGNORECASE) and other_end:
        before, after = re.sub(r"between\s+$", "in ", before, flags=re.I), after[other_end.end() :]
        return f"{before}{after}"
    first_end = re.search(r"\bbetween(\s+\S[^?.;]*?)\s+and\s+$", before, re.IGNORECASE)
    started = before[: first_end.start()] if first_end else ""
    before = f"{started}in{first_end[1]}" if first_end else _TIE.sub("", before)
    before, after = re.sub(r"[\"“„«'‘]$", "", before), re.sub(r"^[\"”»'’]s?", "", after)
    return re.sub(r"\s+([?.!,;])", r"\1", re.sub(r"\s{2,}", " ", f"{before} {after}")).strip()
