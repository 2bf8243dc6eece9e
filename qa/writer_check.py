"""Holding a sentence that a language model wrote against the passages that it cites.

A sentence stands when each of these stands in the passages it points to:

- every quoted string, character for character but for spacing and the form of quotes and dashes;
- every figure, with the same value, unit and bound ("more than"), and beside the same noun;
- every date, and every day named relative to another;
- every name, its words together and in order;
- every other word that carries meaning, or another form or near synonym of it;
- all of that within one sentence of the passage, or two in a row;
- and it denies something exactly where the passage does.

What no comparison of words can see is who did what to whom: "A thanked B" stands where the passage
says "B thanked A". That is why the quotations are always shown beside the text.
"""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Sequence

from embeddings.dates import DateMention, find_dates, resolve_relative
from embeddings.sentences import sentences
from qa.people import TITLES
from qa.words import STOPWORDS, Bag, Token, content, fold, tokens, word_set
from qa.writer_figures import figures
from qa.writer_passage import DENIAL, Passage, inside, plain_form

_LONGEST = 90  # words
_NEAR = 4  # words between a figure and what it counts
_QUOTES = (("“", "”"), ("„", "“"), ("«", "»"), ('"', '"'))
_SINGLE = re.compile(r"(?<!\w)[‘']([^‘’']+)[’'](?!\w)")
_MARKUP = re.compile(r"[<>{}\[\]|\\\ufffd]")
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))  # no letters, signs or spaces
_ADDRESS = re.compile(r"https?:|www\.|\w@\w|\w/\w*\.\w", re.IGNORECASE)
# What may stand between two words of one name: "Ilse Moor", "Bank of the Isles", "J. Moor".
_JOINING = word_set("of for on to the de von van der")
_JOINED = re.compile(rf"(?:[\s-]|\.\s)(?:(?:{'|'.join(sorted(_JOINING))})\s){{0,2}}")
# Small words that change what is claimed; they must stand in the passage like any other.
_CLAIMS = word_set("all only most both every each always never until since before after half")
# Words with which a sentence points at its source; they claim nothing about the world.
_FRAME = word_set("""
    according release releases press statement archive passage passages quotation document source
    text say says said state states stated note notes noted report reports reported mention mentions
    mentioned describe described write wrote add added also additionally further furthermore
    moreover meanwhile overall respectively namely answer question one
    """)


def objection(sentence: str, cited: Sequence[Passage]) -> str:
    """Why a sentence, without its numbers, does not stand in the passages; "" when it does."""
    if not cited:
        return "it points to no passage"
    if len(sentence.split()) > _LONGEST or not tokens(sentence):
        return "it is no sentence"
    unseen = any(unicodedata.category(character) in _UNSEEN for character in sentence)
    if unseen or _MARKUP.search(sentence) or _ADDRESS.search(sentence):
        return "it holds markup or an address"
    for check in (_quotations, _dates, _figures, _names, _meaning, _denial):
        why = check(sentence, cited)
        if why:
            return why
    return ""


def ground(
    sentence: str, passage: Passage, others: Sequence[Passage] = ()
) -> tuple[int, int] | None:
    """The sentence of `passage.text`, or the two in a row, on which a sentence stands.

    Facts from all over a passage can be put together to say what it does not say, so they must
    stand close to one another. None when there is no such place; `others` are cited beside it.
    """
    spans = sentences(passage.text)
    for length in (1, 2):
        for first in range(len(spans) - length + 1):
            start, end = spans[first][0], spans[first + length - 1][1]
            part = Passage(passage.text[start:end], passage.title, passage.date)
            if not objection(sentence, [part, *others]):
                return start, end
    return None


def _quotations(sentence: str, cited: Sequence[Passage]) -> str:
    """Quoted words must stand in one passage as they are."""
    quoted = [match[1] for match in _SINGLE.finditer(sentence)]
    rest = sentence
    for opening, closing in _QUOTES:
        pattern = re.compile(f"{opening}([^{opening}{closing}]*){closing}")
        quoted += pattern.findall(rest)
        rest = pattern.sub(" ", rest)
    if any(mark in rest for pair in _QUOTES for mark in pair):
        return "its quotation marks do not pair"
    for words in quoted:
        wanted = plain_form(words).rstrip(".,;:!? ")
        if not wanted or not any(wanted in one.plain for one in cited):
            return f"no passage has the words “{words}”"
    return ""


def _dates(sentence: str, cited: Sequence[Passage]) -> str:
    for said in find_dates(sentence):
        if not any(_names_day(said, one) for one in cited):
            return f"no passage names {sentence[said.start : said.end]}"
    for said in resolve_relative(sentence, dt.date(2000, 1, 5)):
        phrase = sentence[said.start : said.end].casefold()
        if not any(phrase in one.plain.casefold() for one in cited):
            return f"no passage says “{phrase}”"
    return ""


def _names_day(said: DateMention, passage: Passage) -> bool:
    """Whether the passage names these days, or a day of this month or year."""
    days = [(found.first, found.last) for found in passage.dates]
    if (said.first, said.last) in days:
        return True
    return _is_month_or_year(said) and any(
        said.first <= first and last <= said.last for first, last in days
    )


def _is_month_or_year(said: DateMention) -> bool:
    first, last = said.first, said.last
    ends = last.day == calendar.monthrange(last.year, last.month)[1]
    return (
        first.year == last.year and first.day == 1 and ends and last.month - first.month in (0, 11)
    )


def _figures(sentence: str, cited: Sequence[Passage]) -> str:
    dates = find_dates(sentence)
    words = tokens(sentence)
    for said in figures(sentence):
        if inside(said.start, said.end, dates) or _is_pronoun(sentence, said.start, said.end):
            continue
        counted = content([w for w in words if w.start >= said.end][:_NEAR])
        noun = counted[0].stem if counted else ""
        if not any(_counts(one, said.meaning, noun) for one in cited):
            return f"no passage has the figure {sentence[said.start : said.end]} like that"
    return ""


def _is_pronoun(sentence: str, start: int, end: int) -> bool:
    """Whether a "one" counts nothing: "one of the", "this one"."""
    return sentence[start:end].lower() == "one" and bool(
        re.match(r"\s+(?:of|another)\b", sentence[end:])
        or re.search(r"\b(?:this|that|the|no)\s\Z", sentence[:start], re.IGNORECASE)
    )


def _counts(passage: Passage, meaning: tuple[str, str, str], noun: str) -> bool:
    """Whether a passage has this figure, with the noun beside it if it has the noun at all."""
    places = [found for found in passage.figures if found.meaning == meaning]
    if not places or not noun:
        return bool(places)
    for found in places:
        after = [w for w in passage.words if w.start >= found.end][:_NEAR]
        before = [w for w in passage.words if w.end <= found.start][-2:]
        if Bag.of(w.stem for w in (*after, *before)).holds(noun):
            return True
    return not passage.bag.holds(noun)


def _names(sentence: str, cited: Sequence[Passage]) -> str:
    """Words with a capital must stand as they are written, and neighbours as neighbours."""
    taken = [(one.start, one.end) for one in find_dates(sentence)]
    taken += [(one.start, one.end) for one in figures(sentence)]
    marked = [
        (at, word)
        for at, word in enumerate(tokens(sentence))
        if any(letter.isupper() for letter in word.text)
        and not any(start <= word.start and word.end <= end for start, end in taken)
        and not _opens(sentence, word)
    ]
    for _, word in marked:
        begins = not re.search(r"\w", sentence[: word.start])
        if not any(_written(word.text, one, begins=begins) for one in cited):
            return f"no passage has {word.text}"
    for (a, one), (b, other) in itertools.pairwise(marked):
        joined = _JOINED.fullmatch(sentence[one.end : other.start])
        if not joined or fold(one.text) in TITLES:
            continue
        if not any(_together(one, other, b - a, passage) for passage in cited):
            return f"no passage has {sentence[one.start : other.end]}"
    return ""


def _opens(sentence: str, word: Token) -> bool:
    """Whether a word has its capital only because the sentence begins with it."""
    small = word.text.lower()
    plain = word.text[1:].islower() or len(word.text) == 1
    return (
        plain
        and (small in STOPWORDS or small in _FRAME)
        and (word.text == "I" or not re.search(r"\w", sentence[: word.start]))
    )


def _written(text: str, passage: Passage, *, begins: bool) -> bool:
    """Whether a passage writes a word like this, or in capitals; at the beginning, also small."""
    forms = {text, text.upper(), *([text.lower()] if begins else ())}
    return any(word.text in forms for word in passage.words)


def _together(one: Token, other: Token, gap: int, passage: Passage) -> bool:
    """Whether two words of a name stand like that in the passage, give or take a small word."""
    first, second = fold(one.text), fold(other.text)
    words = passage.words
    for i, word in enumerate(words):
        if fold(word.text) != first:
            continue
        for j in range(i + max(1, gap - 1), min(len(words), i + gap + 2)):
            between = passage.whole[word.end : words[j].start]
            apart = re.search(r"[!?;:,\n]", between) or ("." in between and len(first) > 3)
            apart = apart or any(w.text not in _JOINING for w in words[i + 1 : j])
            if fold(words[j].text) == second and not apart:
                return True
    return False


def _meaning(sentence: str, cited: Sequence[Passage]) -> str:
    """Every word that carries meaning must stand there, in some form or as a near synonym.

    Where the passage denies something it is no ground for a sentence that denies nothing.
    """
    denies = bool(DENIAL.search(sentence))
    bags = [one.bag if denies else one.affirmed for one in cited]
    dates = find_dates(sentence)
    spans = [(f.start, f.end) for f in figures(sentence)]
    words = tokens(sentence)
    carrying = [*content(words), *(w for w in words if w.text.lower() in _CLAIMS)]
    for word in carrying:
        small = word.text.lower()
        if small in _FRAME or inside(word.start, word.end, dates):
            continue
        if any(start <= word.start and word.end <= end for start, end in spans):
            continue
        if not any(bag.holds(word.stem) for bag in bags):
            return f"no passage says “{word.text}”"
    return ""


def _denial(sentence: str, cited: Sequence[Passage]) -> str:
    """What denies must come from a sentence that does: the one with most words in common."""
    denials = len(DENIAL.findall(sentence))
    if not denials:
        return ""
    stems = {word.stem for word in content(tokens(sentence))}
    best, nearest = 0, ""
    for passage in cited:
        for start, end in sentences(passage.text):
            text = passage.text[start:end]
            shared = len(stems & {word.stem for word in tokens(text)})
            if shared > best:
                best, nearest = shared, text
    return "" if denials <= len(DENIAL.findall(nearest)) else "it denies what the passage says"
