"""Truncated and altered files: noticed or harmless, never a wrong text, never a crash."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from crashing import Scene, prepare
from fakes import FakeEncoder

from embeddings.errors import DatelineError
from embeddings.library import Library
from embeddings.parse import release_id
from embeddings.store import DATABASE


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return prepare(tmp_path_factory.mktemp("scene"))


def truth(scene: Scene) -> dict[str, tuple[str, str]]:
    with scene.open() as library:
        return {release.id: (release.title, release.text) for release in library.releases()}


def damage(path: Path, chance: random.Random) -> str:
    """Cut the file short, flip some bits, or blot out a stretch of it."""
    data = bytearray(path.read_bytes())
    kind = chance.choice(("cut", "flip", "flip", "blot"))
    at = chance.randrange(len(data))
    if kind == "cut":
        del data[at:]
    elif kind == "flip":
        for _ in range(chance.choice((1, 1, 4))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    else:
        data[at : at + 512] = bytes(chance.randrange(256) for _ in data[at : at + 512])
    path.write_bytes(bytes(data))
    return f"{kind} {path.name} at {at}"


def look_around(folder: Path, known: dict[str, tuple[str, str]]) -> bool:
    """Use everything that reads; returns whether damage was noticed.

    A text that comes out is one that went in: that is what keeps citations right.
    """
    noticed = False
    try:
        library = Library.open(folder, encoder=FakeEncoder())
    except DatelineError:
        return True
    with library:
        vector = FakeEncoder().encode_queries(["lanterns at Castelmoor"])[0]
        for call in (
            lambda: library.dense(vector, 8)[0],
            lambda: library.lexical(["lanterns", "piers"], 8)[0],
        ):
            try:
                for passage in library.passages(call()):
                    release = library.release(passage.release_id)
                    assert release.text[passage.start : passage.end] == passage.text
                    assert known[release.id] == (release.title, release.text)
            except (DatelineError, KeyError):
                noticed = True
        for call in (library.catalog, library.counts, library.rejects):
            try:
                call()
            except DatelineError:
                noticed = True
        try:
            noticed = bool(library.verify()) or noticed
        except DatelineError:
            noticed = True
    return noticed


def damage_and_look(scene: Scene, folder: Path, count: int, seed: int) -> dict[str, int]:
    known = truth(scene)
    chance = random.Random(seed)
    found = {"noticed": 0, "harmless": 0, "repaired": 0, "beyond repair": 0}
    for i in range(count):
        here = folder / str(i)
        shutil.copytree(scene.library, here)
        files = [path for path in here.iterdir() if path.is_file() and path.stat().st_size]
        # The database is what matters most; the others take their turn.
        path = here / DATABASE if i % 3 else chance.choice(files)
        what = damage(path, chance)
        try:
            noticed = look_around(here, known)
        except AssertionError:
            raise
        except Exception as error:
            raise AssertionError(f"{what}: {error!r}") from error
        found["noticed" if noticed else "harmless"] += 1
        if noticed:
            try:
                rescued = Library.rescue(here)
                with Library.open(here, encoder=FakeEncoder()) as library:
                    done = library.repair()
                    done.lost += rescued
                    assert library.verify() == [], what
                    kept = {r.id: (r.title, r.text) for r in library.releases()}
                    assert kept.items() <= known.items(), what
                    assert done.lost or len(kept) == len(known), what
                found["repaired"] += 1
            except DatelineError:
                found["beyond repair"] += 1
        shutil.rmtree(here)
    return found


def test_damaged_files(scene: Scene, tmp_path: Path) -> None:
    found = damage_and_look(scene, tmp_path, 60, seed=1)
    assert found["noticed"] > 20
    assert found["repaired"] > (found["noticed"] + found["harmless"]) / 5


@pytest.mark.slow
def test_a_thousand_damaged_files(scene: Scene, tmp_path: Path) -> None:
    found = damage_and_look(scene, tmp_path, 1000, seed=2)
    print(found)
    assert found["repaired"] > (found["noticed"] + found["harmless"]) / 5


def test_what_release_ids_are_made_from_is_checked(scene: Scene) -> None:
    for identity, (_, text) in truth(scene).items():
        with scene.open() as library:
            release = library.release(identity)
        assert release_id(release.title, release.date, text) == identity
