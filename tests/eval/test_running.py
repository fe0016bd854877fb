"""Items to scores: histories, the store, what is excluded and what counts as wrong."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.errors import CallError, EndpointError, UsageError
from eval.records import Extracted, Item, Message, Reply, Turn
from eval.results import result_of
from eval.running import Runner, Stop
from eval.sources import Source
from eval.speakers import Function
from eval.store import Store
from eval.task import Task


def right(item: Item, answer: str) -> Extracted:
    return Extracted(answer.split()[-1] if answer else None, "last_word")


def task_of(**changed: Any) -> Task:
    made: dict[str, Any] = {
        "name": "sums",
        "title": "Sums",
        "about": "Adding.",
        "source": Source(),
        "items": iter,
        "kind": "number",
        "extract": right,
        "mark": lambda item, value: {"accuracy": (float(value == item.target), 1)},
    }
    return Task(**{**made, **changed})


def items(count: int = 4) -> list[Item]:
    return [Item(f"{n}", (Turn(f"{n} + 1?"),), target=str(n + 1)) for n in range(count)]


class Counting(Function):
    """Adds, and counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__("python:adder", self.add)
        self.asked: list[list[Message]] = []

    def add(self, messages: list[Message]) -> str:
        self.asked.append(messages)
        return f"It is {int(messages[-1]['content'].split()[0]) + 1}"


async def test_right_answers_earn_and_nothing_is_asked_twice(tmp_path: Path) -> None:
    model = Counting()
    for _ in range(2):
        with Store(tmp_path) as store:
            scored = await Runner(model, store).run(task_of(), items())
            result = result_of(task_of(), scored, model.name, {})
            assert result.figures["accuracy"].value == 100
            assert [one.item.id for one in scored] == ["0", "1", "2", "3"]
    assert len(model.asked) == 4


async def test_another_sampling_is_another_request(tmp_path: Path) -> None:
    model = Counting()
    with Store(tmp_path) as store:
        await Runner(model, store).run(task_of(), items(2))
        await Runner(model, store).run(task_of(max_tokens=7), items(2))
    assert len(model.asked) == 4


async def test_a_teachers_history_stands_in_place_of_the_models_own(tmp_path: Path) -> None:
    model = Counting()
    item = Item("a", (Turn("1 +", given="It is two."), Turn("2 +", given="It is three.")), system="Add.", target="3")
    with Store(tmp_path) as store:
        (one,) = await Runner(model, store).run(task_of(), [item])
    assert [reply.text for reply in one.replies] == ["It is 2", "It is 3"]
    assert model.asked[1] == [
        {"role": "system", "content": "Add."},
        {"role": "user", "content": "1 +"},
        {"role": "assistant", "content": "It is two."},
        {"role": "user", "content": "2 +"},
    ]


async def test_without_a_teacher_the_history_is_its_own(tmp_path: Path) -> None:
    model = Counting()
    with Store(tmp_path) as store:
        await Runner(model, store).run(task_of(), [Item("a", (Turn("1 +"), Turn("2 +")), target="3")])
    assert model.asked[1][1] == {"role": "assistant", "content": "It is 2"}


class Failing(Counting):
    async def say(self, messages: Any, **sampling: Any) -> Reply:
        if messages[-1]["content"].startswith("1"):
            raise CallError("no answer in 8 tries")
        if messages[-1]["content"].startswith("2"):
            return Reply("", "failed", note="too long")
        return await super().say(messages, **sampling)


async def test_a_failed_call_is_excluded_and_silence_counts_as_wrong(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        scored = await Runner(Failing(), store).run(task_of(), items())
    result = result_of(task_of(), scored, "m", {})
    assert result.excluded == {"call failed: no answer in 8 tries": 1}
    assert (result.items, result.scored, result.unparsed, result.unanswered) == (4, 3, 1, 1)
    assert result.figures["accuracy"].value == pytest.approx(200 / 3)


async def test_a_failed_call_is_asked_again_next_time(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        await Runner(Failing(), store).run(task_of(), items())
    model = Counting()
    with Store(tmp_path) as store:
        scored = await Runner(model, store).run(task_of(), items())
    assert len(model.asked) == 1
    assert not any(one.score.excluded for one in scored)


class Down(Counting):
    async def say(self, messages: Any, **sampling: Any) -> Reply:
        if len(self.asked) == 2:
            raise EndpointError("connection refused")
        return await super().say(messages, **sampling)


async def test_an_endpoint_that_is_down_ends_it_and_what_was_said_stays(tmp_path: Path) -> None:
    model = Down()
    with Store(tmp_path) as store, pytest.raises(EndpointError, match="connection refused"):
        await Runner(model, store, at_once=1).run(task_of(), items())
    after = Counting()
    with Store(tmp_path) as store:
        assert len(await Runner(after, store).run(task_of(), items())) == 4
    assert len(after.asked) == 2


async def test_equal_requests_in_flight_are_asked_once(tmp_path: Path) -> None:
    model = Counting()
    twins = [Item("a", (Turn("1 +"),), target="2"), Item("b", (Turn("1 +"),), target="2")]
    with Store(tmp_path) as store:
        scored = await Runner(model, store, at_once=2).run(task_of(), twins)
    assert len(model.asked) == 1
    assert [one.score.values for one in scored] == [{"accuracy": (1.0, 1)}] * 2


async def test_when_it_is_to_stop_nothing_new_begins(tmp_path: Path) -> None:
    stop = Stop(why="Ctrl-C")
    with Store(tmp_path) as store:
        assert await Runner(Counting(), store, stop=stop).run(task_of(), items()) == []


async def test_a_budget_stops_it(tmp_path: Path) -> None:
    class Dear(Counting):
        def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
            return 1.0

    with Store(tmp_path) as store:
        scored = await Runner(Dear(), store, at_once=1, stop=Stop(max_cost=2)).run(task_of(), items())
    assert len(scored) == 2


def test_a_folder_is_held_by_one(tmp_path: Path) -> None:
    with Store(tmp_path), pytest.raises(UsageError, match="in use"):
        Store(tmp_path)


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "eval.db").write_bytes(b"no database at all, but long enough to be looked at as one" * 20)
    with pytest.raises(UsageError, match="choose another --out"):
        Store(tmp_path)


async def test_a_task_that_scores_by_itself(tmp_path: Path) -> None:
    from eval.records import Score

    async def score(item: Item, answers: Any, judge: Any) -> Score:
        await asyncio.sleep(0)
        return Score({"accuracy": (len(answers), 2)})

    task = task_of(extract=None, mark=None, score=score)
    with Store(tmp_path) as store:
        scored = await Runner(Counting(), store).run(task, items(2))
    assert result_of(task, scored, "m", {}).figures["accuracy"].value == 50


def test_rows_of_no_kind(tmp_path: Path) -> None:
    from eval.sources import read_rows

    def rows(name: str, text: str) -> Iterator[Any]:
        (tmp_path / name).write_text(text)
        return read_rows("x", Source(), tmp_path / name)

    assert [row.data for row in rows("a.jsonl", '{"a": 1}\n\n{"a": 2}\n')] == [{"a": 1}, {"a": 2}]
    assert [row.data for row in rows("a.csv", "a,b\n1,2\n")] == [{"a": "1", "b": "2"}]
    assert [row.data for row in rows("a.json", '{"k": {"a": 1}}')] == [{"_key": "k", "a": 1}]
    with pytest.raises(UsageError, match=r"a.jsonl:2: no JSON"):
        list(rows("a.jsonl", '{"a": 1}\n{"a": '))
    with pytest.raises(UsageError, match="each row is a JSON object"):
        list(rows("a.json", "[1]"))
    with pytest.raises(UsageError, match="rows come in files ending in"):
        list(rows("a.txt", "x"))
