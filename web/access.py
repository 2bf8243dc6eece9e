"""Who may use the server: everybody on this machine, or who knows the password."""

from __future__ import annotations

import base64
import binascii
import hmac
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import Scope

from embeddings.errors import InputError
from web.quota import RequestError

_SHORTEST = 8  # characters of a password


def read_password(path: Path) -> str:
    """The first line of a file. Raises InputError when it cannot be read or is too short."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError(f"The password file {path} cannot be read.") from None
    password = lines[0].strip() if lines else ""
    if len(password) < _SHORTEST:
        raise InputError(f"The password in {path} must have at least {_SHORTEST} characters.")
    return password


def check(scope: Scope, password: str) -> None:
    """Let a request with the password pass (HTTP basic authentication, any user name).

    Raises RequestError with status 401 for any other request.
    """
    kind, _, value = Headers(scope=scope).get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(value, validate=True) if kind.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        given = b""
    _, _, word = given.partition(b":")
    if not hmac.compare_digest(word, password.encode()):
        raise RequestError(401, "This server asks for a password.")
