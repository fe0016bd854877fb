"""What each role of a plain team is told: its own prompt, then where in this chat it finds what a run would lay out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path as File
from typing import Any

from agents.script import Script
from teams.engine.stages.asking import Transformation
from teams.engine.stages.forms import Form
from teams.engine.studio.path import CARRIED, Path, Speaker
from teams.engine.studio.prompts import prompt_of

script = Script(File(__file__).with_name("script.md"))
HEADING = "### The user's message"
"""Stands over the message in what its writer hands in: everybody hears everything, and this is what they go by."""
DECLINED = "THIS TEXT DOES NOT SUIT"
"""Ends the chat. Nobody says it by chance: in component JSON the condition can't be told whose words count."""
_WRAPPED = re.compile(r"(?<!\n)\n(?![\n#-])")
OPENING = "the text is the message that opened this chat"


def system_message(path: Path, number: int) -> str:
    """Return the system message of the speaker at `number`."""
    speaker, others = path.speakers[number], path.speakers
    missing = [tool for tool in dict.fromkeys(speaker.tools) if tool not in CARRIED]
    together = _said(
        "together",
        name=speaker.role.name,
        order=", ".join(one.role.name for one in others),
        alone=len(others) == 1,
        missing=", ".join(missing),
        has_tools=bool(speaker.tools),
    )
    turn = _said(speaker.part, **_found(path, number), **_wanted(speaker))
    return f"{prompt_of(speaker.role, speaker.kind)}\n\n---\n\n{_flowing(together)}\n\n{_flowing(turn)}\n"


def about(path: Path, skill: str, key: str, left: Sequence[str]) -> str:
    """Return the description of the team: what it is, where its key comes from, what it leaves out."""
    kinds = ", ".join(f"{stage} {kind.name}" for stage, kind in path.kinds.items() if kind.brief) or "none"
    order = ", ".join(one.role.name for one in path.speakers)
    return _flowing(_said("about", skill=skill, order=order, key=key, kinds=kinds, left=left))


def _flowing(words: str) -> str:
    """Make a line of each paragraph and item: whoever shows it breaks lines where its own window ends."""
    return _WRAPPED.sub(" ", words)


def _said(part: str, **facts: Any) -> str:
    return script.role(part).prompt.render(facts).strip()


def _found(path: Path, number: int) -> dict[str, str]:
    """Say who wrote what a speaker has to look at."""

    def last(*parts: str) -> str:
        names = [one.role.name for one in path.speakers[:number] if one.part in parts]
        return names[-1] if names else ""

    writer, player, asker = last("transform"), last("play"), last("instruct", "edit")
    return {
        "heading": HEADING,
        "declined": DECLINED,
        "maker": writer or "the message that opened this chat",
        "material": f"the text is what {writer} wrote" if writer else OPENING,
        "material_is": f"what {writer} wrote" if writer else "the message that opened this chat",
        "asker": asker or "the user",
        "suggester": last("suggest"),
        "message_is": f"what {player} wrote" if player else f"what stands under `{HEADING}` in what {asker} wrote",
        "answerer": last("respond") or "the assistant",
    }


def _wanted(speaker: Speaker) -> dict[str, Any]:
    """Say what a speaker's kind asks for."""
    kind, form = speaker.kind, getattr(speaker.kind, "form", None)
    fields = form.draft(False) if isinstance(form, Form) else _fields_of(speaker)
    return {
        "brief": kind.brief,
        "words": kind.words if isinstance(kind, Transformation) else None,
        "guidance": form.guidance(False) if isinstance(form, Form) else "",
        "acts": speaker.role.must_call,
        "fields": "\n".join(f"- {name}{_meaning(one)}." for name, one in fields.items()),
    }


def _fields_of(speaker: Speaker) -> Mapping[str, Any]:
    output = speaker.role.output
    return output.model_json_schema().get("properties", {}) if output else {}


def _meaning(schema: Mapping[str, Any]) -> str:
    """Say in words what a part of a form is to hold, its own parts in brackets; '' where there is nothing to say."""
    inner = schema.get("items") or schema
    parts = "; ".join(f"{name}{_meaning(one)}" for name, one in inner.get("properties", {}).items())
    one_of = ", ".join(map(str, inner.get("enum", ())))
    said = [
        "one or several" if schema.get("type") == "array" else "",
        schema.get("description") or inner.get("description") or "",
        f"one of {one_of}" if one_of else "",
        f"each with {parts}" if parts else "",
    ]
    told = ", ".join(filter(None, said))
    return f": {told}" if told else ""
