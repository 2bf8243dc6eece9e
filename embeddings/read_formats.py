"""The document that the bytes of one file make, by format."""

from __future__ import annotations

import hashlib
import re

from embeddings.read_decode import decode
from embeddings.read_html import read_html
from embeddings.read_text import read_markdown, read_text
from embeddings.read_types import Failure, Limits, Outcome, UnreadableError

_CHARSET = re.compile(
    rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})"
    rb"|<\?xml[^>]{0,200}?encoding=[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)


def read_document(data: bytes, path: str, format: str, limits: Limits) -> Outcome:
    """The one document that `data` holds in the given format, or why it holds none."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        if format == "pdf":
            from embeddings.read_pdf import read_pdf

            document = read_pdf(data, path, sha256)
        elif format == "docx":
            from embeddings.read_docx import read_docx

            document = read_docx(data, path, sha256, limits)
        else:
            reader = {"html": read_html, "markdown": read_markdown}.get(format, read_text)
            document = reader(original_text(data, format), path, sha256)
    except UnreadableError as error:
        return Failure(path, str(error), sha256)
    except MemoryError:
        return Failure(path, "It needs more memory than it may have.", sha256)
    except Exception as error:  # whatever a parser trips over, the rest goes on
        return Failure(
            path, f"It is damaged: it cannot be parsed ({type(error).__name__}).", sha256
        )
    if not document.text.strip():
        return Failure(path, "It holds no visible text.", sha256)
    if len(document.text) > limits.text_characters:
        most = f"{limits.text_characters:,}"
        return Failure(path, f"Its text is longer than {most} characters.", sha256)
    return document


def original_text(data: bytes, format: str) -> str:
    """The decoded file that `Document.origin` of a text, Markdown or HTML document refers to."""
    return decode(data, declared_charset(data) if format == "html" else "")[0]


def declared_charset(data: bytes) -> str:
    """The encoding that an HTML or XML file states at its beginning, or ""."""
    found = _CHARSET.search(data[:4096])
    return (found[1] or found[2]).decode("ascii") if found else ""
