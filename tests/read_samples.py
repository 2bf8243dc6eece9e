"""Small valid files of every format, made in memory; the organisations in them are invented."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile

TITLE = "Lakeside Union agrees on early warning"
LEAD = "VALBRUNA, 12 March 2019 - The Lakeside Union agreed today on an early-warning network."
BODY = "Ilse Marchetti, who chairs the Council, said that 14 stations will report every hour."

TEXT = f"{TITLE}\n\n{LEAD}\n{BODY}\n".encode()
MARKDOWN = f"""---
title: "{TITLE}"
date: 2019-03-12
tags: [water, safety]
---
# {TITLE}

{LEAD}

- The *first* item with a [link](https://lakeside.example/a)
> {BODY}
""".encode()
HTML = f"""<!DOCTYPE html><html lang="en"><head><title>{TITLE} | Lakeside Union</title>
<meta property="og:title" content="{TITLE}">
<meta property="article:published_time" content="2019-03-12T09:00:00Z">
<link rel="canonical" href="https://lakeside.example/news/7"><script>var x = "<p>no</p>";</script>
</head><body><nav class="menu"><ul><li><a href="/">Home</a><li><a href="/news">News</a></ul></nav>
<main><article id="story"><h1>{TITLE}</h1><p>{LEAD}</p>
<p>Ilse Marchetti, who <b>chairs</b> the Council,
 said that 14&nbsp;stations will report every hour.</p></article></main>
<footer>Contact &amp; imprint</footer></body></html>""".encode()
EML = f"""From: "Lakeside Union Press" <press@lakeside.example>
To: news@example.org
Subject: {TITLE}
Date: Tue, 12 Mar 2019 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b0"

--b0
Content-Type: text/plain; charset=utf-8

{LEAD}

--b0
Content-Type: text/html; charset=utf-8

<p>{LEAD}</p><p>{BODY}</p>
--b0--
""".replace("\n", "\r\n").encode()
RECORD = {
    "title": TITLE,
    "date": "2019-03-12",
    "place": "Valbruna",
    "lead": LEAD,
    "text": BODY,
    "department": ["Secretariat", "Water Office"],
    "url": "https://lakeside.example/news/7",
}
JSONL = "\n".join([json.dumps(RECORD), json.dumps({**RECORD, "title": "Second"}), ""]).encode()
JSON = json.dumps({"articles": [RECORD, RECORD], "count": 2}).encode()
CSV = f'title;date;text\n"{TITLE}";2019-03-12;"{LEAD}\n{BODY}"\nSecond;;{BODY}\n'.encode()


def pdf(pages: list[list[tuple[float, float, float, str]]], title: str = TITLE) -> bytes:
    """A PDF whose pages hold (x, y, type size, text) in Helvetica, with offsets and trailer."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for page in pages:
        rows = []
        for x, y, size, text in page:
            shown = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            rows.append(f"BT /F1 {size} Tf {x} {y} Td ({shown}) Tj ET")
        content = "\n".join(rows)
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 << "
            "/Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >> "
            f"/Contents {len(objects) + 2} 0 R >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>"
    objects.append(f"<< /Title ({title}) /CreationDate (D:20190312090000Z) >>")
    out = "%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    out += "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\n"
    return (out + f"startxref\n{start}\n%%EOF\n").encode("cp1252")


def two_page_pdf() -> bytes:
    """A heading, a paragraph with a divided word that runs over two pages, and page numbers."""
    header = (72.0, 810.0, 9.0, "Lakeside Union - Press Service")
    return pdf(
        [
            [
                header,
                (72, 740, 20, TITLE),
                (72, 700, 11, "VALBRUNA, 12 March 2019 - The Lakeside Union agreed today on an"),
                (72, 686, 11, "early-warning network. It gives the author-"),
                (72, 672, 11, "ities of all members the water levels and"),
                (290, 30, 9, "1"),
            ],
            [
                header,
                (72, 740, 11, "the forecasts every hour, by day and night, in every season."),
                (290, 30, 9, "2"),
            ],
        ]
    )


def docx(paragraphs: list[tuple[str, str]], title: str = TITLE, modified: str = "") -> bytes:
    """A Word file of (style, text) paragraphs with a core title."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">{text}'
        "</w:t></w:r></w:p>"
        for style, text in paragraphs
    )
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    return zip_of(
        {
            "[Content_Types].xml": b'<?xml version="1.0"?><Types/>',
            "word/document.xml": (
                f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>'
            ).encode(),
            "docProps/core.xml": (
                f'<cp:coreProperties xmlns:cp="{core}" '
                'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
                f"<dc:title>{title}</dc:title><dcterms:created>2019-03-12T08:00:00Z</dcterms:created>"
                f"<dcterms:modified>{modified}</dcterms:modified></cp:coreProperties>"
            ).encode(),
        }
    )


def zip_of(members: dict[str, bytes]) -> bytes:
    """A zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def tar_of(members: dict[str, bytes], mode: str = "w") -> bytes:
    """A tar with these members; mode "w:gz" packs it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def every_format() -> dict[str, bytes]:
    """A valid file of each format that can be read, by file name."""
    word = docx([("Title", TITLE), ("", LEAD), ("ListParagraph", BODY)])
    return {
        "a.txt": TEXT,
        "b.md": MARKDOWN,
        "c.html": HTML,
        "d.eml": EML,
        "e.jsonl": JSONL,
        "f.json": JSON,
        "g.csv": CSV,
        "h.pdf": two_page_pdf(),
        "i.docx": word,
        "j.txt.gz": gzip.compress(TEXT),
        "k.zip": zip_of({"one.html": HTML, "two/three.txt": TEXT, "four.docx": word}),
        "l.tar": tar_of({"one.html": HTML, "two/three.txt": TEXT}),
        "m.tgz": tar_of({"one.eml": EML, "two.zip": zip_of({"in.txt": TEXT})}, "w:gz"),
    }


DOCUMENTS = {
    "a.txt": 1, "b.md": 1, "c.html": 1, "d.eml": 1, "e.jsonl": 2, "f.json": 2, "g.csv": 2,
    "h.pdf": 1, "i.docx": 1, "j.txt.gz": 1, "k.zip": 3, "l.tar": 2, "m.tgz": 2,
}  # fmt: skip
"""How many documents each of these files holds."""
