"""A picture of what an archive covers: releases by month and issuing body, as an SVG.

A stacked bar chart that is written as text, so it needs no plotting library. Every piece of it
carries its numbers as a tooltip. Names from the archive are escaped: the SVG holds no markup,
script or link that came from a document.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

from embeddings.types import Release

# A palette that stays apart for the common colour-vision deficiencies (Okabe and Ito, 2008).
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
_OTHERS = "#999999"
_WIDTH, _HEIGHT = 960, 360
_LEFT, _TOP, _BOTTOM = 48, 40, 72
_MOST_BARS = 160  # beyond that, bars stand for quarters or years
_STEPS = {1: "month", 3: "quarter", 12: "year"}


def timeline(releases: Iterable[Release]) -> str:
    """Releases over time as a stacked bar chart.

    Bars are months; when the archive is too long for that, quarters or years. A release counts
    under its first issuing body; the six most frequent have a colour each. Releases without a date
    are counted in the caption.

    Returns:
        An SVG document, 960 by 360 units.
    """
    dated: list[tuple[dt.date, str]] = []
    undated = 0
    for release in releases:
        if release.date is None:
            undated += 1
        else:
            dated.append((release.date, release.sources[0] if release.sources else "no source"))
    if not dated:
        return _document([_text(_WIDTH / 2, _HEIGHT / 2, "No release has a date.", "middle")])
    step, first, bars = _bars([date for date, _ in dated])
    frequent = [source for source, _ in Counter(s for _, s in dated).most_common(len(_COLOURS))]
    heights = [Counter[str]() for _ in range(bars)]
    for date, source in dated:
        heights[(_month(date) - first) // step][source if source in frequent else "others"] += 1
    highest = max(sum(bar.values()) for bar in heights)
    names = [*frequent, *(["others"] if any(bar["others"] for bar in heights) else [])]
    months = [_month(date) for date, _ in dated]
    caption = (
        f"{len(dated):,} releases by {_STEPS[step]},"
        f" {_name(min(months), 1)} to {_name(max(months), 1)}"
    )
    if undated:
        caption += f"; {undated:,} without a date are not shown"
    parts = [
        _text(_LEFT, 20, caption, "start"),
        *_axis(highest, step, first, bars),
        *_drawn(heights, names, highest, step, first),
        *_legend(names),
    ]
    return _document(parts)


def _month(date: dt.date) -> int:
    return 12 * date.year + date.month - 1


def _bars(dates: Sequence[dt.date]) -> tuple[int, int, int]:
    """(months a bar, first month, number of bars)."""
    first, last = _month(min(dates)), _month(max(dates))
    step = next((s for s in (1, 3) if (last - first) // s < _MOST_BARS), 12)
    first -= first % step
    return step, first, (last - first) // step + 1


def _name(month: int, step: int) -> str:
    year, number = divmod(month, 12)
    if step == 12:
        return str(year)
    if step == 3:
        return f"Q{number // 3 + 1} {year}"
    return f"{dt.date(year, number + 1, 1):%B} {year}"


def _x(bar: float, bars: int) -> float:
    return _LEFT + bar * (_WIDTH - _LEFT - 8) / bars


def _y(count: float, highest: int) -> float:
    return _HEIGHT - _BOTTOM - count * (_HEIGHT - _TOP - _BOTTOM) / highest


def _axis(highest: int, step: int, first: int, bars: int) -> list[str]:
    parts = []
    for count in sorted({0, highest // 2, highest}):
        y = _y(count, highest)
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}" stroke="#bbb"/>'
        )
        parts.append(_text(_LEFT - 6, y + 4, str(count), "end"))
    starts = [b for b in range(bars) if (first + b * step) % 12 == 0] or [0]
    every = -(-len(starts) // 14)  # at most 14 labels
    for bar in starts[::every]:
        year = (first + bar * step) // 12
        label = str(year) if starts != [0] or step == 12 else _name(first, step)
        parts.append(_text(_x(bar, bars), _HEIGHT - _BOTTOM + 18, label, "start"))
    return parts


def _drawn(
    heights: Sequence[Counter[str]], names: Sequence[str], highest: int, step: int, first: int
) -> list[str]:
    parts = []
    for number, bar in enumerate(heights):
        below = 0
        left, right = _x(number, len(heights)), _x(number + 1, len(heights))
        for name in names:
            if not bar[name]:
                continue
            top = _y(below + bar[name], highest)
            tooltip = escape(f"{_name(first + number * step, step)}, {name}: {bar[name]}")
            parts.append(
                f'<rect x="{left:.2f}" y="{top:.2f}" width="{max(0.5, 0.9 * (right - left)):.2f}"'
                f' height="{_y(below, highest) - top:.2f}" fill="{_colour(name, names)}">'
                f"<title>{tooltip}</title></rect>"
            )
            below += bar[name]
    return parts


def _legend(names: Sequence[str]) -> list[str]:
    parts = []
    for number, name in enumerate(names):
        x = _LEFT + (number % 3) * 304
        y = _HEIGHT - 38 + 16 * (number // 3)
        shown = name if len(name) <= 44 else name[:43] + "…"
        parts.append(
            f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{_colour(name, names)}"/>'
        )
        parts.append(_text(x + 15, y, shown, "start"))
    return parts


def _colour(name: str, names: Sequence[str]) -> str:
    at = names.index(name)
    return _OTHERS if name == "others" else _COLOURS[at]


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _document(parts: Sequence[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
            ' aria-label="Releases over time" font-family="system-ui, sans-serif" font-size="12"'
            ' fill="#444">',
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
            *parts,
            "</svg>",
            "",
        ]
    )
