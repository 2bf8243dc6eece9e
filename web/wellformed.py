"""Whether the body of a request to Gradio's queue is one that this page or a client could send.

Gradio answers some malformed bodies with a server error. Here they are the sender's error.
"""

from __future__ import annotations

import json
import re

from web.quota import RequestError

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def check(path: str, body: bytes, functions: frozenset[int]) -> None:
    """Let a well-formed body pass. `functions` are the numbers of the page's functions.

    Raises RequestError for any other body.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise RequestError(400, "The request is not JSON.") from None
    if not isinstance(value, dict):
        raise RequestError(400, "The request is not a JSON object.")
    for name in ("session_hash", "event_id"):
        if value.get(name) is not None and not (
            isinstance(value[name], str) and _NAME.fullmatch(value[name])
        ):
            raise RequestError(400, f"The request's {name} is malformed.")
    number = value.get("fn_index")
    if path.endswith("/queue/join") and (type(number) is not int or number not in functions):
        raise RequestError(400, "The request names no function of this page.")
