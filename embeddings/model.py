"""The library's embedding model: which it is, loading it, and refusing any other.

A library records the name, the precision and the fingerprint of the model that made its vectors.
Another model's vectors would be compared all the same and every answer would be wrong, so nothing
is embedded or searched before the fingerprints agree.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from embeddings import embedding
from embeddings.embed import DEFAULT_MODEL, Encoder, load_encoder
from embeddings.errors import ModelMismatch
from embeddings.store import Store


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
