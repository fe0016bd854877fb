"""An API: one function a model may call, where it came from, and whether a call of it is legal.

What code seeds offer, what retrieval finds, what a model imagines and what users plug in all take this form.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast, get_args

from jsonschema.exceptions import ValidationError

from tools.api_schema import SchemaError, plain, plain_text, sanitise_name
from tools.legality import errors_in

__all__ = [
    "Api",
    "Origin",
    "SchemaError",
    "as_dict",
    "as_function",
    "check_list",
    "complaints",
    "from_dict",
    "sanitise_name",
    "signature",
]

Origin = Literal["seed", "retrieved", "imagined", "described", "plugged"]
MOST_APIS = 64
MOST_PARAMETERS = 40
MOST_COMPLAINTS = 20


@dataclass(frozen=True)
class Api:
    """One function a model may call. Make it with `from_dict`, which checks; the constructor trusts."""

    name: str
    """A Python identifier, unique in its list."""
    description: str
    parameters: Mapping[str, Any]
    """A plain JSON schema: `{"type": "object", "properties", "required", "additionalProperties": false}`."""
    returns: str = ""
    """What a call gives, in short: `{id: string, due: string}`."""
    origin: Origin = "seed"
    source: str = ""
    """Where it stands: `loans.py:10-24`; '' for one that stands nowhere."""


def as_function(api: Api) -> dict[str, Any]:
    """Return the form chat endpoints take: `{"name", "description", "parameters"}`."""
    # That form has no other place for what comes back.
    returns = f"Returns: {api.returns}" if api.returns else ""
    description = " ".join(filter(None, (api.description, returns)))
    return {"name": api.name, "description": description, "parameters": dict(api.parameters)}


def as_dict(api: Api) -> dict[str, Any]:
    """Return the API as JSON; `from_dict` reads it back."""
    return asdict(api)


def from_dict(values: Mapping[str, Any], *, document: Any = None) -> Api:
    """Return the API in `values`, its schema made plain (see `tools.api_schema`).

    `values` has the fields of `Api`; only `name` must be there. A name that is no identifier is made one. `document`
    is where the schema's references are looked up. Raises `SchemaError`, which says what is wrong.
    """
    name = values.get("name")
    if not isinstance(name, str) or not name.strip():
        raise SchemaError("not a usable schema", "a function without a name")
    origin = values.get("origin", "seed")
    if origin not in get_args(Origin):
        raise SchemaError("not a usable schema", f"origin {origin!r}")
    return Api(
        sanitise_name(name),
        plain_text(values.get("description") or "").strip(),
        _parameters(values.get("parameters") or {}, document),
        plain_text(values.get("returns") or "", 500).strip(),
        origin,
        plain_text(values.get("source") or "", 1000),
    )


def _parameters(schema: Any, document: Any) -> dict[str, Any]:
    made = plain(schema, document)
    if made.get("type", "object") != "object":
        raise SchemaError("not a usable schema", f"parameters are of type {made['type']}, not object")
    properties = made.get("properties", {})
    if len(properties) > MOST_PARAMETERS:
        raise SchemaError("schema is too large or too deep", f"{len(properties)} parameters")
    required = [name for name in made.get("required", []) if name in properties]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def signature(api: Api) -> str:
    """Return the API as a line of code: `renew(loan_id: string, days: integer = 14)`."""
    required = api.parameters.get("required", ())
    return f"{api.name}({', '.join(_declared(n, s, n in required) for n, s in _properties(api).items())})"


def _properties(api: Api) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = api.parameters.get("properties", {})
    return properties


def _declared(name: str, schema: Mapping[str, Any], required: bool) -> str:
    if "default" in schema:
        return f"{name}: {_type(schema)} = {json.dumps(schema['default'], ensure_ascii=False)}"
    return f"{name}: {_type(schema)}" if required else f"{name}?: {_type(schema)}"


def _type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(json.dumps(choice, ensure_ascii=False) for choice in schema["enum"])
    types = schema.get("type", "any")
    if types == "array":
        return f"array of {_type(schema.get('items', {}))}"
    return " | ".join(types) if isinstance(types, list) else str(types)


def complaints(arguments: Any, api: Api) -> list[str]:
    """Return what is wrong with a call's arguments, one readable line each; empty if they are legal."""
    if not isinstance(arguments, Mapping):
        return [f"the arguments of {api.name} must be an object, not {_short(arguments)}"]
    found: list[str] = []
    try:
        for error in errors_in(arguments, api.parameters):
            found += _readable(error, api)
            if len(found) >= MOST_COMPLAINTS:
                break
    except RecursionError:
        return [f"the arguments of {api.name} are nested too deep"]
    except (TypeError, ValueError) as error:
        return [f"the arguments of {api.name} are no JSON: {plain_text(error, 80)}"]
    return sorted(dict.fromkeys(found))


def _readable(error: ValidationError, api: Api) -> list[str]:
    where, rule = _path(error), cast(Any, error.validator_value)  # the stubs know no more
    match error.validator:
        case "required":
            missing = [name for name in rule if name not in cast(Any, error.instance)]
            return [f"missing required argument {_path(error, name)!r} of {api.name}" for name in missing]
        case "additionalProperties" if rule is False:
            known = cast(Mapping[str, Any], error.schema).get("properties", {})
            listed = ", ".join(known) or "none"
            unknown = [n for n in cast(Any, error.instance) if n not in known]
            return [f"unknown argument {_path(error, n)!r} of {api.name}; there are: {listed}" for n in unknown]
        case "type":
            wanted = rule if isinstance(rule, str) else " or ".join(rule)
            return [f"argument {where!r} must be {wanted}, not {_kind(error.instance)} ({_short(error.instance)})"]
        case "enum":
            return [f"argument {where!r} must be one of {_short(rule, 300)}, not {_short(error.instance)}"]
        case "anyOf" | "oneOf":
            return [f"argument {where!r} fits none of its forms ({_short(error.instance)})"]
        case word:
            return [f"argument {where!r}: {_short(error.instance)} breaks {word} {_short(rule)}"]


def _path(error: ValidationError, last: str = "") -> str:
    """`items[0].price`, `last` added to it."""
    steps = [*error.absolute_path, *([last] if last else [])]
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def _kind(value: Any) -> str:
    names = {str: "string", bool: "boolean", int: "integer", float: "number", dict: "object", list: "array"}
    return names.get(type(value), "null" if value is None else type(value).__name__)


def _short(value: Any, most: int = 80) -> str:
    return plain_text(json.dumps(value, ensure_ascii=False, default=str), most)


def check_list(apis: Sequence[Api], *, most: int = MOST_APIS) -> list[str]:
    """Return what is wrong with a list of APIs, one line each: names, number, schemas. Empty if nothing is."""
    found = [] if apis else ["there is no function in the list"]
    if len(apis) > most:
        found.append(f"{len(apis)} functions, at most {most} are taken")
    seen: set[str] = set()
    for api in apis[: most + 1]:
        if api.name in seen:
            found.append(f"two functions are called {api.name!r}")
        seen.add(api.name)
        if api.name != sanitise_name(api.name):
            found.append(f"{api.name!r} is no name for a function; {sanitise_name(api.name)!r} would be")
        found += _schema_trouble(api)
    return found


def _schema_trouble(api: Api) -> list[str]:
    try:
        _parameters(api.parameters, None)
    except SchemaError as error:
        return [f"{api.name}: {error}"]
    return []
