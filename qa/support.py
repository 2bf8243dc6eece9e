"""Does the evidence support the question? What a question insists on, held against a sentence.

Every name, acronym, number, quotation and date of the question must hold in the cited sentence, in
the release around it, or in what is known of the release. All measures run from 0 (nothing holds)
to 1 (everything holds, in the sentence itself).
"""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from embeddings.dates import DateMention, find_dates, resolve_relative
from embeddings.types import Release
from qa.countries import FORMS, NAMES
from qa.pages import Page, Sentence, about, pairs, surroundings
from qa.people import NOT_NAMES, TITLES
from qa.understand import DateRange, Requirement
from qa.words import STOPWORDS, Bag, Token, stem, tokens

_COUNTRIES = frozenset(stem(name) for name in NAMES if " " not in name)


# Too short for their initials, and named by their parts.
_SPELT = {
    "UN": ("United Nations", "Human Rights Council", "Security Council", "General Assembly"),
    "EU": ("European Union",),
    "Red Cross": ("ICRC", "IFRC"),
    "America": ("United States", "American", "US", "U.S."),
    "Group of Seven": ("G7", "G-7"),
    "Group of Eight": ("G8", "G-8"),
    "Group of Ten": ("G10", "G-10"),
    "Group of Twenty": ("G20", "G-20"),
}
_SURNAME = 0.5  # "Senator Brand" for "Nele Brand", who is named so nowhere in the release
_YEAR = re.compile(r"(\b(?:since|until)\s(?:\w+\s){0,2})?(?<![\w.,])((?:19|20)\d\d)(?!\w|[.,]\d)")
_NOW = re.compile(r"\b(?:now|today|currently|presently|at present)\b")
_OPENING = re.compile(r"(?:[Ii]n|[Oo]n|[Aa]t the (?:beginning|end) of|[Ee]arly in)\s(?:the\s)?")
# the place and the day of issue that open a release
_DATELINE = re.compile(r"\W*[^\W\d_a-z][^.!?\n]{0,60}?\d{4}\W{0,3}\s[-–—]\s")


@dataclass(frozen=True, slots=True)
class Whole:
    """All that stands in a release and is known of it; `bag` holds the words of both."""

    bag: Bag
    page: Page
    around: str
    text: str

    def neighbours(self, one: str, other: str) -> bool:
        """Whether two stems are neighbours there (see `Page.neighbours`)."""
        known = not pairs(self.around).isdisjoint(((one, other), (other, one)))
        return known or self.page.neighbours(one, other)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to say a required name, held against one release.

    `bound`, .5 to 1, is how firmly its words stand together there (`_bound`); `stems` are those of
    its words; `far` what each of them counts where it stands neither in the sentence nor beside it.
    """

    bound: float
    stems: tuple[str, ...]
    far: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Forms:
    """A required name in one release.

    `ways` are the ways to say it; `by_surname` says that the release has a title and the surname
    alone.
    """

    ways: tuple[Way, ...]
    by_surname: bool


def whole(page: Page, release: Release) -> Whole:
    """A release's text taken together with its title, place, sources, topics and acronyms."""
    return Whole(page.bag | about(release), page, surroundings(release), release.text)


def forms_of(required: Sequence[Requirement], release: Whole) -> list[Forms]:
    """Each required name as the ways to say it, held against what a release has."""
    return [
        Forms(
            tuple(
                Way(
                    _bound(words, release),
                    tuple(word.stem for word in words),
                    tuple(_far(word, release) for word in words),
                )
                for form in (*name.forms, *FORMS.get(name.text, ()), *_SPELT.get(name.text, ()))
                if (words := _telling(form))
            ),
            _by_surname(name.text, release),
        )
        for name in required
    ]


def names_held(required: Sequence[Forms], sentence: Bag, near: Bag) -> tuple[float, float, float]:
    """(mean, least, mean in the sentence alone) over the required names.

    A word counts 1 in the sentence and less the further away it stands. A name whose words stand
    there, but nowhere together, counts half.
    """
    if not required:
        return 1.0, 1.0, 1.0
    held = []
    here = []
    for name in required:
        best = max((way.bound * _held(way, sentence, near) for way in name.ways), default=1.0)
        held.append(_SURNAME if best < _SURNAME and name.by_surname else best)
        here.append(
            max(
                (
                    way.bound * sum(map(sentence.holds, way.stems)) / len(way.stems)
                    for way in name.ways
                ),
                default=1.0,
            )
        )
    return sum(held) / len(held), min(held), sum(here) / len(here)


def _by_surname(name: str, release: Whole) -> bool:
    """Whether a release has, of a person's full name, a title and the surname alone."""
    words = name.split()
    if not 2 <= len(words) <= 3 or not all(word[0].isupper() for word in words):
        return False
    if NOT_NAMES.intersection(name.casefold().split()) or stem(words[0]) in release.bag.stems:
        return False
    return _titled(words[-1], release.text)


def _titled(surname: str, text: str) -> bool:
    before = re.compile(rf"\b([\w.-]+?)\.?\s+{re.escape(surname)}\b")
    return any(match[1].casefold() in TITLES for match in before.finditer(text))


@lru_cache(maxsize=4096)
def _telling(form: str) -> tuple[Token, ...]:
    """The words of a name that are not function words."""
    return tuple(t for t in tokens(form) if t.text.lower() not in STOPWORDS)


def _held(way: Way, sentence: Bag, near: Bag) -> float:
    """How far the words of a name hold: each 1 in the sentence, .95 near, less further away."""
    total = 0.0
    for one, far in zip(way.stems, way.far, strict=True):
        if one in sentence.stems:
            total += 1.0
        elif one in near.stems:
            total += 0.95
        else:
            total += max(far, 0.9 * sentence.holds(one))
    return total / len(way.stems)


def _far(word: Token, release: Whole) -> float:
    """How far a word of a name holds somewhere in a release, from .85 for the word itself to 0."""
    if word.stem in release.bag.stems:
        return 0.85
    if word.text.isupper() and spelt_out(word.text, release.text):
        return 0.9
    return 0.7 * release.bag.holds(word.stem) or (0.7 if _derived(word, release.bag) else 0.0)


def _derived(word: Token, bag: Bag) -> bool:
    """Whether a bag has an adjective of a place: "Genevan" for "Geneva"."""
    if len(word.stem) < 4 or not word.text[0].isupper():
        return False
    return any(word.stem + ending in bag.stems for ending in ("n", "an", "ian", "er", "ese"))


def _bound(words: Sequence[Token], release: Whole) -> float:
    """1 when the neighbouring words of a name are neighbours somewhere, down to .5."""
    fixed = [word.stem for word in words if not _loose(word)]
    wanted = [(a, b) for a, b in itertools.pairwise(fixed) if a != b]
    apart = sum(not release.neighbours(a, b) for a, b in wanted)
    return 1.0 - 0.5 * apart / max(1, len(wanted))


def _loose(word: Token) -> bool:
    """Whether a word of a name may stand elsewhere: a title, an acronym, a country."""
    return word.text.isupper() or word.text.lower() in TITLES or word.stem in _COUNTRIES


@lru_cache(maxsize=4096)
def _initials(letters: str) -> re.Pattern[str]:
    between = r"\w*(?:[\s-](?:for|of|and|the|in|on|de|la|et|und))*[\s-]"
    return re.compile(r"\b" + between.join(re.escape(c) for c in letters) + r"\w+", re.IGNORECASE)


def spelt_out(acronym: str, text: str) -> bool:
    """Whether `text` holds words with these initials, small words aside."""
    return len(acronym) > 2 and _initials(acronym).search(text) is not None


def dates_held(
    dates: Sequence[DateRange],
    sentence: Sentence,
    page: Page,
    release: Release,
    *,
    figures: bool = False,
) -> float:
    """The least over the dates asked about; 1 when the question names none.

    `figures` says that a number is asked for: then a sentence about another year is ruled out.
    """
    asked = [d for d in dates if not d.background] or list(dates)
    if not asked:
        return 1.0
    years = {year for date in dates for year in date.years}
    if figures and _another_year(years, sentence):
        return 0.0
    return min(_date_held(d, years, sentence, page, release) for d in asked)


def _another_year(years: Set[int], sentence: Sentence) -> bool:
    """Whether a sentence names years, none of them asked for; its dateline names none."""
    head = _DATELINE.match(sentence.text)
    text = sentence.text[head.end() :] if head else sentence.text
    said = {int(year) for since, year in _YEAR.findall(text) if not since}
    return bool(said) and said.isdisjoint(years) and not _NOW.search(text)


def _date_held(
    asked: DateRange, years: Set[int], sentence: Sentence, page: Page, release: Release
) -> float:
    """1 when the sentence names the days, .9 when the release was issued on one of them.

    Less when they stand beside it, in the title, elsewhere in the release, or near its date.
    """
    issued = release.date
    if _told(asked, release, sentence.start, sentence.end):
        return 1.0
    if issued is not None and asked.first <= issued <= asked.last:
        if _opens_elsewhen(asked, sentence, release):
            return 0.5
        # another year in the sentence itself says that it speaks of another time
        said = {int(year) for since, year in _YEAR.findall(sentence.text) if not since}
        return 0.6 if said and said.isdisjoint(years) else 0.9
    near = (*page.beside(sentence.index), *page.sentences[:1])
    if any(_told(asked, release, s.start, s.end) for s in near):
        return 0.75
    if _places(asked, release.title, None):
        return 0.75
    if issued is not None and not asked.published:
        days = (issued - asked.last).days
        if 0 < days <= 15 or 0 < (asked.first - issued).days <= 15:
            return 0.4
    return 0.3 if _told(asked, release, 0, len(release.text)) else 0.0


def _opens_elsewhen(asked: DateRange, sentence: Sentence, release: Release) -> bool:
    """Whether a sentence opens with another time, and so tells of that: "In April 2018, ..."."""
    return any(
        sentence.start < found.start < sentence.end
        and _OPENING.fullmatch(release.text[sentence.start : found.start])
        and (found.last < asked.first or asked.last < found.first)
        for found in mentions(release.text, release.date)
    )


def _told(asked: DateRange, release: Release, start: int, end: int) -> bool:
    """Whether `release.text[start:end]` names the days asked about, absolutely or relatively."""
    told = _places(asked, release.text, release.date)
    at = bisect.bisect_left(told, start)
    return at < len(told) and told[at] < end


@lru_cache(maxsize=256)
def _places(asked: DateRange, text: str, issued: dt.date | None) -> tuple[int, ...]:
    """Where a text names the days asked about: every sentence is asked, most texts hold few."""
    return tuple(found.start for found in mentions(text, issued) if _agrees(asked, found))


def _agrees(asked: DateRange, found: DateMention) -> bool:
    """Whether a date in the text lies in the one asked about, or holds it within the same year.

    A longer time ("between 2013 and 2022") is told by the day that it begins or ends on, too.
    """
    if asked.first <= found.first and found.last <= asked.last:
        return True
    if asked.first == found.first or asked.last == found.last:
        return True
    return (
        found.first <= asked.first
        and asked.last <= found.last
        and (found.last - found.first).days <= max(31, 2 * asked.days)
    )


@lru_cache(maxsize=256)
def mentions(text: str, issued: dt.date | None) -> tuple[DateMention, ...]:
    """The dates a text names, relative ones resolved against the day of issue."""
    stated = find_dates(text)
    relative = [] if issued is None else resolve_relative(text, issued, stated)
    return tuple(sorted([*stated, *relative], key=lambda m: m.start))


def share(weights: Mapping[str, float], bag: Bag) -> float:
    """The share, by weight, of the stems that `bag` holds; 1 when there is nothing to hold."""
    total = sum(weights.values())
    if not total:
        return 1.0
    return bag.weight(weights) / total
