"""Passages: whole sentences, within the limit, nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.chunk import chunk, count_words
from embeddings.sentences import sentences
from embeddings.types import Release


def release(text: str) -> Release:
    return Release(id="r", title="Harbour news", text=text)


def texts(text: str, max_words: int) -> list[str]:
    return [passage.text for passage in chunk(release(text), max_words=max_words)]


def paragraph(words: int, sentence: int = 10) -> str:
    """A paragraph of `words` words in sentences of `sentence` words."""
    parts = []
    for start in range(0, words, sentence):
        size = min(sentence, words - start)
        parts.append(" ".join(["Word", *["word"] * (size - 1)]) + ".")
    return " ".join(parts)


def test_a_short_release_is_one_passage_with_its_offsets() -> None:
    text = "  The board met.\n\nIt agreed.\n"
    (passage,) = chunk(release(text))
    assert (passage.release_id, passage.id) == ("r", 0)
    assert (passage.start, passage.end) == (2, len(text) - 1)
    assert passage.text == text[2:-1]


def test_paragraphs_are_kept_together_where_they_fit() -> None:
    first, second, third = paragraph(60), paragraph(70), paragraph(30)
    text = "\n\n".join([first, second, third])
    assert texts(text, 110) == [first, f"{second}\n\n{third}"]


def test_a_long_paragraph_is_divided_evenly_between_sentences() -> None:
    text = paragraph(160)
    assert [count_words(piece) for piece in texts(text, 110)] == [80, 80]


def test_a_heading_stays_with_what_follows() -> None:
    first, heading, second = paragraph(100), "Next steps", paragraph(100)
    text = "\n\n".join([first, heading, second])
    assert texts(text, 110) == [first, f"{heading}\n\n{second}"]


def test_a_short_end_joins_the_passage_before_it() -> None:
    text = "\n\n".join([paragraph(60), paragraph(100), paragraph(5)])
    assert [count_words(piece) for piece in texts(text, 110)] == [60, 105]


def test_an_over_long_sentence_is_cut_after_a_clause() -> None:
    text = "One two three four five six, seven eight nine ten eleven twelve."
    assert texts(text, 8) == [
        "One two three four five six,",
        "seven eight nine ten eleven twelve.",
    ]


def test_an_over_long_sentence_without_clauses_is_cut_between_words() -> None:
    text = " ".join(f"word{i}" for i in range(25))
    pieces = texts(text, 10)
    assert " ".join(pieces) == text
    assert max(count_words(piece) for piece in pieces) <= 10


def test_text_without_spaces_counts_its_characters() -> None:
    assert count_words("会议结束。") == 5
    pieces = texts("会议结束。" * 30, 20)
    assert "".join(pieces) == "会议结束。" * 30
    assert max(map(len, pieces)) <= 20
    assert all(piece.endswith("。") for piece in pieces)


def test_one_endless_word_is_cut_and_combining_marks_stay_with_their_letter() -> None:
    text = "e\u0301" * 400
    pieces = texts(text, 10)
    assert "".join(pieces) == text
    assert all(piece.startswith("e") for piece in pieces)


def test_empty_text_gives_no_passage() -> None:
    assert chunk(release(" \n ")) == []


def test_a_limit_below_one_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        chunk(release("Text."), max_words=0)


WORDS = st.sampled_from(
    ["Mr.", "the", "Board", "met.", "Then", ";", "a,b", "x" * 60, "会议。", "n\u0301", "—", "3.5"]
)
TEXTS = st.lists(
    st.tuples(WORDS, st.sampled_from([" ", " ", " ", "\n", "\n\n", ""])), max_size=120
).map(lambda pairs: "".join(word + gap for word, gap in pairs))


@given(st.one_of(TEXTS, st.text(max_size=300)), st.integers(1, 40))
def test_passages_cover_the_text_in_order_within_the_limit(text: str, limit: int) -> None:
    last = 0
    for passage in chunk(release(text), max_words=limit):
        assert last <= passage.start < passage.end
        assert passage.text == text[passage.start : passage.end]
        assert text[last : passage.start].strip() == ""
        assert 0 < count_words(passage.text) <= limit
        assert len(passage.text.split()) <= limit
        last = passage.end
    assert text[last:].strip() == ""


@given(TEXTS, st.integers(5, 40))
def test_only_over_long_sentences_are_divided(text: str, limit: int) -> None:
    passages = chunk(release(text), max_words=limit)
    starts = {passage.start for passage in passages}
    ends = {passage.end for passage in passages}
    for start, end in sentences(text):
        if count_words(text[start:end]) <= limit:
            assert not any(start < cut < end for cut in starts | ends)


def _least_cost(words: list[int], limit: int) -> int:
    """The fewest passages for sentences of these lengths, by brute force over every grouping."""
    best = len(words)
    for cuts in range(2 ** (len(words) - 1)):
        groups, total = 1, words[0]
        fits = True
        for i, size in enumerate(words[1:]):
            if cuts >> i & 1:
                groups, total = groups + 1, size
            else:
                total += size
                fits = fits and total <= limit
        if fits:
            best = min(best, groups)
    return best


@given(st.lists(st.integers(1, 10), min_size=1, max_size=9))
def test_one_paragraph_takes_as_few_passages_as_can_be(sizes: list[int]) -> None:
    text = " ".join(paragraph(size, size) for size in sizes)
    assert len(texts(text, 12)) == _least_cost(sizes, 12)
