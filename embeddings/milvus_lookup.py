"""Every release that holds certain words, on Milvus: nothing is ranked and nothing is cut off.

Milvus narrows down to the passages that hold all words of a name; whether they stand close
together is then looked up by SQLite's FTS5, in memory, with the very expression that a local
library uses (`embeddings.holding`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from embeddings.holding import Holder
from embeddings.lexical import near_expression
from embeddings.milvus_build import Build, newest
from embeddings.milvus_records import VERSION, all_of, condition_of
from embeddings.milvus_words import Tokens, term_number
from embeddings.original import Provenance
from embeddings.types import Filters

_TEXTS = ("release", "title", "text", "source", "issued")
_FEW = 50  # releases that are worth reading to see whether they hold a quotation
_AT_ONCE = 50  # releases read at a time


def holding(
    build: Build,
    tokens: Tokens,
    required: Sequence[Sequence[str]],
    wanted: Sequence[Sequence[str]],
    where: Filters,
) -> list[Holder]:
    """See `View.holding`."""
    condition = condition_of(where)
    if not all(near_expression(forms) for forms in required):
        return []
    rowids: set[int] | None = None
    for forms in required:
        found = _holders(build, tokens, forms, condition)
        rowids = found if rowids is None else rowids & found
    if rowids is None:
        rowids = set(build.rowids(where))
    held = dict.fromkeys(rowids, 0)
    for forms in wanted:
        for rowid in _holders(build, tokens, forms, condition) & rowids:
            held[rowid] += 1
    fields = ("release", "release_id", "date", "first")
    rows = [
        row
        for some in _portions(sorted(rowids))
        for row in build.heads(f"release in {some}", fields)
        if row["first"]
    ]
    rows.sort(key=lambda row: (row["date"], row["release"]))
    return [
        Holder(str(row["release_id"]), int(row["first"]), held[int(row["release"])]) for row in rows
    ]


def _holders(build: Build, tokens: Tokens, forms: Sequence[str], condition: str) -> set[int]:
    """The rows of the releases of which some passage holds a form, its words close together."""
    rowids: set[int] = set()
    for form in forms:
        expression = near_expression([form])
        stems = tokens.stems(expression.removeprefix("NEAR").rpartition(", 2)")[0] or expression)
        if not stems:
            continue
        holds = all_of("terms", [term_number(stem) for stem in stems])
        narrowed = f"{condition} and {holds}" if condition else holds
        if len(stems) == 1:
            rowids |= {int(row["release"]) for row in build.passage_rows(narrowed, ("release",))}
            continue
        rows = build.passage_rows(narrowed, _TEXTS)
        texts = [(row["title"], row["text"], row["source"], row["issued"]) for row in rows]
        rowids |= {int(rows[at]["release"]) for at in tokens.matching(texts, expression)}
    return rowids


def quoting(build: Build, tokens: Tokens, words: str) -> list[str]:
    """See `View.quoting`.

    Releases that are not searched have no passages to narrow down by: each of them is read, and
    all others as well when the quotation is too short to hold a whole word for certain.
    """
    order = ("kind", "date", "release", "release_id")
    others = build.heads(f"kind == {VERSION}", order)
    # The first and the last word may be parts of longer ones.
    whole = " ".join(words.split()[1:-1])
    rowids: set[int] | None = None
    for stem in sorted(set(tokens.stems(whole)), key=len, reverse=True):
        if rowids is not None and len(rowids) <= _FEW:
            break
        rows = build.passage_rows(all_of("terms", [term_number(stem)]), ("release",))
        found = {int(row["release"]) for row in rows}
        rowids = found if rowids is None else rowids & found
    if rowids is None:
        rowids = set(build.rowids(Filters()))
    candidates = sorted(rowids | {int(row["release"]) for row in others})
    quoted = {
        release.id
        for some in _portions(candidates)
        for release in build.releases(some)
        if words in release.text
    }
    heads = [
        row
        for some in _portions(candidates)
        for row in build.heads(f"release in {some}", order)
        if row["release_id"] in quoted
    ]
    return [str(row["release_id"]) for row in newest(heads)[:10]]


def provenance(build: Build, release_id: str) -> Provenance:
    """See `View.provenance`; no file is at hand."""
    stored = build.stored(release_id)
    own = stored.release
    taken = sorted(stored.held, key=lambda one: one[0] != own.path)  # its own input first
    also = [path for path, _ in taken[1:]]
    for other in (build.stored(one).release for one in build.versions(release_id)):
        if other.id != own.id:
            also.append(other.url or other.path)
    also = [place for place in dict.fromkeys(also) if place not in ("", own.url, own.path)]
    return Provenance(0, 0, taken[0][1] if taken else "", tuple(also))


def _portions(rowids: Sequence[int]) -> Iterable[list[int]]:
    for at in range(0, len(rowids), _AT_ONCE):
        yield list(rowids[at : at + _AT_ONCE])
