"""What a small model is given to ask for: one function and values that the program took from the backend's data.

A strong writer invents the errand and its words. A small one invents values that exist nowhere and states others than
it planned, so it is asked for the words alone; whether they hold every value, and no other, the gate checks as ever.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from teams.engine.flow import Scene
from teams.engine.records import Passage
from teams.tool_use.backend import apis_of
from teams.tool_use.words import script

SPEAKER = script.role("speaker", hears=("task", "gate"), forgetful=True, max_tokens=250, temperature=0.9)
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"request": {"type": "string", "minLength": 20, "maxLength": 400}},
    "required": ["request"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Errand:
    """What is to be asked for."""

    given: Mapping[str, Any]
    """The draft's calls, and what is left out."""
    task: str
    """In words, for whoever writes the request."""


def errand_for(scene: Scene, passage: Passage) -> Errand | None:
    """Choose a call that was seen to succeed on fresh data; None where there is none, or none is wanted."""
    kind = scene.kind.name
    apis = {api.name: api for api in apis_of(passage)}
    examples = [e for e in passage.facts.get("examples", ()) if e["name"] in apis and e["arguments"]]
    if not examples or not kind.startswith("one_call"):
        return None
    example = scene.random.choice(examples)
    said = dict(example["arguments"])
    given: dict[str, Any] = {"calls": [{"function": example["name"], "arguments": example["arguments"]}]}
    lines = [f"What the person wants from the assistant: {apis[example['name']].description}"]
    if kind == "one_call_fact_missing":
        given["left_out"] = scene.random.choice(sorted(said))
        said.pop(given["left_out"])
        lines.append(f"The person forgets to say this, so the message must not hold it: {_name(given['left_out'])}")
    if kind == "one_call_with_noise":
        lines.append("The person also tells why they ask, with a name or number that has nothing to do with it.")
    values = "; ".join(f"{_name(name)}: {_shown(value)}" for name, value in said.items())
    lines.append(f"What the message must say: {values or 'no particular value'}")
    return Errand(given, "\n".join(lines))


def _name(parameter: str) -> str:
    return parameter.replace("_", " ")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value)
