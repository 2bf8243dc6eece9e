"""What a question insists on in this archive: not what nearly every release is about.

The releases of one government seldom say which country they speak of. Its name in a question tells
no release from another, and a passage need not repeat it.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from qa.countries import FORMS

if TYPE_CHECKING:
    from embeddings.library import Library
    from qa.understand import Query

AT_HOME = 0.5  # the share of releases that names an archive's own country
_CONTINENTS = frozenset(("European", "African", "Asian"))

_guard = threading.Lock()
_shares: WeakKeyDictionary[Library, dict[tuple[int, tuple[str, ...]], float]] = WeakKeyDictionary()


def insisted(library: Library, query: Query) -> Query:
    """The query without the names that a passage need not hold to answer it.

    Those are the archive's own country, which more than half of its releases name, and the
    adjective of a continent standing alone ("the European championship").
    """
    required = tuple(
        one
        for one in query.required
        if one.text not in _CONTINENTS
        and (one.text not in FORMS or _share(library, FORMS[one.text]) <= AT_HOME)
    )
    return query if required == query.required else replace(query, required=required)


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
