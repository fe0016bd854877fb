"""What is wrong with a reply, in words for whoever gave it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from autogen_core import FunctionCall
from pydantic import ValidationError


def call_complaint(call: FunctionCall, known: Sequence[str]) -> str:
    """Say what is wrong with a call: no such tool, or arguments that are no object; '' if nothing is."""
    if call.name not in known:
        return f"there is no tool {call.name!r}; there are: {', '.join(known)}."
    try:
        if isinstance(json.loads(call.arguments or "{}"), dict):
            return ""
    except (ValueError, RecursionError):
        pass
    return f"the arguments of {call.name} are no whole JSON object."


def in_short(error: ValueError) -> str:
    """Say what a form's validation found first."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        if not first["loc"]:
            return "the reply must be a JSON object."
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)[:300]
