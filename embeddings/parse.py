"""From a cleaned body to a release: its title, date, place, issuing bodies and all the rest.

Each value is taken from the first place that has it, in a fixed order of trust, and
`Release.origins` keeps which place that was: "field" (a label names it), "dateline" (it opens the
body), "text" (it stands there without a label), "meta" (the format states it), "path" (the file's
name).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from embeddings.acronyms import find_acronyms
from embeddings.clean_words import label_key
from embeddings.dates import find_dates, parse_date
from embeddings.parse_dateline import Dateline, dateline
from embeddings.parse_language import language_of
from embeddings.parse_names import split_sources, split_topics
from embeddings.people import find_people
from embeddings.types import Body, Document, Release

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

__all__ = ["parse", "release_id"]

_TITLE_LENGTH = 300
_RECORDS = frozenset({"json", "csv"})  # formats in which a column is as good as a labelled field


def parse(document: Document, body: Body) -> Release:
    """The complete release that `body`, cleaned from `document`, holds.

    A value that nothing states stays empty.
    """
    origins: dict[str, str] = {}
    hints = document.hints
    date, opening = _date(document, body, origins)
    title = _title(document, body, origins)
    place = _first(
        origins,
        "place",
        ("field", body.fields.get("place", "")),
        ("dateline", opening.place),
        ("meta", hints.get("place", "")),
    )
    stated = {key: _stated(document, body, origins, key) for key in ("source", "topics")}
    number = _stated(document, body, origins, "number")
    url = _stated(document, body, origins, "url")
    language = language_of(f"{title}\n{body.text}", hints.get("language", ""))
    if language:
        origins["language"] = "text"
    return Release(
        id=release_id(title, date, body.text),
        title=title,
        text=body.text,
        date=date,
        place=_one_line(_without_dates(place)),
        sources=split_sources(stated["source"]),
        topics=split_topics(stated["topics"]),
        url=url if re.match(r"https?://", url) else "",
        path=document.path,
        language=language,
        number=_one_line(number),
        people=find_people(body.text),
        acronyms=find_acronyms(f"{title}\n{body.text}"),
        origins=origins,
        segments=body.segments,
    )


def release_id(title: str, date: dt.date | None, text: str) -> str:
    """The sha256, in hexadecimal, of a release's normalised title, date and text.

    Normalised: Unicode NFKC, white space collapsed, typographic quotes and dashes made plain. The
    same release has the same id whatever file it came from.
    """
    parts = (_normal(title), date.isoformat() if date else "", _normal(text))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


_PLAIN = str.maketrans({**dict.fromkeys("‘’‚′", "'"), **dict.fromkeys("“”„«»″", '"')})


def _normal(text: str) -> str:
    plain = re.sub(r"[‐‑‒–—―]", "-", unicodedata.normalize("NFKC", text)).translate(_PLAIN)
    return " ".join(plain.encode("utf-8", "replace").decode().split())


def _one_line(value: str) -> str:
    return " ".join(value.split()).strip(" ,;")


def _without_dates(place: str) -> str:
    """A place without a date that was written beside it."""
    mentions = find_dates(place)
    return place[: mentions[0].start] if mentions and mentions[0].start else place


def _first(origins: dict[str, str], key: str, *candidates: tuple[str, str]) -> str:
    for origin, value in candidates:
        if value.strip():
            origins[key] = origin
            return value.strip()
    return ""


def _stated(document: Document, body: Body, origins: dict[str, str], key: str) -> str:
    return _first(
        origins,
        key,
        ("field", body.fields.get(key, "")),
        (_hint_origin(document), document.hints.get(key, "")),
    )


def _hint_origin(document: Document) -> str:
    return "field" if document.format in _RECORDS else "meta"


def _day(value: str) -> dt.date | None:
    """The day a field names: the only one, or the first of several."""
    days = [mention.first for mention in find_dates(value) if mention.first == mention.last]
    return parse_date(value) or (days[0] if days else None)


def _date(
    document: Document, body: Body, origins: dict[str, str]
) -> tuple[dt.date | None, Dateline]:
    above = _day(body.fields.get("date", "")) or _day(body.fields.get("place", ""))
    meta = _day(document.hints.get("date", ""))
    name = PurePosixPath(document.path.replace("\\", "/")).name
    path = _day(re.sub(r"[_\s]+", " ", name.rsplit(".", 1)[0]))
    opening = _opening(body.text, above or meta or path)
    closing = body.text.rsplit("\n\n", 1)[-1]  # some releases end in their place and date
    last = parse_date(closing) if len(closing) <= 40 else None
    labelled = "field" if _is_labelled(document.text, body.fields, "date") else "text"
    ranked = [
        (labelled if labelled == "field" else "", above),
        ("field" if _hint_origin(document) == "field" else "", meta),
        ("dateline", opening.date),
        ("text", above),
        ("meta", meta),
        ("text", last),
        ("path", path),
    ]
    for origin, day in ranked:
        if origin and day:
            origins["date"] = origin
            return day, opening
    return None, opening


def _opening(text: str, around: dt.date | None) -> Dateline:
    """The dateline of the first paragraph, or a whole one of the two after it (below a lead)."""
    first, *others = text.split("\n\n", 3)[:3]
    opening = dateline(first, around)
    if opening.end:
        return opening
    found = (dateline(other) for other in others)
    return next((line for line in found if line.place and line.date), opening)


def _is_labelled(text: str, fields: Mapping[str, str], key: str) -> bool:
    """Whether a field's value stands behind its label in the document."""
    value = fields.get(key, "").split("\n")[0]
    position = text.find(value)
    while value and position >= 0:
        lead = re.sub(r"[\s*•·–-]+$", "", text[max(0, position - 80) : position])
        if lead.endswith((":", "：")) and label_key(re.split(r"[\n*•]", lead)[-1].strip("- ")):
            return True
        position = text.find(value, position + 1)
    return False


def _title(document: Document, body: Body, origins: dict[str, str]) -> str:
    labelled = "field" if _is_labelled(document.text, body.fields, "title") else "text"
    title = _first(
        origins,
        "title",
        (_hint_origin(document), document.hints.get("title", "") if _records(document) else ""),
        (labelled, body.fields.get("title", "")),
        ("meta", _without_site(document.hints.get("title", ""), document.hints.get("source", ""))),
    )
    title = _one_line(title)
    if not title:  # or no more than a comma
        first = body.text.split("\n\n", 1)[0]
        title = re.split(r"(?<=[.!?])\s", first[dateline(first).end :], maxsplit=1)[0] or first
        title = _one_line(title) or " ".join(first.split())
        origins["title"] = "text"
    if len(title) > _TITLE_LENGTH:
        title = title[:_TITLE_LENGTH].rsplit(" ", 1)[0] + " …"
    return title


def _records(document: Document) -> bool:
    return document.format in _RECORDS


def _without_site(title: str, site: str) -> str:
    """A page's title without the name of the site, which stands last after a bar or a dash."""
    parts = [part for part in re.split(r"\s+[|»·]\s+|\s+::\s+", title) if part != site]
    if not parts:
        return title
    first = parts[0] if len(parts[0].split()) > 2 else max(parts, key=len)
    head, dash, tail = first.rpartition(" - ")
    return head if dash and (tail == site or len(tail.split()) <= 2 < len(head.split())) else first
