"""How well the check of a language model's sentences tells true ones from altered ones.

    python benchmarks/wording.py LIBRARY [--sentences N] [--seed S]

Sentences are drawn from the passages of a library. As they stand they are true; then one thing in
each is changed: a figure, a date, a name (for one of another release), a quoted word, or it is
negated. Each is checked against the passage that it came from. What should stand and does, and what
should be dropped and is, are counted. No model is asked.
"""

from __future__ import annotations

import argparse
import platform
import random
import re
from collections.abc import Callable

from embeddings.chunk import chunk
from embeddings.dates import find_dates
from embeddings.library import Library
from embeddings.sentences import sentences
from qa.writer_check import ground
from qa.writer_figures import figures
from qa.writer_passage import Passage

NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}(?: [A-Z][a-z]{3,})?")
VERB = re.compile(r"\b(was|were|is|are|has|have|had|will|would|can|could)\b")

Change = Callable[[str, random.Random, list[str]], str | None]


def figure(sentence: str, draw: random.Random, names: list[str]) -> str | None:
    """The sentence with one figure made another, dates left alone."""
    dates = find_dates(sentence)
    found = [
        one
        for one in figures(sentence)
        if not any(d.start <= one.start < d.end for d in dates) and one.value.isdigit()
    ]
    if not found:
        return None
    one = draw.choice(found)
    other = str(int(one.value) + draw.randint(1, 9))
    return sentence[: one.start] + other + sentence[one.end :]


def date(sentence: str, draw: random.Random, names: list[str]) -> str | None:
    """The sentence with one year moved."""
    found = [d for d in find_dates(sentence) if re.search(r"\d{4}$", sentence[d.start : d.end])]
    if not found:
        return None
    one = draw.choice(found)
    year = int(sentence[one.end - 4 : one.end]) + draw.choice((-2, -1, 1, 2))
    return f"{sentence[: one.end - 4]}{year}{sentence[one.end :]}"


def name(sentence: str, draw: random.Random, names: list[str]) -> str | None:
    """The sentence with one name taken from another release."""
    found = list(NAME.finditer(sentence))
    if not found:
        return None
    one = draw.choice(found)
    return sentence[: one.start()] + draw.choice(names) + sentence[one.end() :]


def quote(sentence: str, draw: random.Random, names: list[str]) -> str | None:
    """The sentence with the last word of a quotation replaced."""
    found = re.search(r"[“\"]([^“”\"]{12,}?) (\w{3,})([.,]?[”\"])", sentence)
    if not found:
        return None
    return f"{sentence[: found.start(2)]}otherwise{sentence[found.end(2) :]}"


def denied(sentence: str, draw: random.Random, names: list[str]) -> str | None:
    """The sentence with "not" behind its first auxiliary verb."""
    found = VERB.search(sentence)
    if not found or re.match(r"\s+(?:not|no|never)\b", sentence[found.end() :]):
        return None
    return f"{sentence[: found.end()]} not{sentence[found.end() :]}"


CHANGES: dict[str, Change] = {
    "figure": figure,
    "year": date,
    "name": name,
    "quoted word": quote,
    "negation": denied,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("library")
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    with Library.open(options.library) as library:
        releases = [one for one in library.releases() if one.language in ("", "en")]
    draw.shuffle(releases)
    drawn: list[tuple[str, Passage]] = []
    names: list[str] = []
    for release in releases:
        if len(drawn) >= options.sentences:
            break
        names += [one[0] for one in NAME.finditer(release.text)][:3]
        for passage in draw.sample(found := chunk(release), min(2, len(found))):
            whole = Passage(passage.text, release.title, release.date)
            spans = [passage.text[a:b] for a, b in sentences(passage.text)]
            drawn += [
                (" ".join(one.split()), whole) for one in spans if 6 <= len(one.split()) <= 60
            ]
    drawn = drawn[: options.sentences]
    print(f"{platform.machine()}, Python {platform.python_version()}; {len(drawn)} sentences")
    stands = sum(ground(sentence, passage) is not None for sentence, passage in drawn)
    print(f"{'as it stands':14}{len(drawn):7} shown   {stands / len(drawn):.3f}")
    for kind, change in CHANGES.items():
        changed = [(change(sentence, draw, names), passage) for sentence, passage in drawn]
        tried = [
            (text, whole)
            for (text, whole), (was, _) in zip(changed, drawn, strict=True)
            if text and text != was
        ]
        dropped = sum(ground(text, passage) is None for text, passage in tried)
        share = f"{dropped / len(tried):.3f}" if tried else "-"
        print(f"{kind:14}{len(tried):7} dropped {share}")


if __name__ == "__main__":
    main()
