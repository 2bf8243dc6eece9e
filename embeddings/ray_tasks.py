"""What the machines of a cluster do: the very functions that one machine uses, shard by shard.

Every task looks first whether its work is done, so that it can be run again at any time.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from embeddings import minhash, records
from embeddings.chunk import chunk
from embeddings.clean_chrome import Chrome
from embeddings.clean_lines import lines_of
from embeddings.files import Found
from embeddings.ray_shards import Taken, Work, releases_of
from embeddings.read import Failure, read_inputs
from embeddings.types import Document
from embeddings.update import has_pages, path_of, release_of
from embeddings.versions import RULES, judge, title_form

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from embeddings.embed import Encoder

_ROWS = 2  # minima in a band: two texts that share half their runs have one in common but for .0001
_ESTIMATE = 0.25  # as in `embeddings.deduplicate`

_encoders: dict[str, Encoder] = {}  # of this process, by work folder


def take(row: dict[str, Any]) -> dict[str, Any]:
    """Read, clean and parse the files of one shard. `row` has "folder" and "number"."""
    work, number = Work(row["folder"]), int(row["number"])
    if not work.has(f"{number:05}.taken"):
        work.put_taken(number, _take(work, number))
    return row


def _take(work: Work, number: int) -> Iterator[Taken]:
    job = work.job()
    chrome = {root: Chrome.load(base64.b64decode(data)) for root, data in job["chrome"].items()}
    seen: set[str] = set()
    for at, item in enumerate(work.files(number)):
        assert item.path is not None
        for read in read_inputs([item.path], columns=job["columns"]):
            if isinstance(read, Failure):
                yield Taken(at, read)
                continue
            lines = chrome.setdefault(item.root, Chrome()) if has_pages(read) else None
            yield _parsed(item, at, read, lines, seen)


def _parsed(item: Found, at: int, read: Document, chrome: Chrome | None, seen: set[str]) -> Taken:
    known = tuple(sorted(chrome.known(lines_of(read)))) if chrome else ()
    named = replace(read, path=path_of(item, read))
    try:
        release = release_of(named, chrome)
    except Exception:  # a reject, or a fault of ours: `Updater` meets it again, and says so
        return Taken(at, read, known)
    if chrome is not None and release.id not in seen:
        chrome.learn(read)
    seen.add(release.id)
    return Taken(at, read, known, release)


# --- versions: one shuffle over bands -------------------------------------------------------


def bands(row: dict[str, Any]) -> list[dict[str, Any]]:
    """For each release of a shard a row for each key under which its versions could be."""
    rows = []
    for at, release in enumerate(releases_of(row["folder"], int(row["number"])).values()):
        signature = minhash.signature(release.text)
        facts = {
            "folder": row["folder"],
            "number": int(row["number"]),
            "at": at,
            "id": release.id,
            "day": release.date.toordinal() if release.date else 0,
            "title": title_form(release.title),
            "signature": signature,
        }
        rows += [{"key": key, **facts} for key in _keys(facts)]
    return rows


def _keys(facts: Any) -> list[str]:  # noqa: ANN401
    """The title, the text, and bands of the signature of releases of one day."""
    unpacked = minhash.unpack(facts["signature"])
    assert unpacked is not None  # just made
    digest, minima = unpacked
    keys = [f"x{digest}"]
    if facts["title"]:
        keys.append(f"t{facts['title']}")
    if facts["day"]:
        keys += [
            f"{facts['day']}.{at}.{'.'.join(map(str, minima[at : at + _ROWS]))}"
            for at in range(0, minhash.SIZE, _ROWS)
        ]
    return keys


def judge_pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """Compare the releases that share a key, each pair where its first common key is."""
    import pandas as pd

    groups: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows.sort_values(["number", "at"]).to_dict("records"):
        groups.setdefault(row["key"], {}).setdefault(row["id"], row)
    found = []
    for key, group in groups.items():
        for one, other in combinations(group.values(), 2):
            if not _could_be(one, other) or next(_common(one, other)) != key:
                continue
            match = judge(
                releases_of(one["folder"], one["number"])[one["id"]],
                releases_of(other["folder"], other["number"])[other["id"]],
            )
            similarity = match.similarity if match else 0.0
            found.append((one["id"], other["id"], match.kind if match else "", similarity))
    return pd.DataFrame(found, columns=["earlier", "later", "kind", "similarity"])


def _could_be(one: dict[str, Any], other: dict[str, Any]) -> bool:
    days = abs(one["day"] - other["day"]) if one["day"] and other["day"] else None
    if days is not None and days > RULES.days:
        return False
    if one["title"] == other["title"]:
        return True
    first, second = minhash.unpack(one["signature"]), minhash.unpack(other["signature"])
    assert first is not None
    assert second is not None
    return first[0] == second[0] or float((first[1] == second[1]).mean()) >= _ESTIMATE


def _common(one: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    others = set(_keys(other))
    return (key for key in _keys(one) if key in others)


# --- vectors --------------------------------------------------------------------------------


def embed(row: dict[str, Any], make_encoder: Callable[[], Encoder]) -> dict[str, Any]:
    """Embed the texts of one shard but those of the releases in `row["skip"]`."""
    work, number = Work(row["folder"]), int(row["number"])
    if work.has(f"{number:05}.vectors"):
        return {"number": number}
    skip = set(row["skip"])
    texts: dict[bytes, str] = {}
    for release in releases_of(row["folder"], number).values():
        if release.id not in skip:
            for text in (release.title, *(passage.text for passage in chunk(release))):
                texts[records.text_key(text)] = text
    encoder = _encoders.get(row["folder"])
    if encoder is None:
        encoder = _encoders[row["folder"]] = make_encoder()
    made = encoder.encode(list(texts.values()))
    work.put_vectors(number, encoder.fingerprint, list(texts), made)
    return {"number": number}
