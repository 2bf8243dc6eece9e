"""The words of a refusal: what was searched, what came nearest, and why that does not answer."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.library import Library
from qa.checks import why_not
from qa.coverage import premise
from qa.types import Answer, Hit
from qa.understand import Query
from qa.wording import LONGEST, first_words, fitting, in_words, words

NEAREST = 3  # passages shown


def refuse(
    library: Library, query: Query, hits: Sequence[Hit], confidence: float, reason: str = ""
) -> Answer:
    """A refusal that says what was looked for and why it was not found.

    Args:
        library: the library that was searched.
        query: the question as it was searched.
        hits: what came nearest, best first; no title is shown twice.
        confidence: how sure the reader was of its best guess.
        reason: one sentence, where more is known than that nothing was found.
    """
    nearest = _nearest(hits)
    why = tuple(why_not(query, h.release, h.passage.start, h.passage.end) for h in nearest)
    reason = reason or _reason(library, query, nearest)
    said = f"The archive does not say. {reason}"
    if why and words(said) < LONGEST - 6:
        said = fitting(f"{said} Nearest:", _briefly(nearest, why), ".")
    return Answer(
        text=first_words(said, LONGEST - 1),
        answered=False,
        confidence=confidence,
        nearest=nearest,
        nearest_why=why,
        reason=reason,
    )


def _nearest(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The best passage of each of the first releases, titles told apart."""
    unique: dict[str, Hit] = {}
    for hit in hits:
        unique.setdefault(hit.release.title.casefold() or hit.release.id, hit)
    return tuple(unique.values())[:NEAREST]


def _briefly(nearest: Sequence[Hit], why: Sequence[str]) -> list[str]:
    return [
        f"{in_words(hit.release.date) if hit.release.date else hit.release.title} ({failed})"
        for hit, failed in zip(nearest, why, strict=True)
    ]


def _reason(library: Library, query: Query, nearest: Sequence[Hit]) -> str:
    if not library.catalog().count:
        return "The library is empty: add releases to it first."
    if not nearest:
        return "No release matches the filters." if query.filters else "Nothing in it is near."
    about = ", ".join([*(one.text for one in query.understood), *filter(None, [query.note])])
    looked = f" (searched: {about})" if about else ""
    lacking = premise(library, query).rstrip(".")
    return f"{lacking or 'No passage was found that answers this'}{looked}."
