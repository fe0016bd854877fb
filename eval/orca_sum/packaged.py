"""Our own prompts, eight for each domain: so that Orca-Sum can be built where no model writes any."""

from __future__ import annotations

import re

from agents.script import Script

script = Script.beside(__file__)
_LINE = re.compile(r"^- \((\w+)\) (.+)$", re.MULTILINE)


def prompts_for(domain: str) -> list[tuple[str, str]]:
    """Return the kind and the words of each; those for any text where the domain is not known."""
    role = domain if domain in script else "general"
    return _LINE.findall(script.role(role).prompt.render())
