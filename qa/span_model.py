"""The trained reader: a small BERT that marks the words of a passage that answer a question.

    SpanModel.load()                            the weights that ship, int8, made by training/
    model.mark(question, [Context(header, text)])  one `Marks` each

The head is BERT's for question answering (Devlin et al., 2019): one score a token for starting and
one for ending the answer, the first token standing for "no answer here" (Rajpurkar et al., 2018).
`qa/weights/README.md` says what it was trained on and what it reaches.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelError
from embeddings.unpadded import over_threads
from qa.wording import in_words

if TYPE_CHECKING:
    import torch
    from tokenizers import Encoding, Tokenizer
    from torch import Tensor

    # (token ids of each text, where its second part begins) -> states of runs of texts of a length
    States = Callable[[Sequence[Sequence[int]], Sequence[int]], list[Tensor]]

Floats = NDArray[np.float32]

WEIGHTS = Path(__file__).parent / "weights" / "reader.safetensors"
LENGTH = 384  # tokens of question and page together; what is beyond is not read
ANSWER = 24  # tokens of an answer at most
_BATCH = 2  # contexts that one core reads at a time, where there are enough for all cores
_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Context:
    """What is read at once: a passage, and the header that tells whose it is (see `header`)."""

    header: str
    text: str


@dataclass(frozen=True, slots=True)
class Marks:
    """The scores of one context.

    `starts` and `ends` (n,) are the character offsets of its n tokens in `Context.text`; `first`
    and `last` (n,) the scores of beginning and ending the answer there; `none` of no answer. `top`
    is the margin of the likeliest answer in it all (see `best`).
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    first: Floats
    last: Floats
    none: float
    top: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "top", self.best()[2])

    def best(self, start: int = 0, end: int | None = None) -> tuple[int, int, float]:
        """The likeliest answer within the characters start..end: its offsets and its margin.

        The margin is its score less that of "no answer"; minus infinity where no token stands.
        """
        inside = self._inside(start, len(self.starts) and self.ends[-1] if end is None else end)
        if len(inside) == 0:
            return start, start, -math.inf
        at, to, score = _likeliest(self.first[inside], self.last[inside])
        low, high = inside[at], inside[to]
        return int(self.starts[low]), int(self.ends[high]), score - self.none

    def margin(self, start: int, end: int) -> float:
        """The best margin of an answer that shares a token with the characters start..end."""
        inside = self._inside(start, end)
        if len(inside) == 0:
            return -math.inf
        low, high = int(inside[0]), int(inside[-1])
        first = self.first[max(0, high - ANSWER + 1) : high + 1]
        last = self.last[low : low + ANSWER]
        begin = max(0, high - ANSWER + 1)
        table = first[:, None] + last[None, :]
        gap = (low + np.arange(len(last)))[None, :] - (begin + np.arange(len(first)))[:, None]
        table = np.where((gap >= 0) & (gap < ANSWER), table, -np.inf)
        return float(table.max()) - self.none

    def exactly(self, start: int, end: int) -> float:
        """The margin of the answer that is the tokens sharing the characters start..end."""
        inside = self._inside(start, end)
        if len(inside) == 0:
            return -math.inf
        return float(self.first[inside[0]] + self.last[inside[-1]]) - self.none

    def _inside(self, start: int, end: int) -> NDArray[np.int64]:
        return np.flatnonzero((self.starts < end) & (self.ends > start))


def _likeliest(first: Floats, last: Floats) -> tuple[int, int, float]:
    """The best (start, end) of at most `ANSWER` tokens, and the sum of their scores."""
    table = np.where(_possible(len(first)), first[:, None] + last[None, :], -np.inf)
    at, to = np.unravel_index(int(np.argmax(table)), table.shape)
    return int(at), int(to), float(table[at, to])


@lru_cache(maxsize=64)
def _possible(n: int) -> NDArray[np.bool_]:
    """Which (start, end) of n tokens are an answer of 1 to `ANSWER` tokens, shape (n, n)."""
    return np.triu(np.tril(np.ones((n, n), bool), ANSWER - 1))


class SpanModel:
    """The reader's weights, ready to run. One instance may be used by several threads.

    `threads` is on how many cores it reads, each of them a context of its own.
    """

    def __init__(self, states: States, head: Floats, bias: Floats, tokenizer: Tokenizer) -> None:
        """Of the parts: what gives the tokens' states, the head (2, size) and its bias (2,)."""
        import torch

        self._states = states
        self._head = head
        self._bias = bias
        self._tokenizer = tokenizer
        self.threads = torch.get_num_threads()

    @classmethod
    def load(cls, weights: Path = WEIGHTS) -> SpanModel:
        """The model at that path, loaded once a process.

        Raises:
            ModelError: the weights or the packaged tokenizer cannot be read.
        """
        with _loading:
            return _loaded(weights)

    def mark(self, question: str, contexts: Sequence[Context]) -> list[Marks]:
        """Score every token of each context as the first and the last of the answer."""
        encoded = self._tokenizer.encode_batch(
            [(question[:1000], context.header + context.text) for context in contexts]
        )
        order = sorted(range(len(encoded)), key=lambda i: -len(encoded[i].ids))
        size = max(1, min(_BATCH, len(order) // self.threads))
        batches = [order[at : at + size] for at in range(0, len(order), size)]
        found = over_threads(
            self.threads, lambda batch: self._scores([encoded[i] for i in batch]), batches
        )
        marks: dict[int, Marks] = {}
        for batch, scored in zip(batches, found, strict=True):
            for i, scores in zip(batch, scored, strict=True):
                marks[i] = _marks(encoded[i], scores, len(contexts[i].header))
        return [marks[i] for i in range(len(contexts))]

    def _scores(self, encoded: Sequence[Encoding]) -> list[Floats]:
        """Of each text the scores of its tokens, shape (tokens, 2)."""
        seconds = [one.type_ids.index(1) if 1 in one.type_ids else len(one) for one in encoded]
        rows = [one.ids for one in encoded]
        return [
            row @ self._head.T + self._bias
            for run in self._states(rows, seconds)
            for row in run.float().numpy()
        ]


def _marks(encoded: Encoding, scores: Floats, skip: int) -> Marks:
    """The scores of the text's own tokens, its header's `skip` characters left out."""
    offsets = np.array(encoded.offsets, dtype=np.int64).reshape(-1, 2)
    kept = np.array(
        [i for i, part in enumerate(encoded.sequence_ids) if part == 1 and offsets[i, 0] >= skip],
        dtype=np.int64,
    )
    none = float(scores[0].sum())
    return Marks(
        offsets[kept, 0] - skip, offsets[kept, 1] - skip, scores[kept, 0], scores[kept, 1], none
    )


def header(title: str, date: dt.date | None) -> str:
    """What stands before a passage when it is read: its release's title and day of issue."""
    day = f" ({in_words(date)})" if date else ""
    return f"{title}{day}\n"


@cache
def _loaded(weights: Path) -> SpanModel:
    import torch
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    from embeddings.embed import packaged_model, preferred_precision
    from embeddings.packed import PackedBert

    folder = Path(packaged_model())
    try:
        state = unpacked(load_file(weights))
        head, bias = state.pop("qa_outputs.weight"), state.pop("qa_outputs.bias")
        weights_of = {name.removeprefix("bert."): torch.from_numpy(v) for name, v in state.items()}
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # safetensors, torch and tokenizers raise kinds of their own
        raise ModelError(
            f"The reader's weights cannot be read ({type(error).__name__}). "
            "Install Dateline again: pip install --force-reinstall dateline-archive"
        ) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(LENGTH, strategy="only_second")
    precision = getattr(torch, preferred_precision())
    states: States
    if PackedBert.runs(precision):
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        heads, epsilon = config["num_attention_heads"], config["layer_norm_eps"]
        states = PackedBert(weights_of, heads, epsilon, precision).hidden
    else:
        states = _plain(folder, weights_of, precision)
    return SpanModel(states, head, bias, tokenizer)


def _plain(folder: Path, state: dict[str, Tensor], precision: torch.dtype) -> States:
    """The states by transformers' own model, where torch lacks the faster way; one text a time."""
    import torch
    from transformers import AutoConfig, BertModel

    # With heads this small plain attention is faster than the fused kernel on a CPU.
    config = AutoConfig.from_pretrained(folder, attn_implementation="eager")
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(state)
    model.to(precision).eval()  # type: ignore[arg-type]

    def states(rows: Sequence[Sequence[int]], seconds: Sequence[int]) -> list[Tensor]:
        found = []
        for row, second in zip(rows, seconds, strict=True):
            kinds = torch.tensor([[int(place >= second) for place in range(len(row))]])
            with torch.inference_mode():
                made = model(torch.tensor([row]), token_type_ids=kinds)
            found.append(made.last_hidden_state)
        return found

    return states


_SCALE = ".scale"


def packed(state: dict[str, Floats]) -> dict[str, NDArray[Any]]:
    """Weights as they ship: matrices as int8 with one float16 scale a row, the rest float16."""
    made: dict[str, NDArray[Any]] = {}
    for name, values in state.items():
        if values.ndim != 2:
            made[name] = values.astype(np.float16)
            continue
        scale = np.maximum(np.abs(values).max(axis=1, keepdims=True) / 127, 2.0**-20)
        scale = scale.astype(np.float16).astype(np.float32)
        made[name] = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
        made[name + _SCALE] = scale.astype(np.float16)
    return made


def unpacked(stored: dict[str, NDArray[Any]]) -> dict[str, Floats]:
    """The float32 weights of `packed` ones."""
    made = {}
    for name, values in stored.items():
        if name.endswith(_SCALE):
            continue
        plain = values.astype(np.float32)
        scale = stored.get(name + _SCALE)
        made[name] = plain if scale is None else plain * scale.astype(np.float32)
    return made
