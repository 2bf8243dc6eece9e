"""From a question to an answer: the whole way, in the order it happens.

    understand -> search -> rerank -> read -> cite -> Answer

`answer` returns the reply; `ask` also reports each stage as it ends, for a page that shows them.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.dates import parse_date
from embeddings.errors import CitationError, QuestionError
from embeddings.library import Library
from embeddings.types import Filters
from qa.cite import cite
from qa.compose import compose, refuse
from qa.question_type import question_type
from qa.read import Span, read
from qa.rerank import rerank
from qa.search import search
from qa.types import Answer, Citation, Hit
from qa.understand import Query, understand

MAX_QUESTION = 2_000  # characters; the model reads about a thousand at most
CANDIDATES = 20  # passages that are reranked and read
NEAREST = 3  # passages shown with a refusal

# How sure the reader must be before an answer is given; `benchmarks/reading.py` shows what other
# values would cost.
THRESHOLD = 0.5

_ALSO = 0.7  # a further release is cited when its span is this share as sure as the best
_MOST = 5  # releases cited for a list

Turn = tuple[str, str]  # an earlier question and the text of its answer


@dataclass(frozen=True, slots=True)
class Stage:
    """One step that has ended: "understand", "search", "rerank", "read" or "cite"."""

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
    )
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            reply: Answer = stop.value
            return reply


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
) -> Generator[Stage, None, Answer]:
    """Like `answer`, yielding each stage as it ends; the generator returns the `Answer`."""
    question = _checked(question)
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
    opened = library if isinstance(library, Library) else _opened(Path(library))
    clock = _Clock()
    with opened.reading():
        catalog = opened.catalog()
        query = understand(question, catalog, history, filters=filters, without=without)
        yield clock.stage("understand")
        hits = search(opened, query, k=CANDIDATES)
        yield clock.stage("search")
        hits = rerank(opened, query, hits)
        yield clock.stage("rerank")
        spans = read(opened, query, hits)
        yield clock.stage("read")
        reply = _reply(opened, query, hits, spans, threshold)
        yield clock.stage("cite")
        searched = opened.identity, opened.version, opened.fingerprint
    return replace(
        reply,
        question=query.question,
        filters=query.filters,
        understood=query.understood,
        timings=dict(clock.timings),
        library=searched[0],
        library_version=searched[1],
        model=searched[2],
    )


def _reply(
    library: Library, query: Query, hits: list[Hit], spans: list[Span], threshold: float
) -> Answer:
    """The answer if the reader is sure enough and its quotations check, else a refusal."""
    nearest = tuple(hits[:NEAREST])
    sure = [span for span in spans if span.score >= threshold]
    if not sure:
        best = spans[0].score if spans else 0.0
        return refuse(query, library.catalog(), nearest, best)
    citations: list[Citation] = []
    kept: list[Span] = []
    for span in _chosen(query, sure):
        try:
            citation = cite(
                library,
                span.hit.release,
                (span.sentence_start, span.sentence_end),
                (span.start, span.end),
                len(citations) + 1,
            )
        except CitationError:
            continue  # an answer that cannot be proved is not given
        citations.append(citation)
        kept.append(span)
    if not kept:
        return refuse(query, library.catalog(), nearest, 0.0)
    return compose(query, kept, tuple(citations))


def _chosen(query: Query, sure: list[Span]) -> list[Span]:
    """The spans to cite: the best, and where several are asked for the best of other releases."""
    if not question_type(query.question).several:
        return sure[:1]
    chosen: dict[str, Span] = {}
    for span in sure:
        if span.score >= _ALSO * sure[0].score:
            chosen.setdefault(span.hit.release.id, span)
    most = len(query.dates) if query.compares else _MOST
    return list(chosen.values())[:most]


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


def _day(value: str | dt.date | None, name: str) -> dt.date | None:
    if value is None or isinstance(value, dt.date):
        return value
    found = parse_date(value)
    if found is None:
        raise QuestionError(f"{name}={value!r} is not a date. Write it as 2018-10-31.")
    return found


_open_libraries: dict[Path, Library] = {}
_guard = threading.Lock()


def _opened(path: Path) -> Library:
    """The library at a path, opened once a process."""
    path = path.resolve()
    with _guard:
        if path not in _open_libraries:
            _open_libraries[path] = Library.open(path)
        return _open_libraries[path]


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
