"""`kill -9` while a library is written to: it opens, agrees with itself, and goes on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from crashing import STEPS, WORKS, Scene, assert_recovers, copy, prepare, run


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return prepare(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def whole(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, float]]:
    """For each work done without a crash: texts embedded, and seconds."""
    found = {}
    for name in WORKS:
        outcome = run(copy(scene, tmp_path_factory.mktemp("whole") / name), name)
        assert not outcome.killed
        found[name] = (outcome.embedded, outcome.seconds)
    assert found["add"][0] > 20
    return found


@pytest.mark.parametrize(("name", "step"), [(n, s) for n, steps in STEPS.items() for s in steps])
def test_killed_at_a_step(
    scene: Scene, whole: dict[str, tuple[int, float]], tmp_path: Path, name: str, step: str
) -> None:
    reached = 0
    for nth in (1, 2, 5):
        here = copy(scene, tmp_path / str(nth))
        outcome = run(here, name, step=step, nth=nth)
        reached += outcome.killed
        assert_recovers(here, name, outcome, whole[name][0])
    assert reached or step in ("tidying", "rename", "renamed", "fsync")


def random_kills(
    scene: Scene, whole: dict[str, tuple[int, float]], folder: Path, count: int
) -> int:
    """Kill at random moments; returns how often the work was still under way."""
    chance = random.Random(count)
    killed = 0
    for i in range(count):
        name = WORKS[i % len(WORKS)]
        here = copy(scene, folder / str(i))
        outcome = run(here, name, delay=chance.uniform(0.001, 1.1 * whole[name][1]))
        killed += outcome.killed
        assert_recovers(here, name, outcome, whole[name][0])
    return killed


def test_killed_at_random_moments(
    scene: Scene, whole: dict[str, tuple[int, float]], tmp_path: Path
) -> None:
    assert random_kills(scene, whole, tmp_path, 12) > 0


@pytest.mark.slow
def test_killed_at_300_random_moments(
    scene: Scene, whole: dict[str, tuple[int, float]], tmp_path: Path
) -> None:
    killed = random_kills(scene, whole, tmp_path, 300)
    print(f"{killed} of 300 were killed under way")
    assert killed > 150
