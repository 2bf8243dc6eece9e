"""Where a release's words stand in the file they came from.

Cleaning takes words out of a document, and reading took them out of a file. Each step keeps a map
of runs that stand unchanged (`Segment`); here the two maps are joined, and looked up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from embeddings.types import Segment


def compose(outer: Sequence[Segment], inner: Sequence[Segment]) -> tuple[Segment, ...]:
    """The map from the text of `outer` to the origin of `inner`.

    Args:
        outer: maps a text to a document, in any order.
        inner: maps that document to a file, ascending by `start`.

    What `inner` does not cover is left out: those characters do not stand in the file as they are
    (a character that the file writes as an entity, for instance).
    """
    starts = [segment.start for segment in inner]
    joined = []
    for segment in outer:
        begin, end = segment.origin_start, segment.origin_start + segment.length
        at = max(0, bisect_right(starts, begin) - 1)
        while at < len(inner) and inner[at].start < end:
            low = max(begin, inner[at].start)
            high = min(end, inner[at].start + inner[at].length)
            if low < high:
                joined.append(
                    Segment(
                        segment.start + low - begin,
                        inner[at].origin_start + low - inner[at].start,
                        high - low,
                    )
                )
            at += 1
    return tuple(joined)


def locate(segments: Sequence[Segment], start: int, end: int) -> list[tuple[int, int]]:
    """The places in the origin of the characters `start` to `end` of the text.

    Returns:
        Half-open ranges in the origin, in the order of the text, adjacent ones joined. Empty when
        none of the characters stands there as it is.
    """
    places: list[tuple[int, int]] = []
    for segment in sorted(segments, key=lambda segment: segment.start):
        low, high = max(start, segment.start), min(end, segment.start + segment.length)
        if low >= high:
            continue
        shift = segment.origin_start - segment.start
        if places and places[-1][1] == low + shift:
            places[-1] = (places[-1][0], high + shift)
        else:
            places.append((low + shift, high + shift))
    return places
