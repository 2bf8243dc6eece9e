"""The words of a reply keep to their length, whatever they are made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qa.compose import compose_shared
from qa.types import Citation
from qa.wording import LONGEST, count, fitting, in_words, listed, quoted, words

WORDS = ["harbour", "boats", "12", "of", "the", "–", "“tide”", "[1]", "May"]
texts = st.lists(st.sampled_from(WORDS), max_size=90)


def citation(quote: str, start: int, end: int) -> Citation:
    return Citation(1, "a" * 64, "Title", None, "", "", quote, 0, len(quote), start, end)


@given(texts, st.integers(0, 89), st.integers(1, 60))
def test_a_quotation_is_cut_around_its_answer(parts: list[str], at: int, most: int) -> None:
    if not parts:
        return
    at %= len(parts)
    start = len(" ".join([*parts[:at], ""]))
    quote = " ".join(parts)
    shown = quoted(citation(quote, start, start + len(parts[at])), most)
    inner = shown.removeprefix("“").removesuffix("”")
    inner = inner.removeprefix("… ").removesuffix(" …")
    assert inner in quote
    assert parts[at] in inner
    most = min(most, 40)
    cut = len(parts) > most
    assert words(inner) == (max(1, most - 2) if cut else len(parts))
    assert words(shown) <= (max(3, most) if cut else len(parts))


@given(st.integers(1, 8), st.integers(2, 5), st.integers(0, 79))
def test_a_shared_name_is_shown_in_no_more_words_than_a_reply_has(
    name: int, number: int, at: int
) -> None:
    parts = ["word"] * 80
    parts[at : at + name] = ["Name"] * name
    quote, short = " ".join(parts), " ".join(["Name"] * name)
    start = quote.index("Name")
    one = citation(quote, start, start + len(short))
    reply = compose_shared([replace(one, number=n + 1) for n in range(number)], 0.5)
    assert reply.short == short
    assert words(reply.text) <= LONGEST


@given(st.lists(texts.map(" ".join).filter(bool), max_size=12), texts)
def test_items_are_added_while_they_fit(items: list[str], tail: list[str]) -> None:
    end = " ".join(tail[:20])
    said = fitting("Start:", items, f" {end}")
    assert words(said) <= LONGEST
    assert said.startswith("Start:")
    assert said.endswith(end)
    if words(" ".join(items)) + words(end) < LONGEST // 2:
        assert all(item in said for item in items)


def test_small_words() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b"], "or") == "a or b"
    assert count(1, "release") == "1 release"
    assert count(1200, "release") == "1,200 releases"
    assert in_words(dt.date(2018, 10, 3)) == "3 October 2018"
    assert in_words(None) == "an unknown date"
