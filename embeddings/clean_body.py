"""Finds the lines that are the release, among menus, fields and page furniture.

Every line gets a score: running text counts for it, menu entries, labels and furniture against it.
The release is the run of lines with the greatest sum (Kadane's maximum subarray), so a heading or a
short list inside it stays, and a stray sentence in a footer does not join it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from embeddings.clean_markup import (
    Frame,
    frame_of,
    in_margin,
    inside,
    leads,
    outside,
    page_frame,
    promising,
    teasers,
)
from embeddings.clean_words import FURNITURE, SITE_TALK
from embeddings.parse_dateline import dateline

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from embeddings.clean_lines import Line

_LIST = 100.0  # what a long list inside a body may cost
_CONTACT = 5  # lines from one telephone number or address to the next
_REACHES = re.compile(r"\S@\S+\.\w|\bhttps?://|\bwww\.|(?:\+|\b0|\(0)\d[\d\s()/.-]{6,}")
_GAP = 12  # lines of an interruption that a body in one element goes on after
_TEXT = 15.0  # the score of a line that is running text
_OPENING = 40.0  # what a dateline adds to its line
_FAR = -15.0  # a line that a release does not run across lightly


def body_lines(
    lines: Sequence[Line], fields: Collection[int] = (), learned: Collection[int] = ()
) -> list[int]:
    """The indices of the lines that are the release, in order; empty when there is none.

    `fields` are the lines of labelled blocks, `learned` the lines known to recur across pages.
    """
    scores = [score(line) for line in lines]
    for index in learned:
        scores[index] = min(scores[index], -8.0)
    for index in fields:
        scores[index] = _FAR
    marked = any(line.block.tag for line in lines)
    if marked:
        scores = _marked_scores(lines, scores)
    elif (opening := _dateline_at(lines, fields)) is not None:
        scores[opening] += _OPENING
    run = best_run(scores if marked else _lists_bridged(lines, scores))
    if not run:
        return []
    if marked:
        run = _bridged(scores, run)
        run = range(_lead(lines, scores, run), run.stop)
    else:
        start, stop = _first_sentence(lines, run), _up_to_fields(lines, run, fields)
        run = range(start, _up_to_learned(lines, stop, fields, learned))
    return [
        index
        for index in run
        if scores[index] > -5.5
        and not is_furniture(lines[index])
        and not _interrupts(lines, index, run)
    ]


def _interrupts(lines: Sequence[Line], index: int, run: range) -> bool:
    """Whether a line amid running text is a link to another story and nothing else.

    Links that a line ending in ":" announces, and links at the end, belong to the release.
    """
    if not _is_link(lines[index]):
        return False
    before = next((i for i in range(index - 1, run.start - 1, -1) if not _is_link(lines[i])), None)
    announced = before is not None and lines[before].text.endswith(":")
    return not announced and any(lines[i].prose for i in range(index + 1, min(index + 6, run.stop)))


def _is_link(line: Line) -> bool:
    return line.block.link_density > 0.8 and line.words > 3


def _bridged(scores: Sequence[float], run: range) -> range:
    """The run, continued where running text follows or precedes a short interruption."""
    start, stop = run.start, run.stop
    for index in range(stop, len(scores)):
        if index - stop >= _GAP:
            break
        if scores[index] >= _TEXT:
            stop = index + 1
    for index in range(start - 1, -1, -1):
        if start - index > _GAP:
            break
        if scores[index] >= _TEXT:
            start = index
    return range(start, stop)


def _dateline_at(lines: Sequence[Line], fields: Collection[int]) -> int | None:
    """The first line that a whole dateline opens: a place, a day, a dash, and text after it."""
    for index, line in enumerate(lines):
        if line.words > 5 and not line.bullet and index not in fields:
            found = dateline(line.text)
            if found.place and found.date and found.end < len(line.text) - 8:
                return index
    return None


def _first_sentence(lines: Sequence[Line], run: range) -> int:
    """Where running text begins: long titles above it are left to the heading.

    A dateline opens a body, whatever the line looks like and even just before the run.
    """
    for index in range(max(0, run.start - 3), run.stop):
        line = lines[index]
        opening = dateline(line.text)
        if 0 < opening.end < len(line.text) - 8 and (
            line.prose or (opening.place and opening.date)
        ):
            return index
        if index >= run.start and (line.prose or line.ends_sentence):
            break
    for index in run:
        line = lines[index]
        if line.ends_sentence or line.text.endswith(":") or line.words > 45:
            return index
    return run.start


def _up_to_fields(lines: Sequence[Line], run: range, fields: Collection[int]) -> int:
    """Where a body ends whose last lines are a table or a list: at the fields that close it.

    Without such fields it ends after the names and numbers to contact, if they follow.
    """
    following = min((index for index in fields if index >= run.stop), default=run.stop)
    between = lines[run.stop : following]
    if following > run.stop and len(between) <= 300 and not any(map(_ends_body, between)):
        return following
    stop = run.stop
    for index in range(run.stop, len(lines)):
        if index - stop >= _CONTACT or index in fields or _ends_body(lines[index]):
            break
        if _REACHES.search(lines[index].text):
            stop = index + 1
    return stop


def _up_to_learned(
    lines: Sequence[Line], stop: int, fields: Collection[int], learned: Collection[int]
) -> int:
    """Where a body ends when the line after it is known: all before that is the release's own."""
    for index in range(stop, len(lines) if learned else stop):
        if index in learned:
            return index
        if index in fields or _ends_body(lines[index]):
            break
    return stop


def _ends_body(line: Line) -> bool:
    return line.bare or is_furniture(line)


def _marked_scores(lines: Sequence[Line], scores: Sequence[float]) -> list[float]:
    """The scores, corrected by where the markup puts each line in relation to the body.

    What frames the body is guessed twice, with and without a look at class names, and the guess
    that leads to more text of a body's kind is taken.
    """
    listed, page = teasers(lines), page_frame(lines)
    named = []
    for index, (line, value) in enumerate(zip(lines, scores, strict=True)):
        if outside(line, page) or index in listed:
            named.append(min(value, -6.0))
        else:
            named.append(max(value, 0.5) * 1.5 if value > _FAR and promising(line) else value)
    guesses = [
        _framed_scores(lines, scores, frame_of(lines, best_run(first)), listed)
        for first in (named, scores)
    ]
    return max(guesses, key=lambda guess: _worth(lines, guess))


def _framed_scores(
    lines: Sequence[Line], scores: Sequence[float], frame: Frame, listed: Collection[int]
) -> list[float]:
    """The scores, given what frames the body. `listed` are the teasers under linked headings."""
    corrected = []
    for index, (line, value) in enumerate(zip(lines, scores, strict=True)):
        linked = line.block.link_density > 0.8 and (line.heading or line.block.tag == "li")
        if outside(line, frame) or linked or (index in listed and not promising(line)):
            value = min(value, -6.0)
        elif not inside(line, frame):
            value = value * 0.3 if line.prose and value > 0 else min(value, -3.0)
        else:
            value = max(value, 0.5 if promising(line) and value > _FAR else -1.0)
        corrected.append(value)
    return corrected


def _lead(lines: Sequence[Line], scores: list[float], run: range) -> int:
    """Where the body starts when a lead stands in an element of its own just before it."""
    for index in range(run.start - 1, max(-1, run.start - 5), -1):
        line = lines[index]
        if line.prose and not line.heading and (scores[index] > 0 or leads(line)):
            scores[index] = max(scores[index], 0.5)
            return index
    return run.start


def _lists_bridged(lines: Sequence[Line], scores: Sequence[float]) -> list[float]:
    """The scores, so that a long list inside a body costs no more than a dozen or two lines.

    A stretch with page furniture or empty bullets in it is no such list.
    """
    bridged = list(scores)
    start = 0
    for index in range(len(lines) + 1):
        if index < len(lines) and scores[index] < 0 and not _ends_body(lines[index]):
            continue
        cost = -sum(scores[start:index])
        if cost > _LIST:
            bridged[start:index] = [value * _LIST / cost for value in scores[start:index]]
        start = index + 1
    return bridged


def _worth(lines: Sequence[Line], scores: Sequence[float]) -> float:
    """How many words the best run holds; those in an element named like a body count threefold."""
    return sum(
        lines[index].words
        * (3.0 if promising(lines[index]) else 0.3 if in_margin(lines[index]) else 1.0)
        for index in best_run(scores)
        if scores[index] > -1.5
    )


def score(line: Line) -> float:
    """How much a line speaks for being part of the release (above 0) or against it (below)."""
    if line.bare:
        return -6.0
    if is_furniture(line):
        return _FAR
    value = _text_score(line)
    if line.block.link_density > 0.6 and not line.prose:
        return min(value, -6.0)
    if line.block.link_density > 0.8:
        return -6.0
    return value


def _text_score(line: Line) -> float:
    if line.prose:
        return float(min(line.words, 80))
    if line.ends_sentence and line.words >= 4:
        return 2.0
    if line.words >= 12:
        return line.words / 4
    if line.block.tag == "pre":
        return 0.0
    if line.heading or line.block.tag == "td":
        return -2.0
    return -3.0 if (line.bullet and line.words >= 5) or line.block.tag == "li" else -5.0


def is_furniture(line: Line) -> bool:
    """Whether the line is page furniture by its words: "Share", "Skip to main content"."""
    if line.words >= 60 or len(line.text) > 600:
        return False
    if line.words > 30:
        return bool(SITE_TALK.search(line.text))
    return bool(FURNITURE.fullmatch(line.content) or SITE_TALK.search(line.text))


def best_run(scores: Sequence[float]) -> range:
    """The run of indices with the greatest sum; empty when no score is above 0."""
    best_sum, best = 0.0, range(0)
    total, start = 0.0, 0
    for index, value in enumerate(scores):
        if total <= 0:
            total, start = 0.0, index
        total += value
        if total > best_sum:
            best_sum, best = total, range(start, index + 1)
    return best
