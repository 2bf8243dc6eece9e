"""Fixtures and options of all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEncoder, write_archive
from hypothesis import settings

from embeddings.library import Library

# No test fails because a machine is slow.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the slow tests, and those of other engines, unless they are asked for."""
    for marker in ("slow", "engines"):
        if marker not in str(config.getoption("markexpr")):
            left_out = [item for item in items if marker in item.keywords]
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if marker not in item.keywords]


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def library(tmp_path: Path, encoder: FakeEncoder) -> Iterator[Library]:
    """An empty library with the fake encoder."""
    with Library.open(tmp_path / "library", create=True, encoder=encoder) as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A folder with six different releases."""
    return write_archive(tmp_path / "archive", 6)
