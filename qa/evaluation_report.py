"""What the harness measured, as a table for the terminal and as a page that shows each miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.metrics import (
    Estimate,
    average_precision,
    calibration_error,
    coverage_at_risk,
    estimate,
    percentile,
    reciprocal_rank,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.evaluate import Outcome, Reply, Retrieval

RISK = 0.05  # share of wrong answers at which the coverage is reported

LEADING = frozenset(
    {
        "release first",
        "release in first five",
        "all releases in first ten",
        "passage MRR@10",
        "short answer right",
        "exact match",
        "token F1",
        "quotation shows the evidence",
        "unanswerable refused",
        "answerable refused",
    }
)

Row = tuple[str, str, str]  # group, measure, value


def figures(outcomes: Sequence[Outcome]) -> list[Row]:
    """Every figure over all cases, then the leading ones over each tag, then the times."""
    rows = _figures("all", outcomes)
    tags = dict.fromkeys(tag for outcome in outcomes for tag in outcome.case.tags)
    for tag in tags:
        group = [outcome for outcome in outcomes if tag in outcome.case.tags]
        if len(group) < len(outcomes):
            rows += [row for row in _figures(tag, group) if row[1] in LEADING]
    return rows + _latency(outcomes)


def _figures(group: str, outcomes: Sequence[Outcome]) -> list[Row]:
    rows = [(group, "cases", str(len(outcomes)))]
    found = [outcome.retrieval for outcome in outcomes if outcome.retrieval]
    rows += [(group, name, str(value)) for name, value in retrieval_figures(found)]
    replies = [(outcome, outcome.reply) for outcome in outcomes if outcome.reply]
    if replies:
        rows += [(group, name, value) for name, value in _answers(replies)]
    return rows


def retrieval_figures(found: Sequence[Retrieval]) -> list[tuple[str, Estimate]]:
    """Each retrieval measure over these cases, by name; those without a case are left out."""
    one = [r.releases[0] for r in found if len(r.releases) == 1]
    several = [r.releases for r in found if len(r.releases) > 1]
    relevant = [[bool(held) for held in r.passages] for r in found]
    precision = [average_precision(r.passages, r.wanted) for r in found]
    recall = [len({p for held in r.passages[:10] for p in held}) / r.wanted for r in found]
    both = [all(0 < rank <= 10 for rank in ranks) for ranks in several]
    rows = [
        ("release first", estimate([rank == 1 for rank in one])),
        ("release in first five", estimate([0 < rank <= 5 for rank in one])),
        ("release MRR@10", estimate([1 / rank if 0 < rank <= 10 else 0.0 for rank in one])),
        ("all releases in first ten", estimate(both)),
        ("passage Hits@4", estimate([any(good[:4]) for good in relevant])),
        ("passage Hits@10", estimate([any(good[:10]) for good in relevant])),
        ("passage MRR@10", estimate([reciprocal_rank(good) for good in relevant])),
        ("passage MAP@10", estimate(precision)),
        ("evidence recall@10", estimate(recall)),
    ]
    return [(name, value) for name, value in rows if value.count]


def _answers(asked: Sequence[tuple[Outcome, Reply]]) -> list[tuple[str, str]]:
    could = [reply for outcome, reply in asked if outcome.case.answerable]
    could_not = [reply for outcome, reply in asked if not outcome.case.answerable]
    given = [reply for _, reply in asked if reply.answer.answered]
    answered = [reply for reply in could if reply.answer.answered]
    sure = [reply.answer.confidence for reply in given]
    right = [reply.right for reply in given]
    rows = [
        ("short answer right", estimate([reply.right for reply in could])),
        ("right where answered", estimate([reply.right for reply in answered])),
        ("exact match", estimate([reply.exact for reply in could])),
        ("token F1", estimate([reply.f1 for reply in could])),
        ("quotation shows the evidence", estimate([reply.cited for reply in could])),
        ("same, where answered", estimate([reply.cited for reply in answered])),
        ("citations verified", estimate([reply.verified for reply in given])),
        ("short answer in a quotation", estimate([reply.shown for reply in given])),
        ("unanswerable refused", estimate([not reply.answer.answered for reply in could_not])),
        ("answerable refused", estimate([not reply.answer.answered for reply in could])),
    ]
    lines = [(name, str(value)) for name, value in rows if value.count]
    if given:
        # Of the answers given, surest first: a refusal's confidence says nothing about a span.
        share = coverage_at_risk(sure, right, RISK) * len(given) / len(asked)
        lines.append((f"coverage at {RISK:.0%} wrong", f"{share:.3f}"))
        lines.append(("calibration error", f"{calibration_error(sure, right):.3f}"))
    return lines


def _latency(outcomes: Sequence[Outcome]) -> list[Row]:
    stages = dict.fromkeys(stage for outcome in outcomes for stage in outcome.timings)
    rows = []
    for stage in stages:
        values = [outcome.timings[stage] for outcome in outcomes if stage in outcome.timings]
        rows.append((stage, values))
    if rows:
        rows.append(("total", [sum(o.timings.values()) for o in outcomes if o.timings]))
    return [
        ("time", name, f"median {percentile(v, 0.5):.0f} ms, p95 {percentile(v, 0.95):.0f} ms")
        for name, v in rows
    ]


def table(rows: Sequence[Row]) -> str:
    """The figures in aligned columns, a blank line between groups."""
    width = max((len(name) for _, name, _ in rows), default=0)
    lines: list[str] = []
    for i, (group, name, value) in enumerate(rows):
        if not i or rows[i - 1][0] != group:
            lines += ["", group] if lines else [group]
        lines.append(f"  {name:<{width}}  {value}")
    return "\n".join(lines)


def markdown(outcomes: Sequence[Outcome]) -> str:
    """The figures and every miss, as a Markdown page in which texts are text, never markup."""
    rows = figures(outcomes)
    lines = ["# Evaluation", "", "| group | measure | value |", "| --- | --- | --- |"]
    lines += [f"| {escape(group)} | {escape(name)} | {value} |" for group, name, value in rows]
    lost = [
        o for o in outcomes if o.retrieval and not all(r == 1 for r in o.retrieval.releases[:1])
    ]
    lines += ["", f"## Evidence not found first ({len(lost)})", ""]
    for outcome in lost:
        lines += _lost(outcome)
    wrong = [outcome for outcome in outcomes if outcome.reply and not outcome.reply.right]
    if any(outcome.reply for outcome in outcomes):
        lines += ["", f"## Not answered rightly ({len(wrong)})", ""]
    for outcome in wrong:
        lines += _wrong(outcome)
    return "\n".join(lines) + "\n"


def _lost(outcome: Outcome) -> list[str]:
    assert outcome.retrieval is not None
    ranks = ", ".join(str(rank) if rank else "not found" for rank in outcome.retrieval.releases)
    understood = "; ".join(outcome.retrieval.understood) or "nothing"
    return [
        f"- **{escape(outcome.case.id)}** {escape(outcome.case.question)}",
        f"  - rank {ranks}; understood: {escape(understood)}",
    ]


def _wrong(outcome: Outcome) -> list[str]:
    assert outcome.reply is not None
    reply = outcome.reply.answer
    wanted = " / ".join(outcome.case.answers[:3]) or "a refusal"
    lines = [
        f"- **{escape(outcome.case.id)}** {escape(outcome.case.question)}",
        f"  - wanted: {escape(wanted)}",
    ]
    if not reply.answered:
        return [*lines, f"  - refused ({reply.confidence:.2f}): {escape(reply.reason)}"]
    lines.append(f"  - got ({reply.confidence:.2f}): {escape(reply.text)}")
    for one in reply.citations:
        lines.append(f"  - [{one.number}] {escape(one.title)}, {one.date}: {escape(one.quote)}")
    return lines


def escape(text: str) -> str:
    """Text on one line with every character that Markdown or HTML gives a meaning made inert."""
    line = " ".join(text.split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|~" else c for c in line)
