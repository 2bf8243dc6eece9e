"""Maps from a release's words to the file they came from, followed character by character."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from embeddings.provenance import compose, locate
from embeddings.types import Segment


def taken(text: str, cuts: list[tuple[int, int]]) -> tuple[str, tuple[Segment, ...]]:
    """The runs of `text` that `cuts` names, joined by a character that is not in it."""
    words, segments = "", []
    for start, length in cuts:
        run = text[start : start + length]
        if run:
            segments.append(Segment(len(words), start, len(run)))
            words += run + "|"
    return words, tuple(segments)


cuts = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=6)


@given(st.text("abcdefgh", max_size=60), cuts, cuts)
def test_a_composed_map_leads_to_the_same_characters(
    file: str, first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    document, inner = taken(file, first)
    text, outer = taken(document, second)
    joined = compose(outer, inner)
    for segment in joined:
        run = text[segment.start : segment.start + segment.length]
        assert run == file[segment.origin_start : segment.origin_start + segment.length]
    mapped = {segment.start + offset for segment in joined for offset in range(segment.length)}
    # Everything but the joins, which stand in no file, is mapped.
    assert mapped == {i for i, character in enumerate(text) if character != "|"}


@given(st.text("abcdefgh", max_size=60), cuts, st.integers(0, 60), st.integers(0, 60))
def test_located_ranges_spell_the_words(
    file: str, chosen: list[tuple[int, int]], start: int, end: int
) -> None:
    text, segments = taken(file, chosen)
    places = locate(segments, start, end)
    spelled = "".join(file[low:high] for low, high in places)
    assert spelled == text[start:end].replace("|", "")


def test_adjacent_ranges_are_joined() -> None:
    segments = [Segment(0, 10, 5), Segment(5, 15, 5), Segment(10, 30, 5)]
    assert locate(segments, 2, 12) == [(12, 20), (30, 32)]
    assert locate(segments, 40, 50) == []
