"""The small closed classes of English words that a question is read with.

Only grammar stands here: nothing about any archive, organisation or country.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOPWORDS: frozenset[str] = _words("""
    a about according after again against all also am an and any anyone are as at away
    be became because become been before being between both but by
    came can come could did do does doing done down during
    each either ever exactly every
    for from further get give given go got
    had has have having he hence her here hers herself him himself his how however
    i if in into is it its itself just
    kind let
    made make many may me might more most much must my
    near no nor not now of off on once one only or other our out over own
    per please put
    said same say says shall she should since so some such
    take tell than that the their theirs them themselves then there these they this those
    through to too took toward towards
    under until up upon us very
    was we were what whatever when where whether which while who whom whose why will with within
    without would
    yes yet you your
    """)

# Words that open a question with a capital letter and yet are no name.
OPENERS: frozenset[str] = STOPWORDS | _words(
    "name list tell show describe explain find count compare summarise summarize roughly apart"
    " aside besides beside alongside unlike ahead amid following according thanks owing counting"
)

PERSONS: frozenset[str] = _words("he she him her his hers himself herself")
THINGS: frozenset[str] = _words("it its itself they them their theirs themselves")
POSSESSIVES: frozenset[str] = _words("his her hers its their theirs")

# Nouns that point back when they stand after "that", "this" or, in a question that names nothing
# itself, after "the": "that meeting", "the two countries".
BACKWARD_NOUNS: frozenset[str] = _words("""
    agreement announcement article award body case chair chairperson city committee conference
    council countries country court decision delegation department document event exercise figure
    forum group initiative institution letter mandate meeting ministry mission occasion office
    operation organisation organization panel parties person place post prize programme program
    project release report resolution round session side sides speaker state statement states
    summit talks text treaty visit vote
    """)

# Small words that may stand inside a name ("Council of Europe", "Justus de Visser").
NAME_LINKS: frozenset[str] = _words(
    "of for the de la le du des der den von van zu bin al el di da ibn ten ter"
)

# What a name may be written without.
HONORIFICS: frozenset[str] = _words("""
    ambassador chairman chairperson chairwoman chancellor councillor councilor director doctor dr
    general governor judge justice king lord minister mr mrs ms president prime prince princess
    prof professor queen secretary senator sir state vice
    """)

LATEST: frozenset[str] = _words("latest newest current currently recent recently")
EARLIEST: frozenset[str] = _words("earliest oldest")

# The question speaks of the day a release came out rather than of the day of an event.
PUBLISHED: frozenset[str] = _words(
    "announced announcement announcements published publication release releases released"
)

# Words that ask for a list or a count and say nothing of what is listed.
LISTING: frozenset[str] = _words("""
    amount announcement announcements appear appeared archive article articles cite cited cover
    covers dates days document documents enumerate first list listed listing mention mentioned
    mentioning mentions name named names naming number occasions often press publication
    publications published publish release released releases report reports show showing statement
    statements times topic total concern concerned concerning deal dealing deals about regarding
    related relating refer referring issue issued year years month months
    """)
