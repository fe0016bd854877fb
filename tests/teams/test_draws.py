"""Which kinds are drawn where pairs have quotas, and what is gone through again: over a skill small enough to see."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Template

from agents.models.model import Abilities, Model
from agents.models.scripted import ScriptedClient
from agents.role import Role
from teams.engine import RunOptions
from teams.engine.engine import Engine
from teams.engine.flow import Flow, Kind, Scene, Seat, Skill, Staging
from teams.engine.mix_draw import ROUNDS
from teams.engine.records import Instruction, Pair, Passage, Record, Seed
from teams.engine.running import Outcome, run
from teams.engine.talk import Talk
from teams.engine.verdict import Finding
from tests.teams.command import lines

WRITER, ANSWERER = Role("writer", Template("write")), Role("answerer", Template("answer"))
pytestmark = pytest.mark.usefixtures("no_sandbox")
KINDS = tuple(Kind(f"k{number}", "") for number in range(8))


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    for number in range(14):
        text = f"def f{number}(a: int) -> int:\n    '''{number}'''\n    return a\n\n\n"
        (folder / f"s{number:02}.py").write_text(f"{text}def g{number}(b: str):\n    return b\n")
    return folder


async def rewrite(scene: Scene) -> Staging:
    return Staging(f"transform {scene.record.text}", [Seat(WRITER)])


async def rewritten(scene: Scene, talk: Talk) -> Sequence[Record]:
    assert isinstance(scene.record, Seed)
    return [scene.record.rewritten("plain", scene.record.text, round=scene.round)]


async def ask(scene: Scene) -> Sequence[Record]:
    assert isinstance(scene.record, Passage)
    return [scene.record.ask(scene.kind.name, f"ask {scene.record.text}")]


async def nothing(scene: Scene, talk: Talk) -> Sequence[Record]:
    return []


async def answer(scene: Scene) -> Staging:
    return Staging(f"answer {scene.record.id}", [Seat(ANSWERER)], lambda talk: "answerer" if len(talk) < 6 else None)


async def answered(scene: Scene, talk: Talk) -> Sequence[Record]:
    assert isinstance(scene.record, Instruction)
    words = [hashlib.sha256(f"{scene.record.id}{n}{scene.record.text}".encode()).hexdigest() for n in range(30)]
    said = [("user", " ".join(words)), ("assistant", f"about {scene.record.text}")]
    return [scene.record.answered([{"role": role, "content": text} for role, text in said])]


def luck(pair: Pair) -> list[Finding]:
    return [Finding("luck", hashlib.sha256(pair.id.encode()).digest()[0] % 5 == 0, "")]


def fine(pair: Pair) -> list[Finding]:
    return [Finding("fine", True, "")]


def small_skill(sample: int, kinds: tuple[Kind, ...], checks: tuple[Any, ...] = (fine,)) -> Skill:
    flows = (
        Flow("transform", rewrite, rewritten),
        Flow("instruct", ask, nothing, kinds, sample=sample, small_kinds=("k0", "k1"), counts=True),
        Flow("respond", answer, answered),
    )
    return Skill("mini", flows, checks, "v1", roles=("writer", "answerer"))


async def go(
    skill: Skill, options: RunOptions, answerer: Any = lambda request: "ok", small: bool = False, ready: Any = None
) -> tuple[Outcome, ScriptedClient]:
    client = ScriptedClient({"writer": lambda request: "hello", "answerer": answerer})
    model = Model("scripted", client, Abilities(small=small))
    outcome = await run(skill, options, model_for=lambda role: model, on_ready=ready or (lambda engine: None))
    return outcome, client


def table(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(folder / "run.db")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("pairs", [4, 12])
async def test_no_seed_is_paid_for_and_then_asked_nothing(small: bool, pairs: int, code: Path, tmp_path: Path) -> None:
    """Quotas count only kinds that can be drawn, and where none is open they give way."""
    options = RunOptions(seeds=(code,), run=tmp_path / "run", pairs=pairs, at_once=1)
    outcome, _ = await go(small_skill(3, KINDS, (luck,)), options, small=small)
    assert outcome.accepted == pairs or not small
    in_vain = (
        f"SELECT id FROM records AS p JOIN settled AS s ON (p.seed, p.round) = (s.seed, s.round) WHERE type='passage' "
        f"AND p.round < {ROUNDS} AND id NOT IN (SELECT parent FROM records WHERE type='instruction')"
    )
    assert table(tmp_path / "run", in_vain) == []
    if small:
        assert set(outcome.engine.tally.by_kind) == {"k0", "k1"}


async def test_quotas_still_share_the_pairs_out(code: Path, tmp_path: Path) -> None:
    options = RunOptions(seeds=(code,), run=tmp_path / "run", pairs=8, at_once=1)
    outcome, _ = await go(small_skill(2, KINDS[:4]), options)
    assert outcome.engine.tally.by_kind == Counter({kind.name: 2 for kind in KINDS[:4]})


async def test_a_conversation_begun_under_quotas_is_ended_when_the_run_goes_on(code: Path, tmp_path: Path) -> None:
    """By then its kind may have all the pairs it needs: what was paid is not left lying."""
    engines: list[Engine] = []
    begun: list[str] = []

    def stops(request: Any) -> str:
        [engine] = engines
        if request.turn == 2 and engine.tally.by_kind[request.chat.split("/")[-2].split("-")[0]]:
            begun.append(request.chat)
            engine.meter.stop("interrupted")
        return f"step {request.turn} of {request.chat}"

    skill = small_skill(1, KINDS)
    options = RunOptions(seeds=(code,), run=tmp_path / "run", pairs=16, at_once=1)
    await go(skill, options, stops, ready=engines.append)
    [chat] = begun
    paid = table(tmp_path / "run", f"SELECT hash, nth FROM calls WHERE chat='{chat}'")
    assert len(paid) == 3
    # With so many wanted, one of a kind is enough.
    less = replace(options, pairs=8)
    outcome, client = await go(skill, less, lambda request: f"step {request.turn} of {request.chat}")
    assert outcome.accepted == 8
    assert table(tmp_path / "run", f"SELECT state FROM chats WHERE id='{chat}'") == [("done",)]
    assert [request.chat for request in client.asked].count(chat) == 2, "of five calls three were paid for"


async def test_an_edited_seed_is_gone_through_again_and_what_it_was_goes(code: Path, tmp_path: Path) -> None:
    """Though its id, made of its place, is the same."""
    options = RunOptions(seeds=(code,), run=tmp_path / "run")
    await go(small_skill(1, KINDS), options)
    before = {row["id"]: row for row in lines(tmp_path / "run/pairs.jsonl")}
    edited = code / "s03.py"
    edited.write_text(edited.read_text().replace("'''3'''", "'''4711'''"))
    outcome, client = await go(small_skill(1, KINDS), options)
    after = {row["id"]: row for row in lines(tmp_path / "run/pairs.jsonl")}
    changed = {row["seed"]["path"] for row in after.values() if before.get(row["id"]) != row}
    assert len(changed) == 1
    assert changed.pop().endswith("s03.py")
    assert {request.chat.split("/")[1].split(":")[0] for request in client.asked} == {"s03.py"}
    hashes = [{row["seed"]["hash"] for row in rows if "s03" in row["id"]} for rows in (before.values(), after.values())]
    assert not hashes[0] & hashes[1]
    assert len(after) == len(before) == outcome.accepted
    plans = table(tmp_path / "run", "SELECT count(DISTINCT plan) FROM records")
    assert plans == [(len({row["seed"]["hash"] for row in after.values()}),)], "nothing of the old text is left"
