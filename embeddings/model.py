"""The library's embedding model: which it is, loading it, and refusing any other.

A library records the name, the precision and the fingerprint of the model that made its vectors.
Another model's vectors would be compared all the same and every answer would be wrong, so nothing
is embedded or searched before the fingerprints agree.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embeddings import embedding
from embeddings.embed import DEFAULT_MODEL, Encoder, load_encoder
from embeddings.errors import ModelMismatch
from embeddings.questions import QuestionEncoder
from embeddings.store import Store

if TYPE_CHECKING:
    from embeddings.embed import Vectors

_REMEMBERED = 1024  # questions whose vectors are kept: 1.5 MB of MiniLM's


@dataclass(frozen=True, slots=True)
class StoredModel:
    """The model that made the vectors the library searches."""

    id: int
    name: str
    precision: str
    fingerprint: str


class ModelKeeper:
    """Holds the encoder of one open library. Safe to use from several threads."""

    def __init__(self, store: Store, wanted: str = "", encoder: Encoder | None = None) -> None:
        self._store = store
        self._wanted = wanted
        self._given = encoder
        self._encoder: Encoder | None = encoder
        self._probed: set[int] = set()  # models whose probes have been compared
        self._guard = threading.Lock()
        self._questions: QuestionEncoder | None = None
        self._asked: OrderedDict[tuple[str, str], Vectors] = OrderedDict()
        self._asked_guard = threading.Lock()

    def stored(self) -> StoredModel | None:
        """The model in use, or None while nothing has been embedded."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT id, name, precision, fingerprint FROM models"
                " WHERE id = (SELECT value FROM settings WHERE key = 'model')"
            ).fetchone()
        return StoredModel(*row) if row else None

    def check(self) -> None:
        """Refuse at once a model or encoder that was asked for and is not the library's."""
        stored = self.stored()
        if stored is None or (self._given is None and self._wanted in ("", stored.name)):
            return
        self.encoder()

    def encoder(self) -> Encoder:
        """The library's encoder, loaded on first use, and again after a change of model.

        Raises:
            ModelError: it cannot be loaded.
            ModelMismatch: it is not the one the library was built with.
        """
        with self._guard:
            stored = self.stored()
            if stored is None:
                if self._encoder is None:
                    self._encoder = load_encoder(self._wanted or DEFAULT_MODEL)
                return self._encoder
            if self._encoder is None or self._encoder.fingerprint != stored.fingerprint:
                self._encoder = self._load(stored)
            if stored.id not in self._probed:
                with self._store.reading() as connection:
                    embedding.check_probes(connection, stored.id, self._encoder)
                self._probed.add(stored.id)
            return self._encoder

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions to vectors, float32, shape (len(texts), dimension); what was asked is kept.

        Raises:
            ModelError, ModelMismatch: as for `encoder`.
        """
        stored = self.stored()
        model = stored.fingerprint if stored else ""
        keys = [(model, text) for text in texts]
        with self._asked_guard:
            known = {key: self._asked[key] for key in keys if key in self._asked}
        new = [key for key in dict.fromkeys(keys) if key not in known]
        if not new and keys:
            return np.stack([known[key] for key in keys])
        made = self._for_questions(stored).encode_queries([text for _, text in new])
        known.update(zip(new, made, strict=True))
        if stored is not None:
            with self._asked_guard:
                self._asked.update((key, known[key]) for key in new)
                while len(self._asked) > _REMEMBERED:
                    self._asked.popitem(last=False)
        return np.stack([known[key] for key in keys]) if keys else made

    def _for_questions(self, stored: StoredModel | None) -> Encoder | QuestionEncoder:
        """The encoder if it is loaded; else what needs no seconds to load, if it does as well."""
        wanted = self._wanted or DEFAULT_MODEL
        if (
            self._encoder is not None
            or stored is None
            or not stored.name == wanted == DEFAULT_MODEL
        ):
            return self.encoder()
        with self._guard:
            if self._questions is None:
                quick = QuestionEncoder.packaged()
                with self._store.reading() as connection:
                    embedding.check_probes(connection, stored.id, quick)
                self._questions = quick
            return self._questions

    def load(self, name: str = "") -> Encoder:
        """Any model, to re-embed with; the one in use, as it is now, when no name is given."""
        stored = self.stored()
        if name or stored is None:
            return load_encoder(name or self._wanted or DEFAULT_MODEL)
        return load_encoder(stored.name, precision=stored.precision)

    def use(self, encoder: Encoder) -> None:
        """Take another encoder, which the library has just been re-embedded with."""
        with self._guard:
            self._encoder, self._wanted = encoder, ""
            if self._given is not None:
                self._given = encoder

    def _load(self, stored: StoredModel) -> Encoder:
        found = self._given or load_encoder(self._wanted or stored.name, precision=stored.precision)
        if found.fingerprint == stored.fingerprint:
            return found
        if found.name != stored.name:
            raise ModelMismatch(
                f"The library was built with {stored.name} ({stored.precision}); "
                f"{found.name} makes different vectors. Open it without another model, or run: "
                f"dateline reembed --model {found.name}"
            )
        raise ModelMismatch(
            f"{stored.name} ({stored.precision}) is not what it was when the library was built: "
            "its weights or settings have changed. Run: dateline reembed"
        )
