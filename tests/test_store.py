"""The database: opening, transactions, the writer lock, errors in Dateline's own words."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from embeddings import errors, schema
from embeddings.store import DATABASE, Store, fold, put_setting


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    store = Store.open(tmp_path, create=True)
    before = store.setting("version")
    with pytest.raises(RuntimeError), store.transaction() as connection:
        put_setting(connection, "colour", "red")
        raise RuntimeError("power cut")
    assert (store.setting("colour"), store.setting("version")) == (None, before)
    with store.transaction() as connection:
        put_setting(connection, "colour", "blue")
    assert store.setting("colour") == "blue"
    assert store.setting("version") == before + 1
    store.close()


def test_a_snapshot_does_not_see_later_commits(tmp_path: Path) -> None:
    writer, reader = Store.open(tmp_path, create=True), Store.open(tmp_path)
    with reader.reading():
        before = reader.setting("version")
        with writer.transaction() as connection:
            put_setting(connection, "colour", "red")
        assert reader.setting("version") == before
    assert reader.setting("version") == before + 1
    writer.close()
    reader.close()


def test_a_second_writer_is_told_at_once(tmp_path: Path) -> None:
    store = Store.open(tmp_path, create=True)
    with store.writing():
        again = Store.open(tmp_path)
        with pytest.raises(errors.LibraryLocked, match=str(os.getpid())), again.writing():
            pass
        other = threading.Thread(target=lambda: failures.append(_try_to_write(store)))
        failures: list[str] = []
        other.start()
        other.join()
        assert failures == ["LibraryLocked"]
    assert _try_to_write(again) == ""
    store.close()
    again.close()


def _try_to_write(store: Store) -> str:
    try:
        with store.writing():
            return ""
    except errors.LibraryLocked as error:
        return type(error).__name__


def test_a_writer_in_another_process_is_named(tmp_path: Path) -> None:
    Store.open(tmp_path, create=True).close()
    program = (
        "import sys; from pathlib import Path; from embeddings.store import Store\n"
        "store = Store.open(Path(sys.argv[1]))\n"
        "with store.writing():\n    print('held', flush=True); sys.stdin.read()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    store = Store.open(tmp_path)
    with pytest.raises(errors.LibraryLocked, match=str(child.pid)), store.writing():
        pass
    with store.reading() as connection:  # readers are not blocked
        assert connection.execute("SELECT count(*) FROM releases").fetchone() == (0,)
    child.kill()
    child.communicate()
    with store.writing():  # a lock dies with its holder
        pass
    store.close()


def test_a_later_version_is_not_touched(tmp_path: Path) -> None:
    Store.open(tmp_path, create=True).close()
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(errors.LibraryTooNew, match="pip install"):
        Store.open(tmp_path)


def test_an_interrupted_creation_is_finished(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"")
    store = Store.open(tmp_path)
    assert schema.schema_version(store.reader()) == len(schema.MIGRATIONS)
    store.close()


def test_rubbish_is_said_to_be_damaged(tmp_path: Path) -> None:
    Store.open(tmp_path, create=True).close()
    (tmp_path / DATABASE).write_bytes(b"rubbish " * 4096)
    with pytest.raises(errors.LibraryError):
        Store.open(tmp_path)


def test_the_database_is_marked_as_ours(tmp_path: Path) -> None:
    Store.open(tmp_path, create=True).close()
    assert (tmp_path / DATABASE).read_bytes()[68:72] == b"DTLN"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zürich", "zurich"), ("TIDE  BOARD", "tide board"), ("Straße", "STRASSE"), (" a ", "a")],
)
def test_names_are_compared_folded(one: str, other: str) -> None:
    assert fold(one) == fold(other)
