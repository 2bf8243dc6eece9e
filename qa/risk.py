"""How sure to be for a given risk of a wrong answer, and how many questions that leaves answered.

`python benchmarks/risk.py QUESTIONS --library DIR` measured this table and prints it anew.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """With answers only from `threshold` on, at most `risk` of them were wrong.

    `coverage` is the share of all questions that were answered then. All are between 0 and 1.
    """

    risk: float
    threshold: float
    coverage: float


SETTINGS: tuple[Setting, ...] = (
    Setting(0.01, 0.971, 0.081),
    Setting(0.02, 0.959, 0.152),
    Setting(0.05, 0.887, 0.378),
    Setting(0.1, 0.806, 0.518),
    Setting(0.15, 0.456, 0.714),
    Setting(0.2, 0.311, 0.754),
    Setting(0.3, 0.311, 0.754),
)


def threshold_for(risk: float) -> float:
    """The threshold of the largest measured risk that is not above `risk`.

    For a risk smaller than any that was measured it is 1.0: then next to nothing is answered.
    """
    allowed = [setting for setting in SETTINGS if setting.risk <= risk]
    return min((setting.threshold for setting in allowed), default=1.0)
