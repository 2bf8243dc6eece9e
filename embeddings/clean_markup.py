"""Judges lines by what the markup says of them: where they stand, how much of them is links.

Class names mean something only beside those of the body itself: a page whose outermost element is
called "has-sidebar" is not a sidebar. So the body's own container is found first, from the running
text alone, and only the words in which a line's ancestors differ from it count.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.clean_lines import Line

_OUTSIDE = frozenset({"nav", "footer", "aside", "header", "form", "dialog"})
_NOT_BODY = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|disqus|replies|respond|share|sharing|sharedaddy|addthis"
    r"|social|follow|related\w*|recommend\w*|recirc\w*|promo\w*|sidebar|cookies?|consent|gdpr"
    r"|breadcrumbs?|menu\w*|nav|navbar|navi|navigation|footer|foot|banner|advert\w*|ads?|sponsor\w*"
    r"|newsletter\w*|subscri\w*|signup|popup|modal|widget\w*|pagination|pager|pagenav|tags?|taglist"
    r"|byline|authors?|bio|teasers?|trending|popular|login|toolbar|tools|skip|hidden|print\w*"
    r"|caption\w*|credits?|outbrain|taboola|jp-relatedposts|more|next|previous|rating|poll|paywall"
    r"|copyright|disclaimer|meta|metadata|info-?box|toc|timestamp|dateline|aria-hidden|sr-only"
    r"|screen-reader\w*|visually-?hidden|visuallyhidden|offscreen|noprint|no-print)(?=$|[\s_-])"
)
_DROPPED_TAGS = frozenset({"button", "figcaption", "caption", "legend", "summary", "address"})


def container(lines: Sequence[Line], run: range) -> tuple[str, ...]:
    """The class words of the innermost element that holds most of the running text in `run`."""
    weights: Counter[tuple[str, ...]] = Counter()
    for index in run:
        if lines[index].prose:
            weights[_words(lines[index])] += lines[index].words
    total = weights.total()
    depth = 0
    best: tuple[str, ...] = ()
    while True:
        depth += 1
        prefixes: Counter[tuple[str, ...]] = Counter()
        for words, weight in weights.items():
            if len(words) >= depth:
                prefixes[words[:depth]] += weight
        top = prefixes.most_common(1)
        if not top or top[0][1] < 0.8 * total:
            return best
        best = top[0][0]


def regions(lines: Sequence[Line], run: range) -> frozenset[str]:
    """The landmarks that hold most of the running text in `run`."""
    weights: Counter[str] = Counter()
    total = 0
    for index in run:
        if lines[index].prose:
            total += lines[index].words
            for name in set(lines[index].block.region.split()):
                weights[name] += lines[index].words
    return frozenset(name for name, weight in weights.items() if weight >= 0.5 * total)


def outside(line: Line, main: tuple[str, ...], own: frozenset[str]) -> bool:
    """Whether the markup puts the line outside the body whose container is `main`."""
    if line.block.tag in _DROPPED_TAGS:
        return True
    if _OUTSIDE.intersection(line.block.region.split()) - own:
        return True
    words = _words(line)
    same = 0
    for one, other in zip(words, main, strict=False):
        if one != other:
            break
        same += 1
    return bool(_NOT_BODY.search(" ".join(words[same:])))


def _words(line: Line) -> tuple[str, ...]:
    return tuple(line.block.label.split())
