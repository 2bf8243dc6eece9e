"""The page's part in keeping conversations: saved after each turn, shown again on loading."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from web.cookie import name_in
from web.kept import Conversations
from web.session import Turn, messages

if TYPE_CHECKING:
    import gradio as gr


def outlive(
    page: gr.Blocks,
    folder: Path,
    parts: tuple[gr.State, gr.Chatbot],
    events: Iterable[Any],
) -> None:
    """Keep what `events` leave in the conversation, and show it again to the browser it is of.

    Args:
        page: being built.
        folder: where conversations are kept.
        parts: the turns, and where they are shown.
        events: after which the turns may have changed.
    """
    import gradio as gr

    kept = Conversations(folder)

    def store(turns: list[Turn], request: gr.Request) -> None:
        name = name_in(request.headers.get("cookie", ""))
        if name and turns:
            kept.save(name, turns)
        elif name:
            kept.forget(name)

    def restore(request: gr.Request) -> tuple[Any, ...]:
        name = name_in(request.headers.get("cookie", ""))
        turns = kept.load(name) if name else []
        return turns, messages(turns)

    for function in (store, restore):  # Gradio gives the request to what is annotated so
        function.__annotations__ = {"request": gr.Request}
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    for event in events:
        event.then(store, parts[0], None, **quiet)
    page.load(restore, None, list(parts), queue=False, **quiet)
