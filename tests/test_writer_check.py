"""The parts of checking what a language model wrote: figures, sentences, and single objections."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.writer_check import objection
from qa.writer_figures import figures
from qa.writer_passage import Passage
from qa.writer_split import MARKER, renumbered, split, without_markers

PASSAGE = Passage(
    "TARN QUAY, 12 March 2021 – The Pilot Service of the Imagined Isles (PSII) bought twenty-two "
    "launches for about 4.5 million crowns, said Director Ada Lindgren-Bey. “We are ready for any "
    "weather,” she told reporters yesterday. The launches are not armed. J. Moor, its second "
    "engineer, will train 130 pilots, or 12 per cent of them, until June.",
    "Pilot Service buys launches",
    dt.date(2021, 3, 12),
)


@pytest.mark.parametrize(
    "sentence",
    [
        "The Pilot Service bought 22 launches.",
        "The Pilot Service of the Imagined Isles bought launches for about 4,500,000 crowns.",
        "In March 2021 the PSII bought launches.",
        "On 12 March 2021 the PSII bought launches.",
        "In 2021 the service bought launches.",
        "Director Ada Lindgren-Bey said: “We are ready for any weather”.",
        'Lindgren-Bey told reporters "We are ready for any weather," it says.',
        "The launches are not armed.",
        "Its second engineer J. Moor will train 12% of the pilots.",
        "The 2nd engineer will train 130 pilots until June.",
        "Launches were bought by the Pilot Service.",
        "According to the release, Ada Lindgren-Bey told reporters so yesterday.",
    ],
)
def test_what_stands(sentence: str) -> None:
    assert objection(sentence, [PASSAGE]) == ""


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("The Pilot Service bought 23 launches.", "figure 23"),
        ("The Pilot Service bought twenty launches.", "figure twenty"),
        ("The Pilot Service bought 12 launches.", "figure 12"),  # a day of the month
        ("The Pilot Service bought launches for 4.5 million crowns.", "figure 4.5 million"),
        ("The Pilot Service bought launches for about 4.5 billion crowns.", "figure"),
        ("The Pilot Service bought launches for about 4.5 million euros.", "figure"),
        ("J. Moor will train 12 pilots.", "figure 12"),
        ("J. Moor will train 130 launches.", "figure 130"),
        ("Its third engineer will train 130 pilots.", "figure third"),
        ("On 13 March 2021 the PSII bought launches.", "no passage names 13 March 2021"),
        ("In April 2021 the PSII bought launches.", "no passage names April 2021"),
        ("Between 2020 and 2022 the PSII bought launches.", "no passage names"),
        ("She told reporters today.", "“today”"),
        ("Director Ada Moor said so.", "no passage has Ada Moor"),
        ("Director Ada Bey said so.", "no passage has Ada Bey"),
        ("The Pilot Isles bought launches.", "no passage has Pilot Isles"),
        ("The Bank of the Imagined Isles bought launches.", "no passage has Bank"),
        ("The LAUNCHES were bought.", "no passage has LAUNCHES"),
        ("The launches are armed.", "“armed”"),
        ("The Pilot Service never bought launches.", "“never”"),
        ("The Pilot Service did not buy launches.", "it denies"),
        ("She said “we are ready for rain”.", "the words “we are ready for rain”"),
        ("She said “we are ready.", "do not pair"),
        ("All launches are ready.", "“All”"),
        ("The Pilot Service sold launches.", "“sold”"),
        ("The service\x00bought launches.", "markup"),
        ("The service \ud800 bought launches.", "markup"),
        ("The service \u202ebought launches.", "markup"),
        ("The service \U000e0041bought launches.", "markup"),
        ("Launches: see www.isles.example.", "markup"),
        ("!!!", "no sentence"),
        ("launches " * 100, "no sentence"),
    ],
)
def test_what_does_not_stand(sentence: str, why: str) -> None:
    assert why in objection(sentence, [PASSAGE])


def test_nothing_stands_on_no_passage() -> None:
    assert objection("The Pilot Service bought launches.", []) == "it points to no passage"


def test_two_passages_hold_a_sentence_together_but_not_a_name() -> None:
    one, two = Passage("Ada Lund came to Tarn Quay."), Passage("Bo Moor left on 3 May 2020.")
    assert objection("Ada Lund came and Bo Moor left on 3 May 2020.", [one, two]) == ""
    assert objection("Ada Lund came and Bo Moor left on 3 May 2020.", [one]) != ""
    assert objection("Ada Moor came.", [one, two]) == "no passage has Ada Moor"


WORDS = st.sampled_from(re.findall(r"[\w-]+", PASSAGE.text))


@given(st.lists(WORDS, min_size=1, max_size=12), st.integers(0, 12), st.integers(2, 10**7))
def test_a_figure_that_is_not_there_never_stands(words: list[str], at: int, number: int) -> None:
    if str(number) in {one.value for one in PASSAGE.figures} | {"2021"}:
        number = 77
    words.insert(min(at, len(words)), str(number))
    assert objection(" ".join(words), [PASSAGE]) != ""


@given(st.lists(WORDS, min_size=1, max_size=12), st.integers(0, 12))
def test_a_name_that_is_not_there_never_stands(words: list[str], at: int) -> None:
    words.insert(min(at, len(words)), "Zebulon")
    assert objection(" ".join(words), [PASSAGE]) != ""


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    objection(text, [PASSAGE, Passage(text, text, dt.date(2020, 2, 29))])


# --- figures ------------------------------------------------------------------------------------

_SMALL = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen",
)
_TENS = re.findall(r"\S+", "- - twenty thirty forty fifty sixty seventy eighty ninety")


def spelt(number: int) -> str:
    """A number in English words."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_SMALL[number % 10]}" if number % 10 else "")
    if number < 1000:
        rest = f" and {spelt(number % 100)}" if number % 100 else ""
        return f"{_SMALL[number // 100]} hundred{rest}"
    rest = f" {spelt(number % 1000)}" if number % 1000 else ""
    return f"{spelt(number // 1000)} thousand{rest}"


@given(st.integers(0, 999_999))
def test_words_and_digits_are_one_value(number: int) -> None:
    for written in (spelt(number), spelt(number).capitalize(), str(number), f"{number:,}"):
        assert [one.value for one in figures(f"There were {written} boats.")] == [str(number)]


@given(st.integers(0, 99), st.integers(0, 99))
def test_two_numbers_are_never_one(one: int, other: int) -> None:
    text = f"{spelt(one)} or {spelt(other)}"
    assert [figure.value for figure in figures(text)] == [str(one), str(other)]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("$4.5 million", ("4500000", "dollar", "")),
        ("4.5 million US dollars", ("4500000", "dollar", "")),
        ("US$ 4,500,000", ("4500000", "dollar", "")),
        ("CHF 3", ("3", "franc", "")),
        ("3 Swiss francs", ("3", "franc", "")),
        ("12 per cent", ("12", "%", "")),
        ("12%", ("12", "%", "")),
        ("the 21st", ("21", "th", "")),
        ("the twenty-first", ("21", "th", "")),
        ("a hundred", ("100", "", "")),
        ("more than 900", ("900", "", "over")),
        ("at least nine hundred", ("900", "", "over")),
        ("nearly 900", ("900", "", "under")),
        ("about 900", ("900", "", "about")),
        ("0.50", ("0.5", "", "")),
        ("1.2.3", ("1.2.3", "", "")),
        ("4,5", ("4,5", "", "")),
    ],
)
def test_forms_of_a_figure(text: str, meaning: tuple[str, str, str]) -> None:
    assert [one.meaning for one in figures(text)] == [meaning]


# --- sentences ----------------------------------------------------------------------------------

REPLY = (
    "Twenty-two launches were bought [1]. Mr. Moor came late. [2] [3] “It is so.” [1][2]\n"
    "- Another one [3].\n\n1. A third [4]. Is it? No! [5] The last breaks off [1"
)
SENTENCES = [
    "Twenty-two launches were bought [1].",
    "Mr. Moor came late. [2] [3]",
    "“It is so.” [1][2]",
    "Another one [3].",
    "A third [4].",
    "Is it?",
    "No! [5]",
]


def test_sentences_with_the_numbers_behind_them() -> None:
    assert list(split([REPLY], 10_000)) == SENTENCES


@given(st.lists(st.integers(0, len(REPLY)), max_size=30))
def test_sentences_do_not_depend_on_how_they_arrive(cuts: list[int]) -> None:
    ends = sorted({0, *cuts, len(REPLY)})
    pieces = [REPLY[a:b] for a, b in pairwise(ends)]
    assert list(split(pieces, 10_000)) == SENTENCES


def test_a_sentence_is_given_as_soon_as_the_next_begins() -> None:
    read = []

    def pieces() -> object:
        for piece in ("One [1]. ", "Two", " [2]. "):
            read.append(piece)
            yield piece

    assert next(iter(split(pieces(), 1000))) == "One [1]."  # type: ignore[arg-type]
    assert read == ["One [1]. ", "Two"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>One [1]. Two [2].</think> Three [3].", ["Three [3]."]),
        ("<think>One [1]. Two [2].", []),
        ("<thin", []),
        ("", []),
        ("**One** [1].", ["One [1]."]),
        ("One [1]", ["One [1]"]),
        ("One", []),
        ("One\nand two [1]. ", ["One and two [1]."]),
    ],
)
def test_beginnings_and_ends(text: str, expected: list[str]) -> None:
    assert list(split([text], 1000)) == expected
    assert list(split(list(text), 1000)) == expected


@given(st.text("ab. [1]\n<think>/“”", max_size=80), st.integers(1, 80))
def test_no_more_is_read_than_may_be(text: str, longest: int) -> None:
    assert sum(map(len, split(list(text), longest))) <= longest
    joined = " ".join(text.split())
    assert all(sentence in joined for sentence in split([text], 1000))


def test_numbers_are_read_and_replaced() -> None:
    assert without_markers("A [1, 2] b [3].") == ("A b.", (1, 2, 3))
    assert renumbered("A [1, 2] b [3].", lambda number: number + 10) == "A [11][12] b [13]."
    assert renumbered("A [1].[1] [2]", lambda number: number) == "A [1]. [2]"
    assert not MARKER.search("[one] [] [-1]")
