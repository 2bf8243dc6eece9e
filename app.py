"""The web chat: `python app.py [--library DIR]` opens it on this machine."""

from __future__ import annotations

import sys

from web.launch import build, main

__all__ = ["build", "main"]

if __name__ == "__main__":
    sys.exit(main())
