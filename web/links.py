"""Which addresses a reader may follow."""

from __future__ import annotations

import re
from urllib.parse import urlsplit


def followable(url: str) -> bool:
    """Whether `url` is a plain web address: http or https, a host, no password, no oddities."""
    if not re.fullmatch(r"https?://[^\s<>\"'`\\]+", url) or not url.isascii():
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and not parts.username and not parts.password
    except ValueError:
        return False
