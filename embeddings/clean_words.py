"""Words that mark page furniture and labelled fields on any site, in five languages.

General web vocabulary only: nothing here names an organisation, a place or a site.
"""

from __future__ import annotations

import re

# --- lines that are never part of a release ------------------------------------------------------

_FURNITURE = r"""
skip\sto\s(?:the\s)?(?:main\s)?(?:content|navigation|search) | jump\sto\s.{0,30} |
zum\sinhalt.{0,20} | aller\sau\scontenu.{0,20} |
(?:back|return)\sto\s(?:the\s)?(?:top|list|overview|news|home|index) .{0,30} | nach\soben |
zurück.{0,30} | retour.{0,30} | haut\sde\s(?:la\s)?page | to\stop | top | you\sare\shere:? |
breadcrumbs? | main\smenu | menu | (?:main\s)?navigation | (?:site\s)?search
(?:\sform|\sbox|\sthis\ssite)? | suche | recherche | cerca |
share(?:\s(?:this|on|via|with|by|to) \b.{0,40})?:? | share | teilen | partager(?:\s.{0,20})? |
condividi | compartir | tweet | like |
(?:tweet|pin|post|email|print|save|like)\sthis(?:\s.{0,20})? | e-?mail | print(?:er)?
(?:[\s-].{0,30}(?:page|version|friendly|article|release))? | drucken | imprimer | stampa |
imprimir | download(?:\sas)?(?:\sthe)?(?:\spdf)? | (?:view|open)\s(?:as\s)?pdf | pdf |
rss(?:\sfeeds?)? | follow(?:\sus)?(?:\son\b.{0,40})?:? | stay\sconnected.{0,40} |
connect\swith\sus.{0,20} | subscribe(?:\s.{0,60})? | sign\s(?:up|in)\b.{0,60} |
log\s?(?:in|out) | newsletters? | register | read\smore.{0,60} |
more\s(?:news|stories|from|on|information|articles)\b.{0,40} | see\salso.{0,40} | weiterlesen
| lire\s(?:la\ssuite|plus|aussi).{0,30} | leggi\s(?:tutto|anche).{0,30} | leer\smás |
see\sall.{0,30} | view\sall.{0,30} | show\s(?:more|all).{0,30} | load\smore |
related(?:\s(?:stories|news|articles|content|links|topics|posts|releases|documents|items|pages
|press\sreleases|materials?|information))?:? | recommended(?:\s.{0,30})? |
you\smay\salso.{0,40} | you\smight\salso.{0,40} | latest(?:\s.{0,20})? |
most\s(?:read|popular|viewed|shared).{0,20} | trending.{0,20} | popular(?:\s.{0,20})? |
previous(?:\s.{0,20})? | next(?:\s.{0,20})? | advertisements?.{0,30} | ad |
sponsored(?:\s.{0,20})? | anzeige | publicité | promoted | comments?(?:\s?\(?\d*\)?)? |
\d+\scomments? | leave\sa\s(?:comment|reply).{0,20} | reply | post\sa \scomment | tags?:? |
filed\sunder.{0,60} | posted\sin.{0,60} | (?:©|\(c\)|copyright)\s?.{0,120} |
.{0,60}all\srights\sreserved.{0,40} | privacy(?:\s.{0,30})? | terms\s(?:of|and|&).{0,40} |
cookies?(?:\s.{0,30})? | accept(?:\sall)?(?:\scookies)? | contact(?:\sus)? | kontakt |
impressum | (?:about|legal)(?:\s(?:us|notice|notices|information))? | sitemap | accessibility
| disclaimer | (?:close|open|toggle)(?:\s.{0,20})? | home(?:page)? | updated:?\s.{0,40} |
last\s(?:updated|modified |changed|reviewed).{0,40} | enlarge(?:\s.{0,20})? |
photo:?(?:\s.{0,40})? | image | video | play | listen(?:\s.{0,40})? |
click\s(?:here|to)\b.{0,60} | facebook | twitter | x | linkedin | instagram | youtube |
pinterest | whatsapp | telegram | reddit | digg | flickr | google\+? | stumbleupon | english |
deutsch | français | italiano | español | русский | العربية | 中文 | all |
end\sof\s(?:the\s)?(?:press\s)?release | [-#*]{2,}\s?(?:end)?\s?[-#*]*
"""
FURNITURE = re.compile(rf"(?:{_FURNITURE})[.:»›>→]*", re.IGNORECASE | re.VERBOSE)

#: Sentences about the site itself. They read like prose, so they are searched for.
SITE_TALK = re.compile(
    r"\b(?:(?:we|this\s(?:web)?site|our\s(?:web)?site|this\spage)\suses?\scookies|use\sof\scookies"
    r"|cookie\s(?:policy|settings|preferences|notice)|enable\sjavascript|javascript\s(?:is\s|to\s)"
    r"|all\srights\sreserved|subscribe\sto\sour|sign\sup\s(?:for|to)\s(?:our|the|receive)"
    r"|follow\sus\son|your\sbrowser\s(?:does|is)|terms\sof\s(?:use|service)\sand"
    r"|diese\s(?:web)?seite\s(?:verwendet|nutzt|benutzt)|verwendet\scookies"
    r"|ce\ssite\sutilise|utilise\sdes\scookies|utilizza\s(?:i\s)?cookie|utiliza\scookies"
    r"|follow\s.{2,60}\son\s(?:twitter|facebook|instagram|linkedin|x\b)|please\ssubscribe"
    r"|already\sa\ssubscriber|subscribers\s(?:also\s)?(?:receive|get)|download\s(?:the|our)\s.{0,40}"
    r"\bapp\b|(?:latest|breaking)\snews\s.{0,60}\b(?:app|inbox|phone|download)\b"
    r"|adblock|ad\sblocker|email\saddress\swill\snot\sbe)",
    re.IGNORECASE,
)

#: What stands above a title and says what kind of page it is.
KICKER = re.compile(
    r"(?:for\simmediate\srelease|(?:press|media|news|information)\s?-?\s?(?:release|statement|notice"
    r"|advisory|note|communiqué)s?|press|news|statements?|communiqué(?:s?\sde\spresse)?|communique"
    r"|(?:medien|presse)-?(?:mitteilung|meldung|information|erklärung)(?:en)?|comunicat[oi]"
    r"(?:\s(?:stampa|ai\smedia|de\sprensa))?|comunicado(?:\sde\sprensa)?|nota\sde\sprensa"
    r"|(?:latest\s)?news(?:room)?|announcements?|newsroom|press\sroom|speech|remarks|embargo.{0,40})"
    r"(?:\s(?:no|nr|number|n°)\.?\s?(?P<number>\w*\d[\w/-]*))?[:.]?",
    re.IGNORECASE,
)

# --- labelled fields -----------------------------------------------------------------------------

_LABELS: dict[str, str] = {
    "date": r"date(?:\sof\s(?:issue|publication|release))?|(?:publication|release|issue|publishing)"
    r"\sdate|date\s(?:issued|published|posted|released)|published(?:\son)?|issued(?:\son)?|released"
    r"(?:\son)?|posted(?:\son)?|datum|veröffentlicht(?:\sam)?|erstellt(?:\sam)?|publiziert(?:\sam)?"
    r"|publikationsdatum|date\sde\s(?:publication|parution)|publié(?:\sle)?|data(?:\sdi"
    r"\spubblicazione)?|pubblicato(?:\sil)?|fecha(?:\sde\spublicación)?|publicado(?:\sel)?",
    "place": r"(?:place|location|city|venue|dateline)(?:\sof\sissue)?|ort|lieu|luogo|lugar|ciudad"
    r"|ville|place\sof\spublication",
    "source": r"sources?|issued\sby|issuers?|issuing\s(?:body|bodies|office|department|authority)"
    r"|published\sby|publishers?|released\sby|departments?|components?|component\(s\)|offices?"
    r"|agenc(?:y|ies)|office\(s\)|organi[sz]ations?|institutions?|quellen?|herausgeber(?:in)?"
    r"|absender(?:in)?|stelle|departement|éditeur|émetteur|emittent[ei]?|expéditeur"
    r"|département|dipartimento|fonte|fonti|editore|fuentes?|emisor|departamento|from|von|bureau",
    "topics": r"topics?|topic\(s\)|tags?|keywords?|subjects|subject\sareas?|categor(?:y|ies)"
    r"|themes?"
    r"|(?:fields?|areas?)\sof\s[\w-]+|issues?|thema|themen|themenbereiche?|schlagw(?:o|ö)rte?r?"
    r"|stichwort(?:e|er)?|rubrik(?:en)?|thèmes?|mots-clés|sujets?|rubriques?|tem[ai]|parole\schiave"
    r"|argoment[oi]|temas?|etiquetas|palabras\sclave|policy\sareas?|filed\sunder",
    "number": r"(?:(?:press|media|news)\s)?(?:release|communiqué|statement)\s"
    r"(?:number|no\.?|nr\.?|#)"
    r"|(?:document|reference|ref\.?)\s?(?:number|no\.?|nr\.?)?|number|nummer|numéro|numero|número"
    r"|nr\.?|no\.?|n°|medienmitteilung\snr\.?",
    "title": r"subject|betreff|objet|oggetto|asunto|title|titel|titre|titolo|título|headline"
    r"|subject\sline|schlagzeile",
    "url": r"url|web\saddress|permalink|permanent\slink|short\surl|link",
    "language": r"languages?|sprachen?|langues?|lingua|lingue|idiomas?",
}

_LABEL_KEYS = {key: re.compile(pattern, re.IGNORECASE) for key, pattern in _LABELS.items()}


def label_key(label: str) -> str:
    """The field a label stands for ("Datum" -> "date"), or "" when it is none of them.

    Keys are those of `Document.hints`.
    """
    label = re.sub(r"\s+", " ", label).strip(" :*_#")
    for key, pattern in _LABEL_KEYS.items():
        if pattern.fullmatch(label):
            return key
    return ""
