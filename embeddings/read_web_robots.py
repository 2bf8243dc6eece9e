"""The rules of a robots.txt, after RFC 9309: longest match, "*" and "$", the own group first.

The standard library's parser takes the first match and knows no wildcards.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

_MOST_BYTES = 512 * 1024  # RFC 9309, section 2.5: at least 500 KiB must be parsed
_LONGEST_RULE = 2000


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host asks of a robot: (allowed, path pattern) rules, seconds between requests."""

    rules: tuple[tuple[bool, str], ...] = ()
    delay: float = 0.0

    def allows(self, path: str) -> bool:
        """Whether `path` with its query may be fetched; of equal matches the allowing one wins."""
        path = unquote(path)
        best, allowed = -1, True
        for allow, pattern in self.rules:
            if len(pattern) >= best and _matches(pattern, path):
                allowed = allow or (allowed and len(pattern) == best)
                best = len(pattern)
        return allowed


EVERYTHING = Robots()
NOTHING = Robots(rules=((False, "/"),))


def parse_robots(data: bytes, agent: str) -> Robots:
    """The rules for `agent`: its own groups if there are any, otherwise those for "*"."""
    groups: dict[str, list[tuple[str, str]]] = {}
    names: list[str] = []
    in_rules = False
    for line in data[:_MOST_BYTES].decode("utf-8", "replace").lstrip("\ufeff").splitlines():
        key, separator, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()[:_LONGEST_RULE]
        if not separator:
            continue
        if key == "user-agent":
            names = [value.lower()] if in_rules else [*names, value.lower()]
            in_rules = False
            groups.setdefault(value.lower(), [])
        elif key in {"allow", "disallow", "crawl-delay"}:
            in_rules = True
            for name in names:
                groups[name].append((key, value))
    chosen = groups.get(agent.lower(), groups.get("*", []))
    rules = tuple(
        (key == "allow", unquote(value)) for key, value in chosen if key != "crawl-delay" and value
    )
    return Robots(rules, max((_seconds(v) for k, v in chosen if k == "crawl-delay"), default=0.0))


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < 1e6 else 0.0


def _matches(pattern: str, path: str) -> bool:
    """Whether `path` begins with `pattern`, where "*" is any run and a last "$" the end."""
    anchored = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    position = len(first)
    for number, piece in enumerate(rest):
        if anchored and number == len(rest) - 1:
            return path.endswith(piece) and len(path) - len(piece) >= position
        found = path.find(piece, position)
        if found < 0:
            return False
        position = found + len(piece)
    return not anchored or position == len(path)
