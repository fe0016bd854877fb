"""Whether a changed prompt is what a role is told, or the template from which that is made.

What a branch tells a role goes to its model as it is. A section of a skill's script, or the whole of it, is none:
what stands in its tags was put in when the chat was held.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from agents.errors import UsageError
from teams.engine.again.kept import Kept

_TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_HEADING = re.compile(r"^## (\w+)\s*$", re.MULTILINE)


def see_rendered(file: Path, text: str, told: str, roles: Collection[str], cure: str) -> None:
    """Refuse a template. `told`: what the role was told in the run, whose own braces may stay.

    Raises `UsageError`, which ends in `cure`.
    """
    strange = next((tag for tag in _TAG.findall(text) if tag not in told), "")
    if strange:
        raise UsageError(f"{file} is a template: {strange[:40]!r} would be sent as it is; {cure}")
    sections = sorted({name for name in _HEADING.findall(text) if name in roles})
    if len(sections) > 1 and not _HEADING.search(told):
        raise UsageError(f"{file} is a whole script (it has the sections {', '.join(sections)}); {cure}")


def told_at(kept: Kept, chat: str, turn: int) -> tuple[str, str]:
    """Return which role spoke at a turn of a chat and what it was told; '' where nobody is known to have spoken."""
    sql = "SELECT c.role, p.text FROM calls c JOIN prompts p ON p.hash=c.prompt WHERE c.chat=? AND c.turn=?"
    found = kept.all(sql, chat, turn)
    return (str(found[-1][0]), str(found[-1][1])) if found else ("", "")
