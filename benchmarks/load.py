"""Many readers at once, while releases are added to the same library.

    python benchmarks/load.py [--library DIR] [--users 50] [--seconds 180] [--added 200]
                              [--think 0] [--turns 0]

Each reader has a conversation of its own with a real server on loopback, as the page does: it joins
the queue and follows its event stream. Its question has an answer that no other reader's has, so a
reply that reached the wrong reader shows. After --turns questions it begins a new conversation, as
another visitor would. Another process adds releases, one at a time. The given
library is copied; without one, the samples are used. Prints a table: replies, errors, replies that
were wrong or somebody else's, how long they took, and the server's processor time and memory.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_ADDER = """
import sys, time
from pathlib import Path
from embeddings.library import Library
files = sorted(Path(sys.argv[2]).glob("*.txt"))
until = time.monotonic() + float(sys.argv[3])
added = 0
with Library.open(sys.argv[1]) as library:
    library.encode_queries(["warm"])
    for number, file in enumerate(files):
        added += library.add(file).added
        left = until - time.monotonic()
        time.sleep(max(0.0, left / (len(files) - number)))
print(added)
"""


@dataclass(slots=True)
class Seen:
    """What one reader saw: seconds of each right reply, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)


def write(folder: Path, first: int, count: int) -> Path:
    """Releases that name one keeper each, who counted a number of his own."""
    folder.mkdir(parents=True)
    for number in range(first, first + count):
        (folder / f"{number:05d}.txt").write_text(
            f"Lighthouse {number} counts its lamps\n\nDate: {1 + number % 28} May 2031\n"
            f"Source: Guild of Lamp Keepers\n\nFENPORT, {1 + number % 28} May 2031 – Keeper "
            f"Tovalind{number} counted {70_000 + number} lamps at Lighthouse {number} today.\n\n"
            f"The Guild will visit Lighthouse {number} again in the autumn.\n",
            encoding="utf-8",
        )
    return folder


class Reader:
    """One reader's conversation over HTTP, as the page holds it."""

    def __init__(self, port: int, function: int, values: list[object], number: int) -> None:
        self.port = port
        self.function = function
        self.values = values
        self.number = number
        self.session = f"reader{number}"
        self.question = f"How many lamps did Tovalind{number} count at Lighthouse {number}?"

    def ask(self) -> str:
        """The event stream of one question, to its end."""
        body = {
            "data": [self.question, *self.values],
            "fn_index": self.function,
            "session_hash": self.session,
            "trigger_id": None,
        }
        joined = self._request("POST", "/gradio_api/queue/join", json.dumps(body).encode())
        if "event_id" not in joined:
            raise RuntimeError(joined[:200])
        return self._request("GET", f"/gradio_api/queue/data?session_hash={self.session}")

    def _request(self, method: str, path: str, body: bytes | None = None) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        with contextlib.closing(connection):
            connection.request(method, path, body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            text = reply.read().decode()
        if reply.status != 200:
            raise RuntimeError(f"{reply.status} {text[:200]}")
        return text

    def run(self, until: float, think: float, turns: int, seen: Seen) -> None:
        """Ask until the time is over, in conversations of so many turns (0: a single one)."""
        asked = 0
        while time.monotonic() < until:
            if turns and asked % turns == 0:
                self.session = f"reader{self.number}visit{asked // turns}"
            asked += 1
            started = time.monotonic()
            try:
                stream = self.ask()
            except (OSError, RuntimeError, http.client.HTTPException) as error:
                seen.errors.append(f"{type(error).__name__} {error}")
                continue
            seconds = time.monotonic() - started
            others = [n for n in named(stream) if n != self.number]
            if others or f"{70_000 + self.number}" not in stream:
                seen.mixed.append(f"reader {self.number} saw {others or 'no answer'}")
            else:
                seen.seconds.append(seconds)
            time.sleep(think)


def named(stream: str) -> list[int]:
    """The numbers of the keepers that a stream names."""
    parts = stream.split("Tovalind")[1:]
    return [int(digits) for part in parts if (digits := part[: _digits(part)])]


def _digits(text: str) -> int:
    return next((at for at, letter in enumerate(text) if not letter.isdigit()), len(text))


@contextlib.contextmanager
def serving(library: Path, log: Path) -> Iterator[tuple[int, int]]:
    """A server over a library, on loopback; its port and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, str(ROOT / "app.py"), "--port", str(port), "--rate", "0"]
    command += ["--library", str(library)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        while process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.3)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def function_of(port: int) -> tuple[int, list[object]]:
    """The number of the page's asking function, and what it is given besides the question."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    with contextlib.closing(connection):
        connection.request("GET", "/config")
        config = json.loads(connection.getresponse().read())
    chosen = next(one for one in config["dependencies"] if one["api_name"] == "reply")
    parts = {part["id"]: part for part in config["components"]}
    values = [parts[number]["props"].get("value") for number in chosen["inputs"][1:]]
    return chosen["id"], values


def megabytes(pid: int) -> float:
    """Resident memory of a process, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def processor(pid: int) -> float:
    """Seconds of processor time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def share(seconds: list[float], part: float) -> float:
    """The time within which this share of the replies came."""
    ranked = sorted(seconds)
    return ranked[min(len(ranked) - 1, int(part * len(ranked)))] if ranked else float("nan")


def measure(library: Path, work: Path, options: argparse.Namespace) -> None:
    """Run the readers and the adding process side by side, and print what came of it."""
    with serving(library, work / "log") as (port, pid):
        function, values = function_of(port)
        readers = [Reader(port, function, values, number) for number in range(options.users)]
        for reader in readers[:5]:  # the model is loaded, the first connections are made
            reader.ask()
        before, used = megabytes(pid), processor(pid)
        seen = [Seen() for _ in readers]
        until = time.monotonic() + options.seconds
        arguments = [str(library), str(work / "more"), str(options.seconds - 5)]
        adder = subprocess.Popen(
            [sys.executable, "-c", _ADDER, *arguments],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        threads = [
            threading.Thread(target=reader.run, args=(until, options.think, options.turns, each))
            for reader, each in zip(readers, seen, strict=True)
        ]
        for thread in threads:
            thread.start()
        marks = [before]
        for tenth in range(1, 11):
            time.sleep(max(0.0, until - (10 - tenth) / 10 * options.seconds - time.monotonic()))
            marks.append(megabytes(pid))
        for thread in threads:
            thread.join()
        added = adder.communicate()[0].strip()
        used = processor(pid) - used
    seconds = [second for each in seen for second in each.seconds]
    errors = [error for each in seen for error in each.errors]
    mixed = [text for each in seen for text in each.mixed]
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load average "
        f"{os.getloadavg()[0]:.1f}"
    )
    print(f"readers {options.users}, seconds {options.seconds}, think {options.think} s")
    print(f"replies {len(seconds)}, errors {len(errors)}, mixed or wrong {len(mixed)}")
    print(f"releases added meanwhile {added or 'unknown'}")
    if seconds:
        print(
            f"median {statistics.median(seconds):.2f} s, p95 {share(seconds, 0.95):.2f} s, "
            f"longest {max(seconds):.2f} s, replies a second {len(seconds) / options.seconds:.1f}"
        )
        print(
            f"processor time of the server {used:.0f} s, {1000 * used / len(seconds):.0f} ms each"
        )
    print("memory in MB, before and after each tenth:", *(f"{mark:.0f}" for mark in marks))
    for line in [*errors[:5], *mixed[:5]]:
        print("  ", line)
    tracebacks = (work / "log").read_text().count("Traceback")
    print(f"tracebacks in the server's log {tracebacks}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=Path)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--added", type=int, default=200)
    parser.add_argument("--think", type=float, default=0.0, help="seconds between two questions")
    parser.add_argument("--turns", type=int, default=0, help="questions of one conversation")
    options = parser.parse_args()
    from embeddings.library import Library
    from embeddings.sampling import sample_library

    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        shutil.copytree(options.library or sample_library(), work / "library")
        with Library.open(work / "library") as library:
            library.add(write(work / "own", 0, options.users))
        write(work / "more", 10_000, options.added)
        measure(work / "library", work, options)


if __name__ == "__main__":
    main()
