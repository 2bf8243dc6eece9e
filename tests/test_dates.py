"""Dates in text: every usual form, never a number that is not a date."""

from __future__ import annotations

import datetime as dt
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.dates import find_dates, parse_date, resolve_relative
from embeddings.dates_words import alternatives


def spans(text: str) -> list[tuple[str, str, str]]:
    return [
        (text[m.start : m.end], m.first.isoformat(), m.last.isoformat()) for m in find_dates(text)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "4 May 2009",
        "4th of May, 2009",
        "May 4, 2009",
        "May 4th 2009",
        "Monday, May 4, 2009",
        "04.05.2009",
        "4.5.2009",
        "04/05/2009",
        "2009-05-04",
        "2009-05-04T09:30:00+02:00",
        "2009/05/04",
        "4-May-2009",
        "4. Mai 2009",
        "le 4 mai 2009",
        "4 maggio 2009",
        "4 de mayo de 2009",
    ],
)
def test_one_day_in_many_forms(text: str) -> None:
    assert parse_date(text) == dt.date(2009, 5, 4)
    assert parse_date(f"The ferry left on {text} at dawn") == dt.date(2009, 5, 4)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Feb. 17, 2015", "2015-02-17"),
        ("Sept. 3, 2011", "2011-09-03"),
        ("1er août 1998", "1998-08-01"),
        ("1º dicembre 1998", "1998-12-01"),
        ("12/25/2004", "2004-12-25"),  # only one order is possible
        ("17. Dez. 2001", "2001-12-17"),
        ("26.06.03", "2003-06-26"),
        ("20030626", "2003-06-26"),
        ("harbour_2003-06-26", "2003-06-26"),
    ],
)
def test_short_forms(text: str, day: str) -> None:
    assert parse_date(text.replace("_", " ")) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("25-26 June 2003", "2003-06-25", "2003-06-26"),
        ("25 and 26 June 2003", "2003-06-25", "2003-06-26"),
        ("June 25-26, 2003", "2003-06-25", "2003-06-26"),
        ("30 June - 2 July 2003", "2003-06-30", "2003-07-02"),
        ("30 December – 2 January 2004", "2003-12-30", "2004-01-02"),
        ("from 25 June 2003 to 3 July 2004", "2003-06-25", "2004-07-03"),
        ("30.06.-02.07.2003", "2003-06-30", "2003-07-02"),
        ("June 2003", "2003-06-01", "2003-06-30"),
        ("in February of 2004", "2004-02-01", "2004-02-29"),
        ("January to March 2004", "2004-01-01", "2004-03-31"),
        ("Q3 2017", "2017-07-01", "2017-09-30"),
        ("the third quarter of 2017", "2017-07-01", "2017-09-30"),
        ("the first half of 2019", "2019-01-01", "2019-06-30"),
        ("summer 2018", "2018-06-01", "2018-08-31"),
        ("in 2003", "2003-01-01", "2003-12-31"),
        ("2014-2018", "2014-01-01", "2018-12-31"),
        ("2014–18", "2014-01-01", "2018-12-31"),
        ("between 2014 and 2018", "2014-01-01", "2018-12-31"),
        ("from 2014 to 2018", "2014-01-01", "2018-12-31"),
        ("2018-10", "2018-10-01", "2018-10-31"),
    ],
)
def test_longer_stretches(text: str, first: str, last: str) -> None:
    assert [found[1:] for found in spans(text)] == [(first, last)]
    assert parse_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "resolution 1540",
        "Resolution 2010 of the Harbour Assembly",
        "section 5.12.4",
        "it cost $2003",
        "CHF 1998 and EUR 2001.50",
        "2003 people came",
        "some 2,015 participants",
        "call 031 322 2003",
        "+41 31 322 20 10",
        "the 1540 Committee",
        "Agenda 2030",
        "31.02.2004",
        "version 12.1.2004.7",
        "they may 2003",
        "room 2011a",
        "",
    ],
)
def test_numbers_that_are_no_dates(text: str) -> None:
    assert find_dates(text) == []


def test_the_year_alone_is_the_mention() -> None:
    assert spans("The pier was built in 1998, and again in 2004.") == [
        ("1998", "1998-01-01", "1998-12-31"),
        ("2004", "2004-01-01", "2004-12-31"),
    ]
    assert spans("Who ran the 2018 Quay Games?") == [("2018", "2018-01-01", "2018-12-31")]


def test_several_days_are_no_one_day() -> None:
    assert parse_date("4 May 2009 (changed on 6 May 2009)") is None
    assert parse_date("nothing here") is None
    assert parse_date("30 February 2004") is None


ON = dt.date(2003, 6, 26)  # a Thursday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("closed yesterday", "2003-06-25", "2003-06-25"),
        ("today", "2003-06-26", "2003-06-26"),
        ("tomorrow", "2003-06-27", "2003-06-27"),
        ("the day before yesterday", "2003-06-24", "2003-06-24"),
        ("last month", "2003-05-01", "2003-05-31"),
        ("next year", "2004-01-01", "2004-12-31"),
        ("last week", "2003-06-16", "2003-06-22"),
        ("last quarter", "2003-01-01", "2003-03-31"),
        ("next Thursday", "2003-07-03", "2003-07-03"),
        ("last Thursday", "2003-06-19", "2003-06-19"),
        ("on Tuesday", "2003-06-24", "2003-06-24"),
        ("three days ago", "2003-06-23", "2003-06-23"),
        ("two weeks ago", "2003-06-09", "2003-06-15"),
        ("the last three months", "2003-03-26", "2003-06-26"),
        ("on 12 June", "2003-06-12", "2003-06-12"),
        ("held in December", "2003-12-01", "2003-12-31"),
        ("last September", "2002-09-01", "2002-09-30"),
        ("gestern", "2003-06-25", "2003-06-25"),
        ("aujourd'hui", "2003-06-26", "2003-06-26"),
    ],
)
def test_relative_dates(text: str, first: str, last: str) -> None:
    found = resolve_relative(text, ON)
    assert [(m.first.isoformat(), m.last.isoformat()) for m in found] == [(first, last)]


def test_relative_leaves_stated_dates_alone() -> None:
    text = "Opened on 12 June 2001 and closed on 13 June; they may come in 3 days of rain"
    assert [text[m.start : m.end] for m in resolve_relative(text, ON)] == ["13 June"]


def test_dates_far_apart_are_all_found() -> None:
    between = " and the pilots said nothing of it" * 9 + ", "
    said = ["2 May 1998", "yesterday", "in the first quarter of 2011", "3-5 June 2012", "12 July"]
    text = between.join(said) + between
    found = [*find_dates(text), *resolve_relative(text, ON)]
    assert sorted((m.first, m.last) for m in found) == [
        (dt.date(1998, 5, 2), dt.date(1998, 5, 2)),
        *sorted((m.first, m.last) for one in ("yesterday", "12 July")
                for m in resolve_relative(one, ON)),
        (dt.date(2011, 1, 1), dt.date(2011, 3, 31)),
        (dt.date(2012, 6, 3), dt.date(2012, 6, 5)),
    ]  # fmt: skip


@given(st.lists(st.text("abm.", min_size=1, max_size=4), min_size=1), st.text("abm.", max_size=6))
def test_any_of_some_words_is_matched_the_longest_first(words: list[str], text: str) -> None:
    found = re.match(alternatives(words), text)
    expected = max((word for word in words if text.startswith(word)), key=len, default=None)
    assert (found and found[0]) == expected
    assert all(re.fullmatch(alternatives(words), word) for word in words)


def test_relative_at_the_ends_of_the_calendar() -> None:
    assert resolve_relative("yesterday, last year, 9999 years ago, last June", dt.date.min) == []
    resolve_relative("tomorrow, next year, next June, next month, on 12 June", dt.date.max)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_every_day_comes_back(day: dt.date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.day:02}.{day.month:02}.{day.year}") == day
    assert parse_date(f"{day.day} {day:%B} {day.year}") == day
    assert parse_date(f"{day:%B} {day.day}, {day.year}") == day


@given(
    st.lists(
        st.sampled_from(
            re.split(
                " ",
                "in on of 2003 1999 12 26. June may March - – to and / . , Q3 the last half 1540 "
                "yesterday next Thursday \n 2003-06-26 26.06.2003 1er juin 99 ( )",
            )
        )
    ).map(" ".join)
    | st.text(max_size=200)
)
def test_any_text(text: str) -> None:
    for mentions in (find_dates(text), resolve_relative(text, ON)):
        for mention in mentions:
            assert 0 <= mention.start < mention.end <= len(text)
            assert mention.first <= mention.last
        for one, following in itertools.pairwise(mentions):
            assert one.end <= following.start
    parse_date(text)
