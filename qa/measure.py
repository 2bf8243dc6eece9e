"""What is measured about a sentence and a phrase that may answer a question.

Every measure runs from 0 to 1 (`margin` from -1), and more is better; `qa.confidence` weighs them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa.asked import Asked
from qa.confidence import sigmoid
from qa.direction import side_held
from qa.office import attached, own_body
from qa.ordinals import ordinals_held
from qa.pages import Page, Sentence, about
from qa.question_type import PLACES_BY_NAME
from qa.spans import Candidate
from qa.support import dates_held, forms_of, names_held, share, whole
from qa.types import Hit
from qa.words import Token, classes, likeness, stem

_BEFORE = re.compile(
    r"\b(?:currently|presently|formerly|previously|until (?:now|recently))\b.*?"
    r"(?=,? (?:will|has|have|is|was|as|becomes?|became|to (?:be|become))\b|[.;]|$)",
    re.IGNORECASE | re.DOTALL,
)
_DAYS = frozenset(stem(noun) for noun in ("day", "date"))
_MONTH = 31  # days
_FIGURES = frozenset(("number", "money"))
_YEAR = re.compile(r"(?:19|20)\d\d")
_SUREST = 12.0  # margins of the reader beyond this say no more
_REACH = 12.0  # words after which a matched word counts 1/e


@dataclass(frozen=True, slots=True)
class SentenceMeasures:
    """How well a sentence of a release fits a question."""

    terms: float  # the question's words in the sentence, by rarity
    context: float  # in the sentence, its neighbours, the title and what is known of the release
    rest: float  # as `terms`, for the words that are neither names nor the thing asked for
    named: float  # the required names in the sentence, the mean
    names: float  # the required names anywhere in the release, the mean
    weakest: float  # the least of them
    dates: float  # the dates asked about, and which one of a row ("the fourth conference")
    order: float  # 1 for the first release found, less for the next ones (one over the root)
    passage: float  # the same for the passage that holds the sentence; 0 when it was not found
    similar: float  # the passage's nearness to the question in meaning
    answers: float = 0.0  # how surely something in the sentence answers, by the trained reader
    attached: float = 0.5  # whether an office asked about belongs to the same body here


@dataclass(frozen=True, slots=True)
class PhraseMeasures:
    """How well a phrase of that sentence fits."""

    typed: float = 0.0  # how surely it is the kind of thing asked for; 0 when there is no phrase
    close: float = 0.0  # the question's words around it, less the further away
    focus: float = 0.0  # the words that describe the thing asked for, around it
    side: float = 0.5  # whether it stands on the asked side of the verb
    span: float = 0.0  # how surely it or what overlaps it is the answer, by the trained reader
    inside: float = 0.0  # how surely something inside it is, by the trained reader
    leads: float = 0.0  # 1 where the reader prefers it to everything else read, less behind that
    second: float | None = None  # the reader's margin, given its sentence and the two beside it

    @property
    def reread(self) -> float:
        """1 where the reader was given its sentence again, else 0."""
        return float(self.second is not None)

    @property
    def again(self) -> float:
        """How surely it is the answer, by the reader then; 0 where its sentence was not reread."""
        return 0.0 if self.second is None else spread(self.second)

    @property
    def margin(self) -> float:
        """The same from -1 to 1, where `again` no longer tells sure from surer."""
        return 0.0 if self.second is None else max(-1.0, min(1.0, self.second / _SUREST))


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence being read, with its measures and where the question's words stand in it."""

    hit: Hit
    page: Page
    sentence: Sentence
    measures: SentenceMeasures

    @property
    def promise(self) -> float:
        """A quick estimate, to decide which sentences are searched for phrases."""
        m = self.measures
        words = m.terms + 0.5 * m.context + 0.3 * m.rest
        return words + m.names + m.dates + 0.3 * m.passage + m.answers


def measure_release(
    asked: Asked, page: Page, order: int, hits: Sequence[tuple[int, Hit]]
) -> list[Reading]:
    """Every sentence of one release. `hits` are its passages found, with their ranks from 0.

    `attached` takes long and decides nothing yet: see `measure_office`.
    """
    release = hits[0][1].release
    around = about(release)
    everything = whole(page, release)
    forms = forms_of(asked.query.required, everything)
    words, rest = asked.weigh(asked.words), asked.weigh(asked.rest)
    figures = asked.kind.kind in _FIGURES
    found = []
    for sentence in page.sentences:
        near = around
        for other in page.beside(sentence.index):
            near |= other.bag
        rank, hit = _holding(sentence, hits)
        terms = share(words, sentence.bag)
        names, weakest, named = names_held(forms, sentence.bag, near)
        measures = SentenceMeasures(
            terms=terms,
            context=share(words, near),
            rest=share(rest, sentence.bag),
            named=named,
            names=names,
            weakest=weakest,
            dates=min(
                dates_held(asked.query.dates, sentence, page, release, figures=figures),
                ordinals_held(asked.ordinals, sentence.text, release),
            ),
            order=(1 + order) ** -0.5,
            passage=0.0 if rank is None else (1 + rank) ** -0.5,
            # a question of few words is like no passage: then the words themselves count
            similar=min(1.0, max(hit.dense_score, 0.8 * terms if asked.brief else 0.0)),
            answers=0.0 if rank is None else _answers(sentence, hit),
        )
        found.append(Reading(hit, page, sentence, measures))
    return found


def measure_office(asked: Asked, reading: Reading) -> Reading:
    """The same reading with `attached`, for a sentence that is searched for phrases."""
    if not asked.offices:
        return reading
    release, sentence = reading.hit.release, reading.sentence
    held = attached(
        asked.offices, sentence.text, sentence.words, release.acronyms, own_body(release)
    )
    # a body held in common speaks for an answer only where its officer is asked for
    held = min(1.0 if asked.kind.kind == "person" else 0.5, held)
    return replace(reading, measures=replace(reading.measures, attached=held))


def _answers(sentence: Sentence, hit: Hit) -> float:
    if hit.marks is None:
        return 0.0
    start = sentence.start - hit.passage.start
    return spread(hit.marks.best(start, start + len(sentence.text))[2])


def spread(margin: float) -> float:
    """A margin of the trained reader (`Marks.best`) as a measure from 0 to 1."""
    return sigmoid(margin / 3)


def _holding(sentence: Sentence, hits: Sequence[tuple[int, Hit]]) -> tuple[int | None, Hit]:
    """The passage found that holds the sentence and its rank; else the release's best, no rank."""
    for rank, hit in hits:
        if hit.passage.start <= sentence.start < hit.passage.end:
            return rank, hit
    return None, hits[0][1]


def matches(asked: Asked, sentence: Sentence) -> dict[str, list[tuple[int, float]]]:
    """Where the words of the question stand in a sentence: stem -> (position, likeness).

    Where the question asks who came into a post, the posts held before count little.
    """
    words = sentence.words
    past = _past_posts(sentence) if asked.changes else []
    worth = [0.2 if any(a <= word.start < b for a, b in past) else 1.0 for word in words]
    wanted = {t.stem for t in (*asked.words, *asked.kind.focus)}
    stems = [word.stem for word in words]
    return {one: [(i, alike * worth[i]) for i, alike in _standing(one, stems)] for one in wanted}


def _standing(one: str, stems: Sequence[str]) -> list[tuple[int, float]]:
    """Where a stem stands among others, and where one of its synonym classes does."""
    if not classes(one):  # as of most words: then equal is all that it can be
        return [(i, 1.0) for i, other in enumerate(stems) if other == one]
    return [(i, alike) for i, other in enumerate(stems) if (alike := likeness(one, other))]


def _past_posts(sentence: Sentence) -> list[tuple[int, int]]:
    """The clauses that tell what somebody was before: "currently head of X, will become Y"."""
    return [match.span() for match in _BEFORE.finditer(sentence.text)]


def measure_phrase(
    asked: Asked,
    words: Sequence[Token],
    where: Mapping[str, list[tuple[int, float]]],
    candidate: Candidate,
) -> PhraseMeasures:
    """A candidate phrase against the question's words around it."""
    first = next((i for i, w in enumerate(words) if w.end > candidate.start), 0)
    last = next((i for i, w in enumerate(words) if w.start >= candidate.end), len(words)) - 1
    focus = _closeness({t.stem: 1.0 for t in asked.kind.focus}, where, first, last)
    if asked.kind.kind == "number" and asked.kind.noun:
        focus = _counted(asked.kind.noun, words[last + 1 : last + 5])
    typed = candidate.quality * _of_that_sort(asked, candidate, words[first : last + 1], focus)
    if asked.kind.kind in _FIGURES and _of_another_year(asked, words[last + 1 : last + 7]):
        typed *= 0.3
    if asked.kind.kind == "date" and not _done(asked, where):
        typed *= 0.6  # the day of something else that was done there
    return PhraseMeasures(
        typed=typed,
        close=_closeness(asked.weigh(asked.words), where, first, last),
        focus=focus,
        side=side_held(asked.side, asked.all_words, words, first, last),
    )


def _of_another_year(asked: Asked, after: Sequence[Token]) -> bool:
    """Whether the words behind a figure date it, and not as asked: "rose from 17 in 2008 to"."""
    years = {year for date in asked.query.dates for year in date.years}
    preposition = next((i for i, word in enumerate(after[:4]) if word.text == "in"), None)
    if not years or preposition is None:
        return False
    said = [word.text for word in after[preposition + 1 : preposition + 3]]
    year = next((int(text) for text in said if _YEAR.fullmatch(text)), None)
    return year is not None and year not in years


def _done(asked: Asked, where: Mapping[str, list[tuple[int, float]]]) -> bool:
    """Whether the sentence holds a past verb of the question, or one that means it, if any."""
    done = [verb for verb in asked.verbs if not verb.text.endswith("ing")]
    return not done or any(where.get(verb.stem) for verb in done)


def _closeness(
    weights: Mapping[str, float],
    where: Mapping[str, list[tuple[int, float]]],
    first: int,
    last: int,
) -> float:
    """The weighted share of the wanted words around words[first..last], less the further away."""
    total = sum(weights.values())
    if not total:
        return 0.5
    found = 0.0
    for wanted, weight in weights.items():
        best = 0.0
        for i, alike in where.get(wanted, ()):
            distance = first - i if i < first else max(0, i - last)
            best = max(best, alike * math.exp(-distance / _REACH))
        found += weight * best
    return found / total


def _of_that_sort(
    asked: Asked, candidate: Candidate, phrase: Sequence[Token], focus: float
) -> float:
    """Less than 1 where the very noun asked for is missing: "which hotel", "how many trucks"."""
    kind, noun = asked.kind.kind, asked.kind.noun
    if kind == "money" and candidate.kind != "money":
        return 0.4
    if kind == "number" and noun and not focus:
        return 0.6
    if kind == "place" and noun in PLACES_BY_NAME:
        return 1.0 if any(word.stem == noun for word in phrase) else 0.4
    if kind == "date" and candidate.first and candidate.last and candidate.first < candidate.last:
        if noun in _DAYS:
            return 0.6 if (candidate.last - candidate.first).days <= _MONTH else 0.3
        return 0.8
    return 1.0


def _counted(noun: str, after: Sequence[Token]) -> float:
    """How near behind a figure the thing counted stands: "350 participants"."""
    for distance, word in enumerate(after):
        if word.text.endswith("ing"):
            continue
        alike = likeness(noun, word.stem)
        if alike:
            return alike * (1.0 - 0.2 * distance)
    return 0.0
