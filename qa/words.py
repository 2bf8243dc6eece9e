"""Words as the reader compares them: folded, stemmed, and grouped where press releases vary.

A token keeps its offsets, so that whatever is found by stem can be quoted by position.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from qa.countries import DEMONYMS

_TOKEN = re.compile(
    r"\d+(?:[.,'’]\d+)*(?:[Ss][Tt]|[Nn][Dd]|[Rr][Dd]|[Tt][Hh])?"
    r"|(?:[Cc][Oo]|[Rr][Ee])-[^\W\d_]+"  # "co-operation" is one word: "cooperation"
    r"|[^\W_]+(?:\.[^\W\d_]\b)*(?:['’](?![Ss]\b)[^\W_]+)?"
)  # both cases written out: faster than IGNORECASE


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set: how the closed classes of words are written down."""
    return frozenset(text.split())


STOPWORDS = word_set(
    """
    a an the this that these those there here and or but nor so yet if then than as of in on at
    by for with from to into onto over under about after before during between among through
    against within without toward towards upon per via is are was were be been being am do does
    did done has have had having will would shall should can could may might must not no it its
    he she they them his her their him i we us you your our my me who whom whose which what
    where when why how s t also both each any all some such own same other others more most very
    just only too out up off down again further once while until because mr mrs ms miss dr
    according please tell give name list many much exactly roughly about around approximately
    next then later earlier last whose one ones called it's
    """
)

_IRREGULAR = {
    form: base
    for base, forms in {
        "win": "won",
        "hold": "held",
        "choose": "chose chosen",
        "take": "took taken",
        "lead": "led",
        "write": "wrote written",
        "meet": "met",
        "give": "gave given",
        "sell": "sold",
        "say": "said",
        "speak": "spoke spoken",
        "begin": "began begun",
        "become": "became",
        "send": "sent",
        "leave": "left",
        "fall": "fell fallen",
        "rise": "rose risen",
        "grow": "grew grown",
        "tell": "told",
        "make": "made",
        "pay": "paid",
        "buy": "bought",
        "bring": "brought",
        "find": "found",
        "keep": "kept",
        "lose": "lost",
        "throw": "threw thrown",
        "break": "broke broken",
        "wind": "wound",
        "build": "built",
        "go": "went gone",
        "come": "came",
        "see": "saw seen",
        "draw": "drew drawn",
        "fly": "flew flown",
        "run": "ran",
        "child": "children",
        "person": "people persons",
        "man": "men",
        "woman": "women",
        "country": "countries",
    }.items()
    for form in forms.split()
}

_SPELLING = {
    "defence": "defense",
    "centre": "center",
    "programme": "program",
    "programmes": "program",
    "labour": "labor",
    "neighbour": "neighbor",
    "offence": "offense",
    "licence": "license",
    "honour": "honor",
    "cheque": "check",
}

_NUMBERS = {
    word: str(value)
    for value, word in enumerate(
        (
            *(
                "zero",
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
            ),
            *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
            *("eighteen", "nineteen", "twenty"),
        )
    )
} | {
    word: str(value)
    for value, word in zip(
        range(30, 100, 10),
        ("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
        strict=True,
    )
}

# Words that press releases use for one another. Deliberately few: each line is one relation.
_CLASSES = """
chair chairman chairwoman chairperson chairmanship chairpersonship preside presidency cochair
appoint appointment name nominate nomination designate choose select pick elect election become
lead head leader charge command headed run leadership
succeed successor replace replacement follow takeover
say speak tell state note remark declare overview speaker spokesperson spokesman spokeswoman\
 describe explain stress underline emphasize comment warn call
close end conclude conclusion finish concluding final wind
open launch inaugurate inauguration start begin commence opening founding
sign signature signatory accord agreement treaty
meet meeting session gather conference talk consultation round discussion assemble
participate participant attend attendance part come
sell sale
give donate donation contribute contribution grant allocate provide pay fund payment pledge\
 promise earmark
money sum amount cost budget contribution price million
represent representative delegate delegation
win winner award laureate prize
visit travel trip tour accompany
live reside resident
host venue place hold
first inaugural
annual yearly
truck lorry vehicle
person people participant
citizen national
soldier troop personnel
reason due because owing cause
resign resignation step withdraw withdrawal
close shut
eliminate throw exclude reject
expert specialist observer monitor
approve adopt adoption endorse back
abduct kidnap
sever break
city town
aim goal objective purpose
increase rise grow growth
decrease fall decline drop
kill die death
""".strip().splitlines()


_NOT_PAST = word_set("children people persons men women countries")


def is_past(word: str) -> bool:
    """Whether a small word is the past form of an irregular verb."""
    return word in _IRREGULAR and word not in _NOT_PAST


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 (the library's name)


@lru_cache(maxsize=1)
def _stemmer() -> _Stemmer:
    import Stemmer

    stemmer: _Stemmer = Stemmer.Stemmer("english")
    return stemmer


class Token(NamedTuple):
    """One word: `text` as written, `stem` for comparing, offsets into the text it came from."""

    text: str
    stem: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital first letter."""
        return self.text[:1].isupper()


def fold(text: str) -> str:
    """Lower case without accents, for comparing; offsets are not kept."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The form under which a word is compared: folded, singular, nationality as its country."""
    folded = fold(word).replace("’", "'").removesuffix("'s").strip("'")
    if not folded:
        return ""
    if folded[0].isdigit():
        return re.sub(r"[,'](?=\d)", "", folded)
    if folded in _NUMBERS:
        return _NUMBERS[folded]
    folded = folded.replace("-", "")
    if folded in DEMONYMS:
        folded = DEMONYMS[folded]
    folded = _IRREGULAR.get(folded, _SPELLING.get(folded, folded))
    if len(folded) > 6:  # -ise and -ize are one spelling
        folded = re.sub(r"is(ation|ations|e|ed|es|ing|er|ers)$", r"iz\1", folded)
    return _stemmer().stemWord(folded)


def tokens(text: str) -> list[Token]:
    """The words of `text` in order, with offsets."""
    return [Token(word := m[0], stem(word), *m.span()) for m in _TOKEN.finditer(text)]


def written(text: str) -> list[str]:
    """The words of `text` in order as they are written, without stems or offsets."""
    found: list[str] = _TOKEN.findall(text)
    return found


@lru_cache(maxsize=1)
def _classes() -> dict[str, frozenset[int]]:
    groups: dict[str, set[int]] = {}
    for number, line in enumerate(_CLASSES):
        for word in line.split():
            groups.setdefault(stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in groups.items()}


@lru_cache(maxsize=65536)
def classes(word_stem: str) -> frozenset[int]:
    """The numbers of the synonym classes a stem belongs to; empty for most words."""
    return _classes().get(word_stem, frozenset())


def alternatives(word: str) -> tuple[str, ...]:
    """A word, those of its synonym classes and their irregular forms, for looking them up."""
    numbers = classes(stem(word))
    lines = " ".join(line for number, line in enumerate(_CLASSES) if number in numbers)
    same = [word, stem(word), *lines.split()]
    return tuple(dict.fromkeys(same + [past for past, base in _IRREGULAR.items() if base in same]))


def related(one: str, other: str) -> bool:
    """Whether two stems are the same or stand in one synonym class."""
    return likeness(one, other) > 0


def likeness(one: str, other: str) -> float:
    """1 for the same stem, .7 for one of its synonym classes, else 0."""
    if one == other:
        return 1.0
    numbers = classes(one)
    return 0.7 if numbers and not numbers.isdisjoint(classes(other)) else 0.0


def content(words: Sequence[Token]) -> list[Token]:
    """The tokens that carry meaning (see `telling`)."""
    return [token for token in words if telling(token.text)]


@lru_cache(maxsize=65536)
def telling(word: str) -> bool:
    """Whether a word carries meaning: no function word, no lone letter."""
    return word.casefold() not in STOPWORDS and (len(word) > 1 or word.isdigit())


@dataclass(frozen=True, slots=True)
class Bag:
    """A set of stems, with the synonym classes they touch."""

    stems: frozenset[str]
    classes: frozenset[int]

    @classmethod
    def of(cls, word_stems: Iterable[str]) -> Bag:
        """The bag of some stems."""
        kept, known = frozenset(word_stems), _classes()
        return cls(kept, frozenset().union(*(known[one] for one in kept & known.keys())))

    def __or__(self, other: Bag) -> Bag:
        return Bag(self.stems | other.stems, self.classes | other.classes)

    def holds(self, word_stem: str) -> float:
        """1 when the stem is there, .7 when a word of its class is, else 0."""
        if word_stem in self.stems:
            return 1.0
        numbers = classes(word_stem)
        return 0.7 if numbers and not numbers.isdisjoint(self.classes) else 0.0

    def weight(self, weights: Mapping[str, float]) -> float:
        """The sum of the weights of some stems, each as far as the bag `holds` it."""
        return sum(weight * self.holds(one) for one, weight in weights.items())
