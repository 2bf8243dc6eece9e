"""What a question insists on in this archive: not what nearly every release is about.

The releases of one government seldom say which country they speak of. Its name in a question tells
no release from another, and a passage need not repeat it.
"""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from qa.countries import FORMS

if TYPE_CHECKING:
    from embeddings.library import Library
    from qa.understand import Query, Requirement

AT_HOME = 0.5  # the share of releases that names an archive's own country
_LOOKED_AT = 8  # releases that hold a word
# How a question opens with a common word that the archive does not have: "Lawmakers from".
_NOUN = re.compile(r"[A-Z][a-z]*(?:s|ing|ed|men)\s(?:from|in|of|on|at|by|who|which|that)\s")
_CONTINENTS = frozenset(("European", "African", "Asian"))

_guard = threading.Lock()
_shares: WeakKeyDictionary[Library, dict[tuple[int, tuple[str, ...]], float]] = WeakKeyDictionary()


def insisted(library: Library, query: Query) -> Query:
    """The query without the names that a passage need not hold to answer it.

    Those are the archive's own country, which more than half of its releases name, the adjective
    of a continent standing alone ("the European championship"), and a word that has its capital
    from opening the question ("Lawmakers from Norland came ...").
    """
    required = tuple(
        one
        for one in query.required
        if one.text not in _CONTINENTS
        and (one.text not in FORMS or _share(library, FORMS[one.text]) <= AT_HOME)
        and not _opens(library, query.question, one)
    )
    return query if required == query.required else replace(query, required=required)


def _opens(library: Library, question: str, name: Requirement) -> bool:
    """Whether a word is no name: it opens the question, and the archive mostly writes it small."""
    word = name.text
    if name.kind != "name" or not question.startswith(word) or not word.isalpha() or word in FORMS:
        return False
    small = capital = 0
    for holder in library.holding([(word,)])[:_LOOKED_AT]:
        text = library.release(holder.release_id).text
        small += len(re.findall(rf"\b{word.lower()}\b", text))
        capital += len(re.findall(rf"(?<=[a-z,;] ){word}\b", text))
    return small > capital if small or capital else bool(_NOUN.match(question))


def _share(library: Library, forms: tuple[str, ...]) -> float:
    """The share of the canonical releases that name a country; looked up once a version."""
    key = library.version, forms
    with _guard:
        known = _shares.setdefault(library, {})
        found = known.get(key)
    if found is None:
        found = len(library.holding([forms])) / max(1, library.catalog().count)
        with _guard:
            for old in [one for one in known if one[0] != key[0]]:
                del known[old]
            known[key] = found
    return found
