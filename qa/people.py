"""Names of people in running text, without a model: capitals, titles and small words between.

A name is a run of capitalised words that is not an organisation, a role, a place or a day. Words
that the same releases also write small ("Security", "Meeting") are not names.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass

from qa.countries import COUNTRY, NATIONALITY
from qa.words import word_set

_PARTICLE = r"(?:de|da|di|du|del|della|der|den|van|von|zu|bin|ibn|al|el|la|le|ten|ter|dos|das|do|y)"
_WORD = (
    r"(?:[A-Z]\.(?:-?[A-Z]\.)*"  # initials
    r"|(?:[dDlLO]['’]|Mc|Mac|[Aa]l-)?[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:[-'’](?!s\b)[^\W\d_]+)*)"
)
_RUN = re.compile(rf"(?<![\w@./-]){_WORD}(?:[ \t\n]+(?:{_PARTICLE}[ \t\n]+){{0,2}}{_WORD})*")

# "Organisation of Imagined Seas", "Mission to the Fenwick Isles": the rest of a name, not a person.
_BELONGING = re.compile(r"(?<!\w)[A-Z][\w’'-]+[ \n](?:of|for|to|on)[ \n](?:the[ \n])?\Z")

TITLES = word_set("""
    ambassador mr mrs ms miss mx dr prof professor sir dame lord lady president chairman
    chairwoman chairperson chair minister secretary general director deputy vice state
    councillor counsellor federal councilor senator rep congressman congresswoman representative
    governor mayor judge justice brigadier colonel major captain lieutenant commander admiral
    sergeant corporal prince princess king queen emir sheikh rabbi pope father bishop archbishop
    cardinal reverend imam chancellor premier prime attorney prosecutor officer agent special
    envoy commissioner head chief analyst spokesperson spokesman spokeswoman member acting
    former assistant executive foreign madam divisional rector under secretary-general vice-
    president vice-chair vice-chairman director-general coordinator co-ordinator delegate high
    undersecretary consul his her excellency highness royal inspector detective sheriff doctor
    nobel laureate parliamentary doctor treasurer economist author founder ceo cfo editor
    producer philosopher advocate speaker us u.s un eu
    """)
"""Words before a name that say what somebody is; never part of the name itself."""

NOT_NAMES = word_set("""
    the a an this that these those it its he she they we you i his her their our my one two
    three in on at to for by with from of as and or but if when where while what who how why
    there here today yesterday tomorrow after before during since until among according
    following both also all however meanwhile moreover furthermore finally additionally further
    first second third last next monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december spring
    summer autumn winter council committee commission conference congress parliament assembly
    senate house court tribunal department ministry office agency organization organisation
    institute institution university college school academy foundation association society union
    federation confederation league alliance bank fund group forum network centre center bureau
    service services authority board panel division directorate unit section secretariat mission
    delegation embassy consulate government administration cabinet army navy force forces guard
    police company corporation corp inc ltd llc ag sa gmbh industries international national
    nations united european security cooperation co-operation development human rights law
    justice economic affairs foreign interior defence defense finance health education culture
    environment transport energy science research technology trade tourism agriculture
    convention treaty agreement protocol resolution act article declaration document charter
    plan programme program project strategy policy initiative process action framework report
    summit meeting session round week day year award prize medal festival cup games olympic
    world global north south east west northern southern eastern western central middle upper
    lower new old great city state states region republic kingdom island islands river lake
    mount mountain street square avenue road district county province canton airport station
    hall palace castle hotel museum church press release media news information contact address
    statement speech photo note web website article maison palais paix rue position internet
    email phone tel fax christian muslim jewish catholic cold war under over chairmanship
    chairpersonship presidency troika cantons
    """)
"""Words that mark a capitalised run as something other than a person."""


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name at `text[start:end]`; `title_start` is where the titles before it begin."""

    start: int
    end: int
    title_start: int
    words: int


def names(text: str, lower: Set[str] = frozenset()) -> list[Name]:
    """The names of people in `text`, in order. `lower` holds words known to be written small."""
    countries = [match.span() for match in COUNTRY.finditer(text)]
    found: list[Name] = []
    for run in _RUN.finditer(text):
        pieces = list(re.finditer(r"\S+", run[0]))
        found.extend(
            name
            for name in _within(text, run.start(), pieces, lower)
            if not any(name.start < end and start < name.end for start, end in countries)
        )
    return found


def _within(text: str, offset: int, pieces: list[re.Match[str]], lower: Set[str]) -> list[Name]:
    """The names in one run of capitalised words: titles open one, other words close it."""
    found: list[Name] = []
    title_start: int | None = None
    current: list[re.Match[str]] = []

    def finish() -> None:
        nonlocal title_start
        name = _accept(text, offset, current, title_start)
        if name:
            found.append(name)
        current.clear()
        title_start = None

    for piece in pieces:
        word = piece[0].strip(",.;:").lower()
        if {word, word.removesuffix("s"), word.split("-")[0]} & TITLES:
            if current:
                finish()
            if title_start is None:
                title_start = offset + piece.start()
        elif piece[0][0].isupper() and _plain(piece[0], lower):
            current.clear()  # all of it is something else: "Paul Scherrer Institute"
            title_start = None
        else:
            current.append(piece)
    finish()
    return found


def _plain(word: str, lower: Set[str]) -> bool:
    """Whether a capitalised word is an ordinary one, an acronym, a country or a people."""
    bare = word.strip(".")
    if bare.lower() in NOT_NAMES or bare.lower() in lower:
        return True
    return bool(COUNTRY.fullmatch(bare) or NATIONALITY.fullmatch(bare))


def _acronym(word: str) -> bool:
    return word.isupper() and len(word) <= 6 and "." not in word


def _accept(
    text: str, offset: int, pieces: list[re.Match[str]], title_start: int | None
) -> Name | None:
    words = [p for p in pieces if p[0][0].isupper()]
    if not words:
        return None
    start, end = offset + pieces[0].start(), offset + pieces[-1].end()
    # a particle that opens the name stands before the run: "de Visser", after a title
    lead = re.search(rf"(?:{_PARTICLE} ){{1,2}}$", text[max(0, start - 12) : start])
    full = [p for p in words if len(p[0].strip(".")) > 1]
    if len(full) > 6 or not full:
        return None
    if _acronym(full[0][0]) and not all(p[0].isupper() and len(p[0]) > 2 for p in full[1:]):
        return None  # "NATO Troika", but "JOHN SMITH"
    if all(_acronym(p[0]) for p in full):
        return None
    if len(words) == 1 and title_start is None:
        return None
    if title_start is None and _BELONGING.search(text, max(0, start - 40), start):
        return None
    if len(words) == 1 and lead:
        start -= len(lead[0])
    if text[end - 1] == "." and len(pieces[-1][0]) > 2:
        end -= 1
    return Name(start, end, title_start if title_start is not None else start, len(words))
