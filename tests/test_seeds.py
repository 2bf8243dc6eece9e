"""The two real pages that the project began with, from file to answer."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from seeds import ANSWERED, CHAIRED, REFUSED, SEEDS

from embeddings import Library, Release
from qa import Answer, answer

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the seed pages are not at {SEEDS}"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seeds") / "library"


@pytest.fixture(scope="module")
def library(folder: Path) -> Iterator[Library]:
    with Library.open(folder, create=True) as opened:
        report = opened.add(SEEDS)
        assert (report.added, report.rejected) == (2, [])
        yield opened


def by_year(library: Library) -> dict[int, Release]:
    return {release.date.year: release for release in library.releases() if release.date}


def sentences_of(reply: Answer) -> str:
    return " ".join(citation.quote for citation in reply.citations)


def test_metadata(library: Library) -> None:
    first, second = by_year(library)[2003], by_year(library)[2018]
    assert first.title == "OSCE Security Conference considers fresh options"
    assert first.date == dt.date(2003, 6, 26)
    assert first.place.casefold() == second.place.casefold() == "vienna"
    assert first.sources == (
        "Forum for Security Co-operation",
        "Permanent Council",
        "OSCE Chairpersonship",
    )
    assert first.topics[0] == "Policing"
    assert len(first.topics) == 7
    assert second.title.startswith("More international co-operation needed to counter")
    assert second.date == dt.date(2018, 10, 17)
    assert second.sources == ("Forum for Security Co-operation",)
    assert second.topics == ("Conflict prevention and resolution", "Countering terrorism")


def test_the_date_comes_from_the_dateline_because_the_field_is_empty(library: Library) -> None:
    assert {release.origins["date"] for release in library.releases()} == {"dateline"}


def test_every_body_line_stands_once_and_no_menu_line_at_all(library: Library) -> None:
    for path, year in zip(sorted(SEEDS.glob("*.txt")), (2003, 2018), strict=True):
        text = by_year(library)[year].text
        lines = path.read_text(encoding="utf-8").splitlines()
        body = next(i for i, line in enumerate(lines) if line.startswith("VIENNA, "))
        for line in dict.fromkeys(lines[body:]):
            assert text.count(line.strip()) == 1, line
        kept = text.splitlines()
        for line in lines[:body]:
            assert line.strip() not in kept or not line.strip(), line


def test_passages_are_slices_of_their_release(library: Library) -> None:
    vector = library.encode_queries(["weapons"])[0]
    passages = library.passages(library.dense(vector, 100)[0])
    assert passages
    for passage in passages:
        assert library.release(passage.release_id).text[passage.start : passage.end] == passage.text


@pytest.mark.parametrize(("question", "short", "year"), ANSWERED)
def test_answered_with_a_verified_quotation(
    library: Library, question: str, short: str, year: int
) -> None:
    reply = answer(question, library)
    assert reply.answered, reply.reason
    assert short in reply.short
    assert short in reply.text
    [citation] = reply.citations
    release = library.release(citation.release_id)
    assert release.text[citation.start : citation.end] == citation.quote
    assert (citation.title, citation.date) == (release.title, release.date)
    assert release.date is not None
    assert release.date.year == year


def test_a_relative_day_is_shown_beside_the_words_that_give_it(library: Library) -> None:
    reply = answer("When did the first Annual Security Review Conference close?", library)
    assert "closed yesterday" in sentences_of(reply)
    assert reply.citations[0].date == dt.date(2003, 6, 26)
    assert "yesterday" in reply.short


def test_a_follow_up_is_read_with_the_turn_before(library: Library) -> None:
    first = answer(CHAIRED, library)
    second = answer("Which country does she represent?", library, history=[(CHAIRED, first.text)])
    assert second.answered
    assert second.short == "Sweden"


@pytest.mark.parametrize("question", REFUSED)
def test_refused_with_the_nearest_passages(library: Library, question: str) -> None:
    reply = answer(question, library)
    assert not reply.answered
    assert reply.citations == ()
    assert reply.nearest
    assert reply.reason


def test_filters_limit_what_is_searched(library: Library) -> None:
    question = "Who opened the discussions?"
    reply = answer(question, library, since="2018-10-01", until="2018-10-31")
    assert "Ulrika Funered" in reply.short
    assert not answer(question, library, until="2003-12-31").answered


def test_adding_again_changes_and_embeds_nothing(library: Library) -> None:
    before = library.version
    report = library.add(SEEDS)
    assert (report.unchanged, report.added, report.embedded) == (2, 0, 0)
    assert library.version == before
    assert library.verify() == []


def test_the_same_answers_on_the_command_line(library: Library, folder: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "dateline", *arguments, "--library", str(folder)],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    question, short, _ = ANSWERED[0]
    answered = run("ask", question, "--json")
    assert answered.returncode == 0, answered.stderr
    assert json.loads(answered.stdout)["short"] == short
    refused = run("ask", REFUSED[0])
    assert refused.returncode == 3, refused.stderr
    assert refused.stdout.startswith("The archive does not say.")
    assert run("verify").returncode == 0
