"""Checks of tool use where a form was asked for: it is kept, and what is said in it is as true as without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import wraps

from teams.engine.checks import GENERAL_CHECKS, TOOL_USE_CHECKS
from teams.engine.checks.conversation import Conversation, judged
from teams.engine.demands import content_of, faults_of
from teams.engine.records import Pair
from teams.engine.stages.message import demands_of
from teams.engine.verdict import Check, Finding

AS_IT_STANDS = {check.__name__ for check in GENERAL_CHECKS}
"""Checks that read all words as they stand, a form's too."""


def unwrapped(check: Check) -> Check:
    """Return the check looking at the answer's own words, and at the request without the form asked for."""

    @wraps(check)
    def look(pair: Pair) -> Iterable[Finding]:
        return check(_bare(pair))

    return look


def _bare(pair: Pair) -> Pair:
    demands = demands_of(pair.instruction.facts)
    if not demands or not pair.messages:
        return pair
    *before, last = pair.messages
    asked = next((at for at, message in enumerate(before) if message.get("role") == "user"), None)
    if asked is not None:
        before[asked] = {**before[asked], "content": pair.instruction.facts["ask"]}
    if isinstance(last.get("content"), str):
        last = {**last, "content": content_of(last["content"], demands)}
    return replace(pair, messages=(*before, last))


def format_kept(pair: Pair) -> Iterable[Finding]:
    """The answer that ends the conversation has the form that the user asked for."""
    if demands := demands_of(pair.instruction.facts):
        answer = Conversation(pair).final.text
        faults = [f"{demand.rule}: {fault}" for demand in demands for fault in faults_of(answer, demand)]
        yield judged("format_kept", faults, "; ".join(f"{d.rule} {dict(d.params)}" for d in demands))


CHECKS: tuple[Check, ...] = (
    *(check if check.__name__ in AS_IT_STANDS else unwrapped(check) for check in TOOL_USE_CHECKS),
    format_kept,
)
"""All that a conversation has to pass."""
