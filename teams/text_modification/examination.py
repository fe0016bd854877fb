"""The examination of a changed text: does the wording ask for what the program checked, and does the result mean it?

Where the result was computed, a blind reader fills in the writer's form from wording and text alone; where feeling or
entailment was asked for, a blind reader judges the result without knowing what it should be. What no program and no
blind reader can see, whether all was kept and nothing added, a collator reads statement by statement. A small model's
opinion is worth little: it neither reads blind nor collates.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from teams.engine.checks.conversation import words_of
from teams.engine.checks.quotes import locate
from teams.engine.demands import content_of
from teams.engine.flow import Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Pair, Record
from teams.engine.stages.forms import closed, several, text
from teams.engine.stages.invigilate import SOLVER, Invigilator
from teams.engine.stages.material import shown, text_of
from teams.engine.stages.message import demands_of
from teams.engine.talk import Talk, in_turn
from teams.engine.verdict import Finding
from teams.text_modification.kinds import Modification
from teams.text_modification.words import script

READER = replace(SOLVER, max_tokens=3000)
"""The solver with room for a form that lists all that changes."""
COLLATOR = script.role("collator", hears=("task",), max_tokens=2500, temperature=0.0)
_LOST = closed({"quote": text(3, 400, "words of the original, exactly"), "because": text(5, 300, "what is lost")})
_OTHER = closed({"quote": text(3, 400, "words of the result, exactly"), "because": text(5, 300, "what is wrong")})
_POINT = closed({"point": text(3, 200, "in short"), "told": {"type": "boolean"}})
_COLLATED = closed(
    {
        "lost": several(_LOST, 0, 4),
        "changed": several(_OTHER, 0, 4),
        "added": several(_OTHER, 0, 4),
        "points": several(_POINT, 0, 6),
        "because": text(5, 500, "what a demanding editor would say"),
        "serves": {"type": "boolean"},
    }
)


def examination(kinds: Mapping[str, Modification]) -> Flow:
    """Return the judge: blind readers first, then the collator where there is something to collate."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        pair = scene.record
        assert isinstance(pair, Pair)
        kind = kinds[pair.kind]
        scene.notes["findings"] = []
        if scene.small:
            return []
        if not kind.form.is_closed:
            return Staging(_task(pair, kind), [Seat(COLLATOR, schema=_COLLATED)])
        desk = scene.notes["desk"] = Invigilator(_as_read(pair, kind), kind, scene.random)

        seats: list[Seat | Program] = [
            Program("invigilator", desk.speak, "hands out papers"),
            Seat(READER, schema=desk.schema),
        ]
        return Staging(
            "A paper is to be sat.",
            seats,
            in_turn(READER.name, "invigilator", lambda: desk.is_over, program_first=True),
        )

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        pair, desk = scene.record, scene.notes.get("desk")
        assert isinstance(pair, Pair)
        kind = kinds[pair.kind]
        if desk is None:
            scene.notes["findings"] = _collated(pair, talk.value(COLLATOR.name))
            return []
        findings = [_blind(desk, kind)]
        if findings[0].passed and kind.kept:
            reply = json.loads(await scene.ask(Seat(COLLATOR, schema=_COLLATED), _task(pair, kind)))
            findings += _collated(pair, reply)
        scene.notes["findings"] = findings
        return []

    return Flow("check", direct, harvest, (Kind("examination", ""),))


def _as_read(pair: Pair, kind: Modification) -> Pair:
    """The pair as its blind readers meet it: with the result, or with the original beside the request."""
    facts = {**pair.instruction.facts, "original": pair.instruction.passage.text.strip(), "result": result_of(pair)}
    if kind.form.name == "felt":
        facts["shows_text"] = False
    return replace(pair, instruction=replace(pair.instruction, facts=facts))


def result_of(pair: Pair) -> str:
    """Return the changed text without the wrapping of a format that was asked for."""
    return content_of(words_of(pair.messages[-1]), demands_of(pair.instruction.facts))


def _blind(desk: Invigilator, kind: Modification) -> Finding:
    sat = desk.right + desk.wrong
    if kind.change.reads_result:
        name, what = "blind_judgement", "judge the result as the request wanted it"
    elif kind.change.is_exact:
        name, what = "wording_agrees", "of the wording come to the text that the program checked"
    else:
        name, what = "blind_agreement", "find that there is nothing to change"
    held = f"{desk.right} of {sat} blind readings {what}: {'; '.join(desk.said)}"
    return Finding(name, desk.right > desk.wrong and desk.right > 1, held, "model")


def _task(pair: Pair, kind: Modification) -> str:
    facts = pair.instruction.facts
    points = "\n".join(f"- {point}" for point in facts.get("points", ()))
    answer = words_of(pair.messages[-1])
    original = shown(text_of(pair.instruction.passage))
    return (
        f"{original}\n\nThe request:\n{_wording(pair)}\n\nWhat to look at: {kind.kept}\n\n"
        + (f"Points:\n{points}\n\n" if points else "")
        + f"The result:\n{shown(answer)}"
    )


def _wording(pair: Pair) -> str:
    facts = pair.instruction.facts
    return "\n\n".join([facts["ask"], *(demand.statement for demand in demands_of(facts))])


def _collated(pair: Pair, reply: Mapping[str, Any]) -> list[Finding]:
    original, result = pair.instruction.passage.text, words_of(pair.messages[-1])
    # A complaint counts only if it quotes what really stands there.
    lost = [one for one in reply["lost"] if locate(one["quote"], original) is not None]
    wrong = [one for one in (*reply["changed"], *reply["added"]) if locate(one["quote"], result) is not None]
    untold = [point["point"] for point in reply["points"] if not point["told"]]
    return [
        Finding("nothing_lost", not lost, _told(lost) or "every statement was found again", "model"),
        Finding("nothing_added", not wrong, _told(wrong) or "nothing says something else or was added", "model"),
        Finding("points_told", not untold, f"missing: {untold[:3]}" if untold else "all told", "model"),
        Finding("request_served", reply["serves"], reply["because"], "model"),
    ]


def _told(claims: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{one['quote']!r}: {one['because']}" for one in claims[:3])
