"""Seed instruction generation: requests with the calls that serve them.

A requester decides the calls first and then writes the words; the gate reads both, makes the calls on a fresh backend,
and sends back what does not fit. What leaves here has a plan that was carried out once.
"""

from __future__ import annotations

from collections.abc import Sequence

from teams.engine.flow import Drop, Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Instruction, Passage
from teams.engine.talk import Talk, in_turn
from teams.tool_use.backend import apis_of, listed
from teams.tool_use.errands import SPEAKER, errand_for
from teams.tool_use.forms import request_schema
from teams.tool_use.gate import Gate
from teams.tool_use.words import script

REQUESTER = script.role("requester", hears=("task", "gate"), temperature=0.9)
KINDS = tuple(
    Kind(name, script.brief(name), source)
    for name, source in (
        ("one_call", "paper"),
        ("one_call_with_noise", "paper"),
        ("one_call_fact_missing", "paper"),
        ("several_calls", "paper"),
        ("several_calls_with_noise", "ours"),  # completes the paper's grid: it counts eight leaves and names seven
        ("several_calls_fact_missing", "paper"),
        ("no_such_function", "paper"),
        ("not_all_functions", "paper"),
    )
)
SMALL_KINDS = ("one_call", "one_call_with_noise")
"""What a model of a few billion parameters can do; it can't plan several calls, and fills in what nobody said instead
of asking for it (measured on 1.5B)."""
CALLS = {"no_such_function": (0, 0), "not_all_functions": (1, 3)}
"""Fewest and most calls a request of a kind plans, where not as the name says."""


def calls_of(kind: str) -> tuple[int, int]:
    return CALLS.get(kind) or ((1, 1) if kind.startswith("one_call") else (2, 4))


async def room(scene: Scene, passage: Passage, kind: str) -> str:
    """What writers of requests may quote. Tools plugged in are named where a request of several steps may need them.

    It is told them as part of their task and not in their system message: its words come from seeds.
    """
    told = f"The functions of the assistant:\n{listed(apis_of(passage))}"
    if scene.plugged and kind.startswith("several"):
        schemas = await scene.bench(*scene.plugged).schemas()
        also = "\n".join(f"- {schema['name']}: {schema.get('description', '')}" for schema in schemas)
        told += f"\n\nBeside these it has tools that a request may need too; they are not among its calls:\n{also}"
    if data := passage.facts.get("data"):
        told += f"\n\nThe data behind them, for you alone; the assistant sees only what its calls return:\n{data}"
    return told


async def direct(scene: Scene) -> Staging:
    passage = scene.record
    assert isinstance(passage, Passage)
    kind, apis = scene.kind.name, apis_of(passage)
    fewest, most = calls_of(kind)
    if fewest > 1 and len(apis) < 2:
        raise Drop("one function only: no errand of several calls")
    if kind.endswith("_fact_missing") and not any(api.parameters.get("required") for api in apis):
        raise Drop("no function requires anything: nothing can be missing")
    errand = errand_for(scene, passage) if scene.small else None
    writer = SPEAKER if errand else REQUESTER
    gate = scene.notes["gate"] = Gate(scene, passage, kind, writer, fewest, most, errand)

    schema = errand.schema if errand else request_schema(apis, kind, fewest, most)
    task = errand.task if errand else await _task(scene, passage, kind)
    return Staging(
        task,
        [Seat(writer, schema=schema), Program("gate", gate.speak, "reads requests")],
        in_turn(writer.name, "gate", lambda: gate.passed or gate.gives_up),
    )


async def _task(scene: Scene, passage: Passage, kind: str) -> str:
    # What requests of all kinds share comes first: a server computes it once.
    return f"{await room(scene, passage, kind)}\n\nWhat this request is to be: {scene.kind.brief}\n\nWrite one request."


async def harvest(scene: Scene, talk: Talk) -> Sequence[Instruction]:
    passage, gate = scene.record, scene.notes["gate"]
    assert isinstance(passage, Passage)
    if not gate.good:
        raise Drop(f"no request fit: {gate.problem}")
    draft, results = gate.good[-1]
    return [passage.ask(scene.kind.name, draft["request"].strip(), facts=gate.facts(draft, results))]


flow = Flow("instruct", direct, harvest, KINDS, sample=3, small_kinds=SMALL_KINDS, counts=True)
