"""`python -m teams doctor`: what a run needs, what is there, and what to do about the rest; one line each.

It looks and does not touch: nothing is installed, fetched or built, and no model is asked anything, unless `--try`.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

OLDEST = (3, 11)
LEAST, ROOM = 100, 2000
"""MB free on a disk: below the first no run starts well, below the second there may soon be too little."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: Literal["ok", "note", "bad"]
    """`note`: a run can do without. `bad`: no run can start, or not as asked."""
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.level:4}  {self.what}" + (f" -> {self.remedy}" if self.remedy else "")


@dataclass(frozen=True)
class Asked:
    """What a run would be given."""

    model: tuple[str, ...] = ()
    run: Path = Path("runs")
    try_out: bool = False


Look = Callable[[Asked], Iterator[Finding]]


def examine(asked: Asked, looks: Sequence[Look] | None = None) -> Iterator[Finding]:
    """Look at everything, one after the other. Never raises: what can't be looked at is a finding too."""
    for look in looks if looks is not None else default_looks():
        try:
            yield from look(asked)
        except Exception as error:
            name = getattr(look, "__name__", "this").replace("_", " ")
            yield Finding("bad", f"{name}: could not be looked at: {type(error).__name__}: {_line(error)}")


def default_looks() -> tuple[Look, ...]:
    from teams.engine.doctor_models import models

    return (python, packages, names, sandbox, browser, models, retrieval, documents, disk, run_folder)


def doctor(asked: Asked, say: Callable[[str], None]) -> int:
    """Say what was found, a line each; return 0 if a run can start, else 1."""
    problems = 0
    for finding in examine(asked):
        # Findings quote endpoints, whose words must not steer a terminal.
        say("".join(c if c.isprintable() else " " for c in str(finding)))
        problems += finding.level == "bad"
    say("A run can start." if not problems else f"A run can't start: {problems} line(s) above begin with 'bad'.")
    return 1 if problems else 0


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


# -- this installation


def python(asked: Asked) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if tuple(sys.version_info) < OLDEST:
        yield Finding("bad", f"Python {version} is too old", "install Python 3.11 or later and make the venv with it")
    else:
        yield Finding("ok", f"Python {version}")


def packages(asked: Asked) -> Iterator[Finding]:
    """Are the packages there that we ask for, in versions that fit?"""
    from importlib.metadata import PackageNotFoundError, version

    from packaging.requirements import Requirement

    wrong, pinned = [], []
    for text in requirements():
        needed = Requirement(text)
        if needed.marker and not needed.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(needed.name)
        except PackageNotFoundError:
            wrong.append(f"{needed.name} is not installed")
            continue
        if not needed.specifier.contains(found, prereleases=True):
            wrong.append(f"{needed.name} is {found}, needed is {needed.specifier}")
        elif str(needed.specifier).startswith("=="):
            pinned.append(f"{needed.name} {found}")
    remedy = "pip install -e . -c constraints.txt"
    yield from (Finding("bad", one, remedy) for one in wrong)
    if not wrong:
        yield Finding("ok", f"packages fit ({', '.join(pinned)})")


def requirements() -> list[str]:
    """What we depend on: as the checkout says, else as it was installed."""
    from importlib.metadata import requires

    project = Path(__file__).parents[2] / "pyproject.toml"
    if project.is_file():
        import tomllib

        return list(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"])
    return [text for text in requires("agentinstruct") or () if "extra ==" not in text]


def names(asked: Asked) -> Iterator[Finding]:
    """Has somebody else's package one of our names?"""
    from teams.engine.shadow import foreign_package_problem

    if problem := foreign_package_problem():
        yield Finding("note", problem)
    else:
        yield Finding("ok", "no foreign package has the name of one of ours")


# -- what runs beside us


def sandbox(asked: Asked) -> Iterator[Finding]:
    """Is there a Docker Engine, and our image in it?"""
    from sandbox import SandboxError
    from sandbox.engine import connect
    from sandbox.image import TAG, missing
    from sandbox.languages import HELD

    without = "until then calls are simulated, and the pairs say so"
    try:
        client = connect(timeout=5)
    except SandboxError as error:
        yield Finding("note", f"no sandbox: {error}", without)
        return
    try:
        yield Finding("ok", f"Docker Engine {client.version().get('Version', '')} answers")
        problem = missing(client)
    finally:
        client.close()
    if problem:
        yield Finding("note", f"no sandbox: {problem}", without)
    else:
        yield Finding("ok", f"sandbox image {TAG} runs {', '.join(language.name for language in HELD)}")


def browser(asked: Asked) -> Iterator[Finding]:
    """Is there a browser for the skill that works in one?"""
    from tools.web.browser import executable, why_not

    if problem := why_not():
        yield Finding("note", f"no browser: {problem}", "until then web_agent stops before any call")
    else:
        yield Finding("ok", f"browser: {executable() or 'of Playwright'}")


def retrieval(asked: Asked) -> Iterator[Finding]:
    """Will retrieval be by meaning?"""
    import importlib.util

    from tools.embeddings import WEIGHTS, cache_folder

    lacking = [name for name in ("chromadb", "sentence_transformers") if importlib.util.find_spec(name) is None]
    folder = cache_folder() / "embeddings" / "all-MiniLM-L6-v2"
    if lacking:
        what = f"retrieval is by words, not by meaning: {' and '.join(lacking)} not installed"
        yield Finding("note", what, "pip install 'agentinstruct[embed]'")
    elif (folder / WEIGHTS).is_file():
        yield Finding("ok", f"embedding model in {folder}")
    else:
        yield Finding("note", f"the embedding model is not in {folder}", "the first search fetches it (about 90 MB)")


def documents(asked: Asked) -> Iterator[Finding]:
    """Can documents be read, and can it be told what is in a text?"""
    import importlib.util

    needed = {
        "trafilatura": "HTML and EPUB",
        "pypdf": "PDF",
        "docx": "DOCX",
        "pyarrow": "Parquet",
        "datasets": "data sets of a hub",
        "phonenumbers": "telephone numbers",
        "stdnum": "account and identity numbers",
    }
    lacking = [what for module, what in needed.items() if importlib.util.find_spec(module) is None]
    if lacking:
        what = f"not read or not told in seeds of text: {', '.join(lacking)}"
        yield Finding("note", what, "pip install 'agentinstruct[documents]'")
    else:
        yield Finding("ok", "documents are read (HTML, PDF, DOCX, EPUB, JSONL, Parquet, data sets of a hub)")


def disk(asked: Asked) -> Iterator[Finding]:
    """Is there room where we write?"""
    from tools.embeddings import cache_folder

    for what, folder in (("the cache", cache_folder()), ("the run", asked.run)):
        free = shutil.disk_usage(existing(folder)).free // 1_000_000
        text = f"{free:,} MB free for {what} ({folder})"
        if free < LEAST:
            yield Finding("bad", text, "make room, or choose another disk: --run, AGENTINSTRUCT_CACHE")
        else:
            remedy = "a long run may need more" if free < ROOM else ""
            yield Finding("note" if free < ROOM else "ok", text, remedy)


def run_folder(asked: Asked) -> Iterator[Finding]:
    """Can the run folder be written to, and is nobody at it?"""
    from teams.engine.asked import folder_problem

    if asked.run != Asked.run and (problem := folder_problem(asked.run)):
        yield Finding("bad", problem)
        return
    place = existing(asked.run)
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"x" * 4096)
    except OSError as error:
        yield Finding("bad", f"{place} can't be written to: {error.strerror}", "choose another folder with --run")
        return
    if _in_use(asked.run):
        yield Finding("bad", f"{asked.run} is in use by another process", "wait for it, or choose another --run")
        return
    yield Finding("ok", f"{asked.run} can be written to")


def _in_use(folder: Path) -> bool:
    import fcntl

    try:
        with (folder / "run.lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def existing(folder: Path) -> Path:
    """Return the nearest folder above (or at) `folder` that is there."""
    place = Path(os.path.abspath(folder))
    while not place.is_dir() and place != place.parent:
        place = place.parent
    return place
