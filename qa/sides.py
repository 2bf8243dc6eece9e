"""A comparison taken apart: one question for each side, and what is to be said of the two.

    "How did the budget change between 2017 and 2018?"
        ->  2017: "What was the budget in 2017?"
            2018: "What was the budget in 2018?"      and how they differ

By grammar alone. A question that asks one thing of one time has no sides.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.dates import find_dates
from qa.joined import two_questions
from qa.question_type import question_type
from qa.question_words import STOPWORDS
from qa.understand import DateRange, Query

_MOST = 4  # sides
_LABEL = 7  # words
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MORE = "more larger bigger higher greater longer older stronger most largest biggest highest"
_LESS = "less fewer smaller lower shorter younger least fewest smallest lowest"
_DEGREE = f"(?P<degree>{'|'.join(f'{_MORE} {_LESS}'.split())})"
_TREND = (
    r"(?:chang|differ|gr[eo]w|grow|develop|evolv|ris|rose|fall|fell|var|increas|decreas|declin"
    r"|drop|shrink|shrank)\w*"
)
_HOW_DID = re.compile(
    rf"^(?:by )?how (?:much )?(?:did|do|does|has|have) (?P<what>.+?) {_TREND}\b(?P<rest>.*)$", re.I
)
_COMPARE = re.compile(
    r"^(?:please )?compare (?P<a>.+?) (?:with|and|to|against) (?P<b>.+)$"
    r"|^(?:what (?:is|was) the )?difference between (?P<c>.+?) and (?P<d>.+)$"
    r"|^how (?:does|do|did) (?P<e>.+?) compare (?:with|to) (?P<f>.+)$",
    re.I,
)
_WHICH = re.compile(
    rf"^(?:in )?(?:which|who|what)(?P<noun> [^,:?]*?)? (?:was|were|is|are) (?:the )?{_DEGREE}"
    r"[,:]? (?P<a>[^,]+?),? or (?P<b>[^,]+)$",
    re.I,
)
_WHICH_HAD = re.compile(
    rf"^(?:which|who|what)(?P<noun> [^,:?]*?)? (?P<verb>had|has|have|drew|attracted|received|got"
    rf"|counted|gathered|saw|brought|employed|cost) (?:the )?{_DEGREE}(?P<of>[^,:?]*)[,:] "
    r"(?P<a>[^,]+?),? or (?P<b>[^,]+)$",
    re.I,
)
_FIRST = re.compile(
    r"^(?:which|who|what)(?P<noun> [^,:?]*?)? (?:came|happened|was|took place|began|opened|took"
    r" office|met)(?: [a-z]+ed| held)? (?P<order>first|last|earlier|later)(?P<when>[^,:]*)[,:] "
    r"(?P<a>.+?),? or (?P<b>.+)$",
    re.I,
)
_YES_NO = re.compile(rf"^(?P<be>was|were|is|are) (?P<a>.+?) {_DEGREE} than (?P<b>.+)$", re.I)
_ONE = re.compile(
    r"^(?:the one|the ones|that|those|the)\b(?=\s+(?:of|in|for|from|at|held)\b|\s+\d)"
)
_LINKED = re.compile(r"\b(?:and|or|versus|vs|against|compared)\b|&", re.I)
_GAP = re.compile(
    r"\s*,?\s*(?:and|or|&|versus|vs\.?|as against|compared (?:with|to))?(?:,? how (?:many|much))?"
    r"\s*(?:in|on|for|of|during)?\s*(?:the\s+)?",
    re.I,
)
_LEAD = re.compile(r"(?:\b(?:between|from|in|on|of|for|during|since)\s+)(?:the\s+)?$", re.I)


@dataclass(frozen=True, slots=True)
class Side:
    """One side: what it is called, and the question that finds its value."""

    label: str
    question: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The sides in the order named. `asks` is what is to be said of them.

    "values": the values; "both": the answers to two questions; "change": also how they differ;
    "more", "less": which is larger or smaller; "first", "last": which came earlier or later.
    """

    sides: tuple[Side, ...]
    asks: str

    @property
    def relation(self) -> bool:
        """Whether only both sides together answer."""
        return self.asks not in {"values", "both", "change"}


def comparison(query: Query) -> Comparison | None:
    """The sides of a question that compares, or None for a question of another form."""
    question = query.question.strip().rstrip("?.! ")
    dates: Sequence[DateRange] = [date for date in query.dates if not date.background]
    for read in (_which_first, _which, _whether, _compared):
        found = read(question, dates)
        if found:
            return found
    trend = _HOW_DID.match(question)
    if trend:
        dates = _ends(dates)
        if 2 <= len(dates) <= _MOST:
            return _by_date(f"What was {trend['what']}{trend['rest']}", dates, "change")
    joined = two_questions(question)
    if joined:
        return Comparison(tuple(Side(_label(one), one) for one in joined), "both")
    yes_no = question_type(question).kind == "yes-no"
    if 2 <= len(dates) <= _MOST and not yes_no and _equal(question, dates):
        return _by_date(question, dates, "values")
    return None


def _ends(dates: Sequence[DateRange]) -> Sequence[DateRange]:
    """The two ends of a range such as "2017 to 2019", else the dates as they are."""
    if len(dates) != 1:
        return dates
    ends = []
    for part in re.split(r"\s+(?:to|and|until|[-–])\s+", dates[0].text):
        found = find_dates(f"in {part}")
        if len(found) == 1:
            ends.append(DateRange(found[0].first, found[0].last, part))
    return ends if len(ends) == 2 else dates


def _equal(question: str, dates: Sequence[DateRange]) -> bool:
    """Whether the dates stand in a row: "in 2017 and in 2018", not "from 3 May ... on 8 June"."""
    ends = [(question.find(d.text), question.find(d.text) + len(d.text)) for d in dates]
    if any(start < 0 for start, _ in ends) or not question:
        return False
    gaps = [question[a[1] : b[0]] for a, b in itertools.pairwise(ends)]
    return bool(gaps) and all(map(_GAP.fullmatch, gaps)) and bool(_LINKED.search(gaps[-1]))


def _by_date(question: str, dates: Sequence[DateRange], asks: str) -> Comparison | None:
    """The same question for each date: what stands between the first and the last is one value."""
    start = question.find(dates[0].text)
    end = question.rfind(dates[-1].text) + len(dates[-1].text)
    if start < 0 or end < start:
        return None
    before, after = question[:start], question[end:]
    lead = _LEAD.search(before)
    if lead and lead[0].split()[0].casefold() in {"between", "from"}:
        before = before[: lead.start()] + "in "
    return Comparison(
        tuple(Side(date.text, f"{before}{date.text}{after}?") for date in dates), asks
    )


def _label(question: str) -> str:
    """A short name for one of two questions: its date, else its first words."""
    dates = find_dates(question)
    if len(dates) == 1:
        return question[dates[0].start : dates[0].end]
    words = question.rstrip("?").split()
    return " ".join(words[:_LABEL]) + (" …" if len(words) > _LABEL else "")


def _which_first(question: str, dates: Sequence[DateRange]) -> Comparison | None:
    match = _FIRST.match(question)
    if not match:
        return None
    asks = "first" if match["order"].casefold() in {"first", "earlier"} else "last"
    when = match["when"].strip()
    noun = (match["noun"] or "").strip()
    sides = []
    for part in _parts(match, noun):
        done = re.sub(r"\bbeing (?=\w+(?:ed|en|n|t|de)\b)", "was ", part, count=1)
        dated = when if when and when not in done else ""
        asked = f"When {done}" if " was " in done else f"When was {done}"
        sides.append(Side(part, f"{asked} {dated}".strip() + "?"))
    return Comparison(tuple(sides), asks)


def _which(question: str, dates: Sequence[DateRange]) -> Comparison | None:
    match = _WHICH_HAD.match(question)
    if match:
        noun = (match["noun"] or "").strip()
        counted = match["of"].strip() or "people"
        asks = _degree(match["degree"])
        sides = tuple(
            Side(part, f"How many {counted} did {part} have?") for part in _parts(match, noun)
        )
        return Comparison(sides, asks)
    match = _WHICH.match(question)
    if match:
        noun = (match["noun"] or "").strip()
        return _sized(_parts(match, noun), match["degree"])
    return None


def _whether(question: str, dates: Sequence[DateRange]) -> Comparison | None:
    match = _YES_NO.match(question)
    return _sized(_parts(match, ""), match["degree"]) if match else None


def _sized(parts: Sequence[str], degree: str) -> Comparison:
    asks = _degree(degree)
    return Comparison(tuple(Side(part, f"What was {_definite(part)}?") for part in parts), asks)


def _compared(question: str, dates: Sequence[DateRange]) -> Comparison | None:
    match = _COMPARE.match(question)
    if not match:
        return None
    a, b = [group for group in match.groups() if group]
    if len(dates) == 2 and dates[0].text in a and dates[1].text in b and _bare(b, dates[1]):
        b = a.replace(dates[0].text, dates[1].text)
    elif len(dates) == 2 and all(d.text in f"{a} and {b}" for d in dates):
        joined = f"What was {a} and {b}"
        found = _by_date(joined, dates, "change") if _equal(joined, dates) else None
        if found:
            return found
    b = _ONE.sub(re.split(r" (?:of|in|for|from|at|on) ", a)[0], b)
    return Comparison(tuple(Side(p, f"What was {_definite(p)}?") for p in (a, b)), "change")


def _bare(part: str, date: DateRange) -> bool:
    """Whether a side is no more than a date: "that for 2019", "2019"."""
    rest = part.replace(date.text, "")
    return all(word.casefold() in STOPWORDS | {"one"} for word in _WORD.findall(rest))


def _parts(match: re.Match[str], noun: str) -> list[str]:
    """The two sides as phrases that stand alone: "the one of 2018" -> "the conference of 2018"."""
    a, b = match["a"].strip(), match["b"].strip()
    head = f"the {noun}" if noun else re.split(r" (?:of|in|for|from|at|on) ", a)[0]
    parts = []
    for part in (a, b):
        if re.fullmatch(r"(?:in |that of |of )?(?:\w+ )?\d{4}", part):
            part = f"{head} of {part.split()[-1]}" if noun else part
        parts.append(_ONE.sub(head, part))
    return parts


def _definite(part: str) -> str:
    return part if re.match(r"(?:the|a|an|his|her|its|their|[A-Z])\b", part) else f"the {part}"


def _degree(word: str) -> str:
    return "more" if word.casefold() in _MORE.split() else "less"
