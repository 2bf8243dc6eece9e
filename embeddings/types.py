"""The values that travel through the library: documents in, releases and passages out.

    Document -> (clean) -> Body -> (parse) -> Release -> (chunk) -> Passage

All offsets count Unicode code points (Python string indices), half open: `text[start:end]`.
No text in any of these holds a NUL character or a lone surrogate; the reader sees to that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a document's visible text, with what the markup said about it.

    `start` and `end` are offsets into `Document.text`. For formats without markup `tag` is ""
    and the other fields keep their defaults.
    """

    start: int
    end: int
    tag: str = ""  # the nearest block element: "p", "li", "h1", "td", ...
    region: str = ""  # space-separated enclosing landmarks: "nav", "main article", "footer", ...
    label: str = ""  # lower-case class and id words of the enclosing elements, nearest last
    link_density: float = 0.0  # share of the block's characters that are link text, 0 to 1


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text that stands unchanged in what it was taken from.

    `text[start : start + length] == origin[origin_start : origin_start + length]`.
    """

    start: int
    origin_start: int
    length: int


@dataclass(frozen=True, slots=True)
class Document:
    """One input as it was read, before anything is judged or removed.

    `text` is the visible text in reading order, one block a line. `hints` holds metadata that the
    format states outside the visible text, under the keys "title", "date", "place", "source",
    "topics", "url", "language" and "number"; each is a plain string. `origin` maps `text` back to
    the decoded file where the format allows it (empty when `text` is the decoded file itself).
    """

    path: str  # where it came from; members of an archive as "folder/a.zip!/member.html"
    sha256: str  # of the raw bytes of the file or member, in hexadecimal
    format: str  # "text", "html", "markdown", "pdf", "docx", "eml", "json", "csv"
    text: str
    blocks: tuple[Block, ...] = ()
    hints: Mapping[str, str] = field(default_factory=dict)
    origin: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What is left of a document once site chrome and repetitions are gone.

    `text` is the release's own words, paragraphs separated by a blank line; `segments` maps it
    back to `Document.text`. `fields` are the labelled values found around it, as written, under the
    same keys as `Document.hints`.
    """

    text: str
    segments: tuple[Segment, ...]
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a release names, with the role and affiliation its text gives.

    `start` and `end` locate the name in `Release.text`.
    """

    name: str
    role: str
    affiliation: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Release:
    """One press release: its own words and what is known about it.

    `id` is the sha256, in hexadecimal, of the normalised title, date and text, so the same release
    has the same id in every library. `date` is the day of issue. `origins` says where each value
    came from: a key such as "date" maps to "field", "dateline", "meta", "text" or "path".
    """

    id: str
    title: str
    text: str
    date: dt.date | None = None
    place: str = ""
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    url: str = ""
    path: str = ""
    language: str = ""
    number: str = ""
    people: tuple[Person, ...] = ()
    acronyms: Mapping[str, str] = field(default_factory=dict)  # "FSC" -> its expansion
    origins: Mapping[str, str] = field(default_factory=dict)
    segments: tuple[Segment, ...] = ()  # text -> the document's text

    @property
    def source(self) -> str:
        """The issuing bodies as one line, in the order the release gives them."""
        return ", ".join(self.sources)


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one release: the unit that is embedded and found.

    `text == release.text[start:end]`. `id` is the library's own number, 0 before it is stored; it
    is never used again for another passage.
    """

    release_id: str
    start: int
    end: int
    text: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to. Empty means everything; several fields must all hold.

    Within one field any of the values may match, without regard to case or accents. A release with
    no date never matches a date filter. `since` and `until` are both inclusive.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    sources: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    release_ids: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()
