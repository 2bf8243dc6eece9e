"""Any story of adding, editing, deleting, renaming and coming back, checked after each step.

A plain dictionary of file names and texts is what the library must agree with: its releases, every
search with and without a filter against brute force, and its own verification.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

import numpy as np
from fakes import FakeEncoder, assert_searches_right, write_release
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from embeddings.library import Library
from embeddings.types import Filters

_PLACES = ("Norrhaven", "Elsinmere", "Tarn Quay")
_SUBJECTS = ("buoys", "lanterns", "ferries", "charts", "dredgers")

names = st.sampled_from([f"{name}.md" for name in "abcdefgh"])
contents = st.tuples(st.integers(0, 11), st.sampled_from(_PLACES), st.sampled_from(_SUBJECTS))


class Story(RuleBasedStateMachine):
    """Files come, change and go; `sync` follows them."""

    files = Bundle("files")

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.folder = self.root / "files"
        self.folder.mkdir()
        self.encoder = FakeEncoder()
        self.library = Library.open(self.root / "library", create=True, encoder=self.encoder)
        self.model: dict[str, tuple[int, str, str]] = {}
        self.known_ids: dict[int, str] = {}

    @initialize()
    def begin(self) -> None:
        self.put("always.md", (50, "Norrhaven", "buoys"))
        self.sync()

    def put(self, name: str, content: tuple[int, str, str]) -> None:
        number, place, subject = content
        write_release(
            self.folder, name, title=f"Bulletin {number} on {subject}", place=place,
            date=str(dt.date(2021, 1, 1) + dt.timedelta(days=10 * number)),
            text=f"Crews at {place} counted {number + 30} {subject} this week. "
            f"Pier {number} was closed to {subject}.",
        )  # fmt: skip
        self.model[name] = content

    def sync(self) -> None:
        self.library.sync(self.folder)

    @rule(target=files, name=names, content=contents)
    def add(self, name: str, content: tuple[int, str, str]) -> str:
        self.put(name, content)
        self.sync()
        return name

    @rule(changes=st.dictionaries(names, contents, max_size=4))
    def edit_many(self, changes: dict[str, tuple[int, str, str]]) -> None:
        for name, content in changes.items():
            self.put(name, content)
        self.sync()

    @rule(name=files)
    def delete(self, name: str) -> None:
        if self.model.pop(name, None) is not None:
            (self.folder / name).unlink()
            self.sync()

    @rule(old=files, new=names)
    def rename(self, old: str, new: str) -> None:
        if old in self.model and old != new:
            (self.folder / old).rename(self.folder / new)
            self.model[new] = self.model.pop(old)
            before = len(self.encoder.encoded)
            self.sync()
            assert len(self.encoder.encoded) == before

    @rule(name=files)
    def remove_and_add_again(self, name: str) -> None:
        if name in self.model:
            self.library.remove(self.folder / name)
            before = len(self.encoder.encoded)
            self.library.add(self.folder / name)
            assert len(self.encoder.encoded) == before
            self.sync()

    @rule()
    def sync_again(self) -> None:
        version = len(self.encoder.encoded)
        report = self.library.sync(self.folder)
        assert (report.added, report.changed, report.removed, report.embedded) == (0, 0, 0, 0)
        assert len(self.encoder.encoded) == version

    @rule()
    def compact(self) -> None:
        self.library.compact()
        self.encoder.encoded.clear()  # vectors of what was removed may be made again

    @rule()
    def open_again(self) -> None:
        self.library.close()
        self.library = Library.open(self.root / "library", encoder=self.encoder)

    @rule()
    def change_the_model(self) -> None:
        self.encoder = FakeEncoder(salt=self.encoder.salt + "x")
        self.library.reembed(encoder=self.encoder)

    @invariant()
    def the_library_holds_what_the_files_say(self) -> None:
        if not self.model:
            return
        expected = {(f"Bulletin {n} on {s}", p) for n, p, s in self.model.values()}
        found = [(release.title, release.place) for release in self.library.releases()]
        assert {title for title, _ in found} == {title for title, _ in expected}
        assert self.library.counts()["inputs"] == len(self.model)
        assert self.library.verify() == []

    @invariant()
    def searches_agree_with_brute_force(self) -> None:
        if not self.model:
            return
        for where in (
            Filters(),
            Filters(places=("elsinmere",)),
            Filters(since=dt.date(2021, 2, 1), until=dt.date(2021, 3, 31)),
            Filters(release_ids=tuple(r.id for r in self.library.releases())[::3]),
        ):
            if where or len(self.model) < 9:
                assert_searches_right(self.library, "lanterns at Tarn Quay", where)

    @invariant()
    def an_id_is_never_used_for_another_passage(self) -> None:
        vector = np.ones(64, dtype=np.float32) / 8
        ids = self.library.dense(vector, 100)[0]
        for passage in self.library.passages(ids):
            assert self.known_ids.setdefault(passage.id, passage.text) == passage.text

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.root)


TestStory = Story.TestCase
TestStory.settings = settings(
    max_examples=12,
    stateful_step_count=12,
    suppress_health_check=[HealthCheck.too_slow],
)
