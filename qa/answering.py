"""From a question to an answer: the whole way, in the order it happens.

    understand -> plan -> search -> rerank -> read -> cite -> Answer

The plan says what form of reply is asked for: one value, a list, a comparison, who somebody is.
`answer` returns the reply; `ask` also reports each stage as it ends, for a page that shows them.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from weakref import WeakKeyDictionary

from embeddings.dates import parse_date
from embeddings.errors import QuestionError
from embeddings.library import Library
from embeddings.milvus_client import is_address
from embeddings.types import Filters
from qa.choosing import Reading
from qa.insisted import insisted
from qa.plan import plan
from qa.read import read
from qa.remembered import Remembered
from qa.replying import reply
from qa.rerank import CANDIDATES, pool, rerank
from qa.risk import threshold_for
from qa.search import search
from qa.types import Answer
from qa.understand import understand

MAX_QUESTION = 2_000  # characters; the model reads about a thousand at most

# How sure the reader must be before an answer is given; `benchmarks/reading.py` shows what other
# values would cost.
THRESHOLD = 0.3

STAGES = ("understand", "search", "rerank", "read", "cite")

Turn = tuple[str, str]  # an earlier question and the text of its answer


@dataclass(frozen=True, slots=True)
class Stage:
    """One step that has ended, one of `STAGES`."""

    name: str
    milliseconds: float


def answer(
    question: str,
    library: str | Path | Library = "library",
    *,
    history: Sequence[Turn] = (),
    since: str | dt.date | None = None,
    until: str | dt.date | None = None,
    sources: Iterable[str] = (),
    places: Iterable[str] = (),
    topics: Iterable[str] = (),
    without: Iterable[str] = (),
    threshold: float = THRESHOLD,
    risk: float | None = None,
) -> Answer:
    """Answer a question from a library, with quotations that were checked, or refuse.

    Args:
        question: in English, at most 2,000 characters.
        library: an open library, or the folder of one. A folder is opened once and kept open.
        history: the turns before this one, oldest first, as (question, answer text).
        since, until: only releases issued on these days or between them ("2018-10-01").
        sources, places, topics: only releases with one of these values.
        without: what was understood and is not meant, as `Answer.understood` gives its texts; the
            question is read and searched as if it had not been said.
        threshold: how sure to be before answering, 0 to 1.
        risk: instead of `threshold`, the share of wrong answers that is accepted, 0 to 1; `qa.risk`
            says how many questions are still answered then.

    Raises:
        QuestionError: the question is empty or too long, or a filter is not one.
        LibraryError: the library cannot be used.
    """
    steps = ask(
        question,
        library,
        history=history,
        since=since,
        until=until,
        sources=sources,
        places=places,
        topics=topics,
        without=without,
        threshold=threshold,
        risk=risk,
    )
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            given: Answer = stop.value
            return given


def ask(
    question: str,
    library: str | Path | Library = "library",
    *,
    history: Sequence[Turn] = (),
    since: str | dt.date | None = None,
    until: str | dt.date | None = None,
    sources: Iterable[str] = (),
    places: Iterable[str] = (),
    topics: Iterable[str] = (),
    without: Iterable[str] = (),
    threshold: float = THRESHOLD,
    risk: float | None = None,
) -> Generator[Stage, None, Answer]:
    """Like `answer`, yielding each stage as it ends; the generator returns the `Answer`.

    The answer to a question asked before is given again while the library stays as it is.
    """
    question = _checked(question)
    history = tuple((str(asked), str(said)) for asked, said in history)
    without = tuple(without)
    filters = Filters(
        since=_day(since, "since"),
        until=_day(until, "until"),
        sources=tuple(sources),
        places=tuple(places),
        topics=tuple(topics),
    )
    if filters.since and filters.until and filters.since > filters.until:
        raise QuestionError(
            f"since={filters.since} lies after until={filters.until}; no release is in between. "
            "Exchange the two."
        )
    least = threshold if risk is None else _least(risk)
    opened = library if isinstance(library, Library) else _opened(library)
    clock = _Clock()
    with opened.reading():
        searched = opened.identity, opened.version, opened.fingerprint
        key = (searched, question, history, filters, without, least, dt.date.today())
        remembered = _remembered.setdefault(opened, Remembered())
        given = remembered.get(key)
        if given is not None:
            for stage in STAGES:
                yield clock.stage(stage)
            return replace(given, timings=dict(clock.timings))
        catalog = opened.catalog()
        query = understand(question, catalog, history, filters=filters, without=without)
        yield clock.stage("understand")
        planned = plan(query, catalog)
        found = [search(opened, one, k=pool(one)) for one in planned.queries]
        yield clock.stage("search")
        pairs = zip(planned.queries, found, strict=True)
        found = [rerank(opened, one, hits)[:CANDIDATES] for one, hits in pairs]
        yield clock.stage("rerank")
        insisting = [insisted(opened, one) for one in planned.queries]
        readings = [
            Reading(one, hits, read(opened, one, hits) if planned.reads else [])
            for one, hits in zip(insisting, found, strict=True)
        ]
        yield clock.stage("read")
        answered = reply(opened, planned, readings, least)
        yield clock.stage("cite")
    given = replace(
        answered,
        question=query.question,
        filters=query.filters,
        understood=query.understood,
        timings=dict(clock.timings),
        library=searched[0],
        library_version=searched[1],
        model=searched[2],
    )
    remembered.put(key, given)
    return given


def _checked(question: str) -> str:
    question = question.strip()
    if not question:
        raise QuestionError("The question is empty. Type a question about the releases.")
    if len(question) > MAX_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {MAX_QUESTION:,} are read. "
            "Ask for one thing in a sentence or two."
        )
    return question


def _least(risk: float) -> float:
    if not 0.0 <= risk <= 1.0:
        raise QuestionError(f"risk={risk} is no share of answers. Give it as 0.05 for 5%.")
    return threshold_for(risk)


def _day(value: str | dt.date | None, name: str) -> dt.date | None:
    if value is None or isinstance(value, dt.date):
        return value
    found = parse_date(value)
    if found is None:
        raise QuestionError(f"{name}={value!r} is not a date. Write it as 2018-10-31.")
    return found


# Of each open library its own: a copied folder has the identity and versions of what it came from.
_remembered: WeakKeyDictionary[Library, Remembered] = WeakKeyDictionary()
_open_libraries: dict[str, Library] = {}
_guard = threading.Lock()


def _opened(library: str | Path) -> Library:
    """The library in a folder or at an address, opened once a process."""
    place = str(library) if is_address(library) else str(Path(library).resolve())
    with _guard:
        if place not in _open_libraries:
            _open_libraries[place] = Library.open(place)
        return _open_libraries[place]


class _Clock:
    """Milliseconds of each stage since the one before."""

    def __init__(self) -> None:
        self.timings: dict[str, float] = {}
        self._last = time.perf_counter()

    def stage(self, name: str) -> Stage:
        now = time.perf_counter()
        self.timings[name] = 1000 * (now - self._last)
        self._last = now
        return Stage(name, self.timings[name])
