"""The reader: which sentence answers, which phrase in it, and when nothing does."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.chunk import chunk
from embeddings.types import Release
from qa.answering import THRESHOLD
from qa.confidence import CONFIDENCE, FATAL, RANK, confidence, inputs, rank, shares
from qa.marking import mark
from qa.measure import PhraseMeasures, SentenceMeasures, spread
from qa.pages import page
from qa.read import CLOSER, Span, ranked, read
from qa.span_model import Context, SpanModel, header
from qa.types import Hit
from qa.understand import Query, understand


@dataclass(frozen=True)
class Catalog:
    """A catalogue of an invented archive."""

    first: dt.date = dt.date(2001, 1, 1)
    last: dt.date = dt.date(2020, 12, 31)
    sources: dict[str, int] = field(default_factory=dict)
    acronyms: dict[str, str] = field(default_factory=lambda: {"HF": "Harbour Forum"})


STORM = Release(
    id="storm",
    title="Ports prepare for storms, say speakers at Harbour Forum",
    text=(
        "OSLO, 17 October 2018 - Ports must prepare for heavier storms, said speakers at today's"
        " meeting of the Harbour Forum (HF), which looked at Tide Resolution 88.\n\n"
        "Opening the discussions, Chairperson of the HF and Permanent Representative of Norway to"
        " the Coastal Union Ambassador Ingrid Solheim said that 2019 will mark ten years since the"
        " resolution was adopted.\n\n"
        "“We need higher walls,” she said. Ambassador Solheim added that Norway, in its role as"
        " Vice-Chair of the Tide Committee, would pay for three of them.\n\n"
        "Marco Bellini, Policy Analyst at the Storm Directorate of SEAWATCH, gave an overview of"
        " the agency's warning strategy. The 240 participants then visited Akershus Castle.\n\n"
        "Norway is contributing EUR 4.5 million to the fund. The ferry was cancelled because of"
        " heavy ice."
    ),
    date=dt.date(2018, 10, 17),
    sources=("Harbour Forum",),
    acronyms={"HF": "Harbour Forum"},
)
REVIEW = Release(
    id="review",
    title="Harbour review closes with fresh options",
    text=(
        "BERGEN, 12 June 2004 - The Coastal Union's first Annual Harbour Review closed"
        " yesterday.\n\n"
        "Winding up the review, the Chairman of the Tide Council, Ambassador Pieter de Vries of the"
        " Netherlands said the union had to adapt.\n\n"
        "After two days of talks, the 180 participants met in the final plenary."
    ),
    date=dt.date(2004, 6, 12),
    sources=("Tide Council",),
)
WINNERS = [
    Release(
        id=f"prize-{year}",
        title=f"Lighthouse Prize {year}",
        text=f"The jury awarded the Lighthouse Prize {year} to {name}."
        f" It met in {place} in May {year}.",
        date=dt.date(year, 6, 1),
    )
    for year, name, place in ((2012, "Anna Keller", "Bergen"), (2013, "Tom Okafor", "Malmö"))
]
ARCHIVE = [STORM, REVIEW, *WINNERS]


def hits(query: Query, releases: list[Release]) -> list[Hit]:
    """Every passage, those first that share most words with the question."""
    wanted = {w.lower() for w in query.terms}
    found = []
    for release in releases:
        for passage in chunk(release, max_words=60):
            words = set(f"{release.title} {passage.text}".lower().split())
            share = len(wanted & words) / max(1, len(wanted))
            found.append(Hit(passage, release, share, dense_score=0.5 + 0.3 * share))
    return sorted(found, key=lambda hit: -hit.score)


def ask(question: str, releases: list[Release] | None = None) -> list[Span]:
    query = understand(question, Catalog())
    return read(None, query, mark(query.question, hits(query, releases or ARCHIVE)))


def ask_rules(question: str) -> list[Span]:
    """By the rules alone: nothing was marked by the trained reader."""
    query = understand(question, Catalog())
    return read(None, query, hits(query, ARCHIVE))


ANSWERS = [
    ("Who chaired the Tide Council at the first Annual Harbour Review?", "Pieter de Vries"),
    ("Who chaired the HF meeting on Resolution 88?", "Ingrid Solheim"),
    ("Who presided over the Harbour Forum in October 2018?", "Ingrid Solheim"),
    ("Which country does Ingrid Solheim represent?", "Norway"),
    ("Who spoke for SEAWATCH?", "Marco Bellini"),
    ("Which SEAWATCH analyst explained the warning strategy?", "Marco Bellini"),
    ("How many participants met in the final plenary?", "180"),
    ("How many participants visited the castle in 2018?", "240"),
    ("Which country is Vice-Chair of the Tide Committee?", "Norway"),
    ("When did the first Annual Harbour Review close?", "yesterday"),
    ("How much is Norway contributing to the fund?", "EUR 4.5 million"),
    ("Which castle did the participants visit?", "Akershus Castle"),
    ("Why was the ferry cancelled?", "heavy ice"),
    ("Who won the Lighthouse Prize in 2013?", "Tom Okafor"),
    ("Where did the jury of the Lighthouse Prize meet in 2012?", "Bergen"),
]


@pytest.mark.parametrize(("question", "answer"), ANSWERS)
def test_the_phrase_that_answers(question: str, answer: str) -> None:
    assert ask(question)[0].text == answer


@pytest.mark.parametrize(("question", "answer"), ANSWERS)
def test_the_rules_alone_find_the_phrase(question: str, answer: str) -> None:
    assert ask_rules(question)[0].text == answer


def test_a_figure_that_is_dated_otherwise_gives_way_to_the_one_of_the_day() -> None:
    text = "The number of states that back the Quay Charter has grown from 17 in 2008 to 49 today."
    release = Release(id="quay", title="Quay Charter", text=text, date=dt.date(2013, 12, 11))
    query = understand("How many states backed the Quay Charter in December 2013?", Catalog())
    assert read(None, query, hits(query, [release]))[0].text == "49"
    assert ask("How many states backed the Quay Charter in 2008?", [release])[0].text == "17"


@pytest.mark.parametrize(
    "question",
    [
        "Who chaired the Tide Council in 2018?",  # that release names the chair of the Forum
        "Who chaired the Harbour Forum in October 2019?",
        "Who won the Lighthouse Prize in 2015?",
        "How many participants came to the second Harbour Review in 2005?",
    ],
)
def test_another_body_or_another_time_is_ruled_out(question: str) -> None:
    assert max(span.score for span in ask(question)) < THRESHOLD


POSTS = Release(
    id="posts",
    title="New ambassadors of Norland",
    text=(
        "The Government of Norland took note of new appointments to its foreign service.\n\n"
        "Ada Lind, currently head of Norland's delegation to the Harbour Forum in Vell, will become"
        " ambassador to Sundmark, based in Ost. She succeeds Olav Rask, who retires.\n\n"
        "Nele Brand, currently head of the Treaties Division in Kvist, will become the head of"
        " Norland's delegation to the Harbour Forum in Vell."
    ),
    date=dt.date(2018, 12, 14),
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "Who was appointed head of Norland's delegation to the Harbour Forum in Vell?",
            "Nele Brand",
        ),
        ("Who was named ambassador to Sundmark in December 2018?", "Ada Lind"),
        ("Who took over from Olav Rask as ambassador to Sundmark?", "Ada Lind"),
    ],
)
def test_who_comes_into_a_post_is_not_who_holds_it_still(question: str, answer: str) -> None:
    spans = ask(question, [POSTS])
    assert spans[0].text == answer
    assert not {"Olav Rask", "Rask"}.intersection(span.text for span in spans)


def test_an_award_of_another_name_is_not_the_one_asked_about() -> None:
    text = "The Lighthouse Prize 2014 went to Ada Lind. In 2010 the Rask Medal went to Tom Ek."
    release = Release(id="prizes", title="Prize", text=text, date=dt.date(2014, 6, 1))
    spans = ask("Who won the Lighthouse Prize in 2010?", [release])
    assert "Tom Ek" not in {span.text for span in spans}


def test_what_is_there_scores_above_what_is_not() -> None:
    there = ask("Who won the Lighthouse Prize in 2013?")[0].score
    assert there > THRESHOLD > ask("Who won the football cup of the Baltic League?")[0].score


def test_without_passages_there_is_nothing_to_read() -> None:
    assert read(None, understand("Who spoke?", Catalog()), []) == []


def test_a_question_about_two_dates_is_read_for_each() -> None:
    spans = ask("Who won the Lighthouse Prize in 2012 and in 2013?")
    assert {span.text for span in spans[:2]} == {"Anna Keller", "Tom Okafor"}
    assert {span.hit.release.id for span in spans[:2]} == {"prize-2012", "prize-2013"}


def test_what_the_question_says_itself_is_no_answer() -> None:
    found = {span.text for span in ask("Who spoke after Ingrid Solheim?")}
    assert found.isdisjoint({"Ingrid Solheim", "Solheim"})
    assert "Marco Bellini" in found


def test_none_is_surer_than_the_one_before() -> None:
    for question, _ in ANSWERS:
        scores = [span.score for span in ask(question)]
        assert scores == sorted(scores, reverse=True)


def test_spans_stand_in_their_sentences_once_each() -> None:
    spans = ask("Who chaired the HF meeting on Resolution 88?")
    places = [place(span) for span in spans]
    assert len(places) == len(set(places))
    for span in spans:
        assert span.hit.release.text[span.start : span.end] == span.text
        assert span.sentence_start <= span.start < span.end <= span.sentence_end
        assert 0.0 <= span.score <= 1.0


def test_the_first_span_ranks_highest_of_all_candidates() -> None:
    query = understand("Who spoke for SEAWATCH?", Catalog())
    every = ranked(query, hits(query, ARCHIVE))
    scores = [brute_rank(span) for span in every]
    assert scores == sorted(scores, reverse=True)
    assert read(None, query, hits(query, ARCHIVE))[0].text == every[0].text


def test_the_best_sentences_are_read_once_more_by_themselves() -> None:
    query = understand("Who spoke for SEAWATCH?", Catalog())
    found = hits(query, ARCHIVE)
    every = ranked(query, mark(query.question, found))
    scores = [brute_rank(span) for span in every]
    assert scores == sorted(scores, reverse=True)
    closer = {place(span): span for span in every if span.measures and span.measures[1].again}
    assert 2 <= len(closer) <= CLOSER
    second = ("again", "margin", "reread")
    first_look = {place(span): -math.inf for span in every}
    for span in every:
        assert span.measures is not None
        said = sum(RANK[name] * getattr(span.measures[1], name) for name in second)
        first_look[place(span)] = max(first_look[place(span)], brute_rank(span) - said)
    leading = sorted(first_look, key=lambda one: -first_look[one])[:CLOSER]
    assert set(leading) >= set(closer)
    most = sum(RANK[name] for name in second)
    for one in set(leading) - set(closer):  # left out, for it could not have come first
        assert first_look[one] + most <= scores[0] + 1e-6
    assert place(every[0]) in closer
    for span in closer.values():  # as the reader marks the sentence and those beside it
        assert span.measures is not None
        release, sentences = span.hit.release, page(span.hit.release.text).sentences
        own = next(i for i, one in enumerate(sentences) if one.start == span.sentence_start)
        beside = sentences[max(0, own - 1) : own + 2]
        first, last = beside[0].start, beside[-1].end
        context = Context(header(release.title, release.date), release.text[first:last])
        marks = SpanModel.load().mark(query.question, [context])[0]
        margin = marks.margin(span.start - first, span.end - first)
        assert span.measures[1].again == pytest.approx(spread(margin), abs=0.02)
        assert span.measures[1].margin == pytest.approx(max(-1, min(1, margin / 12)), abs=0.1)
        assert span.measures[1].reread == 1.0
    without = ranked(query, found)  # nothing was marked: the rules alone
    assert not any(span.measures and span.measures[1].again for span in without)


def place(span: Span) -> tuple[str, int]:
    return span.hit.release.id, span.sentence_start


def brute_rank(span: Span) -> float:
    assert span.measures is not None
    sentence, phrase = span.measures
    total = 0.0
    for name, weight in RANK.items():
        total += weight * getattr(sentence if hasattr(sentence, name) else phrase, name)
    return total


def measures(**changed: float) -> tuple[SentenceMeasures, PhraseMeasures]:
    fields = dict.fromkeys(SentenceMeasures.__slots__, 0.8) | {
        k: v for k, v in changed.items() if k in SentenceMeasures.__slots__
    }
    phrase = {k: v for k, v in changed.items() if k in PhraseMeasures.__slots__}
    return SentenceMeasures(**fields), PhraseMeasures(**{"typed": 0.9, "close": 0.4} | phrase)


def test_confidence_is_the_logistic_of_its_terms() -> None:
    sentence, phrase = measures()
    values = inputs(sentence, phrase)
    total = sum(weight * values[name] for name, weight in CONFIDENCE.items())
    assert math.isclose(confidence(sentence, phrase), 1 / (1 + math.exp(-total)))


@pytest.mark.parametrize("name", ["typed", "named", "similar"])
def test_more_of_a_measure_is_never_less_sure(name: str) -> None:
    assert confidence(*measures(**{name: 0.9})) > confidence(*measures(**{name: 0.1}))


def test_the_share_is_the_softmax_of_all_that_say_the_same() -> None:
    assert shares([1.0], ["Oda Brandt"], [0])[0] == 1.0
    assert math.isclose(shares([2.0, 2.0], ["Oda Brandt", "Ilse Moor"], [1])[0], 0.5)
    ranks, texts = [3.0, 1.0, 2.0], ["Oda Brandt", "Ilse Moor", "brandt"]
    total = sum(math.exp(one) for one in ranks)
    assert math.isclose(shares(ranks, texts, [0])[0], (math.exp(3) + math.exp(2)) / total)
    assert math.isclose(shares(ranks, texts, [1])[0], math.exp(1) / total)
    assert math.isclose(shares([one + 500 for one in ranks], texts, [1])[0], math.exp(1) / total)


def test_a_rival_makes_less_sure() -> None:
    assert confidence(*measures(), 0.9) > confidence(*measures(), 0.4)


def test_another_time_or_another_office_is_fatal() -> None:
    assert confidence(*measures(dates=0.3)) == FATAL
    assert confidence(*measures(attached=0.0)) == FATAL


def test_rank_weighs_every_measure_it_names() -> None:
    one, other = measures(dates=0.9), measures(dates=0.6)
    assert math.isclose(rank(*one) - rank(*other), RANK["dates"] * (0.9 - 0.6))


WORDS = (
    "who which how many where when why did the chaired in 2018 Harbour Forum Ambassador Ingrid"
    " Solheim of Norway 17 October ? . , “ ” HF because yesterday \n\n - <b> CHF 3 million"
)


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(WORDS.split(" ")), min_size=1, max_size=20).map(" ".join),
    st.lists(st.sampled_from(WORDS.split(" ")), min_size=1, max_size=60).map(" ".join),
)
def test_any_question_and_any_text_can_be_read(question: str, text: str) -> None:
    release = Release(id="any", title="Any", text=text, date=dt.date(2018, 10, 17))
    passages = chunk(release)
    query = understand(question, Catalog())
    for span in read(None, query, [Hit(p, release, 1.0, dense_score=0.5) for p in passages]):
        assert text[span.start : span.end] == span.text
        assert span.sentence_start <= span.start < span.end <= span.sentence_end
        assert 0.0 <= span.score <= 1.0
