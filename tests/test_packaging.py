"""What gets installed: every file of our packages, nothing else, and a declared reason for every library we import."""

import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = [name for name in ("agents", "teams", "tools", "sandbox", "training", "eval") if (ROOT / name).is_dir()]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
COMES_WITH = {
    "anyio": "mcp",
    "markupsafe": "jinja2",
    "pydantic-core": "pydantic",
    "referencing": "jsonschema",
    "yarl": "aiohttp",
}
"""Part of what another library's interface is made of."""
PEERS = {"axolotl"}
"""What benchmarks compare with where it is installed: what it pins excludes ours, so it can't be declared."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from a copy, so that the checkout stays clean."""
    copy = tmp_path_factory.mktemp("copy")
    for name in [*PACKAGES, "tests"]:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    build = "import setuptools.build_meta as backend; backend.build_wheel('dist')"
    done = subprocess.run([sys.executable, "-c", build], cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(next((copy / "dist").glob("*.whl")))


def test_the_wheel_holds_our_packages_whole(wheel: zipfile.ZipFile) -> None:
    ours = {
        str(path.relative_to(ROOT))
        for name in PACKAGES
        for path in (ROOT / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == ours


def test_the_wheel_carries_licence_and_extras(wheel: zipfile.ZipFile) -> None:
    info = {name.split(".dist-info/")[1]: name for name in wheel.namelist() if ".dist-info/" in name}
    assert wheel.read(info["licenses/LICENSE"]) == (ROOT / "LICENSE").read_bytes()
    metadata = wheel.read(info["METADATA"]).decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert set(re.findall(r"^Provides-Extra: (\S+)", metadata, re.MULTILINE)) == set(PROJECT["optional-dependencies"])


def test_every_library_we_import_is_declared() -> None:
    everything = set(_names(PROJECT["dependencies"]))
    for extra in PROJECT["optional-dependencies"].values():
        everything |= set(_names(extra))
    installed = packages_distributions()
    undeclared = {}
    for path in (path for name in [*PACKAGES, "tests"] for path in (ROOT / name).rglob("*.py")):
        if "seeds" in path.parts:
            continue
        peers = PEERS if path.parent.name == "benchmarks" else set()
        for module in set(_foreign_imports(path)) - peers:
            carriers = {_normal(name) for name in installed.get(module, [module])}
            if not {COMES_WITH.get(name, name) for name in carriers} & everything:
                undeclared[f"{path.relative_to(ROOT)}: {module}"] = sorted(carriers)
    assert not undeclared


def test_every_dependency_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text[text.index("dependencies = [") : text.index("[tool.setuptools]")]
    said: dict[str, bool] = {}
    for line in block.splitlines():
        if found := re.match(r'    "([\w.-]+)[^"]*",?\s*(#.*)?$', line):
            said[found[1]] = said.get(found[1], False) or found[2] is not None
    # The three AutoGen packages share the reason of the line above them.
    silent = [name for name, reason in said.items() if not reason and not name.startswith("autogen-")]
    assert said
    assert not silent


def test_constraints_allow_what_pyproject_asks_for() -> None:
    from packaging.requirements import Requirement

    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    # Nothing of the machine it was made on: no paths, no local builds.
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    pins = {_normal(p.name): str(p.specifier)[2:] for p in map(Requirement, lines)}
    wanted = PROJECT["dependencies"] + [r for extra in PROJECT["optional-dependencies"].values() for r in extra]
    for requirement in map(Requirement, wanted):
        pin = pins.get(_normal(requirement.name))
        assert pin is None or requirement.specifier.contains(pin), f"{requirement} against {pin}"
    for requirement in map(Requirement, PROJECT["dependencies"]):
        assert _normal(requirement.name) in pins, f"{requirement.name} has no line in constraints.txt"


@pytest.mark.parametrize("script", [*sorted((ROOT / "scripts").iterdir()), ROOT / ".ci" / "run"], ids=lambda p: p.name)
def test_shell_scripts_parse(script: Path) -> None:
    done = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "set -euo pipefail" in script.read_text(encoding="utf-8"), "a failing step must not be hidden"


def make_venv(place: Path) -> subprocess.CompletedProcess[str]:
    """Run that one function of `scripts/setup` in `place`."""
    (place / "scripts").mkdir()
    functions, _, _ = (ROOT / "scripts" / "setup").read_text(encoding="utf-8").rpartition("\nmake_venv\n")
    (place / "scripts" / "setup").write_text(functions + "\nmake_venv\n", encoding="utf-8")
    command = ["bash", "scripts/setup"]
    environment = {**os.environ, "PYTHON": sys.executable, "PIP_NO_INDEX": "1"}
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=120)


def test_an_environment_made_without_pip_is_given_one_and_kept(tmp_path: Path) -> None:
    """As uv makes them."""
    venv.create(tmp_path / ".venv", with_pip=False)
    (tmp_path / ".venv" / "mine").write_text("")
    done = make_venv(tmp_path)
    assert (tmp_path / ".venv" / "mine").exists()
    python = tmp_path / ".venv" / "bin" / "python"
    has_pip = subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0
    assert (done.returncode == 0) == has_pip, done.stdout + done.stderr
    assert has_pip or ".venv has no pip and can't get one" in done.stdout


def test_a_folder_that_is_no_environment_is_not_made_one(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "mine").write_text("")
    done = make_venv(tmp_path)
    assert done.returncode == 1
    assert ".venv is no virtual environment" in done.stdout
    assert [path.name for path in (tmp_path / ".venv").iterdir()] == ["mine"]


def test_set_up_again_is_nothing_to_do_and_does_without_docker() -> None:
    state = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + (ROOT / "constraints.txt").read_bytes())
    stamp = ROOT / ".venv" / "installed"
    if not stamp.exists() or f"{state.hexdigest()[:16]} mcp" not in stamp.read_text().splitlines():
        pytest.skip("this checkout was not set up by scripts/setup as it is now")
    command = ["bash", str(ROOT / "scripts" / "setup"), "mcp"]
    environment = {**os.environ, "DOCKER_HOST": "unix:///nowhere.sock"}
    done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "going on without Docker" in done.stdout
    assert "ready" in done.stdout.splitlines()[-1]
    assert "pip" not in done.stdout


def _foreign_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in names:
            top = name.split(".")[0]
            if top not in sys.stdlib_module_names and top not in PACKAGES and top != "tests":
                yield top


def _names(requirements: list[str]) -> Iterator[str]:
    for requirement in requirements:
        found = re.match(r"[\w.-]+", requirement)
        assert found, requirement
        yield _normal(found[0])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
