"""Tools from elsewhere: files, modules, installed packages, AutoGen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import ToolError, find_tool, list_tools, load_tools, plugins
from tools.bench import Answer
from tools.benches import RegisteredBench

ORDER_STATUS = """
from tools import tool

@tool
async def order_status(order: str) -> str:
    "Look up an order."
    return f"{order} was sent"

@tool
async def cancel_order(order: str) -> str:
    "Cancel an order."
    return f"{order} is cancelled"
"""
AUTOGEN = """
from autogen_core.tools import FunctionTool, StaticWorkbench

def double(x: int) -> int:
    return 2 * x

def triple(x: int) -> int:
    return 3 * x

doubler = FunctionTool(double, description="Double a number.", name="double")
bench = StaticWorkbench([FunctionTool(triple, description="Triple a number.", name="triple")])
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return tmp_path


async def call(names, name, arguments):
    bench = RegisteredBench(names)
    try:
        return await bench.call(name, arguments)
    finally:
        await bench.close()


async def test_one_tool_of_a_file_outside_the_repository(folder):
    (folder / "shop.py").write_text(ORDER_STATUS)
    names = load_tools([f"{folder}/shop.py:order_status"])
    assert names == ["order_status"]
    assert await call(names, "order_status", {"order": "A1"}) == Answer("A1 was sent")


def test_all_tools_of_a_file_and_again(folder):
    (folder / "shop.py").write_text(ORDER_STATUS)
    spec = str(folder / "shop.py")
    assert load_tools([spec, "calculator", spec]) == ["order_status", "cancel_order", "calculator"]


def test_a_file_may_import_its_neighbour_and_shadows_nothing(folder):
    (folder / "prices_of_ours.py").write_text("PRICE = 3")
    (folder / "json.py").write_text("raise RuntimeError('the standard library is json')")
    text = "import json\nimport prices_of_ours\n" + ORDER_STATUS.replace("was sent", "costs {prices_of_ours.PRICE}")
    (folder / "shop2.py").write_text(text)
    assert load_tools([f"{folder}/shop2.py:order_status"]) == ["order_status"]


def test_a_module_in_the_current_folder(folder, monkeypatch):
    (folder / "my_shop_module.py").write_text(ORDER_STATUS)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry not in ("", ".")])
    assert load_tools(["my_shop_module:cancel_order"]) == ["cancel_order"]
    assert load_tools(["my_shop_module"]) == ["order_status", "cancel_order"]


@pytest.mark.parametrize(
    ("text", "spec", "complaint"),
    [
        ("import nothing_of_this_name", "{}:x", r"could not be imported: ModuleNotFoundError.*nothing_of_this_name"),
        ("def broken(:", "{}:x", "could not be imported: SyntaxError"),
        ("raise ValueError('my own fault')", "{}:x", r"ValueError: my own fault \(bad\.py, line 1\)"),
        ("import sys\nsys.exit(3)", "{}", "SystemExit: 3"),
        ("class Odd(BaseException): pass\nraise Odd('boo')", "{}", "Odd: boo"),
        ("", "{}", "no tool in .*put `@tool`"),
        ("x = 3", "{}:x", "is no tool but a int"),
        ("def x(a: int) -> int:\n  'Doc'", "{}:x", "must be declared with `async def`"),
        (ORDER_STATUS, "{}:nope", "has no 'nope'; tools in it: order_status, cancel_order"),
        (ORDER_STATUS.replace("order_status", "calculator"), "{}", "already there, from tools.calculator"),
    ],
)
def test_a_plug_in_that_fails_is_one_clear_line(folder, text, spec, complaint):
    (folder / "bad.py").write_text(text)
    spec = spec.format(folder / "bad.py")
    with pytest.raises(ToolError, match=complaint) as caught:
        load_tools([spec])
    assert spec in str(caught.value)
    assert "\n" not in str(caught.value)
    assert load_tools(["calculator"]) == ["calculator"]


@pytest.mark.parametrize("spec", ["no/such/file.py:x", "no_such_module_at_all:x", "what is this", "", ":x"])
def test_a_spec_that_leads_nowhere(spec):
    with pytest.raises(ToolError, match=r"no file|no module|neither a tool"):
        load_tools([spec])


def test_what_came_before_the_failure_is_forgotten(folder):
    (folder / "half.py").write_text(ORDER_STATUS + "\n1 / 0\n")
    with pytest.raises(ToolError, match="ZeroDivisionError"):
        load_tools([f"{folder}/half.py"])
    with pytest.raises(ToolError):
        find_tool("order_status")


def test_a_plain_async_function_becomes_a_tool_when_it_is_named(folder):
    (folder / "plain.py").write_text("async def shout(x: str) -> str:\n    'Shout.'\n    return x.upper()\n")
    assert load_tools([f"{folder}/plain.py:shout"]) == ["shout"]


PYPROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "shop-tools-for-a-test"
version = "1"
[project.entry-points."agentinstruct.tools"]
shop = "shop_tools_for_a_test"
broken = "broken_tools_for_a_test:x"
[tool.setuptools]
py-modules = ["shop_tools_for_a_test", "broken_tools_for_a_test"]
"""


def test_an_installed_package_brings_its_tools_and_a_broken_one_harms_nobody(folder):
    source, target = folder / "source", folder / "site"
    source.mkdir()
    (source / "pyproject.toml").write_text(PYPROJECT)
    (source / "shop_tools_for_a_test.py").write_text(ORDER_STATUS)
    (source / "broken_tools_for_a_test.py").write_text("raise RuntimeError('an old version')")
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*install, "--target", str(target), str(source)], check=True, cwd=folder)
    sys.path.append(str(target))
    assert ("order_status", "Look up an order.", "shop_tools_for_a_test") in list_tools()
    assert find_tool("cancel_order").origin == "shop_tools_for_a_test"
    (problem,) = plugins.problems
    assert "entry point broken = broken_tools_for_a_test:x" in problem
    assert "RuntimeError: an old version" in problem


async def test_names_of_a_workbench_are_brought_to_what_endpoints_take(folder):
    (folder / "odd_names.py").write_text(AUTOGEN.replace('name="triple"', 'name="math.triple"'))
    names = load_tools([f"{folder}/odd_names.py:bench"])
    bench = RegisteredBench(names)
    assert [schema["name"] for schema in await bench.schemas()] == ["math_triple"]
    assert await bench.call("math_triple", {"x": 14}) == Answer("42")
    await bench.close()


async def test_autogen_tools_and_workbenches_are_taken_as_they_are(folder):
    (folder / "theirs.py").write_text(AUTOGEN)
    names = load_tools([f"{folder}/theirs.py:doubler", f"{folder}/theirs.py:bench"])
    assert names == ["double", "bench"]
    bench = RegisteredBench([*names, "calculator"])
    schemas = {schema["name"]: schema for schema in await bench.schemas()}
    assert list(schemas) == ["calculator", "double", "triple"]
    assert schemas["double"]["description"] == "Double a number."
    assert schemas["triple"]["parameters"]["required"] == ["x"]
    assert await bench.call("double", {"x": 21}) == Answer("42")
    assert await bench.call("triple", {"x": 14}) == Answer("42")
    assert (await bench.call("double", {"y": 1})).is_error
    assert "there are: calculator, double, triple" in (await bench.call("quadruple", {})).text
    await bench.close()


def test_the_command_lists_all_tools(folder):
    (folder / "shop.py").write_text(ORDER_STATUS)
    command = [sys.executable, "-m", "tools"]
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([*command, "--tools", "shop.py"], cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert {"calculator", "run_python", "search_apis", "search_documents", "order_status"} <= set(rows)
    assert "Look up an order." in rows["order_status"]
    done = subprocess.run([*command, "--tools", "gone.py"], cwd=folder, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "--tools gone.py: there is no file gone.py\n"
