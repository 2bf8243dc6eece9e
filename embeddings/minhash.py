"""MinHash signatures: a text in 137 bytes, from which the overlap of two texts is estimated.

The share of equal entries of two signatures estimates the Jaccard similarity J of their sets of
three-word runs, with a standard error of sqrt(J (1 - J) / 64), at most 0.0625. Source: A. Broder,
"On the resemblance and containment of documents", 1997. Only 16 bits of each minimum are kept
(P. Li and C. Koenig, "b-Bit minwise hashing", 2010), which adds about 1 in 65,536.

The functions are fixed: changing them means a new `VERSION`, so that stored signatures are told
apart and computed again.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from typing import TYPE_CHECKING

import numpy as np

from embeddings.similarity import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

VERSION = 1
SIZE = 64  # minima in a signature
LENGTH = 1 + 8 + 2 * SIZE  # bytes: version, digest of the text, minima

_WORD = re.compile(r"\w+")
_QUOTES = str.maketrans("‘’‚`´“”„«»–—‑‐−", "'''''\"\"\"\"\"-----")


def _coefficients(name: bytes) -> NDArray[np.uint64]:
    """(SIZE, 1) random-looking numbers that no library's generator can change under us."""
    raw = b"".join(
        hashlib.blake2b(name + i.to_bytes(2, "little"), digest_size=8).digest() for i in range(SIZE)
    )
    return np.frombuffer(raw, dtype="<u8").reshape(SIZE, 1).astype(np.uint64)


# Multiply-shift hashing: h(x) = (a x + b mod 2^64) >> 48 with a odd, one pair for each minimum.
_A = _coefficients(b"a") | np.uint64(1)
_B = _coefficients(b"b")
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))
_BLOCK = 4096  # runs hashed at a time, so that memory does not grow with the text


def signature(text: str) -> bytes:
    """The signature of `text`, `LENGTH` bytes; the same in every process and library."""
    digest = hashlib.blake2b(exact_form(text).encode("utf-8", "replace"), digest_size=8).digest()
    return bytes([VERSION]) + digest + _minima(text).astype("<u2").tobytes()


def unpack(packed: bytes) -> tuple[int, NDArray[np.uint16]] | None:
    """The digest of the text and the (64,) minima; None for another version's bytes."""
    if len(packed) != LENGTH or packed[0] != VERSION:
        return None
    return int.from_bytes(packed[1:9], "little"), np.frombuffer(packed[9:], dtype="<u2")


def exact_form(text: str) -> str:
    """What two texts have in common when they are the same: case, quotes and space aside."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold().split())


def _minima(text: str) -> NDArray[np.uint16]:
    words = _WORD.findall(fold(text))
    codes = np.fromiter(
        (zlib.crc32(word.encode("utf-8", "replace")) for word in words), np.uint64, len(words)
    )
    while 0 < len(codes) < 3:
        codes = np.append(codes, codes[-1])
    runs = codes[:-2] * _MIX[0] + codes[1:-1] * _MIX[1] + codes[2:] * _MIX[2]
    runs ^= runs >> np.uint64(29)
    lowest = np.full(SIZE, 0xFFFF, dtype=np.uint16)
    for start in range(0, len(runs), _BLOCK):
        hashed = _A * runs[start : start + _BLOCK] + _B
        lowest = np.minimum(lowest, (hashed.min(axis=1) >> np.uint64(48)).astype(np.uint16))
    return lowest
