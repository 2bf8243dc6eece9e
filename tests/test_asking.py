"""`dateline ask`: what it prints, the receipts it writes, and small mistakes around it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEncoder, write_archive
from hypothesis import given
from hypothesis import strategies as st
from talker import Talker, talking

import embeddings.model
from dateline.main import main
from dateline.printing import as_json, as_text
from embeddings import Library
from qa.types import Answer, Citation, Position, Row, Understood

QUESTION = "Who said that the buoys of Norrhaven were sound?"


@pytest.fixture(autouse=True)
def fake_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every library gets the fake encoder where it would load a model."""
    monkeypatch.setattr(
        embeddings.model, "load_encoder", lambda name="", precision="": FakeEncoder(name)
    )


@pytest.fixture
def folder(tmp_path: Path) -> str:
    with Library.open(tmp_path / "library", create=True, encoder=FakeEncoder("")) as library:
        library.add(write_archive(tmp_path / "archive", 6))
    return str(tmp_path / "library")


def citation(number: int, quote: str, **more: object) -> Citation:
    values = {"title": "Council counts boats", "date": dt.date(2018, 5, 3), "path": "boats.txt"}
    return Citation(
        number=number, release_id="ab" * 32, url="", quote=quote, start=7, end=7 + len(quote),
        **(values | more),  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_sentence_is_printed_once() -> None:
    quote = "Twelve boats took part, said “Captain” Ilse Moor."
    reply = Answer(f"Twelve — “{quote}” [1]", True, "Twelve", (citation(1, quote),), 0.9)
    assert as_text(reply) == (
        "Twelve [1]\n"
        "\n"
        "[1] Council counts boats (2018-05-03, boats.txt)\n"
        f"    “{quote}”\n"
        "    release abababababab, characters 7-56\n"
        "Confidence 90%."
    )


def test_a_whole_sentence_stands_in_its_citation_alone() -> None:
    quote = "It was held because the storms had come early."
    reply = Answer(f"“{quote}” [1]", True, quote, (citation(1, quote),), 0.6)
    assert as_text(reply).startswith("[1] Council counts boats")
    assert as_text(reply).count("storms") == 1


def test_a_shortened_quotation_and_several_lines() -> None:
    one, two = "Of all the many boats twelve came.", "Thirteen came."
    reply = Answer(
        "3 May 2018: twelve — “… the many boats twelve came.” [1]\n"
        "4 May 2018: “Thirteen came.” [2]",
        True, "twelve; Thirteen came.", (citation(1, one), citation(2, two)), 0.6,
    )  # fmt: skip
    assert as_text(reply).splitlines()[:2] == ["3 May 2018: twelve [1]", "4 May 2018: [2]"]


def test_words_quoted_in_a_sentence_stay() -> None:
    reply = Answer(
        "One release says “forty” [1], another “fifty” [2].", True, "forty",
        (citation(1, "It has room for forty."), citation(2, "It has room for fifty.")), 0.6,
    )  # fmt: skip
    assert as_text(reply).splitlines()[0] == "One release says “forty” [1], another “fifty” [2]."


def test_tables_disagreement_and_what_to_ask_next() -> None:
    reply = Answer(
        "It grew.", True, "It grew", (citation(1, "Forty came."), citation(2, "Fifty came.")), 0.7,
        rows=(Row("2017", "forty", 1), Row("May 2018", "fifty", 2)),
        positions=(Position("fifty", (2,)), Position("forty", (1, 2))),
        understood=(Understood("date", "May 2018"),),
        suggestions=("Who counted them?",),
        note="The language model did not answer.",
    )  # fmt: skip
    lines = as_text(reply).splitlines()
    assert lines[:8] == [
        "It grew.",
        "",
        "  2017      forty [1]",
        "  May 2018  fifty [2]",
        "",
        "The releases disagree:",
        "  - fifty [2]",
        "  - forty [1] [2]",
    ]
    assert lines[-6:] == [
        "Searched for: May 2018.",
        "Note: The language model did not answer.",
        "Confidence 70%.",
        "",
        "Ask next:",
        "  - Who counted them?",
    ]


def test_where_else_it_was_published() -> None:
    reply = Answer(
        "Twelve [1]", True, "Twelve", (citation(1, "Twelve came.", also=("a.txt", "b.txt")),), 0.6
    )
    assert "    also published as a.txt, b.txt\n" in as_text(reply)


@given(st.text(), st.text(), st.text())
def test_nothing_steers_the_terminal(text: str, quote: str, label: str) -> None:
    reply = Answer(
        text, True, text, (citation(1, quote, title=text, also=(label,)),), 0.5,
        rows=(Row(label, quote, 1),), positions=(Position(label, (1,)),),
        understood=(Understood("name", label),), suggestions=(text,), note=label, writer=label,
    )  # fmt: skip
    printed = as_text(reply)
    assert not {*printed} & {*map(chr, [*range(9), *range(11, 32), *range(127, 160), 0x202E])}
    json.dumps(as_json(reply))


def test_a_receipt_is_written_and_proved(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "receipt.json"
    assert main(["ask", QUESTION, "--library", folder, "--receipt", str(path)]) == 0
    assert "Oda Brandt [1]" in capsys.readouterr().out
    assert main(["verify-receipt", str(path), "--library", folder]) == 0
    assert main(["ask", QUESTION, "--library", folder, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out.partition("\n{")[2].join(["{", ""]))
    assert printed["citations"][0]["file_sha256"]
    receipt = printed["receipt"]
    (tmp_path / "whole.json").write_text(json.dumps(printed), encoding="utf-8")
    assert main(["verify-receipt", str(tmp_path / "whole.json"), "--library", folder]) == 0
    written = json.loads(path.read_text(encoding="utf-8"))
    assert receipt | {"made": "", "sha256": ""} == written | {"made": "", "sha256": ""}


def test_a_receipt_that_cannot_be_written(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "missing" / "receipt.json"
    assert main(["ask", QUESTION, "--library", folder, "--receipt", str(path)]) == 1
    assert "receipt.json cannot be written: No such file" in capsys.readouterr().err


def test_dates_the_wrong_way_round_are_named(
    folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    dates = ["--since", "2019-02-01", "--until", "2019-01-01"]
    assert main(["ask", QUESTION, "--library", folder, *dates]) == 1
    assert "since=2019-02-01 lies after until=2019-01-01" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["", "  "])
def test_an_empty_id_is_not_counted(
    folder: str, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", given, "--library", folder]) == 1
    assert capsys.readouterr().err == (
        "dateline: The id is empty. Give a release's id, or its first characters.\n"
    )


@pytest.mark.parametrize("there", [True, False])
def test_nothing_usable_leaves_no_library(
    there: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "empty.txt").write_bytes(b"")
    library = tmp_path / "library"
    if there:
        library.mkdir()
    assert main(["add", str(tmp_path / "in"), "--library", str(library)]) == 1
    assert "no library was made" in capsys.readouterr().err
    assert not library.exists()


def test_nothing_usable_leaves_a_library_that_was_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Library.open(tmp_path / "library", create=True).close()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "empty.txt").write_bytes(b"")
    assert main(["add", str(tmp_path / "in"), "--library", str(tmp_path / "library")]) == 1
    assert "the library is empty" in capsys.readouterr().err
    assert main(["status", "--library", str(tmp_path / "library")]) == 0
    assert "1 rejects" in capsys.readouterr().out


# --- with a language model ----------------------------------------------------------------------


COUNT = "How many buoys did crews repair at Norrhaven?"


@pytest.fixture
def talker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Talker]:
    """A language model that the environment names."""
    with talking() as talker:
        monkeypatch.setenv("DATELINE_LLM_URL", talker.url)
        monkeypatch.setenv("DATELINE_LLM_MODEL", "talker")
        monkeypatch.setenv("DATELINE_LLM_KEY", "secret-key")
        yield talker


def test_a_language_model_is_asked_only_when_told_to(
    folder: str, talker: Talker, capsys: pytest.CaptureFixture[str]
) -> None:
    talker.says("Nobody was asked [1].")
    assert main(["ask", COUNT, "--library", folder]) == 0
    assert talker.bodies == []
    assert "Worded by" not in capsys.readouterr().out


def test_its_sentences_are_printed_once_with_what_proves_them(
    folder: str, tmp_path: Path, talker: Talker, capsys: pytest.CaptureFixture[str]
) -> None:
    talker.says("Crews repaired 3 buoys at Norrhaven [1]. The buoys sank [1].")
    path = tmp_path / "receipt.json"
    given = ["ask", COUNT, "--library", folder, "--llm", "--receipt", str(path)]
    assert main(given) == 0
    out = capsys.readouterr().out
    assert out.startswith("Crews repaired 3 buoys at Norrhaven [1].\n\n[1] ")
    assert "sank" not in out
    assert "Worded by talker from these quotations, each sentence checked." in out
    assert out.count("repaired 3 buoys") == 2
    assert main(["verify-receipt", str(path), "--library", folder]) == 0
    assert json.loads(path.read_text(encoding="utf-8"))["writer"] == "talker"


def test_nothing_but_json_is_printed_as_json(
    folder: str, talker: Talker, capsys: pytest.CaptureFixture[str]
) -> None:
    talker.says("Crews repaired 3 buoys at Norrhaven [1].")
    assert main(["ask", COUNT, "--library", folder, "--llm", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["writer"] == "talker"
    assert printed["text"] == "Crews repaired 3 buoys at Norrhaven [1]."
    assert "secret-key" not in json.dumps(printed)


def test_the_answer_stands_when_it_lies_and_the_note_says_so(
    folder: str, talker: Talker, capsys: pytest.CaptureFixture[str]
) -> None:
    talker.says("Rufus Ode said so [1].")
    assert main(["ask", COUNT, "--library", folder, "--llm"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("3 [1]\n")
    assert "Note: Nothing that talker wrote could be proved, so it is not shown." in out


def test_a_refusal_stays_one(
    folder: str, talker: Talker, capsys: pytest.CaptureFixture[str]
) -> None:
    talker.says("The snail race was won by Oda Brandt0 [1].")
    question = "Who won the snail race of Atlantis in 1850?"
    assert main(["ask", question, "--library", folder, "--llm"]) == 3
    assert capsys.readouterr().out.startswith("The archive does not say.")
    assert talker.bodies == []


def test_llm_without_an_address_says_what_to_set(
    folder: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATELINE_LLM_URL", raising=False)
    assert main(["ask", COUNT, "--library", folder, "--llm"]) == 1
    assert capsys.readouterr().err == (
        "dateline: No language model is set up. Set DATELINE_LLM_URL and DATELINE_LLM_MODEL.\n"
    )
