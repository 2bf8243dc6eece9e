"""Which body an office belongs to: who chaired *the Forum* is no answer about *the Council*."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qa.support import spelt_out
from qa.words import Bag, Token, content, related, stem, tokens, word_set

_CHAIR, _LEAD = stem("chair"), stem("lead")
# "Chairman of the Permanent Council": what follows the office, up to a comma or another small word.
_BODY = re.compile(
    r"(?:\s+of|\s+for|\s+at|\s+to|\s+over)?\s+(?:the\s+|its\s+)?"
    r"((?:[A-Z][\w’'.-]*)(?:\s+(?:(?:of|for|and|on|the)\s+){0,2}[A-Z][\w’'.-]*)*)"
)


# "The Nordish delegation was headed by": what stands before a passive.
_LED = re.compile(
    r"((?:[A-Z][\w’'.-]*\s+)+)(?:[a-z]\w+\s+)?(?:was|were|is|are|has\s+been|have\s+been)\s+$"
)


def bodies(text: str, words: Sequence[Token]) -> list[tuple[str, str]]:
    """The offices a text names, each with the body it belongs to.

    Offices are chairing ("chair") and leading ("lead"); what is led shows only before a passive,
    for "head of" says too many things.
    """
    found = []
    for word in words:
        led = _LED.search(text[: word.start])
        if related(word.stem, _CHAIR):
            body = _BODY.match(text, word.end) or led
            if body:
                found.append(("chair", _plain(body[1])))
        elif led and related(word.stem, _LEAD):
            found.append(("lead", _plain(led[1])))
    return found


def asked_bodies(text: str, words: Sequence[Token]) -> list[tuple[str, str]]:
    """The same for a question, where "who led the Nordish delegation" names its body, too."""
    leads = [
        ("lead", _plain(body[1]))
        for word in words
        if related(word.stem, _LEAD) and (body := _BODY.match(text, word.end))
    ]
    return bodies(text, words) + leads


def _plain(name: str) -> str:
    return re.sub(r"['’]s?$", "", name.strip())


def same_body(one: str, other: str, acronyms: Mapping[str, str]) -> bool:
    """Whether two names can mean one body: a telling word in common, or one abbreviates it."""
    first, second = _meaning(one, acronyms), _meaning(other, acronyms)
    if first.stems & second.stems:
        return True
    return any(
        spelt_out(short, long)
        for short, long in ((one, other), (other, one))
        if short.isupper() and " " not in short
    )


def _meaning(name: str, acronyms: Mapping[str, str]) -> Bag:
    spelt = " ".join((name, *(acronyms[word] for word in name.split() if word in acronyms)))
    return Bag.of(t.stem for t in content(tokens(spelt)) if t.stem not in _COMMON)


_COMMON = frozenset(
    stem(word)
    for word in word_set("""
    council committee commission conference assembly board group mission delegation office
    department directorate organization national international federal general meeting
    """)
)


def attached(
    asked: Sequence[tuple[str, str]],
    text: str,
    words: Sequence[Token],
    acronyms: Mapping[str, str],
) -> float:
    """1 when the office asked about belongs to the same body here, 0 when to another, else .5."""
    if not asked:
        return 0.5
    verdicts = [
        same_body(body, other, acronyms)
        for office, body in asked
        for here, other in bodies(text, words)
        if office == here
    ]
    if not verdicts:
        return 0.5
    return 1.0 if any(verdicts) else 0.0
