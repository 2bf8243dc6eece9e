"""One reader's conversation: the turns so far, and the next answer as it is being found."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from embeddings.errors import DatelineError, QuestionError
from embeddings.library import Library
from qa.answering import Stage, ask
from qa.types import Answer
from web import render
from web.limits import Limits
from web.settings import Settings

log = logging.getLogger("dateline.web")

KEPT = 40  # turns shown; older ones are dropped so that a page left open stays light
REMEMBERED = 6  # turns that a follow-up may refer to
_TICK = 0.2  # seconds between two updates of the line that shows the stage

_STAGES = (
    "Understanding the question",
    "Searching the archive",
    "Comparing the passages",
    "Reading the best of them",
    "Checking the quotation",
)
_NEXT = dict(zip(("understand", "search", "rerank", "read"), _STAGES[1:], strict=True))


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its reply. `html` is what is shown, `said` what a follow-up refers to."""

    question: str
    html: str
    said: str = ""
    answer: Answer | None = None
    final: bool = False


def messages(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The turns in the form that `gradio.Chatbot` shows."""
    shown: list[dict[str, str]] = []
    for turn in turns:
        shown.append({"role": "user", "content": render.question(turn.question)})
        shown.append({"role": "assistant", "content": turn.html})
    return shown


def unaskable(question: str, longest: int) -> str | None:
    """Why a question cannot be asked, as one sentence, or None when it can."""
    if not question.strip():
        return "Please type a question."
    if len(question) > longest:
        return (
            f"The question is {len(question):,} characters long; "
            f"please ask it in at most {longest:,}."
        )
    return None


def respond(desk: Desk, question: str, turns: Sequence[Turn], limits: Limits) -> Iterator[Turn]:
    """Yield the new turn as it grows: the stages, the short answer, then all of it.

    The last turn yielded is final. Every failure ends as one clear sentence; details go to the
    log, and no question text does.
    """
    question = question.strip()
    if sentence := unaskable(question, desk.longest):
        shown = question if len(question) <= 200 else question[:200] + "…"
        yield Turn(shown, render.problem(sentence), final=True)
        return
    history = [(turn.question, turn.said) for turn in turns if turn.said][-REMEMBERED:]
    started = time.perf_counter()
    events = desk.begin(question, history, limits)
    doing, outcome = _STAGES[0], None
    while outcome is None:
        yield Turn(question, render.working(doing, time.perf_counter() - started))
        try:
            event = events.get(timeout=_TICK)
        except queue.Empty:
            continue
        if isinstance(event, Stage):
            doing = _NEXT.get(event.name, doing)
        else:
            outcome = event
    if isinstance(outcome, str):
        yield Turn(question, render.problem(outcome), final=True)
        return
    if outcome.answered:
        yield Turn(question, render.answered(outcome, question, complete=False))
    yield Turn(question, render.reply(outcome, question), outcome.text, outcome, final=True)


Event = Stage | Answer | str  # a stage that ended, the answer, or the sentence of a failure


class Desk:
    """Answers questions from one library, a fixed number at a time.

    The threads are kept, because the library holds a connection for each that reads it.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.longest = settings.max_question
        self._pool = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="answer")

    def warm(self) -> None:
        """Load the model now, so that the first question need not wait for it."""
        self._pool.submit(self.library.encode_queries, ["warm"])

    def begin(
        self, question: str, history: Sequence[tuple[str, str]], limits: Limits
    ) -> queue.SimpleQueue[Event]:
        """Start answering; the stages arrive in the queue as they end, then the outcome."""
        events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._pool.submit(self._work, question, history, limits, events)
        return events

    def _work(
        self,
        question: str,
        history: Sequence[tuple[str, str]],
        limits: Limits,
        events: queue.SimpleQueue[Event],
    ) -> None:
        started = time.perf_counter()
        try:
            filters = limits.filters()
            steps = ask(
                question,
                self.library,
                history=history,
                since=filters.since,
                until=filters.until,
                sources=filters.sources,
                places=filters.places,
                topics=filters.topics,
            )
            answer = run(steps, events.put)
        except BaseException as error:
            events.put(self.sentence(error))
            return
        log.info(
            "asked answered=%s citations=%d confidence=%.2f ms=%.0f",
            answer.answered,
            len(answer.citations),
            answer.confidence,
            1000 * (time.perf_counter() - started),
        )
        events.put(answer)

    @staticmethod
    def sentence(error: BaseException) -> str:
        """What a reader is told about a failure; only a question's own fault is told in full."""
        if isinstance(error, QuestionError):
            return str(error)
        if isinstance(error, DatelineError):
            # Its message may name a path of this machine: that is for the log only.
            log.error("asked failed=%s %s", type(error).__name__, error)
            return "The library could not be read; the server's log says why."
        log.error("asked failed=unexpected", exc_info=error)
        return "Something went wrong on the server; its log says what."


def run(steps: Generator[Stage, None, Answer], seen: Callable[[Stage], None]) -> Answer:
    """Run the steps to their end, showing each stage to `seen`; the answer they return."""
    while True:
        try:
            seen(next(steps))
        except StopIteration as stop:
            answer: Answer = stop.value
            return answer
