"""Publishing to Milvus: the switch, what is left behind, graphs, and that nothing is written."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_places import PUBLISHED, Places
from fakes import FakeEncoder, write_archive, write_release

from dateline.main import main
from embeddings import milvus_publish
from embeddings.errors import LibraryError, LibraryNotFound, ModelMismatch, StorageFailed
from embeddings.feedback import Feedback
from embeddings.library import Library
from embeddings.milvus_client import Address, Connection
from embeddings.milvus_publish import publish
from embeddings.milvus_schema import builds_of, records_schema

pytestmark = pytest.mark.engines


@pytest.fixture(params=PUBLISHED)
def address(request: pytest.FixtureRequest, places: Places) -> Iterator[str]:
    """A name of its own on each engine; what was published there is deleted afterwards."""
    name = f"p{abs(hash(request.node.nodeid))}"
    found = places.address(request.param, name)
    yield found
    connection = Connection(Address.parse(found).uri)
    current = connection.behind(name)
    if current:
        connection.client.drop_alias(name)
    for one in builds_of(name, connection.collections()):
        connection.drop(one)
    connection.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "own", create=True, encoder=FakeEncoder()) as library:
        library.add(write_archive(tmp_path / "in", 4))
        yield library


def opened(address: str) -> Library:
    return Library.open(address, encoder=FakeEncoder())


def collections(address: str) -> set[str]:
    to = Address.parse(address)
    connection = Connection(to.uri)
    found = set(builds_of(to.name, connection.collections()))
    connection.close()
    return found


def test_a_new_build_takes_over_and_the_old_one_goes(
    small: Library, address: str, tmp_path: Path
) -> None:
    first = publish(small, address, grace=0)
    with opened(address) as published:
        assert published.version == 1
        assert published.counts()["releases"] == first.releases == 4
        write_release(tmp_path / "in", "new.md", title="Dry dock", text="The dock was drained.")
        small.sync(tmp_path / "in")
        second = publish(small, address, grace=0)
        assert published.version == 2
        assert published.counts()["releases"] == second.releases == 5
        assert [r.title for r in published.releases()] == [r.title for r in small.releases()]
    assert collections(address) == {second.build, f"{second.build}_records"}


def test_a_reader_stays_with_its_build(
    small: Library, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(small, address, grace=0)
    with opened(address) as published:
        with published.reading():
            before = [release.id for release in published.releases()]
            small.remove(before[0])
            with monkeypatch.context() as patch:  # it waits before it deletes; here for ever
                patch.setattr(milvus_publish, "_tidy", lambda *given: None)
                publish(small, address, grace=0)
            assert [release.id for release in published.releases()] == before
            assert published.release(before[0]).id == before[0]
        assert [release.id for release in published.releases()] == before[1:]


def test_a_publication_that_fails_changes_nothing(
    small: Library, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(small, address, grace=0)
    there = collections(address)

    def full(self: Connection, name: str, rows: Any) -> None:
        raise StorageFailed("the disk of the server is full")

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "insert", full)
        with pytest.raises(StorageFailed):
            publish(small, address, grace=0)
    assert collections(address) == there
    with opened(address) as published:
        assert published.version == 1
        assert published.counts()["releases"] == first.releases


def test_the_later_of_two_publications_stays(
    small: Library, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(to: Connection, name: str, build: str) -> None:
        publish(small, address, grace=0)
        switch(to, name, build)

    switch = milvus_publish._switch
    with monkeypatch.context() as patch:
        calls = iter((late, switch))
        patch.setattr(milvus_publish, "_switch", lambda *given: next(calls)(*given))
        with pytest.raises(LibraryError, match="published anew meanwhile"):
            publish(small, address, grace=0)
    with opened(address) as published:
        assert published.version == 2
        assert published.verify() == []


def test_what_a_killed_publication_left_is_tidied_up(small: Library, address: str) -> None:
    to = Address.parse(address)
    connection = Connection(to.uri)
    connection.create(f"{to.name}_000003", records_schema())
    connection.close()
    with pytest.raises(LibraryNotFound, match="published"):
        opened(address)
    assert publish(small, address, grace=0).build == f"{to.name}_000004"
    assert collections(address) == {f"{to.name}_000004", f"{to.name}_000004_records"}


def test_a_graph_finds_nearly_all(address: str, tmp_path: Path) -> None:
    with Library.open(tmp_path / "own", create=True, encoder=FakeEncoder()) as library:
        library.add(write_archive(tmp_path / "in", 300))
        publish(library, address, grace=0, switch=100)
        with opened(address) as published:
            shared = 0
            for i in range(20):
                vector = library.encode_queries([f"pier {i} lanterns bulletin {3 * i}"])[0]
                exact = set(library.dense(vector, 10)[0].tolist())
                shared += len(exact & set(published.dense(vector, 10)[0].tolist()))
    assert shared >= 190


def test_an_empty_library_is_not_published(address: str, tmp_path: Path) -> None:
    with (
        Library.open(tmp_path / "own", create=True, encoder=FakeEncoder()) as library,
        pytest.raises(LibraryError, match="empty"),
    ):
        publish(library, address)
    assert collections(address) == set()


def test_another_model_is_refused(small: Library, address: str) -> None:
    publish(small, address, grace=0)
    with pytest.raises(ModelMismatch):
        Library.open(address, encoder=FakeEncoder(salt="other"))


def test_nothing_can_be_written(small: Library, address: str, tmp_path: Path) -> None:
    publish(small, address, grace=0)
    said = Feedback("a" * 32, "wrong", "", "", "", {}, True, "", "", ())  # type: ignore[arg-type]
    with opened(address) as published:
        for write in (
            lambda: published.add(tmp_path),
            lambda: published.fetch("http://127.0.0.1:1/"),
            lambda: published.plan(tmp_path),
            lambda: published.sync(tmp_path),
            lambda: published.remove("abcdef"),
            lambda: published.reembed(),
            lambda: published.compact(),
            lambda: published.repair(),
            lambda: published.backup(tmp_path / "copy"),
            lambda: published.restore(tmp_path),
            lambda: published.add_feedback(said),
        ):
            with pytest.raises(LibraryError, match="dateline publish"):
                write()
        assert published.feedback() == published.rejected() == []


def test_no_reading_method_was_forgotten() -> None:
    from embeddings.account import Account
    from embeddings.milvus import MilvusLibrary
    from embeddings.view import View

    local_only = {"last_input", "outcomes", "outcomes_of", "add_feedback"}
    public = {
        name
        for kind in (View, Account)
        for name, value in vars(kind).items()
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, property))
    }
    assert public - local_only <= set(vars(MilvusLibrary))


def test_the_command_publishes_and_asks(
    small: Library, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["publish", address, "--library", str(tmp_path / "nothing")]) == 1
    assert main(["publish", address, "--library", address]) == 1
    publish(small, address, grace=0)
    capsys.readouterr()
    assert main(["status", "--library", address]) == 0
    assert "4 inputs = 4 releases" in capsys.readouterr().out
    assert main(["verify", "--library", address]) == 0
    release = next(small.releases())
    assert main(["show", release.id[:10], "--library", address]) == 0
    assert release.title in capsys.readouterr().out
    assert main(["add", str(tmp_path / "in"), "--library", address]) == 1
    assert "dateline publish" in capsys.readouterr().err
