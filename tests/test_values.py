"""Values made comparable: what equals what, however it is written."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.values import in_figures, in_words, quantity, same, scaled


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("1,126", 1126, ""),
        ("1126", 1126, ""),
        ("1'126", 1126, ""),
        ("Thirty-seven", 37, ""),
        ("eleven", 11, ""),
        ("51.6 million crowns", 51_600_000, "crown"),
        ("CHF 1.2 million", 1_200_000, "chf"),
        ("321 million dollars", 321_000_000, "usd"),
        ("about 900 rescuers", 900, "rescuer"),
        ("1.38 mio. CHF", 1_380_000, "chf"),
        ("3 per cent", 3, "%"),
        ("2.5 %", Decimal("2.5"), "%"),
        ("1.126.500", 1_126_500, ""),
        ("two dozen", 24, ""),
    ],
)
def test_a_quantity_is_read_from_a_phrase(text: str, amount: float, unit: str) -> None:
    found = quantity(text)
    assert found is not None
    assert (found.amount, found.unit) == (amount, unit)


@pytest.mark.parametrize("text", ["", "the harbour", "a committee", "Mirela Stanhope"])
def test_a_phrase_without_a_figure_has_no_quantity(text: str) -> None:
    assert quantity(text) is None


@given(st.integers(0, 10**12))
def test_a_number_reads_as_itself_however_it_is_grouped(number: int) -> None:
    for written in (f"{number}", f"{number:,}", f"{number:,}".replace(",", "'")):
        found = quantity(f"{written} boats")
        assert found is not None
        assert found.amount == number


@given(st.integers(0, 10**10))
def test_what_is_written_in_figures_reads_back(number: int) -> None:
    found = quantity(in_figures(Decimal(number)))
    assert found is not None
    assert found.amount == number


@given(st.text(max_size=60))
def test_any_text_can_be_asked_for_a_quantity(text: str) -> None:
    quantity(text)
    assert same(text, text)


def test_amounts_in_words() -> None:
    assert in_words(Decimal(2)) == "two"
    assert in_words(Decimal(83)) == "83"
    assert in_figures(Decimal(3_400_000)) == "3.4 million"
    assert scaled(Decimal(400_000), Decimal(51_600_000)) == "400,000"


@pytest.mark.parametrize(
    ("one", "other", "kind", "equal"),
    [
        ("1,126", "1126", "number", True),
        ("Thirty-seven", "37", "number", True),
        ("27", "37", "number", False),
        ("EUR 1 million", "CHF 1 million", "money", False),
        ("CHF 1.2 million", "1.2 million francs", "money", True),
        ("Mr J. Doe", "John Doe", "person", True),
        ("Ambassador Doe", "John Doe", "person", True),
        ("Jane Doe", "John Doe", "person", False),
        ("J. A. Doe", "John Doe", "person", True),
        ("the port of Elsinmere", "Elsinmere", "place", True),
        ("Elsinmere", "Castelmoor", "place", False),
    ],
)
def test_equal_values_written_differently(one: str, other: str, kind: str, equal: bool) -> None:
    assert same(one, other, kind) is equal
    assert same(other, one, kind) is equal
