"""Are the calls legal: a function of the list, arguments its schema allows, made as calls and not as prose?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jsonschema.exceptions import SchemaError
from referencing.exceptions import Unresolvable

from teams.engine.checks.conversation import Call, Conversation, judged, short
from teams.engine.records import Pair
from teams.engine.verdict import Finding
from tools.legality import errors_in

_WRITTEN_CALL = re.compile(
    r"</?(?:tool_?calls?|tools|function_?calls?|function|invoke|arguments)\b[^>]*>|\bACTION(?:_TYPE)? ?:"
    r"|\"(?:name|function|tool|action)\"\s*:\s*\"[^\"]+\"\s*,\s*\"(?:arguments|parameters|args|input|action_input)\"\s*:",
    re.IGNORECASE,
)


def function_listed(pair: Pair) -> Iterable[Finding]:
    """Every function called is on offer."""
    talk = Conversation(pair)
    faults = [
        f"message {call.turn} calls {call.name!r}; on offer: {', '.join(talk.functions) or 'nothing'}"
        for call in talk.calls
        if call.name not in talk.functions
    ]
    yield judged("function_listed", faults, f"calls: {', '.join(call.name for call in talk.calls) or 'none'}")


def arguments_legal(pair: Pair) -> Iterable[Finding]:
    """Every call's arguments satisfy its schema: types, required ones, enums, nothing the schema does not know."""
    talk = Conversation(pair)
    faults = [fault for call in talk.calls for fault in _illegal(call, talk.functions.get(call.name))]
    yield judged("arguments_legal", faults, f"{len(talk.calls)} calls fit their schemas")


def no_call_in_prose(pair: Pair) -> Iterable[Finding]:
    """Calls are made, not written out as JSON, XML, ACTION lines or code."""
    talk = Conversation(pair)
    named = "|".join(sorted(map(re.escape, filter(None, talk.functions)), reverse=True))
    # `lend(` in an answer is code; "lend (or renew)" is prose, hence no space before the bracket.
    coded = re.compile(rf"\b(?:{named})\(" if named else r"(?!)")
    said = talk.words("assistant")
    faults = [
        f"message {w.turn}: {short(match.group())!r}"
        for w in said
        for pattern in (_WRITTEN_CALL, coded)
        for match in pattern.finditer(w.text)
    ]
    yield judged("no_call_in_prose", faults, f"{len(said)} turns read")


def no_repeated_call(pair: Pair) -> Iterable[Finding]:
    """No call is made again as it was, unless something was changed in between by another call that worked."""
    calls = Conversation(pair).calls
    faults = []
    for i, call in enumerate(calls):
        for j in range(i - 1, -1, -1):
            if _same(calls[j], call):
                faults.append(f"message {call.turn} repeats {call.name} of message {calls[j].turn}")
                break
            if calls[j].is_api and not calls[j].failed:
                break
    yield judged("no_repeated_call", faults, f"{len(calls)} different calls")


def _same(one: Call, other: Call) -> bool:
    return one.name == other.name and one.raw != "" and one.arguments == other.arguments


def _illegal(call: Call, function: Mapping[str, Any] | None) -> Iterator[str]:
    if call.arguments is None:
        yield f"message {call.turn}: arguments of {call.name} are no JSON object: {short(call.raw)!r}"
        return
    if function is None:
        return
    schema = closed(function.get("parameters") or {"type": "object", "properties": {}})
    try:
        errors = list(errors_in(call.arguments, schema))
    except (SchemaError, Unresolvable, RecursionError, TypeError, ValueError) as unusable:
        yield f"the schema of {call.name} is unusable: {short(str(unusable))}"
        return
    for error in errors:
        where = ".".join(map(str, error.absolute_path))
        yield f"message {call.turn}: {call.name}{'.' + where if where else ''}: {short(error.message, 120)}"


def closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema with unknown arguments forbidden, unless it speaks of them itself."""
    if schema.get("properties") is None or any(k in schema for k in ("additionalProperties", "patternProperties")):
        return dict(schema)
    if any(k in schema for k in ("allOf", "anyOf", "oneOf", "$ref")):
        return dict(schema)
    return {**schema, "additionalProperties": False}
