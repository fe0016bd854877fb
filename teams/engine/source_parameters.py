"""The parameters of a function, read from its syntax tree: one way for all languages, with their exceptions named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from teams.engine import source_nodes as nodes
from teams.engine.source_types import schema_of

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_PARAMETERS = 60
_NOT_GIVEN = ("self_parameter", "positional_separator", "keyword_separator", "block_parameter", "attribute_list")
_PATTERNS = ("object_pattern", "array_pattern", "tuple_pattern", "struct_pattern")
_NAMES = ("identifier", "variable_name", "field_identifier", "name", "this")
_REST = re.compile("rest|splat|variadic|spread")


@dataclass(frozen=True)
class Parameter:
    """One parameter as the code declares it."""

    name: str
    type: str
    """The declared type's text; '' if none is."""
    schema: dict[str, Any] = field(default_factory=dict)
    """What the type means in JSON; `{}` where it has no meaning there."""
    default: str | None = None
    """The default's text."""
    required: bool = True
    is_rest: bool = False
    """Takes what is left over: `*args`, `...rest`."""


def parameters(declared: Node, *, is_python_method: bool) -> Iterator[Parameter]:
    """Yield the parameters in order, without `self` and its like."""
    holder = nodes.declarator(declared) if declared.type in nodes.C_DECLARATIONS else None
    listed = (holder or declared).child_by_field_name("parameters") or declared.child_by_field_name("parameter")
    if listed is None:
        return
    for place, node in enumerate(_given(listed)[:MAX_PARAMETERS]):
        for name in _names(node):
            is_self = place == 0 and is_python_method and name in ("self", "cls", "mcs")
            if name and not is_self and name != "this":
                yield _parameter(node, name)
    if listed.child_by_field_name("name") is not None:  # C#: `params string[] rest` has no node of its own
        kind = nodes.field(listed, "type")
        yield Parameter(nodes.field(listed, "name"), kind, schema_of(kind), None, False, True)


def _given(listed: Node) -> list[Node]:
    if listed.type == "identifier":  # JavaScript: `x => x`
        return [listed]
    loose = {child.id for name in ("name", "type") for child in listed.children_by_field_name(name)}
    skipped = (*nodes.ABOVE, *_NOT_GIVEN)
    return [node for node in listed.named_children if node.type not in skipped and node.id not in loose]


def _names(node: Node) -> list[str]:
    several = node.children_by_field_name("name")
    if len(several) > 1:  # Go: `a, b int`
        return [nodes.text(name) for name in several]
    fields = (node.child_by_field_name(f) for f in ("name", "pattern", "left", "declarator"))
    inner = next((found for found in fields if found is not None), node)
    return ["options"] if inner.type in _PATTERNS else [_innermost(inner)]


def _innermost(node: Node) -> str:
    """The identifier inside `*name`, `name[]`, `(*name)(int)`, `...name`, `$name`; '' if only a type is given."""
    here: Node | None = node
    for _ in range(10):
        if here is None:
            return ""
        if here.type in _NAMES:
            return nodes.text(here).lstrip("$")
        here = here.child_by_field_name("declarator") or next(
            (c for c in here.named_children if "type" not in c.type and c.type not in ("modifiers", "decorator")), None
        )
    return ""


def _parameter(node: Node, name: str) -> Parameter:
    declared, default, is_rest = _declared_type(node), _default(node), _is_rest(node)
    schema = schema_of(declared)
    if is_rest and nodes.text(node).startswith("**"):
        schema = {"type": "object"}
    elif is_rest and not (node.type == "required_parameter" and schema.get("type") == "array"):
        # TypeScript writes the type of all the rest, the others that of each.
        schema = {"type": "array", "items": schema} if schema else {"type": "array"}
    # Rust has no defaults: there the type is the only way to say that nothing may come.
    may_lack = node.type == "optional_parameter" or (node.type == "parameter" and declared.startswith("Option<"))
    required = default is None and not is_rest and not may_lack
    return Parameter(nodes.clip(name, 100), nodes.clip(declared, 200), schema, default, required, is_rest)


def _is_rest(node: Node) -> bool:
    if _REST.search(node.type):
        return True
    inner = node.child_by_field_name("pattern") or (node.named_children[0] if node.named_children else None)
    return inner is not None and bool(_REST.search(inner.type))


def _declared_type(node: Node) -> str:
    words = nodes.field(node, "type").removeprefix(":").strip()
    if node.type == "spread_parameter":  # Java names neither part
        words = next(
            (nodes.text(c) for c in node.named_children if c.type not in ("modifiers", "variable_declarator")), ""
        )
    marks = nodes.field(node, "declarator")
    if marks and words:  # C: the stars stand with the name
        words += "*" * marks.split("(")[0].count("*") + ("[]" if "[" in marks else "")
    return " ".join(words.split())


def _default(node: Node) -> str | None:
    value = next((v for f in ("value", "default_value", "right") if (v := node.child_by_field_name(f))), None)
    if value is None and node.type == "parameter" and "=" in [child.type for child in node.children]:
        value = node.named_children[-1]  # C# does not name it
    return nodes.clip(nodes.text(value).strip(), 300) if value is not None else None
