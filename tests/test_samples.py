"""The sample releases: their form, their questions, and what comes out of reading them."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from embeddings.chunk import chunk
from embeddings.clean import clean
from embeddings.deduplicate import Deduplicator
from embeddings.parse import parse
from embeddings.read import read_inputs
from embeddings.sentences import sentences
from embeddings.types import Document, Release

SAMPLES = Path(__file__).resolve().parents[1] / "embeddings" / "samples"
MARK = "Sample text written for Dateline about an invented organisation"
LABELS = ("- Date:", "- Place:", "- Source:", "- Fields of work:")
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))}
MONTHLY = [stem for stem in PAGES if "safe-passage-committee" in stem]
REPOST = ("023-ice-patrol-ends-season", "024-ice-patrol-ends-season")
EDITED = ("025-grey-lantern-exercise", "026-grey-lantern-exercise-corrected")

every_page = pytest.mark.parametrize("stem", PAGES)


def lines(stem: str) -> list[str]:
    return PAGES[stem].splitlines()


def values(stem: str, label: str) -> str:
    """The value line under a label, or "" where the next line is another label."""
    page = lines(stem)
    below = page[page.index(label) + 1]
    return "" if below in LABELS else below.removeprefix("- ")


def menu(stem: str) -> list[str]:
    return lines(stem)[: lines(stem).index("Press release")]


def footer(stem: str) -> list[str]:
    return lines(stem)[lines(stem).index("About this site") - 1 :]


def paragraphs(stem: str) -> list[str]:
    """The text's paragraphs as they stand on the page, repetitions included."""
    page = lines(stem)
    first = page.index("- Fields of work:") + 2
    return page[first : page.index("About this site") - 1]


def stated_date(stem: str) -> dt.date:
    match = re.match(r"[A-Z ]+, (\d{1,2} [A-Z][a-z]+ \d{4}) [–-] ", paragraphs(stem)[0])
    assert match, stem
    return dt.datetime.strptime(match[1], "%d %B %Y").date()


def title(stem: str) -> str:
    return lines(stem)[lines(stem).index("Press release") + 1]


@cache
def release(stem: str) -> Release:
    """The page read on its own, as if it were the first and only one of an archive."""
    [document] = read_inputs([SAMPLES / f"{stem}.txt"])
    assert isinstance(document, Document)
    return parse(document, clean(document))


def names(values: str) -> tuple[str, ...]:
    return tuple(value.strip() for value in values.split(","))


def questions() -> list[dict[str, Any]]:
    text = (SAMPLES / "questions.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def turns() -> list[dict[str, Any]]:
    return [turn for row in questions() for turn in row.get("turns", [row])]


def test_there_are_about_thirty_pages_over_seven_years() -> None:
    assert len(PAGES) == 32
    assert {stated_date(stem).year for stem in PAGES} == set(range(2015, 2022))


@every_page
def test_a_page_has_menu_labels_and_footer(stem: str) -> None:
    assert len(menu(stem)) > 60
    assert f"- {MARK}" in menu(stem)
    assert footer(stem)[-1] == f"- {MARK}"
    page = lines(stem)
    assert [line for line in page if line in LABELS] == list(LABELS)
    assert values(stem, "- Place:").isupper()
    assert values(stem, "- Source:")
    assert values(stem, "- Fields of work:")
    assert paragraphs(stem)[0].startswith(values(stem, "- Place:") + ", ")


def test_the_menu_drifts_a_little_between_years() -> None:
    menus = {tuple(menu(stem)) for stem in PAGES}
    assert len(menus) == 3
    shared = set.intersection(*(set(one) for one in menus))
    assert all(len(shared) / len(set(one)) > 0.85 for one in menus)


def test_most_date_fields_are_empty_and_the_others_agree_with_the_dateline() -> None:
    filled = {stem: values(stem, "- Date:") for stem in PAGES if values(stem, "- Date:")}
    assert 3 <= len(filled) <= 6
    for stem, value in filled.items():
        assert dt.datetime.strptime(value, "%d %B %Y").date() == stated_date(stem)


def test_the_marking_stands_outside_every_text() -> None:
    for stem in PAGES:
        assert not any("Dateline" in paragraph for paragraph in paragraphs(stem))
    assert MARK in (SAMPLES / "README.md").read_text(encoding="utf-8")


def test_the_monthly_meeting_has_seven_months_and_titles() -> None:
    assert len(MONTHLY) == 7
    assert len({(stated_date(stem).year, stated_date(stem).month) for stem in MONTHLY}) == 7
    assert len({title(stem) for stem in MONTHLY}) == 7


def test_the_repost_and_the_edited_version() -> None:
    assert paragraphs(REPOST[0]) == paragraphs(REPOST[1])
    assert PAGES[REPOST[0]] != PAGES[REPOST[1]]
    first, second = (Counter(paragraphs(stem)) for stem in EDITED)
    assert (first & second).total() == first.total() - 1
    assert "Thirty-seven" in PAGES[EDITED[0]]
    assert "Twenty-seven" in PAGES[EDITED[1]]


def test_two_texts_repeat_themselves() -> None:
    repeated = {
        stem: sum(count - 1 for count in Counter(paragraphs(stem)).values()) for stem in PAGES
    }
    assert {stem: n for stem, n in repeated.items() if n} == {
        "007-chairperson-visits-mission-to-pelluria": 3,
        "008-shared-waters-conference-elsinmere": 5,
    }


def test_markup_stands_in_one_text() -> None:
    text = PAGES["029-web-security-exercise"]
    assert "<script>alert(1)</script>" in text
    assert "<img " in text
    assert "**bold text**" in text
    assert [stem for stem in PAGES if "<script" in PAGES[stem]] == ["029-web-security-exercise"]


def test_questions_are_well_formed() -> None:
    rows = questions()
    single = [row for row in rows if "turns" not in row]
    talks = [row for row in rows if "turns" in row]
    assert len(single) == 40
    assert [len(row["turns"]) for row in talks] == [2] * 6
    assert sum(not row["answers"] for row in single) == 10
    assert len({row["id"] for row in rows}) == len(rows)
    assert len({turn["question"] for turn in turns()}) == len(turns())


def test_evidence_stands_verbatim_in_a_text_and_holds_an_answer() -> None:
    for turn in turns():
        assert bool(turn["answers"]) == bool(turn["evidence"]), turn["question"]
        for item in turn["evidence"]:
            found = [part for part in paragraphs(item["doc"]) if item["quote"] in part]
            assert found, turn["question"]
        quotes = " ".join(item["quote"] for item in turn["evidence"]).casefold()
        if quotes:
            held = any(answer.casefold() in quotes for answer in turn["answers"])
            assert held, turn["question"]


def test_six_examples_and_one_of_them_is_to_be_refused() -> None:
    examples = [row for row in questions() if row.get("example")]
    assert len(examples) == 6
    assert sum(not row["answers"] for row in examples) == 1
    assert len({row["type"] for row in examples}) == 6
    assert all(len(row["question"]) <= 80 for row in examples)


@every_page
def test_metadata_is_read_from_a_single_page(stem: str) -> None:
    found = release(stem)
    assert found.title == title(stem)
    assert found.date == stated_date(stem)
    assert found.place.casefold() == values(stem, "- Place:").casefold()
    assert found.sources == names(values(stem, "- Source:"))
    assert found.topics == names(values(stem, "- Fields of work:"))


@every_page
def test_the_text_is_each_paragraph_once_and_nothing_else(stem: str) -> None:
    assert release(stem).text.split("\n\n") == list(dict.fromkeys(paragraphs(stem)))


@every_page
def test_each_sentence_stands_once_and_in_a_passage(stem: str) -> None:
    found = release(stem)
    parts = [found.text[start:end] for start, end in sentences(found.text)]
    assert Counter(parts).most_common(1)[0][1] == 1
    passages = chunk(found)
    for part in parts:
        assert any(part in passage.text for passage in passages)


@every_page
def test_the_text_can_be_found_again_in_the_file(stem: str) -> None:
    found = release(stem)
    outside = set(range(len(found.text)))
    for segment in found.segments:
        end = segment.start + segment.length
        origin_end = segment.origin_start + segment.length
        assert found.text[segment.start : end] == PAGES[stem][segment.origin_start : origin_end]
        outside -= set(range(segment.start, end))
    assert all(found.text[offset].isspace() for offset in outside)


def test_dates_come_from_the_dateline_where_the_field_is_empty() -> None:
    for stem in PAGES:
        filled = bool(values(stem, "- Date:"))
        assert release(stem).origins["date"] == ("field" if filled else "dateline"), stem


def test_only_the_two_near_copies_join_another_release() -> None:
    joined: dict[str, str] = {}
    stems: dict[str, str] = {}
    deduplicator = Deduplicator()
    for stem in PAGES:
        found = release(stem)
        match = deduplicator.match(found)
        if match:
            joined[stem] = stems[match.release_id]
        else:
            stems[found.id] = stem
            deduplicator.add(found)
    assert joined == {REPOST[1]: REPOST[0], EDITED[1]: EDITED[0]}


@pytest.mark.model
def test_the_example_script_builds_asks_and_cites() -> None:
    root = SAMPLES.parents[1]
    done = subprocess.run(
        [sys.executable, str(root / "examples" / "ask.py")],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    summary, first, second, third = done.stdout.strip().split("\n\n")
    assert summary.startswith("32 inputs: 30 added, 2 duplicates;")
    assert "Farid Hale-Mansour" in first
    assert "013-new-secretary-general.txt" in first
    assert "Liesbet Varga-Mbeki" in second
    assert "[1]" not in third
