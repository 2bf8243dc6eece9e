"""Finds the run of lines that is the release, among menus, fields and page furniture.

Every line gets a score: running text counts for it, menu entries, labels and furniture against it.
The release is the run of lines with the greatest sum (Kadane, maximum subarray), so a heading or a
short list inside it stays, and a stray sentence in a footer does not join it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from embeddings.clean_words import FURNITURE, SITE_TALK

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from embeddings.clean_lines import Line

_FAR = -15.0  # a line that a release does not run across lightly
_OUTSIDE = re.compile(r"\b(?:nav|footer|aside|header|form|button|menu|dialog)\b")
_NOT_BODY = re.compile(
    r"\b(?:comments?|disqus|share|sharing|social|related|recommend\w*|promo\w*|sidebar|side-bar"
    r"|cookies?|consent|breadcrumbs?|menu|nav|navbar|navigation|footer|banner|advert\w*|ads?"
    r"|sponsor\w*|newsletter|subscri\w*|popup|modal|widget|pagination|pager|tags?|byline|author"
    r"|teaser|trending|popular|login|signup|toolbar|skip|hidden|print)\b"
)


def score(line: Line) -> float:
    """How much a line speaks for being part of the release (above 0) or against it (below)."""
    if line.bare:
        return -4.0
    if is_furniture(line):
        return _FAR
    density = line.block.link_density
    value = _text_score(line)
    if density > 0.5 and not (line.prose and density < 0.7):
        value = min(value, -6.0)
    if line.block.region and _OUTSIDE.search(line.block.region):
        value = min(value, -8.0)
    if line.block.label and _NOT_BODY.search(line.block.label):
        value = min(value, -4.0)
    return value


def _text_score(line: Line) -> float:
    if line.prose:
        return float(min(line.words, 80))
    if line.ends_sentence and line.words >= 4:
        return 2.0
    if line.words >= 12:
        return line.words / 4
    return -3.0 if line.bullet and line.words >= 5 else -5.0


def is_furniture(line: Line) -> bool:
    """Whether the line is page furniture by its words: "Share", "Skip to main content"."""
    if line.words > 30:
        return bool(SITE_TALK.search(line.text)) and line.words < 60
    return bool(FURNITURE.fullmatch(line.content) or SITE_TALK.search(line.text))


def body_run(
    lines: Sequence[Line], fields: Collection[int] = (), learned: Collection[int] = ()
) -> range:
    """The indices from the first to the last line of the release; empty when there is none.

    `fields` are the lines of labelled blocks, `learned` the lines known to recur across pages.
    """
    best_sum, best = 0.0, range(0)
    total, start = 0.0, 0
    for index, line in enumerate(lines):
        value = score(line)
        if index in fields:
            value = _FAR
        elif index in learned:
            value = min(value, -8.0)
        if total <= 0:
            total, start = 0.0, index
        total += value
        if total > best_sum:
            best_sum, best = total, range(start, index + 1)
    return best
