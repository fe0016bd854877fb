"""A person's words in a run: they take the model's place, are said again when the run goes on, and the pair says so."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Template

from agents.errors import UsageError
from agents.meter import Meter, Stopped
from agents.models.model import Model
from agents.models.scripted import ScriptedClient
from agents.onlooker import Onlooker, Turn
from agents.role import Role
from teams.engine import RunOptions
from teams.engine.flow import Flow, Kind, Scene, Seat, Skill, Staging
from teams.engine.records import Instruction, Passage, Record, Seed
from teams.engine.running import INTERRUPT, Outcome, run
from teams.engine.talk import Talk
from teams.engine.verdict import Finding
from tests.teams.toys import seeds

ROLES = {
    name: Role(name, Template(f"You are the {name}."))
    for name in ("chooser", "writer", "asker", "editor", "answerer", "helper", "judge")
}
pytestmark = pytest.mark.usefixtures("no_sandbox")


async def _choose(scene: Scene) -> Staging:
    return Staging("choose", [Seat(ROLES["chooser"])])


async def _chosen(scene: Scene, talk: Talk) -> Sequence[Record]:
    scene.notes["chosen"] = [name for name in scene.notes["kinds"] if name in talk.words("chooser")]
    return []


async def _rewrite(scene: Scene) -> Staging:
    return Staging(f"rewrite {scene.record.id}", [Seat(ROLES["writer"])])


async def _rewritten(scene: Scene, talk: Talk) -> Sequence[Record]:
    assert isinstance(scene.record, Seed)
    return [scene.record.rewritten(scene.kind.name, talk.words("writer"), round=scene.round)]


async def _ask(scene: Scene) -> Staging:
    return Staging(f"ask about {getattr(scene.record, 'text', '')}", [Seat(ROLES["asker"])])


async def _asked(scene: Scene, talk: Talk) -> Sequence[Record]:
    assert isinstance(scene.record, Passage)
    return [scene.record.ask(scene.kind.name, talk.words("asker"))]


async def _refine(scene: Scene) -> Staging:
    return Staging(f"refine {getattr(scene.record, 'text', '')}", [Seat(ROLES["editor"])])


async def _refined(scene: Scene, talk: Talk) -> Sequence[Record]:
    assert isinstance(scene.record, Instruction)
    return [scene.record.refined(scene.kind.name, talk.words("editor"))]


async def _answer(scene: Scene) -> Staging:
    assert isinstance(scene.record, Instruction)
    return Staging(scene.record.text, [Seat(ROLES["answerer"])])


async def _answered(scene: Scene, talk: Talk) -> Sequence[Record]:
    assert isinstance(scene.record, Instruction)
    words = await scene.ask(Seat(ROLES["helper"]), f"say it better: {talk.words('answerer')}")
    unlike = " ".join(hashlib.sha256(f"{scene.record.id}{n}".encode()).hexdigest() for n in range(20))
    return [scene.record.answered([_said("user", f"{scene.record.text} {unlike}"), _said("assistant", words)])]


def _said(role: str, text: str) -> dict[str, str]:
    return {"role": role, "content": text}


async def _judge(scene: Scene) -> Staging:
    return Staging(f"judge {scene.record.id}", [Seat(ROLES["judge"])])


async def _judged(scene: Scene, talk: Talk) -> Sequence[Record]:
    scene.notes["findings"] = [Finding("judged", "bad" not in talk.words("judge"), talk.words("judge"), "model")]
    return []


CHOOSER = Flow("transform", _choose, _chosen, name="transform-chooser")
SKILL = Skill(
    "toy",
    (
        Flow("transform", _rewrite, _rewritten, (Kind("plain", ""),), choose=CHOOSER),
        Flow("instruct", _ask, _asked, (Kind("why", ""), Kind("how", "")), sample=None, counts=True),
        Flow("refine", _refine, _refined, (Kind("harder", ""),), passes_on=True),
        Flow("respond", _answer, _answered),
    ),
    (lambda pair: [Finding("fine", True, "")],),
    "v1",
    tuple(ROLES),
    judge=Flow("judge", _judge, _judged),
)


class Person(Onlooker):
    """Says `words` where `place` is part of the chat and the role speaks; lets all else stand."""

    def __init__(
        self, role: str = "", place: str = "", words: str = "I say so.", *, quits: str = "", steps: bool = True
    ) -> None:
        super().__init__()
        self.steps = steps
        self._role, self._place, self._words, self._quits = role, place, words, quits
        self.turns: list[Turn] = []
        self.meter: Meter | None = None

    async def instead(self, turn: Turn, reply: Mapping[str, Any]) -> dict[str, Any] | None:
        self.turns.append(turn)
        if turn.role == self._quits:
            assert self.meter
            self.meter.stop(INTERRUPT)
            raise Stopped(INTERRUPT)
        return self._reply() if (turn.role, self._place in turn.chat) == (self._role, True) else None

    async def speak(self, turn: Turn) -> dict[str, Any]:
        self.turns.append(turn)
        return self._reply()

    def _reply(self) -> dict[str, Any]:
        return {"finish": "stop", "content": self._words, "prompt_tokens": 0, "completion_tokens": 0}


async def go(
    folder: Path, onlooker: Onlooker | None = None, **changes: Any
) -> tuple[Outcome, dict[str, dict[str, Any]], ScriptedClient]:
    """Run the toy over one seed; return also the accepted rows by id, and the model that was asked."""
    words = {"chooser": "plain", "judge": "good"}
    client = ScriptedClient({name: (lambda r, n=name: words.get(n, f"{n}: {r.last}")) for name in ROLES})
    model = Model("scripted", client)

    def ready(engine: Any) -> None:
        if isinstance(onlooker, Person):
            onlooker.meter = engine.meter

    options = RunOptions(seeds=(seeds(folder / "seeds", 1),), run=folder / "run", **changes)
    outcome = await run(SKILL, options, model_for=lambda role: model, onlooker=onlooker, on_ready=ready)
    return outcome, {row["id"]: row for row in outcome.rows()}, client


def by_person(folder: Path) -> list[tuple[str, str]]:
    db = sqlite3.connect(folder / "run" / "run.db")
    try:
        return db.execute("SELECT chat, role FROM calls WHERE model='person'").fetchall()
    finally:
        db.close()


EVERY = {"why-1", "how-1", "why-1/harder-1", "how-1/harder-1"}
WAYS = [
    ("chooser", "", EVERY, "lean"),
    ("writer", "", EVERY, "lean"),
    ("asker", "instruct-why", {"why-1", "why-1/harder-1"}, "lean"),
    ("editor", "how-1/refine", {"how-1/harder-1"}, "lean"),
    ("answerer", "/why-1/respond", {"why-1"}, "lean"),
    ("answerer", "/why-1/respond", {"why-1"}, "stock"),
    ("helper", "/how-1/respond", {"how-1"}, "lean"),
    ("helper", "/how-1/respond", {"how-1"}, "stock"),
    ("judge", "/why-1/judge", {"why-1"}, "lean"),
]
"""Who is spoken for, in which chats, and for which instructions the pairs have it on their way."""


def told(rows: Mapping[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Whose words the rows say are a person's, by the end of the id."""
    found = {id.split("/plain/")[1]: row["facts"].get("said_by_person") for id, row in rows.items()}
    return {id: roles for id, roles in found.items() if roles}


@pytest.mark.parametrize(("role", "place", "pairs", "runtime"), WAYS)
async def test_pairs_say_whose_words_are_a_persons(
    role: str, place: str, pairs: set[str], runtime: str, tmp_path: Path
) -> None:
    _, rows, _ = await go(tmp_path, Person(role, place, "plain and mine"), step=True, runtime=runtime)
    assert {id.split("/plain/")[1] for id in rows} == EVERY
    assert told(rows) == {id: [role] for id in pairs}
    assert all(row["models"][role] == "scripted" for row in rows.values()), "a model played it, but for once"
    assert [spoke for _, spoke in by_person(tmp_path)] == [role]
    if role not in ("chooser", "judge"):
        with_mine = {id.split("/plain/")[1] for id, row in rows.items() if "plain and mine" in str(row["messages"])}
        assert with_mine == pairs, "their words went on"

    again, same, client = await go(tmp_path, runtime=runtime)
    assert not client.asked, "all of it was said before"
    assert same == rows
    assert again.engine.meter.total.calls == 0


async def test_a_run_without_persons_says_nothing_of_them(tmp_path: Path) -> None:
    _, rows, _ = await go(tmp_path, Onlooker())
    assert len(rows) == len(EVERY)
    assert not told(rows)
    assert not by_person(tmp_path)


async def test_who_quits_is_asked_again_where_they_quit_and_nowhere_before(tmp_path: Path) -> None:
    first = Person("writer", "", "mine", quits="editor")
    outcome, rows, client = await go(tmp_path, first, step=True)
    assert outcome.code == 130
    assert len(rows) < len(EVERY)
    undecided = first.turns[-1]
    assert undecided.role == "editor"
    asked = len(client.asked)
    assert asked == len(first.turns)

    second = Person("editor", "", "the editor is me")
    outcome, rows, client = await go(tmp_path, second, step=True)
    assert outcome.code == 0
    assert second.turns[0].chat == undecided.chat
    assert second.turns[0].heard == undecided.heard
    before = {(turn.chat, turn.role) for turn in first.turns[:-1]}
    assert not before & {(turn.chat, turn.role) for turn in second.turns}, "what was decided is not asked again"
    assert len(client.asked) == len(second.turns) - 1, "nor is the model"
    assert told(rows) == {
        "why-1": ["writer"],
        "how-1": ["writer"],
        "why-1/harder-1": ["editor", "writer"],
        "how-1/harder-1": ["editor", "writer"],
    }


async def test_what_a_person_chose_is_theirs_in_a_run_gone_on_with(tmp_path: Path) -> None:
    """A chooser is not asked again, nor is its chat gone through again."""
    outcome, rows, _ = await go(tmp_path, Person("chooser", "", "plain and mine", quits="writer"), step=True)
    assert outcome.code == 130
    assert not rows
    _, rows, client = await go(tmp_path)
    assert "chooser" not in {request.role for request in client.asked}
    assert told(rows) == {id: ["chooser"] for id in EVERY}


async def test_a_person_plays_a_role_all_along(tmp_path: Path) -> None:
    person = Person(words="my own answer", steps=False)
    _, rows, client = await go(tmp_path, person, human=("answerer",))
    assert told(rows) == {id: ["answerer"] for id in EVERY}
    for row in rows.values():
        assert row["models"] == {**dict.fromkeys(ROLES, "scripted"), "answerer": "person"}
        assert "my own answer" in row["messages"][1]["content"]
    assert len(person.turns) == len(by_person(tmp_path)) == len(EVERY)
    assert all(turn.prompt == "You are the answerer." for turn in person.turns)
    assert {turn.heard[0] for turn in person.turns} <= {("task", row["heard"]) for row in _openings(rows)}
    assert "answerer" not in {request.role for request in client.asked}

    with pytest.raises(UsageError, match="was started with models scripted, answerer=person, not scripted"):
        await go(tmp_path, person)
    person.turns.clear()
    _, same, client = await go(tmp_path, person, human=("answerer",))
    assert same == rows
    assert not person.turns
    assert not client.asked


def _openings(rows: Mapping[str, dict[str, Any]]) -> list[dict[str, str]]:
    """What each answerer was asked: the request without the words that keep pairs apart."""
    return [{"heard": row["messages"][0]["content"].rsplit(" ", 20)[0]} for row in rows.values()]


async def test_a_person_is_held_to_what_a_model_is_held_to(tmp_path: Path) -> None:
    """Each turn says what is wrong with a reply, as the model is told."""
    person = Person()
    await go(tmp_path, person, step=True)
    empty = {"content": " ", "finish": "stop"}
    called = {"calls": [{"name": "lend", "arguments": "{}"}], "finish": "function_calls"}
    for turn in person.turns:
        assert turn.complaint(empty) == "it is empty."
        assert "there is no tool 'lend'" in turn.complaint(called)
        assert turn.complaint({"content": "Fine.", "finish": "stop"}) == ""


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"human": ("nobody",)}, "--human nobody: there is no role 'nobody'; there are: answerer, asker, chooser"),
        (
            {"human": ("judge",), "model": ("judge=http://127.0.0.1:9/v1:x",)},
            "--human judge and --model judge=http://127.0.0.1:9/v1:x: either a person plays it or a model",
        ),
    ],
)
async def test_who_can_not_be_played_is_said(changes: dict[str, Any], line: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        await go(tmp_path, Person(), **changes)
    assert line in str(refused.value)
    assert not (tmp_path / "run").exists()
