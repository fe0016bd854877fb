"""`python -m teams new`: a plain skill, and one drafted from a sentence by a strong writer, as recorded."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.errors import CallError, UsageError
from agents.models.model import Abilities, Model
from agents.models.scripted import Request, ScriptedClient
from teams.engine.new.command import new
from teams.engine.options import RunOptions
from tests.teams.stages.writer import Apprentice
from tests.teams.whole_runs import ARTICLES, rows

ROOT = Path(__file__).parents[3]
RECORDED = json.loads(Path(__file__).with_name("tenant_rights.json").read_text(encoding="utf-8"))
SENTENCE = "Teach to answer people from the terms and rules they signed, and to say when those are silent"
pytestmark = pytest.mark.usefixtures("no_sandbox")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A checkout with nothing in it yet."""
    for folder in ("teams", "tests/teams"):
        (tmp_path / "home" / folder).mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def forget_modules() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("teams.") and name.count(".") == 1:
            del sys.modules[name]


class Writers:
    """The drafters as they were recorded, and an apprentice for the trial. `spoiled` changes replies by role."""

    def __init__(self, **spoiled: Any) -> None:
        self.replies: dict[str, list[Any]] = {}
        for one in RECORDED:
            self.replies.setdefault(one["role"], []).append(one["reply"])
        self.replies |= spoiled
        self.client = ScriptedClient({"*": self.speak})
        self.trial = {**Apprentice().answers, "critic": self.content}

    def speak(self, request: Request) -> str:
        if request.chat.startswith("new/"):
            left = self.replies[request.role]
            reply = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(reply, Exception):
                raise reply
            return json.dumps(reply)
        return str(self.trial[request.role](request))

    @staticmethod
    def content(request: Request) -> str:
        points = request.extra["response_format"]["json_schema"]["schema"]["properties"]
        return json.dumps({name: {"quote": "", "because": "so it seems", "met": True} for name in points})

    def model_for(self, role: str) -> Model:
        return Model("scripted", self.client, Abilities(tools="native", schemas="native"))

    def asked(self) -> list[str]:
        return [request.role for request in self.client.asked if request.chat.startswith("new/")]


def drafted(home: Path, writers: Writers, name: str = "tenant_rights", sentence: str = SENTENCE) -> tuple[int, str]:
    said: list[str] = []
    options = RunOptions(seeds=(ARTICLES,), run=home / "run")
    code = new(name, sentence, options, said.append, home=home, model_for=writers.model_for)
    return code, "\n".join(said)


def checkout(home: Path) -> None:
    """Put what the project has beside what was written, so that it can run on its own."""
    for package in ("agents", "tools", "sandbox", "pyproject.toml"):
        (home / package).symlink_to(ROOT / package)
    shutil.copytree(ROOT / "teams", home / "teams", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    idle = shutil.ignore_patterns("__pycache__", "test_*", "recordings", "runs")
    shutil.copytree(ROOT / "tests", home / "tests", dirs_exist_ok=True, ignore=idle)


def passes(home: Path, name: str) -> None:
    checkout(home)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/teams/test_{name}.py"]
    said = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout[-3000:] + said.stderr[-1000:]
    assert " passed" in said.stdout


def test_a_plain_skill_passes_its_tests_and_is_listed(home: Path) -> None:
    said: list[str] = []
    assert new("explain_it", None, RunOptions(seeds=()), said.append, home=home) == 0
    assert sorted(p.relative_to(home).as_posix() for p in home.rglob("*.*")) == [
        "teams/explain_it.md", "teams/explain_it.py", "tests/teams/test_explain_it.py",
    ]  # fmt: skip
    passes(home, "explain_it")
    listed = subprocess.run([sys.executable, "-m", "teams"], cwd=home, capture_output=True, text=True, check=True)
    assert "explain_it" in listed.stdout
    shown = subprocess.run(
        [sys.executable, "-m", "teams", "show", "explain_it"], cwd=home, capture_output=True, text=True, check=True
    )
    assert "in_plain_words" in shown.stdout
    assert "nothing_forbidden" in shown.stdout


def test_a_sentence_becomes_a_skill_that_is_tried_and_passes_its_tests(home: Path) -> None:
    writers = Writers()
    code, said = drafted(home, writers)
    assert code == 0
    assert "Understood: " in said
    script = (home / "teams/tenant_rights.md").read_text()
    for reply in (one["reply"] for one in RECORDED if one["role"] == "brief_writer"):
        for one in reply["briefs"]:
            assert one["brief"].split(".")[0] in " ".join(script.split())
    # One of the tables named a way that there is not: it was sent back before the second reader saw it.
    assert writers.asked()[:4] == ["adviser", "designer", "designer", "second_reader"]
    kept = rows(home / "run/trial/run/pairs.jsonl")
    assert {row["skill"] for row in kept} == {"tenant_rights"}
    assert len({row["seed"]["path"] for row in kept}) == 2
    assert f"{len(kept)} of " in said
    passes(home, "tenant_rights")


def test_drafting_again_goes_on_and_keeps_what_was_edited(home: Path) -> None:
    drafted(home, Writers())
    script = home / "teams/tenant_rights.md"
    script.write_text(script.read_text().replace("Legal Latin", "legal Latin") + "\n<!-- mine -->\n")
    writers = Writers()
    code, said = drafted(home, writers)
    assert code == 0
    assert writers.asked() == []  # all that was drafted is in the journal
    assert "Kept teams/tenant_rights.md" in said
    assert script.read_text().endswith("<!-- mine -->\n")


def test_another_sentence_in_the_same_folder_is_refused(home: Path) -> None:
    drafted(home, Writers())
    with pytest.raises(UsageError, match="was started with sentence"):
        drafted(home, Writers(), sentence="Teach to write terms and rules that nobody can misread")


def test_a_call_that_fails_loses_nothing(home: Path) -> None:
    broken = Writers(role_writer=[CallError("the server went away")])
    with pytest.raises(CallError):
        drafted(home, broken)
    assert not list((home / "teams").iterdir())
    again = Writers()
    assert drafted(home, again)[0] == 0
    assert again.asked() == ["role_writer", "check_writer"]


ADVICE = RECORDED[0]["reply"]


def advised(verdict: str, **more: Any) -> Writers:
    return Writers(adviser=[{**ADVICE, "verdict": verdict, **more}])


def test_an_unclear_sentence_is_asked_about_and_nothing_is_written(home: Path) -> None:
    writers = advised(
        "unclear",
        why="It may be about reading terms or about writing them.",
        questions=["Who is to learn it: those who sign or those who write?"],
        instead=["Teach to answer tenants from their lease", "Teach to write a lease nobody misreads"],
    )
    code, said = drafted(home, writers, sentence="Teach something about contracts")
    assert code == 2
    assert "? Who is to learn it" in said
    assert '--from "Teach to write a lease nobody misreads"' in said
    assert "Nothing was written" in said
    assert not list((home / "teams").iterdir())
    assert writers.asked() == ["adviser"]
    assert drafted(home, Writers())[0] == 0  # the same command with a sentence that says it


def test_advice_that_helps_nobody_is_sent_back(home: Path) -> None:
    """Whoever calls a sentence unclear has to ask, and to say what could stand in its place."""
    idle = {**ADVICE, "verdict": "unclear", "questions": [], "instead": []}
    writers = Writers(adviser=[idle, ADVICE])
    assert drafted(home, writers)[0] == 0
    assert writers.asked()[:2] == ["adviser", "adviser"]


def test_what_is_there_already_is_named(home: Path) -> None:
    (home / "teams/reading_comprehension.py").write_text('"""Reading comprehension: answer from a text."""\n')
    writers = advised("there_already", skill="reading_comprehension", why="It asks of texts what they say.")
    code, said = drafted(home, writers, sentence="Teach to answer questions about texts")
    assert code == 2
    assert "python -m teams show reading_comprehension" in said


def test_what_is_unsuitable_is_said_with_the_reason(home: Path) -> None:
    writers = advised("unsuitable", why="Riding a bicycle does not show in a written answer.",
                      instead=["Teach to explain to a learner what went wrong from their account"])  # fmt: skip
    code, said = drafted(home, writers, sentence="Teach to ride a bicycle downhill")
    assert code == 2
    assert "does not show in a written answer" in said
    assert "Teach to explain to a learner" in said


def test_a_plan_that_stays_broken_is_given_up_with_its_faults(home: Path) -> None:
    table = RECORDED[1]["reply"]
    with pytest.raises(UsageError, match=r"notices, which is none of the ways.*stronger model"):
        drafted(home, Writers(designer=[table]))
    assert not list((home / "teams").iterdir())


def test_a_small_model_is_not_asked_to_draft(home: Path) -> None:
    writers = Writers()
    small = Model("tiny", writers.client, Abilities(tools="native", schemas="native", small=True))
    options = RunOptions(seeds=(ARTICLES,), run=home / "run")
    with pytest.raises(UsageError, match="too small a model"):
        new("mine", SENTENCE, options, lambda line: None, home=home, model_for=lambda role: small)
    assert writers.asked() == []


def bare(home: Path) -> Path:
    """Something with skills and no tests, as an installed copy is."""
    (home / "installed" / "teams").mkdir(parents=True)
    return home / "installed"


WRONG: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a name": (lambda home: new("Mine", None, RunOptions(seeds=()), print, home=home), "small letters"),
    "nothing said": (lambda home: new("mine", "teach", RunOptions(seeds=(ARTICLES,)), print, home=home), "too little"),
    "no seeds": (lambda home: new("mine", SENTENCE, RunOptions(seeds=()), print, home=home), "needs --seeds"),
    "no sentence": (lambda home: new("mine", None, RunOptions(seeds=(ARTICLES,)), print, home=home), "add --from"),
    "no checkout": (lambda home: new("mine", None, RunOptions(seeds=()), print, home=bare(home)), "installed copy"),
    "all skills' name": (lambda home: new("all", None, RunOptions(seeds=()), print, home=home), "another meaning"),
    "too much said": (
        lambda home: new("mine", "teach this: " * 999, RunOptions(seeds=(ARTICLES,)), print, home=home),
        "characters; 2000 at most",
    ),
    "no such language": (
        lambda home: new("mine", SENTENCE, RunOptions(seeds=(ARTICLES,), language="Quenya?"), print, home=home),
        "Quenya",
    ),
    "no such role": (
        lambda home: new(
            "mine", SENTENCE, RunOptions(seeds=(ARTICLES,), model="judge=http://h/v1:m"), print, home=home
        ),
        "there is no role 'judge'",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_before_anything_is_spent(home: Path, case: str) -> None:
    ask, words = WRONG[case]
    with pytest.raises(UsageError, match=words):
        ask(home)
    assert not list((home / "teams").iterdir())


@pytest.mark.parametrize(
    "sentence",
    ["教会模型根据租约回答租客的问题", "สอนให้ตอบผู้เช่าจากสัญญาเช่าของพวกเขา", "Mieterfragen aus Mietverträgen beantworten"],
)
def test_a_sentence_in_another_language_is_put_to_the_drafters(home: Path, sentence: str) -> None:
    writers = Writers()
    assert drafted(home, writers, sentence=sentence)[0] == 0
    assert any(sentence in str(request.messages) for request in writers.client.asked)


def test_a_name_whose_tests_are_something_elses_is_refused(home: Path) -> None:
    """`about` is no skill, and its tests are those of `teams/engine/about.py`."""
    (home / "tests/teams/test_about.py").write_text("def test_it() -> None: ...\n")
    with pytest.raises(UsageError, match=r"test_about\.py tests something else"):
        new("about", None, RunOptions(seeds=()), print, home=home)
    assert not list((home / "teams").iterdir())


def test_a_skill_that_is_a_folder_is_never_written_beside(home: Path) -> None:
    """A folder with drafts in which nothing was settled lets no name pass that is taken."""
    writers = advised("unsuitable", why="It does not show in an answer.", instead=["Teach to say what a lease says"])
    assert drafted(home, writers, name="coding")[0] == 2
    (home / "teams/coding").mkdir()
    (home / "teams/coding/__init__.py").write_text('"""Coding."""\n')
    with pytest.raises(UsageError, match="there is a skill coding already"):
        drafted(home, Writers(), name="coding")


def test_a_full_disk_leaves_no_half_of_a_skill(home: Path) -> None:
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, was[1]))  # its script fits, its code does not
    try:
        with pytest.raises(UsageError, match="can't be written into"):
            new("explain_it", None, RunOptions(seeds=()), print, home=home)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)
    assert [path for path in home.rglob("*") if path.is_file()] == []
    assert new("explain_it", None, RunOptions(seeds=()), print, home=home) == 0


def test_what_was_edited_until_it_broke_is_named(home: Path) -> None:
    drafted(home, Writers())
    (home / "teams/tenant_rights.py").write_text("skill = (\n")
    with pytest.raises(UsageError, match=r"teams/tenant_rights\.py can't be imported \(SyntaxError"):
        drafted(home, Writers())


def test_a_criterion_with_the_name_of_a_kind_is_sent_back(home: Path) -> None:
    """Both would be one heading of the script, and the kind would lose its brief."""
    checks = next(one["reply"] for one in RECORDED if one["role"] == "check_writer")
    kind = RECORDED[1]["reply"]["kinds"][0]["name"]
    taken = {**checks, "criteria": [{**checks["criteria"][0], "name": kind}, *checks["criteria"][1:]]}
    writers = Writers(check_writer=[taken, checks])
    assert drafted(home, writers)[0] == 0
    assert writers.asked().count("check_writer") == 2


def test_what_a_terminal_would_obey_is_not_shown(home: Path) -> None:
    writers = advised(
        "unsuitable", why="No.\x1b[2J\x1b]0;owned\x07 It does not show.", questions=["Why would you\r\x1b[1A?"]
    )
    _, said = drafted(home, writers)
    assert "It does not show." in said
    assert all(line.isprintable() for line in said.split("\n"))


def test_a_folder_without_seeds_is_refused(home: Path) -> None:
    (home / "empty").mkdir()
    options = RunOptions(seeds=(home / "empty",), run=home / "run")
    with pytest.raises(UsageError, match="empty"):
        new("mine", SENTENCE, options, print, home=home, model_for=Writers().model_for)
