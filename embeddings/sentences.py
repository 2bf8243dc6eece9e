"""Sentence bounds with offsets.

A rule-based splitter: every full stop, question mark or exclamation mark before a space is a
candidate, and short rules say which candidates do not end a sentence (abbreviations, initials,
ordinals, a small letter after it). Blank lines and list lines always end one. It runs in time
linear in the text and needs no model, so that offsets are the same in every library.

    sentences("Mr. Ek came. He left at 5 p.m.")  ->  [(0, 12), (13, 30)]
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Titles, written with a capital: a name follows.
_TITLES = _words(
    "mr mrs ms mx dr drs prof sen sens rep reps gov govs gen maj col lt sgt capt cpt cmdr adm amb"
    " hon rev fr br st ste mme mlle messrs pres supt insp det hr hrn frl dipl asst atty"
)
# Never the last word of a sentence.
_INSIDE = _words(
    "cf v vs e.g i.e viz ca approx resp bzw vgl z.b d.h u.a sog inkl exkl rel m.e p.ex c.-à-d mt ft"
)
# Before a number they belong to it; otherwise the stop ends the sentence.
_NUMBERED = _words(
    "no nos nr art arts abs para paras par pp p pg vol fig figs sec secs ch cl ziff lit bd s n num"
    " núm op res doc ref ext tel jan feb febr mar apr jun jul aug sep sept oct okt nov dec dez janv"
    " févr avr juil déc"
)
# May end a sentence: only a word that typically opens one says so.
_ENDINGS = _words(
    "inc ltd co corp llc plc cos bros assn dept univ jr sr esq etc usw et.al al ph.d phd a.m p.m"
    " gmbh cie mio mrd"
)
# The same for these when they have a capital (small, they are words): streets and states.
_PLACES = _words(
    "ave blvd rd hwy calif conn mass pa va ala ariz ark colo del fla ga ill ind kan ky la md mich"
    " minn miss mo mont neb nev okla ore tenn tex vt wash wis wyo"
)
_OPENERS = _words(
    "The This That These Those There Then They He She It Its We You I In On At As An A And But For"
    " From By To With When While Where Who What Which Why How His Her Their Our My If After Before"
    " During Since Until Under Over Both Each All Some Many Most Several Also However Meanwhile"
    " Today Yesterday Earlier Later Following Among According Although Because Despite Another"
    " Other Such So Once Not No Nor Or Only More Moreover Furthermore"
    " Der Die Das Den Dem Des Ein Eine Einer Er Sie Es Wir Ihr Im In Am An Auf Bei Mit Nach Seit"
    " Von Vor Zu Zum Zur Für Aus Aber Und Oder Auch Dies Diese Dieser Dieses Damit Dabei Dazu"
    " Le La Les L Un Une Des Du De En Il Elle Ils Elles Ce Cet Cette Ces Dans Pour Par Avec Sur"
    " Mais Et El Los Las Una En Il Lo Gli"
)
# Words before a German or Nordic ordinal: "am 3. Mai", "der 21. Sitzung".
_BEFORE_ORDINAL = _words(
    "am vom zum beim im der die das den dem des bis seit ab und oder auf den. d. ihre ihrer ihren"
    " seine seiner seinen unser jeder jedem jeden"
)
_MONTHS = _words(
    "january february march april may june july august september october november december"
    " januar jänner februar märz april mai juni juli august september oktober november dezember"
    " januari februari mars maj augusti marts oktober kesäkuuta"
)

_CLOSERS = "\"'”’»›)\\]}*_"
_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_STOP = re.compile(
    rf"(?<![.!?…؟।።։])(?:[.!?…؟।።։]++[{_CLOSERS}]*+(?=\s)|[.!?]++[\"”»](?=[A-ZÀ-Þ]))"
    rf"|[。！？｡]++[{_CLOSERS}」』）]*+"
)
_NEXT = re.compile(r"[\s\"'“”‘’„«»‹›(\[{*_¿¡§$€£+#–—-]*([^\W_]?)([^\W_]*)")
_BULLET = re.compile(
    r"[^\S\n]*(?:[-–—*•·‣▪◦●■□►»]+(?:\s|$)|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]\s)"
)
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_ROMAN = re.compile(r"[IVXLC]+")
_LOOK_BACK = 40  # characters before a stop that can matter: longer than any abbreviation
_WRAP = (40, 130)  # lengths, in characters, of a line that was broken by a right margin


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of `text`: in order, disjoint, stripped of surrounding space.

    Together they cover every character that is not space. Blank lines and list lines always end
    a sentence; a single line break ends one unless the line was plainly wrapped. Only ever splits
    at white space, at a closing quote before a capital, or after a full stop of a script that
    writes none (。).
    """
    found: list[tuple[int, int]] = []
    for start, end in _runs(text):
        begin = start
        for stop in _STOP.finditer(text, start, end):
            if stop.end() < end and _ends_sentence(text, begin, stop, end):
                _append(text, begin, stop.end(), found)
                begin = stop.end()
        _append(text, begin, end, found)
    return found


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Offsets of the paragraphs: runs of lines parted by blank lines, in order, stripped.

    A text without any blank line is taken line by line (wrapped lines joined), as archives that
    keep one paragraph on a line write it.
    """
    groups = _blocks(text)
    if len(groups) == 1:
        return list(_runs(text))
    return [(block[0][0], block[-1][1]) for block in groups]


def _append(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if left < right:
        found.append((start + left, start + right))


def _blocks(text: str) -> list[list[tuple[int, int]]]:
    """The stripped lines of each block between blank lines."""
    groups: list[list[tuple[int, int]]] = []
    last = -1
    for line in _LINE.finditer(text):
        stripped: list[tuple[int, int]] = []
        _append(text, line.start(), line.end(), stripped)
        if not stripped:
            continue
        if not groups or len(_BREAK.findall(text, last, line.start())) > 1:
            groups.append(stripped)
        else:
            groups[-1].extend(stripped)
        last = line.end()
    return groups


def _runs(text: str) -> Iterator[tuple[int, int]]:
    """Stretches within which only punctuation can end a sentence."""
    for lines in _blocks(text):
        wrapped = _wrapped(text, lines)
        begin = lines[0][0]
        for (_, end), (start, _) in itertools.pairwise(lines):
            if not _continues(text, end, start, wrapped):
                yield begin, end
                begin = start
        yield begin, lines[-1][1]


def _wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Whether the lines look broken by a right margin: all but the last about equally long."""
    lengths = [end - start for start, end in lines[:-1]]
    if len(lengths) < 2 or any(_BULLET.match(text, start, end) for start, end in lines[1:]):
        return False
    low, high = min(lengths), max(lengths)
    return _WRAP[0] <= low and high <= _WRAP[1] and low >= 0.7 * high


def _continues(text: str, end: int, start: int, wrapped: bool) -> bool:
    """Whether the line that starts at `start` goes on with the sentence before it."""
    if _BULLET.match(text, start):
        return False
    if wrapped:
        return True
    return text[start].islower() and text[end - 1] not in ".!?:;…"


def _ends_sentence(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    """Whether the stop, which stands before `end` in a sentence begun at `begin`, ends it."""
    following = _NEXT.match(text, stop.end(), end)
    first = following.group(1) if following else ""
    if first.islower():
        return False
    mark = stop.group()
    if mark[0] != "." or mark.startswith(".."):
        return True
    word = _word_before(text, begin, stop.start())
    if not word:
        return True
    if len(mark) > 1 and mark[1:] not in ("'", "’"):
        return True  # a closing quote or bracket after the stop: an abbreviation rarely has one
    after = first + (following.group(2) if following else "")
    return _plain_end(text, begin, stop.start(), word, after)


def _plain_end(text: str, begin: int, at: int, word: str, after: str) -> bool:
    """The rules for a single full stop at `at` between `word` and a capital or a digit."""
    lower = word.lower()
    if word.isdigit():
        return _number_ends(text, begin, at, word, after)
    if lower in _NUMBERED and (after[:1].isdigit() or _ROMAN.fullmatch(after)):
        return False
    capital = word[0].isupper()
    if lower in _INSIDE or (capital and lower in _TITLES):
        return False
    doubtful = capital and (len(word) == 1 or lower in _PLACES)
    if doubtful or lower in _ENDINGS or _INITIALS.fullmatch(word):
        return after in _OPENERS
    return True


def _number_ends(text: str, begin: int, at: int, number: str, after: str) -> bool:
    """Whether "12." ends a sentence: not as a list number or as an ordinal ("am 3. Mai")."""
    start = at - len(number)
    if start - begin < _LOOK_BACK and not text[begin:start].strip("( \t"):
        return False
    if len(number) > 3:
        return True
    window = max(begin, start - _LOOK_BACK)
    before = _word_before(text, begin, window + len(text[window:start].rstrip())).lower()
    ordinal = after.lower() in _MONTHS or before in _BEFORE_ORDINAL
    return not ordinal


def _word_before(text: str, begin: int, at: int) -> str:
    """The word that ends at `at`, without opening quotes and brackets."""
    words = text[max(begin, at - _LOOK_BACK) : at].split()
    if not words or text[at - 1].isspace():
        return ""
    word = words[-1].lstrip("\"'“”‘’„«»‹›([{*_")
    # "and/or No" or "mid-Feb" count by their last part.
    return re.split(r"[/–—-]", word)[-1]
