"""Judges lines by what the markup says of them: where they stand, how much of them is links.

Class names mean something only beside those of the body itself: a page whose outermost element is
called "has-sidebar" is not a sidebar. So the body's own container is found first, from the running
text alone, and only the words in which a line's ancestors differ from it count.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from embeddings.clean_lines import Line

_OUTSIDE = frozenset({"nav", "footer", "aside", "header", "form", "dialog"})
_ASIDES = frozenset({"button", "figcaption", "caption", "legend", "address"})
_NEVER = re.compile(
    r"(?:.*[_-])?(?:comments?|commentlist|disqus|repl(?:y|ies)|respond|shar(?:e|es|ing)|sharedaddy"
    r"|addthis|related\w*|recommend\w*|recirc\w*|promo\w*|sidebar|rightrail|cookies?|consent|gdpr"
    r"|breadcrumbs?|menu\w*|nav|navbar|navi|navigation|footer|advert\w*|ads?|sponsor\w*"
    r"|newsletter\w*|subscri\w*|signup|popup|modal|pagination|pager|pagenav|taglist|byline|bio"
    r"|teasers?|trending|popular|login|toolbar|outbrain|taboola|readmore|paywall|copyright"
    r"|disclaimer|nextstory|nextpost)(?:[_-].*)?"
)
_HARDLY = re.compile(
    r"(?:.*[_-])?(?:social|follow|foot|banner|widget\w*|authors?|tools|skip|hidden|printonly"
    r"|captions?|credits?|rating|poll|metadata|toc|timestamp|offscreen|noprint|cta|imag\w*|img"
    r"|photos?|gallery|slideshow|videos?)(?:[_-].*)?"
    r"|tags?|meta|post-meta|entry-meta|sr-only|aria-hidden|visually-?hidden|more|next|prev(?:ious)?"
)
_BODY = re.compile(
    r"(?:.*[_-])?(?:articles?|entry|posts?|story|news|page|blog|release|full|body|node|field)[_-]?"
    r"(?:body|content|text|copy|main|article|story)(?:[_-].*)?|(?:rich|body|wysiwyg)[_-]?text"
    r"|wysiwyg|twitter-tweet|main-?content|field-?-?name-?-?(?:field-)?.*body"
)

_LEAD = re.compile(
    r"(?:.*[_-])?(?:lead|lede|intro|introduction|summary|standfirst|excerpt|abstract|teaser|chapo"
    r"|deck|dek|subtitle)(?:[_-].*)?"
)


class Frame(NamedTuple):
    """What the body's own elements have in common: class words and landmarks."""

    words: frozenset[str]
    regions: frozenset[str]


def frame_of(lines: Sequence[Line], run: Iterable[int]) -> Frame:
    """The class words and landmarks that most of the running text in `run` stands under."""
    words: Counter[str] = Counter()
    places: Counter[str] = Counter()
    total = 0
    chosen = [lines[index] for index in run]
    for line in [line for line in chosen if line.prose] or chosen:
        total += line.words
        for word in set(line.block.label.split()):
            words[word] += line.words
        for place in set(line.block.region.split()):
            places[place] += line.words
    return Frame(
        frozenset(word for word, weight in words.items() if weight >= 0.9 * total),
        frozenset(place for place, weight in places.items() if weight >= 0.5 * total),
    )


def page_frame(lines: Sequence[Line]) -> Frame:
    """The class words that most lines of a page stand under: those of its outermost elements."""
    words: Counter[str] = Counter()
    for line in lines:
        words.update(set(line.block.label.split()))
    return Frame(
        frozenset(word for word, count in words.items() if count >= 0.75 * len(lines)), frozenset()
    )


def outside(line: Line, frame: Frame) -> bool:
    """Whether the markup puts the line outside the body, beyond what it says of the body itself.

    Of the elements around the line the nearest one that is named like a part of a page decides.
    """
    if _OUTSIDE.intersection(line.block.region.split()) - frame.regions:
        return True
    if line.block.tag in _ASIDES:
        return True
    for word in reversed(line.block.label.split()):
        if word not in frame.words and (part := _part(word)):
            return part == "outside"
    return False


@lru_cache(maxsize=20_000)
def _part(word: str) -> str:
    """Which part of a page a class word names: "body", "outside" it, or "" for neither."""
    if _NEVER.fullmatch(word):
        return "outside"
    if _BODY.fullmatch(word):
        return "body"
    return "outside" if _HARDLY.fullmatch(word) else ""


def inside(line: Line, frame: Frame) -> bool:
    """Whether the line stands under all the elements that the body stands under."""
    return frame.words.issubset(line.block.label.split()) and frame.regions.issubset(
        line.block.region.split()
    )


def in_margin(line: Line) -> bool:
    """Whether the line stands in a navigation, an aside or a footer."""
    return not {"nav", "aside", "footer"}.isdisjoint(line.block.region.split())


def leads(line: Line) -> bool:
    """Whether the nearest named element around the line is named like the lead of an article."""
    words = line.block.label.split()
    return not in_margin(line) and any(_LEAD.fullmatch(word) for word in words[-3:])


def promising(line: Line) -> bool:
    """Whether an element around the line is named like the body of an article."""
    return any(_part(word) == "body" for word in line.block.label.split())


def teasers(lines: Sequence[Line]) -> set[int]:
    """The lines that follow a heading which is a link, where a page has three of them or more."""
    linked = [i for i, line in enumerate(lines) if line.heading and line.block.link_density > 0.8]
    found: set[int] = set()
    for position in linked:
        for index in range(position + 1, min(position + 5, len(lines))):
            if lines[index].heading:
                break
            if lines[index].prose or lines[index].ends_sentence:
                found.add(index)
                break
    return found if len(found) >= 3 else set()
