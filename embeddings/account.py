"""What a library can account for: the fate of each input, and what readers said about answers."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings import outcomes
from embeddings.feedback import Feedback, put_feedback, read_feedback
from embeddings.outcomes import Outcome
from embeddings.view import View


class Account(View):
    """The reading half of `Library`, with its ledger line by line and its readers' opinions."""

    # --- inputs -----------------------------------------------------------------------------

    def last_input(self) -> int:
        """The number of the newest input; those taken in later have higher ones."""
        with self._store.reading() as connection:
            return outcomes.last_number(connection)

    def outcomes(self, root: str, *, after: int = 0, paths: Sequence[str] = ()) -> list[Outcome]:
        """What became of the inputs read from a folder.

        Args:
            root: the folder as it was given, absolute, or "web" for what was fetched.
            after: only inputs with a higher number; at most 1,000.
            paths: also those of these paths, whatever their number.
        """
        with self._store.reading() as connection:
            named = outcomes.of_paths(connection, root, paths)
            new = outcomes.of_folder(connection, root, after=after)
        return list({one.number: one for one in (*named, *new)}.values())

    def outcomes_of(self, numbers: Sequence[int]) -> list[Outcome]:
        """What became of the inputs of these numbers, in the order they were first seen."""
        with self._store.reading() as connection:
            return outcomes.of_numbers(connection, numbers)

    def rejected(self) -> list[Outcome]:
        """Every input that could not be used, with its number and its reason."""
        with self._store.reading() as connection:
            return outcomes.rejected(connection)

    def model_name(self) -> str:
        """The model that the library is embedded with, which need not be loaded; "" before one."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT name FROM models"
                " WHERE id = (SELECT value FROM settings WHERE key = 'model')"
            ).fetchone()
        return str(row[0]) if row else ""

    # --- what readers said ------------------------------------------------------------------

    def add_feedback(self, said: Feedback) -> None:
        """Keep a reader's opinion of an answer; a second one on it replaces the first.

        It waits for nobody who is adding, and changes nothing that a search could see.

        Raises:
            InputError: it is of no known kind, or too long; see `embeddings.feedback`.
            StorageFailed: the disk refused.
        """
        with self._store.transaction(silent=True) as connection:
            put_feedback(connection, said)

    def feedback(self) -> list[Feedback]:
        """Every opinion that readers gave, the oldest first."""
        with self._store.reading() as connection:
            return read_feedback(connection)
