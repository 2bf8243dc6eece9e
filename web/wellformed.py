"""Whether the body of a request to Gradio's queue is one that this page or a client could send.

Gradio answers some malformed bodies with a server error. Here they are the sender's error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType

from web.quota import RequestError

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CALL = re.compile(r"/gradio_api/call/([^/]*)")
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # perhaps half a character: a lone surrogate


def check(
    path: str,
    body: bytes,
    functions: Mapping[int, int],
    names: Mapping[str, int] = MappingProxyType({}),
    direct: frozenset[int] = frozenset(),
) -> None:
    """Let a well-formed body pass.

    `functions` gives, for the numbers of the page's functions, how many values each takes, `names`
    the same for those that programs may call by name; `direct` are the functions that do without
    the queue. Given too few values, Gradio would write them, a question perhaps, into the log.
    Raises RequestError for any other body.
    """
    if (called := _CALL.fullmatch(path)) and called.group(1) not in names:
        raise RequestError(404, "There is no function of this name.")
    try:
        value = json.loads(body.decode("utf-8"))
        if _HALF.search(body):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise RequestError(400, "The request is not JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise RequestError(400, "The request is not a JSON object.")
    for name in ("session_hash", "event_id"):
        if value.get(name) is not None and not (
            isinstance(value[name], str) and _NAME.fullmatch(value[name])
        ):
            raise RequestError(400, f"The request's {name} is malformed.")
    number = value.get("fn_index")
    join, run = path.endswith("/queue/join"), path.endswith("/run/predict")
    known = direct if run else functions
    if (join or run) and (type(number) is not int or number not in known):
        raise RequestError(400, "The request names no function of this page.")
    asked = number if isinstance(number, int) else -1
    needed = names[called.group(1)] if called else functions.get(asked, 0)
    given = value.get("data")
    if (called or join or run) and needed > (len(given) if isinstance(given, list) else 0):
        raise RequestError(400, f"The function takes {needed} values.")
