"""What a file defines beside its functions (constants, types, the fields of classes), and which of it functions need.

A group of functions cut out of a file speaks of limits, fees and shapes that stand elsewhere in it. `definitions` reads
them from the syntax tree, functions' bodies left out; `head` chooses those that a group mentions, and one step further
what these mention.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

from teams.engine import source_nodes as nodes

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_HEAD = 2_500
MAX_ONE = 1_200
"""Characters of a head, and of one definition in it: long tables are cut."""
MAX_DEPTH = 30
_READ = 60_000
"""Bytes of one definition that are looked into; what lies behind is not shown anyway."""
_NODE_TYPES = {
    "values": "lexical_declaration variable_declaration const_declaration var_declaration const_item static_item "
    "preproc_def declaration expression_statement assignment",
    "types": "class_definition class_declaration abstract_class_declaration interface_declaration enum_declaration "
    "record_declaration struct_declaration record_struct_declaration type_alias_declaration type_alias_statement "
    "type_declaration struct_item enum_item type_item union_item trait_item type_definition struct_specifier "
    "union_specifier enum_specifier class_specifier alias_declaration class trait_declaration delegate_declaration "
    "annotation_type_declaration",
    "passed_through": "export_statement decorated_definition ambient_declaration template_declaration "
    "namespace_definition namespace_declaration file_scoped_namespace_declaration internal_module module mod_item "
    "impl_item declaration_list body_statement statement_block preproc_ifdef preproc_if preproc_else preproc_elif "
    "linkage_specification if_statement else_clause block try_statement global_statement compound_statement",
    "wrappers": "export_statement decorated_definition ambient_declaration template_declaration",
    "named": "variable_declarator const_spec var_spec const_element init_declarator enumerator type_spec type_alias",
    "bodied": "accessor_declaration arrow_function function_expression generator_function lambda_expression closure",
}
_VALUES, _TYPES, _PASSED, _WRAPPERS, _NAMED, _BODIED = (frozenset(types.split()) for types in _NODE_TYPES.values())
_TYPEDEF = "type_definition"
"""C's `typedef struct {…} name`: the type within is its own shape, not another one."""
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Definition:
    """Something with a name that is no function."""

    names: tuple[str, ...]
    """Several where one statement defines several."""
    text: str
    """As it stands in the file with the comment above, without functions' bodies and types of its own."""


def definitions(root: Node, raw: bytes) -> tuple[Definition, ...]:
    """Return what the file whose tree this is defines, in its order."""
    return tuple(found for _, found in sorted(_inside(root, raw, [], None, 0), key=lambda pair: pair[0]))


def head(
    defined: Sequence[Definition], texts: Iterable[str], owners: Collection[str], others: Mapping[str, str]
) -> str:
    """Return the definitions that functions need, in the file's order; '' if none.

    `texts` are the functions' own, `owners` the classes they belong to, `others` the texts of the file's other
    functions by name: a fee is often worked out by a helper. What the functions mention themselves goes before what is
    mentioned only by that, as there is room for `MAX_HEAD` characters.
    """
    owned = {part for owner in owners for part in owner.split(".")}
    words = owned | {word for text in texts for word in _NAME.findall(text)}
    direct = [i for i, one in enumerate(defined) if words.intersection(one.names)]
    called = [others[word] for word in sorted(words) if word in others]
    further = {word for text in (*(defined[i].text for i in direct), *called) for word in _NAME.findall(text)}
    behind = [i for i, one in enumerate(defined) if further.intersection(one.names)]
    first = sorted(direct, key=lambda i: not owned.intersection(defined[i].names))
    chosen: list[int] = []
    room = MAX_HEAD
    for i in dict.fromkeys((*first, *behind)):
        if len(defined[i].text) + 1 <= room:
            chosen.append(i)
            room -= len(defined[i].text) + 1
    return "\n".join(defined[i].text for i in sorted(chosen))


def _inside(
    parent: Node, raw: bytes, above: list[Node], start: Node | None, depth: int
) -> Iterator[tuple[int, Definition]]:
    """Yield the definitions among the children, with where they begin."""
    if depth > MAX_DEPTH:
        return
    above = list(above)
    for node in parent.named_children:
        if node.type in nodes.ABOVE:
            above.append(node)
            continue
        names = _names(node)
        if names:
            outer, _ = nodes.with_what_is_above(start or node, above)
            yield outer.start_byte, Definition(names, _shown(outer, node, raw))
        if node.type in _TYPES and node.type != _TYPEDEF:
            yield from _nested(node, raw, depth + 1)
        elif node.type in _PASSED or (node.type == "expression_statement" and not names) or node.is_error:
            is_wrapper = node.type in _WRAPPERS
            wrapped = (start or node) if is_wrapper else None
            yield from _inside(node, raw, above if is_wrapper else [], wrapped, depth + 1)
        above = []


def _nested(node: Node, raw: bytes, depth: int) -> Iterator[tuple[int, Definition]]:
    """Yield the types defined within a type."""
    if depth > MAX_DEPTH:
        return
    for child in node.named_children:
        if child.type in _TYPES and (names := _names(child)) and child.child_by_field_name("body"):
            yield child.start_byte, Definition(names, _shown(child, child, raw))
        if child.type not in nodes.FUNCTIONS and child.type not in _VALUES:
            yield from _nested(child, raw, depth + 1)


def _names(node: Node) -> tuple[str, ...]:
    """What a node defines; nothing if it is a function or no definition."""
    if node.type not in _VALUES | _TYPES or nodes.function_in(node) is not None:
        return ()
    if node.type in ("expression_statement", "assignment"):
        return _assigned(node)
    own = nodes.field(node, "name") or (_declared(node) if node.type != "declaration" else "")
    tag = node.child_by_field_name("type") if node.type == _TYPEDEF else None
    found = [name for name in (own, nodes.field(tag, "name") if tag else "") if name]
    waiting = [(node, 0)]
    while waiting:
        parent, depth = waiting.pop(0)
        for child in parent.named_children[:200]:
            if child.type in _NAMED and nodes.function_in(child) is None:
                found += [nodes.text(part) for part in child.children_by_field_name("name")] or [_declared(child)]
            elif depth < 3 and child.type not in nodes.FUNCTIONS | _NAMED and child.type != "field_declaration_list":
                waiting.append((child, depth + 1))
    return tuple(name for word in found for name in _NAME.findall(word) if len(name) > 1)


def _declared(node: Node) -> str:
    """The name in a declarator such as `*limits[3]`, or the first name of all."""
    declarator = node.child_by_field_name("declarator")
    first = declarator or next(iter(node.named_children), None)
    if first is None or (declarator is None and node.type not in _NAMED and node.type != "type_alias_statement"):
        return ""
    return next(iter(_NAME.findall(nodes.text(first)[:200])), "")


def _assigned(node: Node) -> tuple[str, ...]:
    """Names on the left of `LIMIT = 5`, `A, B = 1, 2`, `exports.LIMIT = 5`, or in PHP's `define('LIMIT', 5)`."""
    inner = node if node.type == "assignment" else next(iter(node.named_children), None)
    if inner is None:
        return ()
    if inner.type == "function_call_expression":
        return tuple(re.findall(r"^define\(\s*['\"](\w+)['\"]", nodes.text(inner)[:200]))
    left = inner.child_by_field_name("left")
    if inner.type not in ("assignment", "assignment_expression") or left is None or nodes.function_in(inner):
        return ()
    if left.type == "member_expression":
        exported = re.fullmatch(r"(?:module\.)?exports\.(\w+)", nodes.text(left)[:200])
        return (exported[1],) if exported else ()
    if left.type not in ("identifier", "constant", "pattern_list", "left_assignment_list"):
        return ()
    return tuple(name for name in _NAME.findall(nodes.text(left)[:500]) if len(name) > 1)


def _shown(outer: Node, node: Node, raw: bytes) -> str:
    """The text from `outer` to the end of `node` without what is no part of a head."""
    end = min(node.end_byte, outer.start_byte + _READ)
    before = raw[raw.rfind(b"\n", 0, outer.start_byte) + 1 : outer.start_byte]
    pieces, at = [before if before.isspace() else b""], outer.start_byte
    for first, last, instead in _cuts(node, node, end, 0):
        if first >= at:
            pieces += [raw[at:first], instead]
            at = last
    text = b"".join((*pieces, raw[at : max(at, end)])).decode("utf-8", "replace")
    lines = [line.rstrip() for line in dedent(text).split("\n")]
    return nodes.clip("\n".join(line for line in lines if line.strip() not in ("", ";")), MAX_ONE)


def _cuts(parent: Node, top: Node, end: int, depth: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield the places to leave out, in order: from, to, and what to write instead."""
    above: list[Node] = []
    for node in parent.named_children:
        if node.start_byte > end or depth > MAX_DEPTH:
            return
        if node.type in nodes.ABOVE:
            above.append(node)
            continue
        inner = (node.child_by_field_name("definition") or node) if node.type == "decorated_definition" else node
        body = inner.child_by_field_name("body")
        is_member = inner.type in nodes.FUNCTIONS or inner.type == "static_initializer"
        if is_member and body and (parent.type == "object" or _is_constructor(inner, top)):
            yield body.start_byte, body.end_byte, "…".encode()
        elif (
            (is_member and body)
            or inner.type == "static_initializer"
            or (inner.type in _TYPES and body and top.type != _TYPEDEF)
        ):
            outer, _ = nodes.with_what_is_above(node, above)
            yield outer.start_byte, node.end_byte, b""
        elif inner.type in _BODIED and body:
            yield body.start_byte, body.end_byte, "…".encode()
        else:
            yield from _cuts(node, top, end, depth + 1)
        above = []


def _is_constructor(function: Node, top: Node) -> bool:
    found = nodes.function_in(function)
    return found is not None and nodes.special(found[0], nodes.container_name(top), found[1], []) == "constructor"
