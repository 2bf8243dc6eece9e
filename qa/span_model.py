"""The trained reader: a small BERT that marks the words of a passage that answer a question.

    SpanModel.load()                            the weights that ship, int8, made by training/
    model.mark(question, [Context(header, text)])  one `Marks` each

The head is BERT's for question answering (Devlin et al., 2019): one score a token for starting and
one for ending the answer, the first token standing for "no answer here" (Rajpurkar et al., 2018).
`qa/weights/README.md` says what it was trained on and what it reaches.
"""

from __future__ import annotations

import datetime as dt
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelError

Floats = NDArray[np.float32]

WEIGHTS = Path(__file__).parent / "weights" / "reader.safetensors"
LENGTH = 320  # tokens of question and page together; what is beyond is not read
ANSWER = 24  # tokens of an answer at most
_BATCH = 16
_loading = threading.Lock()


@dataclass(frozen=True, slots=True)
class Context:
    """What is read at once: a passage, and the header that tells whose it is (see `header`)."""

    header: str
    text: str


@dataclass(frozen=True, slots=True)
class Marks:
    """The scores of one context.

    `starts` and `ends` are the character offsets of its n tokens in `Context.text`; `first` and `last`
    (n,) the scores of beginning and ending the answer there; `none` that nothing answers.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    first: Floats
    last: Floats
    none: float

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

    def _inside(self, start: int, end: int) -> NDArray[np.int64]:
        return np.flatnonzero((self.starts < end) & (self.ends > start))


def _likeliest(first: Floats, last: Floats) -> tuple[int, int, float]:
    """The best (start, end) of at most `ANSWER` tokens, and the sum of their scores."""
    n = len(first)
    table = first[:, None] + last[None, :]
    table = np.where(np.triu(np.tril(np.ones((n, n), bool), ANSWER - 1)), table, -np.inf)
    at, to = np.unravel_index(int(np.argmax(table)), table.shape)
    return int(at), int(to), float(table[at, to])


class SpanModel:
    """The reader's weights, ready to run. One instance may be used by several threads."""

    def __init__(self, model: Callable[..., Any], tokenizer: Callable[..., Any]) -> None:
        self._model = model
        self._tokenizer = tokenizer

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
        import torch

        order = sorted(
            range(len(contexts)), key=lambda i: -len(contexts[i].header + contexts[i].text)
        )
        marks: dict[int, Marks] = {}
        for at in range(0, len(order), _BATCH):
            part = order[at : at + _BATCH]
            encoded = self._tokenizer(
                [question[:1000]] * len(part),
                [contexts[i].header + contexts[i].text for i in part],
                truncation="only_second",
                max_length=LENGTH,
                padding=True,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            offsets = encoded.pop("offset_mapping").numpy()
            with torch.inference_mode():
                scored = self._model(**encoded)
            first = scored.start_logits.float().numpy()
            last = scored.end_logits.float().numpy()
            for row, i in enumerate(part):
                skip = len(contexts[i].header)
                kept = np.array(
                    [
                        place
                        for place, kind in enumerate(encoded.sequence_ids(row))
                        if kind == 1 and offsets[row][place][0] >= skip
                    ],
                    dtype=np.int64,
                )
                marks[i] = Marks(
                    offsets[row][kept, 0] - skip,
                    offsets[row][kept, 1] - skip,
                    first[row][kept],
                    last[row][kept],
                    float(first[row][0] + last[row][0]),
                )
        return [marks[i] for i in range(len(contexts))]


def header(title: str, date: dt.date | None) -> str:
    """What stands before a passage when it is read: its release's title and day of issue."""
    day = f" ({date.day} {date:%B} {date.year})" if date else ""
    return f"{title}{day}\n"


@cache
def _loaded(weights: Path) -> SpanModel:
    import torch
    from safetensors.numpy import load_file
    from transformers import AutoConfig, AutoTokenizer, BertForQuestionAnswering

    from embeddings.embed import packaged_model, preferred_precision

    folder = packaged_model()
    try:
        stored = load_file(weights)
    except Exception as error:  # safetensors raises its own kinds
        raise ModelError(
            f"The reader's weights cannot be read ({type(error).__name__}). "
            "Install Dateline again: pip install --force-reinstall dateline-archive"
        ) from error
    config = AutoConfig.from_pretrained(folder)
    model = BertForQuestionAnswering(config)
    precision = getattr(torch, preferred_precision())
    model.load_state_dict({name: torch.from_numpy(v) for name, v in unpacked(stored).items()})
    return SpanModel(
        model.to(precision).eval(), AutoTokenizer.from_pretrained(folder, local_files_only=True)
    )


_SCALE = ".scale"


def packed(state: dict[str, Floats]) -> dict[str, NDArray[Any]]:
    """Weights as they ship: matrices as int8 with one float16 scale a row, the rest float16."""
    made: dict[str, NDArray[Any]] = {}
    for name, values in state.items():
        if values.ndim != 2:
            made[name] = values.astype(np.float16)
            continue
        scale = np.maximum(np.abs(values).max(axis=1, keepdims=True) / 127, 1e-8)
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
