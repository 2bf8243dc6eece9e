"""An archive of all sorts for builds on Ray, and the comparison with one machine's build."""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from pathlib import Path

import numpy as np
from fakes import write_archive, write_release

from embeddings.library import Library

_MENU = "".join(f"<li><a href='/{i}'>Section {i} of the office</a></li>" for i in range(8))


def write_mixed(folder: Path, count: int = 200) -> Path:
    """About `count` releases as pages of a site, Markdown, records and archives.

    With versions of a day, word-for-word copies in other folders, an empty file and a broken one.
    """
    share = count // 4
    write_archive(folder / "notes", share)
    records = []
    for i in range(share):
        records.append({
            "title": f"Harbour report {i}", "date": f"2021-{1 + i % 12:02}-{1 + i % 27:02}",
            "source": "Harbour Council", "text": _text("report", i),
        })  # fmt: skip
    (folder / "records").mkdir(parents=True)
    for part in range(5):
        lines = "\n".join(json.dumps(record) for record in records[part::5])
        (folder / "records" / f"part-{part}.jsonl").write_text(lines + "\n", encoding="utf-8")
    pages = folder / "site"
    pages.mkdir()
    for i in range(share):
        (pages / f"page-{i:03}.html").write_text(_page(i, _text("page", i)), encoding="utf-8")
    with zipfile.ZipFile(folder / "older.zip", "w") as archive:
        for i in range(share):
            # Every fifth is a version of a page, with a sentence more.
            own = i % 5 != 0
            text = _text("older", i) if own else _text("page", i) + " Photographs are at hand."
            archive.writestr(f"old/{i:03}.html", _page(i, text, "Archive " if own else ""))
    for i in range(0, share, 10):  # copies
        copied = (pages / f"page-{i:03}.html").read_bytes()
        (folder / f"copy-{i:03}.html").write_bytes(copied)
    (folder / "empty.html").write_bytes(b"")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 nothing of the kind")
    write_release(folder, "undated.md", title="On the register", text=_text("undated", 1))
    for path in folder.rglob("*"):  # young files are judged by their content later on
        os.utime(path, (1_600_000_000, 1_600_000_000))
    return folder


def _text(kind: str, i: int) -> str:
    return (
        f"The Pilot Service said on day {i} that {i * 13 % 97} vessels of the {kind} class were "
        f"inspected at Norrhaven, {i * 7 % 31} of them at night. Inspector Oda Brandt{i} signed "
        f"the {kind} sheet, and the Tide Board took note of berth {i * 37 % 1009}. "
        f"Work on the moorings goes on for {i + 2} weeks, with {i * 3 % 19} crews from "
        f"Castelmoor and {i * 5 % 23} from Tarn Quay, whose names stand in the {kind} register."
    )


def _page(i: int, text: str, prefix: str = "") -> str:
    title = f"{prefix}Bulletin {i} of the Pilot Service"
    return (
        f"<html><head><title>{title}</title></head><body><ul>{_MENU}</ul>"
        f"<p>You are reading the public notices of the office</p><h1>{title}</h1>"
        f"<p>NORRHAVEN, {1 + i % 27} March {2000 + i % 20}</p><p>{text}</p>"
        f"<p>Follow the office on every channel it has</p></body></html>"
    )


def contents(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a library says, without the numbers it uses inside."""
    connection = sqlite3.connect(folder / "dateline.db")
    try:
        queries = {
            "releases": "SELECT release_id, title, text, date, sources, topics, place, url, path,"
            " people, origins, segments, canonical FROM releases ORDER BY id",
            "passages": "SELECT release_id, start, end, hex(key) FROM passages"
            " JOIN releases ON releases.id = release ORDER BY passages.id",
            "inputs": "SELECT inputs.path, sha256, release_id, reason FROM inputs"
            " LEFT JOIN releases ON releases.id = release ORDER BY inputs.id",
            "files": "SELECT file, size, sha256 FROM files ORDER BY file",
            "versions": "SELECT a.release_id, b.release_id FROM releases AS a"
            " JOIN releases AS b ON a.cluster = b.id ORDER BY a.id",
        }
        return {name: connection.execute(query).fetchall() for name, query in queries.items()}
    finally:
        connection.close()


def stored_vectors(folder: Path) -> dict[bytes, np.ndarray]:
    """Each stored vector by the key of its text, as float32."""
    connection = sqlite3.connect(folder / "dateline.db")
    try:
        rows = connection.execute("SELECT key, value FROM vectors").fetchall()
    finally:
        connection.close()
    return {key: np.frombuffer(value, dtype="<f2").astype(np.float32) for key, value in rows}


def assert_same_library(built: Path, expected: Path, atol: float = 1e-5) -> None:
    """Ids, texts, passages, the ledger and the versions are equal, and vectors nearly."""
    one, other = contents(built), contents(expected)
    for name, rows in other.items():
        assert one[name] == rows, name
    ours, theirs = stored_vectors(built), stored_vectors(expected)
    assert theirs.keys() <= ours.keys()
    for key, vector in theirs.items():
        np.testing.assert_allclose(ours[key], vector, atol=atol)
    with Library.open(built) as library:
        assert library.verify() == []
