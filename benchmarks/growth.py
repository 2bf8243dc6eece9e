"""How time and memory grow with the number of passages: a table of slopes and a plot.

    python benchmarks/storage.py --sizes 1000,10000,100000,1000000 >measured.txt 2>&1
    python benchmarks/growth.py measured.txt [--plot docs/growth.svg]

Reads what `benchmarks/storage.py` printed, in one file or several; a size that stands in more than
one counts as in the last. The slope is that of the straight line through the points on logarithmic
axes: 1 is linear, 0 constant. The figure for ten million is the line drawn on from the two largest
sizes of one kind, where the largest is a hundredth of that: an extrapolation, not a measurement.
"""

from __future__ import annotations

import argparse
import math
import re
from collections import defaultdict
from html import escape
from pathlib import Path

ROWS = {
    "made in, s": "build, the model left out, CPU s",
    "add 10, ms": "add 10 releases, ms",
    "open and first search, ms": "open and first search, ms",
    "search, ms": "search, ms",
    "memory, MB": "memory, MB",
    "database, MB": "database, MB",
}
SWITCH = 300_000  # exact search below, a graph above: one line does not go through both
COLOURS = ("#1f5fa8", "#b3541e", "#2d7d46", "#7a3f98", "#a8323e", "#5c6670")
LEFT, TOP, WIDTH, HEIGHT, NAMES = 62, 20, 470, 330, 240

Points = dict[int, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measured", type=Path, nargs="+", help="what benchmarks/storage.py printed")
    parser.add_argument("--plot", type=Path, help="write an SVG here")
    options = parser.parse_args()
    found: dict[str, Points] = defaultdict(dict)
    for path in options.measured:
        for name, points in read(path.read_text(encoding="utf-8")).items():
            found[name] |= points
    sizes = sorted({size for points in found.values() for size in points})
    print("| passages | " + " | ".join(f"{size:,}" for size in sizes) + " | slope | 10 million |")
    print("|---" + "|---:" * (len(sizes) + 2) + "|")
    for name, title in ROWS.items():
        points = found[name]
        cells = [f"{points[size]:,.1f}" if size in points else "" for size in sizes]
        print(
            f"| {title} | {' | '.join(cells)} | {shown(slope(points), 2)} "
            f"| {shown(beyond(points), 0)} |"
        )
    if options.plot:
        options.plot.write_text(plot(found, sizes), encoding="utf-8")


def read(text: str) -> dict[str, Points]:
    """The rows of each table whose first line names numbers of passages, and the times to fill."""
    found: dict[str, Points] = defaultdict(dict)
    sizes: list[int] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        made = re.match(r"\(([\d,]+) passages made in ([\d.]+) s\)", line)
        if made:
            found["made in, s"][number(made[1])] = float(made[2])
        elif cells[0] == "passages" and all(re.fullmatch(r"[\d,]+", one) for one in cells[1:]):
            sizes = [number(one) for one in cells[1:]]
        elif cells[0] in ROWS and len(cells) == len(sizes) + 1:
            for size, cell in zip(sizes, cells[1:], strict=True):
                found[cells[0]][size] = float(cell.replace(",", ""))
    return found


def shown(value: float, digits: int) -> str:
    return "" if math.isnan(value) else f"{value:,.{digits}f}"


def number(text: str) -> int:
    return int(text.replace(",", ""))


def slope(points: Points) -> float:
    """Of the least-squares line through the logarithms; nan below two points."""
    at = [(math.log(size), math.log(max(value, 0.01))) for size, value in points.items()]
    if len(at) < 2:
        return math.nan
    middle = sum(x for x, _ in at) / len(at)
    height = sum(y for _, y in at) / len(at)
    across = sum((x - middle) ** 2 for x, _ in at)
    return sum((x - middle) * (y - height) for x, y in at) / across


def beyond(points: Points, size: int = 10_000_000) -> float:
    """The value at `size` on the line through the two largest sizes of one kind."""
    above = {one: value for one, value in points.items() if one > SWITCH}
    ends = sorted((above if len(above) > 1 else points).items())[-2:]
    if len(ends) < 2 or ends[-1][0] < size / 100:
        return math.nan
    (low, small), (high, large) = ends
    steep = math.log(max(large, 0.01) / max(small, 0.01)) / math.log(high / low)
    return large * (size / high) ** max(steep, 0.0)


def plot(found: dict[str, Points], sizes: list[int]) -> str:
    """The rows over the number of passages, both on logarithmic axes, as an SVG."""
    values = [v for name in ROWS for v in found[name].values()]
    low, high = math.floor(math.log10(max(min(values), 0.1))), math.ceil(math.log10(max(values)))
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(size: float) -> float:
        return LEFT + WIDTH * (math.log10(size) - first) / (last - first)

    def y(value: float) -> float:
        return TOP + HEIGHT * (high - math.log10(max(value, 10**low))) / (high - low)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + NAMES} '
        f'{TOP + HEIGHT + 50}" font-family="sans-serif" font-size="12" role="img">',
        "<title>Time and memory over the number of passages</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for power in range(low, high + 1):
        parts.append(
            f'<path d="M{LEFT} {y(10**power):.1f}h{WIDTH}" stroke="#ddd"/><text x="{LEFT - 8}" '
            f'y="{y(10**power) + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'
        )
    for power in range(math.ceil(first), math.floor(last) + 1):
        parts.append(
            f'<path d="M{x(10**power):.1f} {TOP}v{HEIGHT}" stroke="#ddd"/>'
            f'<text x="{x(10**power):.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">'
            f"{10**power:,}</text>"
        )
    parts.append(
        f'<text x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 40}" text-anchor="middle">passages</text>'
    )
    ends: list[float] = []
    for colour, (name, title) in zip(COLOURS, ROWS.items(), strict=True):
        points = sorted(found[name].items())
        if not points:
            continue
        line = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>'
            for size, value in points
        ]
        at = y(points[-1][1]) + 4
        while any(abs(at - other) < 14 for other in ends):
            at += 2
        ends.append(at)
        parts.append(
            f'<text x="{LEFT + WIDTH + 10}" y="{at:.1f}" fill="{colour}">{escape(title)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    main()
