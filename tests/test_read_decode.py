"""Bytes to text: encodings, line ends, and characters that must not get through."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.read_decode import decode, looks_binary, tidy

WESTERN = (
    "Der Ausschuss für Außenbeziehungen würdigte die Bemühungen der Länder um die Überwachung. "
    "Le président s’est félicité de la coopération européenne – « très utile » à tous égards. "
)
CENTRAL = "Przewodniczący Rady podkreślił znaczenie współpracy między państwami członkowskimi. " * 3
CYRILLIC = "Председатель Совета подчеркнул важность сотрудничества между государствами. " * 3
GREEK = "Ο πρόεδρος του Συμβουλίου τόνισε τη σημασία της συνεργασίας μεταξύ των κρατών. " * 3


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (WESTERN, "utf-8"), (WESTERN, "utf-8-sig"), (WESTERN, "utf-16"), (WESTERN, "utf-16-le"),
        (WESTERN, "utf-16-be"), (WESTERN, "utf-32"), (WESTERN, "cp1252"),
        (WESTERN.replace("’", "'").replace("–", "-"), "iso8859-1"),
        (CENTRAL, "cp1250"), (CENTRAL, "iso8859-2"), (CYRILLIC, "cp1251"), (CYRILLIC, "koi8-r"),
        (CYRILLIC, "iso8859-5"), (GREEK, "cp1253"), (GREEK, "iso8859-7"), ("Grüße", "cp1252"),
        ("It’s “late” – café", "cp1252"),
    ],
)  # fmt: skip
def test_encodings_are_found(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


def test_a_declared_encoding_is_used() -> None:
    assert decode("žluťoučký".encode("iso8859-2"), "ISO-8859-2")[0] == "žluťoučký"
    assert decode(b"caf\xe9 \x96", "latin1") == ("café –", "cp1252")
    assert decode("Grüße".encode(), "iso-8859-1")[0] == "Grüße"  # it is UTF-8 all the same
    assert decode(b"caf\xe9", "no-such-codec")[0] == "café"
    assert decode(b"caf\xe9", "base64")[0] == "café"  # a codec, but not of text


def test_stray_windows_bytes_in_utf8() -> None:
    mixed = "Grüße aus Zürich – ".encode() + b"caf\xe9 \x93late\x94 " + "über".encode()
    assert decode(mixed)[0] == "Grüße aus Zürich – café “late” über"


def test_line_ends_and_controls() -> None:
    assert tidy("a\r\nb\rc\x0cd\u2028e\x0bf") == "a\nb\nc\nd\ne\nf"
    assert tidy("a\0b\x1bc\x7f\ufeffd\te") == "a b c  d\te"
    assert tidy("It\x92s \x93late\x94 \x96 now\x85") == "It’s “late” – now…"
    assert tidy("a\ud800b") == "a\ufffdb"


@pytest.mark.parametrize(
    ("data", "binary"),
    [
        (b"plain text\n" * 10, False), (bytes(range(256)) * 10, True), (b"\0" * 100, True),
        ("Grüße ".encode("utf-16-le") * 20, False), (codecs.BOM_UTF16_BE + b"\0a\0b", False),
        (b"a few \0 stray zeros\n" * 2 + b"text " * 50, False), (b"", False),
    ],
)  # fmt: skip
def test_binary_files_are_told_from_text(data: bytes, binary: bool) -> None:
    assert looks_binary(data) is binary


@given(st.binary(max_size=400), st.sampled_from(["", "utf-8", "cp1252", "utf-16", "x", "idna"]))
@settings(max_examples=300)
def test_any_bytes_decode_to_clean_text(data: bytes, declared: str) -> None:
    text, _ = decode(data, declared)
    assert decode(data, declared)[0] == text
    assert tidy(text) == text
    text.encode()  # no lone surrogate
    assert not set(text) & {"\0", "\r", "\x85", "\u2028"}


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"])))
@settings(max_examples=200)
def test_utf8_comes_back_as_it_was(text: str) -> None:
    expected = text.replace("\ufeff", " ")
    assert decode(text.encode("utf-8-sig"))[0] == expected
