"""JSON, JSONL and CSV: each record is one document, its columns mapped by name."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TextIO, cast

from embeddings.read_decode import decode, tidy
from embeddings.read_files import read_at_most
from embeddings.read_html import read_html
from embeddings.read_text import read_text
from embeddings.read_types import Failure, Limits, Outcome, UnreadableError
from embeddings.types import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The usual names of columns, the most telling first; compared in lower case, "_" between words.
_NAMES = {
    "title": ("title", "headline", "subject", "name", "heading"),
    "text": (
        "text", "body", "content", "article", "maintext", "full_text", "fulltext", "body_text",
        "content_html", "html", "article_body", "articlebody", "release", "document", "paragraphs",
    ),
    "lead": ("lead", "subtitle", "standfirst", "summary", "abstract", "teaser", "description"),
    "date": (
        "date", "published", "published_at", "publication_date", "date_published", "datepublished",
        "publish_date", "pubdate", "pub_date", "release_date", "issued", "day", "datetime",
        "timestamp", "created", "created_at",
    ),
    "place": ("place", "location", "city", "dateline", "where"),
    "source": (
        "department", "departments", "component", "components", "office", "agency", "ministry",
        "issuer", "organisation", "organization", "publisher", "source", "sources", "author",
    ),
    "topics": (
        "topics", "topic", "tags", "keywords", "subjects", "themes", "categories", "category",
    ),
    "url": ("url", "link", "permalink", "canonical_url", "href", "web_url"),
    "language": ("language", "lang", "locale"),
    "number": ("number", "release_number", "press_release_number", "no", "reference"),
}  # fmt: skip
_MARKUP = re.compile(r"</?(?:p|br|div|a|h[1-6]|ul|li|table|span)\b[^<>]*>", re.IGNORECASE)


class Record(NamedTuple):
    """One record: where it stands, the fingerprint of its source, and its values or the reason."""

    path: str
    sha256: str
    values: dict[str, Any]
    format: str
    reason: str = ""


def read_record(record: Record, columns: Mapping[str, str], limits: Limits) -> Outcome:
    """The document of one record. The lead, if there is one, stands before the text.

    `columns` maps the keys of `Document.hints`, "text" and "lead" to column names, where the usual
    names do not tell.
    """
    if record.reason:
        return Failure(record.path, record.reason, record.sha256)
    named = {re.sub(r"[\s-]+", "_", key.strip().lower()): key for key in record.values}
    found: dict[str, str] = {}
    for key, names in _NAMES.items():
        wanted = (columns[key],) if key in columns else tuple(named.get(name, "") for name in names)
        values = (_plain(record.values.get(name), key) for name in wanted if name)
        found[key] = next((value for value in values if value.strip()), "")
    lead, text = tidy(found.pop("lead")), tidy(found.pop("text"))
    if not lead.strip() and not text.strip():
        present = ", ".join(list(record.values)[:12])[:200]
        reason = f"No column of the record holds its text (it has: {present})."
        return Failure(record.path, reason, record.sha256)
    if lead.strip() and not text.lstrip().startswith(lead.strip()):
        text = f"{lead.strip()}\n{text}" if text.strip() else lead
    if len(text) > limits.text_characters:
        most = f"{limits.text_characters:,}"
        return Failure(record.path, f"Its text is longer than {most} characters.", record.sha256)
    reader = read_html if _MARKUP.search(text) else read_text
    document = reader(text, record.path, record.sha256)
    if not document.text.strip():
        return Failure(record.path, "It holds no visible text.", record.sha256)
    hints = {key: " ".join(tidy(value).split()) for key, value in found.items()}
    return Document(
        path=record.path,
        sha256=record.sha256,
        format=record.format,
        text=document.text,
        blocks=document.blocks,
        hints={key: value for key, value in hints.items() if value},
    )


def jsonl_records(file: BinaryIO, path: str, limits: Limits) -> Iterator[Record]:
    """One record a line, named by its line number. Blank lines are left out."""
    with _as_text(file) as text:
        for number, line in enumerate(_lines(text, limits), 1):
            if not line.strip():
                continue
            place = f"{path}#{number}"
            sha256 = hashlib.sha256(line.strip().encode("utf-8", "surrogatepass")).hexdigest()
            try:
                values = json.loads(line)
            except (ValueError, RecursionError):
                yield Record(place, sha256, {}, "json", "The line is not valid JSON.")
                continue
            yield _record(place, sha256, values)


def json_records(file: BinaryIO, path: str, limits: Limits) -> Iterator[Record]:
    """The objects of a JSON list, named by their position; or the one object of the file.

    A list may also stand inside an object, as in {"articles": [...]}; the longest one is taken.
    """
    data = read_at_most(file, limits.file_bytes)
    text, _ = decode(data)
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        if text.lstrip().startswith("{") and "\n" in text.strip():
            buffered = io.BufferedReader(cast("io.RawIOBase", io.BytesIO(data)))
            yield from jsonl_records(cast("BinaryIO", buffered), path, limits)
            return
        raise UnreadableError("It is not valid JSON.") from None
    if isinstance(values, dict):
        lists = [value for value in values.values() if _is_list_of_objects(value)]
        if not lists:
            yield _record(path, hashlib.sha256(data).hexdigest(), values)
            return
        values = max(lists, key=len)
    if not isinstance(values, list):
        raise UnreadableError("It is JSON, but neither an object nor a list of objects.")
    if not any(isinstance(value, dict) for value in values):
        raise UnreadableError("It is JSON, but a list without objects.")
    for number, value in enumerate(values, 1):
        source = json.dumps(value, sort_keys=True).encode()
        yield _record(f"{path}#{number}", hashlib.sha256(source).hexdigest(), value)


def csv_records(file: BinaryIO, path: str, limits: Limits) -> Iterator[Record]:
    """One record a row below the header, named by the row's number (the header is row 1)."""
    csv.field_size_limit(max(csv.field_size_limit(), limits.record_characters))
    with _as_text(file) as text:
        lines = _lines(text, limits)
        first = next(lines, "")
        counts = {mark: first.count(mark) for mark in "\t;,|"}
        mark = max(counts, key=lambda key: counts[key])
        if not counts[mark]:
            raise UnreadableError("Its first line is no header: it names fewer than two columns.")
        header = [name.strip() for name in next(csv.reader([first], delimiter=mark))]
        rows = csv.reader(lines, delimiter=mark)
        for number in range(2, limits.members + 2):
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                raise UnreadableError(f"It cannot be read on from row {number}: {error}.") from None
            if any(cell.strip() for cell in row):
                source = "\x1f".join(row).encode("utf-8", "surrogatepass")
                sha256 = hashlib.sha256(source).hexdigest()
                values = dict(zip(header, row, strict=False))
                yield Record(f"{path}#{number}", sha256, values, "csv")
    raise UnreadableError(f"Only the first {limits.members:,} rows are read.")


def _record(path: str, sha256: str, values: object) -> Record:
    if isinstance(values, dict):
        return Record(path, sha256, values, "json")
    return Record(path, sha256, {}, "json", "It is JSON, but not an object with named values.")


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value[:10])


@contextmanager
def _as_text(file: BinaryIO) -> Iterator[TextIO]:
    """`file` decoded as a stream, by the encoding that its beginning shows."""
    head = cast("io.BufferedReader", file).peek(1 << 16)
    complete = head[: head.rfind(b"\n") + 1] or head  # do not cut a character in two
    encoding = decode(complete)[1]
    errors = "replace"
    if encoding.startswith("utf-8"):
        encoding, errors = "utf-8-sig", "dateline-stray"
    elif encoding in {"utf-16-le", "utf-16-be"} and head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16"
    text = io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")
    try:
        yield text
    finally:
        text.detach()  # the file is closed by whoever opened it


def _lines(text: TextIO, limits: Limits) -> Iterator[str]:
    """Lines with their ends; raises `UnreadableError` for one that is too long."""
    while line := text.readline(limits.record_characters + 1):
        if len(line) > limits.record_characters:
            most = f"{limits.record_characters:,}"
            raise UnreadableError(f"It cannot be read on: a line is longer than {most} characters.")
        yield line


def _plain(value: object, key: str) -> str:
    """A column's value as text; the items of a list as lines of the text, else joined by "; "."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        value = [value.get("name")]
    if isinstance(value, list):
        items = [item for item in value if isinstance(item, str)]
        return ("\n" if key in {"text", "lead"} else "; ").join(items)
    return ""
