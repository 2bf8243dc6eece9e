"""What a writing run did, and how it tells while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

# Called as progress(stage, done, total); total is 0 while it is not known.
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Report:
    """What one run did. Every input it looked at is counted once among the first six."""

    added: int = 0  # releases that are new
    changed: int = 0  # inputs whose content differs from what the ledger had
    duplicates: int = 0  # inputs that turned out to be a release the library has
    renamed: int = 0  # inputs that were found again under another path
    unchanged: int = 0  # inputs the ledger already had with this content
    rejected: list[tuple[str, str]] = field(default_factory=list)  # path, reason
    gone: int = 0  # inputs that are no longer there
    removed: int = 0  # releases that no input holds any more
    embedded: int = 0  # texts turned into vectors by the model
    reused: int = 0  # texts whose vector was there already
    seconds: float = 0.0

    @property
    def inputs(self) -> int:
        """How many inputs the run looked at."""
        return (
            self.added
            + self.changed
            + self.duplicates
            + self.renamed
            + self.unchanged
            + len(self.rejected)
        )

    def __str__(self) -> str:
        outcomes = {
            "added": self.added,
            "changed": self.changed,
            "renamed": self.renamed,
            "duplicates": self.duplicates,
            "unchanged": self.unchanged,
            "rejected": len(self.rejected),
            "gone": self.gone,
        }
        told = [f"{count} {name}" for name, count in outcomes.items() if count] or ["0 added"]
        parts = [f"{self.inputs} {'input' if self.inputs == 1 else 'inputs'}: {', '.join(told)}"]
        if self.removed:
            parts.append(f"{self.removed} {'release' if self.removed == 1 else 'releases'} removed")
        parts.append(f"{self.embedded} texts embedded, {self.reused} reused")
        return "; ".join([*parts, f"{self.seconds:.1f} s"])
