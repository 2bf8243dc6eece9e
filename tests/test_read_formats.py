"""Every format, read through the public door."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from typing import TYPE_CHECKING

import pytest
import read_samples as samples

from embeddings.read import Failure, read_inputs
from embeddings.read_formats import original_text
from embeddings.types import Document

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, name: str, content: bytes, **options: object) -> list[Document | Failure]:
    (folder / name).write_bytes(content)
    return list(read_inputs([folder / name], **options))  # type: ignore[arg-type]


def read_one(folder: Path, name: str, content: bytes) -> Document:
    [outcome] = read(folder, name, content)
    assert isinstance(outcome, Document), outcome
    return outcome


def lines(document: Document) -> list[tuple[str, str]]:
    return [(block.tag, document.text[block.start : block.end]) for block in document.blocks]


def test_every_format_gives_its_documents_and_the_counts_add_up(tmp_path: Path) -> None:
    for name, content in samples.every_format().items():
        (tmp_path / name).write_bytes(content)
    outcomes = list(read_inputs([tmp_path]))
    assert [outcome for outcome in outcomes if isinstance(outcome, Failure)] == []
    for name, count in samples.DOCUMENTS.items():
        mine = [o for o in outcomes if o.path.split("!")[0].split("#")[0] == name]
        assert len(mine) == count, name
        for document in mine:
            assert isinstance(document, Document)
            assert "14 stations" in document.text or name in {"h.pdf"}
    assert len({outcome.path for outcome in outcomes}) == len(outcomes)
    assert [o.path for o in outcomes] == [o.path for o in read_inputs([tmp_path])]


def test_plain_text_is_the_decoded_file(tmp_path: Path) -> None:
    document = read_one(tmp_path, "a.txt", samples.TEXT)
    assert document.text == samples.TEXT.decode()
    assert lines(document) == [("", samples.TITLE), ("", samples.LEAD), ("", samples.BODY)]


def test_markdown_loses_its_marks_and_keeps_its_map(tmp_path: Path) -> None:
    document = read_one(tmp_path, "b.md", samples.MARKDOWN)
    assert lines(document) == [
        ("h1", samples.TITLE),
        ("p", samples.LEAD),
        ("li", "The first item with a link"),
        ("blockquote", samples.BODY),
    ]
    assert document.hints == {
        "title": samples.TITLE,
        "date": "2019-03-12",
        "topics": "water, safety",
    }
    source = original_text(samples.MARKDOWN, "markdown")
    for segment in document.origin:
        copied = document.text[segment.start : segment.start + segment.length]
        assert source[segment.origin_start : segment.origin_start + segment.length] == copied


def test_markdown_of_other_styles(tmp_path: Path) -> None:
    content = b"""Heading
=======
Part
---
Some **bold**, `code`, [a link][1], ![picture](x.png) and snake_case_name.

---
| a | b |
|---|---|
| c | d |
```
code *stays*
```
[1]: https://lakeside.example
"""
    assert lines(read_one(tmp_path, "b.md", content)) == [
        ("h1", "Heading"),
        ("h2", "Part"),
        ("p", "Some bold, code, a link, and snake_case_name."),
        ("p", "| a | b |"),
        ("p", "| c | d |"),
        ("pre", "code *stays*"),
    ]


def test_email_gives_its_html_part_and_headers(tmp_path: Path) -> None:
    document = read_one(tmp_path, "d.eml", samples.EML)
    assert lines(document) == [("p", samples.LEAD), ("p", samples.BODY)]
    assert document.hints == {
        "title": samples.TITLE,
        "date": "2019-03-12",
        "source": "Lakeside Union Press",
    }


def test_email_attachments_are_documents_of_their_own(tmp_path: Path) -> None:
    from email.message import EmailMessage

    message = EmailMessage()
    message["Subject"] = "Two releases"
    message.set_content("Please find two releases attached.\n")
    for name in ("one.txt", "logo.png"):
        message.add_attachment(
            samples.TEXT, maintype="application", subtype="octet-stream", filename=name
        )
    outcomes = read(tmp_path, "mail.eml", message.as_bytes())
    assert [outcome.path for outcome in outcomes] == ["mail.eml", "mail.eml!/2-one.txt"]
    assert isinstance(outcomes[1], Document)
    assert outcomes[1].text == samples.TEXT.decode()


def test_pdf_paragraphs_run_over_line_and_page_ends(tmp_path: Path) -> None:
    document = read_one(tmp_path, "h.pdf", samples.two_page_pdf())
    assert lines(document)[:2] == [
        ("h2", samples.TITLE),
        (
            "p",
            "VALBRUNA, 12 March 2019 - The Lakeside Union agreed today on an early-warning "
            "network. It gives the authorities of all members the water levels and the forecasts "
            "every hour, by day and night, in every season.",
        ),
    ]
    assert {block.region for block in document.blocks[2:]} == {"footer"}
    assert document.hints == {"title": samples.TITLE, "date": "2019-03-12"}


def test_pdf_keeps_a_hyphen_that_the_document_has_elsewhere(tmp_path: Path) -> None:
    page = [
        (72.0, 700.0, 11.0, "The co-operation of all members is welcome, and further co-"),
        (72.0, 686.0, 11.0, "operation with neighbours of the lake is welcome as well."),
    ]
    document = read_one(tmp_path, "a.pdf", samples.pdf([page]))
    assert "further co-operation with neighbours" in document.text


def test_pdf_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [
        f"The left column goes on with its line number {n}" for n in ("one", "two", "three", "four")
    ]
    right = [line.replace("left", "right") for line in left]
    page = [
        (x, 700.0 - 14 * row, 10.0, line)
        for x, column in ((60.0, left), (330.0, right))
        for row, line in enumerate(column)
    ]
    document = read_one(tmp_path, "a.pdf", samples.pdf([page]))
    assert document.text.replace("\n", " ") == " ".join(left + right)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (samples.pdf([[]]), "no text layer"),
        (b"%PDF-1.4\nnothing more", "damaged"),
    ],
)
def test_pdf_without_text_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    [outcome] = read(tmp_path, "a.pdf", content)
    assert isinstance(outcome, Failure)
    assert reason in outcome.reason


def test_docx_paragraphs_styles_and_properties(tmp_path: Path) -> None:
    content = samples.docx(
        [
            ("Title", "A &amp; B"),
            ("Heading2", "Part"),
            ("ListParagraph", "Item"),
            ("", "Words  here"),
        ]
    )
    document = read_one(tmp_path, "i.docx", content)
    assert lines(document) == [("h1", "A & B"), ("h2", "Part"), ("li", "Item"), ("p", "Words here")]
    assert document.hints == {"title": samples.TITLE, "date": "2019-03-12T08:00:00Z"}


@pytest.mark.parametrize(
    ("modified", "date"),
    [("2019-03-14T08:00:00Z", "2019-03-12T08:00:00Z"), ("2021-01-01T08:00:00Z", None)],
)
def test_docx_date_is_not_that_of_an_old_template(
    tmp_path: Path, modified: str, date: str | None
) -> None:
    content = samples.docx([("", "Words")], modified=modified)
    assert read_one(tmp_path, "i.docx", content).hints.get("date") == date


def test_docx_with_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "cccccccccc">]><a>&b;</a>'
    content = samples.zip_of({"word/document.xml": bomb})
    [outcome] = read(tmp_path, "i.docx", content)
    assert isinstance(outcome, Failure)
    assert "entities" in outcome.reason


def test_records_are_mapped_and_named_by_line(tmp_path: Path) -> None:
    content = samples.JSONL + b'not json\n\n[1]\n{"id": 3}\n'
    outcomes = read(tmp_path, "e.jsonl", content)
    assert [o.path for o in outcomes] == [f"e.jsonl#{n}" for n in (1, 2, 3, 5, 6)]
    first = outcomes[0]
    assert isinstance(first, Document)
    assert first.text == f"{samples.LEAD}\n{samples.BODY}"
    assert first.hints == {
        "title": samples.TITLE,
        "date": "2019-03-12",
        "place": "Valbruna",
        "source": "Secretariat; Water Office",
        "url": "https://lakeside.example/news/7",
    }
    reasons = [o.reason for o in outcomes if isinstance(o, Failure)]
    assert reasons == [
        "The line is not valid JSON.",
        "It is JSON, but not an object with named values.",
        "No column of the record holds its text (it has: id).",
    ]


def test_columns_can_be_named(tmp_path: Path) -> None:
    content = json.dumps({"h": "Heading", "b": samples.BODY, "d": "2019"}).encode()
    [outcome] = read(tmp_path, "e.jsonl", content, columns={"title": "h", "text": "b", "date": "d"})
    assert isinstance(outcome, Document)
    assert (outcome.text, outcome.hints) == (samples.BODY, {"title": "Heading", "date": "2019"})


def test_a_record_with_markup_is_read_as_html(tmp_path: Path) -> None:
    content = json.dumps({"body": "<p>One &amp; two</p><p>Three</p>"}).encode()
    document = read_one(tmp_path, "e.jsonl", content)
    assert document.text == "One & two\nThree"


def test_csv_in_a_windows_encoding_with_line_breaks_in_cells(tmp_path: Path) -> None:
    content = 'Headline,Published,Body\r\n"Café",2019-03-12,"One\r\ntwo"\r\n\r\nB,,Three\r\n'
    outcomes = read(tmp_path, "g.csv", content.encode("cp1252"))
    assert [o.path for o in outcomes] == ["g.csv#2", "g.csv#4"]
    assert isinstance(outcomes[0], Document)
    assert outcomes[0].text == "One\ntwo"
    assert outcomes[0].hints == {"title": "Café", "date": "2019-03-12"}


def test_archive_members_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    content = samples.zip_of(
        {
            "../outside.txt": samples.TEXT,
            "/etc/absolute.txt": samples.TEXT,
            "fine.txt": samples.TEXT,
            ".hidden": samples.TEXT,
            "picture.png": b"\x89PNG\r\n\x1a\n0000",
            "empty.txt": b"",
            "damaged.pdf": b"%PDF-1.4",
        }
    )
    outcomes = read(tmp_path, "k.zip", content)
    assert len(outcomes) == 7
    assert [o.path for o in outcomes if isinstance(o, Document)] == ["k.zip!/fine.txt"]
    reasons = {o.path: o.reason for o in outcomes if isinstance(o, Failure)}
    assert "outside" in reasons["k.zip!/../outside.txt"]
    assert "outside" in reasons["k.zip!//etc/absolute.txt"]
    assert "dot" in reasons["k.zip!/.hidden"]
    assert "PNG" in reasons["k.zip!/picture.png"]
    assert "empty" in reasons["k.zip!/empty.txt"]
    assert "damaged" in reasons["k.zip!/damaged.pdf"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"title,text\n"),
        ("a.zip", samples.zip_of({})),
        ("a.tar", samples.tar_of({})[:512] + b"\0" * 600),
        ("a.jsonl", b"\xef\xbb\xbf\n\n"),
        ("a.json", b"[]"),
        ("a.txt", b""),
        ("a.html", b"<p></p>"),
        ("a.txt.gz", gzip.compress(b"")),
    ],
)
def test_a_file_with_nothing_in_it_is_one_failure(
    tmp_path: Path, name: str, content: bytes
) -> None:
    [outcome] = read(tmp_path, name, content)
    assert isinstance(outcome, Failure)
    assert outcome.path == name


def test_two_members_of_one_name_stay_apart(tmp_path: Path) -> None:
    content = samples.tar_of({"a.txt": samples.TEXT})[:1024] + samples.tar_of(
        {"a.txt": samples.TEXT.replace(b"14", b"15")}
    )
    outcomes = read(tmp_path, "two.tar", content)
    assert [o.path for o in outcomes] == ["two.tar!/a.txt", "two.tar!/a.txt (2)"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "PNG"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
        ("a.rtf", b"{\\rtf1 words}", "RTF"),
        ("a.xlsx", samples.zip_of({"xl/workbook.xml": b"<a/>"}), "spreadsheet"),
        ("a.odt", samples.zip_of({"mimetype": b"x"}), "OpenDocument"),
        ("a.pdf", b"no such thing", "not such a file"),
        ("a.js", b"var a = 1;", ".js"),
        ("a.dat", bytes(range(256)) * 9, "binary"),
        ("feed.xml", b'<?xml version="1.0"?><rss></rss>', "feed"),
        ("a.xml", b'<?xml version="1.0"?><book></book>', "XML"),
    ],
)
def test_what_is_no_document_is_named(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    [outcome] = read(tmp_path, name, content)
    assert isinstance(outcome, Failure)
    assert reason in outcome.reason


@pytest.mark.parametrize("content", ["ID3 is a tag", "GIF89 of", "BZh1 and", "On %PDF-1.4 files"])
def test_a_text_may_begin_like_another_format(tmp_path: Path, content: str) -> None:
    assert read_one(tmp_path, "a.txt", content.encode()).text == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page", samples.HTML), ("paper.bin", samples.two_page_pdf()), ("a.txt", samples.HTML),
        ("letter", samples.docx([("", "Words")])), ("notes", samples.TEXT),
        ("a.txt.bz2", bz2.compress(samples.TEXT)), ("a.md.xz", lzma.compress(samples.MARKDOWN)),
    ],
)  # fmt: skip
def test_the_content_tells_the_format_where_the_name_does_not(
    tmp_path: Path, name: str, content: bytes
) -> None:
    assert "#" not in read_one(tmp_path, name, content).text
