"""PDF to paragraphs, in reading order, by the layout analysis of pdfminer.six.

A PDF knows where letters stand and nothing of paragraphs. pdfminer groups letters to lines and
boxes and orders the boxes (columns included); here the lines of a box become paragraphs and words
divided at line ends are put together again. Running headers stay: the cleaner knows them.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from embeddings.read_decode import tidy
from embeddings.read_types import UnreadableError
from embeddings.types import Block, Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pdfminer.layout import LTTextBox, LTTextLine
    from pdfminer.pdfdocument import PDFDocument

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_BULLET = re.compile(r"[•‣◦▪●■–—·*o-]\s|\(?\d{1,3}[.)]\s|\([a-z]\)\s")
_ENDS_SENTENCE = re.compile(r"[.!?:;][\"'”’»)\]]*$")
_DIVIDED = re.compile(r"(\w+)[-\u00ad\u2010]$")
_WORD = re.compile(r"\w+(?:-\w+)+|\w+")
_UNMAPPED = re.compile(r"\(cid:\d+\)")
# Titles that word processors put in by themselves.
_NO_TITLE = re.compile(
    r"(?:microsoft word\b.*|untitled.*|document ?\d*|.*\.(?:docx?|indd|pdf|qxd|rtf|odt|tmp))",
    re.IGNORECASE,
)
_PDF_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)")


def read_pdf(data: bytes, path: str, sha256: str) -> Document:
    """The text layer of a PDF, one paragraph a line; large type is tagged as headings.

    Raises `UnreadableError` when there is a password, no text layer, or letters without a meaning.
    """
    from pdfminer.layout import LAParams
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
    from pdfminer.pdfparser import PDFParser, PDFSyntaxError

    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
    except PDFPasswordIncorrect:
        raise UnreadableError("It is protected by a password.") from None
    except PDFSyntaxError:
        raise UnreadableError("It is damaged: it has no PDF structure.") from None
    lines: list[tuple[str, float, bool]] = []
    for box in _boxes(document, LAParams()):
        lines.extend(_box_lines(box))
    text = " ".join(line for line, _, _ in lines)
    if not text.strip():
        raise UnreadableError("It has no text layer: its pages are pictures.")
    if len(_UNMAPPED.findall(text)) * 10 > len(text.split()):
        raise UnreadableError("Its letters cannot be told: its fonts do not say what they mean.")
    words = Counter(_WORD.findall(text))
    return _assemble(_paragraphs(lines, words), path, sha256, _hints(document))


def _boxes(document: PDFDocument, layout: Any) -> Iterator[LTTextBox]:  # noqa: ANN401
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LTTextBox
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=layout)
    interpreter = PDFPageInterpreter(resources, device)
    for page in PDFPage.create_pages(document):
        interpreter.process_page(page)
        for item in device.get_result():
            if isinstance(item, LTTextBox):
                yield item


def _box_lines(box: LTTextBox) -> Iterator[tuple[str, float, bool]]:
    """The lines of a box: text, type size in points, and whether a paragraph begins there."""
    from pdfminer.layout import LTTextLine

    lines = [line for line in box if isinstance(line, LTTextLine)]
    previous: LTTextLine | None = None
    for line in lines:
        words = " ".join(_UNMAPPED.sub("\ufffd", tidy(line.get_text())).split())
        words = words.translate(_LIGATURES)
        if not words:
            continue
        yield words, _size(line), previous is None or _begins(line, words, previous, box)
        previous = line


def _begins(line: LTTextLine, words: str, previous: LTTextLine, box: LTTextBox) -> bool:
    """Whether a new paragraph begins at `line`: an indent, a bullet, or a short line before it."""
    if _BULLET.match(words) or abs(_size(line) - _size(previous)) > 1.5:
        return True
    ended = bool(_ENDS_SENTENCE.search(previous.get_text().strip()))
    if ended and line.x0 - previous.x0 > 6:
        return True
    return (ended or words[:1].isupper()) and previous.x1 < box.x1 - max(40, box.width * 0.25)


def _size(line: LTTextLine) -> float:
    from pdfminer.layout import LTChar

    return next((round(item.size, 1) for item in line if isinstance(item, LTChar)), 0.0)


def _paragraphs(
    lines: list[tuple[str, float, bool]], words: Counter[str]
) -> Iterator[tuple[str, float]]:
    paragraph, size = "", 0.0
    for line, line_size, begins in lines:
        if begins and paragraph:
            yield paragraph, size
            paragraph = ""
        if not paragraph:
            paragraph, size = line, line_size
            continue
        divided = _DIVIDED.search(paragraph)
        following = _WORD.match(line)
        if divided and following:
            paragraph = _joined(paragraph, divided, line, following[0], words)
        else:
            paragraph = f"{paragraph} {line}"
    if paragraph:
        yield paragraph, size


def _joined(
    paragraph: str, divided: re.Match[str], line: str, following: str, words: Counter[str]
) -> str:
    """Put a divided word together; a hyphen that the document has elsewhere is kept."""
    first = divided[1]
    stem = paragraph[: divided.end(1)]
    with_hyphen = words[f"{first}-{following}"]
    if not following[0].islower() or with_hyphen > words[first + following]:
        return f"{stem}-{line}"
    return stem + line


def _assemble(
    paragraphs: Iterator[tuple[str, float]], path: str, sha256: str, hints: dict[str, str]
) -> Document:
    kept = list(paragraphs)
    weights: Counter[float] = Counter()
    for text, size in kept:
        weights[size] += len(text)
    body = weights.most_common(1)[0][0]
    blocks: list[Block] = []
    position = 0
    for text, size in kept:
        heading = size > body * 1.15 and len(text) < 300
        blocks.append(Block(position, position + len(text), "h2" if heading else "p"))
        position += len(text) + 1
    return Document(
        path=path,
        sha256=sha256,
        format="pdf",
        text="\n".join(text for text, _ in kept),
        blocks=tuple(blocks),
        hints=hints,
    )


def _hints(document: PDFDocument) -> dict[str, str]:
    """Title, keywords and day of making from the document information dictionary."""
    from pdfminer.utils import decode_text

    found: dict[str, str] = {}
    for info in document.info:
        for key, name in (("title", "Title"), ("topics", "Keywords"), ("date", "CreationDate")):
            value = info.get(name)
            if isinstance(value, bytes):
                found[key] = " ".join(tidy(decode_text(value)).split())[:2000]
    date = _PDF_DATE.match(found.pop("date", ""))
    if date:
        found["date"] = "-".join(date.groups())
    if _NO_TITLE.fullmatch(found.get("title", "")):
        del found["title"]
    return {key: value for key, value in found.items() if value}
