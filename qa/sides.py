"""A comparison taken apart: one question for each side, and what is to be said of the two.

    "How did the budget change between 2017 and 2018?"
        ->  2017: "What was the budget in 2017?"
            2018: "What was the budget in 2018?"      and how they differ

By grammar alone. A question that asks one thing of one time has no sides.
"""

from __future__ import annotations

import calendar
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.dates import find_dates
from qa.names import names
from qa.question_type import question_type
from qa.question_words import STOPWORDS
from qa.understand import DateRange, Query
from qa.words import word_set

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
# ", and who followed", but not "a man who sings and who was born there"
_AND_WHAT = re.compile(
    r"(?:,\s+and\s+(?:at |in |to |from |with |for )?"
    r"|\s+and\s+(?=what|how (?:many|much)))"
    r"(?P<second>(?!(?:who|which) (?:also|is|was|are|were|has|had|have)\b)"
    r"(?:who|whom|what|which|where|when|how many|how much)\b.*)$",
    re.I,
)
_ONE = re.compile(
    r"^(?:the one|the ones|that|those|the)\b(?=\s+(?:of|in|for|from|at|held)\b|\s+\d)"
)
_LINKED = re.compile(r"\b(?:and|or|versus|vs|against|compared)\b|&", re.I)
_GAP = re.compile(
    r"\s*,?\s*(?:and|or|&|versus|vs\.?|as against|compared (?:with|to))?(?:,? how (?:many|much))?"
    r"\s*(?:in|on|for|of|during)?\s*(?:the\s+)?",
    re.I,
)
_PREPOSITIONS = word_set("after at before by during for from in on to under with")
_MONTHS = frozenset(calendar.month_name) | frozenset(calendar.month_abbr)
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
    joined = _joined(question)
    if joined:
        return joined
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


def _joined(question: str) -> Comparison | None:
    """Two questions in one: "Who held it before her, and who followed?"."""
    match = _AND_WHAT.search(question)
    if not match or not re.match(
        r"(?:\w+ )?(?:who|whom|what|which|where|when|how)\b", question, re.I
    ):
        return None
    first, second = f"{question[: match.start()]}?", f"{match['second']}?"
    said = [(date.start, date.end) for date in find_dates(second)]
    words = [w for w in _WORD.finditer(second) if not any(a <= w.start() < b for a, b in said)]
    if second.casefold().startswith("how") and all(w[0].casefold() in STOPWORDS for w in words):
        return None  # "... and how many in June 2017?" only changes the date
    dated = [(date.start, date.end) for date in find_dates(first)]
    known = [n.text for n in names(first, tuple(dated)) if not n.number and n.text not in _MONTHS]
    second = _unshortened(first, second)
    second = _filled(second[:1].upper() + second[1:], known)
    said = [(date.start, date.end) for date in find_dates(second)]
    if known and not names(second, tuple(said)):
        second = f"{second.rstrip('?')} ({', '.join(known)})?"
    elif not known and re.search(r"\b(?:it|they|them|its|their|there)\b", second, re.I):
        return None  # nothing that the second could be about on its own
    return Comparison(tuple(Side(_label(one), one) for one in (first, second)), "both")


def _unshortened(first: str, second: str) -> str:
    """The second question with the verb that it leaves out: "and how many in Latvia?"."""
    words, others = first.split(), second.split()
    same = [a.casefold() == b.casefold() for a, b in zip(words, others, strict=False)]
    alike = same.index(False) if False in same else len(same)
    if not 0 < alike < len(others) or others[alike].casefold() not in _PREPOSITIONS:
        return second
    end = next((i for i, w in enumerate(words) if i > alike and w in _PREPOSITIONS), 0)
    return " ".join([*words[:end], *others[alike:]]) if end else second


def _filled(question: str, known: Sequence[str]) -> str:
    """The question with "he" or "her" replaced by the name before it in the first question."""
    if not known:
        return question
    question = re.sub(r"\b(?:his|her)\b(?= [a-z]+[a-z]\b)", f"{known[-1]}’s", question, count=1)
    return re.sub(r"\b(?:he|she|him|her)\b", known[-1], question, count=1)


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
