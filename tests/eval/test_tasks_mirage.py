"""MIRAGE: five sets that count alike, and what a search that knows the question alone puts into the prompt."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from eval import retrieval
from eval.records import Item
from eval.retrieval import Retrieval
from eval.sources import miniature
from eval.task import items_of, load
from eval.tasks.mirage import SETS, read
from tests.eval.miniatures import from_rows, run, said
from tools.index import Index

PLACE = miniature("mirage")
BENCHMARK: dict[str, Any] = json.loads((PLACE / "benchmark.json").read_text(encoding="utf-8"))
CORPUS = [json.loads(line) for line in (PLACE / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
BOTH = pytest.mark.parametrize("name", ["mirage", "mirage_rag"])


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTINSTRUCT_CACHE", str(tmp_path / "cache"))


def right(item: Item) -> str:
    return json.dumps({"step_by_step_thinking": "It can't be A, B, C or D at random.", "answer_choice": item.target})


def wrong(item: Item) -> str:
    return json.dumps({"step_by_step_thinking": "Hm.", "answer_choice": "B" if item.target == "A" else "A"})


@BOTH
async def test_right_answers(name: str, tmp_path: Path) -> None:
    result, _ = await run(name, right, tmp_path)
    assert result.figures["accuracy"].value == 100
    assert sorted(result.groups) == sorted(SETS)


@BOTH
async def test_wrong_answers(name: str, tmp_path: Path) -> None:
    result, _ = await run(name, wrong, tmp_path)
    assert result.figures["accuracy"].value == 0
    assert result.unparsed == 0


@BOTH
async def test_silence_is_not_taken_for_a(name: str, tmp_path: Path) -> None:
    """The original's own program reads what it can't read as A."""
    result, _ = await run(name, lambda item: "", tmp_path)
    assert result.figures["accuracy"].value == 0
    assert result.unparsed == result.unanswered == 15


@BOTH
async def test_prose(name: str, tmp_path: Path) -> None:
    def prose(item: Item) -> str:
        option = item.options[ord(item.target) - ord("A")]
        return f"Let us think step by step. The correct answer is **{item.target}. {option}**"

    result, _ = await run(name, prose, tmp_path)
    assert result.figures["accuracy"].value == 100


async def test_sets_count_alike(tmp_path: Path) -> None:
    rows = json.loads(json.dumps(BENCHMARK))
    rows["medqa"] = {f"{n:04}": rows["medqa"]["0000"] | {"question": f"{n}?"} for n in range(30)}
    items = from_rows(load("mirage"), tmp_path, rows)
    result, _ = await run("mirage", lambda item: right(item) if item.group == "medqa" else wrong(item), tmp_path, items)
    assert result.figures["accuracy"].value == pytest.approx(20)


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        ('{"step_by_step_thinking": "A? no.", "answer_choice": "B"}', "B"),
        ('```json\n{"answer_choice": "C"}\n```', "C"),
        ('{"step_by_step_thinking": "cut in the "middle", "answer_choice": "B. The radius"}', "B"),  # no JSON any more
        ('{"answer_choice": "(D)"}', "D"),
        ('{"answer_choice": B}', "B"),
        ('{"answer_choice": "the radius"}', "B"),
        ('{"answer_choice": "A"}\nI was wrong:\n{"answer_choice": "B"}', "B"),
        ('{"answer_choice": "A/B/C/..."}', None),  # the form itself
        ('{"answer_choice": "A or B"}', None),
        ('{"answer_choice": "E"}', None),
        ('{"answer_choice": ""}', None),
        ("The answer is B.", "B"),
        ("I can't tell.", None),
    ],
)
def test_answers(answer: str, letter: str | None) -> None:
    item = Item("x", (), options=("The ulna", "The radius", "The humerus", "The scaphoid"))
    assert read(item, answer).value == letter


@given(st.text(max_size=80), st.sampled_from("ABCD"))
def test_the_last_choice_counts_whatever_stands_before(before: str, letter: str) -> None:
    item = Item("x", (), options=("one", "two", "three", "four"))
    assert read(item, f'{before}\n{{"answer_choice": "{letter}"}}').value == letter


@BOTH
def test_what_is_sent_does_not_hang_on_the_key(name: str, tmp_path: Path) -> None:
    rows = json.loads(json.dumps(BENCHMARK))
    for questions in rows.values():
        for question in questions.values():
            question["answer"] = "A"
    (tmp_path / "corpus.jsonl").write_bytes((PLACE / "corpus.jsonl").read_bytes())
    asked = from_rows(load(name), tmp_path, rows, "benchmark.json")
    assert [said(item) for item in asked] == [said(item) for item in items_of(load(name), PLACE)]
    assert {item.target for item in asked} == {"A"}


def test_prompts_are_medrags() -> None:
    plain, with_documents = (items_of(load(name), None, is_miniature=True)[0] for name in ("mirage", "mirage_rag"))
    assert plain.system.startswith(
        "You are a helpful medical expert, and your task is to answer a multi-choice medical"
    )
    assert plain.turns[0].ask.startswith("Here is the question:\nWhich bone of the forearm")
    assert "choices:\nA. The ulna\nB. The radius\nC. The humerus\nD. The scaphoid\n\nPlease" in plain.turns[0].ask
    assert "using the relevant documents" in with_documents.system
    assert with_documents.turns[0].ask.startswith("Here are the relevant documents:\nDocument [0] (Title: ")
    assert with_documents.turns[0].ask.endswith(plain.turns[0].ask)


# -- what is retrieved


def items(where: Path, /, **how: Any) -> list[Item]:
    return items_of(load("mirage_rag"), where, retrieval=Retrieval(**how) if how else None)


def test_the_search_finds_what_helps() -> None:
    helps = {
        "mmlu/anatomy-000": "radius", "medqa/0000": "scurvy", "medmcqa/a1f2": "wrist", "pubmedqa/90000002": "colds",
        "bioasq/000a02": "redcells",
    }  # fmt: skip
    found = {item.id: item.facts["retrieved"] for item in items(PLACE, k=3)}
    assert all(snippet in found[item] for item, snippet in helps.items())
    assert max(map(len, found.values())) == 3
    assert {item.facts["retriever"] for item in items(PLACE)} == {"BM25"}


def test_options_are_hidden_from_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Listening(Index):
        async def search(self, query: str, k: int = 5) -> Any:
            asked.append(query)
            return await super().search(query, k)

    monkeypatch.setattr(retrieval, "Index", Listening)
    rows = json.loads(json.dumps(BENCHMARK))
    marks = {"A": "zebrafish", "B": "yarrow", "C": "xylophone", "D": "walrus"}
    for questions in rows.values():
        for question in questions.values():
            question["options"] = {letter: marks[letter] for letter in question["options"]}
    (tmp_path / "benchmark.json").write_text(json.dumps(rows), encoding="utf-8")
    there = items(tmp_path, place=PLACE)
    assert asked == [item.facts["query"] for item in there]
    assert asked == [rows[item.group][item.id.partition("/")[2]]["question"] for item in there]
    assert not any(mark in query for mark in marks.values() for query in asked)
    assert all("zebrafish" in item.turns[0].ask for item in there)
    # And so what is found is the same, whatever the options say.
    assert [item.facts["retrieved"] for item in there] == [item.facts["retrieved"] for item in items(PLACE)]


def precomputed(place: Path, rows: Any) -> Path:
    """Write what a retriever found before, in the order of the corpus from its end."""
    place.mkdir(exist_ok=True)
    (place / "benchmark.json").write_text(json.dumps(BENCHMARK), encoding="utf-8")
    for name, questions in BENCHMARK.items():
        folder = place / "retrieved_snippets" / name / "medcorp" / "RRF-4"
        folder.mkdir(parents=True)
        for own in questions:
            (folder / f"{'dev' if name == 'medmcqa' else 'test'}_{own}.json").write_text(json.dumps(rows))
    return place


def test_snippets_found_before(tmp_path: Path) -> None:
    there = items(precomputed(tmp_path, CORPUS[::-1]), k=2)
    assert {tuple(item.facts["retrieved"]) for item in there} == {("ulcers", "redcells")}
    assert "Document [0] (Title: Peptic ulcers) Most peptic ulcers come" in there[0].turns[0].ask
    assert "Document [2]" not in there[0].turns[0].ask
    assert there[0].facts["retriever"] == "precomputed"


def test_ids_alone_are_looked_up_in_the_corpus(tmp_path: Path) -> None:
    place = precomputed(tmp_path, [{"id": "scurvy"}, "night"])
    (place / "corpus.jsonl").write_bytes((PLACE / "corpus.jsonl").read_bytes())
    assert "Document [1] (Title: Night blindness) Lack of vitamin A" in items(place)[0].turns[0].ask


def test_a_folder_of_texts_is_a_corpus_too(tmp_path: Path) -> None:
    for row in CORPUS[:5]:
        (tmp_path / f"{row['id']}.txt").write_text(row["content"], encoding="utf-8")
    found = items(PLACE, place=tmp_path, k=1)[0]
    assert found.facts["retrieved"] == ["radius.txt"]


def test_lines_of_a_corpus_end_at_line_feeds_alone(tmp_path: Path) -> None:
    line = json.dumps({"id": "a", "title": "Thumb", "content": "The thumb.\u2028It bends."}, ensure_ascii=False)
    (tmp_path / "corpus.jsonl").write_text(line, encoding="utf-8")
    assert items(PLACE, place=tmp_path)[0].facts["retrieved"] == ["a"]


def test_32_snippets_at_most(tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(n), "title": "Thumb", "content": f"The thumb, {n}."}) for n in range(50)]
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert len(items(PLACE, place=tmp_path)[0].facts["retrieved"]) == 32


async def test_items_are_made_in_an_event_loop_too() -> None:
    assert len(items(PLACE)) == 15


def refused(where: Path, what: str, /, **how: Any) -> None:
    with pytest.raises(UsageError, match=what):
        items(where, **how)


def test_without_documents_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "benchmark.json").write_text(json.dumps(BENCHMARK), encoding="utf-8")
    refused(tmp_path, "holds neither retrieved_snippets/ nor corpus.jsonl nor corpus/")
    refused(tmp_path, "needs documents: give --data mirage_rag=FOLDER", place=tmp_path / "none")
    (tmp_path / "corpus").mkdir()
    refused(tmp_path, "holds 0 snippets")


def test_bad_documents_are_refused(tmp_path: Path) -> None:
    (tmp_path / "benchmark.json").write_text(json.dumps(BENCHMARK), encoding="utf-8")
    corpus = tmp_path / "corpus.jsonl"
    for text, what in [
        ('{"id": "a", "title": "T"}', "corpus.jsonl:1: .* is no {"),
        ('{"id": "a", "content": "x"}\n{"id": ', "corpus.jsonl:2: no JSON"),
        ('{"id": "a", "content": "x"}\n{"id": "a", "content": "y"}', "1 snippets whose id another one has"),
        (json.dumps({"id": "a", "content": "x" * 8001}), "'a' has 8,001 characters; cut it into pieces of 8,000"),
    ]:
        corpus.write_text(text, encoding="utf-8")
        refused(tmp_path, what)
    corpus.write_bytes(b"\xff\xfe\xff")
    refused(tmp_path, "can't be read")


def test_bad_snippets_found_before_are_refused(tmp_path: Path) -> None:
    refused(precomputed(tmp_path / "a", ["unknown"]), "no id that")
    refused(precomputed(tmp_path / "b", {"id": "a"}), "must hold a list of snippets")
    place = precomputed(tmp_path / "c", CORPUS)
    next(place.rglob("test_0001.json")).unlink()
    refused(place, r"no snippets for medqa/0001 in .*medqa; it needs 0001.json")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"question": ""}, "mmlu, 'anatomy-000' must be an object with question, options and answer"),
        ({"options": {"A": "one"}}, "must be an object"),
        ({"options": {"A": "one", "C": "three"}}, "has options A, C; they must be A, B and so on"),
        ({"answer": "E"}, "has the answer 'E', which is none of A, B, C, D"),
    ],
)
def test_bad_questions_are_refused(tmp_path: Path, change: dict[str, Any], what: str) -> None:
    rows = json.loads(json.dumps(BENCHMARK))
    rows["mmlu"]["anatomy-000"] |= change
    with pytest.raises(UsageError, match=what):
        from_rows(load("mirage"), tmp_path, rows)


def test_a_set_that_lacks_or_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lacks bioasq; its mean is over all five sets"):
        from_rows(load("mirage"), tmp_path, {name: BENCHMARK[name] for name in SETS[:4]})
    with pytest.raises(UsageError, match="'medals' is no set of it"):
        from_rows(load("mirage"), tmp_path, {"medals": BENCHMARK["mmlu"]})
