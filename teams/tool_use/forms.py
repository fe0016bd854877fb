"""The forms in which the roles of tool_use answer. The order of fields is the order of thought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from teams.engine.schemas import closed, text
from tools.apis import Api

JsonType = Literal["string", "integer", "number", "boolean", "array", "object"]


class Chosen(BaseModel):
    """The librarian's pick."""

    chosen: list[Annotated[str, Field(max_length=160)]] = Field(
        max_length=8, description="ids of the functions to add, as the searches showed them"
    )


class ImaginedParameter(BaseModel):
    name: str = Field(description="snake_case")
    type: JsonType
    description: str
    required: bool


class ImaginedApi(BaseModel):
    name: str = Field(description="snake_case verb and noun")
    description: str
    parameters: list[ImaginedParameter]
    returns: str


class Imagined(BaseModel):
    """The rest of a library."""

    theme: str = Field(description="what the whole library is for, in one sentence")
    functions: list[ImaginedApi]


class Suggestions(BaseModel):
    suggestions: list[str]


class Claim(BaseModel):
    quote: str = Field(description="words of the final answer, exactly")
    supported: bool
    because: str = Field(description="the result or words that support or contradict it")


class Audit(BaseModel):
    claims: list[Claim]
    serves_all: bool = Field(description="every part of the request is done or openly said not to be")
    because: str


LONG, SHORT = 400, 200
"""Characters a description may have; what a small model says at length it doesn't carry out later."""


def notes_schema(functions: Sequence[Mapping[str, Any]], longest: int = LONG) -> dict[str, Any]:
    """The api_writer's form for these functions: a key each, with exactly their parameters.

    The syntax tree knows names, defaults and most types; the model is asked only for what it alone can say.
    """
    return closed({key(function): _note(function, longest) for function in functions})


def key(function: Mapping[str, Any]) -> str:
    """Name a parsed function within one chat: methods of different classes may share a name."""
    container = function.get("container") or ""
    return f"{container}.{function['name']}" if container else str(function["name"])


def _note(function: Mapping[str, Any], longest: int) -> dict[str, Any]:
    # The bounds keep small models from running on; strong ones stay far below them.
    described = {"type": "string", "minLength": 10, "maxLength": longest}
    given = [p for p in function["parameters"] if not p["is_rest"]]
    parameters = {p["name"]: {"type": "string", "minLength": 3, "maxLength": longest // 2} for p in given}
    types = {
        p["name"]: {"enum": ["string", "integer", "number", "boolean", "array", "object", "internal"]}
        for p in given
        if not p["schema"]
    }
    fields: dict[str, Any] = {"useful": {"type": "boolean"}, "description": described}
    if parameters:
        fields["parameters"] = closed(parameters)
    if types:
        fields["types"] = closed(types)
    made = closed({**fields, "returns": {"type": "string", "minLength": 3, "maxLength": longest // 2}})
    if function.get("container") and longest > SHORT:  # a small model would name a thing for every method
        thing = {"name": text(2, 40, "of the parameter"), "description": text(5, 200, "as of any parameter")}
        made["properties"]["of"] = {"anyOf": [{"type": "null"}, closed(thing)]}
    return made


def request_schema(
    apis: Sequence[Api], kind: str, fewest: int, most: int, optional_calls: bool = False
) -> dict[str, Any]:
    """The form of a request: its calls first, then what the kind asks for, then the words.

    `fewest`/`most` bound the number of calls.
    """
    call = {"anyOf": [closed({"function": {"const": api.name}, "arguments": _open(api.parameters)}) for api in apis]}
    fields: dict[str, Any] = {}
    if most:
        fields["calls"] = {"type": "array", "items": call, "minItems": fewest, "maxItems": most}
    if kind.endswith("_with_noise"):
        fields["noise"] = text(15, 250, "what the request will mention that needs no call, and how one can tell")
    if kind.endswith("_fact_missing"):
        names = sorted({name for api in apis for name in api.parameters.get("required", ())})
        fields["left_out"] = {
            "enum": names,
            "description": "the parameter, with its value in the calls above, that the request will not say",
        }
    if kind in ("no_such_function", "not_all_functions"):
        fields["missing"] = text(10, 200, "the function that would be needed and is not there")
    return closed({**fields, "request": text(20, 900, "the user's words")})


def _open(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """An API's parameters as a form: nothing but what constrained decoders understand."""
    return {**parameters, "additionalProperties": False}
