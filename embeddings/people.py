"""Who a release names, in what role, for whom: "Chair of the Tidal Council Ambassador Mara Lind".

Works on the words as they stand, by capitals and role words, without a model. A name without a role
or an affiliation beside it is left out, and so is whatever might not be a name: what is found is
meant to be right rather than complete.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.people_words import (
    ADDRESSES,
    CONNECTIONS,
    MODIFIERS,
    NOT_NAMES,
    OPENINGS,
    PARTICLES,
    ROLES,
    VERBS,
)
from embeddings.types import Person

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST = 300  # people kept of one release
_TOKEN = re.compile(r"(?:[^\W\d_]\.)+(?=\s)|[^\W_]+(?:[-'’&][^\W_]+)*|\n|[^\w\s]")
_ABSTRACT = re.compile(r"(?:tion|ment|ship|ness|ance|ism|ity)s?$")  # endings of no surname
_POSSESSIVE = re.compile(r"['’]s$")
_REACH = 24  # words that a role may be long


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return self.text.casefold().rstrip(".")

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()

    @property
    def initial(self) -> bool:
        return self.capital and self.text.endswith(".")

    @property
    def acronym(self) -> bool:
        return len(self.text) > 1 and self.text.isupper() and not self.initial

    @property
    def named(self) -> bool:
        """Whether it can be the part of a name that is written out."""
        lower = any(character.islower() for character in self.text)
        fit = self.key not in NOT_NAMES and not _ABSTRACT.search(self.key)
        return self.capital and lower and len(self.text) > 1 and fit


def find_people(text: str) -> tuple[Person, ...]:
    """The people that `text` names with a role or an affiliation, in order.

    `text[person.start : person.end] == person.name`. The same name comes again only with another
    role.
    """
    words = [_Word(match[0], *match.span()) for match in _TOKEN.finditer(text)]
    found: dict[tuple[str, str], Person] = {}
    bound = 0  # where the name before ends: no role reaches back across it
    for first, last in _names(words):
        person = _person(text, words, first, last, bound)
        bound = last
        if person.role or person.affiliation:
            found.setdefault((person.name, person.role), person)
            if len(found) == _MOST:
                break
    return tuple(found.values())


def _names(words: Sequence[_Word]) -> Iterator[tuple[int, int]]:
    """The runs of words (first, last + 1) that can be a whole name: after a role, or in a row."""
    index = 0
    while index < len(words):
        if not words[index].capital:
            index += 1
            continue
        stop = _run_end(words, index)
        start = index
        for position in range(index, stop):
            if _is_role(words, position) or words[position].key in ADDRESSES:
                start = position + 1
        name = words[start:stop]
        full = [word for word in name if word.named]
        surname = bool(name) and (name[-1].named or (name[-1].acronym and len(name[-1].text) > 3))
        clean = all(w.named or w.initial or w.key in PARTICLES or w is name[-1] for w in name)
        whole = len(full) + sum(w.initial for w in name) + (surname and not name[-1].named)
        if name and clean and surname and full and 2 <= whole <= 4 and len(name) <= 6:
            yield start, stop
        index = max(stop, index + 1)


def _run_end(words: Sequence[_Word], index: int) -> int:
    """Where the capitalised words from `index` on end; particles count between two of them."""
    stop = index
    while stop < len(words):
        word = words[stop]
        if word.capital:
            stop += 1
            if _POSSESSIVE.search(word.text):
                break
            if words[stop - 1].key in ADDRESSES and stop < len(words) and words[stop].text == ".":
                stop += 1
            continue
        ahead = stop
        while ahead < len(words) and words[ahead].key in PARTICLES and not words[ahead].capital:
            ahead += 1
        inside = stop - index >= 1 and words[stop - 1].named and not _is_role(words, stop - 1)
        if stop < ahead <= stop + 2 and ahead < len(words) and words[ahead].named and inside:
            stop = ahead + 1
            continue
        break
    return stop


def _is_role(words: Sequence[_Word], index: int) -> bool:
    """Whether the word is a role, alone or as the end of one ("Secretary General")."""
    key = words[index].key
    if key in ROLES:
        return True
    before = words[index - 1].key if index else ""
    if key == "general":
        return before in ROLES
    return key == "charge" and before == "in" and index > 1 and words[index - 2].key in ROLES


def _person(text: str, words: Sequence[_Word], first: int, last: int, bound: int) -> Person:
    name = _POSSESSIVE.sub("", text[words[first].start : words[last - 1].end])
    before, addressed = _role_before(text, words, first, bound)
    after = _role_after(text, words, last)
    role, affiliation = before or addressed, _of_whom(text, words, last)
    if before:
        affiliation = affiliation or _split_affiliation(before)[1]
    elif after:
        role, affiliation = _split_affiliation(after)
    elif not addressed and not _is_addressed(words, first):
        affiliation = ""  # "Port Arthur of ..." need not be a person
    start = words[first].start
    return Person(name, role, affiliation, start, start + len(name))


def _is_addressed(words: Sequence[_Word], first: int) -> bool:
    """Whether "Mr", "Dr." or the like stands before the word `first`."""
    at = first - 2 if first and words[first - 1].text == "." else first - 1
    return at >= 0 and words[at].key in ADDRESSES


def _role_before(text: str, words: Sequence[_Word], first: int, bound: int) -> tuple[str, str]:
    """The role that stands before a name, and a title such as "Ambassador" between the two."""
    index, addressed = first - 1, ""
    while index >= 0 and (words[index].key in ADDRESSES or words[index].text == "."):
        index -= 1
    if index >= 0 and words[index].key == "ambassador":
        addressed = words[index].text
        index -= 1
        if index >= 0 and words[index].text == ",":
            role = _phrase_back(text, words, index - 1, bound)
            lead = index - 1 - len(_TOKEN.findall(role))
            listed = lead >= 0 and words[lead].text == ","
            return ("" if listed else role), addressed
    if index < 0 or not (_is_role(words, index) or addressed):
        return "", addressed
    return _phrase_back(text, words, index, bound), addressed


def _phrase_back(text: str, words: Sequence[_Word], last: int, bound: int) -> str:
    """The role that ends with the word `last`: capitalised words and small ones between them.

    It stops at the word `bound`; after another name, what belongs to this one follows an "and".
    """
    index = last
    while index >= bound and last - index < _REACH:
        if not (words[index].capital or words[index].key in CONNECTIONS):
            break
        index -= 1
    first = index + 1
    if first == bound > 0:
        joins = [i for i in range(first, last) if words[i].key in {"and", "und", "et", "e", "y"}]
        first = joins[-1] + 1 if joins else first
    while first <= last and (not words[first].capital or words[first].key in OPENINGS):
        first += 1
    roles = [position for position in range(first, last + 1) if _is_role(words, position)]
    if not roles:
        return ""
    # What stands before the first role must modify it: capitalised words in a row.
    start = roles[0]
    while start > first and words[start - 1].capital:
        start -= 1
    return text[words[start].start : words[last].end]


def _role_after(text: str, words: Sequence[_Word], last: int) -> str:
    """The role that stands between commas behind a name: ", Director of the Pilot Service,"."""
    if last + 1 >= len(words) or words[last].text != ",":
        return ""
    start = last + 1
    while start < len(words) and words[start].key in {"the", "a", "an"}:
        start += 1
    role = start
    while role < len(words) and not _is_role(words, role):
        if not (words[role].capital or words[role].key in MODIFIERS) or role - start == 6:
            return ""
        role += 1
    while role + 1 < len(words) and _is_role(words, role + 1):
        role += 1
    if role + 1 >= len(words) or words[role + 1].capital:  # ", President Ivo Berend": another one
        return ""
    stop = role + 1
    depth = 0
    while stop < len(words) and stop - start < _REACH:
        word = words[stop]
        depth += (word.text == "(") - (word.text == ")")
        if depth < 0 or (depth == 0 and (word.text in ',;.:\n“"—–' or word.key in VERBS)):
            break
        stop += 1
    else:
        return ""
    return text[words[start].start : words[stop - 1].end]


def _of_whom(text: str, words: Sequence[_Word], last: int) -> str:
    """The country or body behind a name: "of the Netherlands", "from Brackwater"."""
    index = last
    if index >= len(words) or words[index].key not in {"of", "from"}:
        return ""
    index += 1
    if index < len(words) and words[index].key == "the":
        index += 1
    stop = index
    while stop < len(words) and stop - index < 10:
        small = words[stop].key in {"of", "the", "and", "for"}
        ahead = words[stop + 1 : stop + 3]
        if not words[stop].capital and not (
            small and stop > index and words[stop].key != "and" and any(w.capital for w in ahead)
        ):
            break
        stop += 1
    return text[words[index].start : words[stop - 1].end] if stop > index else ""


_AT = re.compile(r"\s(?:at|with|from)\s+(?:the\s+)?(?=[^\W\d_a-z])")
_COUNTRY = re.compile(
    r"(?:Representative|Ambassador|Delegate|Envoy|Minister|President|Chancellor|King|Queen)"
    r"(?:\s+for\s+[^,]{1,60}?)?\s+of\s+(?:the\s+)?(?P<who>[^,]+?)(?:\s+to\s+(?:the\s+)?.*)?$"
)
_OF_THE = re.compile(r"(?<!Department)(?<!Ministry)(?<!Office)\s(?:of|for)\s+the\s+(?=[^\W\d_a-z])")
_OF = re.compile(r"\s(?:of|for)\s+(?=[^\W\d_a-z])")


def _split_affiliation(role: str) -> tuple[str, str]:
    """A role and whom it is held for; the role keeps its "of ...", but not its "at ..."."""
    at = _AT.search(role)
    if at:
        return role[: at.start()], role[at.end() :]
    country = _COUNTRY.search(role)
    if country and country["who"][:1].isupper():
        return role, country["who"].strip()
    # "of the" leads from a part to the whole; "of" without it may be part of a name.
    whole = list(_OF_THE.finditer(role))
    split = whole[-1] if whole else _OF.search(role)
    if split:
        return role, role[split.end() :].strip()
    lead = role.split(" ", 1)[0] if " " in role else ""
    return role, lead if len(lead) > 1 and lead.isupper() else ""
