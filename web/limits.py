"""What a reader limits a search to, as it stands in the page's fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.dates import parse_date
from embeddings.errors import QuestionError
from embeddings.types import Filters

_VALUES = 50  # values that one field may hold
_LONGEST = 300  # characters of one value


@dataclass(frozen=True, slots=True)
class Limits:
    """The fields as they were filled in; None or empty where they were not.

    `since` and `until` are dates as typed.
    """

    since: str | None = None
    until: str | None = None
    sources: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        since: str | None = "",
        until: str | None = "",
        sources: Sequence[str] | None = (),
        places: Sequence[str] | None = (),
        topics: Sequence[str] | None = (),
    ) -> Limits:
        """Limits from raw field values, cut to a sane number and length."""
        dates = [(value or "").strip()[:_LONGEST] or None for value in (since, until)]
        lists = [
            tuple(str(value)[:_LONGEST] for value in (values or ())[:_VALUES])
            for values in (sources, places, topics)
        ]
        return cls(dates[0], dates[1], lists[0], lists[1], lists[2])

    def filters(self) -> Filters:
        """The limits read. Raises QuestionError when a date is none."""
        days = []
        for value in (self.since, self.until):
            day = parse_date(value) if value else None
            if value and day is None:
                raise QuestionError(f"“{value}” is not a date. Write it as 2018-10-31.")
            days.append(day)
        return Filters(days[0], days[1], self.sources, self.places, self.topics)
