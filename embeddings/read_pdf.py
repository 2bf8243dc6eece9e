"""PDF to paragraphs, in reading order, by the layout analysis of pdfminer.six.

A PDF knows where letters stand and nothing of paragraphs. pdfminer groups letters to lines and
boxes and orders the boxes (columns included); here the lines of a box become paragraphs and words
divided at line ends are put together again.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

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
_BULLETS = frozenset("•‣◦▪●■–—·*-o")
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite)?\W*\d{1,4}(?:\W*(?:of|/|von|de)?\W*\d{1,4})?\W*", re.I
)
_BULLET = re.compile(r"[•‣◦▪●■–—·*o-]\s|\(?\d{1,3}[.)]\s|\([a-z]\)\s")
_ENDS_SENTENCE = re.compile(r"[.!?:;][\"'”’»)\]]*$")
_DIVIDED = re.compile(r"(\w+)[-\u00ad\u2010]$")
_LONGEST_WORD = 60
_WORD = re.compile(r"\w+(?:-\w+)+|\w+")
_UNMAPPED = re.compile(r"\(cid:\d+\)")
# Titles that word processors put in by themselves.
_NO_TITLE = re.compile(
    r"(?:microsoft word\b.*|untitled.*|document ?\d*|.*\.(?:docx?|indd|pdf|qxd|rtf|odt|tmp))",
    re.IGNORECASE,
)
_PDF_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)")


class _Line(NamedTuple):
    """One line of a page: its words, type size in points, and where it stands."""

    text: str
    size: float
    begins: bool  # whether a paragraph begins here, as far as the box shows
    margin: bool  # whether it is in the top or bottom tenth of the page


def read_pdf(data: bytes, path: str, sha256: str) -> Document:
    """The text layer of a PDF, one paragraph a line; large type is tagged as headings.

    Lines that recur at the margins of several pages, and page numbers, come last, with the region
    "footer", so that paragraphs run on from page to page. Raises `UnreadableError` when there is a
    password, no text layer, or letters without a meaning.
    """
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
    from pdfminer.pdfparser import PDFParser, PDFSyntaxError

    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
    except PDFPasswordIncorrect:
        raise UnreadableError("It is protected by a password.") from None
    except PDFSyntaxError:
        raise UnreadableError("It is damaged: it has no PDF structure.") from None
    pages = [list(page) for page in _pages(document)]
    text = " ".join(line.text for page in pages for line in page)
    if not text.strip():
        raise UnreadableError("It has no text layer: its pages are pictures.")
    if len(_UNMAPPED.findall(text)) * 10 > len(text.split()):
        raise UnreadableError("Its letters cannot be told: its fonts do not say what they mean.")
    lines, running = _without_running(pages)
    words = Counter(_WORD.findall(text))
    return _assemble(list(_paragraphs(lines, words)), running, path, sha256, _hints(document))


def _pages(document: PDFDocument) -> Iterator[Iterator[_Line]]:
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LAParams, LTTextBox
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    resources = PDFResourceManager()
    # Wider than the default of 2: justified type in narrow columns has gaps of three letters.
    device = PDFPageAggregator(resources, laparams=LAParams(char_margin=3.5))
    interpreter = PDFPageInterpreter(resources, device)
    for page in PDFPage.create_pages(document):
        interpreter.process_page(page)
        layout = device.get_result()
        tenth = layout.height / 10
        edges = (layout.y0 + tenth, layout.y1 - tenth)
        boxes = [item for item in layout if isinstance(item, LTTextBox)]
        yield (line for box in boxes for line in _box_lines(box, edges))


def _box_lines(box: LTTextBox, edges: tuple[float, float]) -> Iterator[_Line]:
    previous: tuple[LTTextLine, str] | None = None
    bullet = ""
    for pieces in _rows(box):
        source = " ".join(piece.get_text() for piece in pieces)
        words = " ".join(_UNMAPPED.sub("\ufffd", tidy(source)).split()).translate(_LIGATURES)
        words, bullet = f"{bullet} {words}".strip(), ""
        if words in _BULLETS:
            bullet = words
        elif words:
            first, last = pieces[0], pieces[-1]
            begins = previous is None or _begins(first, words, *previous, box)
            yield _Line(words, _size(first), begins, last.y1 < edges[0] or first.y0 > edges[1])
            previous = (last, words)


def _rows(box: LTTextBox) -> list[list[LTTextLine]]:
    """The lines of a box from top to bottom; pieces at one height, torn by wide gaps, together."""
    from pdfminer.layout import LTTextLine

    rows: list[list[LTTextLine]] = []
    for line in (item for item in box if isinstance(item, LTTextLine)):
        height = min(line.height, rows[-1][0].height) if rows else 0.0
        if rows and line.voverlap(rows[-1][0]) > height * 0.7 > 0:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def _begins(
    line: LTTextLine, words: str, previous: LTTextLine, before: str, box: LTTextBox
) -> bool:
    """Whether a new paragraph begins at `line`: an indent, a bullet, or a short line before it."""
    if _BULLET.match(words) or abs(_size(line) - _size(previous)) > 1.5:
        return True
    ended = bool(_ENDS_SENTENCE.search(before))
    if ended and line.x0 - box.x0 > 6 and previous.x0 - box.x0 < 6:
        return True
    return (ended or words[:1].isupper()) and previous.x1 < box.x1 - max(40, box.width * 0.25)


def _size(line: LTTextLine) -> float:
    from pdfminer.layout import LTChar

    sizes = Counter(round(item.size, 1) for item in line if isinstance(item, LTChar))
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _without_running(pages: list[list[_Line]]) -> tuple[list[_Line], list[str]]:
    """The lines of the body, and apart from them running headers, footers and page numbers."""
    marks = [{_mark(line) for line in page if line.margin} for page in pages]
    counts = Counter(mark for page in marks for mark in page)
    body: list[_Line] = []
    running: list[str] = []
    for page in pages:
        for line in page:
            recurs = counts[_mark(line)] > 1 and counts[_mark(line)] * 3 >= len(pages)
            if line.margin and (recurs or _is_page_number(line.text)):
                running.append(line.text)
            else:
                body.append(line)
    return body, running


def _is_page_number(text: str) -> bool:
    return len(text) < 30 and bool(_PAGE_NUMBER.fullmatch(text))


def _mark(line: _Line) -> str:
    return re.sub(r"\d+", "0", line.text.casefold())


def _paragraphs(lines: list[_Line], words: Counter[str]) -> Iterator[tuple[str, float]]:
    paragraph, size = "", 0.0
    for line in lines:
        runs_on = (
            line.text[0].islower()
            and abs(line.size - size) < 1
            and len(paragraph) > 40
            and not _ENDS_SENTENCE.search(paragraph)
        )
        if line.begins and paragraph and not runs_on:
            yield paragraph, size
            paragraph = ""
        if not paragraph:
            paragraph, size = line.text, line.size
            continue
        divided = _DIVIDED.search(paragraph, max(0, len(paragraph) - _LONGEST_WORD))
        following = _WORD.match(line.text)
        if divided and following:
            paragraph = _joined(paragraph, divided, line.text, following[0], words)
        else:
            paragraph = f"{paragraph} {line.text}"
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
    paragraphs: list[tuple[str, float]],
    running: list[str],
    path: str,
    sha256: str,
    hints: dict[str, str],
) -> Document:
    weights: Counter[float] = Counter()
    for text, size in paragraphs:
        weights[size] += len(text)
    body = weights.most_common(1)[0][0] if weights else 0.0
    blocks: list[Block] = []
    position = 0
    for text, size in paragraphs:
        heading = size > body * 1.15 and len(text) < 300
        blocks.append(Block(position, position + len(text), "h2" if heading else "p"))
        position += len(text) + 1
    for text in running:
        blocks.append(Block(position, position + len(text), "p", "footer"))
        position += len(text) + 1
    return Document(
        path=path,
        sha256=sha256,
        format="pdf",
        text="\n".join([*(text for text, _ in paragraphs), *running]),
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
