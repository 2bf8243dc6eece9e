"""The last look before an answer is shown: does what the question insists on hold where it is said?

The search prefers the right time and the right body, and the reader weighs them; here they are
checked once more by themselves, against the quotation, its release and what is known of it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from embeddings.types import Release
from qa.capitals import CAPITALS
from qa.countries import FORMS
from qa.pages import Sentence, about, page
from qa.question_type import question_type
from qa.read import Span
from qa.spans import candidates
from qa.support import dates_held, forms_of, names_held, whole
from qa.understand import Query, Requirement
from qa.words import Bag, tokens

_DATES = 0.5  # `support.dates_held`: less means that only a neighbouring time is spoken of
_NAMES = 0.45  # `support.names_held`: less means that a word of the name stands nowhere
_AGE = re.compile(
    r"\b(?:aged?|birthday|born|years? old|turn(?:s|ed)|anniversary|founded|built|centenary)\b"
    r"|\b[\w-]+-years?-old\b",
    re.IGNORECASE,
)
_HOW_OLD = re.compile(r"\bhow old\b|\bwhat age\b", re.IGNORECASE)
_MISSING = {
    "number": "no figure",
    "money": "no sum",
    "date": "no date",
    "duration": "no length of time",
    "person": "names nobody",
    "country": "names no country",
    "place": "names no place",
    "organisation": "names no body",
    "reason": "gives no reason",
}


def unmet(query: Query, release: Release, start: int, end: int) -> str:
    """What the question insists on and `release.text[start:end]` does not hold, in a few words.

    Empty when the dates hold there, beside it or by the day of issue, and each name there, in the
    release or in what is known of it.
    """
    laid_out = page(release.text)
    sentence = _sentence(release, start, end)
    if dates_held(query.dates, sentence, laid_out, release) < _DATES:
        return "another date"
    described = {token.text for token in question_type(query.question).focus}
    for name in query.required:
        # "Which Gulf state": what describes the answer need not be said of it
        if described.isdisjoint(name.text.split()) and not _named(name, sentence, release):
            return f"does not name {name.text}"
    if _HOW_OLD.search(query.question) and not _AGE.search(sentence.text):
        return "gives no age"
    return ""


def holds(query: Query, span: Span) -> bool:
    """Whether an answer may be shown."""
    return not unmet(query, span.hit.release, span.sentence_start, span.sentence_end)


def time_held(query: Query, span: Span) -> float:
    """How surely a sentence is of the time asked about, 0 to 1; see `support.dates_held`."""
    release = span.hit.release
    sentence = _sentence(release, span.sentence_start, span.sentence_end)
    return dates_held(query.dates, sentence, page(release.text), release)


def of_that_time(query: Query, span: Span) -> bool:
    """Whether the sentence itself, or its day of issue, is of one of the dates asked about."""
    dates = [date for date in query.dates if not date.background]
    issued = span.hit.release.date
    if not dates or (issued and any(date.first <= issued <= date.last for date in dates)):
        return True
    return any(time_held(replace(query, dates=(date,)), span) == 1.0 for date in dates)


def why_not(query: Query, release: Release, start: int, end: int) -> str:
    """Why a passage near the question does not answer it, in a few words."""
    failed = unmet(query, release, start, end)
    if failed:
        return failed
    kind = question_type(query.question).kind
    text = release.text[start:end]
    if kind in _MISSING and not candidates(text, kind, issued=release.date):
        return _MISSING[kind]
    return "does not say it"


def _sentence(release: Release, start: int, end: int) -> Sentence:
    for sentence in page(release.text).sentences:
        if (sentence.start, sentence.end) == (start, end):
            return sentence
    text = release.text[start:end]
    index = sum(1 for one in page(release.text).sentences if one.end <= start)
    return Sentence(index, start, end, text, Bag.of(word.stem for word in tokens(text)))


def _named(name: Requirement, sentence: Sentence, release: Release) -> bool:
    """Whether the name holds; a capital, by its country too, for it often means the government."""
    if name.text in CAPITALS:
        name = replace(name, forms=(*name.forms, *FORMS[CAPITALS[name.text]]))
    around = about(release)
    everything = whole(page(release.text), release)
    return names_held(forms_of((name,), everything), sentence.bag, around)[1] >= _NAMES
