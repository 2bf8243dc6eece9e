"""Questions derived from press releases: a sentence asked about one of its own phrases.

A person, day, place, sum or figure is taken out of a sentence and asked for with the words left
("cloze translation"; Lewis et al., 2019); of people whose role the text gives, it is asked who
holds the role and which role they hold. Words are dropped and verbs exchanged, so that the reader
cannot live on equal words alone. A third of the questions are put to the same passage without that
sentence, or to one that names another holder of the like role: there nothing answers.

    python -m training.releases doj.jsonl.gz senate.jsonl.gz --count 3000 --out derived.json.gz

reads JSONL whose lines hold "title", "date" and "text" and writes the questions in SQuAD's format.
Only text whose licence lets the weights be given away may be used.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from embeddings.people import find_people
from qa.question_words import STOPWORDS
from qa.span_model import header
from qa.spans import Candidate, candidates
from training import squad
from training.squad import Example
from training.texts import Text, around, kept_back, read

_LONGEST = 24  # words of a question
_ASK = {
    "person": ("Who", "Who", "Which official", "What is the name of the person who", "Whom"),
    "date": ("When", "When", "On which date", "On what day", "In which month and year"),
    "place": ("Where", "Where", "In which city", "In which place"),
    "money": ("How much", "How much money", "What sum", "What amount"),
    "number": ("How many", "How many", "What number"),
    "duration": ("How long", "For how long", "For what period"),
    "reason": ("Why", "Why", "For what reason"),
}
_OTHERWISE = {
    "said": "stated", "announced": "made known", "pleaded": "entered a plea of", "sentenced":
    "given a sentence of", "agreed": "consented", "introduced": "brought forward", "urged":
    "called on", "chaired": "presided over", "appointed": "named", "met": "held talks with",
    "visited": "paid a visit to", "signed": "put a signature to", "awarded": "granted",
    "charged": "accused", "alleged": "claimed", "received": "was given", "provide": "give",
    "provides": "gives", "released": "published", "supports": "backs", "support": "backing",
    "will": "is to", "approximately": "about", "requested": "asked for", "conducted": "carried out",
    "investigated": "looked into", "prosecuted": "taken to court", "resolve": "settle",
    "allegations": "claims", "passed": "adopted", "voted": "cast a vote", "joined": "took part",
}  # fmt: skip
_BREAK = re.compile(r"[;:()\[\]“”\"\n]|\s[-–—]\s")
_PREPOSITION = re.compile(r"(?:\b(?:on|in|at|by|since|from|of|to|for|until|near)\s+(?:the\s+)?)$")
_OWN = re.compile(r"\b(?:I|we|our|you|your|my)\b", re.IGNORECASE)  # somebody's speech
_TOLD = re.compile(
    r"\b(?:was|were|is|are|has|have|had|will|would|said|\w+ed)\b"  # a clause with a verb
)
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class _Held:
    """The last passage seen that names the holder of a role, and its question."""

    name: str
    question: str
    context: str


def derive(
    paths: Iterable[Path], count: int, seed: int, skip: frozenset[str] = frozenset()
) -> list[Example]:
    """About `count` examples from releases in JSONL files (gzipped), a third unanswerable.

    The releases whose ids are in `skip` are left out.
    """
    chooser = random.Random(seed)
    texts = [text for path in paths for text in read(path) if text.id not in skip]
    chooser.shuffle(texts)
    made: list[Example] = []
    holders: dict[str, _Held] = {}
    for text in texts:
        if len(made) >= count:
            break
        made += _of_release(text, chooser)
        made += _of_roles(text, holders, chooser)
    chooser.shuffle(made)
    return made[:count]


def _of_release(text: Text, chooser: random.Random) -> list[Example]:
    """At most three questions of one release, some of them without their answer."""
    made: list[Example] = []
    for number in chooser.sample(range(len(text.spans)), len(text.spans)):
        begin, end = text.spans[number]
        sentence = text.text[begin:end]
        if not 8 <= len(sentence.split()) <= 60 or _OWN.search(sentence):
            continue
        found = _question(sentence, text.date, chooser)
        if found is None:
            continue
        question, candidate = found
        first, last = around(text, number, chooser)
        before = header(text.title, text.date) if chooser.random() < 0.8 else ""
        low, high = text.spans[first][0], text.spans[last][1]
        answer = text.text[begin + candidate.start : begin + candidate.end]
        if chooser.random() < 0.35:
            without = before + text.text[low:begin] + text.text[end:high].lstrip()
            if answer.casefold() not in without.casefold() and len(without) > 150:
                made.append(Example(text.title, question, without, ()))
        else:
            at = len(before) + begin - low + candidate.start
            context = before + text.text[low:high]
            made.append(Example(text.title, question, context, ((at, answer),)))
        if len(made) == 2:
            break
    return made


def _of_roles(text: Text, holders: dict[str, _Held], chooser: random.Random) -> list[Example]:
    """Who holds a role and which role somebody holds, for one person of a release."""
    people = [
        person
        for person in find_people(text.text)
        if person.role and " " in person.name and len(person.affiliation) > 4
    ]
    if not people:
        return []
    person = chooser.choice(people)
    number = next((i for i, (a, b) in enumerate(text.spans) if a <= person.start < b), None)
    if number is None:
        return []
    first, last = around(text, number, chooser)
    low, high = text.spans[first][0], text.spans[last][1]
    before = header(text.title, text.date) if chooser.random() < 0.8 else ""
    context = before + text.text[low:high]
    role = person.role.removeprefix("the ")
    if person.affiliation in role:
        role = role.replace(person.affiliation, "").strip(" ,") or role
    asked = chooser.choice(
        (
            f"Who is the {role} of {person.affiliation}?",
            f"Who was {role} of the {person.affiliation.removeprefix('the ')}?",
            f"Which {role} of {person.affiliation} is named?",
            f"Who served as {role}, {person.affiliation}?",
        )
    )
    made = [Example(text.title, asked, context, ((len(before) + person.start - low, person.name),))]
    at = context.find(person.role, len(before))
    if at >= 0 and chooser.random() < 0.5:
        which = chooser.choice(("What position does {} hold?", "What is the role of {}?"))
        made.append(Example(text.title, which.format(person.name), context, ((at, person.role),)))
    other = holders.get(role)
    if other is not None and other.name not in context and other.question != asked:
        made.append(Example(text.title, other.question, context, ()))
    holders[role] = _Held(person.name, asked, context)
    return made


def _question(
    sentence: str, date: dt.date | None, chooser: random.Random
) -> tuple[str, Candidate] | None:
    """A question about one phrase of a sentence, and the phrase."""
    offered: list[Candidate] = []
    for kind in _ASK:
        offered += [c for c in candidates(sentence, kind, issued=date) if _fit(sentence, c)]
    if not offered:
        return None
    kinds = sorted({c.kind for c in offered})
    kind = chooser.choice(kinds)
    chosen = chooser.choice([c for c in offered if c.kind == kind])
    clause_start, clause_end = _clause(sentence, chosen)
    start = chosen.title_start if chosen.title_start >= 0 else chosen.start
    before = sentence[clause_start:start]
    before = _PREPOSITION.sub("", before) if kind in {"date", "place", "duration"} else before
    after = sentence[chosen.end : clause_end].strip(" ,.;")
    left = [*_words(before, chooser), *_words(after, chooser)]
    if len([w for w in left if w.lower() not in STOPWORDS]) < 3:
        return None
    ask = chooser.choice(_ASK[kind])
    if kind in {"money", "number"} and after and chooser.random() < 0.7:
        # what is counted stands behind the figure: "How many people were ... "
        left = [*_words(after, chooser), *_words(before, chooser)]
    question = " ".join([ask, *left[:_LONGEST]]).rstrip(" ,.;:") + "?"
    return question, chosen


def _fit(sentence: str, candidate: Candidate) -> bool:
    """Whether a phrase is surely of its kind, in a clause that tells something."""
    phrase = sentence[candidate.start : candidate.end]
    begin, end = _clause(sentence, candidate)
    named = candidate.kind != "person" or (" " in phrase and not phrase.isupper())
    return (
        candidate.quality >= 0.8
        and named
        and len(phrase) < 80
        and bool(_TOLD.search(sentence, begin, end))
    )


def _clause(sentence: str, candidate: Candidate) -> tuple[int, int]:
    """The stretch between the strong breaks around a phrase."""
    breaks = [m.span() for m in _BREAK.finditer(sentence)]
    start = max((b for _, b in breaks if b <= candidate.start), default=0)
    end = min((a for a, _ in breaks if a >= candidate.end), default=len(sentence))
    return start, end


def _words(text: str, chooser: random.Random) -> list[str]:
    """The words of a clause, some exchanged and some dropped."""
    kept: list[str] = []
    for word in _WORD.findall(text.strip(" ,.;")):
        plain = word.strip(",.").lower()
        if plain in _OTHERWISE and chooser.random() < 0.5:
            kept.append(_OTHERWISE[plain])
        elif chooser.random() < 0.1:
            continue
        else:
            kept.append(word.strip(",") if chooser.random() < 0.8 else word)
    return kept


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("releases", type=Path, nargs="+", help="JSONL, gzipped")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", type=Path, help="file with the ids of releases to leave out")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    made = derive(options.releases, options.count, options.seed, kept_back(options.without))
    squad.save(made, options.out)
    none = sum(not example.answers for example in made)
    print(f"{len(made)} derived questions, {none} of them without an answer")


if __name__ == "__main__":
    main()
