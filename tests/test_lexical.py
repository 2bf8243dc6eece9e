"""Word search: stemming, ranking by BM25, and that nothing in a question is an operator."""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEncoder, write_release
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.lexical import COLUMN_WEIGHTS, match_expression
from embeddings.library import Library
from embeddings.types import Filters


@pytest.fixture
def stocked(library: Library, tmp_path: Path) -> Library:
    for name, title, text, date in (
        ("a", "Ferry timetable", "Ferries crossed the sound twice a day all winter.", "2020-01-10"),
        ("b", "Lantern repairs", "Keepers repaired the lantern. The ferry waited.", "2020-02-10"),
        ("c", "Café on the pier", "The café beside the lantern opened again.", "2020-03-10"),
        ("d", "Notice", 'It said "NEAR" AND (OR) NOT * in red paint, body: lantern.', "2020-04-10"),
    ):
        write_release(tmp_path / "in", f"{name}.md", title=title, text=text, date=date)
    library.add(tmp_path / "in")
    return library


def found(library: Library, *terms: str, k: int = 10, where: Filters = Filters()) -> list[str]:
    ids, scores = library.lexical(terms, k, where)
    assert len(ids) == len(scores)
    assert all(scores > 0)
    assert sorted(scores, reverse=True) == list(scores)
    releases = [library.release(passage.release_id) for passage in library.passages(ids)]
    return [release.path.removesuffix(".md") for release in releases]


def test_words_are_stemmed_and_ranked(stocked: Library) -> None:
    assert found(stocked, "ferry") == ["a", "b"]  # in title and text before text alone
    assert found(stocked, "repairing")[0] == "b"
    assert set(found(stocked, "lantern", "ferries")) == {"a", "b", "c", "d"}


def test_accents_and_case_do_not_count(stocked: Library) -> None:
    assert found(stocked, "CAFE") == ["c"]


def test_the_date_in_words_is_found(stocked: Library) -> None:
    assert found(stocked, "March 2020") == ["c"]


def test_a_filter_is_applied_before_ranking(stocked: Library) -> None:
    where = Filters(since=dt.date(2020, 3, 1))
    assert found(stocked, "lantern", k=2, where=where) == found(stocked, "lantern", where=where)
    assert set(found(stocked, "lantern", where=where)) == {"c", "d"}


def test_at_most_k_come_back(stocked: Library) -> None:
    assert len(found(stocked, "lantern", k=1)) == 1
    assert found(stocked, "lantern", k=0) == []


@pytest.mark.parametrize("term", ["NOT", "NEAR", "title:", "*", '"', "(", "^", "-", "body : x", ""])
def test_operators_are_words(stocked: Library, term: str) -> None:
    assert set(found(stocked, term)) <= {"d"}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=st.lists(st.text(), max_size=4))
def test_no_text_breaks_the_query(stocked: Library, terms: list[str]) -> None:
    found(stocked, *terms)


@given(st.lists(st.text(), max_size=5))
def test_an_expression_is_only_quoted_words(terms: list[str]) -> None:
    expression = match_expression(terms)
    for phrase in expression.split(" OR ") if expression else []:
        assert phrase[0] == phrase[-1] == '"'
        assert '"' not in phrase[1:-1]


WORDS = ("balok", "demup", "fikat", "gorup", "hemik", "jalop", "kadik", "lomap", "mirok", "nubak")
ODDS = (1.0, 0.9, 0.55, 0.4, 0.3, 0.2, 0.15, 0.1, 0.05, 0.03)  # how likely a passage holds each


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Eighty releases of made-up words that no stemmer changes, some in nearly all of them."""
    folder, draw = tmp_path_factory.mktemp("words"), random.Random(5)
    with Library.open(folder / "library", create=True, encoder=FakeEncoder()) as library:
        for i in range(80):
            held = [word for word, odds in zip(WORDS, ODDS, strict=True) if draw.random() < odds]
            own = [f"x{i}q{j}" for j in range(draw.randint(12, 40))]
            words = own + [word for word in held for _ in range(draw.randint(1, 3))]
            draw.shuffle(words)
            title = f"Notek {i} {draw.choice(WORDS[3:])}"
            write_release(
                folder / "in", f"{i}.md", title=title, text=f"{' '.join(words)}.",
                source=f"Bodik {draw.choice(WORDS[4:7])}",
            )  # fmt: skip
        library.add(folder / "in")
        yield library


def bm25(library: Library, terms: Sequence[str]) -> dict[int, float]:
    """The scores of all passages that hold a term, by the formula of SQLite's documentation."""
    rows: dict[int, list[list[str]]] = {}
    for passage in library.passages(range(1, 500)):
        release = library.release(passage.release_id)
        columns = (release.title, passage.text, release.source, "")
        rows[passage.id] = [re.findall(r"\w+", column.lower()) for column in columns]
    mean = sum(len(column) for row in rows.values() for column in row) / len(rows)
    scores: dict[int, float] = {}
    for term in terms:
        holders = [one for one, row in rows.items() if any(term in column for column in row)]
        weight = math.log((len(rows) - len(holders) + 0.5) / (len(holders) + 0.5))
        for one in holders:
            often = sum(
                share * column.count(term)
                for share, column in zip(COLUMN_WEIGHTS, rows[one], strict=True)
            )
            length = sum(map(len, rows[one])) / mean
            part = often * 2.2 / (often + 1.2 * (0.25 + 0.75 * length))
            scores[one] = scores.get(one, 0.0) + max(weight, 1e-6) * part
    return scores


@pytest.mark.parametrize("k", [1, 10, 500])
@pytest.mark.parametrize(
    "terms",
    [WORDS[6:], WORDS[3:5], WORDS, ("balok", "nubak"), ("balok", "demup"), ("balok",), ("demup",)],
)
def test_scores_are_those_of_bm25(made: Library, terms: tuple[str, ...], k: int) -> None:
    expected = bm25(made, terms)
    ids, scores = made.lexical(terms, k)
    assert len(ids) == min(k, len(expected))
    assert len(set(ids.tolist())) == len(ids)
    best = sorted(expected.values(), reverse=True)[: len(ids)]
    np.testing.assert_allclose(scores, best, rtol=1e-4, atol=1e-5)
    for one, score in zip(ids.tolist(), scores.tolist(), strict=True):
        assert score == pytest.approx(expected[one], rel=1e-4, abs=1e-5)


def test_words_that_most_passages_hold_only_fill_up(made: Library) -> None:
    rare = bm25(made, ["nubak"])
    ids, scores = made.lexical(["balok", "nubak"], 20)
    assert set(ids[: len(rare)].tolist()) == set(rare)
    filled = ids[len(rare) :].tolist()
    assert filled == sorted(set(bm25(made, ["balok"])) - set(rare))[: 20 - len(rare)]
    assert all(scores[: len(rare)] > 0.1)
    assert all(scores[len(rare) :] < 0.1)
    where = Filters(sources=("Bodik hemik",))
    allowed = {release.id for release in made.releases(where)}
    ids, _ = made.lexical(["balok", "nubak"], 500, where)
    assert {passage.release_id for passage in made.passages(ids)} == allowed


def test_what_is_common_is_counted_anew_when_the_library_changes(
    library: Library, tmp_path: Path
) -> None:
    def add(first: int, last: int, word: str) -> None:
        for i in range(first, last):
            text = f"The {word} of pier {i} was painted on day {i * 7} by crew {i * 3}."
            write_release(tmp_path / "in", f"{i}.md", title=f"Note {i}", text=text)
        library.add(tmp_path / "in")

    add(0, 6, "lantern")
    write_release(tmp_path / "in", "buoy.md", title="Buoy", text="A buoy was lost in the storm.")
    library.add(tmp_path / "in")
    ids, scores = library.lexical(["lantern", "buoy"], 20)
    assert sum(scores > 0.1) == 1  # lanterns are in most passages
    add(10, 20, "beacon")
    ids, scores = library.lexical(["lantern", "buoy"], 20)
    assert sum(scores > 0.1) == len(ids) == 7
