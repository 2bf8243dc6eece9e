"""The two real pages that the project began with, and what is asked about them.

They are read where they lie; nothing of them is copied here but the facts asked for.
"""

from __future__ import annotations

from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "data" / "seeds"

CHAIRED = "Who chaired the FSC meeting on resolution 1540?"

ANSWERED = [
    ("Who chaired the Permanent Council at the first Annual Security Review Conference?",
     "Justus de Visser", 2003),
    (CHAIRED, "Ulrika Funered", 2018),
    ("Who spoke for INTERPOL?", "Ali Rached", 2018),
    ("How many participants met in the final plenary?", "350", 2003),
    ("Which country is Vice-Chair of the 1540 Committee?", "Sweden", 2018),
    ("When did the first Annual Security Review Conference close?", "25 June 2003", 2003),
]  # fmt: skip

REFUSED = [
    "Who holds the OSCE Chairpersonship in 2025?",
    "Who chaired the Permanent Council in 2018?",
    "Who won the 2018 World Cup?",
]
