# ruff: noqa: SIM905 - word lists read better as text
"""Words that roles and names are told by."""

from __future__ import annotations

#: What a role is called, in the singular; in lower case, without full stops.
ROLES = frozenset(
    """
    chair chairperson chairman chairwoman co-chair co-chairperson vice-chair vice-chairperson
    vice-chairman president vice-president minister secretary secretary-general under-secretary
    under-secretary-general director director-general head chief commissioner representative
    ambassador delegate envoy adviser advisor analyst co-ordinator coordinator spokesperson
    spokesman spokeswoman officer manager mayor governor senator councillor counsellor counselor
    chancellor judge justice attorney prosecutor inspector administrator agent professor rector
    expert rapporteur member editor founder ceo consul king queen prince princess pope colonel
    major captain admiral brigadier lieutenant sergeant commander marshal congressman congresswoman
    speaker treasurer ombudsman ombudsperson attaché researcher lawyer fellow principal leader
    moderator facilitator trainer specialist lecturer economist negotiator monitor observer
    präsident präsidentin bundespräsident bundespräsidentin ministerin botschafter botschafterin
    direktor direktorin vorsitzender vorsitzende generalsekretär generalsekretärin bundesrat
    bundesrätin staatssekretär staatssekretärin sprecher sprecherin leiter leiterin président
    présidente ministre ambassadeur ambassadrice directeur directrice secrétaire conseiller
    conseillère presidente ministro ministra direttore direttrice segretario embajador embajadora
    secretario secretaria director directora
    """.split()
)

#: Forms of address. A name may follow them, but they say nothing of an office.
ADDRESSES = frozenset(
    """
    mr mrs ms miss dr prof sir dame lord lady hon honourable excellency herr frau monsieur
    madame m mme signor signora dott señor señora amb he
    """.split()
)

#: Small words inside names.
PARTICLES = frozenset(
    """
    de van der den von zu zum la le du di da del della dos das bin ibn al el ter ten af av y
    """.split()
)

#: Small words inside roles.
CONNECTIONS = frozenset(
    """
    of the for and to in on at a an de du des la le der die des für und von &
    """.split()
)

#: Capitalised words that no personal name is made of.
NOT_NAMES = frozenset(
    """
    council committee commission conference office ministry department union nations european
    united national international federal foreign affairs security defence defense justice state
    states republic university school street day week year world group press release news treaty
    agreement convention resolution meeting forum north south east west northern southern eastern
    western central court police army force forces navy bank fund company corporation inc ltd llc
    institute association federation organization organisation agency bureau division directorate
    section unit service services board assembly parliament congress senate house cabinet
    government delegation embassy mission programme program project centre center secretariat
    society foundation party league network alliance partnership strategy plan report act law code
    article chapter annex protocol declaration charter action rights human economic environmental
    development cooperation co-operation general special permanent deputy assistant acting former
    vice senior junior executive chief in on at of the and for to by with from as but when while
    after before during since until that this these those it its he she they we our his her their
    i you who what where which how why not no yes monday tuesday wednesday thursday friday saturday
    sunday january february march april june july august september october november december
    district county city town village province region canton island river lake sea ocean airport
    street avenue road hotel hall building room summit session workshop seminar training course
    war peace crime terrorism trafficking gender media education health finance budget energy
    environment transport trade industry culture science technology research statistics
    americans europeans swiss german french italian american british russian chinese english
    humanitarian aid financial matters intelligence issues relations policy policies studies
    operations management
    social political strategic digital library ressort leitung abteilung sektion bereich
    departement bundesamt majesty highness
    first second third fourth fifth sixth seventh eighth ninth tenth memorandum letter budget
    award awards policing community generals charge press communications information public
    african asian ukrainian turkish polish austrian spanish swedish danish norwegian finnish
    """.split()
)

#: Verbs that end a role that no comma closes.
VERBS = frozenset(
    """
    said says told added noted stated explained stressed emphasized emphasised underlined opened
    closed was is are were has had have will would can could may should met visited called
    welcomed announced presented signed chaired hosted led gave spoke who which that
    """.split()
)

#: Words in small letters that may stand before a role ("former foreign minister").
MODIFIERS = frozenset(
    """
    former acting deputy then vice senior permanent special national federal executive foreign prime
    general managing chief press policy research legal political programme program project state
    current new first founding associate assistant regional interim honorary military scientific
    technical board outgoing incoming designated head lead principal joint
    """.split()
)

#: Capitalised words that open a sentence before a role and are no part of it.
OPENINGS = frozenset(
    """
    later earlier finally next last
    in on at of the and but for with when while as after before during since both yesterday
    today then also however meanwhile according following by to from if because although a an
    his her their its our former
    """.split()
)
