"""The page's HTML shell: Gradio's, with this page's style and script in its head."""

from __future__ import annotations

import re

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='6' fill='%231d4d46'/%3E"
    "%3Cpath d='M9 8h8a8 8 0 0 1 0 16H9z' fill='none' stroke='%23f6f1e4' stroke-width='3'/%3E"
    "%3C/svg%3E"
)
STYLES = "".join(
    f'<link rel="stylesheet" href="page/{name}.css">'
    for name in ("ask", "chat", "reply", "pages", "style")
)
SCRIPTS = "".join(
    f'<script src="page/{name}.js" defer></script>' for name in ("card", "acts", "page")
)
_HEAD = (
    f'<link rel="icon" href="{ICON}">'
    '<meta name="description" content="Questions answered from an archive of press releases.">'
    '<meta name="color-scheme" content="light dark">'
    f"{STYLES}"
    f"{SCRIPTS}</head>"
)


def shell(html: bytes, nonce: str) -> bytes:
    """Gradio's page with our head, and `nonce` on its scripts.

    Every script in it is Gradio's or ours: nothing a document says is in the shell, library text
    reaches the browser later, as data. The descriptions meant for social media go.
    """
    html = re.sub(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>', b"", html)
    html = re.sub(rb'<link rel="manifest"[^>]*>', b"", html)
    html = html.replace(b"</head>", _HEAD.encode(), 1)
    return re.sub(rb"<script(?=[ >])", b'<script nonce="' + nonce.encode() + b'"', html)
