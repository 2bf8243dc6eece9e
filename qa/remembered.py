"""The answers given last, for a question that is asked again while the library stays as it is.

An answer is a function of what is asked, of the day (for "last month"), and of an open library at
one version with one model: those make the key, and so nothing has to be forgotten on a change.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.types import Answer

SIZE = 256  # answers kept; with the passages they hold, some 10 MB


class Remembered:
    """Answers by key, the least recently used one dropped first. Safe to use from threads."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, key: Hashable) -> Answer | None:
        """The answer under this key, if it is still there."""
        with self._guard:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer."""
        with self._guard:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
