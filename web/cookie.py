"""The one cookie: a browser's unguessable name, given only where conversations are kept."""

from __future__ import annotations

import re
import secrets
from http.cookies import CookieError, SimpleCookie

COOKIE = "dateline-conversation"
DAYS = 30
_NAME = re.compile(r"[A-Za-z0-9_-]{43}")


def new_name() -> str:
    """A name for a browser that nobody can guess."""
    return secrets.token_urlsafe(32)


def name_in(cookies: str) -> str:
    """The browser's name in a Cookie header; "" when there is none that this server gave."""
    try:
        morsel = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel is not None and _NAME.fullmatch(morsel.value) else ""


def cookie(name: str) -> bytes:
    """The Set-Cookie header that gives a browser its name; no script and no other site uses it."""
    age = DAYS * 86_400
    return f"{COOKIE}={name}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict".encode()
