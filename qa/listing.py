"""Questions for all there is: which form of list they ask for, and what goes into it.

"Which countries chaired the committee?"   -> values: one from each release that tells one
"Which releases mention the lighthouse?"   -> releases: the releases themselves
"How many times did the council meet?"     -> times: how many releases there are
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from embeddings.dates_words import NUMBERS, alternatives
from embeddings.library import Library
from qa.enumerating import NAMED
from qa.exhaustive import every
from qa.pages import page
from qa.question_type import question_type
from qa.read import Span, read
from qa.types import Hit
from qa.understand import Query
from qa.values import same
from qa.words import Bag, content, stem, tokens, word_set

Form = Literal["values", "releases", "times"]

READ = 24  # releases read for their values
ROWS = 200  # rows of a list at most
_PASSAGES = 4  # of each release that is read
_VALUES_EACH = 12  # values of one release at most
_AS_SURE = 0.8  # how sure a further one must be, as a share of the best
_HELD = 0.75  # share of the question's words that what is counted must hold

_DATELINE = 0.65  # how sure it is that what a release opens with was at the place it is dated from
_HAPPENS = frozenset(map(stem, ("hold", "held", "happen", "meet", "convene", "host", "place")))

_RELEASE = r"(?:press |news )?(?:releases|articles|documents|communiqu[eé]s|press statements)"
_TIMES = re.compile(r"^(?:and )?how (?:many times\b|often (?:did|has|have|was|were)\b)", re.I)
_HOW_MANY = re.compile(rf"^(?:in )?how many (?:of the )?{_RELEASE}\b", re.I)
_RELEASES = re.compile(
    rf"^(?:in )?(?:which|what) (?:other )?{_RELEASE}\b"
    r"|^(?:please )?(?:list|show|name|find|give|count)(?: me)?(?: all| every| each)?(?: of)?"
    r"(?: the)? "
    rf"(?:\w+ )?(?:{_RELEASE}|(?:press |news )?release)\b",
    re.I,
)
_LIST = re.compile(
    r"^(?:please )?(?:list|enumerate|name (?=all\b|every\b|the \w+s\b)"
    r"|give me (?:a list of|(?=all))|show me (?=all)|find (?=all))\s*"
    r"(?:all |every |each )?(?:of )?(?:the )?",
    re.I,
)
_WHO = re.compile(
    r"^who (?:all )?(?:were|are) (?:all )?(?:the )?\w+|^who has (?:ever )?\w+ed\b", re.I
)
_WHICH = re.compile(r"^(?:[a-z]+ )?(?:which|what) (?P<phrase>[^?]+)", re.I)
_COUNTS = {word: n for word, n in NUMBERS.items() if 2 <= n <= 10}
_COUNTED = re.compile(
    r"^(?:[a-z]+ )?(?:which|what|name(?: the)?|list(?: the)?) (?:other )?"
    rf"(?P<n>{alternatives(_COUNTS)})\b",
    re.I,
)
_ASKING = frozenset(
    stem(word)
    for word in word_set("""
        release releases article articles document documents communique communiques statement
        statements list show find count time times often mention mentions mentioning named about
        concern concerning archive press news many happen happened take place there were
        """)
)
_PLURALS = frozenset({"people", "men", "women", "children", "countries"})


@dataclass(frozen=True, slots=True)
class Listing:
    """What was gathered: spans for "values", hits for the others; by date, oldest first."""

    form: Form
    spans: tuple[Span, ...] = ()
    hits: tuple[Hit, ...] = ()


def list_form(query: Query) -> Form | None:
    """Which list a question asks for, or None for a question after one thing."""
    question = query.question.strip()
    if _TIMES.match(question):
        return "times"
    if _HOW_MANY.match(question) or _RELEASES.match(question):
        return "releases"
    of_value = question_type(as_question(question)).kind in NAMED
    if _LIST.match(question):
        return "values" if of_value else "releases"
    return "values" if of_value and plural(question) else None


def as_question(question: str) -> str:
    """ "List the cities where ..." as a question: "Which cities where ..."."""
    match = _LIST.match(question)
    return f"Which {question[match.end() :].rstrip('. ?')}?" if match else question


def plural(question: str) -> bool:
    """Whether a question asks for several things: "which countries", "who were the ..."."""
    if _LIST.match(question) or _WHO.match(question):
        return True
    match = _WHICH.match(question)
    kind = question_type(question)
    if not match or kind.kind not in NAMED:
        return False
    asked = [token.text for token in tokens(match["phrase"])[:7] if token.stem == kind.noun]
    return bool(asked and _is_plural(asked[-1]))


def how_many(question: str) -> int:
    """How many things a question says that it wants: 2 for "which two countries"; 0 where not."""
    match = _COUNTED.match(question)
    return _COUNTS[match["n"].casefold()] if match and plural(question) else 0


def _is_plural(noun: str) -> bool:
    word = noun.casefold()
    return word in _PLURALS or (word.endswith("s") and not word.endswith(("ss", "us", "is")))


def gather(library: Library, query: Query, form: Form, hits: Sequence[Hit]) -> Listing:
    """Everything the archive holds for a list.

    Args:
        library: an open library.
        query: the question.
        form: as `list_form` gives it.
        hits: what an ordinary search found, for a question that names nothing to filter by.
    """
    if form != "values":
        fits = _told if form == "times" else _about
        found = [hit for hit in every(library, query, ROWS) if fits(query, hit)]
        return Listing(form, hits=tuple(_issued_then(query, found)))
    query = replace(query, question=as_question(query.question))
    matching = every(library, _loosened(query), ROWS)
    groups = _groups(library, query, matching or hits)
    spans = []
    for group in groups:
        # by the rules alone: the trained reader looks for one answer, and a list has many
        told = read(library, query, [replace(hit, marks=None) for hit in group])
        spans += _better(_as_sure(told), _from_dateline(query, group[0]))
    spans.sort(key=lambda span: (span.hit.release.date is None, span.hit.release.date, span.start))
    return Listing(form, spans=tuple(spans))


def _from_dateline(query: Query, hit: Hit) -> list[Span]:
    """The place a release is dated from, where it opens with the event whose place is asked for."""
    release = hit.release
    size = len(release.place)
    asked = {token.stem for token in content(tokens(query.question))}
    sentences = page(release.text).sentences
    if (
        question_type(query.question).kind != "place"
        or not asked & _HAPPENS
        or not size
        or not query.required
        or release.text[:size].casefold() != release.place.casefold()
    ):
        return []
    opening = sentences[0]
    said = all(
        any(all(opening.bag.holds(t.stem) for t in content(tokens(form))) for form in one.forms)
        for one in query.required
    )
    if not said:
        return []
    place = release.text[:size]
    return [Span(hit, opening.start, opening.end, 0, size, place, _DATELINE, "place")]


def _as_sure(told: Sequence[Span]) -> list[Span]:
    """The best span of a release, and others as sure: it may appoint ten ambassadors."""
    found: list[Span] = []
    for span in told[:_VALUES_EACH]:
        known = any(same(one.text, span.text, span.kind) for one in found)
        if span.score >= _AS_SURE * told[0].score and not known:
            found.append(span)
    return found


def _better(told: list[Span], dated: list[Span]) -> list[Span]:
    """What was read in a release, or what its dateline says of the event it opens with."""
    if not dated:
        return told
    if not told or told[0].sentence_start != dated[0].sentence_start:
        return dated  # a place named further on may be that of something else
    if (told[0].start, told[0].end) == (told[0].sentence_start, told[0].sentence_end):
        return dated  # no place was read in it
    if same(told[0].text, dated[0].text, "place"):
        return [replace(told[0], score=max(told[0].score, dated[0].score))]
    return told


def _loosened(query: Query) -> Query:
    """The query by its names and dates alone, where it has names: the reader judges the rest."""
    if query.required or query.sources:
        return replace(query, terms=())
    kind = question_type(query.question)
    noun = "" if kind.kind == "person" else kind.noun  # texts say "ambassador", but never "city"
    return replace(query, terms=tuple(term for term in query.terms if stem(term) != noun))


def _groups(library: Library, query: Query, hits: Sequence[Hit]) -> list[list[Hit]]:
    """The best passages of each release, for the releases nearest to the question in meaning."""
    ids = tuple(dict.fromkeys(hit.release.id for hit in hits))
    if not ids:
        return []
    releases = {hit.release.id: hit for hit in hits}
    vector = library.encode_queries([query.question])[0]
    where = replace(query.filters, release_ids=ids)
    numbers, scores = library.dense(vector, _PASSAGES * len(ids), where)
    groups: dict[str, list[Hit]] = {}
    for passage, score in zip(library.passages(numbers), scores, strict=True):
        group = groups.setdefault(passage.release_id, [])
        if len(group) < _PASSAGES and passage.release_id in releases:
            base = releases[passage.release_id]
            group.append(
                replace(base, passage=passage, score=float(score), dense_score=float(score))
            )
    return list(groups.values())[:READ]


def _issued_then(query: Query, hits: list[Hit]) -> list[Hit]:
    """Those issued on the days asked about; all of them where none was."""
    dates = [date for date in query.dates if not date.background]
    if len(dates) != 1 or not query.question[
        : query.question.find(dates[0].text)
    ].rstrip().endswith(("in", "on", "during", "of", "for")):
        return hits
    first, last = dates[0].first, dates[0].last
    then = [hit for hit in hits if hit.release.date and first <= hit.release.date <= last]
    return then or hits


def _about(query: Query, hit: Hit) -> bool:
    """Whether a release holds most of what the question is about, its dates and names aside."""
    named = {t.stem for one in query.required for form in one.forms for t in tokens(form)}
    wanted = _wanted(query) - named
    release = hit.release
    text = "\n".join((release.title, release.source, *release.topics, release.text))
    return _holds_most(wanted, Bag.of(token.stem for token in content(tokens(text))))


def _told(query: Query, hit: Hit) -> bool:
    """Whether one sentence of a release, or its title, holds most of it, the names included."""
    names = [[[t.stem for t in content(tokens(form))] for form in n.forms] for n in query.required]
    rest = _wanted(query) - {one for forms in names for form in forms for one in form}
    title = Bag.of(token.stem for token in tokens(hit.release.title))
    bags = [title, *(sentence.bag for sentence in page(hit.release.text).sentences)]
    return any(
        _holds_most(rest, bag)
        and all(any(all(map(bag.holds, form)) for form in forms) for forms in names)
        for bag in bags
    )


def _wanted(query: Query) -> set[str]:
    dated = {token.stem for date in query.dates for token in tokens(date.text)}
    return {stem(term) for term in query.terms} - dated - _ASKING


def _holds_most(wanted: set[str], bag: Bag) -> bool:
    return sum(bag.holds(one) >= 0.5 for one in wanted) >= _HELD * len(wanted)
