"""Finds the title above a body, and a date line beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.clean_body import is_furniture
from embeddings.clean_words import KICKER
from embeddings.dates import find_dates, parse_date
from embeddings.parse_dateline import dateline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.clean_fields import Fields
    from embeddings.clean_lines import Line

_REACH = 12  # lines above the body that may hold the title
_PLURAL = re.compile(r"(?:s|en|i)\W*$|\bnews", re.IGNORECASE)
_CAPITALS = re.compile(r"[A-ZÀ-Þ][\w.'’-]+(?:[\s/-]+[A-ZÀ-Þ][\w.'’-]+){0,3}")
_BYLINE = re.compile(r"(?:By|Von|Par|Di|Por)\s+[A-ZÀ-Þ]\S+(?:\s\S+){0,4}")
_CRUMBS = re.compile(r"\S\s+[»›>|]\s+\S")
_OPEN_END = re.compile(
    r"(?:\b(?:a|an|the|of|to|in|on|at|for|from|with|by|and|or|as|into|its|his|her|their|against"
    r"|under|over|between|der|die|das|des|den|dem|und|von|für|zu|im|mit|le|la|les|du|de|et|à|au"
    r"|aux|pour|en|di|del|della|per|il|e|y|el)|[,–—-])$",
    re.IGNORECASE,
)

#: What a subtitle that is a clause of its own has: a verb, by its look.
_CLAUSE = re.compile(
    r"\b(?:to|will|has|had|have|was|were|is|are|be|can|may|must|says?|by|no|not)\b"
    r"|\w{2}ed\b|\w{2}[^s\W]s\s|[.?!:]|\d",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The "title" and "date" found, and the lines of the body run that they took up."""

    values: dict[str, str]
    used: frozenset[int]


def find_heading(lines: Sequence[Line], run: Sequence[int], fields: Fields, hint: str) -> Heading:
    """The title and the date line that stand above the body, or open it.

    `hint` is the title that the format states, if it does; it may have a site's name around it.
    """
    if not run:
        return Heading({}, frozenset())
    values: dict[str, str] = {}
    above = _lines_above(lines, run, fields)
    date = next((i for i in reversed(above) if _date_line(lines[i])), None)
    if date is not None:
        values["date"] = lines[date].content
        place = dateline(lines[date].content).place or _beside(lines[date].content)
        if place:
            values["place"] = place
    for index in above:
        number = KICKER.fullmatch(lines[index].content)
        if number and number["number"]:
            values["number"] = number["number"]
    body = " ".join(lines[index].text for index in run)
    title = (
        _hinted(lines, above, run, hint)
        or _headline_in_body(lines, above, run)
        or _by_place(lines, above, body)
    )
    if not title or (len(title) == 1 and lines[title[0]].words <= 3):
        title = _above_dateline(lines, run) or title
    if not title and not fields.values.get("title"):
        title = _opening_title(lines, run, fields, hint)
    if title:
        spelt = " ".join(_unmarked(lines[index].text) for index in title)
        opening = dateline(spelt)  # "4 May 2009 - Council agrees on rules"
        if opening.date and not opening.place and opening.end < len(spelt):
            values.setdefault("date", spelt[: opening.end].rstrip(" -–—:"))
            spelt = spelt[opening.end :]
        values["title"] = spelt
    return Heading(values, frozenset(title))


def _lines_above(lines: Sequence[Line], run: Sequence[int], fields: Fields) -> list[int]:
    """The lines above the body that can belong to its heading, fields left out, in order."""
    found: list[int] = []
    for index in range(run[0] - 1, -1, -1):
        if index in fields.used:
            continue
        found.append(index)
        if len(found) == _REACH:
            break
    return found[::-1]


def _date_line(line: Line) -> bool:
    """Whether the line is a date and little else: "Thursday, 24 October 2013"."""
    if len(line.content) > 60 or is_furniture(line) or parse_date(line.content) is None:
        return False
    rest = line.content
    for mention in reversed(find_dates(line.content)):
        rest = rest[: mention.start] + rest[mention.end :]
    return len(re.findall(r"[^\W\d_]+", rest)) <= 3


def _beside(text: str) -> str:
    """The place in a line such as "4 May 2009 | Aldhaven" or "Aldhaven / 4 May 2009"."""
    parts = [part.strip() for part in re.split(r"\s[|/·•–-]\s|,\s", text)]
    rest = [part for part in parts if not find_dates(part)]
    fit = len(parts) == 2 and len(rest) == 1 and _CAPITALS.fullmatch(rest[0])
    return rest[0] if fit and not KICKER.fullmatch(rest[0]) else ""


def _anchor(line: Line) -> bool:
    """Whether a title may follow: a date line, or "Press release"."""
    return _date_line(line) or bool(not line.bullet and KICKER.fullmatch(line.content))


def _candidate(line: Line) -> bool:
    opening = dateline(line.text)
    return not (
        line.bare
        or (line.bullet and not line.bullet[0].isdigit())
        or is_furniture(line)
        or _anchor(line)
        or _CRUMBS.search(line.text)
        or _BYLINE.fullmatch(line.text)
        or line.text.endswith(":")
        or line.words > 60
        or (opening.place and opening.date)
    )


def _by_place(lines: Sequence[Line], above: Sequence[int], body: str) -> list[int]:
    """The first heading line after the last "Press release" or date line, else the nearest line.

    A kicker in the plural, or one that other lines part from the title, may be a menu entry; the
    title is then the first longer line after it.
    """
    anchor = next((i for i in reversed(above) if _anchor(lines[i])), -1)
    after = [i for i in above if i > anchor >= 0 and _candidate(lines[i])]
    if after and (after[0] > anchor + 1 or _PLURAL.search(lines[anchor].text)):
        longer = [n for n, index in enumerate(after) if lines[index].words > 3]
        after = after[longer[0] :] if longer and len(after) <= 4 else []
    if after:
        return _continued(lines, after, body)
    nearest = next((i for i in reversed(above) if _candidate(lines[i])), None)
    if nearest is None or (anchor < 0 and above[-1] - nearest > 4):
        return []
    return [nearest]


def _continued(lines: Sequence[Line], after: Sequence[int], body: str) -> list[int]:
    """A title and the lines it was broken into.

    A second line belongs to it when the first cannot end there, when the second starts in lower
    case, when the body uses the two words at the break side by side, or when the second is in
    title case like a headline and yet no clause of its own.
    """
    title = [after[0]]
    for index in after[1:]:
        first, second = lines[title[-1]].content, lines[index].content
        if index != title[-1] + 1 or len(title) == 3:
            break
        pair = f"{first.split()[-1]} {second.split()[0]}".casefold()
        broken = second[0].islower() or _OPEN_END.search(first) or pair in body.casefold()
        if not (broken or (_is_title_case(second) and not _CLAUSE.search(second))):
            break
        title.append(index)
    return title


def _is_title_case(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3]
    return len(words) >= 3 and all(word[0].isupper() for word in words)


def _hinted(
    lines: Sequence[Line], above: Sequence[int], run: Sequence[int], hint: str
) -> list[int]:
    """The nearest line or lines above or opening the body that the stated title spells out."""
    stated = _letters(hint)
    if not stated:
        return []
    near = [*above, *run[:2]]
    for index in reversed(near):
        own = _letters(lines[index].content)
        if len(own) >= 8 and own in stated and len(own) * 2 >= len(stated):
            return [index]
    for index in reversed(near[:-1]):
        pair = [index, index + 1]
        own = "".join(_letters(lines[i].content) for i in pair)
        if len(own) >= 8 and own in stated and len(own) * 2 >= len(stated):
            return pair
    return []


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _headline_in_body(lines: Sequence[Line], above: Sequence[int], run: Sequence[int]) -> list[int]:
    """The body's first line, when it follows a kicker or date directly and is in title case."""
    first = lines[run[0]]
    follows = bool(above) and above[-1] == run[0] - 1 and _anchor(lines[above[-1]])
    if len(run) > 1 and follows and first.words <= 40 and _is_title_case(first.text):
        return [run[0]]
    return []


def _above_dateline(lines: Sequence[Line], run: Sequence[int]) -> list[int]:
    """The body's first line, when the dateline stands on the second, which does not repeat it."""
    if len(run) < 2 or lines[run[0]].words > 40:
        return []
    first, second = lines[run[0]].text, lines[run[1]].text
    opening = dateline(second)
    if not (opening.place and opening.date) or dateline(first).end:
        return []
    return [] if _letters(first)[:30] in _letters(second) else [run[0]]


def _unmarked(text: str) -> str:
    """A line without the marks of a Markdown heading or of bold type around it."""
    return re.sub(r"^(?:#{1,6}\s+|\*\*)|(?:\s+#{1,6}|\*\*)$", "", text)


def _opening_title(
    lines: Sequence[Line], run: Sequence[int], fields: Fields, hint: str
) -> list[int]:
    """The first line of the body, when it reads like a title and nothing stands above it."""
    first = lines[run[0]]
    if len(run) < 2 or run[0] in fields.used or hint:
        return []
    if first.heading or first.text.startswith("#"):
        return [run[0]]
    sentence = first.text.endswith(".") and first.words > 12
    if first.words <= 30 and not sentence and not find_dates(first.text[:60]) and not first.bullet:
        return [run[0]]
    return []
