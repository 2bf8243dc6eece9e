"""Which package may import which, and what importing costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = {"embeddings": 0, "qa": 1, "web": 2, "dateline": 3, "app": 3}
HEAVY = ("torch", "sentence_transformers", "transformers", "faiss", "gradio", "trafilatura")


def modules() -> list[Path]:
    found = [path for name in LAYERS for path in sorted((ROOT / name).rglob("*.py"))]
    return [*found, *[path for path in [ROOT / "app.py"] if path.exists()]]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            names = [node.module or ""]
        for name in names:
            top = name.split(".")[0]
            if top in LAYERS and top != own:
                allowed = LAYERS[top] < LAYERS[own] or (own, top) == ("dateline", "app")
                assert allowed, f"line {node.lineno}: {own} must not import {top}"


@pytest.mark.parametrize("package", ["embeddings", "qa"])
def test_packages_are_flat(package: str) -> None:
    assert list((ROOT / package).glob("*/*.py")) == []


@pytest.mark.parametrize(
    "statement",
    [
        "import embeddings",
        "import qa",
        "from dateline.main import parser; parser().format_help()",
    ],
)
def test_importing_is_light(statement: str) -> None:
    program = f"import sys\n{statement}\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == ""


def test_importing_the_library_needs_no_model_code() -> None:
    program = "import sys, embeddings.library\nprint('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "False"
