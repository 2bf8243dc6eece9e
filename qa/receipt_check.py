"""Proving a receipt against a library: offline, and years later.

    read (a receipt at all?) -> seal (as it was written?) -> each quotation, byte for byte

What is compared is the release as the library stores it now. A quotation that no longer stands
where it stood is looked for, so that the report says what happened to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from embeddings.errors import LibraryDamaged
from embeddings.library import Library
from embeddings.parse import release_id
from embeddings.types import Release
from qa.receipt import digest
from qa.receipt_read import day, read_receipt

PROVED = "proved"
MOVED = "moved"  # the words are there, at another place
EDITED = "edited"  # the release was replaced by another version of it
REMOVED = "removed"  # the release is not there
SOURCE = "source"  # the quotation stands, but what is known of its source has changed
DAMAGED = "damaged"  # the library's copy is not sound
FALSE = "false"  # the receipt says what cannot be true of that release


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one quotation: its number, its state, and a sentence that says so."""

    number: int
    state: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a library says of a receipt.

    `altered` says that the receipt is not as it was written, or contradicts itself; `findings` has
    one entry a quotation; `remarks` are sentences that change nothing about the proof.
    """

    altered: tuple[str, ...]
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...] = ()

    @property
    def forged(self) -> bool:
        """Whether the receipt itself cannot be trusted."""
        return bool(self.altered) or any(one.state == FALSE for one in self.findings)

    @property
    def proved(self) -> bool:
        """Whether the receipt is whole and every quotation stands as it says."""
        return not self.altered and all(one.state == PROVED for one in self.findings)


def check_receipt(library: Library, given: str | bytes | Mapping[str, Any]) -> Checked:
    """Compare a receipt, as JSON or as the values `Answer.receipt` gave, with a library.

    Raises:
        InputError: it is not a receipt, or one of a later version of Dateline.
        LibraryError: the library cannot be used.
    """
    fields = read_receipt(given)
    altered = []
    if digest(fields) != fields["sha256"]:
        altered.append("The receipt was altered after it was made: its sha256 is not that of it.")
    altered += _contradictions(fields)
    with library.reading():
        findings = tuple(_look(library, quotation) for quotation in fields["quotations"])
        remarks = tuple(_remarks(library, fields))
    return Checked(tuple(altered), findings, remarks)


def _contradictions(fields: Mapping[str, Any]) -> list[str]:
    """Where a receipt disagrees with itself, whatever any library says."""
    quotations = fields["quotations"]
    numbers = [one["number"] for one in quotations]
    found = []
    if fields["answered"] != bool(quotations):
        found.append(
            "The receipt gives an answer and no quotation."
            if fields["answered"]
            else "The receipt is of a refusal and has quotations."
        )
    if numbers != list(range(1, len(numbers) + 1)):
        found.append("The numbers of the quotations do not count from 1.")
    named = [row["citation"] for row in fields["rows"]]
    named += [number for one in fields["positions"] for number in one["citations"]]
    if not set(named) <= set(numbers):
        found.append("The receipt points to a quotation that it does not have.")
    for one in quotations:
        inside = 0 <= one["answer_start"] <= one["answer_end"] <= len(one["quote"])
        length = one["end"] - one["start"]
        if not inside or one["start"] < 0 or not length == len(one["quote"]) > 0:
            found.append(f"The offsets of quotation {one['number']} do not fit its words.")
    return found


def _look(library: Library, said: Mapping[str, Any]) -> Finding:
    """What became of one quotation."""
    number, name = said["number"], said["release_id"][:12]
    try:
        release = library.release(said["release_id"])
    except KeyError:
        return _gone(library, said)
    except LibraryDamaged as error:
        return Finding(number, DAMAGED, str(error))
    if release_id(release.title, release.date, release.text) != release.id:
        return Finding(number, DAMAGED, f"Release {name} was altered in the library's storage.")
    if release_id(said["title"], day(said["date"]), release.text) != release.id:
        return Finding(
            number, FALSE, f"Release {name} has another title or date than the receipt says."
        )
    start, end, quote = said["start"], said["end"], said["quote"]
    if start < 0 or release.text[start:end] != quote:
        at = release.text.find(quote) if quote else -1
        if at < 0:
            return Finding(number, FALSE, f"The words do not stand in release {name}.")
        return Finding(
            number,
            MOVED,
            f"The words stand in release {name} at characters {at}-{at + len(quote)}, "
            f"not at {start}-{end}.",
        )
    newer = _newer(library, release, quote)
    changed = _source(library, release, said)
    if changed:
        return Finding(
            number, SOURCE, f"The words stand in release {name} as quoted, but {changed}{newer}"
        )
    return Finding(number, PROVED, f"Release {name}, characters {start}-{end}: as quoted.{newer}")


def _newer(library: Library, release: Release, quote: str) -> str:
    """A sentence on the version that is searched now, when the quoted one no longer is."""
    newest = library.versions(release.id)[0]
    if newest == release.id:
        return ""
    found = library.release(newest)
    what = "has these words too" if quote in found.text else "does not have these words"
    return f" A newer version is stored ({_named(found)}); it {what}."


def _source(library: Library, release: Release, said: Mapping[str, Any]) -> str:
    """What changed about the release's address and file, as the end of a sentence, or ""."""
    if said["url"] != release.url:
        return f"its address is {release.url or 'not known'} now, not {said['url'] or 'unknown'}."
    files = library.held(release.id)
    if said["file_sha256"] and all(one.sha256 != said["file_sha256"] for one in files):
        names = ", ".join(one.path for one in files) or "nothing"
        return f"the file it was read from was changed or removed; it stands in {names} now."
    came = library.provenance(release.id, said["start"], said["end"])
    places = (said["original_start"], said["original_end"])
    if (
        came.end
        and came.sha256 == said["file_sha256"]
        and places
        not in (
            (0, 0),
            (came.start, came.end),
        )
    ):
        return (
            f"in its file they stand at characters {came.start}-{came.end}, "
            f"not at {places[0]}-{places[1]}."
        )
    return ""


def _gone(library: Library, said: Mapping[str, Any]) -> Finding:
    """What became of a quotation whose release is not in the library under that id."""
    number, name, quote = said["number"], said["release_id"][:12], said["quote"]
    issued = day(said["date"])
    quoting = [library.release(one) for one in (library.quoting(quote) if quote else ())]
    named = [library.release(one) for one in library.titled(said["title"])]
    edited = [one for one in named if one.date == issued]
    same = [one for one in quoting if any(one.id == other.id for other in edited)]
    if same:
        at = same[0].text.index(quote)
        return Finding(
            number,
            EDITED,
            f"Release {name} was edited: the version of it that is stored now ({_named(same[0])}) "
            f"has the words at characters {at}-{at + len(quote)}.",
        )
    if edited:
        return Finding(
            number,
            EDITED,
            f"Release {name} was edited: the version of it that is stored now ({_named(edited[0])})"
            " does not have these words.",
        )
    elsewhere = (quoting or named)[:1]
    if not elsewhere:
        what = "nor does any other have these words or this title."
    elif quoting:
        what = f"but the words stand in another: {_named(elsewhere[0])}."
    else:
        what = f"nor are the words; another has this title: {_named(elsewhere[0])}."
    return Finding(number, REMOVED, f"Release {name} is not in the library, {what}")


def _remarks(library: Library, fields: Mapping[str, Any]) -> list[str]:
    """What differs without touching the proof."""
    said = fields["library"]
    found = []
    if not fields["quotations"] and not fields["answered"]:
        found.append("The receipt is of a refusal: there is no quotation to prove.")
    if said["id"] != library.identity:
        found.append(
            "The receipt was made from another library, or this one was restored from a backup."
        )
    elif said["version"] > library.version:
        found.append(
            f"The receipt was made from version {said['version']} of this library, which is at "
            f"version {library.version}: it is an earlier state."
        )
    if said["model"] != library.fingerprint:
        found.append("The library uses another embedding model; quotations do not depend on it.")
    for quotation in fields["quotations"]:
        for file in library.held(quotation["release_id"]):
            if file.sha256 == quotation["file_sha256"] and file.now not in (None, file.sha256):
                what = "was changed since it was read" if file.now else "is not there any more"
                found.append(f"The file {file.path} {what}; the library keeps what it said.")
    return list(dict.fromkeys(found))


def _named(release: Release) -> str:
    return f"{release.id[:12]}, “{release.title}”, {release.date or 'no date'}"
