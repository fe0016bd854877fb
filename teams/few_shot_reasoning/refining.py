"""Harder tasks by program: where a rule is known, fewer shots, a longer query or a second rule need no writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from random import Random
from typing import Any

from agents.role import Role
from teams.engine.aside import drawn_aside
from teams.engine.flow import Drop, Flow, Scene, Staging
from teams.engine.records import Instruction, Record
from teams.engine.stages.instruct import Setting
from teams.engine.stages.refine import refinement_flow
from teams.engine.tongue import is_english
from teams.few_shot_reasoning.episode import BARE, REASONS, WRONG, domain_of, posed
from teams.few_shot_reasoning.forms.computed import SPOILED, SPOILED_FORM, finished
from teams.few_shot_reasoning.kinds import BY_NAME, GOALS
from teams.few_shot_reasoning.rules.choosing import Ambiguous
from teams.few_shot_reasoning.rules.domain import Domain, Unfit

Facts = Mapping[str, Any]


def refined(facts: Facts, goal: str, random: Random) -> dict[str, Any]:
    """Return the facts of a harder task with the matter of this one. Raises `Ambiguous` or `Unfit`."""
    return finished(_BY_GOAL[goal](facts, domain_of(facts), random), facts.get("draft"))


def _refined(random: Random, facts: Facts, goal: str) -> dict[str, Any]:
    return refined(facts, goal, random)


def _again(facts: Facts, domain: Domain, random: Random, **changed: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "count": len(facts["shots"]),
        "names": tuple(facts["names"]),
        "opening": facts["opening"],
        "reply": facts["reply"],
        "language": facts["tag"],
        "reasons": facts["reasons"],
        **changed,
    }
    spec = given.pop("spec", facts["rule"])
    return posed(domain, spec, facts["matter"], random, **given)


def _fewer(facts: Facts, domain: Domain, random: Random) -> dict[str, Any]:
    before = len(facts["shots"])
    for _ in range(12):
        try:
            made = _again(facts, domain, random, count=2)
        except Ambiguous:
            continue
        if len(made["shots"]) < before:
            return made
    raise Unfit("no fewer examples leave one answer")


def _longer(facts: Facts, domain: Domain, random: Random) -> dict[str, Any]:
    queries = domain.long_inputs(facts["rule"], random, facts["matter"])
    if not queries:
        raise Unfit("nothing longer can be asked in this family")
    made = _again(facts, domain, random, queries=queries)
    longest = max(len(shot["x"]) for shot in made["shown"])
    if len(domain.shown(made["query"])) <= longest:
        raise Unfit("the query is no longer than an example")
    return made


def _odd(facts: Facts, domain: Domain, random: Random) -> dict[str, Any]:
    queries = domain.odd_inputs(facts["rule"], random, facts["matter"])
    if not queries:
        raise Unfit("nothing of another sort can be asked in this family")
    return _again(facts, domain, random, queries=queries)


def _second(facts: Facts, domain: Domain, random: Random) -> dict[str, Any]:
    spec = domain.deeper(facts["rule"], random, facts["matter"])
    if spec is None:
        raise Unfit("no second rule goes with this one")
    return _again(facts, domain, random, spec=spec, count=len(facts["shots"]) + 2)


def _cue(facts: Facts, domain: Domain, random: Random) -> dict[str, Any]:
    def sort_of(x: Any) -> Any:
        spec = facts["rule"]
        return domain.holds(spec["when"], x) if "when" in spec else domain.run(spec, x)  # type: ignore[attr-defined]

    def misleads(shots: Sequence[Any], query: Any) -> bool:
        shown = domain.shown(query)
        nearest = max(shots, key=lambda x: SequenceMatcher(None, domain.shown(x), shown, autojunk=False).ratio())
        return bool(sort_of(nearest) != sort_of(query))

    for _ in range(8):
        try:
            return _again(facts, domain, random, accept=misleads)
        except Ambiguous as problem:
            last = problem
    raise last


def _wrong(facts: Facts, domain: Domain, random: Random) -> dict[str, Any]:
    asked = f"{random.choice(SPOILED)} {SPOILED_FORM.format(facts['names'][1])}"
    # The opening asks for what comes next, or for the rule: it makes room.
    return _again(facts, domain, random, reply=WRONG, opening=asked, reasons=False)


def _bare(facts: Facts, domain: Domain, random: Random) -> dict[str, Any]:
    if not facts["reasons"]:
        raise Unfit("its examples show no reasons")
    reply = BARE if facts["reply"] == REASONS else facts["reply"]
    # How it is worked out has to be found now: that takes an example or two more.
    return _again(facts, domain, random, reasons=None, reply=reply, count=len(facts["shots"]) + 2)


_BY_GOAL: Mapping[str, Callable[[Facts, Domain, Random], dict[str, Any]]] = {
    "fewer_shots": _fewer,
    "longer_query": _longer,
    "out_of_distribution": _odd,
    "second_rule": _second,
    "surface_cue": _cue,
    "wrong_shot": _wrong,
    "without_reasons": _bare,
}


def refine_flow(suggester: Role, editor: Role, setting: Setting) -> Flow:
    """Return the refine flow: by program where a program knows the rule, else by suggester and editor."""
    written = refinement_flow(suggester, editor, GOALS, BY_NAME, setting)

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        instruction, goal = scene.record, scene.kind.name
        assert isinstance(instruction, Instruction)
        if not BY_NAME[instruction.kind].form.is_computed:
            return await written.direct(scene)
        if goal == "wrong_shot" and not is_english(scene.language):
            raise Drop("which example is wrong is asked in English")
        try:
            made = await drawn_aside(_refined, scene.random, instruction.facts, goal)
        except (Ambiguous, Unfit) as problem:
            raise Drop(f"no harder task could be made: {problem}") from None
        facts = {**instruction.facts, **made}
        for left in ("wrong", "false"):
            if left not in made:
                facts.pop(left, None)
        return [instruction.refined(goal, made["ask"], 1, facts=facts)]

    return replace(written, direct=direct)
