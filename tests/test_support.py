"""Whether the evidence supports what a question insists on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from embeddings.types import Release
from qa.direction import asked_side, side_held
from qa.office import asked_bodies, attached, own_body
from qa.ordinals import ordinals, ordinals_held
from qa.pages import Page, Sentence, page
from qa.support import Whole, dates_held, forms_of, names_held, share, spelt_out, whole
from qa.understand import DateRange, Requirement
from qa.words import Bag, stem, tokens

TEXT = (
    "The Harbour Forum (HF) met in Oslo on 17 October 2018.\n\n"
    "Opening the talks, Chairperson of the Harbour Forum Ada Lind welcomed the Tide Union.\n\n"
    "The permanent staff thanked everybody on the council. Work began in 2016 and goes on."
)
RELEASE = Release(
    id="r1",
    title="Ports in a storm",
    text=TEXT,
    date=dt.date(2018, 10, 18),
    sources=("Harbour Forum",),
    acronyms={"HF": "Harbour Forum"},
)


def laid_out() -> Page:
    return page(TEXT)


def all_held(
    required: tuple[Requirement, ...], sentence: Sentence, release: Whole
) -> tuple[float, float, float]:
    return names_held(forms_of(required, release), sentence.bag, sentence.bag)


def held(name: str, *forms: str, number: int = 1) -> tuple[float, float, float]:
    sentence = laid_out().sentences[number]
    required = (Requirement(name, (name, *forms), "name"),)
    return all_held(required, sentence, whole(laid_out(), RELEASE))


def test_a_name_in_the_sentence_holds_fully() -> None:
    assert held("Ada Lind") == (1.0, 1.0, 1.0)
    assert held("Harbour Forum") == (1.0, 1.0, 1.0)


def test_a_name_elsewhere_in_the_release_holds_less() -> None:
    mean, least, here = held("Oslo")
    assert here == 0.0
    assert 0.5 < least == mean < 1.0


def test_a_name_that_is_nowhere_does_not_hold() -> None:
    assert held("Bergen")[1] == 0.0


def test_words_that_nowhere_stand_together_are_no_name() -> None:
    assert held("Permanent Council", number=2)[1] <= 0.5


def test_either_form_of_a_name_will_do() -> None:
    assert held("HF", "Harbour Forum")[1] == 1.0


def test_a_country_holds_by_any_of_its_names() -> None:
    text = "The Forum met in Oslo. Envoys of the United States and the United Nations came."
    everything = whole(page(text), replace(RELEASE, text=text))
    sentence = page(text).sentences[1]
    for name in ("America", "American", "UN", "United States"):
        required = (Requirement(name, (name,), "name"),)
        assert all_held(required, sentence, everything)[1] > 0.8
    required = (Requirement("British", ("British",), "name"),)
    assert all_held(required, sentence, everything)[1] < 0.45


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Senator Brand met the harbour masters.", True),
        ("The brand is new, and a senator bought it.", False),  # no title before it
        ("Senator Brandt met the harbour masters.", False),
    ],
)
def test_a_title_and_a_surname_stand_for_a_person_named_in_full(text: str, held: bool) -> None:
    everything = whole(page(text), replace(RELEASE, text=text))
    sentence = page(text).sentences[0]
    required = (Requirement("Nele Brand", ("Nele Brand",), "name"),)
    weakest = all_held(required, sentence, everything)[1]
    assert (weakest >= 0.45) == held


def test_a_place_holds_by_its_adjective_and_a_group_by_its_number() -> None:
    text = "The Bergener harbour and a Genevan bank wrote to the G10."
    everything = whole(page(text), replace(RELEASE, text=text))
    sentence = page(text).sentences[0]
    for name, holds in (("Geneva", True), ("Group of Ten", True), ("Basel", False)):
        required = (Requirement(name, (name,), "name"),)
        weakest = all_held(required, sentence, everything)[1]
        assert (weakest >= 0.45) == holds


def test_no_names_hold() -> None:
    sentence = laid_out().sentences[0]
    everything = whole(laid_out(), RELEASE)
    assert all_held((), sentence, everything) == (1.0, 1.0, 1.0)


def test_acronyms_are_found_spelt_out() -> None:
    assert spelt_out("OHP", "The Organization for Harbours and Ports met.")
    assert not spelt_out("OHP", "The Organization for Ports met.")


def asked(first: dt.date, last: dt.date, *, published: bool = False) -> tuple[DateRange, ...]:
    return (DateRange(first, last, "", published),)


OCTOBER = asked(dt.date(2018, 10, 1), dt.date(2018, 10, 31))


@pytest.mark.parametrize(
    ("dates", "sentence", "low", "high"),
    [
        (OCTOBER, 0, 1.0, 1.0),  # the sentence names the day
        (OCTOBER, 1, 0.85, 0.95),  # the release was issued then
        (asked(dt.date(2016, 1, 1), dt.date(2016, 12, 31)), 3, 1.0, 1.0),
        (asked(dt.date(2018, 1, 1), dt.date(2018, 12, 31)), 3, 0.5, 0.7),  # it speaks of 2016
        (asked(dt.date(2019, 10, 1), dt.date(2019, 10, 31)), 1, 0.0, 0.0),
        (asked(dt.date(2018, 11, 1), dt.date(2018, 11, 30)), 1, 0.2, 0.49),  # just before
        (asked(dt.date(2018, 11, 1), dt.date(2018, 11, 30), published=True), 1, 0.0, 0.0),
        ((), 2, 1.0, 1.0),
    ],
)
def test_dates(dates: tuple[DateRange, ...], sentence: int, low: float, high: float) -> None:
    value = dates_held(dates, laid_out().sentences[sentence], laid_out(), RELEASE)
    assert low <= value <= high


@pytest.mark.parametrize(("year", "told"), [(2013, True), (2022, True), (2017, False)])
def test_a_longer_time_is_told_by_its_ends(year: int, told: bool) -> None:
    text = "A quay is paid for between 2013 and 2022. Boats call there."
    release = replace(RELEASE, text=text)
    days = asked(dt.date(year, 1, 1), dt.date(year, 12, 31))
    assert (dates_held(days, page(text).sentences[0], page(text), release) == 1.0) == told


def test_every_date_must_hold() -> None:
    dates = OCTOBER + asked(dt.date(2005, 1, 1), dt.date(2005, 12, 31))
    assert dates_held(dates, laid_out().sentences[0], laid_out(), RELEASE) == 0.0


def test_share_is_by_weight() -> None:
    bag = Bag.of({stem("boats"), stem("chairman")})
    assert share({stem("boat"): 3.0, stem("storm"): 1.0}, bag) == 0.75
    assert share({}, bag) == 1.0
    assert 0 < share({stem("presided"): 1.0}, bag) < 1  # a synonym counts, but less


ACRONYMS = {"HF": "Harbour Forum", "TC": "Tide Council"}


@pytest.mark.parametrize(
    ("question", "sentence", "verdict"),
    [
        ("Who chaired the Tide Council?", "Chairperson of the HF Ada Lind spoke.", 0.0),
        ("Who chaired the Harbour Forum?", "Chairperson of the HF Ada Lind spoke.", 1.0),
        ("Who chaired the HF?", "The Chairman of the Harbour Forum, Ada Lind, spoke.", 1.0),
        ("Who chaired the Tide Council?", "Ada Lind presided over the Tide Council.", 1.0),
        ("Who headed the Chinese delegation?", "The Swiss delegation was headed by Ada Lind.", 0.0),
        ("Who headed the Swiss delegation?", "The Swiss delegation was headed by Ada Lind.", 1.0),
        ("Who spoke for the Tide Council?", "Chairperson of the HF Ada Lind spoke.", 0.5),
        ("Who chaired the Tide Council?", "Ada Lind spoke.", 0.5),
        ("Who chaired the Tide Council?", "Chairwoman Ada Lind of the Labour Party spoke.", 0.5),
        ("Who chaired the Tide Council?", "Today Chairman Per Moe spoke.", 0.5),
        ("Who chaired the Tide Council?", "Per Moe met Tide Council Chair Ada Lind.", 1.0),
        ("Who chaired the Tide Council?", "Per Moe met Harbour Forum Chair Ada Lind.", 0.0),
        ("Who chaired the TC?", "Per Moe met the TC Chairperson-in-Office, Ada Lind.", 1.0),
        ("Who chaired the Parliament?", "Ada Lind chairs Parliament this year.", 1.0),
    ],
)
def test_an_office_belongs_to_its_body(question: str, sentence: str, verdict: float) -> None:
    offices = asked_bodies(question, tokens(question))
    assert attached(offices, sentence, tokens(sentence), ACRONYMS) == verdict


@pytest.mark.parametrize(
    ("question", "sentence", "phrase", "verdict"),
    [
        ("Who succeeded Ada Lind?", "Ada Lind succeeded Per Moe.", "Per Moe", 0.0),
        ("Who succeeded Ada Lind?", "Per Moe succeeded Ada Lind.", "Per Moe", 1.0),
        ("Who succeeded Ada Lind?", "Ada Lind was succeeded by Per Moe.", "Per Moe", 1.0),
        ("Who was appointed?", "The council appointed Per Moe.", "Per Moe", 1.0),
        ("Who was appointed?", "Per Moe appointed Ada Lind.", "Per Moe", 0.0),
        ("Who was appointed?", "Per Moe was appointed head.", "Per Moe", 1.0),
        ("Who was appointed?", "Ada Lind was appointed by Per Moe.", "Per Moe", 0.0),
        ("Who won the prize?", "The jury awarded the prize to Per Moe.", "Per Moe", 1.0),
        ("Who was harbour master?", "Per Moe was harbour master.", "Per Moe", 0.5),
    ],
)
def test_side_of_the_verb(question: str, sentence: str, phrase: str, verdict: float) -> None:
    asked_words, words = tokens(question), tokens(sentence)
    start = sentence.index(phrase)
    inside = [i for i, w in enumerate(words) if start <= w.start < start + len(phrase)]
    side = asked_side(asked_words, len("Who"))
    assert side_held(side, asked_words, words, inside[0], inside[-1]) == verdict


FORUM = Release(
    id="r2",
    title="Second Tide Week opens",
    text="BERGEN, 3 May 2019 – The Harbour Forum met today.",
    date=dt.date(2019, 5, 3),
    sources=("Harbour Forum",),
)


@pytest.mark.parametrize(
    ("question", "sentence", "verdict"),
    [
        ("Who chaired the Harbour Forum?", "Ada Lind, who chaired the meeting, agreed.", 1.0),
        ("Who chaired the Harbour Forum?", "said Ada Lind, in the chair this month.", 1.0),
        ("Who chaired the Harbour Forum?", "The Forum's Chair for May, Ada Lind, agreed.", 1.0),
        ("Who chaired the Harbour Forum?", "Ada Lind, Chair for December, agreed.", 0.5),
        ("Who led the May meeting of the Harbour Forum?", "Ada Lind chaired the meeting.", 1.0),
        ("Who chaired the Tide Union?", "Ada Lind, who chaired the meeting, agreed.", 0.5),
        ("Who chaired the Tide Union?", "Chair of the Harbour Forum Ada Lind agreed.", 0.0),
    ],
)
def test_an_office_without_a_body_is_one_of_the_releases_own(
    question: str, sentence: str, verdict: float
) -> None:
    offices = asked_bodies(question, tokens(question))
    assert attached(offices, sentence, tokens(sentence), {}, own_body(FORUM)) == verdict


@pytest.mark.parametrize(
    ("question", "sentence", "held"),
    [
        ("When did the second Tide Week open?", "It opened today.", 1.0),
        ("When did the third Tide Week open?", "It opened today.", 0.0),
        ("When did the third Tide Week open?", "The 3rd Tide Week will open in May.", 1.0),
        ("When did the first Tide Week open?", "The third Tide Week opened in May.", 0.0),
        ("When did the first ship sail?", "The third Tide Week opened in May.", 1.0),
    ],
)
def test_an_ordinal_binds_what_it_counts(question: str, sentence: str, held: float) -> None:
    assert ordinals_held(ordinals(question), sentence, FORUM) == held


def test_a_figure_of_another_year_is_no_answer() -> None:
    text = (
        "BERGEN, 3 May 2019 – The Forum counted 12 ships in 2018. It now has 13, as in 2018. "
        "Members have grown from 17 in 2008 to 49 today."
    )
    laid = page(text)
    release = Release(id="r3", title="Ships", text=text, date=dt.date(2019, 5, 3))
    asked = (DateRange(dt.date(2019, 1, 1), dt.date(2019, 12, 31), "2019"),)
    assert dates_held(asked, laid.sentences[0], laid, release, figures=True) == 0.0
    assert dates_held(asked, laid.sentences[0], laid, release) > 0.5
    assert dates_held(asked, laid.sentences[1], laid, release, figures=True) > 0.0
    assert dates_held(asked, laid.sentences[2], laid, release, figures=True) > 0.0
