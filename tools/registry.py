"""What tools there are: one async, annotated, documented function under `@tool` makes one."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sandbox import Sandbox
from tools.arguments import Form, bare, optional, parameters
from tools.errors import ToolError
from tools.names import RESERVED, legal

ToolFunction = Callable[..., Awaitable[Any]]
Function = TypeVar("Function", bound=ToolFunction)
Supplied = TypeVar("Supplied", bound=type)


@dataclass(frozen=True)
class Tool:
    """A function agents may call."""

    name: str
    description: str
    """The function's docstring: what the model reads to choose the tool."""
    function: ToolFunction
    form: Form
    needs: Mapping[str, type]
    """Parameters that are supplied by us and hidden from the model, by name."""
    may_lack: frozenset[str]
    """Those of `needs` that may be None (annotated `Sandbox | None`)."""
    origin: str
    """Module it was defined in."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """What the model is shown: `{"name", "description", "parameters"}`."""
        return {"name": self.name, "description": self.description, "parameters": self.form.schema}


@dataclass(frozen=True)
class Foreign:
    """An AutoGen tool or workbench, taken as it is."""

    name: str
    description: str
    made: Any
    """The instance: `autogen_core.tools.BaseTool` or `Workbench`."""
    origin: str


registered: dict[str, Tool | Foreign] = {}
"""Every tool known so far, by name. Filled by `@tool` when a module is imported; read it through `tools.plugins`."""

_suppliable: set[type] = {Sandbox}


def supplied(kind: Supplied) -> Supplied:
    """Make `kind` a type that is supplied to tools: a parameter annotated with it is hidden from the model.

    What stands for it is given to the bench: `RegisteredBench(names, supplies={kind: …})`. Usable as a decorator.
    """
    _suppliable.add(kind)
    return kind


def tool(function: Function) -> Function:
    """Register an async, annotated, documented function as a tool under its own name; return it unchanged.

    A name that endpoints don't take (beyond ASCII, or longer than 64 characters) is brought to the nearest they do.

    A parameter annotated with a supplied type (`sandbox.Sandbox`, `tools.index.ApiIndex`, …) is filled in by us and
    hidden from the model. `Annotated[str, "…"]` tells the model what an argument means.
    Raises `ToolError` where something is missing, at import, before any model was called.
    """
    enter(describe(function))
    return function


def describe(function: ToolFunction) -> Tool:
    """Return `function` as a tool, without registering it. Raises `ToolError` saying what it lacks."""
    own_name = getattr(function, "__name__", repr(function))
    name = legal(own_name)
    if name in RESERVED:
        raise ToolError(f"tool {own_name!r} has a name assistants speak with ({', '.join(RESERVED)}); give it another")
    if not inspect.iscoroutinefunction(function):
        raise ToolError(f"tool {name!r} must be declared with `async def`")
    if not (description := inspect.getdoc(function)):
        raise ToolError(f"tool {name!r} needs a docstring: it is what the model reads to choose the tool")
    found = parameters(function, name)
    needs = {parameter: bare(hint) for parameter, (hint, _) in found.items() if bare(hint) in _suppliable}
    return Tool(
        name=name,
        description=description,
        function=function,
        form=Form(name, {parameter: found[parameter] for parameter in found if parameter not in needs}),
        needs=needs,
        may_lack=frozenset(parameter for parameter in needs if optional(found[parameter][0])),
        origin=function.__module__,
    )


def enter(made: Tool | Foreign) -> None:
    """Put a tool into the registry. The same name from another module is refused."""
    other = registered.get(made.name)
    if other is not None and other.origin != made.origin:
        raise ToolError(
            f"tool {made.name!r} of {made.origin} has the name of a tool that is already there, from {other.origin}; "
            "give it another name"
        )
    if isinstance(made, Tool) and isinstance(other, Tool) and made.function.__name__ != other.function.__name__:
        raise ToolError(
            f"tools {other.function.__name__!r} and {made.function.__name__!r} of {made.origin} are both told to "
            f"models as {made.name!r}, because endpoints take ASCII names of up to 64 characters; give one another name"
        )
    registered[made.name] = made
