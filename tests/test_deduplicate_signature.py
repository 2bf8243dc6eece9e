"""Signatures: fixed for ever, of one length, and a fair estimate of overlap."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import minhash
from embeddings.deduplicate import signature
from embeddings.types import Release


def test_has_one_length_and_never_changes() -> None:
    packed = signature(Release("a", "", "Herring and cranes in the harbour of Orsk."))
    assert len(packed) == minhash.LENGTH == 137
    # A stored signature must stay readable: change minhash.VERSION with the functions.
    assert packed[:16].hex() == "01a84136873e9838d5dd0e2b0a185164"


@given(st.text(max_size=80))
def test_any_text_has_one(text: str) -> None:
    unpacked = minhash.unpack(minhash.signature(text))
    assert unpacked is not None
    assert unpacked[1].shape == (minhash.SIZE,)


def test_what_is_not_a_signature_is_refused() -> None:
    assert minhash.unpack(b"") is None
    assert minhash.unpack(b"x" * minhash.LENGTH) is None


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_estimates_the_overlap_of_three_word_runs(share: float) -> None:
    shuffled = random.Random(7)
    estimates, exact = [], []
    for _ in range(20):
        words = [f"w{shuffled.randrange(10**9)}" for _ in range(600)]
        cut = int(300 * share)
        a, b = words[:300], words[300 - cut : 600 - cut]
        runs = [set(zip(t, t[1:], t[2:], strict=False)) for t in (a, b)]
        exact.append(len(runs[0] & runs[1]) / len(runs[0] | runs[1]))
        one, other = (minhash.unpack(minhash.signature(" ".join(t))) for t in (a, b))
        assert one is not None
        assert other is not None
        estimates.append(float((one[1] == other[1]).mean()))
    assert sum(estimates) / 20 == pytest.approx(sum(exact) / 20, abs=0.05)
