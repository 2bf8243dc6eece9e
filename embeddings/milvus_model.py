"""The embedding model of a published library: loading it, and refusing any other."""

from __future__ import annotations

import threading

import numpy as np

from embeddings.embed import Encoder, load_encoder
from embeddings.errors import ModelMismatch
from embeddings.milvus_build import Build

_PROBE_COSINE = 0.99  # as in `embeddings.embedding`


class PublishedModel:
    """Holds the encoder of one open publication. Safe to use from several threads."""

    def __init__(self, wanted: str = "", given: Encoder | None = None) -> None:
        """`wanted` is a folder or name to load instead of the published one's name."""
        self._wanted, self._given = wanted, given
        self._encoder: Encoder | None = None
        self._guard = threading.Lock()

    def encoder(self, build: Build) -> Encoder:
        """The encoder that made a build's vectors, loaded on first use.

        Raises:
            ModelError: it cannot be loaded.
            ModelMismatch: what there is makes other vectors.
        """
        with self._guard:
            if self._encoder is None or self._encoder.fingerprint != build.model["fingerprint"]:
                self._encoder = self._load(build)
            return self._encoder

    def _load(self, build: Build) -> Encoder:
        model = build.model
        found = self._given or load_encoder(
            self._wanted or model["name"], precision=model["precision"]
        )
        if found.fingerprint != model["fingerprint"]:
            raise ModelMismatch(
                f"The library was built with {model['name']} ({model['precision']}); {found.name} "
                "makes different vectors. Open it without another model."
            )
        if build.probes:
            made = found.encode_queries(list(build.probes))
            stored = np.array(list(build.probes.values()), dtype=np.float32)
            if float((made * stored).sum(axis=1).min()) < _PROBE_COSINE:
                raise ModelMismatch(
                    f"{found.name} makes other vectors here than where the library was built."
                )
        return found
