"""Words that dates are written with, in English, German, French, Italian and Spanish."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MONTH_NAMES: dict[int, str] = {
    1: "january jan januar jänner janvier janv gennaio genn enero ene",
    2: "february feb februar feber février fevrier févr fevr fév febbraio febbr febrero",
    3: "march mar märz maerz mär mars marzo",
    4: "april apr avril avr aprile abril abr",
    5: "may mai maggio magg mayo",
    6: "june jun juni juin giugno giu junio",
    7: "july jul juli juillet juil luglio lug julio",
    8: "august aug août aout agosto",
    9: "september sept sep septembre settembre sett septiembre setiembre",
    10: "october oct oktober okt octobre ottobre ott octubre",
    11: "november nov novembre noviembre",
    12: "december dec dezember dez décembre decembre déc dicembre dic diciembre",
}

MONTHS: dict[str, int] = {
    name: number for number, names in _MONTH_NAMES.items() for name in names.split()
}

_WEEKDAY_NAMES: tuple[str, ...] = (
    "monday mon montag lundi lunedì lunedi lunes",
    "tuesday tues tue dienstag mardi martedì martedi martes",
    "wednesday wed mittwoch mercredi mercoledì mercoledi miércoles miercoles",
    "thursday thurs thur thu donnerstag jeudi giovedì giovedi jueves",
    "friday fri freitag vendredi venerdì venerdi viernes",
    "saturday sat samstag sonnabend samedi sabato sábado sabado",
    "sunday sun sonntag dimanche domenica domingo",
)

WEEKDAYS: dict[str, int] = {
    name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in names.split()
}

#: Months whose name is an ordinary English word in lower case ("may", "march").
WORDLIKE_MONTHS = frozenset({"may", "march", "mar", "sept", "jun", "dec", "sep"})

NUMBERS: dict[str, int] = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
}

QUARTERS: dict[str, int] = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "last": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}


def alternatives(words: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest tried first.

    Words that begin alike share their beginning: a text that has none of them is refused by one
    letter, not by every word in turn.
    """
    rests: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        rests.setdefault(word[:1], []).append(word[1:])
    whole = "" in rests
    parts = [
        re.escape(letter) + (alternatives(rest) if rest != [""] else "")
        for letter, rest in rests.items()
        if letter
    ]
    if len(parts) == 1 and not whole:
        return parts[0]
    return f"(?:{'|'.join([*parts, *[''] * whole])})"
