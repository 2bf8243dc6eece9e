"""What readers said about answers: kept, replaced, carried along, and mended."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from fakes import FakeEncoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings import schema
from embeddings.errors import InputError
from embeddings.feedback import KINDS, LONGEST_REMARK, Cited, Feedback
from embeddings.library import Library
from embeddings.store import DATABASE
from embeddings.types import Filters

SAID = Feedback(
    answer="a1",
    kind="wrong-citation",
    question="Who chaired the Tide Board in June 2019?",
    asked="Who chaired it then?",
    answered=True,
    short="Oda Brandt",
    text="Oda Brandt [1]",
    citations=(Cited("f" * 64, 3, 14, "Oda Brandt."),),
    filters=Filters(since=dt.date(2019, 6, 1), sources=("Tide Board", "Söder")),
    remark="It names the deputy.",
)


def told(library: Library) -> list[tuple[str, str]]:
    return [(said.answer, said.kind) for said in library.feedback()]


def test_all_of_an_opinion_is_kept(library: Library) -> None:
    before = library.version
    library.add_feedback(SAID)
    (said,) = library.feedback()
    for name in ("answer", "kind", "question", "asked", "answered", "short", "text"):
        assert getattr(said, name) == getattr(SAID, name)
    assert said.citations == SAID.citations
    assert said.filters == SAID.filters
    assert said.remark == SAID.remark
    assert said.at is not None
    assert abs(said.at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    assert library.version == before  # nothing that a search could see has changed


def test_the_second_opinion_on_an_answer_replaces_the_first(library: Library) -> None:
    library.add_feedback(SAID)
    library.add_feedback(Feedback("a2", "good", "What was painted?", True))
    library.add_feedback(Feedback("a1", "good", SAID.question, True))
    assert told(library) == [("a2", "good"), ("a1", "good")]


@pytest.mark.parametrize(
    "said",
    [
        Feedback("a1", "splendid", "Who?", True),
        Feedback("a1", "", "Who?", True),
        Feedback("a1", "good", " ", True),
        Feedback("a1", "good", "\0", True),
        Feedback("", "good", "Who?", True),
        Feedback("a1", "good", "Who?", True, remark="x" * (LONGEST_REMARK + 1)),
        Feedback("a1", "good", "Who?" * 5_001, True),
    ],
)
def test_what_is_no_opinion_is_not_kept(library: Library, said: Feedback) -> None:
    with pytest.raises(InputError):
        library.add_feedback(said)
    assert library.feedback() == []


@given(
    kind=st.sampled_from(KINDS),
    question=st.text(min_size=1).filter(str.strip),
    remark=st.text(max_size=LONGEST_REMARK),
    quote=st.text(),
    sources=st.lists(st.text(), max_size=3).map(tuple),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_any_text_comes_back(
    library: Library, kind: str, question: str, remark: str, quote: str, sources: tuple[str, ...]
) -> None:
    cited = (Cited("e" * 64, 0, len(quote), quote),)
    said = Feedback(
        "x", kind, question, True, remark=remark, citations=cited, filters=Filters(sources=sources)
    )
    try:
        library.add_feedback(said)
    except InputError:
        assert not question.replace("\0", "").strip()
        return
    (kept,) = library.feedback()
    assert kept.kind == kind
    assert kept.question == question.replace("\0", "")
    assert kept.remark == remark.strip().replace("\0", "")
    assert kept.citations == cited
    assert kept.filters.sources == sources


def test_a_lone_surrogate_is_kept_as_a_question_mark(library: Library) -> None:
    library.add_feedback(Feedback("a1", "bad", "Who\ud800?", True))
    assert library.feedback()[0].question == "Who??"


def test_it_waits_for_nobody_who_writes(library: Library, archive: Path) -> None:
    entered, done = threading.Event(), threading.Event()

    def progress(stage: str, count: int, total: int) -> None:
        entered.set()
        assert done.wait(20)

    adding = threading.Thread(target=lambda: library.add(archive, progress=progress))
    adding.start()
    assert entered.wait(20)
    library.add_feedback(SAID)
    assert told(library) == [("a1", "wrong-citation")]
    done.set()
    adding.join()
    assert library.counts()["releases"] == 6
    assert told(library) == [("a1", "wrong-citation")]


def test_upkeep_carries_it_along(library: Library, archive: Path, tmp_path: Path) -> None:
    library.add(archive)
    library.add_feedback(SAID)
    library.backup(tmp_path / "backup")
    library.compact()
    assert library.repair().lost == []
    assert library.verify() == []
    assert told(library) == [("a1", "wrong-citation")]
    library.add_feedback(Feedback("a2", "good", "What was painted?", True))
    library.restore(tmp_path / "backup")
    assert told(library) == [("a1", "wrong-citation")]
    library.add_feedback(Feedback("a3", "good", "What was counted?", True))
    assert told(library) == [("a1", "wrong-citation"), ("a3", "good")]


def test_one_that_is_damaged_is_named_and_dropped(library: Library, archive: Path) -> None:
    library.add(archive)
    library.add_feedback(SAID)
    library.add_feedback(Feedback("a2", "good", "What was painted?", True))
    database = library._store.folder / DATABASE
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE feedback SET citations = '[[1' WHERE answer = 'a1'")
        connection.commit()
    assert library.verify() == ["1 opinions of readers cannot be read."]
    assert library.repair().lost == ["1 opinions of readers could not be read."]
    assert library.verify() == []
    assert told(library) == [("a2", "good")]


def test_it_is_read_out_of_a_damaged_database(tmp_path: Path, archive: Path) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, create=True, encoder=FakeEncoder()) as library:
        library.add(archive)
        library.add_feedback(SAID)
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        page = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'labels_folded'"
        ).fetchone()[0]
    with open(folder / DATABASE, "r+b") as file:  # an index can be made again
        file.seek((root - 1) * page)
        file.write(b"\xff" * page)
    assert Library.rescue(folder) != []
    with Library.open(folder, encoder=FakeEncoder()) as library:
        assert told(library) == [("a1", "wrong-citation")]


def test_a_library_from_before_opinions_is_rescued_without_gaps(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "library"
    with monkeypatch.context() as earlier:
        earlier.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        with Library.open(folder, create=True, encoder=FakeEncoder()) as library:
            library.add(archive)
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        page = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'labels_folded'"
        ).fetchone()[0]
    with open(folder / DATABASE, "r+b") as file:
        file.seek((root - 1) * page)
        file.write(b"\xff" * page)
    (sentence,) = Library.rescue(folder)
    assert "gaps in" not in sentence
    with Library.open(folder, encoder=FakeEncoder()) as library:
        assert library.feedback() == []
        assert library.counts()["releases"] == 6
