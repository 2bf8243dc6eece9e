"""What the reader is trained on: clozes and questions with their passages."""

import gzip
import json
from pathlib import Path

import pytest
import torch
from safetensors.numpy import load_file

from qa.span_model import unpacked
from training import clozes, pack_reader, questions, releases, squad
from training.questions import Mix, Question
from training.squad import Example

TEXT = (
    "PORT ALDER, 4 May 2019. The Harbour Board of Port Alder appointed Mira Solen as its director "
    "on Tuesday. Ms Solen will lead a staff of 140 people at the Harbour Board from 1 June. "
    "She follows Edvin Halm, who had been in charge of the Harbour Board for eleven years. "
    "The Ministry of Ports praised Edvin Halm for the new ferry quay, which opened in 2017. "
    "The ferry quay cost 31 million crowns and was paid for by the Ministry of Ports. "
    "Mira Solen said that the ferry quay would be lengthened for larger ships. "
    "The Harbour Board will publish plans for the larger ships in the autumn. "
    "Fishermen of Port Alder asked the Harbour Board to keep the old pier open. "
    "The old pier was closed by the Harbour Board after a storm in January. "
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "releases.jsonl.gz"
    record = {"id": "a-1", "title": "New director", "date": "2019-05-04", "text": TEXT}
    other = {**record, "id": "a-2", "title": "Nothing to see"}
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for one in (record, other):
            file.write(json.dumps(one) + "\n")
    return path


def test_a_cloze_masks_a_phrase_that_stands_again_in_what_is_read(archive: Path) -> None:
    made = clozes.derive([archive], 100, 1, frozenset())
    assert made
    answered = [one for one in made if one.answers]
    assert answered
    for one in made:
        before, _, after = one.question.partition(clozes.MASK)
        assert clozes.MASK in one.question
        for at, phrase in one.answers:
            assert one.context[at : at + len(phrase)] == phrase
            whole = before + phrase + after
            assert whole.casefold() in TEXT.casefold()  # the sentence it was taken from
            assert whole.casefold() not in one.context.casefold()  # which itself is not read


def test_a_cloze_without_an_answer_has_the_phrase_nowhere(archive: Path) -> None:
    found = [
        one
        for seed in range(20)
        for one in clozes.derive([archive], 100, seed, frozenset())
        if not one.answers
    ]
    assert found
    for one in found:
        before, _, after = one.question.partition(clozes.MASK)
        start = TEXT.index(before) + len(before) if before else 0
        phrase = TEXT[start : TEXT.index(after, start)]
        assert phrase.casefold() not in one.context.casefold()


def test_releases_that_are_kept_for_measuring_give_no_clozes(archive: Path) -> None:
    assert clozes.derive([archive], 100, 1, frozenset({"a-1", "a-2"})) == []


def test_a_question_is_put_to_the_passage_with_its_answer_and_to_one_without(
    archive: Path,
) -> None:
    start = TEXT.index("31 million crowns")
    asked = Question("a-1", "What did the quay cost?", start, start + len("31 million crowns"))
    made = [one for seed in range(10) for one in questions.examples([asked], [archive], seed)]
    answered = [one for one in made if one.answers]
    assert len(answered) == 10
    for one in answered:
        ((at, phrase),) = one.answers
        assert phrase == "31 million crowns" == one.context[at : at + len(phrase)]
    for one in made:
        assert one.answers or "31 million crowns" not in one.context


def test_a_question_that_its_release_does_not_answer_has_no_answer(archive: Path) -> None:
    asked = Question("a-1", "Who pays for longer piers at Port Alder's ferry quay?")
    made = questions.examples([asked], [archive], 1)
    assert made
    assert all(not one.answers and "ferry quay" in one.context for one in made)


def test_a_question_is_also_put_to_another_release_where_nothing_answers(tmp_path: Path) -> None:
    other = (
        "What the quay at Vellhaven cost is not known. It was built by the Council of Vellhaven."
    )
    path = tmp_path / "releases.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for id, text in (("a-1", TEXT), ("a-2", other)):
            record = {"id": id, "title": f"Title of {id}", "date": "2019-05-04", "text": text}
            file.write(json.dumps(record) + "\n")
    start = TEXT.index("31 million crowns")
    asked = Question("a-1", "What did the quay cost?", start, start + len("31 million crowns"))
    council = other.index("the Council")
    built = Question("a-2", "Who built it?", council, council + len("the Council of Vellhaven"))
    made = [one for s in range(20) for one in questions.examples([asked, built], [path], s)]
    elsewhere = [one for one in made if one.question == asked.question and other in one.context]
    assert elsewhere
    assert not any(one.answers for one in elsewhere)


def test_a_close_passage_is_a_sentence_with_those_beside_it(tmp_path: Path) -> None:
    said = [f"The year {year} was a good one for the harbour." for year in range(1990, 2010)]
    path = tmp_path / "releases.jsonl"
    record = {"id": "a-1", "title": "Harbour", "date": "2019-05-04", "text": " ".join(said)}
    path.write_text(json.dumps(record), encoding="utf-8")
    start = record["text"].index("2003")
    asked = Question("a-1", "Which year?", start, start + 4)
    (made,) = questions.examples([asked], [path], 1, Mix(beside=0, elsewhere=0, close=1))
    assert made.context.partition("\n")[2] == " ".join(said[12:15])
    assert made.answers[0][1] == "2003"


def test_a_question_about_a_release_that_is_not_there_is_named(archive: Path) -> None:
    with pytest.raises(SystemExit, match="a-9"):
        questions.examples([Question("a-9", "Who?")], [archive], 1)


def test_the_questions_that_ship_name_each_release_and_a_stretch_of_it() -> None:
    shipped = questions.load()
    assert len({one.question for one in shipped}) == len(shipped) > 10_000
    answered = [one for one in shipped if one.answered]
    assert 0.7 < len(answered) / len(shipped) < 0.85
    assert all(one.question.endswith("?") and 0 < one.end - one.start < 250 for one in answered)
    kept = Path("benchmarks/us_questions/collection.txt").read_text("utf-8").split()
    assert not {one.doc for one in shipped}.intersection(kept)  # those measure


@pytest.mark.parametrize(
    ("name", "least", "questioned"),
    [("invented/releases.jsonl", 500, 3000), ("paragraphs/paragraphs.jsonl", 250, 2500)],
)
def test_texts_written_to_train_on_hold_the_answers_to_their_questions(
    name: str, least: int, questioned: int
) -> None:
    path = Path("training", name)
    texts = {one["id"]: one["text"] for one in lines(path)}
    asked = questions.load(path.parent / "questions")
    assert len(texts) > least
    assert len({one.question for one in asked}) == len(asked) > questioned
    for one in asked:
        answer = texts[one.doc][one.start : one.end]
        assert answer.strip() == answer
        assert one.answered == bool(answer)
    measuring = Path("benchmarks/invented_questions")
    assert not {one["id"] for one in lines(measuring / "releases.jsonl")}.intersection(texts)


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def test_a_paragraph_read_closely_is_a_sentence_and_those_beside_it() -> None:
    said = [
        f"In {year} the guild of the {year - 1900} bakers met again." for year in range(1950, 1960)
    ]
    context = " ".join(said)
    at = context.index("1955")
    example = Example("Guilds", "When did the 55 bakers meet?", context, ((at, "1955"),))
    nothing = Example("Guilds", "Why did the 58 bakers meet?", context, ())
    read = squad.close([example, nothing], 1.0, 1)
    assert [one.context for one in read] == [" ".join(said[4:7]), " ".join(said[7:10])]
    (start, answer), *_ = read[0].answers
    assert read[0].context[start : start + 4] == answer == "1955"
    assert not read[1].answers
    assert not squad.close([example, nothing], 0.0, 1)


def test_derived_questions_have_their_answers_in_their_passages(archive: Path) -> None:
    made = releases.derive([archive], 50, 3)
    assert made
    for one in made:
        for at, phrase in one.answers:
            assert one.context[at : at + len(phrase)] == phrase


def test_packed_weights_are_the_mean_of_checkpoints(tmp_path: Path) -> None:
    for name, value in (("one", 1.0), ("two", 4.0)):
        state = {"bert.layer": torch.full((2, 3), value), "qa_outputs.bias": torch.tensor([value])}
        torch.save({"model": state}, tmp_path / f"{name}.pt")
    checkpoints = [str(tmp_path / "one.pt"), str(tmp_path / "two.pt")]
    out = tmp_path / "mean.safetensors"
    pack_reader.main([*checkpoints, "--shares", "0.25", "0.75", "--out", str(out)])
    found = unpacked(load_file(out))
    assert found["bert.layer"] == pytest.approx(3.25, rel=0.01)
    assert found["qa_outputs.bias"] == pytest.approx(3.25, rel=0.01)
    # what shipped is read as well
    pack_reader.main([str(out), "--out", str(tmp_path / "same.safetensors")])
    again = unpacked(load_file(tmp_path / "same.safetensors"))
    assert again["bert.layer"] == pytest.approx(found["bert.layer"], rel=0.01)
    with pytest.raises(SystemExit):
        pack_reader.main([*checkpoints, "--shares", "0.5", "0.6", "--out", str(out)])
