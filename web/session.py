"""One reader's conversation: the turns so far, and the next answer as it is being found."""

from __future__ import annotations

import queue
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answering import Stage
from qa.types import Answer
from web import render, reply
from web.desk import Asked, Desk, Wording
from web.limits import Limits

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
    """A question and its reply. `html` is what is shown, `said` what a follow-up refers to.

    `without` is what was taken out of the question, and `final` whether the reply is complete.
    """

    question: str
    html: str
    said: str = ""
    answer: Answer | None = None
    without: tuple[str, ...] = ()
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


def respond(
    desk: Desk,
    question: str,
    turns: Sequence[Turn],
    limits: Limits,
    *,
    without: tuple[str, ...] = (),
    risk: float | None = None,
) -> Iterator[Turn]:
    """Yield the new turn as it grows: the stages, then the answer.

    The last turn yielded is final. Every failure ends as one clear sentence; details go to the
    log, and no question text does.
    """
    question = question.strip()
    if sentence := unaskable(question, desk.longest):
        shown = question if len(question) <= 200 else question[:200] + "…"
        yield Turn(shown, render.problem(sentence), final=True)
        return
    history = tuple((turn.question, turn.said) for turn in turns if turn.said)[-REMEMBERED:]
    started = time.perf_counter()
    events = desk.begin(Asked(question, history, limits, without, risk))
    doing, outcome, growing = _STAGES[0], None, None
    due = 0.0  # a quick answer is not held up by showing each of its stages
    while outcome is None:
        if (passed := time.perf_counter() - started) >= due:
            yield growing or Turn(question, render.working(doing, passed))
            due = passed + _TICK
        try:
            event = events.get(timeout=_TICK)
        except queue.Empty:
            continue
        if isinstance(event, Stage):
            doing = _NEXT.get(event.name, doing)
        elif isinstance(event, Wording):
            html = reply.answered(event.answer, question, without, complete=False)
            growing = Turn(question, html)
        else:
            outcome = event
    if isinstance(outcome, str):
        yield Turn(question, render.problem(outcome), final=True)
        return
    name = desk.opinions.remember(question, outcome)
    html = reply.reply(outcome, question, without, name)
    yield Turn(question, html, outcome.text, outcome, without, final=True)


def asked_again(turns: Sequence[Turn], command: str) -> tuple[str, tuple[str, ...], int] | None:
    """What the page's script asks for when a chip is taken out of a reply.

    `command` is the number of the turn and the words to leave out, parted by a line break. Gives
    the question, all that is left out of it, and the number of turns before it; None when there is
    no such turn.
    """
    number, _, words = command.partition("\n")
    if not (number.isdecimal() and number.isascii() and words.strip()) or len(number) > 4:
        return None
    if int(number) >= len(turns):
        return None
    turn = turns[int(number)]
    if words in turn.without:
        return None
    return turn.question, (*turn.without, words[:300]), int(number)
