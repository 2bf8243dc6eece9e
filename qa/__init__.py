"""From a question to an answer made of verified quotations.

from qa import answer

reply = answer("Who chaired the Permanent Council in June 2003?", library="library")
print(reply.text, reply.citations[0].quote)

The way of a question, one module a verb: `understand` it, `search` the library, `rerank`, `read`
the words that answer, `cite` them after checking. `answering` tells the whole story.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.types import Answer, Citation, Hit

if TYPE_CHECKING:
    from qa.answering import answer as answer
    from qa.answering import ask as ask

__all__ = ["Answer", "Citation", "Hit", "answer", "ask"]


def __getattr__(name: str) -> object:
    # Answering imports numpy and the library; `import qa` alone costs milliseconds.
    if name in ("answer", "ask"):
        from qa import answering

        return getattr(answering, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
