"""Questions to ask next: short ones that the archive was seen to answer.

    suggest(library, reply)  ->  ("Who is Soledad Brix?", "Which releases mention Cape Tern?")

Made from what the cited releases and those beside them in time hold: people with a role, names,
the next release of a series. Each is checked before it is offered, the ones about people and
releases by looking the answer up, the others by answering them. Meant to be called once the answer
is shown.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator

from embeddings.dates import find_dates
from embeddings.library import Library
from embeddings.types import Filters, Release
from qa.exhaustive import every
from qa.listing import list_form
from qa.names import fold, names
from qa.roles import bare, people_of
from qa.types import Answer
from qa.understand import understand
from qa.who import introduced, person_asked

MOST = 3
_TRIED = 2  # questions that are answered to see whether they can be
_AROUND = dt.timedelta(days=400)  # how far the next release of a series may be
_SERIES = 0.25  # words that two titles of a series share, of the words of both
_PEOPLE = 2  # people of one release that are looked at
_NAMES = 6  # names that are looked up
_COMMON = 20  # a name that more than one release in so many holds is no lead
_WORD = re.compile(r"\w{3,}")


def suggest(library: Library, reply: Answer, most: int = MOST) -> tuple[str, ...]:
    """At most `most` questions that follow on from a reply, none of them the one just asked.

    Args:
        library: the library that gave the reply.
        reply: an answer or a refusal.
        most: how many.
    """
    with library.reading():
        releases = _releases(library, reply)
        kinds = [
            _same_of_another_time(library, reply, releases),
            _about_people(library, reply, releases),
            _about_names(library, reply, releases),
        ]
        found: dict[str, str] = {fold(reply.question): ""}
        # one of each kind in turn, so that the few are different
        for row in itertools.zip_longest(*(itertools.islice(kind, most) for kind in kinds)):
            for question in row:
                if question and len(found) <= most:
                    found.setdefault(fold(question), question)
    return tuple(question for question in found.values() if question)


def _releases(library: Library, reply: Answer) -> list[Release]:
    """The releases cited, or those that came nearest."""
    cited = [one.release_id for one in reply.citations]
    ids = dict.fromkeys(cited or [hit.release.id for hit in reply.nearest])
    return [library.release(release_id) for release_id in ids]


def _about_people(library: Library, reply: Answer, releases: list[Release]) -> Iterator[str]:
    """ "Who is Soledad Brix?" for people with a role whom the reply has not named."""
    said = fold(f"{reply.question} {reply.text}")
    for release in releases:
        people = [p for p in people_of(release) if p.role and not bare(p.role)]
        for person in people[:_PEOPLE]:
            name = " ".join(person.name.split())
            if fold(name) in said or len(name.split()) < 2:
                continue
            question = f"Who is {name}?"
            asked = person_asked(understand(question, library.catalog()))
            if asked == name and introduced(release, name):
                yield question


def _about_names(library: Library, reply: Answer, releases: list[Release]) -> Iterator[str]:
    """ "Which releases mention Cape Tern?" for what the question and the titles name."""
    query = understand(reply.question, library.catalog())
    if list_form(query) == "releases":
        return
    told = dict.fromkeys(_names(reply.question))
    for release in releases:  # what a title alone writes large need be no name
        told |= dict.fromkeys(name for name in _names(release.title) if name in release.text)
    held = {name: len(library.holding([(name,)])) for name in itertools.islice(told, _NAMES)}
    whole = library.catalog().count
    for name, count in sorted(held.items(), key=lambda pair: pair[1]):
        if 2 <= count <= max(3, whole // _COMMON):  # what every release names leads nowhere
            article = _article(name, [reply.question, *(r.text for r in releases)])
            question = f"Which releases mention {article}{name}?"
            if every(library, understand(question, library.catalog()), limit=1):
                yield question


def _names(text: str) -> list[str]:
    """The names of a text that say something by themselves, dates aside."""
    dates = tuple((date.start, date.end) for date in find_dates(text))
    return [
        name.text
        for name in names(text, dates)
        if not (name.number or name.quoted) and (len(name.words) > 1 or name.acronym)
    ]


def _article(name: str, texts: list[str]) -> str:
    """ "the " where the texts put it before the name more often than not."""
    found = [m[1] for t in texts for m in re.finditer(rf"(\bthe )?\b{re.escape(name)}\b", t, re.I)]
    return "the " if sum(map(bool, found)) * 2 > len(found) else ""


def _same_of_another_time(
    library: Library, reply: Answer, releases: list[Release]
) -> Iterator[str]:
    """The question put to the next or the last release of the series, where it is answered."""
    query = understand(reply.question, library.catalog()) if reply.question else None
    dates = [date for date in query.dates if not date.background] if query else []
    if len(dates) != 1 or not releases:
        return
    said = dates[0].text
    tried = 0
    for release in _neighbours(library, releases[0], refused=not reply.answered):
        assert release.date is not None
        moved = str(release.date.year) if _is_year(said) else f"{release.date:%B %Y}"
        question = reply.question.replace(said, moved)
        if moved == said or question == reply.question:
            continue
        tried += 1
        if tried > _TRIED:
            return
        if _answered(library, question, release):
            yield question


def _is_year(text: str) -> bool:
    return text.strip().isdecimal()


def _neighbours(library: Library, release: Release, *, refused: bool) -> list[Release]:
    """Releases of the same bodies with a like title, nearest in time first.

    For a refusal the release itself comes first: it may answer the question at its own date.
    """
    if release.date is None:
        return []
    try:
        where = Filters(
            since=release.date - _AROUND, until=release.date + _AROUND, sources=release.sources
        )
    except OverflowError:
        return []
    mine = set(_WORD.findall(fold(release.title)))
    alike = [
        other
        for other in library.releases(where)
        if other.date is not None
        and (refused or other.id != release.id)
        and _share(mine, set(_WORD.findall(fold(other.title)))) >= _SERIES
    ]
    here = release.date
    return sorted(alike, key=lambda other: abs((other.date or here) - here))


def _share(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def _answered(library: Library, question: str, release: Release) -> bool:
    """Whether the archive answers a question from this very release."""
    from qa.answering import answer

    reply = answer(question, library)
    return reply.answered and release.id in {one.release_id for one in reply.citations}
