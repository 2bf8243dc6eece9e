"""The alignment of two texts, against brute force and on any input."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from embeddings.similarity import compare, fold

WORDS = st.lists(st.sampled_from(["a", "b", "c", "Orsk", "5", "6"]), max_size=12)


def longest_common(a: list[str], b: list[str]) -> int:
    """Length of the longest common subsequence, by the textbook recurrence."""
    row = [0] * (len(b) + 1)
    for x in a:
        above = row[:]
        for j, y in enumerate(b):
            row[j + 1] = above[j] + 1 if x == y else max(above[j + 1], row[j])
    return row[-1]


def test_equal_texts_match_in_full() -> None:
    result = compare("The quay of Orsk, at 5.5 metres.", "the QUAY of Orsk at 5.5 metres")
    assert (result.matched, result.conflicts, result.changes) == (7, 0, ())
    assert result.ratio == result.containment == 1.0


def test_a_decimal_point_counts_and_a_thousands_mark_does_not() -> None:
    assert compare("3.5 tonnes", "35 tonnes").conflicts == 1
    assert compare("3,500 tonnes", "3500 tonnes").conflicts == 0
    assert compare("$5", "€5").conflicts == 1


def test_conflicts_are_facts_in_the_place_of_facts() -> None:
    assert compare("it met in Orsk today", "it met in Sund today").conflicts == 1
    assert compare("it met in Orsk today", "it met today").conflicts == 0
    assert compare("it met here today", "it met there today").conflicts == 0
    assert compare("the Fund-Office said", "the Fund Office said").conflicts == 0
    assert compare("on 3 May they met in Orsk", "on 4 May they met in Sund").conflicts == 2


def test_one_name_with_its_title_is_one_conflict() -> None:
    result = compare("signed by Jo Ek, Head of Ports today", "signed by Office of Trade today")
    assert (len(result.changes), result.conflicts) == (2, 1)


def test_accents_and_width_are_folded() -> None:
    assert fold("ＣＡＦÉ\u00ad Straße") == "cafe strasse"


def test_containment_is_of_the_shorter_text() -> None:
    result = compare("one two three four", "zero one two three four five six seven")
    assert (result.a_words, result.b_words, result.matched) == (4, 8, 4)
    assert result.containment == 1.0
    assert result.ratio == 8 / 12


def test_a_moved_paragraph_counts_once() -> None:
    parts = [" ".join(f"{name}{i}" for i in range(100)) for name in "pqr"]
    result = compare(" ".join(parts), " ".join([parts[1], parts[2], parts[0]]))
    assert result.matched == 200


@given(WORDS, WORDS)
def test_no_more_is_aligned_than_can_be_and_something_where_anything_can(
    a: list[str], b: list[str]
) -> None:
    best = longest_common([w.lower() for w in a], [w.lower() for w in b])
    matched = compare(" ".join(a), " ".join(b)).matched
    assert matched <= best
    assert bool(matched) == bool(best)


@given(st.integers(300, 900), st.sets(st.integers(0, 299), max_size=8))
def test_long_texts_with_a_few_edits_are_aligned_in_full(size: int, gone: set[int]) -> None:
    words = [f"w{i}" for i in range(size)]
    kept = [word for i, word in enumerate(words) if i not in gone]
    assert compare(" ".join(words), " ".join(kept)).matched == len(kept)


@given(st.text(max_size=120), st.text(max_size=120))
def test_changes_tell_the_whole_difference(a: str, b: str) -> None:
    result = compare(a, b)
    at_a = at_b = 0
    for change in result.changes:
        assert at_a <= change.a_start <= change.a_end <= len(a)
        assert at_b <= change.b_start <= change.b_end <= len(b)
        same = compare(a[at_a : change.a_start], b[at_b : change.b_start])
        assert same.ratio == 1.0
        at_a, at_b = change.a_end, change.b_end
    assert compare(a[at_a:], b[at_b:]).ratio == 1.0
    assert 0.0 <= result.ratio <= result.containment <= 1.0
