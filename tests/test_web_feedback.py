"""Opinions of answers over HTTP: about answers that were given here, and only those."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from embeddings.feedback import KINDS, Cited
from embeddings.library import Library
from embeddings.types import Filters
from qa.types import Answer, Citation
from web import feedback
from web.feedback import Opinions
from web.guard import Guard
from web.settings import Settings

QUOTE = Citation(1, "a" * 64, "Buoys", None, "", "in/a.md", "Oda Brandt counted.", 4, 23, 0, 10)
ANSWER = Answer(
    "Oda Brandt [1]",
    True,
    short="Oda Brandt",
    citations=(QUOTE,),
    question="Who counted the buoys at Tarn Quay?",
    filters=Filters(places=("Tarn Quay",)),
)


class Page:
    """A server that takes opinions."""

    def __init__(self, library: Library, *, allowed: bool = True) -> None:
        self.opinions = Opinions(library, allowed=allowed)
        app = FastAPI()
        feedback.routes(app, self.opinions)
        guard = Guard(app, Settings(rate=0))
        self.client = TestClient(guard, base_url="http://127.0.0.1:7860")

    def say(self, body: Any, **headers: str) -> Any:
        return self.client.post("/feedback", json=body, headers=headers)


def test_an_opinion_is_kept_with_the_answer_it_is_about(library: Library) -> None:
    page = Page(library)
    name = page.opinions.remember("Who counted them?", ANSWER)
    body = {"answer": name, "kind": "wrong-citation", "remark": "<b>No.</b>"}
    reply = page.say(body, origin="http://127.0.0.1:7860")
    assert (reply.status_code, reply.json()) == (200, {"kept": "wrong-citation"})
    (said,) = library.feedback()
    assert said.kind == "wrong-citation"
    assert said.remark == "<b>No.</b>"
    assert (said.asked, said.question) == ("Who counted them?", ANSWER.question)
    assert (said.answered, said.short) == (True, "Oda Brandt")
    assert said.citations == (Cited("a" * 64, 4, 23, QUOTE.quote),)
    assert said.filters == ANSWER.filters


def test_a_reader_may_change_their_mind(library: Library) -> None:
    page = Page(library)
    name = page.opinions.remember("Who?", ANSWER)
    for kind in KINDS:
        assert page.say({"answer": name, "kind": kind}).json() == {"kept": kind}
    assert [said.kind for said in library.feedback()] == [KINDS[-1]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"answer": "NAME", "kind": "splendid"}, 400),
        ({"answer": "NAME", "kind": None}, 400),
        ({"answer": "NAME", "kind": ["good"]}, 400),
        ({"answer": "NAME"}, 400),
        ({"answer": "NAME", "kind": "good", "remark": "x" * 501}, 400),
        ({"answer": "NAME", "kind": "good", "remark": 7}, 400),
        ({"answer": "nobody", "kind": "good"}, 404),
        ({"answer": 7, "kind": "good"}, 400),
        ({"kind": "good"}, 400),
        ({"question": "Who?", "kind": "good"}, 400),
        ([], 400),
        ("good", 400),
        (None, 400),
    ],
)
def test_what_is_no_opinion_is_turned_away(body: Any, status: int, library: Library) -> None:
    page = Page(library)
    name = page.opinions.remember("Who?", ANSWER)
    reply = page.say(json.loads(json.dumps(body).replace("NAME", name)))
    assert reply.status_code == status
    assert set(reply.json()) == {"detail"}
    assert library.feedback() == []


def test_only_the_page_itself_may_say_it(library: Library) -> None:
    page = Page(library)
    body = {"answer": page.opinions.remember("Who?", ANSWER), "kind": "good"}
    assert page.say(body, origin="http://evil.example").status_code == 403
    assert page.say(body, **{"sec-fetch-site": "cross-site"}).status_code == 403
    form = page.client.post("/feedback", content=json.dumps(body))
    assert form.status_code == 415
    assert page.client.get("/feedback").status_code == 405
    assert library.feedback() == []


def test_a_read_only_server_keeps_none(library: Library) -> None:
    page = Page(library, allowed=False)
    assert page.opinions.remember("Who?", ANSWER) == ""
    assert page.say({"answer": "", "kind": "good"}).status_code == 403
    assert library.feedback() == []


def test_one_reader_cannot_fill_the_library(library: Library) -> None:
    page = Page(library)
    statuses = []
    for _ in range(60):
        name = page.opinions.remember("Who?", ANSWER)
        statuses.append(page.say({"answer": name, "kind": "good"}).status_code)
    assert set(statuses) == {200, 429}
    assert len(library.feedback()) == statuses.count(200) < 40


def test_the_answers_given_long_ago_are_forgotten(library: Library) -> None:
    page = Page(library)
    first = page.opinions.remember("Who?", ANSWER)
    for _ in range(5_000):
        last = page.opinions.remember("Who?", ANSWER)
    assert page.say({"answer": first, "kind": "good"}).status_code == 404
    assert page.say({"answer": last, "kind": "good"}).status_code == 200
