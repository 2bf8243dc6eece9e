"""The picture of releases over time, read back as XML."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from embeddings.timeline import timeline
from embeddings.types import Release

SVG = "{http://www.w3.org/2000/svg}"


def release(date: dt.date | None, *sources: str) -> Release:
    return Release(id=f"{date}{sources}", title="t", text="x", date=date, sources=sources)


def tooltips(svg: str) -> list[str]:
    root = ET.fromstring(svg)
    return [title.text or "" for title in root.iter(f"{SVG}title")]


def words(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_bars_are_months_and_carry_their_numbers() -> None:
    svg = timeline(
        [
            release(dt.date(2018, 3, 1), "Harbour Board"),
            release(dt.date(2018, 3, 30), "Harbour Board"),
            release(dt.date(2018, 3, 31), "Pilots' Office"),
            release(dt.date(2018, 5, 2), "Pilots' Office"),
            release(None, "Harbour Board"),
        ]
    )
    assert tooltips(svg) == [
        "March 2018, Harbour Board: 2",
        "March 2018, Pilots' Office: 1",
        "May 2018, Pilots' Office: 1",
    ]
    caption = "4 releases by month, March 2018 to May 2018; 1 without a date are not shown"
    assert caption in words(svg)


def test_rare_sources_are_others() -> None:
    day = dt.date(2018, 3, 1)
    common = [release(day, f"Body {n}") for n in range(6) for _ in range(2)]
    svg = timeline([*common, release(day, "Rare"), release(day)])
    assert "March 2018, others: 2" in tooltips(svg)
    assert len(tooltips(svg)) == 7


def test_long_archives_are_shown_by_quarter_or_year() -> None:
    quarters = timeline([release(dt.date(year, 8, 1), "A") for year in range(1990, 2021)])
    assert tooltips(quarters)[0] == "Q3 1990, A: 1"
    years = timeline([release(dt.date(year, 8, 1), "A") for year in range(1900, 2021, 10)])
    assert tooltips(years)[0] == "1900, A: 1"


def test_nothing_dated() -> None:
    assert words(timeline([release(None, "A")])) == ["No release has a date."]


names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@given(st.lists(st.tuples(st.none() | st.dates(), names | st.just("<script>&\"'")), max_size=30))
def test_any_archive_gives_well_formed_inert_xml(items: list[tuple[dt.date | None, str]]) -> None:
    svg = timeline([release(date, source) for date, source in items])
    root = ET.fromstring(svg)
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "rect", "line", "text", "title")
    }
    counted = sum(int(tip.rsplit(": ", 1)[1]) for tip in tooltips(svg))
    assert counted == sum(date is not None for date, _ in items)
