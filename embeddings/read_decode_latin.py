"""Which one-byte encoding a text in a Latin script is in, by the letters its language would have.

General detectors confuse the Western and Central European pages on short texts: the byte E8 is an
"è" in one and a "č" in the other, and only the company it keeps tells which.
"""

from __future__ import annotations

import re

# Letters beyond a-z of the European languages, by the encodings that hold them all.
_WESTERN = (
    "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "àáâãçéêíóõôú", "àèéìíòóù", "äåöéæø", "áðéíóúýþæö",
    "àçèéíïòóúü", "éëïöüèáóíú",
)  # fmt: skip
_CENTRAL = (
    "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîșşţț", "äöüß",
)  # fmt: skip
_LANGUAGES = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859-2": _CENTRAL,
    "iso8859-15": _WESTERN,
    "cp1254": ("çğıiöşüâîû",),
    "iso8859-9": ("çğıiöşüâîû",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),
}
_HIGH = re.compile(rb"[\x80-\xff]")
_LETTER = re.compile(rb"[A-Za-z]")
_END_OF_PIECE = re.compile(rb"[\n.]")
_PUNCTUATION = frozenset("“”„‘’‚«»‹›–—…•€£§°©®™·¿¡½ \u00a0\u00ad")
_ALONE = re.compile(r"(?<!\w)[^\W0-9a-z_](?!\w)")
_CAPITAL_INSIDE = re.compile(r"[a-z]([^\x00-\x7f])")
_ONE_LETTER_WORDS = frozenset("àèéóáåöőíôûì")
_MOST_BYTES = 1 << 18


def looks_latin(data: bytes) -> bool:
    """Whether most letters are unaccented ones, as in every language written in Latin letters."""
    sample = data[:_MOST_BYTES]
    return len(_LETTER.findall(sample)) > 2 * len(_HIGH.findall(sample))


def latin_encoding(data: bytes) -> str:
    """The encoding whose reading of `data` looks most like some language; cp1252 when it is even.

    Each piece between full stops or line ends is judged by the language that fits it best, so a
    text in several languages is no obstacle.
    """
    pieces = [piece for piece in _END_OF_PIECE.split(data[:_MOST_BYTES]) if not piece.isascii()]
    scores = {name: sum(_fit(piece, name) for piece in pieces[:2000]) for name in _LANGUAGES}
    return max(scores, key=lambda name: (round(scores[name], 6), name == "cp1252"))


def _fit(piece: bytes, encoding: str) -> float:
    """How well a piece reads in an encoding: its high letters that one language accounts for."""
    written = piece.decode(encoding, "replace")
    text = written.lower()
    high = [char for char in text if ord(char) > 0x7F]
    letters = [char for char in high if char.isalpha()]
    # Signs such as "¹" or "±" inside words, and undefined bytes, speak against the reading.
    odd = sum(1 for char in high if not char.isalpha() and char not in _PUNCTUATION)
    # A letter standing alone is a word in few languages; more often it is a misread quotation mark.
    odd += sum(1 for match in _ALONE.finditer(text) if match.group() not in _ONE_LETTER_WORDS)
    odd += sum(1 for match in _CAPITAL_INSIDE.finditer(written) if match[1].isupper())
    best = max(sum(1 for char in letters if char in one) for one in _LANGUAGES[encoding])
    return best - 0.5 * (len(letters) - best) - 2.0 * odd
