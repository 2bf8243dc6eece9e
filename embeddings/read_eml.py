"""E-mail (EML) and web archives (MHTML): the part that a person would read, and attachments."""

from __future__ import annotations

import email
import hashlib
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from embeddings.read_decode import decode, tidy
from embeddings.read_files import clean_name
from embeddings.read_html import read_html
from embeddings.read_text import read_text
from embeddings.read_types import Failure, Outcome, UnreadableError
from embeddings.types import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARSED_SUFFIXES = {
    ".pdf", ".docx", ".txt", ".md", ".html", ".htm", ".eml", ".zip", ".csv", ".json", ".jsonl",
    ".gz", ".doc", ".rtf", ".odt",
}  # fmt: skip


def parse_email(data: bytes) -> EmailMessage:
    """The message in `data`. Raises `UnreadableError` when there is none."""
    try:
        message = email.message_from_bytes(data, policy=policy.default)
    except Exception as error:  # the parser trips over some damaged headers
        raise UnreadableError(f"It is a damaged e-mail ({type(error).__name__}).") from None
    if not message.keys():
        raise UnreadableError("It is not an e-mail: it has no headers.")
    return message


def read_eml(message: EmailMessage, data: bytes, path: str) -> Outcome:
    """The body of a message: the HTML part where there is one, otherwise the plain text.

    Subject, date and the sender's name are given as hints.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        document = _body(message, path, sha256)
        hints = {**document.hints, **_hints(message)}
    except UnreadableError as error:
        return Failure(path, str(error), sha256)
    except Exception as error:
        return Failure(path, f"It is a damaged e-mail ({type(error).__name__}).", sha256)
    return Document(
        path=path,
        sha256=sha256,
        format="eml",
        text=document.text,
        blocks=document.blocks,
        hints=hints,
    )


def attachments(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """Name and content of each attached file that may hold a document."""
    for number, part in enumerate(_parts(message), 1):
        try:
            name = clean_name(PurePosixPath(part.get_filename("")).name)
            content = part.get_payload(decode=True)
        except Exception:  # a damaged header: there is no name to read the part by
            continue
        if PurePosixPath(name).suffix.lower() in _PARSED_SUFFIXES and isinstance(content, bytes):
            yield f"{number}-{name}", content


def _body(message: EmailMessage, path: str, sha256: str) -> Document:
    candidates: dict[str, EmailMessage] = {}
    for part in _parts(message):
        if part.get_content_disposition() != "attachment":
            candidates.setdefault(part.get_content_type(), part)
    for kind in ("text/html", "text/plain"):
        chosen = candidates.get(kind)
        content = chosen.get_payload(decode=True) if chosen else None
        if chosen and isinstance(content, bytes):
            text, _ = decode(content, str(chosen.get_content_charset("")))
            document = (read_html if kind == "text/html" else read_text)(text, path, sha256)
            if document.text.strip():
                return document
    raise UnreadableError("The e-mail has no text.")


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Every part that is no container, without recursion."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        payload = part.get_payload() if part.is_multipart() else None
        if isinstance(payload, list):
            waiting.extend(p for p in reversed(payload) if isinstance(p, EmailMessage))
        else:
            yield part


def _hints(message: EmailMessage) -> dict[str, str]:
    hints = {"title": str(message.get("Subject", ""))}
    with suppress(ValueError, TypeError, IndexError):
        hints["date"] = parsedate_to_datetime(str(message.get("Date", ""))).date().isoformat()
    hints["source"] = parseaddr(str(message.get("From", "")))[0]
    hints["url"] = str(
        message.get("Content-Location") or message.get("Snapshot-Content-Location", "")
    )
    tidied = {key: " ".join(tidy(value).split())[:2000] for key, value in hints.items()}
    return {key: value for key, value in tidied.items() if value}
