"""The page: its parts, in reading order, and what happens when one of them is used."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from web import receipts, session
from web.doors import Doors, open_doors, told
from web.escape import escape
from web.limits import Limits
from web.outlive import outlive
from web.reply_parts import next_questions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import gradio as gr

    from embeddings.catalog import Catalog
    from web.session import Turn
    from web.settings import Settings

_WELCOME = (
    '<div class="welcome"><p class="lead">Ask this archive of press releases.</p>'
    "<p>Every answer is a quotation that you can check: open its number to read the words in "
    "their release. What no release says is not answered.</p></div>"
)
# The share of wrong answers that a reader may ask for, in percent; the second is no wish at all.
_CAREFUL, _CARELESS = 1, 50
_PANEL = (
    '<div class="empty"><p>Sources open here, the quoted words marked inside the whole '
    "release.</p></div>"
)


def masthead(catalog: Catalog, version: int) -> str:
    """The name of the page and what the library holds; page.js compares the version."""
    count = f"{catalog.count:,} release" + ("" if catalog.count == 1 else "s")
    years = ""
    if catalog.first and catalog.last:
        first, last = catalog.first.year, catalog.last.year
        years = f", {first}" if first == last else f", {first}–{last}"
    return (
        f'<div class="masthead version-{version}"><h1>Dateline</h1>'
        f'<p>Answers from the archive, in its own words. <a class="holdings" href="library">'
        f"{escape(count)}{escape(years)}</a></p></div>"
    )


def build(doors: Doors, settings: Settings, examples: Sequence[str] = ()) -> gr.Blocks:
    """The Gradio page of a desk. `examples` are questions offered at the start."""
    import gradio as gr
    from gradio.events import api

    desk = doors.desk
    catalog = desk.library.catalog()

    def reply(
        question: str,
        turns: list[Turn],
        since: str | None,
        until: str | None,
        sources: list[str] | None,
        places: list[str] | None,
        topics: list[str] | None,
        percent: float | None,
    ) -> Iterator[tuple[Any, ...]]:
        limits = Limits.of(since, until, sources, places, topics)
        yield from grow(
            turns, session.respond(desk, question, turns, limits, risk=risk_of(percent))
        )

    def again(
        command: str,
        turns: list[Turn],
        since: str | None,
        until: str | None,
        sources: list[str] | None,
        places: list[str] | None,
        topics: list[str] | None,
        percent: float | None,
    ) -> Iterator[tuple[Any, ...]]:
        asked = session.asked_again(turns, command)
        if asked is None:
            yield "", session.messages(turns), turns, ""
            return
        question, without, before = asked
        limits = Limits.of(since, until, sources, places, topics)
        growing = session.respond(
            desk, question, turns[:before], limits, without=without, risk=risk_of(percent)
        )
        yield from grow(turns, growing)

    # Plain values only: for anything else Gradio makes the component anew, for each reader.
    def grow(turns: list[Turn], growing: Iterator[Turn]) -> Iterator[tuple[Any, ...]]:
        for turn in growing:
            shown = [*turns, turn][-session.KEPT :]
            yield "", session.messages(shown), shown if turn.final else turns, ""

    def offer(turns: list[Turn]) -> str:
        """What to ask next; looked for apart, so that the next question need not wait for it."""
        last = turns[-1].answer if turns else None
        return next_questions(desk.with_next(last).suggestions) if last else ""

    def holdings() -> list[Any]:
        """What the page says about the library, as it stands now."""
        now = desk.library.catalog()
        return [
            masthead(now, desk.library.version),
            *(gr.Dropdown(choices=each) for each in choices(now)),
        ]

    def save(turns: list[Turn]) -> str:
        answered = [(turn.question, turn.answer) for turn in turns if turn.answer]
        if not answered:
            return ""
        now = dt.datetime.now(dt.UTC)
        written = (receipts.conversation(answered, now), receipts.record(answered, now))
        return "".join(f"<pre>{escape(text)}</pre>" for text in written)

    def clear() -> tuple[Any, ...]:
        return "", [], [], ""

    page = gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True)
    with page:
        turns = gr.State([], time_to_live=24 * 3600)
        head = gr.Markdown(
            masthead(catalog, desk.library.version), elem_id="masthead", container=False
        )
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="conversation", scale=3, min_width=300):
                with gr.Column(elem_id="start"):
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
                offered = gr.Markdown(elem_id="next", container=False)
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
                    export = gr.Button("JSON", elem_id="save-data", scale=0)
                    new = gr.Button("New", elem_id="again", scale=0)
                # What page.js fills in and presses, and what it reads.
                command = gr.Textbox(elem_id="command", visible="hidden", max_lines=2)
                obey = gr.Button("Ask again", elem_id="obey", visible="hidden")
                refresh = gr.Button("Refresh", elem_id="refresh", visible="hidden")
                saved = gr.Markdown(elem_id="saved", visible="hidden", container=False)
            with gr.Column(elem_id="sources", scale=2, min_width=300):
                gr.Markdown(_PANEL, container=False, elem_id="panel")

        outputs = [box, chat, turns, offered]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        # Not through the queue: its stream closes when nothing is under way, and a question asked
        # at that moment, as by a quick reader while the page loads, would wait for ever.
        aside = {**quiet, "queue": False}
        event: dict[str, Any] = {**quiet, "outputs": outputs, "trigger_mode": "once"}
        limited = {**event, "concurrency_limit": settings.concurrency}
        inputs = [turns, *in_force]
        events = [
            gr.on([box.submit, send.click], reply, [box, *inputs], **limited),
            *(button.click(reply, [button, *inputs], **limited) for button in buttons),
            obey.click(again, [command, *inputs], **limited),
            new.click(clear, **event),
        ]
        for asked in events[:-1]:
            asked.then(offer, turns, offered, **aside)
        if settings.api:
            for door in open_doors(doors):
                limit = 1 if door == doors.add else settings.concurrency
                api(told(door), api_name=door.__name__, concurrency_limit=limit)
        gr.on([keep.click, export.click], save, turns, saved, **aside)
        if settings.keep_conversations:
            outlive(page, settings.keep_conversations, (turns, chat), events)
        # Gradio sends the page as it was built; a reader who comes later sees what it holds now.
        described = [head, *in_force[2:5]]
        gr.on([page.load, refresh.click], holdings, None, described, **aside)

    page.queue(max_size=settings.queue)
    page.state_session_capacity = settings.sessions
    return page


def choices(catalog: Catalog) -> list[list[tuple[str, str]]]:
    """What a search can be limited to: sources, places and topics, each with its count."""
    return [
        [(f"{value} ({count:,})", value) for value, count in counts.items()]
        for counts in (catalog.sources, catalog.places, catalog.topics)
    ]


def risk_of(percent: float | None) -> float | None:
    """The share of wrong answers that a reader accepts, 0 to 1; None where none was chosen."""
    if percent is None or not _CAREFUL <= percent < _CARELESS:
        return None
    return percent / 100


def _limits(catalog: Catalog) -> list[gr.Component]:
    """The parts that limit a search, in the order that `Limits.of` takes their values.

    The last is the share of wrong answers that the reader accepts, in percent.
    """
    import gradio as gr

    with gr.Row():
        dates = [
            gr.Textbox(label=label, placeholder="2018-10-31", max_length=40, min_width=120)
            for label in ("Issued from", "Issued until")
        ]
    with gr.Row():
        chosen = [
            gr.Dropdown(options, label=label, multiselect=True, value=[], min_width=160)
            for label, options in zip(("Source", "Place", "Topic"), choices(catalog), strict=True)
        ]
    risk = gr.Slider(
        _CAREFUL,
        _CARELESS,
        _CARELESS,
        step=1,
        label="Answer when at most this many in 100 would be wrong",
        elem_id="risk",
        buttons=[],
    )
    return [*dates, *chosen, risk]
