"""Each miniature end to end: what is asked, what a right, a wrong, a silent and a talkative model come to."""

from pathlib import Path

import pytest

from eval.records import Item, Turn
from eval.results import Result, result_of
from eval.running import Runner
from eval.sources import Row
from eval.store import Store
from eval.task import Task, load
from eval.tasks.squad import mark as squad_mark
from eval.tasks.squad import read as squad_read
from tests.eval.choice_tasks import CHOICES, NAMES, Write, Writing, prose, rekeyed, rows_of, short, silent, small, wrong


async def run(task: Task, items: list[Item], write: Write, folder: Path) -> tuple[Result, Writing]:
    model = Writing(items, write)
    with Store(folder) as store:
        scored = await Runner(model, store).run(task, items)
    return result_of(task, scored, model.name, {}), model


@pytest.mark.parametrize("name", NAMES)
async def test_who_answers_right_gets_everything(name: str, tmp_path: Path) -> None:
    task, items = small(name)
    result, _ = await run(task, items, short, tmp_path)
    assert result.figures[task.metrics[0].name].value == 100, result.patterns
    assert (result.scored, result.unparsed, result.excluded) == (len(items), 0, {})


@pytest.mark.parametrize("name", NAMES)
async def test_who_answers_right_in_prose_gets_everything(name: str, tmp_path: Path) -> None:
    task, items = small(name)
    result, _ = await run(task, items, prose, tmp_path)
    assert result.figures[task.metrics[0].name].value == 100, result.patterns
    assert result.unparsed == 0


@pytest.mark.parametrize("name", NAMES)
async def test_who_answers_wrong_gets_nothing_and_was_understood(name: str, tmp_path: Path) -> None:
    task, items = small(name)
    result, _ = await run(task, items, wrong, tmp_path)
    assert all(figure.value == 0 for figure in result.figures.values()), result.patterns
    assert result.unparsed == 0


@pytest.mark.parametrize("name", NAMES)
async def test_who_says_nothing_gets_nothing_and_is_told_apart(name: str, tmp_path: Path) -> None:
    task, items = small(name)
    result, _ = await run(task, items, silent, tmp_path)
    assert all(figure.value == 0 for figure in result.figures.values())
    assert result.unparsed == result.unanswered == result.scored == len(items)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "gpqa"])
def test_what_is_asked_does_not_depend_on_what_is_right(name: str) -> None:
    task, rows = load(name), rows_of(name)
    asked = list(task.items(rows))
    again = list(task.items(Row(row.config, row.number, rekeyed(name, dict(row.data))) for row in rows))
    assert [item.turns for item in again] == [item.turns for item in asked]
    assert all(one.target != two.target for one, two in zip(asked, again, strict=True))


@pytest.mark.parametrize("name", CHOICES)
def test_options_stand_in_the_prompt_once_each_as_they_are_lettered(name: str) -> None:
    _, items = small(name)
    for item in items:
        (turn,) = item.turns
        listed = [line for line in turn.ask.split("\n") if line.startswith("(")]
        assert listed == [f"({letter}) {option}" for letter, option in zip("ABCDE", item.options, strict=False)]


@pytest.mark.parametrize("name", NAMES)
def test_a_miniature_is_small_varied_and_not_the_original(name: str) -> None:
    task, items = small(name)
    assert 6 <= len(items) <= 12 < task.source.size
    targets = [str(item.target) for item in items if item.options]
    assert not targets or len(set(targets)) >= 3, "a model that always says one letter must not look good"
    assert task.source.licence
    assert task.source.home.startswith("https://")
    assert task.source.gated == (name == "gpqa")


def test_sizes_are_those_of_the_originals() -> None:
    sizes = {name: load(name).source.size for name in NAMES}
    assert sizes == {
        "agieval": 254 + 306 + 651 + 230 + 510 + 269 + 1000 + 206 + 206 + 220, "arc": 2376 + 1172, "gpqa": 448,
        "gsm8k": 1319, "hendrycks_math": 5000, "mmlu": 14042, "race": 3498, "squad": 11873,
    }  # fmt: skip


def test_the_rows_of_tables_4_and_5_are_groups_of_these_tasks() -> None:
    from eval.published import TABLES

    for number in ("4", "5"):
        for row in TABLES[number].rows:
            name, _, group = row.key.partition(":")
            if name in NAMES and group:
                assert group in {item.group for item in small(name)[1]}, row.key


def test_published_figures_are_the_well_known_ones() -> None:
    assert load("agieval").published == {"Orca-3-7B": 56.80, "Mistral-7B-Instruct-v0.3": 40.52}
    assert load("gsm8k").published["Orca-3-7B"] == 83.09
    assert not load("race").published


async def test_groups_of_agieval_count_alike(tmp_path: Path) -> None:
    task, items = small("agieval")
    result, _ = await run(task, items, lambda item: short(item) if item.group == "math" else wrong(item), tmp_path)
    assert result.figures["accuracy"].value == pytest.approx(10)  # one of ten sets, though two of twelve items
    assert result.groups["math"]["accuracy"].value == 100


def test_numbers_are_right_however_they_are_written() -> None:
    task = load("gsm8k")
    item = Item("0", (Turn("?"),), target="5745")
    assert task.extract
    assert task.mark
    for said in ("Answer: 5,745", "Answer: $5745.00", "#### 5745", r"\boxed{5745} dollars"):
        assert task.mark(item, task.extract(item, said).value) == {"accuracy": (1.0, 1.0)}, said
    assert task.mark(item, None) == task.mark(item, "many") == {"accuracy": (0.0, 1.0)}


def test_gpqa_shuffles_alike_for_everybody_and_favours_no_letter() -> None:
    task = load("gpqa")
    columns = ["Correct Answer", *(f"Incorrect Answer {number}" for number in (1, 2, 3))]
    rows = [
        Row("gpqa_main", number, {"Record ID": f"rec{number}", "Question": "Which?"} | {one: one for one in columns})
        for number in range(400)
    ]
    items, again = list(task.items(rows)), list(task.items(rows))
    assert items == again
    counts = [sum(item.target == letter for item in items) for letter in "ABCD"]
    assert min(counts) > 70, counts
    assert all(item.options["ABCD".index(item.target)] == "Correct Answer" for item in items)
    assert [item.target for item in small("gpqa")[1]] == ["C", "C", "D", "B", "B", "A"]  # on any machine


@pytest.mark.parametrize(
    ("said", "f1"),
    [
        ("Answer: 38 metres", 1.0),
        ("The tower is **38 metres** high.", 1.0),
        ("Answer: 38", 2 / 3),
        ("Answer: unanswerable", 0.0),
        ("That can't be determined from the text.", 0.0),
    ],
)
def test_squad_keeps_units_and_takes_none_for_an_answer(said: str, f1: float) -> None:
    item = Item("a", (Turn("?"),), target=["38 metres"])
    found = squad_read(item, said)
    assert found.value is not None
    assert squad_mark(item, found.value)["f1"] == (pytest.approx(f1), 1.0)


@pytest.mark.parametrize(
    "said",
    [
        "Answer: unanswerable",
        "**Answer:** Unanswerable.",
        "The passage does not mention who drew the pictures.",
        "This question is unanswerable from the text.",
        "It cannot be determined who drew them.",
    ],
)
def test_squad_marks_who_sees_that_there_is_no_answer(said: str) -> None:
    item = Item("a", (Turn("?"),), target=[])
    assert squad_mark(item, squad_read(item, said).value) == {"f1": (1.0, 1.0), "exact": (1.0, 1.0)}
    assert squad_mark(item, squad_read(item, "Answer: Karin Aspelin").value)["f1"] == (0.0, 1.0)
    assert squad_mark(item, squad_read(item, "").value)["f1"] == (0.0, 1.0), "silence is no answer"
