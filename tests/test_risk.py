"""The risk a person accepts, as a threshold: the table and the command that measures it."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import pytest
from fakes import write_release
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import QuestionError
from embeddings.library import Library
from qa.answering import answer
from qa.risk import SETTINGS, Setting, threshold_for

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
from risk import settings, write


def test_more_risk_answers_no_fewer_questions() -> None:
    assert [s.risk for s in SETTINGS] == sorted({s.risk for s in SETTINGS})
    assert [s.coverage for s in SETTINGS] == sorted(s.coverage for s in SETTINGS)
    thresholds = [threshold_for(risk / 100) for risk in range(101)]
    assert thresholds == sorted(thresholds, reverse=True)


def test_a_risk_between_two_that_were_measured_is_the_smaller_one() -> None:
    for smaller, larger in itertools.pairwise(SETTINGS):
        assert threshold_for((smaller.risk + larger.risk) / 2) <= smaller.threshold
    assert threshold_for(0.0) == 1.0


answers = st.lists(st.tuples(st.floats(0.3, 0.999), st.booleans()), min_size=1, max_size=40)


@given(answers)
def test_no_setting_is_wrong_more_often_than_it_says(found: list[tuple[float, bool]]) -> None:
    for one in settings(found, len(found)):
        given_then = [right for confidence, right in found if confidence >= one.threshold]
        assert given_then.count(False) <= one.risk * len(given_then)
        assert one.coverage == round(len(given_then) / len(found), 3)


def test_the_table_is_written_where_the_code_reads_it(tmp_path: Path) -> None:
    code = tmp_path / "risk.py"
    code.write_text(
        "SETTINGS: tuple[Setting, ...] = (\n    Setting(0.05, 0.9, 0.1),\n)\n\nREST = 1\n"
    )
    write([Setting(0.1, 0.8, 0.4), Setting(0.2, 0.7, 0.5)], code)
    assert code.read_text() == (
        "SETTINGS: tuple[Setting, ...] = (\n"
        "    Setting(0.1, 0.8, 0.4),\n    Setting(0.2, 0.7, 0.5),\n)\n\nREST = 1\n"
    )
    with pytest.raises(SystemExit):
        (tmp_path / "other.py").write_text("REST = 1\n")
        write([], tmp_path / "other.py")


def test_no_risk_at_all_refuses(library: Library, tmp_path: Path) -> None:
    write_release(
        tmp_path, "a.md", title="Buoys counted", date="2019-05-03",
        text="Inspector Oda Brandt counted 412 buoys at Norrhaven this week.",
    )  # fmt: skip
    library.add(tmp_path / "a.md")
    assert not answer("Who counted buoys at Norrhaven?", library, risk=0.0).answered
    with pytest.raises(QuestionError, match="share"):
        answer("Who counted buoys?", library, risk=5)
