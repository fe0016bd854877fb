"""What README and CONTRIBUTING say is so: commands and flags exist, Python imports, paths and links lead somewhere."""

import ast
import importlib
import importlib.util
import json
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str, *texts: str) -> list[str]:
    return [body for text in texts for kind, body in _BLOCK.findall(text) if kind == language]


COMMANDS = [
    shlex.split(line, comments=True)
    for block in blocks("bash", README, CONTRIBUTING)
    for line in re.split(r"\n| && ", block)
    if line.strip()
]
INLINE = [shlex.split(found) for found in re.findall(r"`(python -m [^`]+)`", README + CONTRIBUTING)]
SCRIPTS = [words for words in COMMANDS if words[0] == "bash"]
MODULES = [words for words in COMMANDS + INLINE if words[1:2] == ["-m"] and words[2] != "pytest"]


@cache
def help_of(*command: str) -> str:
    done = subprocess.run([sys.executable, "-m", *command, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def flags(text: str) -> set[str]:
    """Those with a dot in them are fields of a configuration, and another test's."""
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+(?![a-z.-]*\.[a-z])", text))


def test_it_opens_with_two_commands_that_exist() -> None:
    first = blocks("bash", README)[0].splitlines()
    assert [line.split("#")[0].split() for line in first] == [["bash", "scripts/demo"], ["bash", "scripts/test"]]
    assert README.index("```bash") < 1500, "the commands stand at the top"


@pytest.mark.parametrize("words", SCRIPTS, ids=" ".join)
def test_scripts_exist(words: list[str]) -> None:
    assert (ROOT / words[1]).is_file()


@pytest.mark.parametrize("words", MODULES, ids=" ".join)
def test_modules_and_their_flags_exist(words: list[str]) -> None:
    spec = importlib.util.find_spec(words[2])
    assert spec is not None, words[2]
    assert spec.origin is not None
    if spec.origin.endswith("__init__.py"):
        assert (Path(spec.origin).parent / "__main__.py").exists(), f"python -m {words[2]} does nothing"
    command = [words[2]]
    if words[3:] and re.fullmatch(r"[a-z]+(-[a-z]+)*", words[3]):
        command.append(words[3])
        command += words[4:5] * (words[3] in ("orca", "orca-sum"))  # these have commands of their own
    command += ["--all"] * ("--all" in words)
    assert flags(" ".join(words)) - {"--all"} <= flags(help_of(*command))


def test_every_flag_named_is_a_flag_of_the_command() -> None:
    table = "\n".join(line for line in README.splitlines() if line.startswith("| `--"))
    assert flags(table) >= {"--seeds", "--run", "--pairs", "--model", "--tools", "--mcp", "--max-minutes"}
    others = {"--format", "--help", "--all", "--no-deps", "--no-build-isolation"}  # the last two are pip's
    from training.config import Config

    others |= {f"--{field}" for field in Config.model_fields}
    told = flags(help_of("teams.tool_use")) | flags(help_of("teams", "--all")) | flags(help_of("teams", "new"))
    told |= flags(help_of("agents.view", "branch"))
    measuring = (("bench",), ("data",), ("orca", "build"), ("orca-sum", "build"))
    told |= {flag for command in measuring for flag in flags(help_of("eval", *command))}
    told |= {
        flag for command in ("train", "preview", "estimate", "push") for flag in flags(help_of("training", command))
    }
    assert flags(README) - others <= told


def test_every_setting_named_is_a_field() -> None:
    from training.config import Config

    named = re.findall(r"--([a-z]+)\.([a-z_]+)", README)
    assert len(named) > 4
    for section, field in named:
        told = Config.model_fields[section].annotation
        sections = [part for part in (told, *get_args(told)) if hasattr(part, "model_fields")]
        assert any(field in part.model_fields for part in sections), f"--{section}.{field}"


@pytest.mark.parametrize("words", [words for words in COMMANDS if "training" in words], ids=" ".join)
def test_training_command_lines_are_read(words: list[str]) -> None:
    from training.settings import read
    from training.words import read as read_words

    asked = read_words(words[words.index("training") + 1 :])
    if getattr(asked.options, "preset", ""):
        read(preset=asked.options.preset, overrides=asked.overrides)


@pytest.mark.parametrize("text", [text for text in blocks("yaml", README) if text.startswith("preset:")])
def test_settings_in_yaml_are_read(text: str, tmp_path: Path) -> None:
    from training.settings import read

    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    assert read(tmp_path / "mine.yaml").data.paths


def test_every_preset_is_in_the_table() -> None:
    from training.settings import presets

    table = README.split("| preset | is |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.MULTILINE)) == set(presets())


def test_every_flag_of_the_demonstration_is_a_flag() -> None:
    script = (ROOT / "scripts" / "demo").read_text(encoding="utf-8")
    line = next(line for line in script.splitlines() if "-m teams.tool_use" in line and not line.startswith("#"))
    assert flags(line) <= flags(help_of("teams.tool_use"))


def test_every_export_format_named_is_one() -> None:
    sentence = re.search(r"The formats are ([^.]+)\.", README)
    assert sentence is not None
    offered = help_of("teams", "export")
    for name in re.findall(r"`([\w-]+)`", sentence[1]):
        assert name in offered


@pytest.mark.parametrize("source", blocks("python", README, CONTRIBUTING))
def test_python_imports_what_exists(source: str) -> None:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            module = importlib.import_module(node.module)
            for alias in node.names:
                assert hasattr(module, alias.name), f"{node.module} has no {alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                importlib.import_module(alias.name)


def test_every_variable_named_is_read_by_the_program() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for name in ("agents", "teams", "tools")
        for path in (ROOT / name).rglob("*.py")
    )
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)(?:=\w+)?`", README)) - {"ACTION_TYPE"}
    assert {"AGENTINSTRUCT_API_KEY", "OPENAI_BASE_URL", "AGENTINSTRUCT_CACHE", "HF_HUB_OFFLINE"} <= named
    for name in named:
        assert name in sources or re.sub("_(ROLE|AUDITOR)$", "_{", name) in sources, name


def test_every_tool_named_with_its_flag_is_there() -> None:
    found = re.findall(r"`--tools (tools\.[\w.]+):(\w+)`", README)
    assert found
    for module, name in found:
        assert hasattr(importlib.import_module(module), name)


async def test_the_scripted_client_does_as_shown() -> None:
    from autogen_core.models import UserMessage

    from agents.models.scripted import SPEAKING

    (source,) = (block for block in blocks("python", README) if "ScriptedClient" in block)
    space: dict[str, Any] = {}
    exec(source, space)
    SPEAKING.set(("a chat", "assistant"))
    client = space["model"].client
    said = [await client.create([UserMessage(content="?", source="user")]) for _ in range(2)]
    assert said[0].content[0].name == "lend"
    assert said[1].content == "It is yours."


def test_the_options_of_the_python_example_exist() -> None:
    from teams.engine.options import RunOptions

    for source in blocks("python", README):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "RunOptions":
                names = {keyword.arg for keyword in node.keywords}
                assert names <= RunOptions.__dataclass_fields__.keys()


def test_the_row_has_the_columns_of_a_row() -> None:
    from teams.engine.records import Seed
    from teams.engine.rows import row_of
    from teams.engine.verdict import Verdict
    from teams.tool_use import skill

    class Named:
        name = "a model"

    seed = Seed("tool_use/a.py:1-2", "def f(): ...", hash="0" * 32)
    pair = seed.rewritten("own_functions", "").ask("one_call", "?").answered([{"role": "user", "content": "?"}])
    model_for: Any = lambda role: Named  # noqa: E731
    real = row_of(skill, pair, Verdict(()), model_for, "train")
    (shown,) = (json.loads(block) for block in blocks("json", README))
    assert shown.keys() <= real.keys()
    for column in ("kinds", "seed", "verdict"):
        assert shown[column].keys() <= real[column].keys()


def test_the_map_is_of_this_place() -> None:
    (drawing,) = (block for block in blocks("text", README) if "scripts/" in block)
    named = [line.split()[0] for line in drawing.splitlines() if line.strip()]
    assert named
    for path in named:
        assert (ROOT / path).is_dir(), path


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_links_lead_somewhere(text: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert "://" in target or (ROOT / target).exists(), target


def test_files_named_in_contributing_exist() -> None:
    for name in re.findall(r"`((?:tests|teams|tools|agents|sandbox)/[\w/.]+)`", CONTRIBUTING):
        assert (ROOT / name).exists(), name
