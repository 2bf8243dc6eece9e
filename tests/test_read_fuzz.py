"""Damaged and random files: never an exception, and the counts add up.

`benchmarks/fuzz_inputs.py` does the same with many more inputs and through the guarded process.
"""

from __future__ import annotations

import io
from typing import BinaryIO, cast

import read_samples as samples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.read_stream import StreamReader
from embeddings.read_types import Failure, Limits
from embeddings.types import Document

LIMITS = Limits(file_bytes=1 << 18, container_bytes=1 << 20, expanded_bytes=1 << 22, members=500)
FILES = samples.every_format()


def read(content: bytes, name: str) -> list[Document | Failure]:
    """Read in this process, so that an exception shows; and check what holds for every outcome."""
    begun: list[str] = []

    def begin(path: str) -> bool:
        begun.append(path)
        return True

    file = io.BufferedReader(cast("io.RawIOBase", io.BytesIO(content)))
    outcomes = list(StreamReader(LIMITS, {}, begin).read(cast("BinaryIO", file), name))
    assert [outcome.path for outcome in outcomes] == begun
    assert outcomes or not content.strip()
    for outcome in outcomes:
        if isinstance(outcome, Failure):
            assert outcome.reason.endswith((".", "…")), outcome.reason
            assert "\n" not in outcome.reason
        else:
            assert outcome.text.strip()
            assert "\0" not in outcome.text
            outcome.text.encode()  # no lone surrogate
            for block in outcome.blocks:
                assert outcome.text[block.start : block.end].strip()
            assert all(isinstance(value, str) and value for value in outcome.hints.values())
    return outcomes


@st.composite
def damaged(draw: st.DrawFn) -> tuple[bytes, str]:
    """A valid file of some format with bytes changed, cut out, doubled or put in."""
    name = draw(st.sampled_from(sorted(FILES)))
    content = bytearray(FILES[name])
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.integers(0, 60))
        kind = draw(st.sampled_from(["change", "cut", "double", "insert", "end"]))
        if kind == "change":
            content[start : start + 1] = draw(st.binary(min_size=1, max_size=4))
        elif kind == "cut":
            del content[start : start + length]
        elif kind == "double":
            content[start:start] = content[start : start + length]
        elif kind == "insert":
            content[start:start] = draw(st.binary(max_size=20))
        else:
            del content[max(20, start) :]
    return bytes(content), name


@given(damaged())
@settings(max_examples=250, suppress_health_check=list(HealthCheck))
def test_damaged_files(case: tuple[bytes, str]) -> None:
    read(*case)


@given(st.binary(max_size=600), st.sampled_from([*sorted(FILES), "x", "x.dat", "x.tar.gz"]))
@settings(max_examples=250)
def test_random_bytes_under_any_name(content: bytes, name: str) -> None:
    read(content, name)


JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["title", "text", "lead", "date", "url", "x"]), JSON_VALUES))
@settings(max_examples=100)
def test_records_of_any_shape(record: dict[str, object]) -> None:
    import json

    outcomes = read(json.dumps(record).encode() + b"\n" + json.dumps(record).encode(), "a.jsonl")
    assert [outcome.path for outcome in outcomes] == ["a.jsonl#1", "a.jsonl#2"]


def test_skipped_items_are_left_out_and_the_others_stay() -> None:
    for name, content in FILES.items():
        whole = read(content, name)
        for skip in range(1, len(whole)):
            count = 0

            def begin(path: str, skip: int = skip) -> bool:
                nonlocal count
                count += 1
                return count > skip

            file = io.BufferedReader(cast("io.RawIOBase", io.BytesIO(content)))
            rest = list(StreamReader(LIMITS, {}, begin).read(cast("BinaryIO", file), name))
            assert rest == whole[skip:]
