"""Which language a text is in, by its most common words."""

from __future__ import annotations

import re

_COMMON = {
    "en": "the of and to in that is was for on with as by at from it has have will be are this "
    "which an said their its were not been would",
    "de": "der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch "
    "es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce "
    "il sont la avec son aux d l cette ses été ont",
    "it": "di e il la che in un a per è una sono con non si da del dei le al della nel alla ha più "
    "gli delle anche come stato ai dal",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero "
    "sus le ha este entre cuando son fue",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao das "
    "à seu sua ou foi são",
    "nl": "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij nog "
    "uit worden door naar heeft",
}
_SETS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_SCRIPTS = (
    ("ru", r"[\u0400-\u04ff]"),
    ("ar", r"[\u0600-\u06ff]"),
    ("el", r"[\u0370-\u03ff]"),
    ("he", r"[\u0590-\u05ff]"),
    ("ja", r"[\u3040-\u30ff]"),
    ("ko", r"[\uac00-\ud7af]"),
    ("zh", r"[\u4e00-\u9fff]"),
)


def language_of(text: str, hint: str = "") -> str:
    """A two-letter code (ISO 639-1) for the language of `text`, or "" when it is unclear.

    The text decides where it is long enough; `hint` (what the format states) decides else. Other
    scripts name their most usual language: Cyrillic reads as "ru" unless the hint says otherwise.
    """
    stated = re.sub(r"[_-].*", "", hint.strip().casefold())
    stated = stated if re.fullmatch(r"[a-z]{2,3}", stated) else ""
    sample = text[:4_000]
    letters = sum(character.isalpha() for character in sample)
    for language, pattern in _SCRIPTS:
        if letters and len(re.findall(pattern, sample)) * 3 > letters:
            return stated or language
    words = re.findall(r"[^\W\d_]+", sample.casefold())
    counts = {
        language: sum(word in common for word in words) / max(len(words), 1)
        for language, common in _SETS.items()
    }
    ranked = sorted(counts, key=lambda language: -counts[language])
    best, second = ranked[0], ranked[1]
    if len(words) >= 12 and counts[best] >= 0.15 and counts[best] >= 1.15 * counts[second]:
        return best
    return stated
