"""Imports point one way, AutoGen stays in few files, heavy libraries wait till needed, names mean one thing."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT: dict[str, set[str]] = {
    "sandbox": set(),
    "tools": {"sandbox"},
    "agents": set(),
    "teams": {"agents", "tools", "sandbox"},
    "training": set(),
    "eval": {"agents", "tools", "sandbox"},
}
"""Who may import whom, beside itself."""
IMPORTS_AUTOGEN = {
    "agents/models/abilities.py",
    "agents/models/actions.py",
    "agents/models/client.py",
    "agents/models/complaints.py",
    "agents/models/forms.py",
    "agents/models/model.py",
    "agents/models/others.py",
    "agents/models/person.py",
    "agents/models/replies.py",
    "agents/models/role_client.py",
    "agents/models/scripted.py",
    "agents/models/wire.py",
    "agents/runtime.py",
    "eval/messages.py",
    "teams/engine/hold.py",
    "teams/engine/props.py",
    "teams/engine/spoken.py",
    "teams/engine/team.py",
    "teams/engine/workbench.py",
    "tools/autogen_bench.py",
}
"""Exactly these: the day AutoGen must be replaced, nothing else changes."""
LONGEST_FILE = 350
LONG_FOR_A_REASON: dict[str, str] = {
    "agents/models/weights.py": "one way from two sources to a verified file: what they share is most of either",
}
"""File to the reason why it is not split."""
HEAVY = {
    "chromadb", "datasets", "docker", "mcp", "onnxruntime", "pandas", "playwright", "pyarrow", "ray",
    "sentence_transformers", "torch", "transformers", "xllamacpp",
}  # fmt: skip
"""Libraries that take long to load: `--help` must not wait for them."""
MODULES = [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]
SKILLS = sorted(
    path
    for path in (ROOT / "teams").iterdir()
    if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem not in ("__init__", "__main__", "engine")
)

every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))


def imports(path: Path) -> Iterator[str]:
    """Yield the top-level names a file imports anywhere, lazily or for type checking too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@every_module
def test_imports_point_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    assert set(imports(path)) & MAY_IMPORT.keys() <= MAY_IMPORT[package] | {package}


@every_module
def test_no_relative_imports(path: Path) -> None:
    """A full name says which package it is from, and a script run by its path finds it."""
    relative = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.ImportFrom) and n.level]
    assert not relative


@every_module
def test_no_module_is_named_like_the_standard_library(path: Path) -> None:
    """A script beside an `inspect.py` breaks `dataclasses`: its folder comes first on the path."""
    assert path.stem not in sys.stdlib_module_names
    assert path.parent.name not in sys.stdlib_module_names


@every_module
def test_files_stay_short(path: Path) -> None:
    name, lines = str(path.relative_to(ROOT)), len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE or name in LONG_FOR_A_REASON, f"{lines} lines: split it, or name the reason here"


@every_module
def test_every_module_says_what_it_is(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not source.strip() or ast.get_docstring(ast.parse(source))


def test_reasons_for_long_files_are_still_needed() -> None:
    for name in LONG_FOR_A_REASON:
        assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) > LONGEST_FILE, f"{name} is short now"


def test_autogen_stays_where_it_is() -> None:
    users = {str(p.relative_to(ROOT)) for p in MODULES if any(name.startswith("autogen") for name in imports(p))}
    assert users == IMPORTS_AUTOGEN


def test_the_words_stand_beside_the_module_that_says_them() -> None:
    """`x.md` beside `x.py` or `x/`, or a package's own `script.md`."""
    for package in MAY_IMPORT:
        for script in (ROOT / package).rglob("*.md"):
            places = [script.with_suffix(".py"), script.with_suffix("") / "__init__.py"]
            if script.stem == "script":
                places.append(script.with_name("__init__.py"))
            assert any(place.exists() for place in places), script


@pytest.mark.parametrize("skill", SKILLS, ids=lambda path: path.stem)
def test_every_skill_has_its_script(skill: Path) -> None:
    assert skill.with_suffix(".md").exists() or (skill / "script.md").exists()


@pytest.mark.parametrize(
    "module",
    [
        "agents",
        "agents.models",
        "sandbox",
        "tools",
        "teams",
        "teams.engine",
        "training",
        "training.command",
        "eval",
        "eval.task",
    ],
)
def test_heavy_libraries_wait(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == [], f"`import {module}` loads them; python -X importtime says through whom"


def test_seeds_cannot_be_imported_by_accident() -> None:
    """A seed folder with an `__init__.py` called `code` would shadow the standard library's module."""
    seeds = ROOT / "tests" / "seeds"
    assert not list(seeds.rglob("__init__.py"))
    assert (seeds / "code").is_dir()
    assert (seeds / "articles").is_dir()
