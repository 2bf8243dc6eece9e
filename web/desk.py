"""Where questions are answered: a fixed number at a time, from one library."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from embeddings.errors import DatelineError, LibraryDamaged, QuestionError
from embeddings.library import Library
from qa.answering import Stage, ask
from qa.span_model import Context, SpanModel
from qa.suggestions import suggest
from qa.types import Answer
from qa.writer import write
from qa.writer_client import Endpoint
from web.feedback import Opinions
from web.limits import Limits
from web.settings import Settings

log = logging.getLogger("dateline.web")

_WRITERS = 8  # answers that a language model may be wording at a time
_NEXT_SECONDS = 5.0  # what to ask next is not waited for longer


@dataclass(frozen=True, slots=True)
class Wording:
    """An answer that a language model is putting into words: what of it is proved so far."""

    answer: Answer


# A stage that ended, a wording that grows, the answer, or the sentence of a failure.
Event = Stage | Wording | Answer | str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that bears on its answer.

    `history` holds the turns before it, oldest first, as (question, answer text). `without` names
    what shall not be read out of the question. `risk` is the share of answers that may be wrong,
    0 to 1; None leaves it to the library.
    """

    question: str
    history: tuple[tuple[str, str], ...] = ()
    limits: Limits = field(default_factory=Limits)
    without: tuple[str, ...] = ()
    risk: float | None = None


class Desk:
    """Answers questions from one library, a fixed number at a time.

    The threads are kept, because the library holds a connection for each that reads it.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.longest = settings.max_question
        self.opinions = Opinions(library, allowed=not settings.read_only)
        self._pool = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="answer")
        self._counting = threading.Lock()
        self._asked = 0  # questions begun and not answered yet
        # A language model may take minutes; those whose answer is only looked for do not wait.
        self._writer = settings.writer
        self._writers = ThreadPoolExecutor(_WRITERS, thread_name_prefix="write")

    def warm(self) -> None:
        """Load the models now, so that the first question need not wait for them."""
        self._pool.submit(self._load)

    def _load(self) -> None:
        self.library.encode_queries(["warm"])
        SpanModel.load().mark("warm", [Context("", "warm")])

    def begin(self, asked: Asked) -> queue.SimpleQueue[Event]:
        """Start answering; the stages arrive in the queue as they end, then the outcome."""
        events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._count(1)
        self._pool.submit(self._work, asked, events)
        return events

    def _count(self, change: int) -> None:
        with self._counting:
            self._asked += change

    def answer(self, asked: Asked) -> Answer | str:
        """Answer, waiting for it: the answer, or the sentence of a failure."""
        events = self.begin(asked)
        while isinstance(outcome := events.get(), (Stage, Wording)):
            pass
        return outcome

    def with_next(self, answer: Answer) -> Answer:
        """The answer with questions to ask next, or as it is where they cannot be found.

        While somebody else waits for an answer none are looked for.
        """
        if self._asked:
            return answer
        try:
            questions = self._pool.submit(suggest, self.library, answer).result(_NEXT_SECONDS)
        except TimeoutError:
            return answer
        except DatelineError as error:
            self.sentence(error)  # only the log is told: the answer itself stands
            return answer
        return replace(answer, suggestions=questions)

    def _work(self, asked: Asked, events: queue.SimpleQueue[Event]) -> None:
        started = time.perf_counter()
        try:
            answer = run(self._steps(asked), events.put)
        except BaseException as error:
            events.put(self.sentence(error))
            return
        finally:
            self._count(-1)
        log.info(
            "asked answered=%s citations=%d confidence=%.2f ms=%.0f",
            answer.answered,
            len(answer.citations),
            answer.confidence,
            1000 * (time.perf_counter() - started),
        )
        if self._writer is None or not answer.answered:
            events.put(answer)
            return
        events.put(Wording(answer))
        self._writers.submit(self._word, answer, self._writer, events)

    def _word(self, answer: Answer, to: Endpoint, events: queue.SimpleQueue[Event]) -> None:
        """Have an answer worded; each sentence arrives in the queue once it is proved."""
        try:
            steps, text = write(answer, self.library, to), ""
            while True:
                text = f"{text} {next(steps)}".strip()
                events.put(Wording(replace(answer, text=text, writer=to.model)))
        except StopIteration as stop:
            worded: Answer = stop.value
            log.info("worded shown=%s citations=%d", bool(worded.writer), len(worded.citations))
            events.put(worded)
        except BaseException as error:
            self.sentence(error)  # only the log is told: the answer itself stands
            events.put(answer)

    def _steps(self, asked: Asked) -> Generator[Stage, None, Answer]:
        filters = asked.limits.filters()
        return ask(
            asked.question,
            self.library,
            history=asked.history,
            since=filters.since,
            until=filters.until,
            sources=filters.sources,
            places=filters.places,
            topics=filters.topics,
            without=asked.without,
            risk=asked.risk,
        )

    @staticmethod
    def sentence(error: BaseException) -> str:
        """What a reader is told about a failure; only a question's own fault is told in full."""
        if isinstance(error, QuestionError):
            return str(error)
        if isinstance(error, DatelineError):
            # Its message may name a path of this machine: that is for the log only.
            log.error("asked failed=%s %s", type(error).__name__, error)
            if isinstance(error, LibraryDamaged):
                return "A stored release is damaged, so this was not answered; run dateline verify."
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
