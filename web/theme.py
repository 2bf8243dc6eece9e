"""The Gradio theme: system fonts only, so that no page asks another server for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradio.themes import Base

SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Liberation Sans", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]


def theme() -> Base:
    """The base theme with the fonts of the reader's own machine; `style.css` does the rest."""
    import gradio as gr

    return gr.themes.Base(font=SANS, font_mono=MONO)
