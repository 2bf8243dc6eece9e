"""Receipts: what they hold, and that a library proves them or says what changed."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEncoder, write_archive, write_release
from hypothesis import given
from hypothesis import strategies as st

from dateline.main import main
from embeddings import Library
from embeddings.errors import InputError
from qa import answer
from qa.cite import cite
from qa.receipt import as_json, digest, receipt, seal
from qa.receipt_check import EDITED, FALSE, MOVED, PROVED, REMOVED, SOURCE, check_receipt
from qa.types import Answer
from web.receipts import record

MADE = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
QUESTION = "Who said that the buoys of Norrhaven were sound?"
WORDS = "Inspector Oda Brandt0 said that the buoys of Norrhaven were sound."


@pytest.fixture
def filled(library: Library, archive: Path) -> Library:
    library.add(archive)
    return library


def made(library: Library, question: str = QUESTION) -> dict[str, Any]:
    return answer(question, library).receipt(MADE)


def states(library: Library, given: dict[str, Any]) -> list[str]:
    return [finding.state for finding in check_receipt(library, given).findings]


def test_a_receipt_says_where_everything_stands(filled: Library, archive: Path) -> None:
    given = made(filled)
    [quotation] = given["quotations"]
    release = filled.release(quotation["release_id"])
    assert (given["format"], given["version"]) == ("dateline-receipt", 1)
    assert given["made"] == "2026-03-04T05:06:07Z"
    assert given["question"] == QUESTION
    assert given["library"] == {
        "id": filled.identity, "version": filled.version, "model": filled.encoder().fingerprint,
    }  # fmt: skip
    assert quotation["quote"] == WORDS == release.text[quotation["start"] : quotation["end"]]
    data = (archive / "release-0000.md").read_bytes()
    assert quotation["file_sha256"] == hashlib.sha256(data).hexdigest()
    assert data.decode()[quotation["original_start"] : quotation["original_end"]] == WORDS
    assert next(iter(given)) == "format"
    assert list(given)[-1] == "sha256"
    assert as_json(given) == as_json(made(filled))


def test_the_hash_is_that_of_the_documented_form(filled: Library) -> None:
    given = made(filled)
    bare = {key: value for key, value in given.items() if key != "sha256"}
    text = json.dumps(bare, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert given["sha256"] == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("confidence", [0.0, 0.25, 1.0])
def test_the_documented_check_of_the_hash_runs(
    confidence: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = Path(__file__).parents[1] / "docs" / "receipts.md"
    [block] = re.findall(r"```python\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    given = receipt(Answer("No.", False, question="Wer?\ud800 “Ünd”", confidence=confidence), MADE)
    Path("answer.json").write_text(as_json(given), encoding="utf-8")
    subprocess.run([sys.executable, "-c", block], check=True)
    Path("answer.json").write_text(as_json({**given, "short": "x"}), encoding="utf-8")
    assert subprocess.run([sys.executable, "-c", block], capture_output=True).returncode == 1


def test_a_fresh_receipt_is_proved(filled: Library) -> None:
    found = check_receipt(filled, as_json(made(filled)))
    assert (found.proved, found.forged, found.remarks) == (True, False, ())
    assert [finding.state for finding in found.findings] == [PROVED]


def test_a_receipt_of_a_refusal_has_nothing_to_prove(filled: Library) -> None:
    given = made(filled, "Who won the snail race of Atlantis in 1850?")
    found = check_receipt(filled, given)
    assert given["answered"] is False
    assert found.proved
    assert found.remarks == ("The receipt is of a refusal: there is no quotation to prove.",)


# --- the receipt is altered ---------------------------------------------------------------------


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of each value inside a receipt, objects and lists included."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, (*path, key))
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from leaves(one, (*path, i))


def replaced(given: Any, path: tuple[Any, ...], value: object) -> Any:
    changed = copy.deepcopy(given)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return changed


def caught(library: Library, given: Any) -> bool:
    try:
        return not check_receipt(library, given).proved
    except InputError:
        return True


@pytest.fixture(scope="module")
def kept() -> Iterator[tuple[Library, dict[str, Any]]]:
    """A library that no test changes, and a receipt from it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_archive(folder / "archive", 6)
        with Library.open(folder / "library", create=True, encoder=FakeEncoder()) as library:
            library.add(folder / "archive")
            reply = answer(QUESTION, library, since="2018-01-01", sources=["Tide Board"])
            yield library, reply.receipt(MADE)


JSON = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)


@given(st.data())
def test_any_single_change_is_caught(
    kept: tuple[Library, dict[str, Any]], data: st.DataObject
) -> None:
    library, given = kept
    path = data.draw(st.sampled_from(list(leaves(given))))
    value = data.draw(JSON | st.lists(JSON, max_size=2))
    changed = replaced(given, path, value)
    same = json.dumps(seal(changed)) == json.dumps(given) and changed["sha256"] == given["sha256"]
    assert caught(library, changed) is not same


@given(st.data())
def test_one_character_more_or_less_is_caught(
    kept: tuple[Library, dict[str, Any]], data: st.DataObject
) -> None:
    library, given = kept
    texts = [path for path in leaves(given) if isinstance(value_at(given, path), str)]
    path = data.draw(st.sampled_from(texts))
    text = value_at(given, path)
    at = data.draw(st.integers(0, len(text)))
    more = text[:at] + data.draw(st.characters(exclude_categories=["Cs"])) + text[at:]
    assert caught(library, replaced(given, path, more))
    if text:
        assert caught(library, replaced(given, path, text[:at] + text[at + 1 :])) or at == len(text)


def value_at(given: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        given = given[key]
    return given


def test_a_field_left_out_or_put_in_is_caught(kept: tuple[Library, dict[str, Any]]) -> None:
    library, given = kept
    for path in leaves(given):
        changed = copy.deepcopy(given)
        del value_at(changed, path[:-1])[path[-1]]
        assert caught(library, changed), path
    assert caught(library, {**given, "more": 1})


# A forger who makes a new hash is still held to what the library says.
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quote", WORDS.replace("sound", "lost.")),
        ("quote", WORDS.replace("Brandt0", "Brandt1")),
        ("quote", ""),
        ("start", 0),
        ("end", 10_000),
        ("start", -1),
        ("answer_end", 10_000),
        ("answer_start", -4),
        ("number", 2),
        ("title", "Another title"),
        ("date", "2018-05-05"),
        ("date", None),
        ("date", "yesterday"),
        ("url", "https://example.org/elsewhere"),
        ("release_id", "ab" * 32),
        ("file_sha256", "cd" * 32),
        ("original_start", 1),
        ("original_end", 2),
    ],
)
def test_a_new_hash_does_not_make_a_false_quotation_true(
    kept: tuple[Library, dict[str, Any]], field: str, value: object
) -> None:
    library, given = kept
    changed = seal(replaced(given, ("quotations", 0, field), value))
    assert changed["sha256"] == digest(changed)
    assert caught(library, changed)


def test_what_contradicts_itself_is_caught(kept: tuple[Library, dict[str, Any]]) -> None:
    library, given = kept
    for change in (
        {"quotations": []},
        {"answered": False},
        {"rows": [{"label": "a", "value": "b", "citation": 7}]},
        {"positions": [{"value": "a", "citations": [1, 2]}]},
    ):
        found = check_receipt(library, seal({**given, **change}))
        assert found.forged
        assert not found.proved


def test_words_of_another_release_do_not_pass(kept: tuple[Library, dict[str, Any]]) -> None:
    library, given = kept
    other = next(one for one in library.releases() if "Oda Brandt3" in one.text)
    words = other.text[:66]
    changed = replaced(given, ("quotations", 0, "quote"), words)
    for key, value in (("start", 0), ("end", 66)):
        changed = replaced(changed, ("quotations", 0, key), value)
    [finding] = check_receipt(library, seal(changed)).findings
    assert finding.state == FALSE


def test_wrong_offsets_are_put_right(kept: tuple[Library, dict[str, Any]]) -> None:
    library, given = kept
    changed = copy.deepcopy(given)
    changed["quotations"][0]["start"] -= 1
    changed["quotations"][0]["end"] -= 1
    [finding] = check_receipt(library, seal(changed)).findings
    assert finding.state == MOVED
    assert f"at characters {given['quotations'][0]['start']}-" in finding.sentence


@pytest.mark.parametrize(
    "given",
    [
        "", "nothing", "[]", "{}", "null", "[" * 100_000, b"\xff\xfe", '{"format": 1}',
        '{"format": "dateline-receipt"}', '{"format": "dateline-receipt", "version": 1e999}',
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_said_to_be_none(library: Library, given: str | bytes) -> None:
    with pytest.raises(InputError, match=r"not a receipt|cannot be read"):
        check_receipt(library, given)


@given(st.text() | st.binary())
def test_anything_else_is_no_receipt(
    kept: tuple[Library, dict[str, Any]], given: str | bytes
) -> None:
    with pytest.raises(InputError):
        check_receipt(kept[0], given)


def test_a_name_that_stands_twice_is_refused(kept: tuple[Library, dict[str, Any]]) -> None:
    library, given = kept
    twice = as_json(given).replace('"answered": true', '"answered": false, "answered": true')
    with pytest.raises(InputError, match="not sound JSON"):
        check_receipt(library, twice)


def test_a_later_version_says_so(kept: tuple[Library, dict[str, Any]]) -> None:
    library, given = kept
    with pytest.raises(InputError, match="version 2; only version 1"):
        check_receipt(library, seal({**given, "version": 2}))


def test_spacing_and_order_of_the_file_do_not_matter(kept: tuple[Library, dict[str, Any]]) -> None:
    library, given = kept
    assert check_receipt(library, json.dumps(given, sort_keys=True)).proved
    assert check_receipt(library, b"\xef\xbb\xbf" + as_json(given).encode()).proved


@given(st.floats(0, 1), st.text(st.characters(), max_size=30))
def test_a_browser_may_write_the_numbers(confidence: float, question: str) -> None:
    given = receipt(Answer("No.", False, question=question, confidence=confidence), MADE)
    written = as_json(given).replace(": 1.0,", ": 1,").replace(": 0.0,", ": 0,")
    assert digest(json.loads(written)) == given["sha256"]


def test_a_whole_number_with_a_point_is_the_same_number(
    kept: tuple[Library, dict[str, Any]],
) -> None:
    library, given = kept
    assert check_receipt(library, replaced(given, ("quotations", 0, "start"), 0.0)).altered
    start = float(value_at(given, ("quotations", 0, "start")))
    assert check_receipt(library, replaced(given, ("quotations", 0, "start"), start)).proved
    assert caught(library, replaced(given, ("quotations", 0, "start"), start + 0.5))


# --- the library changes ------------------------------------------------------------------------


def test_adding_and_upkeep_change_nothing(filled: Library, archive: Path, tmp_path: Path) -> None:
    given = made(filled)
    filled.add(write_archive(tmp_path / "more", 4, first=20))
    filled.compact()
    filled.reembed(encoder=FakeEncoder(salt="other"))
    found = check_receipt(filled, given)
    assert found.proved
    assert found.remarks == (
        "The library uses another embedding model; quotations do not depend on it.",
    )


def test_a_removed_release_is_said_to_be_gone(filled: Library) -> None:
    given = made(filled)
    filled.remove(given["quotations"][0]["release_id"])
    found = check_receipt(filled, given)
    assert [finding.state for finding in found.findings] == [REMOVED]
    assert "nor does any other have these words" in found.findings[0].sentence
    assert (found.proved, found.forged) == (False, False)


def test_an_edited_release_with_and_without_the_words(filled: Library, archive: Path) -> None:
    given = made(filled)
    path = archive / "release-0000.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Crews", "Two crews"), encoding="utf-8")
    filled.sync(archive)
    [finding] = check_receipt(filled, given).findings
    start, end = (given["quotations"][0][key] + 4 for key in ("start", "end"))
    assert finding.state == EDITED
    assert f"has the words at characters {start}-{end}." in finding.sentence
    path.write_text(text.replace("were sound", "were all lost"), encoding="utf-8")
    filled.sync(archive)
    [finding] = check_receipt(filled, given).findings
    assert finding.state == EDITED
    assert "does not have these words" in finding.sentence


def test_words_that_went_to_another_release(filled: Library, tmp_path: Path) -> None:
    given = made(filled)
    filled.remove(given["quotations"][0]["release_id"])
    write_release(
        tmp_path / "other", "o.md", title="Something else", date="2020-02-02",
        text=f"The yearbook tells it again. {WORDS} So it says.",
    )  # fmt: skip
    filled.add(tmp_path / "other")
    [finding] = check_receipt(filled, given).findings
    assert finding.state == REMOVED
    assert "Something else" in finding.sentence


def test_a_newer_version_beside_the_quoted_one_is_named(library: Library, tmp_path: Path) -> None:
    text = (
        "NORRHAVEN, 3 May 2017 - The Harbour Council opened the north pier after nine months of "
        "work that storms had held up. The pier has room for {boats} boats and a light of its own. "
        "The engineer, Ilka Brandt, said that the old pier had been closed since the floods and "
        "that nobody had been hurt. The council thanked the fishers for their patience."
    )
    first = write_release(
        tmp_path / "a", "a.md", title="Council opens pier", date="2017-05-03",
        text=text.format(boats="forty"),
    )  # fmt: skip
    library.add(first)
    given = quoted(library, "The pier has room for forty boats")
    library.add(
        write_release(
            tmp_path / "b", "b.md", title="Council opens pier", date="2017-05-03",
            text=text.format(boats="fifty"),
        )
    )  # fmt: skip
    assert library.counts()["versions"] == 1
    found = check_receipt(library, given)
    assert found.proved
    assert "A newer version is stored" in found.findings[0].sentence
    assert "it does not have these words" in found.findings[0].sentence


def quoted(library: Library, words: str) -> dict[str, Any]:
    """The receipt of an answer that quotes these words."""
    [release] = [one for one in library.releases() if words in one.text]
    start = release.text.index(words)
    span = (start, start + len(words))
    citation = cite(library, release, span, span, 1)
    return receipt(Answer(words, True, words, (citation,), library=library.identity), MADE)


def test_the_file_alone_was_edited(filled: Library, archive: Path) -> None:
    given = made(filled)
    path = archive / "release-0000.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    before = check_receipt(filled, given)
    assert before.proved  # the library has not seen it yet
    assert "release-0000.md was changed since it was read" in before.remarks[0]
    filled.sync(archive)
    [finding] = check_receipt(filled, given).findings
    assert finding.state == SOURCE
    assert "the file it was read from was changed or removed" in finding.sentence


def test_the_files_are_not_needed(filled: Library, archive: Path) -> None:
    given = made(filled)
    (archive / "release-0000.md").unlink()
    found = check_receipt(filled, given)
    assert found.proved
    assert "release-0000.md is not there any more" in found.remarks[0]


def test_a_backup_proves_it_and_so_does_what_is_restored(filled: Library, tmp_path: Path) -> None:
    given = made(filled)
    filled.backup(tmp_path / "backup")
    with Library.open(tmp_path / "backup", encoder=FakeEncoder()) as backup:
        assert check_receipt(backup, given).remarks == ()
        assert check_receipt(backup, given).proved
    filled.remove(given["quotations"][0]["release_id"])
    later = made(filled, "Who said that the lanterns of Elsinmere were sound?")
    assert not check_receipt(filled, given).proved
    with Library.open(tmp_path / "backup", encoder=FakeEncoder()) as backup:
        assert "it is an earlier state" in check_receipt(backup, later).remarks[0]
    filled.restore(tmp_path / "backup")
    found = check_receipt(filled, given)
    assert found.proved
    assert "restored from a backup" in found.remarks[0]


def test_another_library(filled: Library, tmp_path: Path) -> None:
    given = made(filled)
    with Library.open(tmp_path / "other", create=True, encoder=FakeEncoder()) as other:
        other.add(write_archive(tmp_path / "others", 3, first=30))
        found = check_receipt(other, given)
        assert [finding.state for finding in found.findings] == [REMOVED]
        assert "made from another library" in found.remarks[0]
        other.add(tmp_path / "archive")
        assert check_receipt(other, given).proved  # the same release has the same id everywhere


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def written(filled: Library, tmp_path: Path) -> tuple[str, Path]:
    path = tmp_path / "receipt.json"
    path.write_text(as_json(made(filled)), encoding="utf-8")
    return str(tmp_path / "library"), path


def verify(folder: str, path: Path) -> int:
    return main(["verify-receipt", str(path), "--library", folder])


def test_the_command_proves_and_names_what_changed(
    written: tuple[str, Path], filled: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, path = written
    assert verify(folder, path) == 0
    out = capsys.readouterr().out
    assert "[1] proved: Release " in out
    assert out.rstrip().endswith("Proved: 1 quotation stands as the receipt says.")
    path.write_text(path.read_text(encoding="utf-8").replace("Oda", "Ode"), encoding="utf-8")
    assert verify(folder, path) == 5
    assert "was altered after it was made" in capsys.readouterr().out
    path.write_text(as_json(made(filled)), encoding="utf-8")
    filled.remove(made(filled)["quotations"][0]["release_id"])
    assert verify(folder, path) == 4
    assert "[1] removed: Release " in capsys.readouterr().out


def test_the_command_says_what_it_cannot_use(
    written: tuple[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, path = written
    assert verify(folder, tmp_path / "none.json") == 1
    assert verify(str(tmp_path / "nowhere"), path) == 1
    path.write_bytes(b"\x00")
    assert verify(folder, path) == 1
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 3
    assert all(line.startswith("dateline: ") for line in errors)


def test_a_conversation_is_proved_as_one(
    written: tuple[str, Path], filled: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, path = written
    refused = answer("Who won the snail race of Atlantis in 1850?", filled)
    turns = [(QUESTION, answer(QUESTION, filled)), (refused.question, refused)]
    path.write_text(record(turns, MADE), encoding="utf-8")
    assert verify(folder, path) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{QUESTION}\n[1] proved")
    assert out.rstrip().endswith("Proved: 1 quotation stands as the receipts say.")
    path.write_text(path.read_text(encoding="utf-8").replace("Atlantis", "Atlas"), encoding="utf-8")
    assert verify(folder, path) == 5
    filled.remove(turns[0][1].citations[0].release_id)
    path.write_text(record(turns, MADE), encoding="utf-8")
    assert verify(folder, path) == 4


@pytest.mark.parametrize("data", [b"{}", b'{"turns": []}', b'{"turns": [1]}', b'{"receipt": 1}'])
def test_a_file_without_a_receipt(
    written: tuple[str, Path], data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, path = written
    path.write_bytes(data)
    assert verify(folder, path) == 1
    assert "not a receipt" in capsys.readouterr().err
