"""From a cleaned body to a release: every value from the place that states it best."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.acronyms import find_acronyms
from embeddings.clean import clean
from embeddings.errors import Rejected
from embeddings.parse import parse, release_id
from embeddings.parse_dateline import dateline
from embeddings.parse_language import language_of
from embeddings.parse_names import split_sources, split_topics
from embeddings.read_html import read_html
from embeddings.read_text import read_text
from embeddings.types import Body, Document, Release

BODY = (
    "The Tidal Council agreed on Monday that pilots will be tried on three ferry lines before the "
    "winter.\nIts members also listed the lights that need repair along the coast."
)


def parsed(text: str, path: str = "page.txt", **hints: str) -> Release:
    document = read_text(text, path, "")
    document = Document(path, "", "text", document.text, document.blocks, hints)
    return parse(document, clean(document))


def record(text: str, **hints: str) -> Release:
    document = Document("releases.jsonl#1", "", "json", text, hints=hints)
    return parse(document, clean(document))


def test_a_complete_release() -> None:
    text = (
        "Home\nAbout us\nPress release\nCouncil agrees on pilot rules\n- Date:\n- Place:\n"
        "- ALDHAVEN\n"
        "- Source:\n- Tidal Council, Office of the Secretary, League Chair\n- Fields of work:\n"
        "- Lighthouses, Pilots and ferries, Water quality\nALDHAVEN, 4 May 2009 - " + BODY
    )
    release = parsed(text, path="a/page.txt")
    assert release.title == "Council agrees on pilot rules"
    assert release.date == dt.date(2009, 5, 4)
    assert release.place == "ALDHAVEN"
    assert release.sources == ("Tidal Council", "Office of the Secretary", "League Chair")
    assert release.topics == ("Lighthouses", "Pilots and ferries", "Water quality")
    assert release.language == "en"
    assert release.path == "a/page.txt"
    assert release.text == ("ALDHAVEN, 4 May 2009 - " + BODY).replace("\n", "\n\n")
    assert release.segments
    assert release.id == release_id(release.title, release.date, release.text)
    assert {
        key: release.origins[key] for key in ("title", "date", "place", "source", "topics")
    } == {
        "title": "text",
        "date": "dateline",
        "place": "field",
        "source": "field",
        "topics": "field",
    }


@pytest.mark.parametrize(
    ("above", "body", "hints", "path", "day", "origin"),
    [
        ("Date: 1 May 2009\n", "ALDHAVEN, 2 May 2009 - ", "2009-05-03", "20090504.txt", 1, "field"),
        ("", "ALDHAVEN, 2 May 2009 - ", "2009-05-03", "20090504.txt", 2, "dateline"),
        ("1 May 2009\n", "", "2009-05-03", "20090504.txt", 1, "text"),
        ("", "", "2009-05-03", "20090504.txt", 3, "meta"),
        ("", "", "", "report 20090504.txt", 4, "path"),
        ("", "", "", "report_2009-05-04.txt", 4, "path"),
    ],
)
def test_the_date_and_where_it_came_from(
    above: str, body: str, hints: str, path: str, day: int, origin: str
) -> None:
    given_hints = {"date": hints} if hints else {}
    release = parsed(f"Council agrees on rules\n{above}{body}{BODY}", path=path, **given_hints)
    assert (release.date, release.origins["date"]) == (dt.date(2009, 5, day), origin)


def test_a_release_may_end_in_its_date() -> None:
    release = parse(Document("x.txt", "", "text", ""), Body(f"{BODY}\n\n4 MAY 2009", ()))
    assert (release.date, release.origins["date"]) == (dt.date(2009, 5, 4), "text")


def test_no_date_is_no_date() -> None:
    release = parsed(f"Council agrees on rules\nResolution 1540 of 12\n{BODY}")
    assert release.date is None
    assert "date" not in release.origins
    assert release.place == ""


def test_a_day_in_the_text_is_not_the_day_of_issue() -> None:
    release = parsed("Council agrees on rules\n" + BODY + " The lights went out on 3 May 2001.")
    assert release.date is None


def test_a_column_of_a_record_counts_as_a_field() -> None:
    text = "ALDHAVEN, 2 May 2009 - " + BODY
    release = record(text, date="2009-05-01", title="Rules for pilots", source="Tidal Council")
    assert (release.date, release.origins["date"]) == (dt.date(2009, 5, 1), "field")
    assert release.title == "Rules for pilots"
    assert release.sources == ("Tidal Council",)
    assert release.place == "ALDHAVEN"


def test_html_hints_fill_what_the_page_does_not_say() -> None:
    page = (
        "<html lang='de'><head><title>Rules for pilots | League of Harbour Towns</title>"
        "<meta property='article:published_time' content='2009-05-04T10:00:00Z'>"
        "<link rel='canonical' href='https://league.example/rules'></head><body><main>"
        + "".join(f"<p>{part}</p>" for part in BODY.split("\n"))
        + "</main></body></html>"
    )
    document = read_html(page, "x.html", "")
    release = parse(document, clean(document))
    assert release.title == "Rules for pilots"
    assert release.origins["title"] == "meta"
    assert release.date == dt.date(2009, 5, 4)
    assert release.url == "https://league.example/rules"
    assert release.language == "en"


def test_a_title_is_always_there() -> None:
    release = record("The ferry from Aldhaven is late. Nobody knows why it is late today.")
    assert release.title == "The ferry from Aldhaven is late."
    long = record("word " * 300 + "and that was the end of it.")
    assert len(long.title) <= 302


def test_an_address_that_is_none_is_left_out() -> None:
    assert record(BODY, url="javascript:alert(1)").url == ""
    assert record(BODY, url="https://league.example/a").url == "https://league.example/a"


@pytest.mark.parametrize(
    ("text", "place", "day"),
    [
        ("ALDHAVEN, 4 May 2009 - The council", "ALDHAVEN", "2009-05-04"),
        ("ALDHAVEN, 4 May 2009 – The council", "ALDHAVEN", "2009-05-04"),
        ("Aldhaven, 04.05.2009 - The council", "Aldhaven", "2009-05-04"),
        ("Aldhaven, May 4, 2009 -- The council", "Aldhaven", "2009-05-04"),
        ("Aldhaven (Tidal News), 4 May 2009 — The council", "Aldhaven", "2009-05-04"),
        ("Aldhaven/Cold Quay, 4. Mai 2009: Der Rat", "Aldhaven/Cold Quay", "2009-05-04"),
        (
            "Aldhaven, Cold Quay and Dunmouth, 4 May 2009 - The",
            "Aldhaven, Cold Quay and Dunmouth",
            "2009-05-04",
        ),
        ("Port d'Aval, le 4 mai 2009 - Le conseil", "Port d'Aval", "2009-05-04"),
        ("Neuhafel, den 4. Mai 2009 - Der Rat", "Neuhafel", "2009-05-04"),
        ("4 May 2009, Aldhaven - The council", "Aldhaven", "2009-05-04"),
        ("ALDHAVEN – The council met", "ALDHAVEN", None),
        ("The council met on 4 May 2009 - and again", "", None),
        ("On 4 May 2009, the council met", "", None),
        ("Resolution of 4 May 2009 - the council", "", None),
        ("TIDAL - The members of TIDAL met", "", None),  # an acronym, not a place
        ("The council met", "", None),
        ("", "", None),
    ],
)
def test_datelines(text: str, place: str, day: str | None) -> None:
    found = dateline(text)
    assert found.place == place
    assert found.date == (dt.date.fromisoformat(day) if day else None)
    assert (found.end > 0) == bool(place)


def test_a_dateline_without_a_year_takes_the_nearest() -> None:
    found = dateline("ALDHAVEN, 30 December - The council", dt.date(2010, 1, 3))
    assert (found.place, found.date) == ("ALDHAVEN", dt.date(2009, 12, 30))


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Tidal Council", ["Tidal Council"]),
        ("Tidal Council, League Secretariat", ["Tidal Council", "League Secretariat"]),
        (
            "Department of the Harbours, Ferries and Lights",
            ["Department of the Harbours, Ferries and Lights"],
        ),
        (
            "Department of the Harbours, Ferries, Lights and Piers, Tidal Council",
            ["Department of the Harbours, Ferries, Lights and Piers", "Tidal Council"],
        ),
        ("Aldhaven, Brackwater", ["Aldhaven", "Brackwater"]),
        ("Harbour Office, LHT", ["Harbour Office", "LHT"]),
        ("Pilots Division, North\nTidal Council", ["Pilots Division, North", "Tidal Council"]),
        ("Tidal Council; Pilot Service", ["Tidal Council", "Pilot Service"]),
        ("", []),
    ],
)
def test_issuing_bodies(value: str, names: list[str]) -> None:
    assert list(split_sources(value)) == names


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Lights, Pilots and ferries, Water", ["Lights", "Pilots and ferries", "Water"]),
        ("lights, pilots", ["lights", "pilots"]),
        ("Lights; Pilots, old and new", ["Lights", "Pilots, old and new"]),
        ("Lights\nLights\nPilots", ["Lights", "Pilots"]),
    ],
)
def test_topics(value: str, names: list[str]) -> None:
    assert list(split_topics(value)) == names


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The council of the towns met and agreed that it was time to repair the lights", "en"),
        (
            "Der Rat der Städte hat sich auf die neuen Regeln für Lotsen geeinigt und das ist gut",
            "de",
        ),
        (
            "Le conseil des villes est d'accord pour que les pilotes soient formés dans les ports",
            "fr",
        ),
        (
            "Il consiglio delle città ha deciso che i piloti sono formati nei porti della costa",
            "it",
        ),
        ("El consejo de las ciudades ha decidido que los pilotos se formen en los puertos", "es"),
        ("Совет городов решил, что лоцманы будут обучены до начала зимы", "ru"),
        ("Quay 4", ""),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_stated_language_decides_for_short_texts() -> None:
    assert language_of("Quay 4", "de-CH") == "de"
    assert language_of("Рада міст", "uk") == "uk"
    assert language_of("Quay 4", "??") == ""


def test_the_id_is_of_the_words_not_of_their_spelling() -> None:
    day = dt.date(2009, 5, 4)
    one = release_id("Pilots’ rules", day, "“Good” – he said.\n\nThe end")
    assert one == release_id("Pilots' rules ", day, '"Good" - he  said.\nThe end')
    assert one != release_id("Pilots' rules", None, '"Good" - he said. The end')
    assert one != release_id("Pilots' rules", day, '"Good" - he said. The ends')
    assert len(one) == 64


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the Forum for Tidal Security (FTS) met", {"FTS": "Forum for Tidal Security"}),
        ("the Forum for Lake Co-operation (FLC)", {"FLC": "Forum for Lake Co-operation"}),
        ("by the FTS (Forum for Tidal Security)", {"FTS": "Forum for Tidal Security"}),
        ("League of Harbour Towns (LHT)", {"LHT": "League of Harbour Towns"}),
        ("the Anti-Piracy Office (APO)", {"APO": "Anti-Piracy Office"}),
        ("our dredging plans for the year (DPY)", {"DPY": "dredging plans for the year"}),
        ("the Harbour Council (ABC)", {}),
        ("he said (OK) and left", {}),
        ("in Aldhaven (Brackwater)", {}),
    ],
)
def test_acronyms(text: str, found: dict[str, str]) -> None:
    assert find_acronyms(text) == found


def test_a_title_of_marks_alone_is_none() -> None:
    text = "The harbour board met in May. It chose a pilot."
    document = Document("x.txt", "", "text", text, hints={"title": " ;,"})
    assert parse(document, clean(document)).title == "The harbour board met in May."


@given(st.text(max_size=300), st.text(max_size=50), st.text(max_size=40))
def test_any_text_gives_a_release_or_a_reason(text: str, title: str, date: str) -> None:
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    document = Document("x.txt", "", "text", text, hints={"title": title, "date": date})
    try:
        release = parse(document, clean(document))
    except Rejected:
        return
    assert len(release.id) == 64
    assert release.title
    assert "\n" not in release.title + release.place + release.number
    for person in release.people:
        assert release.text[person.start : person.end] == person.name


@given(st.text(max_size=200))
def test_any_text_has_a_dateline_or_none(text: str) -> None:
    found = dateline(text)
    assert 0 <= found.end <= len(text)


SEEDS = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "seeds"


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"{SEEDS} is not there")
def test_the_seeds_are_read_right() -> None:
    releases = [parsed(path.read_text("utf-8"), path.name) for path in sorted(SEEDS.glob("*.txt"))]
    assert [str(release.date) for release in releases] == ["2003-06-26", "2018-10-17"]
    assert {release.origins["date"] for release in releases} == {"dateline"}
    assert {release.place for release in releases} == {"VIENNA"}
    assert [len(release.sources) for release in releases] == [3, 1]
    assert [len(release.topics) for release in releases] == [7, 2]
    assert [len(release.title) for release in releases] == [48, 148]
    assert {release.language for release in releases} == {"en"}
