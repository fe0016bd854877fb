"""The data's report with models: tries of a solver, a judge beside the checks, benchmarks by their names."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from agents.errors import CallError, UsageError
from eval.__main__ import main
from eval.compare.teaching import talk
from eval.data.benchmarks import benchmarks_of
from eval.data.models import Reader, Solver, read_verdict
from eval.data.rows import as_text
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
    begun, ended = (re.search(rf"^--- conversation (\w+) {end} ---$", seen[0], re.M) for end in ("begins", "ends"))
    assert begun
    assert ended
    assert begun[1] == ended[1]
    assert "A crate holds 4 jars" in seen[0][begun.end() : ended.start()]
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


MODELS = """
from agents.errors import EndpointError

def broken(messages):
    raise ValueError("no weights")

def gone(messages):
    raise EndpointError("cannot reach it")

def eight(messages):
    return "Answer: 8"

def fit(messages):
    return "Verdict: fit"
"""


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    (tmp_path / "pairs.jsonl").write_text("\n".join(json.dumps(pair(number)) for number in range(2, 12)))
    (tmp_path / "models.py").write_text(MODELS)
    return ["data", str(tmp_path / "pairs.jsonl"), "--out", str(tmp_path / "report"), "--no-embeddings", "--tries=2"]


def figures(tmp_path: Path) -> Any:
    return json.loads((tmp_path / "report" / "data.json").read_text())


def test_why_tries_failed_is_told(asked: list[str], tmp_path: Path) -> None:
    assert main([*asked, "--model", f"python:{tmp_path}/models.py:broken"]) == 0
    (told,) = (one for one in figures(tmp_path)["findings"] if one["title"].startswith("Tries at which"))
    assert "no weights (20)" in told["measured"]


def test_an_endpoint_that_goes_away_ends_the_command_in_one_line(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for role in ("--model", "--judge"):
        assert main([*asked, role, f"python:{tmp_path}/models.py:gone"]) == 1
        assert "cannot reach it; the same command goes on" in capsys.readouterr().err
    assert not (tmp_path / "report" / "data.json").exists()


def test_who_was_asked_is_in_the_report(asked: list[str], tmp_path: Path) -> None:
    models = ["--model", f"python:{tmp_path}/models.py:eight", "--judge", f"python:{tmp_path}/models.py:fit"]
    assert main([*asked, *models]) == 0
    told = figures(tmp_path)["models"]
    assert told["model"]["model"].startswith("python:models.py:eight")
    assert told["model"]["spent"]["calls"] == 20
    assert told["judge"]["verdicts"] == 5
    assert told["judge"]["prompts"]
    assert "models.py:fit" in (tmp_path / "report" / "data.html").read_text()


def test_the_estimate_is_of_the_sample_that_will_be_asked(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = ["--model", f"python:{tmp_path}/models.py:eight", "--judge", f"python:{tmp_path}/models.py:fit"]
    assert main([*asked, *models, "--estimate"]) == 0
    rows = {line.split()[1]: line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("data ")}
    assert rows["model"][2] == "20"
    assert int(rows["model"][3]) == 2 * sum(len(pair(n)["messages"][0]["content"]) for n in range(2, 12)) // 4
    assert rows["judge"][2] == "5"
    assert not (tmp_path / "report").exists()


def test_a_budget_that_ends_is_told_and_is_no_success(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Function, "cost", lambda *tokens: 1.0)
    models = [*asked, "--model", f"python:{tmp_path}/models.py:eight", "--at-once=1"]
    assert main([*models, "--max-cost=5"]) == 3
    assert "Stopped: budget of 5 US dollars spent" in capsys.readouterr().out
    told = figures(tmp_path)
    assert told["difficulty"]["failed_tries"] == 15
    assert "budget of 5 US dollars spent (15)" in told["difficulty"]["why_failed"]
    assert main([*models, "--max-cost=50"]) == 0
    assert figures(tmp_path)["models"]["model"]["spent"]["calls"] == 15, "what was said is kept"


def test_a_budget_without_a_price_is_refused(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Function, "cost", lambda *tokens: None)
    assert main([*asked, "--judge", f"python:{tmp_path}/models.py:fit", "--max-cost=5"]) == 2
    assert "--price judge=IN,OUT" in capsys.readouterr().err


def test_benchmarks_that_could_not_be_had_or_found_are_in_the_report(
    asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eval.data import benchmarks

    def texts(name: str, *rest: Any) -> list[list[str]]:
        if name == "gpqa":
            raise UsageError("gpqa is gated")
        return [["What is the name of the tide after the new moon?"]] if name == "mmlu" else [["Too short."]]

    monkeypatch.setattr(benchmarks, "_texts", texts)
    assert main([*asked, "--benchmarks", "paper"]) == 0
    told = [(one["title"], one["measured"]) for one in figures(tmp_path)["findings"] if one["severity"] == "note"]
    assert ("A benchmark was not looked for", "gpqa is gated") in told
    assert any(title == "gsm8k can't be looked for" for title, _ in told)
    assert not any("mmlu" in title for title, _ in told)


def test_the_tools_there_were_are_shown() -> None:
    said = [{"role": "user", "content": "Lend Emma."}, {"role": "assistant", "content": "It is yours."}]
    described = {"name": "lend", "description": "Lend a book.", "parameters": {"properties": {"book": {}, "to": {}}}}
    shown = as_text({"messages": said, "tools": [{"type": "function", "function": described}, {"name": "count"}]})
    again = as_text({"messages": said, "tools": json.dumps([described])})
    assert again.partition("\n\n")[0] == "TOOLS OF THE ASSISTANT:\n- lend(book, to): Lend a book."
    assert shown.startswith("TOOLS OF THE ASSISTANT:\n- lend(book, to): Lend a book.\n- count(): \n\nUSER: Lend Emma.")


def test_many_tools_leave_room_for_the_talk() -> None:
    tools = [{"name": f"tool_{n}", "description": "It does. " * 400} for n in range(300)]
    shown = as_text({"messages": [{"role": "user", "content": "Hi."}], "tools": tools})
    assert shown.endswith("- and 260 more\n\nUSER: Hi.")
    assert len(shown) < 10_000


@pytest.mark.parametrize("tools", [None, "lend", [], [None, 3, {}], [{"function": None}], {"name": "lend"}])
def test_what_is_no_list_of_tools_is_not_shown(tools: Any) -> None:
    assert as_text({"messages": [{"role": "user", "content": "Hi."}], "tools": tools}) == "USER: Hi."
