"""What a small model is given to ask for: one function and values that the program took from the backend's data.

A strong writer invents the errand and its words. A small one invents values that exist nowhere and states others than
it planned, so it is asked for the words alone, in a form: how the message begins, and the values in their order, each
exactly as it is. What stands between them is the model's; whether it fits, the gate checks as ever.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from teams.engine.flow import Scene
from teams.engine.records import Passage
from teams.engine.schemas import closed
from teams.tool_use.backend import apis_of
from teams.tool_use.words import script

SPEAKER = script.role("speaker", hears=("task", "gate"), forgetful=True, max_tokens=250, temperature=0.9)
OPENINGS = (
    "Hi, could you", "Hello, I need", "Hey, can you", "Please", "Could you please", "Good morning, I'd like", "I want",
    "Can you help me", "I'm trying to", "We need", "Would you", "My colleague asked me to", "Quick question:",
    "I have to", "Hi there, I'd like to", "Before I leave today, could you", "I was asked to",
    "For our records, please", "Sorry to bother you, but I need", "I'm on the phone with somebody who wants",
)  # fmt: skip
"""How messages begin: left to itself, a small model begins them all alike, or writes a call."""
ASIDES = (
    "My train leaves in {} minutes.", "I've been at it for {} hours.", "My daughter turns {} today.",
    "It took me {} minutes to get here.", "My old phone number ended in {}.", "I'm on floor {} this week.",
    "We were {} people for lunch.", "There are {} messages in my inbox.", "It's {} degrees in this office.",
    "I walked {} kilometres on Sunday.", "I have {} other things on my list.", "My battery is at {} percent.",
)  # fmt: skip
"""What has nothing to do with a request; made up by the model, it has. It comes first, because a small assistant takes
up whatever stands last."""
_WORDS = r"[^(){}<>=*_|`~\[\]\\\"\n\r\t]"
"""What a message is made of: no call, no code, no list."""


@dataclass(frozen=True)
class Errand:
    """What is to be asked for."""

    given: Mapping[str, Any]
    """The draft's calls."""
    task: str
    """In words, for whoever writes the request."""
    schema: Mapping[str, Any]
    """The form of the request."""


def errand_for(scene: Scene, passage: Passage) -> Errand | None:
    """Choose a call that was seen to succeed on fresh data; None where there is none, or none is wanted."""
    kind = scene.kind.name
    apis = {api.name: api for api in apis_of(passage)}
    examples = [e for e in passage.facts.get("examples", ()) if e["name"] in apis and e["arguments"]]
    if not examples or not kind.startswith("one_call"):
        return None
    example = scene.random.choice(examples)
    given: dict[str, Any] = {"calls": [{"function": example["name"], "arguments": example["arguments"]}]}
    lines = [f"What the person wants: {apis[example['name']].description}"]
    values = ", ".join(f"{_name(name)} {_shown(value)}" for name, value in example["arguments"].items())
    lines.append(f"The message says: {values}")
    # Both are English: in another language the model begins as it likes.
    opening = "" if scene.language else scene.random.choice(OPENINGS)
    if kind == "one_call_with_noise":
        aside = scene.random.choice(ASIDES).format(scene.random.randint(3, 29))
        opening = f"{aside} {opening}" if opening else ""
        lines.append("" if opening else f"The person also says, in passing: {aside}")
    if opening:
        lines.append(f"The message begins: {opening}")
    return Errand(given, "\n".join(filter(None, lines)), _form(opening))


def _form(opening: str) -> dict[str, Any]:
    """The form of a message: it begins so, is made of plain words, and ends like a sentence."""
    request = {"type": "string", "pattern": f"^{_literal(opening)}{_WORDS}{{15,300}}[.?!]$"}
    return closed({"request": request})


def _literal(text: str) -> str:
    """The pattern that means this text. `re.escape` escapes blanks too, which engines for forms don't know."""
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", text)


def _name(parameter: str) -> str:
    """A parameter's name in plain words: `memberId` and `member_id` are a member id."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", parameter).replace("_", " ").lower()


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value)
