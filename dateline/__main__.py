"""`python -m dateline` is the `dateline` command."""

from __future__ import annotations

import sys

from dateline.main import main

if __name__ == "__main__":
    sys.exit(main())
