"""The page: its parts, in reading order, and what happens when one of them is used."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from web import receipts, session
from web.doors import endpoints
from web.escape import escape
from web.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import gradio as gr

    from embeddings.catalog import Catalog
    from web.session import Desk, Turn
    from web.settings import Settings

_WELCOME = (
    '<div class="welcome"><p class="lead">Ask this archive of press releases.</p>'
    "<p>Every answer is a quotation that you can check: open its number to read the words in "
    "their release. What no release says is not answered.</p></div>"
)
_PANEL = (
    '<div class="empty"><p>Sources open here, the quoted words marked inside the whole '
    "release.</p></div>"
)


def masthead(catalog: Catalog) -> str:
    """The name of the page and what the library holds."""
    count = f"{catalog.count:,} release" + ("" if catalog.count == 1 else "s")
    years = ""
    if catalog.first and catalog.last:
        first, last = catalog.first.year, catalog.last.year
        years = f", {first}" if first == last else f", {first}–{last}"
    return (
        '<div class="masthead"><h1>Dateline</h1>'
        f'<p>Answers from the archive, in its own words. <a class="holdings" href="library">'
        f"{escape(count)}{escape(years)}</a></p></div>"
    )


def build(desk: Desk, settings: Settings, examples: Sequence[str] = ()) -> gr.Blocks:
    """The Gradio page of a desk. `examples` are questions offered at the start."""
    import gradio as gr
    from gradio.events import api

    catalog = desk.library.catalog()

    def reply(
        question: str,
        turns: list[Turn],
        since: str | None,
        until: str | None,
        sources: list[str] | None,
        places: list[str] | None,
        topics: list[str] | None,
    ) -> Iterator[tuple[Any, ...]]:
        limits = Limits.of(since, until, sources, places, topics)
        for turn in session.respond(desk, question, turns, limits):
            shown = [*turns, turn][-session.KEPT :]
            kept = shown if turn.final else turns
            yield "", gr.Column(visible=False), session.messages(shown), kept

    def save(turns: list[Turn]) -> str:
        answered = [(turn.question, turn.answer) for turn in turns if turn.answer]
        if not answered:
            return ""
        return f"<pre>{escape(receipts.conversation(answered, dt.datetime.now(dt.UTC)))}</pre>"

    def clear() -> tuple[Any, ...]:
        return "", gr.Column(visible=True), [], []

    page = gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True)
    with page:
        turns = gr.State([], time_to_live=24 * 3600)
        gr.Markdown(masthead(catalog), elem_id="masthead", container=False)
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="conversation", scale=3, min_width=300):
                with gr.Column(elem_id="start") as start:
                    gr.Markdown(_WELCOME, container=False)
                    buttons = [
                        gr.Button(example, elem_classes="example", size="sm")
                        for example in examples
                    ]
                chat = gr.Chatbot(
                    elem_id="chat",
                    show_label=False,
                    container=False,
                    render_markdown=False,
                    latex_delimiters=[],
                    sanitize_html=True,
                    buttons=[],
                    feedback_options=None,
                    allow_file_downloads=False,
                    group_consecutive_messages=False,
                    autoscroll=False,  # page.js brings the question to the top instead
                    height=None,
                    layout="panel",
                )
                with gr.Accordion("Limit the search", open=False, elem_id="limits"):
                    in_force = _limits(catalog)
                with gr.Row(elem_id="ask", equal_height=True):
                    box = gr.Textbox(
                        elem_id="question",
                        label="Your question",
                        placeholder="Ask a question",
                        lines=1,
                        max_lines=5,
                        scale=1,
                        container=False,
                    )
                    send = gr.Button("Ask", elem_id="send", variant="primary", scale=0)
                    keep = gr.Button("Save", elem_id="save", scale=0)
                    again = gr.Button("New", elem_id="again", scale=0)
                saved = gr.Markdown(elem_id="saved", visible="hidden", container=False)
            with gr.Column(elem_id="sources", scale=2, min_width=300):
                gr.Markdown(_PANEL, container=False, elem_id="panel")

        outputs = [box, start, chat, turns]
        event: dict[str, Any] = {
            "outputs": outputs,
            "trigger_mode": "once",
            "show_progress": "hidden",
            "concurrency_limit": settings.concurrency,
            "api_visibility": "private",
        }
        gr.on([box.submit, send.click], reply, [box, turns, *in_force], **event)
        for button in buttons:
            button.click(reply, [button, turns, *in_force], **event)
        if settings.api:
            for name, door in zip(("ask", "search"), endpoints(desk), strict=True):
                api(door, api_name=name, concurrency_limit=settings.concurrency)
        keep.click(save, turns, saved, show_progress="hidden", api_visibility="private")
        again.click(clear, **{**event, "concurrency_limit": None})

    page.queue(max_size=settings.queue)
    page.state_session_capacity = settings.sessions
    return page


def _limits(catalog: Catalog) -> list[gr.Component]:
    """The parts that limit a search, in the order that `Limits.of` takes their values."""
    import gradio as gr

    with gr.Row():
        dates = [
            gr.Textbox(label=label, placeholder="2018-10-31", max_length=40, min_width=120)
            for label in ("Issued from", "Issued until")
        ]
    with gr.Row():
        chosen = [
            gr.Dropdown(
                [(f"{value} ({count:,})", value) for value, count in counts.items()],
                label=label,
                multiselect=True,
                value=[],
                min_width=160,
            )
            for label, counts in (
                ("Source", catalog.sources),
                ("Place", catalog.places),
                ("Topic", catalog.topics),
            )
        ]
    return [*dates, *chosen]
