"""Figures in running text, as values: "twenty-seven" is 27, "$4.5 million" is 4500000 dollars.

Used to hold what a language model wrote against what it cites, so every form must come out as the
same value, and what is not understood must not come out as another one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal


def _counting(words: str, first: int, step: int = 1) -> dict[str, int]:
    return {word: step * i for i, word in enumerate(words.split(), first)}


_SMALL = _counting(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen",
    0,
)
_TENS = _counting("twenty thirty forty fifty sixty seventy eighty ninety", 2, 10)
_SCALES = {
    "hundred": 100, "thousand": 1_000, "million": 10**6, "m": 10**6, "mn": 10**6,
    "billion": 10**9, "bn": 10**9, "trillion": 10**12,
}  # fmt: skip
_RANKS = _counting(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth",
    1,
) | {f"{word[:-1]}ieth": value for word, value in _TENS.items()}
_CURRENCIES = {
    "$": "dollar", "us$": "dollar", "usd": "dollar", "€": "euro", "eur": "euro", "£": "pound",
    "gbp": "pound", "¥": "yen", "jpy": "yen", "chf": "franc", "fr.": "franc", "fr": "franc",
    "sfr": "franc", "sfr.": "franc", "krone": "krone", "kroner": "krone", "kronor": "krone",
}  # fmt: skip

_SCALE = "hundred|thousand|million|billion|trillion|bn|mn|m"
_TEN = "|".join(_TENS)
_BELOW_100 = (
    rf"(?:(?:{_TEN})(?:[-\s](?:{'|'.join([*_SMALL][1:10])}))?|{'|'.join([*_SMALL][::-1])})\b"
)
_BELOW_1000 = rf"(?:{_BELOW_100}\shundred\b(?:\sand\s{_BELOW_100})?|{_BELOW_100})"
_WORDS = rf"{_BELOW_1000}(?:\sthousand\b(?:,?\s(?:and\s)?{_BELOW_1000})?)?"
_FIGURE = re.compile(
    r"(?<![\w.,])"
    r"(?:(?P<before>US\$|SFr\.?|Fr\.?|CHF|EUR|USD|GBP|JPY|[$€£¥])\s?)?"
    rf"(?:(?P<digits>\d+(?:[.,'’\u00a0\u202f]\d+)*)(?P<th>st|nd|rd|th)?"
    rf"|(?:(?P<tens>{_TEN})-)?(?P<rank>{'|'.join([*_RANKS][::-1])})\b|(?P<words>{_WORDS})"
    rf"|an?(?=\s(?:hundred|thousand|million|billion|trillion)\b))"
    rf"(?:[\s\u00a0]?-?(?P<scale>{_SCALE})\b)?"
    r"(?:\s?(?P<percent>%|per\s?cent\b|percentage\b))?"
    r"(?:\s(?P<after>(?:US |Swiss )?(?:dollars?|euros?|pounds?|yen|francs?|kron(?:e|er|or))\b"
    r"|CHF|EUR|USD|GBP|JPY|€))?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:[,'’\u00a0\u202f]\d{3})+(?:\.\d+)?")
_QUALIFIED = re.compile(
    r"(?:(?P<over>more than|over|above|at least|upwards of|exceed\w*|no fewer than|no less than)"
    r"|(?P<under>less than|fewer than|under|below|at most|up to|nearly|almost|no more than)"
    r"|(?P<about>about|around|approximately|some|roughly|an estimated|estimated at))\s*\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at `text[start:end]`.

    `value` is a plain decimal ("4500000", "0.5"), or the digits as written where they are no single
    number ("1.2.3"). `unit` is "%", "th" for a rank, a currency, or "". `bound` is "over", "under"
    or "about" when the words before it say so.
    """

    start: int
    end: int
    value: str
    unit: str
    bound: str

    @property
    def meaning(self) -> tuple[str, str, str]:
        """What two figures share when they say the same."""
        return self.value, self.unit, self.bound


def figures(text: str) -> list[Figure]:
    """Every figure of a text, in order, never overlapping."""
    found = []
    for match in _FIGURE.finditer(text):
        value = _value(match)
        bound = _QUALIFIED.search(text[max(0, match.start() - 20) : match.start()])
        found.append(
            Figure(
                match.start(),
                match.end(),
                value,
                _unit(match),
                bound.lastgroup or "" if bound else "",
            )
        )
    return found


def _value(match: re.Match[str]) -> str:
    if match["digits"]:
        digits = match["digits"]
        if _GROUPED.fullmatch(digits):
            digits = re.sub(r"[,'’\u00a0\u202f]", "", digits)
        if not re.fullmatch(r"\d+(?:\.\d+)?", digits):
            return match[0]
        number = Decimal(digits)
    elif match["rank"]:
        tens = _TENS[match["tens"].lower()] if match["tens"] else 0
        number = Decimal(tens + _RANKS[match["rank"].lower()])
    else:
        number = Decimal(_counted(match["words"] or "one"))
    if match["scale"]:
        number *= _SCALES[match["scale"].lower()]
    return f"{number.normalize():f}"


def _counted(words: str) -> int:
    """ "two hundred and twelve" as a number."""
    total = run = 0
    for word in re.split(r"[-,\s]+", words.lower()):
        if word == "hundred":
            run = max(1, run) * 100
        elif word == "thousand":
            total, run = total + max(1, run) * 1000, 0
        else:
            run += _TENS.get(word, _SMALL.get(word, 0))
    return total + run


def _unit(match: re.Match[str]) -> str:
    if match["percent"]:
        return "%"
    if match["rank"] or match["th"]:
        return "th"
    currency = (match["before"] or match["after"] or "").lower()
    if not currency:
        return ""
    currency = currency.removeprefix("us ").removeprefix("swiss ")
    return _CURRENCIES.get(currency, currency.removesuffix("s"))
