"""Vectors made without sentence-transformers' own path are the vectors that path makes."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings import embed
from embeddings.embedding import PROBES
from embeddings.library import Library
from embeddings.packed import PackedBert
from embeddings.questions import QuestionEncoder

pytestmark = pytest.mark.model

_WORDS = re.split(
    " ",
    "harbour tide pilot ferry beacon council lantern pier buoy auditor Kestrel-on-Sea 1998 "
    "£4.2m vote Ünal naïve 灯台 unloading, (draft) re-elected — “quay” dredging\n\n e-mail",
)


def sentences(count: int) -> list[str]:
    """Texts of 0 to 280 words, so that one is cut off; a few alike, a few odd."""
    rng = random.Random(5)
    made = [" ".join(rng.choices(_WORDS, k=rng.randrange(50))) for _ in range(count)]
    return [*made, *made[:3], "", "  a ferry \t", "tide " * 280, "[SEP] [CLS] [PAD]"]


@pytest.fixture(scope="module")
def loaded() -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(embed.packaged_model(), device="cpu", local_files_only=True)


def unit(vectors: Any) -> Any:
    vectors = np.asarray(vectors, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize(("precision", "least"), [("float32", 0.999999), ("bfloat16", 0.9998)])
def test_vectors_are_those_of_sentence_transformers(precision: str, least: float) -> None:
    from sentence_transformers import SentenceTransformer

    texts = sentences(16)
    encoder = embed.load_encoder(precision=precision)
    made = encoder.encode(texts)
    plain = SentenceTransformer(embed.packaged_model(), device="cpu", local_files_only=True)
    wanted = unit(plain.to(getattr(__import__("torch"), precision)).encode(texts))
    cosines = (made * wanted).sum(axis=1)
    assert cosines.min() > least
    assert cosines.mean() > 0.9999
    np.testing.assert_allclose(encoder.encode_queries(texts[:9]), made[:9], atol=2e-2)


def test_nothing_else_decides_a_vector(loaded: Any) -> None:
    """Neither the company of a text, nor the order, nor the number of threads."""
    import torch

    encoder = embed.SentenceEncoder("", loaded, "float32")
    texts = sentences(12)
    together = encoder.encode(texts)
    backwards = encoder.encode(texts[::-1])[::-1]
    np.testing.assert_allclose(together, backwards, atol=1e-5)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        spread = embed.SentenceEncoder("", loaded, "float32")
        np.testing.assert_allclose(spread.encode(texts), together, atol=1e-5)
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("few", [1, 3])
def test_few_texts_have_the_states_that_they_have_among_many(few: int) -> None:
    """Few are filled up to where attention is fastest, which no token may notice."""
    import torch

    rng = random.Random(3)
    state = _variant().children().__next__().model.state_dict()
    bert = PackedBert(state, 2, 1e-12, torch.float32)
    texts = [[rng.randrange(1000, 20000) for _ in range(length)] for length in (*range(1, 40), 39)]
    middles = [len(text) // 2 for text in texts]
    many = [row for run in bert.hidden(texts, middles) for row in run]
    for at in range(0, len(texts), few):
        made = bert.hidden(texts[at : at + few], middles[at : at + few])
        for row, wanted in zip((row for run in made for row in run), many[at:], strict=False):
            np.testing.assert_allclose(row.numpy(), wanted.numpy(), atol=1e-5)


def test_every_text_is_counted_once() -> None:
    steps: list[int] = []
    texts = sentences(80)
    embed.SentenceEncoder("", _variant(), "float32").encode(texts, steps.append)
    assert sum(steps) == len(texts)
    assert len(steps) > 1


def _variant(**changes: Any) -> Any:
    """A tiny model of random weights, BERT or not, with these settings."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel

    torch.manual_seed(7)
    part = Transformer(embed.packaged_model(), max_seq_length=changes.get("length", 40))
    part.model = BertModel(
        BertConfig(
            hidden_size=32, num_hidden_layers=2, num_attention_heads=changes.get("heads", 2),
            intermediate_size=48, hidden_act=changes.get("act", "gelu"),
        )
    ).eval()  # fmt: skip
    pooling = Pooling(32, changes.get("pooling", "mean"))
    model = SentenceTransformer(modules=[part, pooling, Normalize()], device="cpu")
    model.prompts = changes.get("prompts", {})
    return model


@pytest.mark.parametrize(
    "changes",
    [
        {"pooling": "cls", "heads": 4},
        {"pooling": "max"},  # from here on, what only sentence-transformers itself runs
        {"act": "relu"},
        {"pooling": ("mean", "max")},
    ],
    ids=str,
)
def test_any_model_gives_its_own_vectors(changes: dict[str, Any]) -> None:
    texts = sentences(30)
    wanted = unit(_variant(**changes).encode(texts))
    made = embed.SentenceEncoder("", _variant(**changes), "float32").encode(texts)
    np.testing.assert_allclose(made, wanted, atol=1e-5)


def test_prompts_stand_before_texts() -> None:
    prompts = {"query": "asked: ", "passage": "told: "}
    encoder = embed.SentenceEncoder("", _variant(prompts=prompts), "float32")
    plain = _variant(prompts=prompts)
    texts = sentences(12)
    np.testing.assert_allclose(encoder.encode(texts), unit(plain.encode_document(texts)), atol=1e-5)
    np.testing.assert_allclose(
        encoder.encode_queries(texts), unit(plain.encode_query(texts)), atol=1e-5
    )
    assert np.abs(encoder.encode(texts) - encoder.encode_queries(texts)).max() > 0.01


def test_the_packed_layers_keep_the_two_parts_of_a_pair_apart(loaded: Any) -> None:
    import torch

    model = loaded[0].model.float()
    texts = [[101, 2003, 1996, 102, 3007, 102], [101, 2003, 102, 3007, 3008, 3009, 3010, 102]]
    packed = PackedBert.of(model, torch.float32)
    assert packed is not None
    found = packed.hidden(texts, seconds=[4, 3])
    for states, text, second in zip(found, texts, [4, 3], strict=True):
        kinds = [[int(i >= second) for i in range(len(text))]]
        with torch.inference_mode():
            wanted = model(
                input_ids=torch.tensor([text]), token_type_ids=torch.tensor(kinds)
            ).last_hidden_state
        np.testing.assert_allclose(states.numpy(), wanted.numpy(), atol=2e-4)


# --- questions without torch ----------------------------------------------------------------


def test_questions_have_the_vectors_of_the_model(loaded: Any) -> None:
    texts = ["Who chairs the pier board?", "", *sentences(4)[:5]]
    made = QuestionEncoder.packaged().encode_queries(texts)
    np.testing.assert_allclose(made, unit(loaded.float().encode(texts)), atol=2e-5)
    assert QuestionEncoder.packaged().encode_queries([]).shape == (0, 384)


def test_asking_a_library_loads_no_torch(tmp_path: Path) -> None:
    import subprocess
    import sys

    with Library.open(tmp_path / "library", create=True) as library:
        notice = tmp_path / "notice.md"
        notice.write_text("---\ntitle: Ferry\ndate: 2020-01-02\n---\n\nThe ferry leaves at noon.\n")
        library.add(notice)
        full = library.encoder().encode_queries(PROBES)
    script = (
        "import sys; from embeddings import Library; import numpy as np\n"
        f"library = Library.open({str(tmp_path / 'library')!r})\n"
        f"made = library.encode_queries({PROBES!r})\n"
        "assert np.array_equal(made[:1], library.encode_queries([*{0!r}][:1]))\n".format(PROBES)
        + "assert 'torch' not in sys.modules\n"
        "print(made.tolist())"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    quick = np.array(eval(told.stdout))
    assert (quick * full).sum(axis=1).min() > 0.999
