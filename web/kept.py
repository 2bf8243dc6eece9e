"""Conversations that outlive the server, where that was asked for (`--keep-conversations FOLDER`).

A browser is known by an unguessable name in a cookie (`web.cookie`). Each conversation is
one JSON file that only the server's user can read, named by the hash of that name; "New" deletes
it, and so do thirty days without a question.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import json
import logging
import os
import secrets
import time
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from embeddings.errors import StorageFailed
from web.cookie import DAYS
from web.session import Turn

log = logging.getLogger("dateline.web")

_LARGEST = 8 << 20  # bytes of one conversation


class Conversations:
    """The folder of kept conversations; see the module's first lines."""

    def __init__(self, folder: Path) -> None:
        """Open the folder, making it if need be. Raises StorageFailed when it cannot be used."""
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            oldest = time.time() - DAYS * 86_400
            for path in folder.glob("*.json"):
                if path.stat().st_mtime < oldest:
                    path.unlink()
        except OSError as error:
            raise StorageFailed(
                f"Conversations cannot be kept in {folder}: {error.strerror or error}."
            ) from error

    def load(self, name: str) -> list[Turn]:
        """The conversation of a browser; empty when there is none that can be read."""
        try:
            with open(self._path(name), "rb") as file:
                stored = json.loads(file.read(_LARGEST))
            return [_revived(Turn, turn) for turn in stored]
        except FileNotFoundError:
            return []
        except (
            OSError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            log.error("conversation unreadable %s", type(error).__name__)
            return []

    def save(self, name: str, turns: Sequence[Turn]) -> None:
        """Keep the conversation of a browser as it stands now; all of it or, on failure, as it was.

        What came nearest to a refusal is shown and not kept as passages.
        """
        light = [
            dataclasses.replace(turn, answer=dataclasses.replace(turn.answer, nearest=()))
            if turn.answer
            else turn
            for turn in turns
        ]
        data = json.dumps([_plain(turn) for turn in light]).encode()
        path = self._path(name)
        new = path.with_suffix(f".{secrets.token_hex(4)}.part")
        try:
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            new.replace(path)
        except OSError as error:  # the answer is shown all the same
            log.error("conversation not kept: %s", error.strerror)
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)

    def forget(self, name: str) -> None:
        """Delete the conversation of a browser."""
        with contextlib.suppress(OSError):
            self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()}.json"


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field of a turn
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _revived(kind: Any, value: Any) -> Any:  # noqa: ANN401 - the type says what it is
    """`value` as what `_plain` made it from. Raises ValueError, TypeError or KeyError."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        return _revived(next(one for one in arguments if one is not type(None)), value)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _revived(hints[name], item) for name, item in value.items()})
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return tuple(_revived(arguments[0], item) for item in value)
        return tuple(_revived(*pair) for pair in zip(arguments, value, strict=True))
    if origin is not None:  # a mapping
        return {key: _revived(arguments[1], item) for key, item in value.items()}
    if kind is dt.date:
        return dt.date.fromisoformat(value)
    if kind is float:
        return float(value)
    if not isinstance(value, kind):
        raise TypeError(f"{kind} expected")
    return value
