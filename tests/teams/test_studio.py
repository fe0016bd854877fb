"""A skill as a plain team for AutoGen Studio: run by stock AutoGen, true to its roles, the same bytes twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from autogen_agentchat.base import Team
from autogen_agentchat.messages import BaseChatMessage, ToolCallExecutionEvent
from autogen_core import CancellationToken
from autogen_core.tools import FunctionTool
from hypothesis import given
from hypothesis import strategies as st

from agents.script import Script
from teams.__main__ import main
from teams.engine.flow import Kind
from teams.engine.new.command import new
from teams.engine.options import RunOptions
from teams.engine.registry import load, skills
from teams.engine.studio.path import path_of
from teams.engine.studio.prompts import prompt_of
from teams.engine.studio.reckoning import calculator
from teams.engine.studio.words import DECLINED, HEADING, system_message
from tests.teams.new.test_new import checkout

ROOT = Path(__file__).parents[2]
LAST = ("suggester", "editor", "assistant")
SPEAKERS = {
    "analytical_reasoning": ("gatherer", "puzzle_writer", *LAST, "examiner"),
    "brain_teaser": ("passage_writer", "question_writer", *LAST, "examiner"),
    "coding": ("passage_writer", "question_writer", *LAST, "examiner"),
    "conversation": ("passage_writer", "planner", "suggester", "editor", "person", "assistant", "auditor"),
    "creative_content": ("passage_writer", "request_writer", *LAST, "wish_reader"),
    "data_to_text": ("data_writer", "request_writer", *LAST, "examiner"),
    "fermi": ("passage_writer", "question_writer", *LAST, "examiner"),
    "few_shot_reasoning": ("passage_writer", "shot_writer", *LAST, "examiner"),
    "multiple_choice": ("passage_writer", "question_writer", *LAST, "examiner"),
    "open_domain_qa": ("passage_writer", "question_writer", *LAST, "examiner"),
    "rag": ("document_writer", "question_writer", *LAST, "examiner"),
    "reading_comprehension": ("passage_writer", "question_writer", *LAST, "examiner"),
    "text_classification": ("passage_writer", "label_designer", *LAST, "examiner"),
    "text_extraction": ("passage_writer", "request_writer", *LAST, "referee"),
    "text_modification": ("passage_writer", "task_writer", *LAST, "collator"),
    "tool_use": ("api_writer", "requester", *LAST, "auditor"),
    "web_agent": ("site_author", "goal_writer", *LAST, "auditor"),
}
every_skill = pytest.mark.parametrize("name", sorted(skills()))


KEY = "sk-of-this-machine"


def made(name: str, folder: Path, *flags: str) -> dict[str, Any]:
    out = folder / f"{name}.json"
    assert main(["export-studio", name, "-o", str(out), *flags]) == 0
    value: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return value


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of all skills, made in a process of its own: with a key at hand, and sets in another order."""
    folder = tmp_path_factory.mktemp("teams")
    code = "import sys\nfrom teams.__main__ import main\n" + "".join(
        f"main(['export-studio', {name!r}, '-o', sys.argv[1] + '/{name}.json'])\n" for name in sorted(skills())
    )
    where = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT), "OPENAI_API_KEY": KEY}
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, env=where, check=True, capture_output=True)
    return folder


def read(name: str, files: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((files / f"{name}.json").read_text("utf-8"))
    return value


def agents(component: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["config"] for one in component["config"]["participants"]]


def played(component: dict[str, Any], said: dict[str, list[Any]]) -> Team:
    """Load the team with AutoGen's replaying client in the place of the model."""
    for agent in agents(component):
        provider = "autogen_ext.models.replay.ReplayChatCompletionClient"
        info = agent["model_client"]["config"]["model_info"]
        config = {"chat_completions": said[agent["name"]], "model_info": info}
        agent["model_client"] = {"provider": provider, "component_type": "model", "config": config}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # AutoGen's word of caution about functions in components
        return Team.load_component(component)


async def heard(team: Team, task: str = "Ida lends a saw.") -> list[tuple[str, str]]:
    result = await team.run(task=task)
    return [(m.source, m.to_text()) for m in result.messages if isinstance(m, BaseChatMessage)]


@every_skill
async def test_stock_autogen_runs_every_skill_to_its_end(name: str, files: Path) -> None:
    component = read(name, files)
    names = [agent["name"] for agent in agents(component)]
    said = await heard(played(component, {one: [f"what {one} says"] for one in names}))
    assert [source for source, _ in said] == ["user", *SPEAKERS[name]]
    assert said[-1][1] == f"what {names[-1]} says"


@every_skill
def test_the_file_is_for_anybody(name: str, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key and nothing of this machine is in it, nothing stands there unfilled, and the client loads as it is."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    component = read(name, files)
    text = json.dumps(component, ensure_ascii=False)
    for foreign in (KEY, "api_key", "****", str(files), str(ROOT), str(Path.home()), "{{", "{%", " at 0x"):
        assert foreign not in text, foreign
    assert "as this chat has it" not in text, "a prompt of this path asks for what only a run knows"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert Team.load_component(component).name == name


@every_skill
def test_roles_keep_their_own_words(name: str, files: Path) -> None:
    """Each agent's system message begins with what its role is told in a run, and then says where it finds what."""
    (skill,) = load([name])
    own = ROOT / "teams" / name
    scripts = [Script(own / "script.md"), Script(ROOT / "teams/engine/stages/script.md")]
    component = read(name, files)
    for agent in agents(component):
        role = next(script.role(agent["name"]) for script in scripts if agent["name"] in script)
        told = role.prompt.render(language="", small=False, kind=Kind("plain", ""))
        assert agent["system_message"].startswith(told.strip()), agent["name"]
        assert len(agent["system_message"]) > len(told) + 300
    assert HEADING in agents(component)[-1]["system_message"]
    left = [check.__name__ for check in skill.checks]
    assert any(check in component["description"] for check in left)
    assert "OPENAI_API_KEY" in component["description"]


async def test_a_text_that_does_not_suit_ends_the_chat(files: Path) -> None:
    component = read("fermi", files)
    said = {agent["name"]: ["more"] for agent in agents(component)}
    said["passage_writer"] = [f"There is nothing in it to estimate.\n{DECLINED}"]
    assert [source for source, _ in await heard(played(component, said))] == ["user", "passage_writer"]
    assert DECLINED in agents(component)[0]["system_message"]


async def test_the_calculator_travels_with_the_team(files: Path) -> None:
    """The assistant calls it, from the source in the file, and answers with what came back."""
    component = read("fermi", files)
    said: dict[str, list[Any]] = {agent["name"]: ["so"] for agent in agents(component)}
    usage = {"prompt_tokens": 1, "completion_tokens": 1}
    asked = {"id": "c1", "name": "calculator", "arguments": json.dumps({"expression": "(3 + 4) * 0.1"})}
    call = {"finish_reason": "function_calls", "content": [asked], "usage": usage, "cached": False}
    said["assistant"] = [call, "about 0.7 of them"]
    result = await played(component, said).run(task="Ida lends a saw.")
    results = [m.content[0].content for m in result.messages if isinstance(m, ToolCallExecutionEvent)]
    assert results == ["0.7"]
    assert [m.source for m in result.messages if isinstance(m, BaseChatMessage)] == ["user", *SPEAKERS["fermi"]]


def test_a_kind_can_be_chosen(tmp_path: Path) -> None:
    component = made("brain_teaser", tmp_path, "--kind", "instruct=riddle", "--kind", "transform=identity")
    (skill,) = load(["brain_teaser"])
    riddle = next(k for flow in skill.flows if flow.stage == "instruct" for k in flow.kinds if k.name == "riddle")
    names = [agent["name"] for agent in agents(component)]
    assert names[0] == "question_writer", "nobody rewrites what is taken as it is"
    assert riddle.brief in agents(component)[0]["system_message"]
    assert "the message that opened this chat" in agents(component)[0]["system_message"]


@every_skill
def test_every_kind_of_every_stage_can_be_chosen(name: str) -> None:
    """And the way that leads there says what it asks for, whole."""
    (skill,) = load([name])
    for flow in skill.flows:
        for kind in flow.kinds if flow.label in ("transform", "instruct", "refine") else ():
            path = path_of(skill, {flow.label: kind.name})
            assert path.kinds[flow.label] is kind
            meant = [number for number, one in enumerate(path.speakers) if one.kind is kind]
            assert meant or getattr(kind, "is_seed", False), kind.name
            for number in meant[:1]:
                told = system_message(path, number)
                assert kind.brief in told, kind.name
                assert "as this chat has it" not in told, kind.name


def test_a_skill_of_ones_own_is_written_as_well(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for folder in ("teams", "tests/teams"):
        (home / folder).mkdir(parents=True)
    assert new("explain_it", None, RunOptions(seeds=()), lambda line: None, home=home) == 0
    checkout(home)
    command = [sys.executable, "-m", "teams", "export-studio", "explain_it", "-o", "own.json"]
    subprocess.run(command, cwd=home, env={**os.environ, "PYTHONPATH": str(home)}, check=True, capture_output=True)
    component = json.loads((home / "own.json").read_text("utf-8"))
    names = [agent["name"] for agent in agents(component)]
    assert names == ["passage_writer", "question_writer", *LAST, "examiner"]
    own = Script(home / "teams/explain_it.md").role("question_writer").prompt.render(language="", small=False)
    assert agents(component)[1]["system_message"].startswith(own.strip())


def test_the_model_is_named_as_in_a_run(tmp_path: Path) -> None:
    def model(*flags: str) -> dict[str, Any]:
        config: dict[str, Any] = agents(made("fermi", tmp_path, *flags))[0]["model_client"]["config"]
        return config

    url = "http://127.0.0.1:9/v1"
    for flags in (["--model", f"{url}:qwen"], ["--model", "qwen", "--base-url", url]):
        assert (model(*flags)["model"], model(*flags)["base_url"]) == ("qwen", url)
    assert model("--model", "openai:gpt-4.1")["model"] == "gpt-4.1"
    assert "base_url" not in model("--model", "gpt-4.1")


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["nosuch"], "there are: analytical_reasoning"),
        (["fermi", "--kind", "instruct=nosuch"], "there are: count"),
        (["fermi", "--kind", "nosuch=count"], "there are: transform"),
        (["fermi", "--kind", "count"], "STAGE=KIND"),
        (["fermi", "--kind", "instruct=count", "--kind", "instruct=size"], "leave one"),
        (["fermi", "--model", "anthropic:claude"], "openai:NAME"),
        (["fermi", "--model", "judge=openai:x"], "openai:NAME"),
        (["fermi", "--model", " "], "names no model"),
        (["fermi", "--model", "x", "--base-url", "http://me:secret@host/v1"], "no password"),
        (["fermi", "--model", "x", "--base-url", "nonsense"], "http://HOST:PORT/v1"),
        (["fermi", "--model", "http://h/v1:x", "--base-url", "http://h/v1"], "--base-url"),
    ],
)
def test_bad_input_is_one_clear_line(
    flags: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "team.json"
    assert main(["export-studio", *flags, "-o", str(out)]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert "secret" not in said
    assert not out.exists()


def test_it_is_written_where_an_export_would_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into a new folder, over a file; never in the place of a folder or of what is no file."""
    nested = tmp_path / "new" / "team.json"
    assert main(["export-studio", "fermi", "-o", str(nested)]) == 0
    nested.write_text("mine")
    assert main(["export-studio", "fermi", "-o", str(nested)]) == 0
    assert json.loads(nested.read_text("utf-8"))["component_type"] == "team"
    said = capsys.readouterr().out
    assert "checks:" in said
    assert str(nested) in said
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for bad in (tmp_path, pipe, nested / "below.json"):
        assert main(["export-studio", "fermi", "-o", str(bad)]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert [path.name for path in nested.parent.iterdir()] == ["team.json"]


def test_the_same_bytes_in_another_process(files: Path, tmp_path: Path) -> None:
    for name in skills():
        made(name, tmp_path)
        assert (tmp_path / f"{name}.json").read_bytes() == (files / f"{name}.json").read_bytes(), name


def test_what_only_a_run_knows_becomes_words(tmp_path: Path) -> None:
    script = tmp_path / "own.md"
    script.write_text(
        "## clerk\nYou list {{ count }} of {{ record.facts.apis }}{% if record.seed %} of the seed{% endif %}:\n"
        "{% for api in facts.apis %}- {{ api.name | upper }} {{ loop.index }} {{ range(2) | list }}\n{% endfor %}\n"
        "{{ kind.brief }} {{ knows[0] }}\n",
        encoding="utf-8",
    )
    told = prompt_of(Script(script).role("clerk"), Kind("plain", "Be brief."))
    assert told.startswith(
        "You list (the count, as this chat has it) of (the apis, as this chat has it) of the seed:\n"
    )
    assert told.count("\n- ") == 1, "a list that only a run has is gone through once"
    assert "1 [0, 1]" in told, "what the template language brings along stays what it is"
    assert told.endswith("Be brief. (the knows, as this chat has it)")


numbers = st.decimals(min_value=-1000, max_value=1000, places=3).map(lambda d: format(d, "f"))
sums = st.recursive(
    numbers.map(lambda n: f"({n})"),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({''.join(t)})"),
    max_leaves=6,
)


@given(sums)
def test_the_calculator_reckons_exactly(expression: str) -> None:
    import re

    exact = eval(re.sub(r"-?\d+\.\d+", lambda m: f"Fraction('{m[0]}')", expression), {"Fraction": Fraction})
    said = calculator(expression)
    if said.startswith("about "):
        assert abs(Fraction(said.removeprefix("about ")) - exact) <= abs(exact) / 10**11
    else:
        assert Fraction(said) == exact


@pytest.mark.parametrize(
    "expression",
    ["__import__('os')", "(1).real", "9**9**9**9", "'a' * 9", "1/0", "(" * 400, "1" * 600, "x", "", "2**0.5j", "0**-1"],
)
def test_the_calculator_refuses_in_words(expression: str) -> None:
    assert calculator(expression).startswith("can't compute")


async def test_the_calculator_needs_nothing_of_ours(files: Path) -> None:
    (tool,) = agents(read("fermi", files))[4]["workbench"][0]["config"]["tools"]
    assert "teams" not in tool["config"]["source_code"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        loaded = FunctionTool.load_component(tool)
    assert await loaded.run_json({"expression": "sqrt(16) + 2**10 % 7"}, CancellationToken()) == "6"
