"""Versions of one release are found; recurring and templated releases are kept apart."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import minhash
from embeddings.deduplicate import Deduplicator, Match, canonical, difference, judge, signature
from embeddings.types import Release

DAY = dt.date(2021, 3, 4)
TEXT = (
    "The Harbour Council of Orsk met on Thursday to discuss the state of the northern quay. "
    "Its chair, Ilse Maron, said that the repairs had gone faster than anybody had hoped, and "
    "thanked the divers who worked through the winter. The council agreed to spend 4 million "
    "crowns on new cranes and 350,000 crowns on lights. It also heard a report on the herring "
    "fleet, which landed 1,200 tonnes in February, a little more than a year ago. The members "
    "asked the harbour master to return with a plan for the southern quay before the summer."
)


def release(
    name: str,
    text: str = TEXT,
    title: str = "Council agrees new cranes",
    date: dt.date | None = DAY,
) -> Release:
    return Release(id=name, title=title, text=text, date=date)


def found(first: Release, second: Release) -> str:
    """The kind of match, "" for none; asked in both directions."""
    kinds = set()
    for stored, new in ((first, second), (second, first)):
        index = Deduplicator()
        index.add(stored)
        match = index.match(new)
        assert match is None or match.release_id == stored.id
        assert (match is None) == (judge(stored, new) is None)
        kinds.add(match.kind if match else "")
    (kind,) = kinds
    return kind


def changed(*pairs: tuple[str, str]) -> str:
    text = TEXT
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


TEMPLATE = (
    "The Fisheries Fund of the Amber Coast today announced that the {who} will receive {sum} "
    "crowns. The money was applied for last year and will be spent on equipment and training. "
    '"Our towns live from the sea," said its director, Jon Vell. "This grant will make the work '
    'of the {who} safer and keep young people in the trade." The fund was set up after the great '
    "storm and has supported more than ninety projects in the region since. The next round of "
    "applications opens in the autumn. Towns that want to take part should write to the office."
)


class TestVersions:
    def test_a_copy_is_exact(self) -> None:
        assert found(release("a"), release("b")) == "exact"

    def test_case_space_and_typographic_quotes_do_not_count(self) -> None:
        one = release("a", TEMPLATE, "The fund’s grants")
        other = release("b", TEMPLATE.replace('"', "“").replace(". ", ".\n\n"), "THE FUND'S GRANTS")
        assert found(one, other) == "exact"

    @pytest.mark.parametrize("pair", [("Ilse Maron", "Ilsa Maron"), ("1,200", "1,300")])
    def test_a_correction_makes_a_version(self, pair: tuple[str, str]) -> None:
        assert found(release("a"), release("b", changed(pair))) == "near"

    def test_a_long_text_may_have_several(self) -> None:
        more = " ".join(f"The {i}th speaker welcomed what had been said before." for i in range(60))
        text = changed(("Ilse Maron", "Ilsa Maron"), ("1,200", "1,300"))
        assert found(release("a", f"{TEXT} {more}"), release("b", f"{text} {more}")) == "near"

    def test_a_sentence_more_makes_a_version(self) -> None:
        text = TEXT + " The next meeting is open to everybody who fishes in the bay."
        assert found(release("a"), release("b", text)) == "near"

    def test_the_first_half_is_a_version_of_the_whole(self) -> None:
        assert found(release("a"), release("b", TEXT[: len(TEXT) // 2])) == "near"

    def test_a_short_first_note_is_a_version_of_the_long_text(self) -> None:
        more = " ".join(f"paragraph {i} of the annex says a little more" for i in range(99))
        assert found(release("a"), release("b", f"{TEXT} {more}")) == "near"

    def test_another_title_for_the_same_text_of_the_day(self) -> None:
        assert found(release("a"), release("b", title="Money for Orsk")) == "exact"

    def test_a_word_added_to_the_title_and_to_the_text(self) -> None:
        text = changed(
            ("new cranes", "two new cranes"), ("in February", "in the month of February")
        )
        one = release("a", title="Council of Orsk agrees to buy cranes for the quay")
        other = release("b", text, title="Council of Orsk agrees to buy new cranes for the quay")
        assert found(one, other) == "near"

    def test_a_repost_after_the_weekend(self) -> None:
        assert found(release("a"), release("b", date=DAY + dt.timedelta(3))) == "exact"

    @pytest.mark.parametrize("dates", [(None, DAY), (None, None)])
    def test_a_copy_without_its_date(self, dates: tuple[dt.date | None, dt.date | None]) -> None:
        contact = f"{TEXT} Contact the press office."
        assert found(release("a", date=dates[0]), release("b", date=dates[1])) == "exact"
        assert found(release("a", date=dates[0]), release("b", contact, date=dates[1])) == "near"


class TestOthers:
    def test_the_same_words_in_another_month(self) -> None:
        assert found(release("a"), release("b", date=dt.date(2021, 4, 4))) == ""

    def test_the_same_words_a_week_later(self) -> None:
        assert found(release("a"), release("b", date=DAY + dt.timedelta(7))) == ""

    def test_a_template_filled_for_another_town_on_the_same_day(self) -> None:
        orsk = TEMPLATE.format(who="Orsk Lifeboat Crew", sum="40,000")
        vell = TEMPLATE.format(who="Sund Harbour School", sum="72,500")
        assert (
            found(release("a", orsk, "Orsk to get grant"), release("b", vell, "Sund to get grant"))
            == ""
        )
        # Even where both bear the same general title.
        assert (
            found(release("a", orsk, "Fund gives grant"), release("b", vell, "Fund gives grant"))
            == ""
        )

    def test_a_short_notice_filled_otherwise_under_one_title(self) -> None:
        notice = (
            "The Schools Office of the Amber Coast has awarded {sum} crowns to the school of "
            "{town} for a new telephone line. The money comes from the fund for rural schools. It "
            "is paid at the end of the term, once the work has been inspected and approved by an "
            "engineer of the office. Schools that want to apply for next year may do so in spring."
        )
        one = release("a", notice.format(sum="5,018", town="Vell"), "Money for schools")
        other = release("b", notice.format(sum="3,072", town="Sund"), "Money for schools")
        assert found(one, other) == ""

    def test_a_recurring_release_of_the_next_day_with_other_figures(self) -> None:
        text = changed(("1,200", "1,450"))
        assert found(release("a"), release("b", text, date=DAY + dt.timedelta(1))) == ""

    def test_an_undated_recurring_release_with_another_figure_or_name(self) -> None:
        for pair in (("1,200", "1,450"), ("Ilse Maron", "Tove Brand"), ("February", "March")):
            other = release("b", changed(pair), date=None)
            assert found(release("a", date=None), other) == ""
            assert found(release("a"), other) == ""

    def test_the_same_title_over_another_text(self) -> None:
        other = TEMPLATE.format(who="Orsk Lifeboat Crew", sum="40,000")
        assert found(release("a", title="Weekly notes"), release("b", other, "Weekly notes")) == ""

    def test_a_text_quoted_in_a_longer_release_of_the_day(self) -> None:
        longer = f"{TEXT} " + TEMPLATE.format(who="Orsk Lifeboat Crew", sum="40,000")
        assert found(release("a"), release("b", longer, title="All decisions of the week")) == ""

    def test_a_few_words_in_common_say_nothing(self) -> None:
        note = "The text follows below."
        assert found(release("a", note, "On Sund"), release("b", note, "On Orsk")) == ""
        assert found(release("a", note, date=None), release("b", note, date=None)) == ""


class TestDeduplicator:
    def test_reports_the_key_it_was_given(self) -> None:
        index = Deduplicator()
        index.add(release("a"), key="cluster")
        assert index.match(release("b")) == Match("cluster", "exact", 1.0)

    def test_prefers_an_exact_copy_then_the_same_day(self) -> None:
        index = Deduplicator()
        index.add(release("near", changed(("1,200", "1,300"))))
        index.add(release("later", date=DAY + dt.timedelta(1)))
        index.add(release("exact"))
        index.add(release("again"))
        match = index.match(release("new"))
        assert match is not None
        assert match.release_id == "exact"

    def test_stored_signatures_and_fetch_give_the_same_answers(self) -> None:
        archive = {r.id: r for r in (release("a"), release("b", TEMPLATE, "Fund gives grant"))}
        asked: list[str] = []

        def fetch(release_id: str) -> Release:
            asked.append(release_id)
            return archive[release_id]

        index = Deduplicator(fetch)
        for stored in archive.values():
            index.add_stored(stored.id, stored.title, stored.date, signature(stored))
        assert len(index) == 2
        new = release("c", TEMPLATE, "Fund gives grant")
        assert index.match(new, signature=signature(new)) == Match("b", "exact", 1.0)
        assert asked == ["b"]

    def test_a_signature_of_another_version_is_not_trusted(self) -> None:
        old = bytes([minhash.VERSION + 1]) + signature(release("a"))[1:]
        index = Deduplicator()
        with pytest.raises(ValueError, match="another version"):
            index.add_stored("a", "Title", DAY, old)
        index.add(release("a"), signature=old)
        assert index.match(release("b"), signature=b"") == Match("a", "exact", 1.0)

    def test_finds_the_one_copy_among_many_of_one_template_and_day(self) -> None:
        index = Deduplicator()
        for i in range(200):
            text = TEMPLATE.format(who=f"Crew Number{i}", sum=f"{i},500")
            index.add(release(str(i), text, f"Grant for town number {i}"))
        copy = TEMPLATE.format(who="Crew Number77", sum="77,500")
        match = index.match(release("new", copy, "A grant"))
        assert match is not None
        assert match.release_id == "77"

    @settings(max_examples=25)
    @given(st.data())
    def test_agrees_with_judging_every_pair(self, data: st.DataObject) -> None:
        """Candidates by title, day and signature lose nothing that judging all pairs would find."""
        texts = st.sampled_from(
            [TEXT, changed(("1,200", "1,300")), TEXT + " More follows.", TEMPLATE, "Short.", ""]
        )
        titles = st.sampled_from(["Council agrees", "Council agrees.", "Fund gives", ""])
        dates = st.sampled_from([None, DAY, DAY + dt.timedelta(2), DAY + dt.timedelta(40)])
        releases = [
            Release(id=str(i), title=title, text=text, date=date)
            for i, (text, title, date) in enumerate(
                data.draw(st.lists(st.tuples(texts, titles, dates), max_size=12))
            )
        ]
        index = Deduplicator()
        for i, new in enumerate(releases):
            match = index.match(new)
            expected = [judge(old, new) for old in releases[:i]]
            possible = [one for one in expected if one is not None]
            assert (match is not None) == bool(possible)
            if match is not None:
                assert match in possible
                assert match.similarity == max(
                    one.similarity for one in possible if one.kind == match.kind
                ) or (new.date is not None)
                assert match.kind == (
                    "exact" if any(o.kind == "exact" for o in possible) else "near"
                )
            index.add(new)


class TestDifference:
    def test_names_what_changed_and_where(self) -> None:
        old = release("a")
        new = release(
            "b", changed(("1,200", "1,300"), ("faster ", ""), ("new cranes", "two new cranes"))
        )
        changes = difference(old, new)
        assert [(c.kind, c.old, c.new) for c in changes] == [
            ("removed", "faster", ""),
            ("added", "", "two"),
            ("replaced", "1,200", "1,300"),
        ]
        for change in changes:
            assert old.text[change.old_start : change.old_end] == change.old
            assert new.text[change.new_start : change.new_end] == change.new

    def test_nothing_changed(self) -> None:
        assert difference(release("a"), release("b", TEXT.upper())) == []


class TestCanonical:
    def test_the_newest_then_the_last_given(self) -> None:
        first, second = release("a"), release("b")
        later = release("c", date=DAY + dt.timedelta(1))
        undated = release("d", date=None)
        assert canonical([later, first, undated]) is later
        assert canonical([first, second, undated]) is second
        assert canonical([undated]) is undated

    def test_none_given(self) -> None:
        with pytest.raises(ValueError, match="no version"):
            canonical([])


def test_a_release_is_judged_by_its_own_words_alone() -> None:
    bare = release("a")
    rich = dataclasses.replace(release("b"), place="Orsk", url="https://orsk.example/1")
    assert found(bare, rich) == "exact"
