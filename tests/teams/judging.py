"""A pair judged as the engine does it, without a run: the skill's checks, then its judge's chat on a scripted model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from agents.chat_log import ChatLog
from agents.meter import Meter
from agents.models.model import Abilities, Model
from agents.models.scripted import ScriptedClient
from teams.engine.flow import Scene, Skill, Staging
from teams.engine.hold import aside, hold, seat
from teams.engine.records import Pair
from teams.engine.verdict import Verdict, run_checks
from tools.benches import RegisteredBench


def scene_of(pair: Pair, kind: Any, *, small: bool = False, language: str = "") -> Scene:
    """Return a scene over `pair` with nothing to lend but tools that need nothing."""

    async def nothing() -> Any:
        raise AssertionError("nothing is lent here")

    def bench(*names: str) -> Any:
        return RegisteredBench(names)

    return Scene(
        chat_id=f"{pair.id}/check-{kind.name}",
        record=pair,
        kind=kind,
        round=1,
        random=Random(f"{pair.id}/check-{kind.name}"),
        small=small,
        has_sandbox=False,
        language=language,
        lease=nothing,
        bench=bench,
        ask=lambda place, opening: nothing(),
    )


async def verdict_of(skill: Skill, pair: Pair, client: ScriptedClient, *, small: bool = False) -> Verdict:
    """Judge `pair`: programs first, and the judge if all of them let it pass."""
    verdict = run_checks(pair, skill.checks)
    if not verdict.accepted or skill.judge is None:
        return verdict
    model = Model("scripted", client, Abilities(tools="native", schemas="native"))
    scene, meter = scene_of(pair, skill.judge.kinds[0], small=small), Meter()
    staging = await skill.judge.direct(scene)
    if isinstance(staging, Staging):

        async def ask(place: Any, opening: str) -> str:
            return await aside(scene, place, opening, lambda _: model, ChatLog(f"{scene.chat_id}/aside", None), meter)

        scene.ask = ask
        log = ChatLog(scene.chat_id, None)
        talk = await hold(seat(scene, staging, lambda _: model, log, meter), staging.opening, log)
        await skill.judge.harvest(scene, talk)
    return Verdict((*verdict.findings, *scene.notes["findings"]))


def catches(good: Mapping[str, Any], bad: Mapping[str, Any], judged: Callable[[Any], Verdict]) -> Iterator[str]:
    """Yield the lines of a table: what good pairs trip over, and which check catches which fault (`caught_by`)."""
    for name, case in good.items():
        verdict = judged(case)
        yield f"good | {name} | {'passes' if verdict.accepted else '; '.join(verdict.reasons)}"
    for name, case in bad.items():
        reasons = judged(case).reasons
        caught = any(reason.startswith(f"{case.caught_by}:") for reason in reasons)
        yield f"bad  | {name} | {case.caught_by}: {'caught' if caught else 'MISSED'} | {'; '.join(reasons)[:160]}"
