"""Whether two releases are versions of one, what changed between them, and which one stands.

Text alone cannot tell. A re-post repeats title, date and text; an edited version keeps title and
date and changes some words; but a recurring or templated release keeps nearly every word and
changes the date, or the names and figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from embeddings.minhash import exact_form
from embeddings.similarity import Comparison, compare, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embeddings.types import Release

_NOT_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """The stored release that another is a version of.

    `kind` is "exact" when the normalised texts are equal, else "near"; `similarity` is the share of
    words aligned, 0 to 1.
    """

    release_id: str
    kind: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One run of text that differs between two versions, as offsets into both texts."""

    old: str
    new: str
    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def kind(self) -> str:
        """Which it is: "added", "removed" or "replaced"."""
        return "added" if not self.old else "removed" if not self.new else "replaced"


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits that `judge` applies; shares are of words, 0 to 1."""

    days: int = 3  # a re-post after a weekend; a weekly release is further apart
    rewritten: float = 0.6  # same day and title, no conflict: least share of the shorter text
    corrected: float = 0.85  # same day and title, few conflicts: least share of the shorter text
    retitled: float = 0.9  # same day, alike title, no conflict: least share of the shorter text
    copied: float = 0.97  # same day, other title, no conflict: least share of both texts
    reposted: float = 0.98  # other or unknown day, same title, no conflict: of the shorter text
    words: int = 40  # least words in common where day or title differ


RULES: Final = Rules()


def judge(a: Release, b: Release, rules: Rules = RULES) -> Match | None:
    """Whether `b` is a version of `a`, by title, date and alignment of the texts.

    Call it a conflict where one text has another name or number than the other. Then:

    - Dates more than three days apart: never, however alike the texts are.
    - Same day, same title: yes, if most of the shorter text (85%) stands in the longer and the
      conflicts are as few as corrections are; with no conflict 60% is enough.
    - Same day, words added to the title or left out: yes, at 90% and with no conflict.
    - Same day, another title: only the same text (97% of both texts aligned, no conflict).
    - One to three days apart, or a date unknown: only the same title and the same text.

    Short texts say little, so the last three ask for 40 words in common.
    """
    days = None
    if a.date and b.date:
        days = abs((a.date - b.date).days)
        if days > rules.days:
            return None
    if days != 0 and not _titles_agree(a.title, b.title, 0.9):
        return None
    exact = exact_form(a.text) == exact_form(b.text)
    found = compare(a.text, b.text)
    if days != 0:
        same = found.matched >= rules.words and (exact or _reposted(found, rules))
    elif title_form(a.title) == title_form(b.title) != "":
        same = exact or _edited(found, rules)
    else:
        retitled = _titles_agree(a.title, b.title, 0.85) and found.containment >= rules.retitled
        alike = retitled or found.ratio >= rules.copied
        same = found.matched >= rules.words and not found.conflicts and alike
    return Match(a.id, "exact" if exact else "near", found.ratio) if same else None


def difference(old: Release, new: Release) -> list[Difference]:
    """The runs of words that changed from `old` to `new`, in order.

    Changes of case, accents, spacing and punctuation alone are not shown.
    """
    return [
        Difference(
            old.text[change.a_start : change.a_end],
            new.text[change.b_start : change.b_end],
            change.a_start,
            change.a_end,
            change.b_start,
            change.b_end,
        )
        for change in compare(old.text, new.text).changes
    ]


def canonical(versions: Iterable[Release]) -> Release:
    """The version that stands for all: the newest by date, of equals the last one given.

    A version without a date is older than any with one. Raises ValueError when there is none.
    """
    ordered = sorted(versions, key=lambda release: release.date.toordinal() if release.date else 0)
    if not ordered:
        raise ValueError("there is no version to choose from")
    return ordered[-1]


def title_form(title: str) -> str:
    """What two titles have in common when they are the same: letters and digits, no case."""
    return _NOT_WORD.sub("", fold(title))


def _edited(found: Comparison, rules: Rules) -> bool:
    # A correction or two; more in a long transcript, fewer in a notice of a few lines.
    few = min(1 + found.matched // 200, 2 + found.matched // 500)
    limit = rules.corrected if found.conflicts else rules.rewritten
    return found.conflicts <= few and found.containment >= limit


def _reposted(found: Comparison, rules: Rules) -> bool:
    both = rules.reposted - 0.03  # the longer text may have a contact line more
    return found.containment >= rules.reposted and found.ratio >= both and not found.conflicts


def _titles_agree(a: str, b: str, limit: float) -> bool:
    """Whether the titles are the same, or differ in words added, left out or moved."""
    if title_form(a) == title_form(b):
        return True
    titles = compare(a, b)
    return titles.ratio >= limit and not titles.conflicts
