"""A build on two Ray nodes that are taken away while they work; needs root and iproute2.

python benchmarks/two_nodes.py [--kills 5] [--releases 200] [--seed 1]

The nodes are two network namespaces joined by one cable. The second node is killed (SIGKILL to each
of its processes) and started again, again and again at random moments; the cable is pulled once;
the driver is killed once and started again. The library must come out as one machine builds it.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from cluster import assert_same_library, write_mixed  # noqa: E402
from fakes import FakeEncoder  # noqa: E402

from embeddings.library import Library  # noqa: E402

_NODES = ("dateline1", "dateline2")
_CABLE = ("dlcable1", "dlcable2")
_HOSTS = ("10.231.7.1", "10.231.7.2")
_PORT = 6379
_DRIVER = """
import sys
from fakes import FakeEncoder
from embeddings import ray_build, ray_shards
from embeddings.library import Library
ray_shards.SHARD_FILES = 4
with Library.open(sys.argv[1], create=True, encoder=FakeEncoder()) as library:
    say = lambda *given: print(*given, flush=True)
    say(ray_build.add(library, sys.argv[2], address=sys.argv[3], work=sys.argv[4],
                      make_encoder=FakeEncoder, progress=say))
"""


def run(*command: str) -> None:
    subprocess.run(command, check=True)


@contextmanager
def network() -> Iterator[None]:
    """Two namespaces and the cable between them."""
    try:
        for node in _NODES:
            run("ip", "netns", "add", node)
        run("ip", "link", "add", _CABLE[0], "type", "veth", "peer", "name", _CABLE[1])
        for node, end, host in zip(_NODES, _CABLE, _HOSTS, strict=True):
            run("ip", "link", "set", end, "netns", node)
            run("ip", "-n", node, "addr", "add", f"{host}/24", "dev", end)
            run("ip", "-n", node, "link", "set", end, "up")
            run("ip", "-n", node, "link", "set", "lo", "up")
        yield
    finally:
        for node in _NODES:
            subprocess.run(["ip", "netns", "del", node], check=False)


def pids_of(node: str) -> list[int]:
    """The processes in a namespace."""
    found = subprocess.run(
        ["ip", "netns", "pids", node], capture_output=True, text=True, check=True
    ).stdout
    return [int(pid) for pid in found.split()]


def kill_node(node: str) -> int:
    """Kill every process in a namespace; how many there were."""
    count = 0
    while pids := pids_of(node):
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
                count += 1
            except ProcessLookupError:
                continue
        time.sleep(0.1)
    return count


class Cluster:
    """The two nodes, and who works on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = os.environ | {
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": secrets.token_hex(32),
            "RAY_USAGE_STATS_ENABLED": "0",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
            "OMP_NUM_THREADS": "1",
        }

    def start(self, number: int) -> None:
        """Start Ray on a node and wait until it has joined."""
        own = ["--head", f"--port={_PORT}", "--include-dashboard=false"]
        if number:
            own = [f"--address={_HOSTS[0]}:{_PORT}"]
        for _ in range(5):  # a busy machine can be too slow for Ray's patience
            done = subprocess.run(
                ["ip", "netns", "exec", _NODES[number], sys.executable, "-m", "ray.scripts.scripts",
                 "start", *own, f"--node-ip-address={_HOSTS[number]}", "--num-cpus=1",
                 "--object-store-memory=200000000", "--disable-usage-stats"],
                env=self.environment, capture_output=True, text=True,
            )  # fmt: skip
            if done.returncode == 0:
                return
            kill_node(_NODES[number])
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])

    def driver(self, library: Path, archive: Path) -> subprocess.Popen[str]:
        """Begin the build, on the first node."""
        return subprocess.Popen(
            ["ip", "netns", "exec", _NODES[0], sys.executable, "-c", _DRIVER, str(library),
             str(archive), f"{_HOSTS[0]}:{_PORT}", str(self.folder / "work")],
            env=self.environment, text=True, stdout=subprocess.PIPE,
        )  # fmt: skip


def follow(driver: subprocess.Popen[str], lines: list[str]) -> threading.Thread:
    """Collect what the driver says."""

    def read() -> None:
        assert driver.stdout is not None
        for line in driver.stdout:
            lines.append(line.strip())

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--releases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    folder = Path(tempfile.mkdtemp(prefix="two-nodes-"))
    archive = write_mixed(folder / "in", options.releases)
    with Library.open(folder / "one", create=True, encoder=FakeEncoder()) as library:
        print("one machine:", library.add(archive), flush=True)
    began = time.monotonic()

    def tell(what: str) -> None:
        print(f"{time.monotonic() - began:7.1f} s  {what}", flush=True)

    with network():
        cluster = Cluster(folder)
        try:
            cluster.start(0)
            cluster.start(1)
            tell("both nodes are up")
            harm(cluster, archive, options.kills, chance, tell)
        finally:
            for node in _NODES:
                kill_node(node)
    assert_same_library(folder / "two", folder / "one")
    tell("the library is the one that one machine builds")
    shutil.rmtree(folder)


def harm(cluster: Cluster, archive: Path, kills: int, chance: random.Random, tell: object) -> None:
    """Build, with everything that goes wrong meanwhile."""
    assert callable(tell)
    lines: list[str] = []
    driver = cluster.driver(cluster.folder / "two", archive)
    follow(driver, lines)
    plan = ["node"] * kills + ["cable", "driver"]
    chance.shuffle(plan)
    while plan or driver.poll() is None:
        if driver.poll() is not None:
            if driver.returncode == 0:
                tell(f"finished before: {', '.join(plan)}")
                break
            tell("the driver gave up; the same is run again")
            driver = cluster.driver(cluster.folder / "two", archive)
            follow(driver, lines)
        if not plan:
            time.sleep(0.2)
            continue
        time.sleep(chance.uniform(1, 8))
        so_far = lines[-1] if lines else "nothing yet"
        what = plan.pop()
        if what == "node":
            tell(f"{so_far}: the second node is killed, {kill_node(_NODES[1])} processes")
            time.sleep(chance.uniform(0, 3))
            cluster.start(1)
            tell("the second node is back")
        elif what == "cable":
            tell(f"{so_far}: the cable is pulled")
            run("ip", "-n", _NODES[1], "link", "set", _CABLE[1], "down")
            time.sleep(chance.uniform(5, 15))
            run("ip", "-n", _NODES[1], "link", "set", _CABLE[1], "up")
            tell("the cable is back")
        else:
            tell(f"{so_far}: the driver is killed")
            driver.kill()
            driver.wait()
    if driver.wait() != 0:
        raise SystemExit("the build failed")
    tell(lines[-1])


if __name__ == "__main__":
    main()
