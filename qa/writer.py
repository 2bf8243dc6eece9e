"""An answer in fluent words: a language model writes, and only what can be proved is shown.

    sources -> messages -> stream -> split -> objection -> Answer

The model is given quotations as numbered data and must number every sentence it writes. A sentence
is shown once it has been checked against the passages it points to (`qa.writer_check`), and the
first one must give the answer that was found. Whatever fails is dropped; when nothing is left, or
the model cannot be asked, the answer stays as it was, with a note. A refusal stays a refusal: then
the model is not even asked.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from embeddings.errors import CitationError, WriterError
from embeddings.library import Library
from qa.cite import cite
from qa.types import Answer, Citation
from qa.words import content, tokens
from qa.writer_check import ground, objection
from qa.writer_client import Endpoint, stream
from qa.writer_figures import figures
from qa.writer_prompt import Source, messages, outvoted, sources
from qa.writer_split import renumbered, split, without_markers

_CHARACTERS = 6_000  # of a reply that are read
_SENTENCES = 8  # that are shown
_WHOLE = 8  # words of an answer up to which all of them must be in the first sentence


def write(reply: Answer, library: Library, to: Endpoint) -> Generator[str, None, Answer]:
    """Word an answer, yielding each sentence once it is proved; the generator returns the answer.

    The answer's own citations keep their numbers, so its rows and positions stay right; further
    passages that a sentence needs are cited behind them. Nothing is sent for a refusal. Where
    releases disagree, the model is given those that say what the answer says, and a sentence of
    ours about the others follows its own.
    """
    if not reply.answered or not reply.citations:
        return reply
    with library.reading():
        given = sources(reply, library)
    draft = _Draft(reply, library, given)
    note = ""
    try:
        with closing(stream(to, messages(reply, given))) as pieces:
            for sentence in split(pieces, _CHARACTERS):
                shown = draft.take(sentence)
                if shown:
                    yield shown
                if len(draft.kept) >= _SENTENCES:
                    break
    except WriterError as error:
        note = str(error)
    if not draft.kept:
        return replace(
            reply,
            note=note or f"Nothing that {to.model} wrote could be proved, so it is not shown.",
        )
    if reply.positions:
        draft.kept.append(_disagreement(reply))
        yield draft.kept[-1]
    return replace(
        reply,
        text=" ".join(draft.kept),
        citations=tuple(draft.citations),
        writer=to.model,
        note=note,
    )


def worded(reply: Answer, library: Library, to: Endpoint) -> Answer:
    """Like `write`, all at once."""
    steps = write(reply, library, to)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            answer: Answer = stop.value
            return answer


@dataclass
class _Draft:
    """The sentences that were proved so far, and the citations that prove them."""

    reply: Answer
    library: Library
    given: Sequence[Source]
    kept: list[str] = field(default_factory=list)
    citations: list[Citation] = field(init=False)

    def __post_init__(self) -> None:
        self.citations = list(self.reply.citations)

    def take(self, sentence: str) -> str:
        """The sentence with its final numbers, or "" when it is dropped."""
        bare, numbers = without_markers(sentence)
        known = {one.number: one for one in self.given}
        if not numbers or not set(numbers) <= set(known):
            return ""
        used = [known[number] for number in numbers]
        if objection(bare, [one.passage for one in used]):
            return ""
        if not self.kept and not _gives(bare, self.reply):
            return ""
        try:
            final = self._cited(bare, used)
        except CitationError:
            return ""
        if final is None:
            return ""
        shown = renumbered(sentence, final.__getitem__)
        if shown in self.kept:
            return ""
        self.kept.append(shown)
        return shown

    def _cited(self, bare: str, used: Sequence[Source]) -> dict[int, int] | None:
        """The number of the citation that each passage becomes; None when one proves too little."""
        final = {}
        parts = {one.number: one.passage for one in used}
        made = list(self.citations)
        for one in used:
            if one.number <= len(self.reply.citations):
                final[one.number] = one.number
                continue
            others = [part for number, part in parts.items() if number != one.number]
            found = ground(bare, one.passage, others)
            if found is None:
                return None
            start, end = one.start + found[0], one.start + found[1]
            parts[one.number] = one.part(start, end)
            same = [
                c for c in made if (c.release_id, c.start, c.end) == (one.release.id, start, end)
            ]
            if not same:
                same = [cite(self.library, one.release, (start, end), (start, end), len(made) + 1)]
                made += same
            final[one.number] = same[0].number
        self.citations = made
        return final


def _disagreement(reply: Answer) -> str:
    """What the releases say where they disagree, in one sentence."""
    said = (
        f"{one.value} {''.join(f'[{number}]' for number in one.citations)}"
        for one in reply.positions
    )
    return f"The releases disagree: {'; '.join(said)}."


def _gives(sentence: str, reply: Answer) -> bool:
    """Whether a sentence gives the answer that was found: its words, or most of a long one's."""
    said = {word.stem for word in tokens(sentence)}
    values = {figure.value for figure in figures(sentence)}
    against = outvoted(reply)
    phrases = [
        one.quote[one.answer_start : one.answer_end] or one.quote
        for one in reply.citations
        if one.number not in against
    ]
    if len(phrases) == 1:  # a day that the release calls "today" stands there as a date
        phrases.append(reply.short.partition(" (“")[0])
    for phrase in phrases:
        counted = figures(phrase)
        words = [
            word
            for word in content(tokens(phrase))
            if not any(one.start <= word.start < one.end for one in counted)
        ]
        held = sum(word.stem in said for word in words)
        enough = held == len(words) if len(words) <= _WHOLE else 2 * held >= len(words)
        if enough and {one.value for one in counted} <= values and (words or counted):
            return True
    return False
