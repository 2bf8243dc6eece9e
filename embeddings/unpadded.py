"""Sentence vectors without padding and without sentence-transformers' cost per call.

For a model that is BERT, then a mean (or the first token), then unit length, as most small ones
are: its tokenizer and its weights are used directly. Texts are sorted by length, batched by tokens
and spread over threads, each of which computes alone: the cores never wait for each other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from embeddings.packed import PackedBert

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from embeddings.embed import Vectors

    Tokens = list[int]

Item = TypeVar("Item")
Made = TypeVar("Made")

# A batch of so many tokens keeps what a layer works on in a core's cache.
_BATCH_TOKENS = 2048
_TOKENISED = 256  # texts tokenised at once
_AGREES = 0.999  # cosine to the model's own vectors below which the model is not what it seems
_SAMPLE = ["A short line.", "The harbour board met on 3 May and heard, at length, its auditor."]


class UnpaddedSentences:
    """Encodes with one model. Make one with `of`."""

    def __init__(self, bert: PackedBert, tokenizer: Tokenizer, pooling: str, size: int) -> None:
        import torch

        self._bert = bert
        self._threads = torch.get_num_threads()
        self._tokenizer = tokenizer
        self._pooling = pooling
        self._size = size

    @classmethod
    def of(cls, model: SentenceTransformer, precision: torch.dtype) -> UnpaddedSentences | None:
        """For this model, or None when it has modules or settings that only itself knows.

        Args:
            model: in float32, as it was loaded.
            precision: torch.float32 or torch.bfloat16.
        """
        parts: dict[str, Any] = {type(part).__name__: part for part in model.children()}
        tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
        length = model.max_seq_length
        if list(parts) not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
            return None
        pooling = parts["Pooling"].get_config_dict()
        if (
            tokenizer is None
            or not length
            or model.truncate_dim is not None
            or pooling.get("pooling_mode") not in ("mean", "cls")
            or not pooling.get("include_prompt", True)
        ):
            return None
        bert = PackedBert.of(parts["Transformer"].model, precision)
        if bert is None:
            return None
        own = type(tokenizer).from_str(tokenizer.to_str())  # the model goes on setting up its own
        own.no_padding()
        own.enable_truncation(length, direction=model.tokenizer.truncation_side)
        made = cls(bert, own, pooling["pooling_mode"], int(model.get_embedding_dimension() or 0))
        return made if made._agrees_with(model) else None

    def encode(
        self, texts: Sequence[str], prompt: str, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Vectors of `prompt + text`, float32, shape (len(texts), size), not of unit length."""
        vectors = np.empty((len(texts), self._size), dtype=np.float32)
        guard = threading.Lock()

        def tokenise(part: Sequence[str]) -> list[Tokens]:
            found = self._tokenizer.encode_batch_fast([prompt + text for text in part])
            return [one.ids for one in found]

        def compute(batch: list[int]) -> None:
            vectors[batch] = self._vectors([rows[i] for i in batch])
            if progress is not None:
                with guard:
                    progress(len(batch))

        slices = [texts[at : at + _TOKENISED] for at in range(0, len(texts), _TOKENISED)]
        rows = [row for part in over_threads(self._threads, tokenise, slices) for row in part]
        over_threads(self._threads, compute, list(_batches(rows)))
        return vectors

    def _vectors(self, rows: list[Tokens]) -> Vectors:
        import torch

        found = self._bert.hidden(rows)
        if self._pooling == "cls":
            pooled = [states[:, 0].float() for states in found]
        else:
            pooled = [states.mean(dim=1, dtype=torch.float32) for states in found]
        made: Vectors = torch.cat(pooled).numpy()
        return made

    def _agrees_with(self, model: SentenceTransformer) -> bool:
        own = self.encode(_SAMPLE, "")
        its = np.asarray(model.encode(_SAMPLE, prompt="", show_progress_bar=False))
        lengths = np.linalg.norm(own, axis=1) * np.linalg.norm(its, axis=1)
        return bool(((own * its).sum(axis=1) > _AGREES * lengths).all())


def _batches(rows: list[Tokens]) -> Iterator[list[int]]:
    """Places in `rows`, longest row first, in batches of about as many tokens."""
    batch: list[int] = []
    tokens = 0
    for i in sorted(range(len(rows)), key=lambda i: -len(rows[i])):
        if batch and tokens + len(rows[i]) > _BATCH_TOKENS:
            yield batch
            batch, tokens = [], 0
        batch.append(i)
        tokens += len(rows[i])
    if batch:
        yield batch


def over_threads(threads: int, task: Callable[[Item], Made], items: Sequence[Item]) -> list[Made]:
    """`task` of each item, in order, over so many threads, each of which computes on one core.

    Several threads inside one product would wait for each other at its end, and on a busy machine
    spin there; for a single question that costs many times what it saves.
    """
    import torch

    torch.set_num_threads(1)
    try:
        if threads < 2 or len(items) < 2:
            return [task(item) for item in items]
        with ThreadPoolExecutor(threads, "embed", torch.set_num_threads, (1,)) as pool:
            return list(pool.map(task, items))
    finally:
        torch.set_num_threads(threads)  # later threads begin with what was set last
