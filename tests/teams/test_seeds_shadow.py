"""A seed folder called `code` must not be imported in place of the standard library."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from teams.engine import shadow

INIT = """
import sys
if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    sys.path.append(sys.path.pop(0))
    from teams.engine.shadow import guard
    guard()
"""
MAIN = """
import code, pdb, agents, sys, textwrap, json
print(json.dumps([code.__file__, textwrap.__file__, agents.__file__]))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A miniature of this repository, its `teams/__init__` wired as `shadow` says."""
    home = tmp_path / "checkout"
    (home / "teams" / "engine").mkdir(parents=True)
    (home / "agents").mkdir()
    (home / "teams" / "__init__.py").write_text(INIT)
    (home / "teams" / "engine" / "__init__.py").write_text("import ast, textwrap\n")
    (home / "agents" / "__init__.py").write_text("")
    (home / "teams" / "__main__.py").write_text(MAIN)
    shutil.copy(shadow.__file__, home / "teams" / "engine" / "shadow.py")
    return home


def lay_traps(folder: Path) -> None:
    """What acts when imported: packages and files with the names of the standard library's."""
    folder.mkdir(exist_ok=True)
    for name in ("code", "pdb", "ast"):
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("open('harm', 'w').write('done'); raise SystemExit('harm')")
    (folder / "textwrap.py").write_text("raise SystemExit('harm')")


def run_teams(cwd: Path, *python_path: Path) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    env["PYTHONPATH"] = os.pathsep.join(map(str, python_path))
    command = [sys.executable, "-m", "teams"]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=60)


def test_traps_in_the_checkout_itself_are_not_sprung(checkout: Path) -> None:
    lay_traps(checkout)
    done = run_teams(checkout)
    assert done.returncode == 0, done.stderr
    assert not (checkout / "harm").exists()
    stdlib, wrapped, agents = eval(done.stdout)
    assert not stdlib.startswith(str(checkout))
    assert not wrapped.startswith(str(checkout))
    assert agents.startswith(str(checkout))


def test_traps_in_another_folder_are_not_sprung(checkout: Path, tmp_path: Path) -> None:
    lay_traps(tmp_path / "elsewhere")
    done = run_teams(tmp_path / "elsewhere", checkout)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "elsewhere" / "harm").exists()


def test_without_the_guard_the_trap_is_sprung(checkout: Path) -> None:
    lay_traps(checkout)
    (checkout / "teams" / "__init__.py").write_text("")
    assert run_teams(checkout).returncode != 0


def test_a_foreign_package_does_not_take_our_name(checkout: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "site"
    (foreign / "agents").mkdir(parents=True)
    (foreign / "agents" / "__init__.py").write_text("raise SystemExit('foreign')")
    done = run_teams(checkout, foreign)
    assert done.returncode == 0, done.stderr
    assert eval(done.stdout)[2].startswith(str(checkout))


def test_the_current_folder_still_serves_plug_ins(checkout: Path, tmp_path: Path) -> None:
    (checkout / "my_tool.py").write_text("")
    (checkout / "teams" / "__main__.py").write_text("import my_tool; print(my_tool.__file__)")
    assert run_teams(checkout).stdout.strip() == str(checkout / "my_tool.py")


def test_safe_path_moves_every_spelling_of_the_current_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    path = [str(tmp_path), "/usr/lib/x", "", f"{tmp_path}/link", f"{tmp_path}/."]
    assert shadow.safe_path(path, str(tmp_path)) == ["/usr/lib/x", str(tmp_path)]
    assert shadow.safe_path(["/a", "/b"], str(tmp_path)) == ["/a", "/b"]


def test_imported_as_a_library_the_path_stays() -> None:
    before = list(sys.path)
    assert not shadow.guard()
    assert sys.path == before


def test_a_foreign_package_is_reported_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tools").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert shadow.foreign_package_problem() is None  # a bare folder takes nobody's name
    (tmp_path / "tools" / "__init__.py").write_text("")
    problem = shadow.foreign_package_problem()
    assert problem is not None
    assert "tools" in problem
    assert str(tmp_path) in problem
    assert "\n" not in problem
