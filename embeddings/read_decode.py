"""Bytes to text: encodings, line breaks, and characters that no document may hold.

The decoded text is what `Document.origin` refers to: decoding the same bytes again gives the same
text, so a quotation can be shown in its original.
"""

from __future__ import annotations

import codecs
import re

# WHATWG Encoding Standard, section 4.2: these labels all mean windows-1252 on the web.
_WESTERN = {"ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "cp1252", "ansi"}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the UTF-16 one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = [
    "cp1251", "cp1253", "cp1255", "cp1256", "iso8859_5", "iso8859_7", "koi8_r", "shift_jis",
    "euc_jp", "gb18030", "big5", "euc_kr", "cp1252",
]  # fmt: skip
_UTF8_RUN = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH = re.compile(rb"[\x80-\xff]")
# Every break that str.splitlines knows becomes \n. C1 controls are windows-1252 read as Latin-1.
_CONTROLS = dict.fromkeys((*range(0x20), 0x7F, 0xFEFF, 0xFFFE, 0xFFFF), " ")
_CONTROLS |= {code: bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)}
_CONTROLS |= dict.fromkeys((0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x2028, 0x2029), "\n")
del _CONTROLS[0x09], _CONTROLS[0x0A]
_NEEDS_CLEANING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
)


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    r"""Decode `data` and return the text and the name of the encoding.

    In order of trust: a byte order mark, UTF-16 seen from its zero bytes, valid UTF-8, UTF-8 with
    strays from a Windows page, the `declared` encoding, then charset-normalizer's guess. Never
    raises; what cannot be decoded becomes U+FFFD. Line breaks become "\n".
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return tidy(data[len(mark) :].decode(name, "replace")), name
    wide = _wide(data)
    if wide:
        return tidy(data.decode(wide, "replace")), wide
    try:
        return tidy(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        pass
    runs = sum(len(run) for run in _UTF8_RUN.findall(data))
    strays = len(_HIGH.findall(data)) - runs
    # Chance pairs that look like UTF-8 are rare in a one-byte encoding, so a majority decides.
    if runs >= 2 * strays:
        return tidy(data.decode("utf-8", "dateline-stray")), "utf-8+cp1252"
    name = _known(declared) or _guess(data)
    return tidy(data.decode(name, "replace")), name


def tidy(text: str) -> str:
    r"""Line breaks as "\n"; no NUL, other control character or lone surrogate."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _NEEDS_CLEANING.search(text):
        text = text.translate(_CONTROLS)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def looks_binary(data: bytes) -> bool:
    """Whether the bytes cannot be text in any encoding that `decode` knows."""
    if data.startswith(tuple(mark for mark, _ in _BOMS)) or _wide(data):
        return False
    sample = data[:65536]
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", sample))
    return controls > max(4, len(sample) // 50)


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: text in most scripts has zeros on one side of its pairs only."""
    sample = data[:4096]
    if len(sample) < 8 or len(data) % 2:
        return ""
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    return ""


def _read_stray(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: one invalid byte is read as windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.start + 1]
    return stray.decode("cp1252", "replace"), error.start + 1


codecs.register_error("dateline-stray", _read_stray)


def _known(name: str) -> str:
    """A usable codec for a declared label, or "" when Python has no text codec of that name."""
    label = name.strip().strip("\"'").lower()
    if not label or label.startswith("utf"):
        return ""  # had it been valid UTF-8 it would have been read as such
    if label in _WESTERN:
        return "cp1252"
    try:
        info = codecs.lookup(label)
        b"a".decode(label, "replace")
    except (LookupError, ValueError):
        return ""  # unknown, or a codec that is not for text
    return info.name


def _guess(data: bytes) -> str:
    from embeddings.read_decode_latin import latin_encoding, looks_latin

    if looks_latin(data):
        return latin_encoding(data)
    from charset_normalizer import from_bytes

    # A megabyte is plenty to tell an encoding by, and the detector is slow on more.
    best = from_bytes(data[: 1 << 20], cp_isolation=list(_CANDIDATES)).best()
    return best.encoding if best else "cp1252"
