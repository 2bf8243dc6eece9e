"""The routes that change the library: who may, how much, under which names, one at a time."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEncoder, assert_searches_right, write_archive, write_release
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from embeddings.library import Library
from web import holdings
from web.changes import Changes
from web.guard import Guard
from web.quota import RequestError
from web.settings import Settings
from web.uploads import Batches, safe_name

TEXT = "The pilots of Tarn Quay will train on three evenings in March. " * 12
OTHER = "Crews counted the buoys of the outer basin on a quiet evening. " * 12
BYTES = {"content-type": "application/octet-stream"}


class Desk:
    """A server over a library, and a reader of its page."""

    def __init__(self, library: Library, folder: Path, **settings: Any) -> None:
        self.changes = Changes(library, Settings(library=folder, rate=0, **settings))
        app = FastAPI()
        holdings.routes(app, self.changes)
        guard = Guard(app, self.changes.settings)
        self.client = TestClient(guard, base_url="http://127.0.0.1:7860")
        self.token = {"x-dateline-token": self.changes.token}

    def post(self, action: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/library/{action}", json={} if body is None else body, headers=self.token | headers
        )

    def send(self, batch: str, name: str, content: Any, **headers: str) -> Any:
        return self.client.post(
            "/library/upload",
            params={"batch": batch, "name": name},
            content=content,
            headers=self.token | BYTES | headers,
        )

    def batch(self) -> str:
        return str(self.post("batch").json()["batch"])

    def finished(self, reply: Any) -> dict[str, Any]:
        """The job that a reply started, once it is over."""
        assert reply.status_code == 200, reply.text
        job: dict[str, Any] = reply.json()
        until = time.monotonic() + 30
        while job["state"] == "running" and time.monotonic() < until:
            time.sleep(0.02)
            job = self.post("job", {"job": job["job"]}).json()
        return job


@pytest.fixture
def desk(library: Library, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    def open_(**settings: Any) -> Desk:
        return Desk(library, tmp_path / "library", **settings)

    yield open_


def release(folder: Path, title: str = "Pilots train at Tarn Quay", text: str = TEXT) -> bytes:
    return write_release(folder, "one.md", title=title, text=text, date="2019-03-01").read_bytes()


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# --- who may ---------------------------------------------------------------------------------

ACTIONS = ("batch", "upload", "add", "fetch", "retry", "forget", "reembed", "job", "cancel")


@pytest.mark.parametrize("action", ACTIONS)
def test_only_the_page_itself_may_change_anything(action: str, desk: Callable[..., Desk]) -> None:
    here = desk()
    path = f"/library/{action}"
    headers = dict(BYTES) if action == "upload" else {}
    assert here.client.post(path, json={}, headers=headers).status_code == 403
    wrong = {"x-dateline-token": "x" * 43}
    assert here.client.post(path, json={}, headers=headers | wrong).status_code == 403
    elsewhere = here.token | {"origin": "http://evil.example"}
    assert here.client.post(path, json={}, headers=headers | elsewhere).status_code == 403
    assert here.client.get(path, headers=here.token).status_code == 405


@pytest.mark.parametrize("action", ACTIONS)
def test_a_read_only_server_changes_nothing(action: str, desk: Callable[..., Desk]) -> None:
    reply = desk(read_only=True).post(action)
    assert reply.status_code == 403
    assert reply.json() == {"detail": "This library is read-only here."}


def test_without_uploads_the_rest_still_works(
    desk: Callable[..., Desk], library: Library, tmp_path: Path
) -> None:
    here = desk(upload=False)
    for action, body in (("batch", {}), ("add", {"batch": "x"}), ("fetch", {"url": "http://a/"})):
        assert here.post(action, body).status_code == 403
    assert here.send("x", "a.md", b"x").status_code == 403
    assert 'id="files"' not in here.client.get("/library").text
    folder = write_archive(tmp_path / "in", 1)
    (folder / "x.txt").write_bytes(b"\0\1\2" * 50)
    library.add(folder)
    (reject,) = library.rejected()
    assert here.finished(here.post("retry", {"numbers": [reject.number]}))["state"] == "done"


def test_a_read_only_page_offers_no_change(desk: Callable[..., Desk]) -> None:
    page = desk(read_only=True).client.get("/library").text
    assert "<script" not in page
    assert "<button" not in page
    assert "data-token" not in page


# --- files -----------------------------------------------------------------------------------


def test_files_become_releases_copies_versions_and_rejects(
    desk: Callable[..., Desk], library: Library, tmp_path: Path
) -> None:
    here = desk()
    batch = here.batch()
    one = release(tmp_path / "in")
    for name, content in (
        ("x.md", one),  # in the order in which they came, not by name
        ("b.md", one),
        ("c.md", release(tmp_path / "in", text=TEXT + "Places are few.")),
        ("d.bin", b"\0\1\2" * 50),
    ):
        assert here.send(batch, name, content).json() == {"name": name}
    job = here.finished(here.post("add", {"batch": batch}))
    assert (job["state"], job["kind"]) == ("done", "add")
    found = {one["name"]: one for one in job["outcomes"]}
    assert [one["state"] for one in found.values()] == ["release", "copy", "version", "rejected"]
    assert job["counts"]["added"] == 1
    assert job["counts"]["rejected"] == 1
    assert library.counts()["inputs"] == 4
    assert str(tmp_path) not in str(job)
    page = here.client.get("/library").text
    assert "d&#46;bin" in page
    assert "Releases in several versions" in page
    assert str(tmp_path) not in page
    old, new = found["c.md"]["of"], found["c.md"]["release"]
    compared = here.client.get("/differences", params={"old": old, "new": new}).text
    assert "<ins>" in compared
    assert "Places are few" in compared
    assert library.verify() == []


def test_what_was_added_stays_and_can_be_looked_up_in_its_file(
    desk: Callable[..., Desk], library: Library, tmp_path: Path
) -> None:
    here = desk()
    batch = here.batch()
    here.send(batch, "a.md", release(tmp_path / "in"))
    (outcome,) = here.finished(here.post("add", {"batch": batch}))["outcomes"]
    (kept,) = files_below(tmp_path / "library" / "uploads")
    assert kept.name == "a.md"
    if os.name == "posix":
        assert kept.stat().st_mode & 0o777 == 0o600
        assert kept.parent.stat().st_mode & 0o777 == 0o700
    assert library.original(outcome["release"], 0, 10).path == kept
    assert here.post("add", {"batch": batch}).status_code == 404  # it is the library's now


@pytest.mark.parametrize(
    "given",
    [
        "../../../etc/cron.d/x.md",
        "/etc/passwd.md",
        "..\\..\\windows\\x.md",
        "C:\\x.md",
        ".hidden.md",
        "..",
        "",
        "a\0b.md",
        "a\nb.md",
        "\u202egpj.md",
        "dateline.db",
        "x!/y.md",
        "a" * 300 + ".md",
        "é" * 300,
        "<img src=x onerror=alert(1)>.md",
    ],
)
def test_no_name_leads_out_of_the_folder(
    given: str, desk: Callable[..., Desk], tmp_path: Path
) -> None:
    here = desk()
    before = set(files_below(tmp_path))
    reply = here.send(here.batch(), given, b"Some words.")
    assert reply.status_code == 200
    (new,) = set(files_below(tmp_path)) - before
    assert new.parent.parent == tmp_path / "library" / "uploads"
    assert new.name == reply.json()["name"]
    assert not new.name.startswith((".", "dateline"))


@given(st.text())
def test_a_safe_name_is_one_name(given: str) -> None:
    name = safe_name(given)
    assert name not in ("", ".", "..")
    assert not name.startswith(".")
    assert not set(name) & set('/\\:\0\n!#"<>|?*')
    assert len(name.encode()) <= 130
    assert name.isprintable()
    assert safe_name(name) == name


def test_names_that_recur_are_told_apart(desk: Callable[..., Desk]) -> None:
    here = desk()
    batch = here.batch()
    names = [here.send(batch, name, b"x").json()["name"] for name in ("a.md", "A.md", "x/a.md")]
    assert len({name.casefold() for name in names}) == 3
    assert [here.send(batch, "README", b"x").json()["name"] for _ in "ab"] == [
        "README",
        "README (2)",
    ]


@pytest.mark.parametrize("declared", [True, False])
def test_a_file_beyond_the_limit_leaves_nothing(
    declared: bool, desk: Callable[..., Desk], tmp_path: Path
) -> None:
    here = desk(max_file=1 << 20)
    batch = here.batch()
    pieces = [b"x" * 65_536] * 17
    reply = here.send(batch, "a.md", b"".join(pieces) if declared else iter(pieces))
    assert reply.status_code == 413
    assert reply.json() == {"detail": "A file has at most 1 MiB."}
    assert files_below(tmp_path / "library" / "uploads") == []
    assert here.send(batch, "b.md", iter(pieces[:16])).status_code == 200


def test_all_files_together_are_limited(desk: Callable[..., Desk], tmp_path: Path) -> None:
    here = desk(max_batch=1 << 20, max_files=3)
    batch = here.batch()
    half = b"x" * (1 << 19)
    replies = [here.send(batch, f"{name}.md", half).status_code for name in "abc"]
    assert replies == [200, 200, 413]
    assert len(files_below(tmp_path / "library" / "uploads")) == 2
    assert here.send(batch, "d.md", b"").status_code == 200
    reply = here.send(batch, "e.md", b"")
    assert (reply.status_code, reply.json()["detail"]) == (
        413,
        "At most 3 files are added together.",
    )


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "text/plain", "application/json", ""]
)
def test_only_the_bytes_of_one_file_are_taken(kind: str, desk: Callable[..., Desk]) -> None:
    here = desk()
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="../a"\r\n\r\nz\r\n--x--'
    assert here.send(here.batch(), "a.md", body, **{"content-type": kind}).status_code == 415


@pytest.mark.parametrize("batch", ["", "nowhere", "../..", "x" * 500])
def test_files_need_a_batch(batch: str, desk: Callable[..., Desk]) -> None:
    assert desk().send(batch, "a.md", b"x").status_code == 404


def test_batches_that_nobody_adds_are_few_and_go(
    desk: Callable[..., Desk], library: Library, tmp_path: Path
) -> None:
    here = desk()
    replies = [here.post("batch").status_code for _ in range(17)]
    assert replies == [200] * 16 + [503]
    uploads = tmp_path / "library" / "uploads"
    for folder in uploads.iterdir():
        os.utime(folder, (0, 0))
    (kept,) = list(uploads.iterdir())[:1]
    write_release(kept, "a.md", title="Ferries", text=TEXT, date="2019-05-01")
    library.add(kept)
    os.utime(kept, (0, 0))
    young = uploads / "young"
    young.mkdir()
    Batches(library, here.changes.settings)  # as the next server does
    assert set(uploads.iterdir()) == {kept, young}


def test_content_that_is_at_hand_is_added_or_leaves_nothing(
    desk: Callable[..., Desk], library: Library, tmp_path: Path
) -> None:
    uploads = tmp_path / "library" / "uploads"
    here = desk(max_file=10_000)
    with library._store.writing():
        for _ in range(20):  # more than may wait
            with pytest.raises(RequestError, match="Somebody is changing"):
                here.changes.add_content("a.md", release(tmp_path / "in"))
    with pytest.raises(RequestError, match="at most"):
        here.changes.add_content("a.md", b"x" * 10_001)
    assert list(uploads.iterdir()) == []
    job = here.changes.add_content("../a.md", release(tmp_path / "in"))
    assert here.finished(here.post("job", {"job": job.id}))["counts"]["added"] == 1
    assert [path.name for path in files_below(uploads)] == ["a.md"]
    with pytest.raises(RequestError, match="read-only"):
        desk(read_only=True).changes.add_content("a.md", b"x")
    with pytest.raises(RequestError, match="takes no files"):
        desk(upload=False).changes.add_content("a.md", b"x")


# --- addresses -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://127.0.0.1:9/a", 200),
        ("http://[::1]:9/a", 200),
        ("http://169.254.169.254/latest/meta-data", 200),
        ("file:///etc/passwd", 400),
        ("ftp://example.org/a", 400),
        ("javascript:alert(1)", 400),
        ("http://user:word@example.org/", 400),
        ("http://" + "a" * 3_000, 400),
        ("", 400),
        (7, 400),
        (None, 400),
    ],
)
def test_private_and_odd_addresses_are_refused(
    url: object, status: int, desk: Callable[..., Desk], library: Library
) -> None:
    here = desk()
    reply = here.post("fetch", {"url": url})
    assert reply.status_code == status
    if status == 200:
        job = here.finished(reply)
        assert [one["state"] for one in job["outcomes"]] == ["rejected"]
        assert "private network" in job["outcomes"][0]["reason"]
    assert library.counts()["releases"] == 0


# --- one at a time ---------------------------------------------------------------------------


class Slow(FakeEncoder):
    """Embeds only once it may."""

    def __init__(self, name: str = "bag-of-words") -> None:
        super().__init__(name)
        self.may, self.reached = threading.Event(), threading.Event()

    def encode(self, texts: Any, progress: Any = None) -> Any:
        self.reached.set()
        assert self.may.wait(30)
        return super().encode(texts, progress)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[tuple[Desk, Slow, Library]]:
    encoder = Slow()
    folder = tmp_path / "slow"
    with Library.open(folder, create=True, encoder=encoder) as library:
        yield Desk(library, folder), encoder, library
        encoder.may.set()


def test_a_second_change_is_refused_at_once_and_questions_are_not(
    slow: tuple[Desk, Slow, Library], tmp_path: Path
) -> None:
    here, encoder, library = slow
    first, second = here.batch(), here.batch()
    here.send(first, "a.md", release(tmp_path / "in"))
    here.send(second, "b.md", release(tmp_path / "in", title="Buoys counted", text=OTHER))
    running = here.post("add", {"batch": first})
    assert running.json()["state"] == "running"
    assert encoder.reached.wait(20)
    for action, body in (
        ("add", {"batch": second}),
        ("fetch", {"url": "http://example.org/"}),
        ("retry", {"numbers": [1]}),
        ("reembed", {"model": 0}),
        ("batch", {}),
    ):
        reply = here.post(action, body)
        assert reply.status_code == 409, action
        assert reply.json()["detail"].startswith("Somebody is changing the library")
    assert here.send(first, "late.md", b"x").status_code == 409
    assert here.client.get("/library").status_code == 200
    vector = FakeEncoder().encode_queries(["pilots"])[0]
    assert len(library.dense(vector, 3)[0]) == 0  # answered, from what was there before
    encoder.may.set()
    assert here.finished(running)["counts"]["added"] == 1
    assert here.finished(here.post("add", {"batch": second}))["counts"]["added"] == 1


def test_another_process_that_writes_is_noticed_at_once(
    desk: Callable[..., Desk], library: Library, tmp_path: Path
) -> None:
    here = desk()
    batch = here.batch()
    here.send(batch, "a.md", release(tmp_path / "in"))
    with Library.open(tmp_path / "library", encoder=FakeEncoder()) as other, other._store.writing():
        assert here.post("add", {"batch": batch}).status_code == 409
        assert here.post("retry", {"numbers": [1]}).status_code == 409
    assert here.send(batch, "b.md", b"x").status_code == 200  # the files are still there
    assert here.finished(here.post("add", {"batch": batch}))["counts"]["added"] == 1


def test_a_job_can_be_cancelled(slow: tuple[Desk, Slow, Library], tmp_path: Path) -> None:
    here, encoder, library = slow
    batch = here.batch()
    here.send(batch, "a.md", release(tmp_path / "in"))
    running = here.post("add", {"batch": batch})
    assert encoder.reached.wait(20)
    assert here.post("cancel", {"job": running.json()["job"]}).status_code == 200
    encoder.may.set()
    assert here.finished(running)["state"] == "cancelled"
    assert library.verify() == []
    assert library.counts()["releases"] == 0
    assert here.finished(here.post("add", {"batch": batch}))["counts"]["added"] == 1


def test_a_server_that_stops_stops_its_job(
    slow: tuple[Desk, Slow, Library], tmp_path: Path
) -> None:
    here, encoder, _ = slow
    batch = here.batch()
    here.send(batch, "a.md", release(tmp_path / "in"))
    running = here.post("add", {"batch": batch})
    assert encoder.reached.wait(20)
    here.changes.jobs.stopping = lambda: True
    encoder.may.set()
    assert here.finished(running)["state"] == "cancelled"


# --- rejects, models, jobs -------------------------------------------------------------------


def test_a_reject_is_read_again_or_forgotten(
    desk: Callable[..., Desk], library: Library, tmp_path: Path
) -> None:
    here = desk()
    folder = write_archive(tmp_path / "in", 1)
    for name in ("x.txt", "y.txt"):
        (folder / name).write_bytes(b"\0\1\2" * 50)
    library.add(folder)
    first, second = (one.number for one in library.rejected())
    assert f'data-numbers="{first} {second}"' in here.client.get("/library").text
    (folder / "x.txt").write_bytes(release(tmp_path / "other"))
    (outcome,) = here.finished(here.post("retry", {"numbers": [first]}))["outcomes"]
    assert outcome["state"] == "release"
    assert here.finished(here.post("forget", {"numbers": [first, second]}))["state"] == "done"
    assert library.rejected() == []
    assert library.counts()["releases"] == 2


@pytest.mark.parametrize("numbers", [None, [], "1", [0], [-1], [True], ["1"], [1.5], [2**60], {}])
@pytest.mark.parametrize("action", ["retry", "forget"])
def test_numbers_that_are_none(numbers: Any, action: str, desk: Callable[..., Desk]) -> None:
    assert desk().post(action, {"numbers": numbers}).status_code == 400


@pytest.mark.parametrize("model", [None, -1, 2, True, "all-MiniLM-L6-v2", "/etc", "../x", [0]])
def test_only_models_that_are_offered(model: object, desk: Callable[..., Desk]) -> None:
    here = desk(models=("/srv/models/other",))
    assert here.post("reembed", {"model": model}).status_code == 400
    # With its slash: the page's random marks are letters, digits, - and _, and may hold any word.
    page = here.client.get("/library").text
    assert "srv/" not in page
    assert "models/" not in page


@pytest.mark.model
def test_a_model_that_cannot_be_loaded_is_one_sentence(
    desk: Callable[..., Desk], library: Library, tmp_path: Path
) -> None:
    library.add(write_archive(tmp_path / "in", 1))
    here = desk(models=(str(tmp_path / "none"),))
    job = here.finished(here.post("reembed", {"model": 1}))
    assert job["state"] == "failed"
    assert job["sentence"] == "The model cannot be used; the server's log says why."
    assert str(tmp_path) not in str(job)


def test_another_model_is_taken_whole_or_not_at_all(
    desk: Callable[..., Desk],
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library.add(write_archive(tmp_path / "in", 4))
    other = Slow("other")
    monkeypatch.setattr("embeddings.model.load_encoder", lambda name, **_: other)
    here = desk(models=("other",))
    running = here.post("reembed", {"model": 1})
    assert other.reached.wait(20)
    here.post("cancel", {"job": running.json()["job"]})
    other.may.set()
    assert here.finished(running)["state"] == "cancelled"
    assert library.model_name() == "bag-of-words"
    assert_searches_right(library, "charts")
    job = here.finished(here.post("reembed", {"model": 1}))
    assert (job["state"], job["stage"]) == ("done", "tidying")
    # The titles had been embedded before it was cancelled, and were not again.
    assert (job["counts"]["reused"], job["counts"]["embedded"]) == (4, 4)
    assert library.model_name() == "other"
    assert library.verify() == []
    assert "embedded with <strong>other</strong>" in here.client.get("/library").text


@pytest.mark.parametrize("job", [None, "", "x", 7, [], {}])
def test_jobs_of_others_cannot_be_asked_about(job: object, desk: Callable[..., Desk]) -> None:
    here = desk()
    assert here.post("job", {"job": job}).status_code == 404
    assert here.post("cancel", {"job": job}).status_code == 404


def test_only_versions_of_one_release_are_compared(
    desk: Callable[..., Desk], library: Library, tmp_path: Path
) -> None:
    library.add(write_archive(tmp_path / "in", 2))
    one, two = (release.id for release in library.releases())
    here = desk()
    for old, new in ((one, two), (one, "0" * 64), (one, "<script>"), ("", "")):
        reply = here.client.get("/differences", params={"old": old, "new": new})
        assert reply.status_code == 404
        assert "<script" not in reply.text
