"""Rows as Parquet: nested columns stay lists and structs, and only what has no fixed form is JSON text.

JSON schemas, facts and a skill's own columns differ from row to row, which no Parquet column can hold: they are the
columns named `…_json`, and `parameters` inside `tools`. `models` becomes a list, as its roles differ between skills.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from teams.engine.checks.conversation import bare, calls_of
from teams.engine.export import Row, Written, as_line, atomic, origin, outcome_of

_GROUP = 500
"""Rows held in memory at once; each group of them is compressed by itself."""
_KNOWN = frozenset(
    {
        "id",
        "skill",
        "kinds",
        "stage",
        "split",
        "messages",
        "tools",
        "seed",
        "models",
        "facts",
        "verdict",
        "outcome",
        "executed",
    }
)


def write_parquet(rows: Iterable[Row], path: Path) -> Written:
    """Write rows to a Parquet file that `datasets` reads. Raise `UsageError` without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise UsageError("Parquet needs pyarrow: pip install 'agentinstruct[parquet]'") from None
    schema = _schema(pa)
    written = Written(path)
    with atomic(path) as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        group: list[dict[str, Any]] = []
        for row in rows:
            group.append(_flat(row))
            written.rows += 1
            if len(group) == _GROUP:
                writer.write_table(pa.Table.from_pylist(group, schema))
                group.clear()
        if group or not written.rows:
            writer.write_table(pa.Table.from_pylist(group, schema))
    return written


def _schema(pa: Any) -> Any:
    text, whole = pa.string(), pa.int64()
    call = pa.struct([("id", text), ("type", text), ("function", pa.struct([("name", text), ("arguments", text)]))])
    message = pa.struct([("role", text), ("content", text), ("tool_calls", pa.list_(call)), ("tool_call_id", text)])
    function = pa.struct([("name", text), ("description", text), ("parameters", text)])
    named = pa.list_(text)
    kinds = pa.struct([("transform", text), ("instruct", text), ("refine", named), ("demand", named)])
    finding = pa.struct([("check", text), ("passed", pa.bool_()), ("evidence", text), ("by", text)])
    judged = pa.struct([("accepted", pa.bool_()), ("judged_by", pa.list_(text)), ("checks", pa.list_(finding))])
    return pa.schema(
        [
            ("id", text),
            ("skill", text),
            ("kinds", kinds),
            ("stage", text),
            ("split", text),
            ("messages", pa.list_(message)),
            ("tools", pa.list_(pa.struct([("type", text), ("function", function)]))),
            ("seed", pa.struct([("path", text), ("span", pa.list_(whole)), ("hash", text)])),
            ("models", pa.list_(pa.struct([("role", text), ("model", text)]))),
            ("outcome", text),
            ("executed", text),
            ("verdict", judged),
            ("facts_json", text),
            ("more_json", text),
        ]
    )


def _flat(row: Row) -> dict[str, Any]:
    facts = row.get("facts") or {}
    flat = {"id": row.get("id"), **origin(row)}
    flat["messages"] = [_message(message) for message in row["messages"]]
    flat["tools"] = [_tool(tool) for tool in row.get("tools") or ()]
    flat["models"] = [{"role": role, "model": model} for role, model in (row.get("models") or {}).items()]
    flat["outcome"], flat["executed"] = outcome_of(row), row.get("executed") or facts.get("executed")
    flat["facts_json"] = _text(facts)
    flat["more_json"] = _text({key: value for key, value in row.items() if key not in _KNOWN})
    # Once through JSON: what UTF-8 can't hold is replaced there, and pyarrow would refuse it.
    clean: dict[str, Any] = json.loads(as_line(flat))
    return clean


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    calls = [
        {"id": call.get("id"), "type": "function", "function": _arguments_as_text(call.get("function") or {})}
        for call in calls_of(message)
    ]
    kept = {"role": message.get("role"), "content": message.get("content"), "tool_call_id": message.get("tool_call_id")}
    return {**kept, "tool_calls": calls or None}


def _arguments_as_text(function: Mapping[str, Any]) -> dict[str, Any]:
    arguments = function.get("arguments")
    return {"name": function.get("name"), "arguments": arguments if isinstance(arguments, str) else _text(arguments)}


def _tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    schema = bare(tool)
    function = {"name": schema.get("name"), "description": schema.get("description")}
    return {"type": "function", "function": {**function, "parameters": _text(schema.get("parameters") or {})}}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
