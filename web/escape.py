"""The one way by which text from a document or a reader becomes HTML."""

from __future__ import annotations

import unicodedata

# Invisible characters that ordinary text uses and that cannot reorder what stands around them:
# soft hyphen, zero width space, joiners, direction marks of a single point, byte order mark.
_PLAIN_FORMAT = frozenset("\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


def _character(character: str) -> str:
    if character.isalnum() or character == " ":
        return character
    if character in "\n\t":
        return f"&#{ord(character)};"
    if unicodedata.category(character) in ("Cc", "Cf", "Cs") and character not in _PLAIN_FORMAT:
        return f"&#91;U&#43;{ord(character):04X}&#93;"
    if ord(character) < 128:
        return f"&#{ord(character)};"
    return character


def escape(text: str) -> str:
    """Return `text` as HTML that shows it letter by letter, in element content or an attribute.

    Every ASCII character other than a letter, a digit and the space becomes a numeric character
    reference, so the result is inert to an HTML parser and to a Markdown one alike. Control
    characters, and those that reorder the text after them (U+202E and its kin), are shown by
    their code point.
    """
    return "".join(map(_character, text))
