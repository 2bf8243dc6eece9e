"""The README's working session, run as it stands there.

Console lines that begin with "$ dateline" are run in the repository, and what they print must be
what the README shows, but for seconds and percentages. Python blocks are executed.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.model


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def session(block: str) -> list[tuple[str, str]]:
    """(command, what it prints) of each "$ " line."""
    parts = re.split(r"^\$ (.+)\n", block, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def steady(printed: str) -> str:
    """Without what differs from run to run and machine to machine."""
    return re.sub(r"\d+\.\d s\b|\d+%", "N", printed).rstrip()


def test_console_session(tmp_path: Path) -> None:
    [block] = blocks("console")
    ran = 0
    for command, shown in session(block):
        words = shlex.split(command)
        if words[:2] == ["dateline", "chat"]:
            continue  # it serves until it is stopped; the browser tests start it
        assert words[0] == "dateline"
        arguments = [
            path
            for word in words[1:]
            for path in (sorted(map(str, ROOT.glob(word))) if "*" in word else [word])
        ]
        arguments = [str(tmp_path / "lib") if word == "my-library" else word for word in arguments]
        done = subprocess.run(
            [sys.executable, "-m", "dateline", *arguments],
            capture_output=True,
            text=True,
            timeout=600,
            cwd=ROOT,
            check=False,
        )
        printed = done.stdout.replace(str(tmp_path / "lib"), "my-library")
        assert steady(printed) == steady(shown), f"$ {command}\n{done.stderr}"
        ran += 1
    assert ran >= 3


def test_python_blocks(tmp_path: Path) -> None:
    found = blocks("python")
    assert found
    for block in found:
        subprocess.run(
            [sys.executable, "-c", block],
            check=True,
            timeout=600,
            cwd=ROOT,
            env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
        )


def test_every_linked_file_is_there() -> None:
    prose = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
    for name in re.findall(r"\]\((?!https?://|#)([^)]+)\)", prose):
        assert (ROOT / name).exists(), name
