"""What kind of thing a question asks for: a person, a place, a day, a number, a reason...

Read from the question word and the noun it asks about ("which former *minister*", "how many
*participants*", "in which *city*"); nothing is learned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.words import Token, content, is_past, stem, tokens, word_set

_NOUNS = {
    "person": """
    ambassador minister diplomat official officer politician president envoy analyst judge
    rector royal prince princess king queen spokesperson spokesman spokeswoman member chief
    director chair chairman chairwoman chairperson professor scientist economist historian
    author lawyer general colonel commander brigadier secretary commissioner councillor
    counsellor adviser advisor expert representative delegate diplomat leader head governor
    mayor senator congressman congresswoman deputy premier chancellor prosecutor attorney
    manager founder person man woman coordinator rapporteur observer successor predecessor
    counterpart candidate speaker physicist biologist researcher citizen negotiator mediator
    journalist artist winner laureate name somebody someone holder owner defendant sheriff agent
    doctor clerk writer parliamentarian individual player actor actress singer athlete coach
    executive entrepreneur victim suspect
    """,
    "country": "country state nation nationality kingdom republic government",
    "organisation": """
    company organisation organization body agency institution firm bank university bidder group
    party ministry department council committee association institute foundation corporation
    business manufacturer employer office bureau newspaper team club platform network brand
    airline retailer supplier contractor charity operator provider broadcaster carrier insurer
    publisher
    """,
    "place": """
    city town village place venue castle hotel building capital region canton province centre
    center airport hall museum location island river lake port harbour district county
    municipality site palace house embassy street settlement
    """,
    "date": "date day month year week weekday morning evening decade century deadline",
    "money": """
    sum amount budget cost price fee fine fare penalty payment contribution donation salary money
    """,
    "number": "number percentage share proportion portion fraction total figure rate population",
    "rank": "rank position place ranking",
}
_KIND = {stem(noun): kind for kind, nouns in _NOUNS.items() for noun in nouns.split()} | {
    stem("place"): "place"
}
# Places that carry the word in their names: a hotel is called a hotel, a city is not called a city.
PLACES_BY_NAME = frozenset(
    stem(noun)
    for noun in word_set("""
    castle hotel building canton province center airport hall museum island river lake harbour
    district county palace embassy
    """)
)
_MONEY = re.compile(
    r"\b(?:money|cost|costs|pay|paid|spend|spent|worth|budget|price|contribut\w+|donat\w+|fund\w*"
    r"|grant\w*|invest\w*|allocat\w*|earmark\w*|fine[ds]?|francs?|dollars?|euros?|set aside)\b",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(r"\b(who|whom|whose|which|what|where|when|why|how)\b", re.IGNORECASE)
_SORT = re.compile(r"\b(?:kind|type|sort)s?\s+of\b", re.IGNORECASE)
_AUXILIARY = (
    "is are was were be been do does did has have had will would can could shall should may might"
    " must"
)
# "Did the council meet?", "After the storm, did the council meet?", not "Can you say who met?"
_YES_NO = re.compile(
    rf"(?:^|,)\s*(?:{_AUXILIARY.replace(' ', '|')})\s+(?!(?:you|i|we|anybody|anyone|someone)\b)",
    re.IGNORECASE,
)
_PHRASE_END = word_set(_AUXILIARY) | word_set("""
    of in on at by for with from to into under about after before during between among against that
    who whom which when where why how and or as the a an
    """)
_ACTION = re.compile(r"\s+(?:did|do|does|has|have|had|will|would|can|could|should|must)\b")
_COUNTED = re.compile(
    r".{0,40}?\b(?:number|percentage|share|proportion|total)\s+of\s+(?:the\s+)?", re.IGNORECASE
)
_LIST = re.compile(
    r"^\s*(?:please\s+)?(?:list|name|enumerate)\b|\b(?:every|all (?:the )?\w+s|each)\b|\bwho were\b"
    r"|\bwhich \w+s (?:were|are)\b",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    r"\b(?:compared?|differ\w*|change[ds]?|grow|grew|rise|rose|which came first|than|"
    r"respectively|both|two \w+)\b"
    r"|,? and (?:who|whom|what|which|where|when|how)\b|\bbetween\b.*\d{4}\b.*\band\b.*\d{4}\b"
    r"|\bin (?:[A-Z]\w+ )?\d{4} and (?:in )?(?:[A-Z]\w+ )?\d{4}\b",
    re.IGNORECASE,
)


# Nouns that say no more than that a person is meant: nothing to look for around a name.
_ANYBODY = frozenset(
    stem(noun)
    for noun in word_set(
        "person people individual man woman official diplomat politician somebody someone name"
    )
)


@dataclass(frozen=True, slots=True)
class QuestionType:
    """What is asked for.

    `kind` is one of "person", "country", "place", "organisation", "date", "duration", "money",
    "number", "rank", "reason", "manner", "yes-no" and "thing". `focus` holds the words that
    describe the thing asked for ("former", "Swedish", "foreign", "minister"), `noun` the stem of
    the one that decides its kind (empty for a bare "who"). `several` is True when the answer
    may stand in more than one release. `word` is the question word's span.
    """

    kind: str
    focus: tuple[Token, ...] = ()
    noun: str = ""
    several: bool = False
    word: tuple[int, int] = (0, 0)


def question_type(question: str) -> QuestionType:
    """The kind of answer that `question` asks for."""
    several = bool(_LIST.search(question)) or bool(_COMPARE.search(question))
    found = _question_word(question)
    closed = _YES_NO.search(question)
    if closed and (found is None or closed.start() < found.start()):
        return QuestionType("yes-no", several=several)
    if found is None:
        return _of_noun(question, 0, "thing", several, (0, 0))
    word, span = found[0].lower(), found.span()
    rest = found.end()
    if word == "how":
        return _how(question, rest, several, span)
    if word in {"who", "whom", "whose"}:
        return QuestionType("person", several=several, word=span)
    if word == "where":
        return QuestionType("place", several=several, word=span)
    if word == "when":
        return QuestionType("date", several=several, word=span)
    if word == "why":
        return QuestionType("reason", several=several, word=span)
    return _of_noun(question, rest, "thing", several, span)


def _question_word(question: str) -> re.Match[str] | None:
    """The word that asks: not the "when" of a clause before it ("When they met, who ...")."""
    found = list(_QUESTION_WORD.finditer(question))
    if not found:
        return None
    first = found[0]
    if first[0].lower() in {"when", "where"}:
        for later in found[1:]:
            if "," in question[first.end() : later.start()]:
                return later
    return first


def _how(question: str, rest: int, several: bool, span: tuple[int, int]) -> QuestionType:
    """`how many`, `how much`, `how long`, `how old`... or the manner."""
    after = re.match(r"\s*(\w+)(?:\s+(\w+))?", question[rest:])
    first = after[1].lower() if after else ""
    if first == "many":
        counted = rest + after.end(1) if after else rest
        focus = _noun_phrase(question, counted)
        noun = focus[-1].stem if focus else ""
        return QuestionType("number", focus, noun, several, span)
    if first == "much":
        kind = "money" if _MONEY.search(question) or "how much" in question.lower() else "number"
        return QuestionType(kind, _noun_phrase(question, rest + 5), "", several, span)
    if first in {"long", "old"}:
        return QuestionType("duration", (), "", several, span)
    if first in {"often", "far", "large", "big", "high", "tall", "fast"}:
        return QuestionType("number", (), "", several, span)
    number = re.match(r"\s+did (?:the )?(?:number|figure|total)\b", question[rest:], re.IGNORECASE)
    return QuestionType("number" if number else "manner", (), "", several, span)


def _noun_phrase(question: str, start: int) -> tuple[Token, ...]:
    """The words from `start` up to the first verb or preposition that can be told from a noun."""
    words: list[Token] = []
    for token in tokens(question[start : start + 200]):
        if words and (token.text.lower() in _PHRASE_END or _looks_past(token)):
            break
        words.append(Token(token.text, token.stem, token.start + start, token.end + start))
        if len(words) == 7:
            break
    return tuple(content(words))


def _looks_past(token: Token) -> bool:
    """Whether a small word is the verb after the noun ("which city *hosted*", "who *took*")."""
    word = token.text
    return word.islower() and (
        word.endswith("ed") or is_past(word) or word in {"put", "set", "cut"}
    )


def _of_noun(
    question: str, rest: int, fallback: str, several: bool, span: tuple[int, int]
) -> QuestionType:
    """The kind that the noun phrase after `which` or `what` names."""
    phrase = _noun_phrase(question, rest)
    described = re.match(
        r"\W*(?:(?:is|was|were|are|has|had)\s+(?:been\s+)?)?(?:the\s+|an?\s+)?"
        r"(?:(?:name|kind|type|sort|exact)s?\s+(?:of\s+)?(?:the\s+)?)*",
        question[rest:],
        re.IGNORECASE,
    )
    if described and described.end() > 1:
        deeper = _noun_phrase(question, rest + described.end())
        phrase = deeper or phrase
    # "which of the envoys": the noun stands behind the preposition
    if not phrase:
        phrase = _noun_phrase(question, rest + 4)
    kind, noun, cut = _decide(phrase)
    if not kind and _ACTION.match(question[rest:]):
        return QuestionType(fallback, (), "", several, span)  # "what did she say"
    if not kind and re.match(r"\s+of\b", question[rest:], re.IGNORECASE):
        kind, noun, cut = _decide(content(tokens(question[rest:]))[:8])
    if not kind and re.search(r"\breason\b", question[rest : rest + 20], re.IGNORECASE):
        return QuestionType("reason", phrase[:1], "", several, span)
    if kind == "number" and (counted := _COUNTED.match(question[rest:])):
        phrase = _noun_phrase(question, rest + counted.end())
        return QuestionType(kind, phrase, phrase[-1].stem if phrase else "", several, span)
    if described and _SORT.search(described[0]) and kind != "person":
        # "what kind of region" is answered by a description, not by a region's name
        return QuestionType("thing", phrase, _head(phrase), several, span)
    if kind == "place" and noun == stem("place") and re.search(r"\brank|donor|among\b", question):
        kind = "rank"
    if noun == stem("point") and re.search(
        r"\b(?:from|by|until)\s+$", question[: span[0]], re.IGNORECASE
    ):
        kind = "date"
    if not kind and re.match(r"\s+percent", question[rest:], re.IGNORECASE):
        kind = "number"
    return QuestionType(kind or fallback, phrase[:cut], noun, several, span)


def _decide(phrase: Sequence[Token]) -> tuple[str, str, int]:
    """(kind, stem of the deciding noun, how many words describe it); kind "" if unknown.

    The noun itself describes what is asked for only where texts repeat it: "minister", not "city".
    """
    for position in range(len(phrase) - 1, -1, -1):
        token = phrase[position]
        kind = _KIND.get(token.stem, "")
        if not kind and re.search(r"(?:ologist|wom[ae]n|m[ae]n|person)s?$", token.text.lower()):
            kind = "person"
        if kind and not (token.capital and position > 0 and _followed_by_lower(phrase, position)):
            repeated = kind in {"person", "organisation"} and token.stem not in _ANYBODY
            return kind, token.stem, position + repeated
    return "", _head(phrase), len(phrase)


def _head(phrase: Sequence[Token]) -> str:
    """The stem of the last word that is no name; empty where there is none."""
    return next((token.stem for token in reversed(phrase) if not token.capital), "")


def _followed_by_lower(phrase: Sequence[Token], position: int) -> bool:
    """Whether a capitalised noun is part of a name before the real head ("Council *member*")."""
    return any(_KIND.get(later.stem) and not later.capital for later in phrase[position + 1 :])
