"""A passage as sentences are checked against it: its words, figures, days, and what it affirms."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from embeddings.dates import DateMention, find_dates, resolve_relative
from embeddings.sentences import sentences
from qa.words import Bag, Token, tokens
from qa.writer_figures import Figure, figures

_SIGNS = str.maketrans({**dict.fromkeys("‘’‚′", "'"), **dict.fromkeys("“”„«»″", '"')})
_DASHES = re.compile(r"[‐‑‒–—―]")
DENIAL = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|\w+n['’]t)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Passage:
    """What a sentence may be checked against: quoted words, and the title and date beside them."""

    text: str
    title: str = ""
    date: dt.date | None = None

    @cached_property
    def words(self) -> list[Token]:
        """The words of the title and of the text, in order."""
        return tokens(self.whole)

    @cached_property
    def whole(self) -> str:
        """Title and text."""
        return f"{self.title}\n\n{self.text}"

    @cached_property
    def bag(self) -> Bag:
        """The stems that stand here."""
        return Bag.of(word.stem for word in self.words)

    @cached_property
    def affirmed(self) -> Bag:
        """The stems of the title and of the sentences that deny nothing."""
        said = [self.text[start:end] for start, end in sentences(self.text)]
        kept = [self.title, *(text for text in said if not DENIAL.search(text))]
        return Bag.of(word.stem for text in kept for word in tokens(text))

    @cached_property
    def plain(self) -> str:
        """The text as quotations are compared."""
        return plain_form(self.whole)

    @cached_property
    def figures(self) -> list[Figure]:
        """The figures, but for those of dates."""
        dates = find_dates(self.whole)
        return [one for one in figures(self.whole) if not inside(one.start, one.end, dates)]

    @cached_property
    def dates(self) -> list[DateMention]:
        """The days that are named, relative ones counted from the day of issue."""
        found = find_dates(self.whole)
        return found + (resolve_relative(self.whole, self.date) if self.date else [])


def plain_form(text: str) -> str:
    """A text as quotations are compared: spacing and the form of quotes and dashes are one."""
    return " ".join(_DASHES.sub("-", text).translate(_SIGNS).split())


def inside(start: int, end: int, spans: Sequence[DateMention]) -> bool:
    """Whether `start` to `end` lies in one of the dates."""
    return any(span.start <= start and end <= span.end for span in spans)
