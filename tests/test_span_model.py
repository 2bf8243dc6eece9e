"""The trained reader: what it marks, by value against brute force, and the weights that ship."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import ModelError
from qa.confidence import sigmoid
from qa.marking import mark
from qa.span_model import ANSWER, WEIGHTS, Context, Marks, SpanModel, header, packed, unpacked

scores = st.floats(-20, 20, width=32)


@st.composite
def marks(draw: st.DrawFn) -> Marks:
    n = draw(st.integers(1, 2 * ANSWER))
    lengths = draw(st.lists(st.integers(1, 9), min_size=n, max_size=n))
    ends = np.cumsum([length + 1 for length in lengths]) - 1
    starts = ends - np.array(lengths)
    first = draw(st.lists(scores, min_size=n, max_size=n))
    last = draw(st.lists(scores, min_size=n, max_size=n))
    return Marks(
        starts, ends, np.array(first, np.float32), np.array(last, np.float32), draw(scores)
    )


def spans(m: Marks) -> list[tuple[int, int]]:
    n = len(m.starts)
    return [(i, j) for i in range(n) for j in range(i, min(n, i + ANSWER))]


@given(marks(), st.integers(0, 60), st.integers(1, 60))
def test_the_best_answer_inside_a_stretch_is_the_best_of_all_there(
    m: Marks, start: int, length: int
) -> None:
    end = start + length
    inside = [
        (i, j) for i, j in spans(m) if m.ends[i] > start and m.starts[j] < end
    ]  # both end tokens touch the stretch, so all between them do
    low, high, margin = m.best(start, end)
    if not inside:
        assert margin == m.exactly(start, end) == -math.inf
        return
    wanted = max(float(m.first[i] + m.last[j]) for i, j in inside) - m.none
    assert margin == pytest.approx(wanted, abs=1e-4)
    i = int(np.flatnonzero(m.starts == low)[0])
    j = int(np.flatnonzero(m.ends == high)[0])
    assert (i, j) in inside
    assert m.exactly(low, high) == pytest.approx(margin, abs=1e-4)
    assert float(m.first[i] + m.last[j]) - m.none == pytest.approx(wanted, abs=1e-4)


@given(marks(), st.integers(0, 60), st.integers(1, 60))
def test_the_margin_of_a_phrase_is_that_of_the_best_answer_that_touches_it(
    m: Marks, start: int, length: int
) -> None:
    end = start + length
    touched = {k for k in range(len(m.starts)) if m.starts[k] < end and m.ends[k] > start}
    margin = m.margin(start, end)
    if not touched:
        assert margin == -math.inf
        return
    reach = [(i, j) for i, j in spans(m) if any(i <= k <= j for k in touched)]
    near = [
        (i, j)
        for i, j in reach
        if i >= max(0, max(touched) - ANSWER + 1) and j < min(touched) + ANSWER
    ]  # answers long enough to reach over the whole phrase count only as far as one answer goes
    wanted = max(float(m.first[i] + m.last[j]) for i, j in near) - m.none
    assert margin == pytest.approx(wanted, abs=1e-4)


@given(
    st.lists(st.lists(st.floats(-4, 4, width=32), min_size=3, max_size=3), min_size=1, max_size=5)
)
def test_packed_weights_come_back_within_half_a_step(rows: list[list[float]]) -> None:
    matrix, bias = np.array(rows, np.float32), np.array(rows[0], np.float32)
    back = unpacked(packed({"layer.weight": matrix, "layer.bias": bias}))
    step = np.abs(matrix).max(axis=1, keepdims=True) / 127
    assert (np.abs(back["layer.weight"] - matrix) <= 0.52 * step + 1e-3).all()
    assert back["layer.bias"] == pytest.approx(bias, abs=2e-3)
    assert set(back) == {"layer.weight", "layer.bias"}


def test_the_weights_are_small_enough_to_ship() -> None:
    assert WEIGHTS.stat().st_size <= 30_000_000


def test_weights_that_cannot_be_read_are_said_to_be_so(tmp_path: Path) -> None:
    broken = tmp_path / "reader.safetensors"
    broken.write_bytes(b"not weights")
    with pytest.raises(ModelError, match="weights cannot be read"):
        SpanModel.load(broken)


TEXT = (
    "The Harbour Board met in Cold Quay on 4 May 2017. Its president, Ivo Berend, opened the "
    "meeting. The board granted 40,000 crowns to the lifeboat station at Fog Point."
)


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who opened the meeting of the Harbour Board?", "Ivo Berend"),
        ("Where did the Harbour Board meet?", "Cold Quay"),
        ("How much did the board grant to the lifeboat station?", "40,000 crowns"),
        ("When did the Harbour Board meet?", "4 May 2017"),
    ],
)
def test_it_marks_the_words_that_answer(question: str, answer: str) -> None:
    context = Context(header("Harbour Board meets", None), TEXT)
    found = SpanModel.load().mark(question, [context])[0]
    start, end, margin = found.best()
    assert answer in TEXT[max(0, start - 8) : end + 8]
    assert TEXT[start:end].strip()
    assert margin > 0
    at = TEXT.index(answer)
    assert found.margin(at, at + len(answer)) == pytest.approx(margin, abs=1e-3)


@pytest.mark.model
def test_a_question_on_something_else_has_a_lower_margin() -> None:
    context = Context("", TEXT)
    model = SpanModel.load()
    asked = model.mark("Who opened the meeting of the Harbour Board?", [context])[0]
    other = model.mark("Who won the football match in Brazil?", [context])[0]
    assert other.best()[2] < asked.best()[2]


@pytest.mark.model
def test_contexts_are_scored_alike_alone_and_together() -> None:
    contexts = [Context("", TEXT), Context("A title\n", "Nothing was decided."), Context("", "")]
    model = SpanModel.load()
    together = model.mark("Where did the board meet?", contexts)
    for context, one in zip(contexts, together, strict=True):
        alone = model.mark("Where did the board meet?", [context])[0]
        assert list(alone.starts) == list(one.starts)
        assert alone.first == pytest.approx(one.first, abs=0.3)  # bfloat16 and padding
    assert together[2].best()[2] == -math.inf


def test_nothing_is_read_where_there_is_nothing() -> None:
    assert mark("Who?", []) == []
    assert sigmoid(-math.inf) < 1e-12
    assert sigmoid(math.inf) > 1 - 1e-12


def test_the_exported_weights_mark_the_same_words(tmp_path: Path) -> None:
    """transformers' own model, from a folder that any of its users can load."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    from training.export_reader import export

    export(tmp_path / "model")
    model = AutoModelForQuestionAnswering.from_pretrained(tmp_path / "model").eval()
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "model")
    question = "Who chaired the Tide Board?"
    text = "The Tide Board met on 3 May. It was chaired by Mira Oduya, who opened the new lock."
    encoded = tokenizer(question, text, return_tensors="pt", return_offsets_mapping=True)
    offsets = encoded.pop("offset_mapping")[0]
    with torch.inference_mode():
        found = model(**encoded)
    second = torch.tensor([part == 1 for part in encoded.sequence_ids(0)])
    first = int(found.start_logits[0].masked_fill(~second, -99).argmax())
    last = int(found.end_logits[0].masked_fill(~second, -99).argmax())
    own = SpanModel.load().mark(question, [Context("", text)])[0]
    low, high, _ = own.best()
    assert text[int(offsets[first][0]) : int(offsets[last][1])] == text[low:high] == "Mira Oduya"
