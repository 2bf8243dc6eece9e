"""Values as releases write them, made comparable: figures, sums, names of people, other words.

quantity("51.6 million crowns")  ->  51,600,000 of "crown"
same("Mr J. Doe", "John Doe", "person")  ->  True
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from qa.figures import CURRENCY, NUMBER
from qa.names import fold
from qa.people import TITLES
from qa.words import stem, tokens

_WORDS = {"a": 1, "an": 1, "dozen": 12} | {
    word: number
    for number, word in enumerate(
        [
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
            *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
            *("seventeen", "eighteen", "nineteen"),
        ]
    )
}
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS |= {word: 10 * number for number, word in enumerate(_TENS, 2)}
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "mio": 1_000_000,
    "billion": 1_000_000_000,
    "bn": 1_000_000_000,
    "mrd": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
_MONEY_NAMES = {
    "chf": "chf francs franc fr fr. sfr sfr.",
    "eur": "eur € euro euros",
    "usd": "usd us$ $ dollar dollars",
    "gbp": "gbp £ pound pounds",
    "jpy": "jpy ¥ yen",
}
_CURRENCIES = {name: code for code, names in _MONEY_NAMES.items() for name in names.split()}
_CURRENCY = re.compile(rf"(?<!\w){CURRENCY}(?!\w)", re.IGNORECASE)
_PERCENT = re.compile(r"%|\bper\s?cent\b", re.IGNORECASE)
_NOUN = re.compile(r"\s*(?:of\s+)?([^\W\d_]{3,})")
_PLAIN = re.compile(r"\w+")
_SMALL = frozenset({"the", "a", "an", "of", "in", "at", "on", "and", "for", "to"})
_EXACT = {number: word for word, number in _WORDS.items() if number < 12 and len(word) > 2}


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount and what it is of: a currency ("chf"), "%", the stem of a noun, or ""."""

    amount: Decimal
    unit: str


def quantity(text: str) -> Quantity | None:
    """The first figure that stands in a phrase, or None. "about 900 rescuers" is 900."""
    match = NUMBER.search(text)
    bare = re.search(r"\d[\d.,'’]*\d|\d", text)
    if match is None and bare is None:
        return None
    found = match or bare
    assert found is not None
    amount = _amount(found[0])
    if amount is None:
        return None
    around = text[: found.start()] + " " + text[found.end() :]
    if _PERCENT.search(text):
        return Quantity(amount, "%")
    currency = _CURRENCY.search(around)
    if currency:
        name = currency[0].casefold().split()[-1]
        return Quantity(amount, _CURRENCIES.get(name, stem(name)))
    noun = _NOUN.match(text[found.end() :])
    return Quantity(amount, stem(noun[1]) if noun else "")


def _amount(written: str) -> Decimal | None:
    """A written number: digits with separators, or words, either with a scale behind."""
    words = re.findall(r"[\d.,'’]*\d|[^\W\d_]+", written.casefold())
    if words and words[0][0].isdigit():
        figure = _figure(words[0])
        for word in words[1:]:
            if figure is not None and word in _SCALES:
                figure *= _SCALES[word]
        return figure
    total = part = 0
    for word in words:
        if word in _WORDS:
            value = _WORDS[word]
            part = part * value if word == "dozen" and part else part + value
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in _SCALES:
            total += max(part, 1) * _SCALES[word]
            part = 0
        elif word not in {"and", "per", "cent"}:
            return None
    return Decimal(total + part)


def _figure(digits: str) -> Decimal | None:
    """Digits to a number: a separator before exactly three digits groups, another is decimal."""
    groups = re.split(r"[.,'’]", digits)
    marks = re.findall(r"[.,'’]", digits)
    grouped = len(groups) > 1 and all(len(group) == 3 for group in groups[1:])
    if grouped and len(set(marks)) == 1 and (marks[0] != "." or len(marks) > 1):
        plain = "".join(groups)
    elif len(groups) > 2 and len(set(marks)) == 2 and all(len(g) == 3 for g in groups[1:-1]):
        plain = "".join(groups[:-1]) + "." + groups[-1]
    else:
        plain = digits.replace("'", "").replace("’", "").replace(",", ".")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def in_figures(amount: Decimal) -> str:
    """An amount as a person writes it: "1,126", "51.6 million"."""
    for scale, name in ((10**9, "billion"), (10**6, "million")):
        if abs(amount) >= scale and amount % (scale // 1000) == 0:
            return f"{_trimmed(amount / scale)} {name}"
    return _trimmed(amount)


def _trimmed(amount: Decimal) -> str:
    shown = f"{amount:,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def in_words(amount: Decimal) -> str:
    """An amount in words ("two") up to eleven; larger and broken amounts in figures."""
    return next((word for n, word in _EXACT.items() if n == amount), in_figures(amount))


def scaled(amount: Decimal, like: Decimal) -> str:
    """An amount in words or figures, in the scale of another: "3.4 million"; "two"."""
    return in_words(amount) if abs(like) < 10**6 else in_figures(amount)


def same(one: str, other: str, kind: str = "thing") -> bool:
    """Whether two phrases give the same value, however they are written."""
    if fold(one) == fold(other):
        return True
    first, second = quantity(one), quantity(other)
    if kind in {"number", "money", "duration", "rank"} and first and second:
        units = {first.unit, second.unit} if kind == "money" else {first.unit}
        return first.amount == second.amount and len(units) == 1
    if kind == "person":
        return _same_person(one, other)
    a, b = _telling(one), _telling(other)
    return bool(a and b) and (a <= b or b <= a)


def _telling(text: str) -> frozenset[str]:
    return frozenset(token.stem for token in tokens(text) if token.text.casefold() not in _SMALL)


def _same_person(one: str, other: str) -> bool:
    """The same surname, and first names that do not speak against it: "J." and "John"."""
    a, b = _name_words(one), _name_words(other)
    if not a or not b:
        return False
    if a[-1] != b[-1]:
        return set(a) <= set(b) or set(b) <= set(a)
    if len(a) == 1 or len(b) == 1 or a[0] == b[0]:
        return True
    return a[0][0] == b[0][0] and 1 in (len(a[0]), len(b[0]))


def _name_words(text: str) -> list[str]:
    words = [fold(word) for word in _PLAIN.findall(fold(text))]
    return [word for word in words if word not in TITLES] or words
