"""What readers said about answers, as questions to measure the library on.

An answer called good should be given again from the same words; where a reader wrote that a refusal
would have been right, a refusal is expected. The other kinds say that something was wrong and not
what would have been right: they cannot be measured, and are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.cases import Case, Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.feedback import Feedback


def opinion_cases(feedback: Sequence[Feedback]) -> tuple[list[Case], int]:
    """The cases that opinions make, and how many opinions make none."""
    cases = []
    for number, said in enumerate(feedback, 1):
        good = said.kind == "good"
        if not (said.kind == "should-refuse" or (good and (said.short or not said.answered))):
            continue
        cited = said.citations if good else ()
        case = Case(
            f"feedback-{number}",
            said.question,
            (said.short,) if good and said.answered else (),
            tuple(Evidence(quote=one.quote) for one in cited),
            ("feedback", said.kind),
            filters=said.filters,
        )
        cases.append(case)
    return cases, len(feedback) - len(cases)
