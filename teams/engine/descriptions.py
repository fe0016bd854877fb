"""API descriptions into APIs: OpenAPI 2 and 3, and lists of functions with JSON schemas.

A description is data from a stranger: it is read by safe loaders within bounds, references are followed inside the
document only, and a function whose schema is no use is dropped with the reason while the others are kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from teams.engine.descriptions_load import NO_DESCRIPTION, DescriptionError, load
from teams.engine.descriptions_openapi import in_short, operations
from tools.api_schema import NOT_A_SCHEMA, TOO_LARGE, plain_text
from tools.apis import Api, SchemaError, from_dict

__all__ = ["Description", "DescriptionError", "load", "read_description"]

MAX_FUNCTIONS = 2_000
_LISTS = ("tools", "functions", "function_declarations", "functionDeclarations", "apis")


@dataclass(frozen=True)
class Description:
    """What a description offers."""

    apis: tuple[Api, ...]
    """In the order of the document; origin `described`."""
    dropped: tuple[tuple[str, SchemaError], ...] = ()
    """The functions that were no use, by name, each with why."""
    title: str = ""


def read_description(text: str) -> Description:
    """Return the APIs described in `text`, JSON or YAML.

    Raises `DescriptionError` when it is neither, is too large, or describes no functions.
    """
    document = load(text)
    if isinstance(document, Mapping) and isinstance(document.get("paths"), Mapping):
        title = document["info"].get("title", "") if isinstance(document.get("info"), Mapping) else ""
        return replace(_collect(operations(document), document), title=plain_text(title, 200))
    listed = _function_list(document)
    if not listed:
        raise DescriptionError(NO_DESCRIPTION)
    return _collect(((_name_of(entry), entry) for entry in listed), None)


def _collect(found: Iterator[tuple[str, Any]], document: Any) -> Description:
    made: dict[str, Api] = {}
    dropped: list[tuple[str, SchemaError]] = []
    for number, (name, entry) in enumerate(found):
        try:
            if number >= MAX_FUNCTIONS:
                raise SchemaError(TOO_LARGE, f"only the first {MAX_FUNCTIONS} functions are read")
            if isinstance(entry, SchemaError):
                raise entry
            api = from_dict({**_as_function(entry), "origin": "described"}, document=document or None)
            if api.name in made:
                raise SchemaError(NOT_A_SCHEMA, f"a second function called {api.name!r}")
            made[api.name] = api
        except SchemaError as error:
            dropped.append((plain_text(name, 100), error))
            if number >= MAX_FUNCTIONS:
                break
    if not made and not dropped:
        raise DescriptionError("describes no functions")
    return Description(tuple(made.values()), tuple(dropped))


# Lists of functions


def _function_list(document: Any) -> Sequence[Any]:
    """The entries, if the document is a list of functions or holds one under a usual name."""
    if isinstance(document, Mapping):
        if _looks_like_a_function(document):
            return [document]
        document = next((document[name] for name in _LISTS if isinstance(document.get(name), list)), None)
    if isinstance(document, list) and any(_looks_like_a_function(entry) for entry in document[:50]):
        return document
    return ()


def _looks_like_a_function(entry: Any) -> bool:
    if not isinstance(entry, Mapping):
        return False
    if isinstance(entry.get("function"), Mapping):
        return isinstance(entry["function"].get("name"), str)
    schema = next((entry[key] for key in ("parameters", "input_schema", "inputSchema") if key in entry), None)
    return isinstance(entry.get("name"), str) and isinstance(schema, Mapping)


def _name_of(entry: Any) -> str:
    inner = entry.get("function", entry) if isinstance(entry, Mapping) else {}
    return str(inner.get("name", "?")) if isinstance(inner, Mapping) else "?"


def _as_function(entry: Any) -> dict[str, Any]:
    """One form for OpenAI's `{"type": "function", "function": …}`, Anthropic's `input_schema`, MCP's `inputSchema`."""
    inner = entry.get("function", entry) if isinstance(entry, Mapping) else None
    if not isinstance(inner, Mapping):
        raise SchemaError(NOT_A_SCHEMA, "an entry that is no function")
    keys = ("parameters", "input_schema", "inputSchema")
    schema: Any = next((inner[key] for key in keys if isinstance(inner.get(key), Mapping)), {})
    returned = inner.get("returns") or inner.get("response") or inner.get("outputSchema") or ""
    if not isinstance(returned, str):
        returned = in_short(returned, inner)
    return {**{k: inner.get(k) for k in ("name", "description")}, "parameters": schema, "returns": returned}
