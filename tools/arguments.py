"""A function's parameters, as the form its arguments must have: what the model is shown, and how a call is checked."""

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, PydanticUserError, ValidationError, create_model
from pydantic.errors import PydanticSchemaGenerationError
from pydantic.fields import FieldInfo

from tools.errors import ToolError

_LIST_LIKE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY)


class BadArguments(Exception):
    """A call's arguments are not what the tool takes; the message tells the model how to do better."""


class Form:
    """The visible parameters of a function.

    The fields of the pydantic model behind it have names of our own, and the parameters' names as aliases, because a
    parameter may be called `schema` or `_id`, which pydantic keeps for itself.
    """

    def __init__(self, name: str, visible: Mapping[str, tuple[Any, Any]]) -> None:
        self._name = name
        self._fields = {f"field_{number}": parameter for number, parameter in enumerate(visible)}
        fields: dict[str, Any] = {
            field: _field(parameter, *visible[parameter]) for field, parameter in self._fields.items()
        }
        try:
            self._model: type[BaseModel] = create_model(name, __config__=ConfigDict(extra="forbid"), **fields)
            self.schema = _tidy(self._model.model_json_schema())
        except (PydanticUserError, PydanticSchemaGenerationError) as error:
            reason = str(error).splitlines()[0]
            raise ToolError(f"tool {name!r} has a parameter no model can fill in: {reason}") from None

    def read(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return `arguments` validated, by parameter; those left out are left to the function's own defaults.

        Raises `BadArguments` naming each one that is wrong.
        """
        try:
            read = self._model.model_validate(dict(arguments))
        except ValidationError as error:
            raise BadArguments(self._complaint(error)) from None
        return {self._fields[field]: getattr(read, field) for field in read.model_fields_set}

    def _complaint(self, error: ValidationError) -> str:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors())
        required = set(self.schema.get("required", ()))
        takes = ", ".join(
            f"{name} ({_kind(schema)}{'' if name in required else ', optional'})"
            for name, schema in self.schema.get("properties", {}).items()
        )
        return f"{self._name} was not called. {wrong}. It takes: {takes or 'no arguments'}."


def parameters(function: Callable[..., Any], name: str) -> dict[str, tuple[Any, Any]]:
    """Return annotation and default of every parameter of `function`, or raise `ToolError` saying what is missing."""
    signature = inspect.signature(function)
    try:
        hints = get_type_hints(function, include_extras=True)
    except NameError as error:
        raise ToolError(f"tool {name!r}: an annotation can't be resolved: {error}") from None
    if missing := [parameter for parameter in signature.parameters if parameter not in hints]:
        raise ToolError(f"tool {name!r} must annotate every parameter; missing: {', '.join(missing)}")
    if odd := [p.name for p in signature.parameters.values() if p.kind in _LIST_LIKE]:
        raise ToolError(f"tool {name!r} must take every argument by its name; not so: {', '.join(odd)}")
    return {p.name: (hints[p.name], p.default) for p in signature.parameters.values()}


def bare(annotation: Any) -> Any:
    """Return `annotation` without `Annotated[…]` and `… | None` around it."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [part for part in get_args(annotation) if part is not type(None)]
        return bare(rest[0]) if len(rest) == 1 else annotation
    return annotation


def optional(annotation: Any) -> bool:
    """Whether `annotation` admits None."""
    if get_origin(annotation) is Annotated:
        return optional(get_args(annotation)[0])
    return type(None) in get_args(annotation)


def _field(parameter: str, annotation: Any, default: Any) -> tuple[Any, FieldInfo]:
    words = ""
    if typing.get_origin(annotation) is Annotated:
        words = " ".join(note for note in annotation.__metadata__ if isinstance(note, str))
    given = {} if default is inspect.Parameter.empty else {"default": default}
    return annotation, Field(alias=parameter, description=words or None, **given)


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(repr, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(_kind(part) for part in schema["anyOf"])
    return str(schema.get("type", "object"))


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Drop the titles pydantic makes up from names: they say nothing and cost tokens in every call."""
    del schema["title"]
    for properties in (schema.setdefault("properties", {}), *_definitions(schema)):
        for described in properties.values():
            described.pop("title", None)
    return schema


def _definitions(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [definition.get("properties", {}) for definition in schema.get("$defs", {}).values()]
