"""The data's report with models: tries of a solver, a judge beside the checks, benchmarks by their names."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import CallError
from eval.__main__ import main
from eval.data.benchmarks import benchmarks_of
from eval.compare.teaching import talk
from eval.data.models import Reader, Solver, as_text, fence, read_verdict
from eval.judging import Complaint, Judge
from eval.records import Message
from eval.running import Stop
from eval.speakers import Function
from eval.store import Store


def pair(number: int, **more: Any) -> dict[str, Any]:
    question = f"A crate holds {number} jars. How many jars do two crates hold?"
    said = [
        {"role": "user", "content": question},
        {"role": "assistant", "content": f"Twice that.\nAnswer: {2 * number}"},
    ]
    row = {"id": f"fermi/s/{number}", "skill": "fermi", "kinds": {"instruct": "count"}, "stage": "instruct"}
    return {**row, "messages": said, "facts": {"key": str(2 * number)}, "verdict": {"accepted": True}, **more}


class Lucky(Function):
    """Right at every second try."""

    def __init__(self) -> None:
        super().__init__("python:lucky", self.answer)
        self.asked = 0

    def answer(self, messages: list[Message]) -> str:
        self.asked += 1
        return f"Answer: {self.asked % 2}"


async def test_tries_differ_and_are_the_same_in_every_run(tmp_path: Path) -> None:
    model = Lucky()
    for _ in range(2):
        with Store(tmp_path) as store:
            solver = Solver(model, store, Stop())
            said = [await solver.solve([{"role": "user", "content": "1 or 0?"}]) for _ in range(4)]
        assert said == ["Answer: 1", "Answer: 0", "Answer: 1", "Answer: 0"]
    assert model.asked == 4


async def test_when_the_budget_is_spent_nothing_more_is_asked(tmp_path: Path) -> None:
    model = Lucky()
    with Store(tmp_path) as store, pytest.raises(CallError, match="spent"):
        await Solver(model, store, Stop(why="budget of 1 US dollars spent")).solve([{"role": "user", "content": "?"}])
    assert model.asked == 0


async def test_a_judge_sees_the_conversation_and_not_the_verdict(tmp_path: Path) -> None:
    seen: list[str] = []

    def say(messages: list[Message]) -> str:
        seen.append(messages[-1]["content"])
        return "I worked it out.\nVerdict: unfit"

    with Store(tmp_path) as store:
        reader = Reader(Judge(Function("python:judge", say), store), Stop())
        assert await reader.judge(pair(4)) is False
    assert "A crate holds 4 jars" in seen[0]
    assert "accepted" not in seen[0]


async def test_a_judge_that_only_talks_gives_no_verdict(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        judge = Judge(Function("python:judge", lambda messages: "What a nice conversation."), store)
        assert await Reader(judge, Stop()).judge(pair(4)) is None
        assert judge.record.failed == 1


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("All right.\nVerdict: fit", True),
        ("Verdict: fit\nNo, wait: the sum is wrong.\n**Verdict:** unfit.", False),
        ("VERDICT - Fit", True),
    ],
)
def test_verdicts(said: str, read: bool) -> None:
    assert read_verdict(said) is read


def test_no_verdict_is_a_complaint() -> None:
    assert isinstance(read_verdict("It is fit, I would say."), Complaint)


@given(st.text(alphabet="-a\n", max_size=60))
def test_nothing_in_a_conversation_ends_its_fence(text: str) -> None:
    assert fence(text) not in text


def test_calls_and_results_are_shown() -> None:
    called = {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"function": {"name": "lend", "arguments": '{"a": 1}'}}],
    }
    shown = as_text({"messages": [called, {"role": "tool", "content": "done"}]})
    assert shown == 'ASSISTANT: (calls lend with {"a": 1})\n\nTOOL: done'


def test_benchmarks_by_name_file_and_all_that_can_be_had(tmp_path: Path) -> None:
    own = tmp_path / "own.jsonl"
    own.write_text('{"q": "What is the tide called that follows the new moon?"}\n')
    found = benchmarks_of([own, Path("gsm8k")], {}, is_miniature=True)
    assert list(found) == [str(own), "gsm8k"]
    told: list[str] = []
    every = benchmarks_of([Path("paper")], {}, is_miniature=True, tell=told.append)
    assert {"gsm8k", "mmlu"} <= every.keys()


def test_a_planted_item_of_a_packaged_benchmark_is_said_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from eval.sources import miniature, read_rows
    from eval.task import load

    row = next(iter(read_rows("gsm8k", load("gsm8k").source, miniature("gsm8k")))).data
    rows = [pair(number) for number in range(3, 30)]
    rows.append(pair(2, id="fermi/s/planted", messages=[{"role": "user", "content": row["question"]},
                                                        {"role": "assistant", "content": row["answer"]}]))  # fmt: skip
    file = tmp_path / "pairs.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    models = tmp_path / "models.py"
    models.write_text(
        "def one(messages):\n    return 'Answer: 8'\n\n\ndef strict(messages):\n    return 'Verdict: unfit'\n"
    )
    words = [
        "data",
        str(file),
        "--out",
        str(tmp_path / "report"),
        "--no-embeddings",
        "--benchmarks",
        "gsm8k",
        "--miniature",
    ]
    words += ["--model", f"python:{models}:one", "--judge", f"python:{models}:strict", "--tries", "2"]
    assert main(words) == 0
    report = json.loads((tmp_path / "report" / "data.json").read_text())
    bad = [one for one in report["findings"] if one["severity"] == "bad"]
    assert any("gsm8k" in one["title"] and one["pairs"][0]["id"] == "fermi/s/planted" for one in bad)
    (rate,) = report["difficulty"]["skills"]
    assert 0 < rate["rate"] < 0.2, "one pair of 27 has the key 8"
    table = report["agreement"]["table"]["accepted"]
    assert table["bad"] > 10
    assert table["good"] == 0
    said = capsys.readouterr().out
    assert said.index("gsm8k") < said.index("data.html")


@pytest.mark.parametrize(
    "row",
    [
        {"conversations": [{"from": "human", "value": "Two and two?"}, {"from": "gpt", "value": "Four."}]},
        {"instruction": "Two and two?", "output": "Four."},
    ],
)
async def test_a_judge_sees_a_pair_whatever_shape_it_was_exported_in(row: dict[str, Any], tmp_path: Path) -> None:
    seen: list[str] = []

    def say(messages: list[Message]) -> str:
        seen.append(messages[-1]["content"])
        return "Verdict: fit"

    with Store(tmp_path) as store:
        assert await Reader(Judge(Function("python:judge", say), store), Stop()).judge(row)
    assert "USER: Two and two?\n\nASSISTANT: Four." in seen[0]
    assert talk(row) == as_text(row)
