"""Sentences with a phrase left out, to be found again in the rest of their release.

What a release says in one sentence it takes up in others: a name, a figure, a day, the matter
itself. One sentence is put as the question with such a phrase masked, and the passage around
another sentence that holds it is what is read; a fifth of the passages do not hold it. That costs
no labels and teaches to match a question with the place that answers it, before the few labelled
questions are seen ("span selection pre-training"; Glass et al., 2020. "Recurring span selection";
Ram et al., 2021).

    python -m training.clozes doj.jsonl.gz senate.jsonl.gz --count 80000 --out clozes.json.gz

Only text whose licence lets the weights be given away may be used.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterable
from pathlib import Path

from qa.question_words import STOPWORDS
from qa.span_model import header
from training import squad
from training.squad import Example
from training.texts import Text, around, kept_back, read

MASK = "[MASK]"
_EACH = 8  # clozes of one release at most
_LONGEST = 6  # words of a phrase
_ASKED = (7, 45)  # words of a sentence that is asked with
_SHARED = 2  # other words that the answering sentence must have in common with the asking one
_NONE = 0.2  # of the passages do not hold the phrase
_WORD = re.compile(r"[$€£]?\w+(?:[.,'’/&-]\w+)*%?")

Occurrence = tuple[int, int, int]  # sentence, start and end in the text


def derive(
    paths: Iterable[Path], count: int, seed: int, skip: frozenset[str] = frozenset()
) -> list[Example]:
    """About `count` examples from releases in JSONL files (gzipped), those in `skip` left out."""
    chooser = random.Random(seed)
    texts = [text for path in paths for text in read(path) if text.id not in skip]
    chooser.shuffle(texts)
    made: list[Example] = []
    for text in texts:
        if len(made) >= count:
            break
        made += _of_release(text, chooser)
    chooser.shuffle(made)
    return made[:count]


def _of_release(text: Text, chooser: random.Random) -> list[Example]:
    """At most `_EACH` clozes of one release."""
    words = [_word_spans(text, number) for number in range(len(text.spans))]
    phrases = _recurring(text, words)
    keys = sorted(phrases)
    # names and figures come first: they are what is asked for
    keys.sort(key=lambda key: chooser.random() * (4 if phrases[key][1] else 1), reverse=True)
    made: list[Example] = []
    for key in keys:
        example = _cloze(text, words, phrases[key][0], chooser)
        if example is not None:
            made.append(example)
        if len(made) == _EACH:
            break
    return made


def _word_spans(text: Text, number: int) -> list[tuple[int, int]]:
    begin, end = text.spans[number]
    return [m.span() for m in _WORD.finditer(text.text, begin, end)]


def _recurring(
    text: Text, words: list[list[tuple[int, int]]]
) -> dict[str, tuple[list[Occurrence], bool]]:
    """The longest phrases that several sentences hold: where, and whether they name or count."""
    found: dict[str, list[Occurrence]] = {}
    for number, spans in enumerate(words):
        said = [text.text[a:b] for a, b in spans]
        for i in range(len(said)):
            if said[i].lower() in STOPWORDS:
                continue
            for j in range(i, min(i + _LONGEST, len(said))):
                gap = text.text[spans[j - 1][1] : spans[j][0]] if j > i else " "
                if gap.strip(" .,") or "  " in gap:
                    break
                if said[j].lower() not in STOPWORDS:
                    where = (number, spans[i][0], spans[j][1])
                    found.setdefault(" ".join(said[i : j + 1]).casefold(), []).append(where)
    several = {key: at for key, at in found.items() if len({n for n, _, _ in at}) > 1}
    longest: dict[str, tuple[list[Occurrence], bool]] = {}
    for key in sorted(several, key=lambda key: (-len(key), key)):
        at = several[key]
        inside = any(
            key in longer and len(places) >= len(at) for longer, (places, _) in longest.items()
        )
        if not inside and len(key) > 1:
            first = text.text[at[0][1] : at[0][2]]
            longest[key] = (at, first != first.lower() or any(c.isdigit() for c in first))
    return longest


def _cloze(
    text: Text,
    words: list[list[tuple[int, int]]],
    places: list[Occurrence],
    chooser: random.Random,
) -> Example | None:
    """One occurrence asked for with its sentence, another to be found; or none to be found."""
    asking = chooser.choice(places)
    number, start, end = asking
    begin, stop = text.spans[number]
    low, high = _ASKED
    if not low <= len(words[number]) <= high or sum(n == number for n, _, _ in places) > 1:
        return None
    question = text.text[begin:start] + MASK + text.text[end:stop]
    told = _told(text, words, number) - _said(text.text[start:end])
    others = [place for place in places if place[0] != number]
    common = [len(told & _told(text, words, n)) for n, _, _ in others]
    best = max(common)
    if best < _SHARED:
        return None
    other = others[common.index(best)]
    first, last = around(text, other[0], chooser)
    kept = [n for n in range(first, last + 1) if n != number]
    none = chooser.random() < _NONE
    if none:
        kept = [n for n in range(len(text.spans)) if n not in {place[0] for place in places}]
        if kept:
            at = chooser.randrange(len(kept))
            kept = kept[max(0, at - 2) : at + 4]
    phrase = text.text[start:end].casefold()
    before = header(text.title, text.date) if chooser.random() < 0.5 else ""
    if phrase in before.casefold():
        before = ""
    context, answer = before, -1
    for n in kept:
        a, b = text.spans[n]
        if n == other[0]:
            answer = len(context) + other[1] - a
        context += text.text[a:b] + " "
    context = context.rstrip()
    if len(context) - len(before) < 150 or (none and phrase in context.casefold()):
        return None
    if none:
        return Example(text.title, question, context, ())
    found = text.text[other[1] : other[2]]
    return Example(text.title, question, context, ((answer, found),))


def _told(text: Text, words: list[list[tuple[int, int]]], number: int) -> set[str]:
    return _said(" ".join(text.text[a:b] for a, b in words[number]))


def _said(phrase: str) -> set[str]:
    """The words of a phrase that carry meaning."""
    return {word.casefold() for word in _WORD.findall(phrase)} - STOPWORDS


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("releases", type=Path, nargs="+", help="JSONL, gzipped")
    parser.add_argument("--count", type=int, default=80000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", type=Path, help="file with the ids of releases to leave out")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    made = derive(options.releases, options.count, options.seed, kept_back(options.without))
    squad.save(made, options.out)
    none = sum(not example.answers for example in made)
    print(f"{len(made)} clozes, {none} of them without an answer")


if __name__ == "__main__":
    main()
