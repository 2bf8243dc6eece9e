"""Questions to vectors with the packaged model, in numpy alone.

Importing torch and sentence-transformers takes seconds, which is most of what `dateline ask` would
take; a question is so short that it needs neither. The arithmetic is BERT's (Devlin et al., "BERT:
Pre-training of Deep Bidirectional Transformers for Language Understanding", 2019) in float32, so
the vectors are those of the model at that precision.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.embed import DEFAULT_MODEL, packaged_model

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    from embeddings.embed import Vectors

    Floats = NDArray[np.float32]


class QuestionEncoder:
    """The packaged model for short texts. Safe to use from several threads."""

    name = DEFAULT_MODEL

    def __init__(self, folder: Path) -> None:
        """Read the model's folder, of which only the weights that are used stay in memory."""
        from safetensors.numpy import load_file
        from threadpoolctl import ThreadpoolController
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        length = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        self._weights: dict[str, Floats] = _laid_out(load_file(folder / "model.safetensors"))
        self._heads, self._epsilon = config["num_attention_heads"], config["layer_norm_eps"]
        self._layers = range(config["num_hidden_layers"])
        self.dimension = int(config["hidden_size"])
        # Of several threads each would do microseconds of work and then wait for the others.
        self._blas = ThreadpoolController().select(user_api="blas")
        self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(length["max_seq_length"])

    @classmethod
    def packaged(cls) -> QuestionEncoder:
        """The packaged default model, its weights checked.

        Raises:
            ModelError: it is not installed, or is damaged.
        """
        return cls(Path(packaged_model()))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to vectors, float32, shape (len(texts), dimension), rows of unit length."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        with self._blas.limit(limits=1):
            for i, text in enumerate(texts):
                mean = self._hidden(self._tokenizer.encode(text).ids).mean(axis=0)
                vectors[i] = mean / np.linalg.norm(mean)
        return vectors

    def _hidden(self, ids: list[int]) -> Floats:
        """The last layer's state of each token, shape (len(ids), dimension)."""
        words, places, kinds = (
            self._weights[f"embeddings.{name}_embeddings.weight"]
            for name in ("word", "position", "token_type")
        )
        states = self._norm("embeddings.", words[ids] + places[: len(ids)] + kinds[0])
        for i in self._layers:
            layer = f"encoder.layer.{i}."
            mixed = self._linear(layer + "attention.output.dense", self._attend(layer, states))
            states = self._norm(layer + "attention.output.", states + mixed)
            wide = _gelu(self._linear(layer + "intermediate.dense", states))
            narrow = self._linear(layer + "output.dense", wide)
            states = self._norm(layer + "output.", states + narrow)
        return states

    def _attend(self, layer: str, states: Floats) -> Floats:
        width = self.dimension // self._heads
        parts = self._linear(f"{layer}attention.self", states)
        query, key, value = parts.reshape(len(states), 3, self._heads, width).transpose(1, 2, 0, 3)
        scores = query @ key.swapaxes(1, 2) / np.float32(width**0.5)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        mixed: Floats = (weights @ value).swapaxes(0, 1).reshape(len(states), self.dimension)
        return mixed

    def _linear(self, name: str, states: Floats) -> Floats:
        made: Floats = states @ self._weights[f"{name}.weight"]
        made += self._weights[f"{name}.bias"]
        return made

    def _norm(self, place: str, states: Floats) -> Floats:
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(self._epsilon))
        name = f"{place}LayerNorm"
        made: Floats = centred / spread * self._weights[f"{name}.weight"]
        return made + self._weights[f"{name}.bias"]


def _laid_out(stored: dict[str, Floats]) -> dict[str, Floats]:
    """The weights with each matrix as it is multiplied, the three of an attention as one.

    A question has few rows: most of the time goes into reading the matrices, now in order.
    """
    weights: dict[str, Floats] = {}
    for name, values in stored.items():
        front, part, end = name.partition(".query.")
        if part:
            three = [stored[f"{front}.{one}.{end}"] for one in ("query", "key", "value")]
            name, values = f"{front}.{end}", np.concatenate(three)
        elif ".key." in name or ".value." in name:
            continue
        dense = values.ndim == 2 and name.startswith("encoder.")
        weights[name] = np.ascontiguousarray(values.T) if dense else values
    return weights


def _gelu(x: Floats) -> Floats:
    """Of each x, x times the normal distribution's share below x, to 1e-7.

    The error function is Abramowitz and Stegun's 7.1.26 (Handbook of Mathematical Functions, 1964).
    """
    size = np.abs(x)
    size *= np.float32(0.5**0.5)
    t = size * np.float32(0.3275911)
    t += 1
    np.reciprocal(t, out=t)
    tail = t * np.float32(1.061405429)
    for term in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(term)
        tail *= t
    size *= size
    tail *= np.exp(np.negative(size, out=size), out=size)
    made: Floats = x * np.where(x < 0, tail, 2 - tail)
    made *= np.float32(0.5)
    return made
