"""Who cannot be meant: persons whom a sentence shows in another part than the one asked for.

"Who is the next ambassador in Lund?" is not answered by who is there still ("Ek, currently
ambassador in Lund, will become ..."), nor by who chose her ("appointed by Minister Ek"), nor by
whom she succeeds; "who signed for Norland?" not by the Sundish minister; "which foreign minister?"
not by the prime minister. No grammar is parsed: the
words next to a name decide, and where they leave a doubt, nobody is barred.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from qa.countries import COUNTRY, NAMES, NATIONALITY, PEOPLES
from qa.part import CHOSEN, Part
from qa.people import NOT_NAMES, TITLES, names
from qa.post import holds_another
from qa.words import Bag, tokens, word_set

_SUCCEEDS = r"(?:succeed(?:s|ed|ing)?|replac(?:es?|ed|ing)|t(?:akes?|ook|aking)\s+over\s+from)"
_STILL = re.compile(
    r"\s*(?:\([^)]*\)\s*)?,?\s*(?:who\s+is\s+)?(?:currently|presently|at present|until now|hitherto"
    r"|up to now|until recently|formerly|previously|still)\b.*?"
    r"(?=,?\s(?:will|has|have|is|was|as|becomes?|became|moves?|goes|takes?|succeeds|replaces|assumes"
    r"|to\s(?:be|become|the\spost))\b|[.;]|$)",
    re.IGNORECASE | re.DOTALL,
)
_LESS = re.compile(r"\b(?:deputy|vice|assistant|acting)\b", re.IGNORECASE)
_MOVES = re.compile(r"\W*(?:as|to|will|moves?|goes|becomes?)\b", re.IGNORECASE)
_CHOSEN_BY = re.compile(rf"\b{CHOSEN}\s+(?:[^\s,.;:]+\s+){{0,8}}?by\s([^.;:]{{0,90}})$")
# "appointed by the minister are Ek and Lund", "..., who will succeed"
_NO_AGENT = re.compile(
    r"\b(?:is|are|was|were|includes?|comprises?|makes?|as|who|whom|to\s+(?:be|become|succeed))\s"
)
_CHOOSES = re.compile(
    r"\s*(?:,[^,.;]{0,80},)?\s*(?:(?:has|had|will|today|yesterday|also|then|decided\s+to)\s+){0,3}"
    r"(?:appoint(?:ed|s)?|nominat(?:ed|es?)|name[sd]?|designat(?:ed|es?)|chose|chooses|elect(?:ed|s)?"
    r"|propos(?:ed|es?)|(?:announce[sd]?|welcome[sd]?|confirm(?:ed|s)?)\s+(?:that"
    r"|the\s+(?:appointment|nomination|election)\s+of))\s+"
)
# A sentence that tells who came after somebody says so in one of these words.
_CHANGE = re.compile(
    rf"\b(?:success\w*|{_SUCCEEDS}|follow(?:s|ed|ing)?|new|appoint\w*|nominat\w*|elect\w*|bec[ao]m\w+"
    r"|named|names|chosen|predecessors?|assum\w+|hand(?:s|ed|ing)?\s+over|from\s+\d|sworn|since"
    r"|credentials|in\s+(?:his|her|their)\s+place|pass(?:es|ed)|step(?:s|ped|ping)|turn(?:s|ed)\s+over"
    r"|t(?:akes?|ook|aking|aken)\s+(?:over|up|office|command|charge))\b",
    re.IGNORECASE,
)
_SUCCEEDED = re.compile(
    rf"\b(?:{_SUCCEEDS}|in\s+(?:the\s+)?place\s+of|successor\s+(?:of|to))\s+(?:(?!by\b)\S+\s+){{0,5}}$"
    r"|\b(?:predecessor|outgoing|retiring|departing)\b(?:\s+[\w-]+){0,4},?\s*$"
)
_FOLLOWED = re.compile(
    r"\s*(,[^,.;]{0,80},)?\s*(?:is|was|will\s+be|has\s+been|is\s+being|to\s+be)\s+(?:\w+ly\s+)?"
    r"(?:succeeded|replaced)\s+by\s"
)
# "Ada Lind (Norway)", "Ada Lind of Norway"
_BEHIND = re.compile(
    rf"\s*(?:\((?:the\s+)?|of\s+|from\s+)({COUNTRY.pattern}|{NATIONALITY.pattern})"
)
_DAYS = word_set("yesterday today tomorrow")
# Written small in an office: "Norland's foreign minister", "Minister of Finance".
_SMALL = word_set("of and for the to in foreign finance defence defense interior justice economics")
# A comma between an officer and a name, and what stands between it and the name.
_APART = re.compile(r",\s*(?:(?:Mr|Mrs|Ms|Dr)\.?\s+)?([^,]*)$")
_CLOSED = re.compile(r"\s*(?:,|and\b|[.;)]|$)")
_REACH = 90  # characters between the parts of a statement


def barred(
    part: Part, weights: Mapping[str, float], text: str, start: int, end: int, title_start: int
) -> bool:
    """Whether the person at `text[start:end]` has another part in the sentence than the one asked.

    Args:
        part: what is asked for.
        weights: the stems of the question's content words, each with its rarity.
        text: the sentence.
        start, end: where the name stands in it.
        title_start: where the titles before the name begin.
    """
    if part.incoming and (
        _still_there(weights, text, start, end)
        or _chosen_by(text, title_start)
        or _chooses(weights, text, end)
        or _leaves(text, end, title_start)
        or (part.succession and not _CHANGE.search(text))
    ):
        return True
    if part.post and holds_another(part.post, text, start, end):
        return True
    return bool(part.country) and _of_another(part.country, text, start, end)


def nobody(text: str) -> bool:
    """Whether words name no person whatever stands around them: "Norland", "Yesterday".

    A single word may be a surname ("May") even where it is none elsewhere.
    """
    rest = NATIONALITY.sub("", COUNTRY.sub("", text))
    words = re.findall(r"[^\W_]+", rest)
    if text == rest and len(words) < 2 and text.casefold() not in _DAYS:
        return False
    return all(word.lower() in NOT_NAMES for word in words)


def _more(weights: Mapping[str, float], one: str, other: str) -> bool:
    """Whether one piece of text holds more of the question than another."""
    first, second = (Bag.of(token.stem for token in tokens(piece)) for piece in (one, other))
    return sum(w * (first.holds(stem) - second.holds(stem)) for stem, w in weights.items()) > 0


def _still_there(weights: Mapping[str, float], text: str, start: int, end: int) -> bool:
    """Whether the post asked about is the one the person is said to leave."""
    clause = _STILL.match(text, end)
    if clause is None or _LESS.search(clause[0]):
        return False
    before, after = text[:start], text[clause.end() :]
    moves = _MOVES.match(after) or _CHANGE.search(before) or _CHANGE.search(after)
    return bool(moves) and _more(weights, clause[0], f"{before} {after}")


def _chosen_by(text: str, title_start: int) -> bool:
    """ "appointed by Minister Ek", "appointed by the President of Norland, Ek"."""
    agent = _CHOSEN_BY.search(text, 0, title_start)
    if agent is None or _NO_AGENT.search(agent[1]) or names(agent[1]):
        return False
    first, comma, _ = agent[1].lower().partition(",")
    return not comma or bool(TITLES & set(re.findall(r"[\w-]+", first)))


def _chooses(weights: Mapping[str, float], text: str, end: int) -> bool:
    """ "Ek appointed Ms Lund director", but not where Ek himself has the post before the verb."""
    verb = _CHOOSES.match(text, end)
    if verb is None or _more(weights, text[: verb.start()] + verb[0], text[verb.end() :]):
        return False
    behind = names(text[: verb.end() + _REACH])
    return any(0 <= name.title_start - verb.end() <= 4 for name in behind)


def _leaves(text: str, end: int, title_start: int) -> bool:
    """Whether the person goes: "Lund succeeds Ek", "Ek was replaced by Lund"."""
    if _SUCCEEDED.search(text, 0, title_start):
        return True
    followed = _FOLLOWED.match(text, end)
    if followed is None:
        return False
    return not re.search(CHOSEN, text[:end] + (followed[1] or ""), re.IGNORECASE)


def _of_another(country: str, text: str, start: int, end: int) -> bool:
    """Whether the name stands with another country, and not with this one."""
    before = text[max(0, start - _REACH) : start]
    found = set()
    apart = _APART.search(before)
    # "the Nordish minister, Ada Lind, said", but not "after talks with the Nordish minister, Lind"
    if not apart or (not apart[1] and _CLOSED.match(text, end)):
        found = _affiliation(before)
    if behind := _BEHIND.match(text, end):
        found.add(_listed(behind[1]))
    return bool(found) and country not in found


def _affiliation(before: str) -> set[str]:
    """The country whose officer is named next: "the Austrian Minister of Finance", "Norway's"."""
    others = names(before)
    before = before[others[-1].end :] if others else before
    adjectives = list(NATIONALITY.finditer(before))
    owners = [match for match in COUNTRY.finditer(before) if _like_adjective(match)]
    for match in sorted([*adjectives, *owners], key=lambda match: match.start()):
        between = re.findall(r"[\w.-]+", re.sub(r"^['’]s?\s", " ", before[match.end() :]))
        titled = any(word.lower().strip(".") in TITLES for word in between)
        if titled and all(
            word[0].isupper() or word.lower() in TITLES or word in _SMALL for word in between
        ):
            return {_listed(match[0])}
    return set()


def _like_adjective(country: re.Match[str]) -> bool:
    """Whether a country's name stands for its adjective: "US Ambassador", "Norway's minister"."""
    behind = country.string[country.end() : country.end() + 1]
    return behind in {"'", "’"} or country[0].isupper()


def _listed(form: str) -> str:
    return NAMES.get(form) or PEOPLES[form]
