"""Sentence bounds: what ends a sentence, what does not, and what must hold for any text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.sentences import paragraphs, sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Ek met Dr. Lind and Sen. Dahl in Orsk.",
        "The U.S. Department of Tides met the U.N. Envoy.",
        "It opened on Feb. 3, 2004 and closed on Sept. 12.",
        "See No. 5, Art. 12 and para. IV of the text.",
        "J. R. Moss of Acme Inc. Holdings spoke.",
        "Prices rose by 3.5 per cent to 1.234.567 crowns.",
        "Am 3. Mai und am 21. Juni tagte der Rat.",
        "Die 21. Sitzung der 3. Kammer war kurz.",
        "“Is it so?” she asked.",
        "Well ... it was late.",
        "It was said (see vol. 3) that Ltd. firms pay.",
        "Write to press@tides.example.org or www.tides.example.",
        "The fee, e.g. for boats, approx. Two crowns, rose.",
        "Call (tel. +41 55 000 00 00) for more.",
        "Tides Ltd. v. Harbour, ex rel. Moss, was heard.",
    ],
)
def test_one_sentence(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        ["Mr. Ek came.", "He left at 5 p.m.", "The doors closed."],
        ["She works in the U.S.", "The post is new."],
        ["“It is done.”", "They left."],
        ["(It rained.)", "They stayed!", "Why?", "Nobody knows…", "It ended."],
        ["The answer was no.", "Then they left."],
        ["It grew in 2018.", "Sales fell."],
        ["They waited...", "Nothing came."],
        ["Es waren 12.", "Danach war Ruhe."],
        ["Il est parti.", "À demain !", "Où ?"],
        ["会议结束。", "他们离开了！", "为什么？"],
        ["It was Plan B.", "The rest failed."],
        ["बैठक हुई।", "सब गए।"],
    ],
)
def test_several_sentences(parts: list[str]) -> None:
    joiner = "" if parts[0].endswith("。") else " "
    assert split(joiner.join(parts)) == parts


def test_a_quote_without_a_space_after_it_still_ends() -> None:
    assert split('"We agreed."The text was signed.') == ['"We agreed."', "The text was signed."]


def test_blank_lines_end_a_sentence_with_or_without_a_stop() -> None:
    assert split("A heading\n\nthe text goes on\r\n\r\nand ends") == [
        "A heading",
        "the text goes on",
        "and ends",
    ]


def test_list_lines_stand_alone() -> None:
    text = "The council\n- opened a port\n- closed a road;\n1. First. Done\n(b) second"
    assert split(text) == [
        "The council",
        "- opened a port",
        "- closed a road;",
        "1. First.",
        "Done",
        "(b) second",
    ]


def test_one_line_is_one_paragraph_when_no_blank_line_stands() -> None:
    text = "First line here.\nSecond line here"
    assert split(text) == ["First line here.", "Second line here"]
    assert [text[a:b] for a, b in paragraphs(text)] == ["First line here.", "Second line here"]


def test_wrapped_lines_are_joined() -> None:
    text = (
        "The harbour board of Orsk met on Monday to hear the new plan for\n"
        "Northern Quay, which the engineers of the Tidal Works had drawn\n"
        "Mondays and Tuesdays in spring. It was passed without a vote and\n"
        "takes effect in June."
    )
    assert split(text) == [
        text[: text.index("It was") - 1],
        text[text.index("It was") :],
    ]
    assert paragraphs(text) == [(0, len(text))]


def test_a_line_that_goes_on_in_small_letters_is_joined() -> None:
    assert split("The board met and\nagreed. Nothing else.") == [
        "The board met and\nagreed.",
        "Nothing else.",
    ]


def test_nothing_in_nothing_out() -> None:
    assert sentences("") == sentences(" \n\t ") == []
    assert paragraphs("") == paragraphs("\n \n") == []


PARTS = (
    'Mr.|U.S.|the|The|12.|3|ended.|"|)|…|...|?!|。|- | | |\n|\n\n|\r\n|\u2028|\t|a.m.|Öst|No.|é'
    "|\x1c|\x85"
)
LIKE_TEXT = st.lists(st.sampled_from(PARTS.split("|")), max_size=60).map("".join)


@given(st.one_of(LIKE_TEXT, st.text(max_size=200)))
def test_bounds_hold_for_any_text(text: str) -> None:
    for bounds in (sentences(text), paragraphs(text)):
        last = 0
        for start, end in bounds:
            assert last <= start < end <= len(text)
            assert text[last:start].strip() == ""
            assert text[start:end] == text[start:end].strip()
            last = end
        assert text[last:].strip() == ""


@given(st.one_of(LIKE_TEXT, st.text(max_size=200)))
def test_no_sentence_crosses_a_paragraph(text: str) -> None:
    ends = {end for _, end in paragraphs(text)}
    for start, end in sentences(text):
        assert not any(start < paragraph_end < end for paragraph_end in ends)


@given(st.lists(st.sampled_from(["Ek.", "ran", "U.S.", "No.", "5.", "3.5", "x-y"]), max_size=30))
def test_never_splits_inside_a_word(words: list[str]) -> None:
    text = " ".join(words)
    assert " ".join(split(text)) == text
    assert all(re.fullmatch(r"\s", text[end]) for _, end in sentences(text)[:-1])


@pytest.mark.parametrize(
    "unit", [".", ". ", "No. 5, ", "am 3. Mai ", '."', "A. B. ", "\n", "- a\n"]
)
def test_long_runs_of_anything_are_split_in_one_pass(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    bounds = sentences(text)
    assert sum(end - start for start, end in bounds) >= len("".join(text.split()))
