"""Who a release names, in what role, for whom: "Chair of the Tidal Council Ambassador Mara Lind".

Works on the words as they stand, by capitals and role words, without a model. A name without a role
or an affiliation beside it is left out, and so is whatever might not be a name: what is found is
meant to be right rather than complete.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from embeddings.people_affiliation import of_whom, split_affiliation
from embeddings.people_names import POSSESSIVE, Name, Word, is_role, names_of, words_of
from embeddings.people_words import ADDRESSES, CONNECTIONS, MODIFIERS, OPENINGS, VERBS
from embeddings.types import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 300  # people kept of one release
_REACH = 24  # words that a role may be long
_MARKS = frozenset(',;.:\n“”"—–()')
_LEADS_ON = frozenset({"with", "by", "from", "as", "who", "which", "was"})
_JOINS = frozenset({"and", "und", "et", "e", "y"})


def find_people(text: str) -> tuple[Person, ...]:
    """The people that `text` names with a role or an affiliation, in order.

    `text[person.start : person.end] == person.name`. The same name comes again only with another
    role.
    """
    words = words_of(text)
    names = list(names_of(words))
    found: dict[tuple[str, str], Person] = {}
    bound = 0  # where what was said of the person before ends: no role reaches back across it
    for number, name in enumerate(names):
        ahead = names[number + 1].first if number + 1 < len(names) else len(words)
        person, bound = _person(text, words, name, bound, ahead)
        if person.role or person.affiliation:
            found.setdefault((person.name, person.role), person)
            if len(found) == _MOST:
                break
    return tuple(found.values())


def _person(
    text: str, words: Sequence[Word], name: Name, bound: int, ahead: int
) -> tuple[Person, int]:
    """The person of that name, and the word up to which the text speaks of them.

    What is said of them stands between the words `bound` and `ahead`.
    """
    first, last, _ = name
    role, addressed = _role_before(text, words, name, bound)
    affiliation = of_whom(text, words, last)
    stop = last
    if role:
        affiliation = affiliation or split_affiliation(role)[1]
    elif role := _clause_before(text, words, name, bound):
        role, affiliation = split_affiliation(role)
    else:
        role, stop = _role_after(text, words, last, ahead)
        if role:
            role, affiliation = split_affiliation(role)
        elif not addressed and not _is_addressed(words, first):
            affiliation = ""  # "Port Arthur of ..." need not be a person
    spelt = POSSESSIVE.sub("", text[words[first].start : words[last - 1].end])
    start = words[first].start
    return Person(spelt, role or addressed, affiliation, start, start + len(spelt)), stop


def _is_addressed(words: Sequence[Word], first: int) -> bool:
    """Whether "Mr", "Dr." or the like stands before the word `first`."""
    at = first - 2 if first and words[first - 1].text == "." else first - 1
    return at >= 0 and words[at].key in ADDRESSES


def _clause_before(text: str, words: Sequence[Word], name: Name, bound: int) -> str:
    """The role in a clause of its own before a name: "the mayor of Cold Quay, Ivo Berend,"."""
    first, last, _ = name
    closed = last >= len(words) or words[last].text in ",.;)\n" or words[last].key in _JOINS
    if first < 2 or words[first - 1].text != "," or not closed:
        return ""
    start = first - 2
    while start >= bound and first - start < _REACH and words[start].text not in _MARKS:
        start -= 1
    clause = range(start + 1, first - 1)
    leads = [i for i in clause if words[i].key in {"the", "its", "their", "his", "her"}]
    heads = [i for i in clause if is_role(words, i)]
    if not heads:
        return ""
    begin = max((i + 1 for i in leads if i < heads[0]), default=heads[0])
    led = begin < heads[0] or words[begin].capital or words[begin - 1].key == "the"
    fit = all(words[i].capital or words[i].key in MODIFIERS for i in range(begin, heads[0]))
    told = any(words[i].key in VERBS for i in range(begin, first - 1))
    named = words[heads[-1] + 1].capital  # "the mayor Ivo Berend"
    if begin < bound or not led or not fit or told or named:
        return ""
    return text[words[begin].start : words[first - 2].end]


def _role_before(text: str, words: Sequence[Word], name: Name, bound: int) -> tuple[str, str]:
    """The role that stands before a name, and a title such as "Ambassador" between the two."""
    index, addressed = name.first - 1, ""
    if name.led:
        return _phrase_back(text, words, index, bound), addressed
    while index >= 0 and (words[index].key in ADDRESSES or words[index].text == "."):
        index -= 1
    if index >= 0 and words[index].key == "ambassador":
        addressed = words[index].text
        index -= 1
        if index >= 0 and words[index].text == ",":
            role = _phrase_back(text, words, index - 1, bound)
            lead = index - 1 - len(words_of(role))
            listed = lead >= 0 and words[lead].text == ","
            return ("" if listed else role), addressed
    if index < 0 or not (is_role(words, index) or addressed):
        return "", addressed
    return _phrase_back(text, words, index, bound), addressed


def _phrase_back(text: str, words: Sequence[Word], last: int, bound: int) -> str:
    """The role that ends with the word `last`: capitalised words and small ones between them.

    It stops at the word `bound`; after another name, what belongs to this one follows an "and".
    """
    index = last
    while index >= bound and last - index < _REACH:
        if not (words[index].capital or words[index].key in CONNECTIONS):
            break
        index -= 1
    first = index + 1
    joins = [i for i in range(first, last) if words[i].key in _JOINS]
    apart = bool(joins) and words[joins[-1] + 1].key == "the"
    if joins and (first == bound > 0 or apart or _names_another(words, first, joins[-1])):
        first = joins[-1] + 1
    while first <= last and (not words[first].capital or words[first].key in OPENINGS):
        first += 1
    roles = [position for position in range(first, last + 1) if is_role(words, position)]
    if not roles:
        return ""
    # What stands before the first role must modify it: capitalised words in a row.
    start = roles[0]
    while start > first and words[start - 1].capital:
        start -= 1
    return text[words[start].start : words[last].end]


def _names_another(words: Sequence[Word], first: int, last: int) -> bool:
    """Whether a role in these words is somebody else's: "President Berend and President"."""
    return any(
        is_role(words, i) and words[i + 1].capital and not is_role(words, i + 1)
        for i in range(first, last - 1)
    )


def _role_after(text: str, words: Sequence[Word], last: int, ahead: int) -> tuple[str, int]:
    """The role behind a name and the word after it: ", Director of the Pilot Service,".

    Where the next name (at the word `ahead`) is joined to it by "and", it ends before that.
    """
    if last + 1 >= len(words) or words[last].text != ",":
        return "", last
    start = last + 1
    while start < len(words) and words[start].key in {"the", "a", "an"}:
        start += 1
    role = start
    while role < len(words) and not is_role(words, role):
        if not (words[role].capital or words[role].key in MODIFIERS) or role - start == 6:
            return "", last
        role += 1
    while role + 1 < len(words) and is_role(words, role + 1):
        role += 1
    if role + 1 >= len(words) or words[role + 1].capital:  # ", President Ivo Berend": another one
        return "", last
    stop = role + 1
    depth = 0
    while stop < len(words) and stop - start < _REACH:
        word = words[stop]
        depth += (word.text == "(") - (word.text == ")")
        if depth < 0 or (depth == 0 and (word.text in ',;.:\n“"—–' or word.key in VERBS)):
            break
        if word.key in _JOINS and stop + 1 < len(words) and words[stop + 1].key in _LEADS_ON:
            break
        stop += 1
    else:
        return "", last
    if ahead < stop:
        joins = [i for i in range(role + 1, ahead) if words[i].key in _JOINS]
        if not joins:
            return "", last
        stop = joins[-1]
    return text[words[start].start : words[stop - 1].end], stop
