"""Build a library from a folder of releases, ask it three questions, print the quotations.

    python examples/ask.py            the sample releases that come with Dateline
    python examples/ask.py FOLDER     your own; then change the questions below

The library is made in a temporary folder and gone afterwards. To keep one, open it at a path of
your own: `Library.open("library", create=True)`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import embeddings
from embeddings import Library
from qa import Answer, answer

SAMPLES = Path(embeddings.__file__).parent / "samples"


def show(question: str, reply: Answer) -> None:
    """Print a question, the answer, and the words that prove it with where they stand."""
    print(f"\n{question}\n  {reply.text}")
    for citation in reply.citations:
        print(f"  [{citation.number}] “{citation.quote}”")
        print(f"      {citation.title}, {citation.date}")
        print(f"      {citation.path}, characters {citation.start} to {citation.end} of its text")


def main() -> None:
    """Build, then ask: a question, a follow-up to it, and one that has no answer."""
    paths = [Path(path) for path in sys.argv[1:]] or sorted(SAMPLES.glob("*.txt"))
    with (
        tempfile.TemporaryDirectory() as scratch,
        Library.open(Path(scratch) / "library", create=True) as library,
    ):
        print(library.add(*paths))

        first = "Who became Secretary General of the OIS in July 2018?"
        reply = answer(first, library)
        show(first, reply)

        second = "Whom did he succeed?"
        show(second, answer(second, library, history=[(first, reply.text)]))

        third = "Who chaired the Safe Passage Committee in August 2018?"
        show(third, answer(third, library))


if __name__ == "__main__":
    main()
