"""OpenAPI 2 and 3: every operation as one function, its path, query and body as arguments side by side."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tools.api_schema import SchemaError, look_up, plain, plain_text, sanitise_name

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every operation as a function, or the `SchemaError` that says why it is none."""
    for path, item in document["paths"].items():
        if not isinstance(item, Mapping):
            continue
        for method in _METHODS:
            operation = item.get(method)
            if isinstance(operation, Mapping):
                given = operation.get("operationId")
                name = given if isinstance(given, str) and given.strip() else f"{method} {path}"
                try:
                    yield name, _operation(name, operation, item, document)
                except SchemaError as error:
                    yield name, error


def _operation(
    name: str, operation: Mapping[str, Any], item: Mapping[str, Any], document: Mapping[str, Any]
) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for parameter in _parameters(operation, item, document):
        if parameter.get("in") == "body":
            _add_body(parameter.get("schema", {}), bool(parameter.get("required")), properties, required, document)
        else:
            key = _free(sanitise_name(str(parameter["name"])), properties)
            properties[key] = _schema_of(parameter)
            if parameter.get("required") is True:
                required.append(key)
    body = _resolved(operation.get("requestBody"), document)
    if body:
        _add_body(_content(body), bool(body.get("required")), properties, required, document)
    words = [w for k in ("summary", "description") if isinstance(w := operation.get(k), str) and w.strip()]
    if len(words) == 2 and words[0] in words[1]:
        words = words[1:]
    return {
        "name": sanitise_name(name),
        "description": " — ".join(w.strip() for w in words),
        "parameters": {"type": "object", "properties": properties, "required": required},
        "returns": _returned(operation, document),
    }


def _parameters(
    operation: Mapping[str, Any], item: Mapping[str, Any], document: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """The parameters of path and operation, the operation's word before the path's; credentials are no arguments."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for holder in (item, operation):
        listed = holder.get("parameters")
        for entry in listed if isinstance(listed, list) else []:
            parameter = _resolved(entry, document)
            name, place = str(parameter.get("name", "")), str(parameter.get("in", ""))
            if name and not (place == "header" and re.search(r"auth|token|key|accept|content-type", name.lower())):
                found[name, place] = parameter
    return list(found.values())


def _schema_of(parameter: Mapping[str, Any]) -> dict[str, Any]:
    schema = parameter.get("schema")
    if not isinstance(schema, Mapping):
        schema = _content(parameter) or {k: v for k, v in parameter.items() if k not in ("required", "name", "in")}
    words = parameter.get("description")
    return {**schema, "description": words} if isinstance(words, str) and words.strip() else dict(schema)


def _add_body(
    schema: Any, is_required: bool, properties: dict[str, Any], required: list[str], document: Mapping[str, Any]
) -> None:
    """The fields of a JSON body become arguments beside the others; a body that is no object is one argument."""
    made = plain(schema, document)
    if made.get("properties"):
        names = {name: _free(sanitise_name(name), properties, "body_") for name in made["properties"]}
        properties.update({names[name]: value for name, value in made["properties"].items()})
        required.extend(names[name] for name in made.get("required", ()) if is_required or len(names) == 1)
    elif made:
        key = _free("body", properties)
        properties[key] = made
        required.extend([key] if is_required else [])


def _free(name: str, taken: Mapping[str, Any], prefix: str = "") -> str:
    candidates = [name, f"{prefix or 'other_'}{name}", *(f"{name}_{n}" for n in range(2, 100))]
    return next((candidate for candidate in candidates if candidate not in taken), name)


def _resolved(node: Any, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object that a reference stands for, at most a few references deep."""
    for _ in range(8):
        if not isinstance(node, Mapping):
            return {}
        if not isinstance(node.get("$ref"), str):
            return node
        if not node["$ref"].startswith("#"):
            raise SchemaError("schema refers outside its document", plain_text(node["$ref"], 100))
        node = look_up(node["$ref"], document)
    raise SchemaError("schema refers to itself", "a reference to a reference without end")


def _content(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a body: JSON where it is offered, else the first of a form."""
    content = holder.get("content")
    if not isinstance(content, Mapping):
        return {}
    kinds = sorted(content, key=lambda kind: ("json" not in str(kind), "form" not in str(kind)))
    media = content[kinds[0]] if kinds else {}
    schema = media.get("schema", {}) if isinstance(media, Mapping) else {}
    return schema if isinstance(schema, Mapping) else {}


def _returned(operation: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """What a successful call gives, in short; what can't be said in short is left to the response's own words."""
    responses = operation.get("responses")
    responses = {str(k): v for k, v in responses.items()} if isinstance(responses, Mapping) else {}
    code = next((code for code in sorted(responses) if code.startswith("2")), "default")
    try:
        response = _resolved(responses.get(code), document)
        short = in_short(_content(response) or response.get("schema") or {}, document)
    except SchemaError:
        response, short = {}, ""
    return short or plain_text(response.get("description") or "", 200)


def in_short(schema: Any, document: Any, most: int = 400) -> str:
    """Return a schema as people would jot it down: `[{id: string, due?: string}]`; '' if it can't be had."""
    try:
        return plain_text(_sketch(plain(schema, document, is_input=False)), most)
    except SchemaError:
        return ""


def _sketch(schema: Mapping[str, Any], depth: int = 0) -> str:
    if schema.get("properties") and depth < 3:
        required = schema.get("required", ())
        fields = (
            f"{n}{'' if n in required else '?'}: {_sketch(s, depth + 1)}" for n, s in schema["properties"].items()
        )
        return f"{{{', '.join(fields)}}}"
    if schema.get("type") == "array":
        return f"[{_sketch(schema.get('items', {}), depth + 1)}]"
    if "enum" in schema:
        return " | ".join(json.dumps(choice, ensure_ascii=False) for choice in schema["enum"][:12])
    kind = schema.get("type", "any" if depth else "")
    return " | ".join(kind) if isinstance(kind, list) else str(kind)
