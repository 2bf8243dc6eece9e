"""A follow-up question made to stand alone: its references filled in from the turns before it.

Three forms are handled, each by grammar only:

- a new value in an old question: "And in May 2016?", "And the year before?";
- a person or thing named by a pronoun: "Which country does she represent?";
- a reference that cannot be put into words safely ("that meeting"): the question keeps its words
  and the earlier turn travels with it as context for the search.

A question that names its own subject is a new topic and takes nothing over.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.dates import find_dates
from qa.names import Name, names
from qa.question_words import BACKWARD_NOUNS, PERSONS, POSSESSIVES, STOPWORDS, THINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_TURNS = 6  # turns further back than this are not looked at
MAX_ANSWER = 600  # characters of an earlier answer that are looked at
SHORT_ANSWER = 12  # words; where an answer is longer, what stands before its dash is the answer

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_MARKER = re.compile(r"\s*\[\d+\]")
_OPENING = re.compile(
    r"^\s*(?:and|but|so|also|then|what about|how about|and what about)\b[\s,]*", re.I
)
_SHIFT = re.compile(
    r"\bthe\s+(?:(?P<back>previous|preceding|prior)|(?P<on>following|next))\s+(?P<unit>year|month)\b"
    r"|\bthe\s+(?P<unit2>year|month)\s+(?:(?P<back2>before|earlier)|(?P<on2>after|later))\b"
    r"|\b(?:a|one)\s+(?P<unit3>year|month)\s+(?:(?P<back3>before|earlier)|(?P<on3>after|later))\b",
    re.I,
)
_DEICTIC = re.compile(r"\b(?:that|this|those|these|the same|said)\s+(?:\w+\s+)?(?P<noun>\w+)", re.I)
_DEFINITE = re.compile(r"\bthe\s+(?:two\s+|three\s+|other\s+)?(?P<noun>\w+)", re.I)


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that needs no history, and what of the history its search should lean on.

    `asked` and `context` are empty for a question of its own; else `asked` is the question before
    it, made to stand alone, and `context` that question and its answer. `note` says in a few words
    what was filled in.
    """

    question: str
    asked: str = ""
    context: str = ""
    note: str = ""


def standalone(question: str, history: Sequence[tuple[str, str]] = ()) -> Standalone:
    """Fill in what `question` refers to, from (question, answer) pairs, oldest first."""
    asked = ""
    answer = ""
    for earlier, reply in list(history)[-MAX_TURNS:]:
        asked = _resolve(earlier, asked, answer).question if asked else earlier.strip()
        answer = _MARKER.sub("", reply)[:MAX_ANSWER]
    return _resolve(question, asked, answer)


def _resolve(question: str, asked: str, answer: str) -> Standalone:
    question = question.strip()
    if not asked or not question:
        return Standalone(question)
    shifted = _shift(question, asked)
    if shifted:
        return Standalone(shifted, note=shifted)
    swapped = _swap(question, asked)
    if swapped:
        return Standalone(swapped, note=swapped)
    if not refers_back(question):
        return Standalone(question)
    short = _short(answer)
    filled = _fill(question, _person(asked, short, answer))
    note = "" if filled != question else f"about: {asked}"
    return Standalone(_without_opening(filled), asked, f"{asked} {short}".strip(), note)


def _short(answer: str) -> str:
    """The answer itself, without the quotation that follows it after a dash."""
    head = re.split(r"\s[—–]\s", answer, maxsplit=1)[0]
    return head if len(head.split()) <= SHORT_ANSWER else ""


def refers_back(question: str) -> bool:
    """Whether the question cannot be understood without the turn before it."""
    words = [word.casefold() for word in _WORD.findall(question)]
    own = [name for name in names(question) if not name.number]
    first = _position(words, PERSONS | THINGS)
    if first >= 0 and not _named_before(question, own, first):
        return True
    if any(m["noun"].casefold() in BACKWARD_NOUNS for m in _DEICTIC.finditer(question)):
        return True
    if re.search(r"\bthere\s*\?", question, re.I):
        return True
    if own:
        return False
    if _OPENING.match(question):
        return True
    content = [word for word in words if word not in STOPWORDS]
    if any(m["noun"].casefold() in BACKWARD_NOUNS for m in _DEFINITE.finditer(question)):
        return len(content) <= 6
    return len(content) <= 1


def _position(words: Sequence[str], wanted: frozenset[str]) -> int:
    return next((i for i, word in enumerate(words) if word in wanted), -1)


def _named_before(question: str, own: Sequence[Name], index: int) -> bool:
    """Whether a name stands before the word of that index, so that a pronoun may mean it."""
    at = [match.start() for match in _WORD.finditer(question)][index]
    return any(name.end <= at for name in own)


def _shift(question: str, asked: str) -> str:
    """The earlier question moved by a year or a month: "and the year before?"."""
    match = _SHIFT.search(question)
    if not match or len(_WORD.findall(question)) > 9 or names(question):
        return ""
    mentions = find_dates(asked)
    if not mentions:
        return ""
    groups = match.groupdict()
    unit = str(groups["unit"] or groups["unit2"] or groups["unit3"]).casefold()
    step = -1 if groups["back"] or groups["back2"] or groups["back3"] else 1
    mention = mentions[-1]
    day = mention.first
    whole_month = (mention.last - mention.first).days < 32
    if unit == "year":
        year = day.year + step
        new = f"{dt.date(2000, day.month, 1):%B} {year}" if whole_month else str(year)
    else:
        months = day.year * 12 + day.month - 1 + step
        new = f"{dt.date(2000, months % 12 + 1, 1):%B} {months // 12}"
    return asked[: mention.start] + new + asked[mention.end :]


def _swap(question: str, asked: str) -> str:
    """The earlier question with one value replaced: "And in May 2016?", "What about Norway?"."""
    opening = _OPENING.match(question)
    rest = question[opening.end() :] if opening else question
    rest = rest.rstrip(" ?.!")
    dates = find_dates(rest)
    found = names(rest, skip=tuple((date.start, date.end) for date in dates))
    bare = _remove(rest, [(n.start, n.end) for n in found] + [(d.start, d.end) for d in dates])
    if any(word.casefold() not in STOPWORDS for word in _WORD.findall(bare)):
        return ""
    if dates and not found:
        old = find_dates(asked)
        value = rest[dates[0].start : dates[-1].end]
        if old:
            return asked[: old[-1].start] + value + asked[old[-1].end :]
        return f"{asked.rstrip(' ?')} in {value}?" if opening else ""
    if found and not dates and opening:
        place = re.match(r"\s*(in|at|for|from|to|with|on|by)\s", rest, re.I)
        slot = _slot(asked, place[1] if place else "", found[0])
        if slot:
            return asked[: slot.start] + found[0].text + asked[slot.end :]
        return f"{asked.rstrip(' ?')}, {rest}?"
    return ""


def _slot(asked: str, preposition: str, new: Name) -> Name | None:
    """The name in the earlier question that a new one takes the place of."""
    old = names(asked)
    if preposition:
        after = [
            name
            for name in old
            if re.search(rf"\b{preposition}\s+(?:the\s+)?$", asked[: name.start], re.I)
        ]
        return after[-1] if after else None
    alike = [name for name in old if name.acronym == new.acronym]
    return alike[-1] if alike else None


def _fill(question: str, person: str) -> str:
    """The question with "she", "his" and the like replaced by a person's name."""
    if not person:
        return question

    def replace(match: re.Match[str]) -> str:
        word = match[0].casefold()
        if word not in PERSONS:
            return match[0]
        if word == "her":
            after = question[match.end() :].lstrip()
            owns = (
                bool(re.match(r"[^\W\d_]", after)) and after.split()[0].casefold() not in STOPWORDS
            )
            return f"{person}'s" if owns else person
        return f"{person}'s" if word in POSSESSIVES else person

    return _WORD.sub(replace, question)


def _person(asked: str, short: str, answer: str) -> str:
    """Who "she" or "he" is: somebody the answer names, else somebody the question was about."""
    known = {word.casefold() for word in _WORD.findall(asked)}
    for source in (short, asked, answer):
        for name in names(source):
            new = any(word.casefold() not in known for word in name.words)
            if _is_full_name(name) and (new or source is asked):
                return name.text
    single = [n for n in names(short) if not n.number and not n.acronym]
    return single[0].text if single else ""


def _is_full_name(name: Name) -> bool:
    """Two to five words, none of them "of", "for" or "the": a body or an office has those."""
    if name.number or name.acronym or name.quoted or not 2 <= len(name.words) <= 5:
        return False
    return not {"of", "for", "the"} & set(name.text.split())


def _remove(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + " " + text[end:]
    return text


def _without_opening(question: str) -> str:
    """The question without the "And" or "What about" that ties it to the one before."""
    bare = _OPENING.sub("", question, count=1)
    return bare[:1].upper() + bare[1:]
