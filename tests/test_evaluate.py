"""The harness: measures by value, question files in each form, a run over a real library."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from typing import TYPE_CHECKING

import pytest
from fakes import write_release
from hypothesis import given
from hypothesis import strategies as st

from embeddings import sample_library
from embeddings.errors import InputError, NothingFound
from embeddings.feedback import Cited, Feedback
from embeddings.types import Filters
from qa.answering import answer
from qa.cases import Case, Evidence, read_cases
from qa.evaluate import Outcome, Reply, Retrieval, evaluate, main, sample
from qa.evaluation_report import escape, figures, markdown, table
from qa.gold import Gold, holds, overlaps
from qa.metrics import (
    average_precision,
    calibration_error,
    coverage_at_risk,
    estimate,
    exact_match,
    normalise,
    percentile,
    reciprocal_rank,
    reliability,
    stands_in,
    token_f1,
)
from qa.opinions import opinion_cases
from qa.types import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from embeddings.library import Library


def test_answers_are_compared_as_squad_compares_them() -> None:
    assert normalise("The  Tide-Board’s “Plan”, (a draft)!") == "tide boards plan draft"
    assert exact_match("the Zürich office", ["Zurich Office"])
    assert token_f1("Oda Brandt of Norrhaven", ["Oda Brandt"]) == pytest.approx(2 / 3)
    assert token_f1("nobody", ["Oda Brandt"]) == token_f1("", []) == 0.0


@pytest.mark.parametrize(
    ("accepted", "text", "expected"),
    [
        ("12", "It sold 12 ferries.", True),
        ("12", "It sold 112 ferries.", False),
        ("Oda Brandt", "Ambassador Oda Brandt, in the chair", True),
        ("Oda Brandt", "Oda met Brandt", False),
        ("", "anything", False),
    ],
)
def test_an_answer_stands_in_a_text_by_whole_words(
    accepted: str, text: str, expected: bool
) -> None:
    assert stands_in(accepted, text) is expected


def test_ranks_by_value() -> None:
    assert reciprocal_rank([False, False, True]) == pytest.approx(1 / 3)
    assert reciprocal_rank([False] * 10 + [True]) == 0.0
    # Rank 1 holds piece 0; rank 3 holds it again and piece 1: (1/1 + 1/3) / 2.
    assert average_precision([[0], [], [0, 1]], 2) == pytest.approx((1 + 1 / 3) / 2)
    assert average_precision([[0]], 0) == 0.0


def test_coverage_at_a_risk_takes_the_longest_good_enough_start() -> None:
    sure = [0.9, 0.8, 0.7, 0.6]
    assert coverage_at_risk(sure, [True, True, False, True], 0.0) == 0.5
    assert coverage_at_risk(sure, [True, False, True, True], 0.25) == 1.0
    assert coverage_at_risk([0.9, 0.9], [True, False], 0.0) == 0.0
    assert coverage_at_risk([], [], 0.05) == 0.0


def test_reliability_by_value() -> None:
    rows = reliability([0.95, 0.85, 0.05, 1.0], [True, False, False, True])
    assert rows == [(0.0, 1, 0.05, 0.0), (0.8, 1, 0.85, 0.0), (0.9, 2, 0.975, 1.0)]
    assert reliability([], []) == []


def test_calibration_error_by_value() -> None:
    assert calibration_error([0.95, 0.95, 0.15], [True, False, False]) == pytest.approx(
        (2 * 0.45 + 0.15) / 3
    )
    assert calibration_error([1.0, 0.0], [True, False]) == 0.0


def test_an_estimate_spans_its_mean() -> None:
    got = estimate([True] * 8 + [False] * 2)
    assert (got.mean, got.count) == (0.8, 10)
    assert 0.4 <= got.low < 0.8 < got.high <= 1.0
    assert estimate([True] * 8 + [False] * 2) == got
    assert str(estimate([])) == "-"
    assert estimate([1.0, 1.0]).low == 1.0


@given(st.lists(st.floats(0, 1), max_size=30))
def test_estimates_and_percentiles_stay_in_range(values: list[float]) -> None:
    got = estimate(values, resamples=50)
    assert 0.0 <= got.low <= got.high <= 1.0
    assert not values or percentile(values, 0.5) in values


def write(path: Path, *items: object) -> Path:
    text = "\n".join(json.dumps(item) for item in items)
    path.write_text(text, encoding="utf-8")
    return path


def test_plain_questions_and_conversations_are_read(tmp_path: Path) -> None:
    plain = {"question": "Who?", "answers": ["Oda", "Oda Brandt"], "type": "who", "hard": True,
             "evidence": [{"doc": "a", "quote": "Oda Brandt spoke."}]}  # fmt: skip
    turns = {"id": "c", "turns": [plain, {"question": "And where?", "answers": []}]}
    one, first, second = read_cases(write(tmp_path / "q.jsonl", plain, turns))
    assert (one.id, one.tags, one.answerable) == ("q-1", ("who", "hard"), True)
    assert one.evidence == (Evidence(doc="a", quote="Oda Brandt spoke."),)
    assert (first.id, second.id) == ("c/1", "c/2")
    assert second.before == (("Who?", "Oda Brandt"),)
    assert not second.answerable


def test_squad_and_multihop_files_are_read(tmp_path: Path) -> None:
    squad = {"data": [{"title": "t", "paragraphs": [{"context": "Oda spoke. Ulf left.", "qas": [
        {"id": "1", "question": "Who spoke?", "answers": [{"text": "Oda", "answer_start": 0}] * 2},
        {"id": "2", "question": "Who sang?", "answers": [], "is_impossible": True},
    ]}]}]}  # fmt: skip
    path = tmp_path / "squad.json.gz"
    path.write_bytes(gzip.compress(json.dumps(squad, indent=1).encode()))
    right, impossible = read_cases(path)
    assert right.answers == ("Oda",)
    assert right.evidence == (Evidence(quote="Oda spoke. Ulf left."),)
    assert not impossible.answerable
    hop = [
        {"query": "Which?", "answer": "Oda", "question_type": "inference_query",
         "evidence_list": [{"title": "T", "url": "http://x.test/1", "fact": "Oda spoke."}]},
        {"query": "What?", "answer": "Nothing.", "question_type": "null_query",
         "evidence_list": []},
    ]  # fmt: skip
    asked, null = read_cases(write(tmp_path / "hop.json", hop))
    assert asked.evidence[0].title == "T"
    assert asked.answerable
    assert not null.answerable


def test_a_line_may_be_as_short_as_a_person_writes_it(tmp_path: Path) -> None:
    named, bare, none = read_cases(
        write(
            tmp_path / "q.jsonl",
            {"question": "Who?", "answers": "Oda", "evidence": "News of the lock"},
            {"question": "Where?", "answers": ["Tarn Quay", "the quay"]},
            {"question": "When?", "unanswerable": True},
        )
    )
    assert named.answers == ("Oda",)
    assert named.evidence == (Evidence(title="News of the lock"),)
    assert bare.answers == ("Tarn Quay", "the quay")
    assert bare.answerable
    assert not none.answerable
    wrong = {"question": "Who?", "answers": "Oda", "unanswerable": True}
    with pytest.raises(InputError, match="unanswerable"):
        read_cases(write(tmp_path / "w.jsonl", wrong))


def test_opinions_become_questions(built: Library, tmp_path: Path) -> None:
    reply = answer(CASES[0].question, built)
    cited = tuple(Cited(c.release_id, c.start, c.end, c.quote) for c in reply.citations)
    where = Filters(since=dt.date(2015, 1, 1))
    for number, (kind, answered) in enumerate(
        [("good", True), ("should-refuse", True), ("bad", True), ("good", False)]
    ):
        built.add_feedback(
            Feedback(
                str(number), kind, CASES[0].question, answered, short="Oda Brandt",
                citations=cited if answered else (), filters=where,
            )
        )  # fmt: skip
    cases, other = opinion_cases(built.feedback())
    assert other == 1
    assert [case.tags for case in cases] == [
        ("feedback", "good"), ("feedback", "should-refuse"), ("feedback", "good"),
    ]  # fmt: skip
    assert [case.answerable for case in cases] == [True, False, False]
    assert cases[0].answers == ("Oda Brandt",)
    assert {case.filters for case in cases} == {where}
    first, second, third = evaluate(built, cases)
    assert first.reply is not None
    assert first.reply.answer.filters == where
    assert first.reply.right == first.reply.answer.answered
    for outcome in (second, third):
        assert outcome.reply is not None
        assert outcome.reply.right != outcome.reply.answer.answered


def test_the_command_measures_writes_its_report_and_asks_what_readers_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from dateline.main import main as dateline

    library = ["--library", str(sample_library())]
    questions = write(
        tmp_path / "q.jsonl",
        {"question": "How many vessels took part in exercise Grey Lantern?",
         "answers": ["Twenty-seven", "27"], "type": "howmany"},
        {"question": "Who won the chess cup of Zarnovia?", "unanswerable": True},
    )  # fmt: skip
    report = tmp_path / "misses.md"
    assert dateline(["evaluate", str(questions), *library, "--report", str(report)]) == 0
    out = capsys.readouterr().out
    assert re.search(r"short answer right +1\.000", out)
    assert "unanswerable refused" in out
    assert "median" in out
    assert report.read_text(encoding="utf-8").startswith("# Evaluation")
    assert dateline(["evaluate", *library]) == 1
    assert "nothing to ask" in capsys.readouterr().err
    assert dateline(["evaluate", "--feedback", *library]) == 1
    assert "0 opinions are asked" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["{", '{"q": 1}', '"word"', "[1]", "[[]]", '{"data": [{}]}'])
def test_a_file_in_no_known_form_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"odd\.jsonl"):
        read_cases(path)


def test_missing_and_empty_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_cases(tmp_path / "none.jsonl")
    with pytest.raises(NothingFound):
        read_cases(write(tmp_path / "empty.jsonl"))


@given(st.text(max_size=200))
def test_text_in_the_report_is_never_markup(text: str) -> None:
    got = escape(text)
    assert "\n" not in got
    assert "<" not in got
    assert "](" not in got
    assert "|" not in got.replace("\\|", "")


@pytest.fixture
def built(library: Library, tmp_path: Path) -> Library:
    for name, text in {
        "lock": "Oda Brandt opened the new lock at Tarn Quay. It cost 12 million crowns.",
        "ferry": "Ulf Strand sold the old ferry to the Pilot Service for 3 million crowns.",
    }.items():
        write_release(
            tmp_path / "in", f"{name}.md", title=f"News of the {name}", text=text, date="2015-03-04"
        )
    library.add(tmp_path / "in")
    return library


def test_evidence_is_matched_by_name_title_or_words(built: Library) -> None:
    gold = Gold(built)
    (lock,) = (r.id for r in built.releases() if "lock" in r.title)
    for evidence in (
        Evidence(doc="lock"),
        Evidence(doc="lock.md"),
        Evidence(title="news of the LOCK"),
        Evidence(quote="opened the new\nlock"),
        Evidence(doc="elsewhere", quote="cost 12 million"),
    ):
        assert gold.releases(evidence) == {lock}
    assert gold.releases(Evidence(quote="nobody wrote this")) == frozenset()
    assert gold.releases(Evidence()) == frozenset()


def test_records_are_matched_by_their_id(library: Library, tmp_path: Path) -> None:
    records = [
        {"id": f"r{i}", "title": "Notice", "date": f"2015-01-0{i}", "text": f"Pier {i} is shut. "
         f"Ships call at pier {i + 1} until further notice of the harbour master."}
        for i in (1, 2, 3)
    ]  # fmt: skip
    path = write(tmp_path / "notices.jsonl", *records)
    library.add(path)
    gold = Gold(library, path)
    (release,) = gold.releases(Evidence(doc="r2"))
    assert "Pier 2 is shut" in library.release(release).text


def test_records_of_two_files_in_one_library_are_told_apart_by_their_titles(
    library: Library, tmp_path: Path
) -> None:
    paths = []
    for folder, ferry in (("north", "Amber Gull"), ("south", "Silver Tern")):
        text = f"The ferry {ferry} is in dock for a month and sails again after the winter storms."
        (tmp_path / folder).mkdir()
        record = {"id": folder, "title": f"{ferry} in dock", "date": "2015-01-01", "text": text}
        paths.append(write(tmp_path / folder / "notices.jsonl", record))
        library.add(paths[-1])
    for path, ferry in zip(paths, ("Amber Gull", "Silver Tern"), strict=True):
        (release,) = Gold(library, path).releases(Evidence(doc=path.parent.name))
        assert ferry in library.release(release).text


def test_passages_and_quotations_hold_evidence() -> None:
    evidence = Evidence(quote="Oda Brandt opened the lock")
    assert holds("On Monday Oda Brandt  opened the lock.", evidence)
    assert not holds("Oda Brandt opened", evidence)
    assert overlaps("Oda Brandt opened", evidence)
    assert not overlaps("The ferry was sold to pilots", evidence)
    assert not overlaps("anything", Evidence())


CASES = [
    Case("1", "Who opened the new lock at Tarn Quay?", ("Oda Brandt",),
         (Evidence(doc="lock", quote="Oda Brandt opened the new lock"),), ("who",)),
    Case("2", "Who won the regatta of Elsinmere in 2031?", (), (), ("unanswerable",)),
]  # fmt: skip


def test_retrieval_is_measured_by_rank(built: Library) -> None:
    first, second = evaluate(built, CASES, answers=False)
    assert first.retrieval is not None
    assert first.retrieval == Retrieval((1,), first.retrieval.passages, 1, ("Tarn Quay",))
    assert first.retrieval.passages[0] == (0,)
    assert first.reply is None
    assert second.retrieval is None


def test_answers_and_citations_are_judged(built: Library) -> None:
    done: list[int] = []
    outcomes = evaluate(built, CASES, progress=lambda now, total: done.append(now))
    assert done == [1, 2]
    reply = outcomes[0].reply
    assert reply is not None
    assert reply.verified
    assert reply.right == stands_in("Oda Brandt", reply.answer.text)
    refused = outcomes[1].reply
    assert refused is not None
    assert refused.right == (not refused.answer.answered)
    values = {(group, name): value for group, name, value in figures(outcomes)}
    assert values["all", "release first"].startswith("1.000")
    assert values["all", "citations verified"].startswith("1.000")
    assert "median" in values["time", "total"]
    assert "cases" in table(figures(outcomes))


def test_the_report_shows_each_miss_with_what_was_wanted() -> None:
    answer = Answer(text="Ulf <b>Strand</b>", answered=True, short="Ulf Strand", confidence=0.9)
    missed = Outcome(
        CASES[0],
        Retrieval((3,), ((), (), (0,)), 1, ("Tarn Quay",)),
        Reply(answer, False, False, 0.0, False, False, False),
    )
    page = markdown([missed])
    assert "rank 3" in page
    assert "wanted: Oda Brandt" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_a_sample_keeps_conversations_whole_and_its_order() -> None:
    turns = [Case(f"{c}/{t}", "Who?", (), (), conversation=c) for c in "xyz" for t in (1, 2)]
    drawn = sample(turns, 2)
    assert len(drawn) == 2
    assert drawn[0].id[0] == drawn[1].id[0]
    assert sample(turns, 0) == sample(turns, 99) == turns
    assert [c.id for c in sample(turns, 4)] == sorted(c.id for c in sample(turns, 4))


def test_the_command_says_what_it_cannot_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = write(tmp_path / "q.jsonl", {"question": "Who?", "answers": ["Oda"]})
    assert main([str(questions), "--library", str(tmp_path / "none")]) == 1
    assert "error:" in capsys.readouterr().err
    assert main([str(tmp_path / "no.jsonl")]) == 1
