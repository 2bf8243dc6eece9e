"""How numbers, sums of money, durations and ordinals are written: patterns for `qa.spans`."""

from __future__ import annotations

import re

NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    "|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|dozen"
)
SCALE = (
    r"(?:\s+(?:hundred|thousand|million|billion|trillion|m|bn|mn|mio\.?|mrd\.?|per\s?cent)(?!\w)"
    r"|\s?%)"
)
FIGURE = r"\d+(?:[.,'’]\d+)*"
NUMBER = re.compile(
    rf"(?<![\w.,/-])(?:{FIGURE}{SCALE}?|(?:{NUMBER_WORDS})(?:[- ](?:{NUMBER_WORDS}))*{SCALE}?)"
    r"(?![\w/]|[.,]\d)",
    re.IGNORECASE,
)
CURRENCY = (
    r"(?:CHF|EUR|USD|GBP|JPY|SEK|NOK|DKK|CAD|AUD|Fr\.?|SFr\.?|US\$|\$|€|£|¥"
    r"|(?:Swiss |US )?(?:francs?|dollars?|euros?|pounds?|kron(?:or|er)|yen|rubles?|roubles?))"
)
MONEY = re.compile(
    rf"(?<!\w){CURRENCY}\s?(?:{FIGURE}){SCALE}?"
    rf"|(?<![\w.,]){FIGURE}{SCALE}?\s?{CURRENCY}(?!\w)"
    rf"|(?:{NUMBER_WORDS})(?:[- ](?:{NUMBER_WORDS}))*{SCALE}?\s{CURRENCY}(?!\w)",
    re.IGNORECASE,
)
# "51.6 million crowns": a scale and a noun that is not a thing counted
MONEY_LOOSE = re.compile(
    rf"(?<![\w.,]){FIGURE}\s(?:million|billion|trillion)\s"
    r"(?!(?:people|persons?|inhabitants|citizens|men|women|children|voters|refugees|visitors|users"
    r"|customers|households|homes|jobs|students|workers|passengers|travellers|tourists|patients"
    r"|hectares|acres|tonnes?|tons|litres|barrels|cubic|square|miles|kilomet\w+|met(?:re|er)s"
    r"|years|months|weeks|days|hours|minutes|copies|vehicles|cars|trees|doses|times|pages|records"
    r"|of|in|on|at|to|by|for|from|and|or|a|per|the|with|as|was|were|is|are|more|less|over)\b)"
    r"[a-z]{3,}s\b",
)
DIFFERENCE = re.compile(r"\s(?:more|less|higher|lower|fewer|above|below)\b")
DURATION = re.compile(
    rf"(?<!\w)(?:{FIGURE}|{NUMBER_WORDS}|an?|several|half an?)[- ]?(?:and a half )?"
    r"(?:year|month|week|day|hour|minute|decade)s?(?:[- ]old)?(?!\w)",
    re.IGNORECASE,
)
ORDINAL = re.compile(
    r"(?<!\w)(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
    r"|eleventh|twelfth|largest|biggest|last)(?!\w)",
    re.IGNORECASE,
)
