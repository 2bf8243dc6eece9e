"""Search over a real library with an encoder whose vectors can be worked out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from fakes import write_archive, write_release

from embeddings.types import Filters
from qa.datematch import holds, named, released
from qa.search import Weights, phrases, search
from qa.understand import DateRange, understand

if TYPE_CHECKING:
    from pathlib import Path

    from embeddings.library import Library
    from qa.types import Hit

YEARS = {2014: "Ulf Strand", 2015: "Oda Brandt", 2016: "Ines Marlow", 2017: "Tomas Quill"}


@pytest.fixture
def yearly(library: Library, tmp_path: Path) -> Library:
    """One release a year that differs in nothing but its date and the name it gives."""
    for year, name in YEARS.items():
        write_release(
            tmp_path / "yearly", f"{year}.md", title="Pilots' Forum opens",
            date=f"{year}-06-12", place="Norrhaven", source="Tide Board",
            text=f"The Pilots' Forum opened in Norrhaven today. {name} was in the chair.",
        )  # fmt: skip
    write_archive(tmp_path / "yearly", 12)
    library.add(tmp_path / "yearly")
    return library


def ask(library: Library, question: str, k: int = 10, **filters: Any) -> list[Hit]:
    where = Filters(**filters)
    return search(library, understand(question, library.catalog(), filters=where), k)


@pytest.mark.parametrize("year", YEARS)
def test_the_date_tells_releases_of_a_series_apart(yearly: Library, year: int) -> None:
    for when in (f"in {year}", f"in June {year}", f"on 12 June {year}", f"in summer {year}"):
        best = ask(yearly, f"Who chaired the Pilots' Forum {when}?")[0]
        assert best.release.date == dt.date(year, 6, 12), when
        assert YEARS[year] in best.passage.text


def test_what_is_taken_out_of_a_question_is_not_searched(yearly: Library) -> None:
    question = "Who chaired the Pilots' Forum in June 2014?"
    catalog = yearly.catalog()
    dated = search(yearly, understand(question, catalog), 20)
    free = search(yearly, understand(question, catalog, without=["June 2014"]), 20)
    plain = search(yearly, understand("Who chaired the Pilots' Forum?", catalog), 20)
    assert [(hit.passage.id, hit.score) for hit in free] == [
        (hit.passage.id, hit.score) for hit in plain
    ]
    assert dated[0].score - dated[1].score > 5 * (free[0].score - free[1].score)


def test_each_side_of_a_comparison_is_near_the_top(yearly: Library) -> None:
    hits = ask(yearly, "Who chaired the Pilots' Forum in 2014 and in 2017?")
    assert {hit.release.date.year for hit in hits[:2] if hit.release.date} == {2014, 2017}


def test_latest_and_earliest_put_the_newest_and_the_oldest_first(yearly: Library) -> None:
    latest = ask(yearly, "Who chaired the latest Pilots' Forum in Norrhaven?")[0]
    earliest = ask(yearly, "Who chaired the earliest Pilots' Forum in Norrhaven?")[0]
    assert latest.release.date == dt.date(2017, 6, 12)
    assert earliest.release.date == dt.date(2014, 6, 12)


def test_a_date_only_the_text_names_beats_the_wrong_day_of_issue(
    library: Library, tmp_path: Path
) -> None:
    for day, term in (("2015-02-02", "12 May 2016"), ("2015-02-03", "12 May 2017")):
        write_release(
            tmp_path / "in", f"{day}.md", title="Term of the harbour master", date=day,
            text=f"The Tide Board chose a harbour master today. The term begins on {term}.",
        )  # fmt: skip
    library.add(tmp_path / "in")
    for year in (2016, 2017):
        best = ask(library, f"Which harbour master's term begins in May {year}?")[0]
        assert f"12 May {year}" in best.passage.text


def test_a_filter_that_matches_n_passages_returns_n_hits(yearly: Library) -> None:
    question = "Who chaired the Pilots' Forum in 2015?"
    everything = ask(yearly, question, k=1000)
    wheres: tuple[dict[str, Any], ...] = (
        {"since": dt.date(2016, 1, 1), "until": dt.date(2017, 12, 31)},
        {"sources": ("Tide Board",)},
        {"places": ("norrhaven",)},
        {"since": dt.date(2030, 1, 1)},
    )
    for where in wheres:
        expected = list(yearly.releases(Filters(**where)))
        hits = ask(yearly, question, 1000, **where)
        assert {hit.release.id for hit in hits} == {release.id for release in expected}
        assert len(hits) <= len(everything)


def test_hits_are_ordered_distinct_and_say_why(yearly: Library) -> None:
    hits = ask(yearly, "Who chaired the Pilots' Forum?", k=5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == len(hits) == 5
    assert {hit.lexical_rank for hit in hits if hit.lexical_rank} <= set(range(1, 100))
    best = max(hits, key=lambda hit: hit.dense_score)
    assert best.dense_rank == 1
    assert all(
        hit.release.text[hit.passage.start : hit.passage.end] == hit.passage.text for hit in hits
    )


@pytest.mark.parametrize(
    "when", ["in June 2015", "since 2014", "on 12 June 2016", "in June 2015 and in June 2016", ""]
)
def test_few_hits_are_the_first_of_many(yearly: Library, tmp_path: Path, when: str) -> None:
    for year in (1980, 2015, 2016):  # a day in the text, not that of issue
        write_release(
            tmp_path / "named", f"{year}.md",
            title="Pilots' Forum remembered", date="2019-03-01", place="Norrhaven",
            source="Tide Board", text=f"The Pilots' Forum of 12 June {year} had a chair.",
        )  # fmt: skip
    yearly.add(tmp_path / "named")
    question = f"Who chaired the Pilots' Forum {when}?"
    every = [(hit.passage.id, hit.score) for hit in ask(yearly, question, 1000)]
    for k in (1, 3, 8):
        assert [(hit.passage.id, hit.score) for hit in ask(yearly, question, k)] == every[:k]


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_fused_score_is_the_mean_of_z_scores(yearly: Library, share: float) -> None:
    """Against the definition, worked out from the library's own two lists."""
    query = understand("Which lanterns were inspected at Elsinmere?", yearly.catalog())
    vector = yearly.encode_queries([query.question])[0]
    dense = dict(zip(*(a.tolist() for a in yearly.dense(vector, 100)), strict=True))
    terms = query.terms + phrases(query)
    lexical = dict(zip(*(a.tolist() for a in yearly.lexical(terms, 100)), strict=True))

    def z(scores: dict[int, float], passage: int) -> float:
        mean = sum(scores.values()) / len(scores)
        spread = (sum((s - mean) ** 2 for s in scores.values()) / len(scores)) ** 0.5
        score: float = scores.get(passage, min(scores.values()))
        return float((score - mean) / spread)

    for hit in search(yearly, query, 50, weights=Weights(dense=share)):
        expected = share * z(dense, hit.passage.id) + (1 - share) * z(lexical, hit.passage.id)
        assert hit.score == pytest.approx(expected, abs=1e-4)


def test_a_follow_up_is_searched_with_the_turn_before_it(yearly: Library) -> None:
    turn = ("Who chaired the Pilots' Forum in June 2016?", "Ines Marlow")
    query = understand("And where did it open?", yearly.catalog(), [turn])
    assert search(yearly, query, 3)[0].release.date == dt.date(2016, 6, 12)
    query = understand("And in 2014?", yearly.catalog(), [turn])
    assert search(yearly, query, 3)[0].release.date == dt.date(2014, 6, 12)


def test_an_empty_library_and_a_question_without_words_find_nothing_or_anything(
    library: Library, yearly: Library
) -> None:
    assert len(ask(yearly, "?!", k=3)) == 3
    assert ask(yearly, "Who?", k=0) == []


def test_every_body_that_a_question_names_has_its_place(library: Library, tmp_path: Path) -> None:
    for i in range(12):
        text = f"The Tide Board praised the ferries of pier {i} and the ferries of pier {i + 20}."
        write_release(tmp_path / "in", f"{i}.md", title=f"Ferries praised, note {i}", text=text,
                      source="Tide Board")  # fmt: skip
    write_release(
        tmp_path / "in", "fog.md", title="Fog", source="Harbour Council",
        text="Boats that cross in fog put lives at risk. Crews were told to wait for the sun.",
    )  # fmt: skip
    library.add(tmp_path / "in")
    both = "Does the Tide Board praise the ferries of pier 4, while the Harbour Council warns?"
    found = {hit.release.source for hit in ask(library, both, k=2)}
    assert found == {"Tide Board", "Harbour Council"}
    limited = ask(library, both, k=4, sources=("Tide Board",))
    assert {hit.release.source for hit in limited} == {"Tide Board"}
    hits = ask(library, both, k=50)
    assert len({hit.passage.id for hit in hits}) == len(hits) == library.counts()["passages"]


JUNE = DateRange(dt.date(2014, 6, 1), dt.date(2014, 6, 30), "June 2014")


def test_the_fit_of_a_release_falls_with_its_distance_from_the_date() -> None:
    days = ["2014-06-15", "2014-07-01", "2014-07-10", "2014-09-01"]
    fits = [released(JUNE, dt.date.fromisoformat(day)) for day in days]
    assert fits[0] == 1.0
    assert fits == sorted(fits, reverse=True)
    assert released(JUNE, dt.date(2014, 5, 31)) < fits[1]
    assert released(JUNE, None) == 0.0


def test_days_in_the_text_fit_when_they_fall_inside_the_date_asked() -> None:
    day = dt.date(2014, 6, 12)
    year = (dt.date(2014, 1, 1), dt.date(2014, 12, 31))
    assert named(JUNE, [(day, day)]) == 1.0
    assert 0 < named(JUNE, [year]) < 0.2
    assert named(JUNE, [(dt.date(2015, 6, 1), dt.date(2015, 6, 30))]) == 0.0
    assert named(JUNE, []) == 0.0


def test_a_release_holds_a_date_by_its_day_or_its_words() -> None:
    assert holds(JUNE, dt.date(2014, 7, 2), "")
    assert holds(JUNE, dt.date(2017, 1, 1), "It closed on 12 June 2014.")
    assert not holds(JUNE, dt.date(2017, 1, 1), "It closed on 12 June 2015.")
