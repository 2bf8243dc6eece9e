"""Runs the server of the package `milvus` until its standard input is closed.

python serve_milvus.py FOLDER PORT
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    from milvus import MilvusServer

    folder = Path(sys.argv[1])
    server = MilvusServer()
    server.set_base_dir(str(folder / "data"))
    server.listen_port = int(sys.argv[2])
    server.config.set("proxy_port", int(sys.argv[2]))
    server.start()
    try:
        (folder / "ready").touch()
        sys.stdin.read()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
