"""The engines that the contract is tested on, and where a library can be published for it."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

import pytest

ENGINES = (
    "sqlite",
    pytest.param("lite", marks=pytest.mark.engines),
    pytest.param("milvus", marks=pytest.mark.engines),
)
PUBLISHED = ENGINES[1:]


@dataclass(frozen=True)
class Places:
    """Where libraries can be published during this run; asked for only when a test needs it."""

    request: pytest.FixtureRequest

    def address(self, engine: str, name: str) -> str:
        if importlib.util.find_spec("pymilvus") is None:
            pytest.skip("pymilvus is not installed; pip install 'dateline-archive[milvus]'")
        if engine == "lite":
            folder = self.request.getfixturevalue("lite_folder")
            return f"milvus+lite://{folder}/engine.db/{name}"
        return f"milvus+{self.request.getfixturevalue('milvus_server')}/{name}"
