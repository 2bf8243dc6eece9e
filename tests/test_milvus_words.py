"""The words of a published library: the same scores as SQLite's own, and addresses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fakes import write_archive, write_release
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.errors import LibraryNotFound
from embeddings.library import Library
from embeddings.milvus_client import Address, is_address
from embeddings.milvus_words import DIMENSIONS, Statistics, Tokens, dimension_of, term_number

_WORDS = ("ferry", "ferries", "repaired buoys", "Tide Board", "pier", "Café", "naïve", "x_y", "the")


@pytest.fixture
def stocked(library: Library, tmp_path: Path) -> Library:
    write_archive(tmp_path / "in", 20)
    for name, text in (
        ("odd", "Ferry-boats, ferries & the FERRY: a_b c. Cafés (naïvely) reopened; x_y z."),
        ("plain", "the the the the ferry the"),
        ("signs", "— … ¿? ½ ² № ™"),
    ):
        write_release(tmp_path / "in", f"{name}.md", title=f"Notice {name}", text=text)
    library.add(tmp_path / "in")
    return library


class Weights:
    """Each passage's weights by term number, as they would be published."""

    def __init__(self, of: dict[int, dict[int, float]]) -> None:
        self.of = of


@pytest.fixture
def weights(stocked: Library) -> Weights:
    tokens, statistics = Tokens(), Statistics()
    with stocked._store.reading() as connection:
        rows = connection.execute(
            "SELECT id, title, body, source, issued FROM passage_words ORDER BY id"
        ).fetchall()
    counted = tokens.count([(row[1], row[2], row[3], row[4]) for row in rows])
    for at in range(0, len(counted), 3):  # in portions, as it is done
        statistics.add(counted[at : at + 3])
    return Weights(
        {row[0]: statistics.weights(one) for row, one in zip(rows, counted, strict=True)}
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    terms=st.lists(st.sampled_from(_WORDS) | st.text("abcdefghi ferry_-é²", max_size=8), max_size=4)
)
def test_the_sum_of_weights_is_bm25(stocked: Library, weights: Weights, terms: list[str]) -> None:
    tokens = Tokens()
    if any(len(tokens.stems(term)) > 2 for term in terms):
        return  # such a phrase counts as its pairs
    asked = tokens.query(terms)
    scores = {
        passage: sum(times * held.get(number, 0.0) for number, times in asked.items())
        for passage, held in weights.of.items()
    }
    ids, expected = stocked.lexical(terms, 1000)
    assert set(ids.tolist()) == {passage for passage, score in scores.items() if score}
    # Words in more than half of all passages score about a millionth: not compared.
    np.testing.assert_allclose([scores[i] for i in ids.tolist()], expected, rtol=1e-5, atol=1e-5)


@given(st.lists(st.text(max_size=6), min_size=1, max_size=3))
def test_dimensions_are_those_that_milvus_takes(stems: list[str]) -> None:
    number = term_number(*stems)
    assert -(2**63) <= number < 2**63
    assert 0 <= dimension_of(number) < DIMENSIONS


@pytest.mark.parametrize(
    ("text", "uri", "name"),
    [
        ("milvus+http://127.0.0.1:19530/press", "http://127.0.0.1:19530", "press"),
        ("milvus+https://db.example/press_1/", "https://db.example", "press_1"),
        ("milvus+lite:///srv/a b/engine.db/press", "/srv/a b/engine.db", "press"),
        ("milvus+lite://engine.db/press", "engine.db", "press"),
    ],
)
def test_addresses_are_understood(text: str, uri: str, name: str) -> None:
    assert is_address(text)
    assert Address.parse(text) == Address(uri, name)


@pytest.mark.parametrize(
    "text",
    [
        "milvus+http://127.0.0.1:19530/",
        "milvus+http://127.0.0.1:19530",
        "milvus+http://host/a/b",
        "milvus+http://host/a-b",
        'milvus+http://host/a"b',
        "milvus+http://host/1a",
        "milvus+lite:///folder/press",
        "milvus+ftp://host/press",
    ],
)
def test_what_is_no_address_is_said_to_be_none(text: str) -> None:
    with pytest.raises(LibraryNotFound, match="milvus\\+http"):
        Library.open(text)


def test_without_the_packages_the_command_that_installs_them_is_named() -> None:
    program = (
        "import sys; sys.modules['pymilvus'] = None\n"
        "from dateline.main import main\n"
        "sys.exit(main(['status', '--library', 'milvus+http://127.0.0.1:1/press']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
    )
    assert done.returncode == 1
    assert "dateline-archive[milvus]" in done.stderr
