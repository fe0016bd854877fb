"""What the nodes of a syntax tree mean: which are functions, what their parts are, language by language."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_DOC = 4_000

_NODE_TYPES = {
    "above": "comment line_comment block_comment attribute_item decorator",
    "functions": "function_definition function_declaration generator_function_declaration method_definition "
    "method_declaration function_item function_signature_item constructor_declaration method "
    "singleton_method method_signature abstract_method_signature method_elem function_signature "
    "local_function_statement",
    "containers": "class_definition class_declaration abstract_class_declaration class module impl_item "
    "trait_item mod_item class_specifier struct_specifier interface_declaration "
    "record_declaration enum_declaration struct_declaration record_struct_declaration "
    "namespace_definition namespace_declaration internal_module trait_declaration singleton_class "
    "type_spec",
    "passed_through": "export_statement decorated_definition template_declaration lexical_declaration "
    "variable_declaration expression_statement assignment_expression object block "
    "declaration_list class_body field_declaration_list body_statement interface_body enum_body "
    "enum_body_declarations type_declaration interface_type variable_declarator "
    "linkage_specification preproc_ifdef preproc_if preproc_else preproc_elif if_statement "
    "else_clause file_scoped_namespace_declaration compilation_unit ambient_declaration "
    "statement_block public_field_definition object_type extern_c namespace_body "
    "compound_statement global_statement try_statement",
    "wrappers": "export_statement decorated_definition template_declaration lexical_declaration "
    "variable_declaration expression_statement ambient_declaration",
}
ABOVE = frozenset(_NODE_TYPES["above"].split())
FUNCTIONS = frozenset(_NODE_TYPES["functions"].split())
CONTAINERS = frozenset(_NODE_TYPES["containers"].split())
PASSED_THROUGH = frozenset(_NODE_TYPES["passed_through"].split())
WRAPPERS = frozenset(_NODE_TYPES["wrappers"].split())
_FUNCTION_VALUES = ("arrow_function", "function_expression", "function", "generator_function")
C_DECLARATIONS = ("function_definition", "declaration", "field_declaration")
_TEST_MARKS = re.compile(r"@(Parameterized)?Test\b|#\[(\w+::)*test|\[(Test|TestMethod|Fact|Theory)\b")


def function_in(node: Node) -> tuple[str, Node] | None:
    """Return the name and the declaring node if `node` is a function, else None."""
    if node.type in ("variable_declarator", "pair", "assignment_expression", "public_field_definition"):
        value = node.child_by_field_name("value") or node.child_by_field_name("right")
        name = field(node, "name", "key", "left")
        return (name.removeprefix("module.exports."), value) if value and value.type in _FUNCTION_VALUES else None
    if node.type in C_DECLARATIONS and node.child_by_field_name("declarator"):
        inner = declared.child_by_field_name("declarator") if (declared := declarator(node)) else None
        # `int (*callback)(int)` declares a pointer.
        return (text(inner), node) if inner and inner.type != "parenthesized_declarator" else None
    if node.type == "export_statement" and (value := node.child_by_field_name("value")):
        return ("default", value) if value.type in _FUNCTION_VALUES else None
    return (field(node, "name") or "default", node) if node.type in FUNCTIONS else None


def declarator(node: Node) -> Node | None:
    """C and C++: the `name(parameters)` inside `*(&name(parameters))`."""
    inner = node.child_by_field_name("declarator")
    for _ in range(10):
        if inner is None or inner.type == "function_declarator":
            return inner
        inner = inner.child_by_field_name("declarator") or next(
            (child for child in inner.named_children if child.type == "function_declarator"), None
        )
    return None


def receiver(declared: Node) -> str:
    """The type a Go method belongs to."""
    node = declared.child_by_field_name("receiver")
    words = re.findall(r"\w+", text(node).split("[")[0]) if node else []
    return words[-1] if words else ""


def container_name(node: Node) -> str:
    return clip(re.split(r"[<\[(]", field(node, "name", "type"))[0].strip(), 100)


def members_are_public(node: Node, language: str) -> bool:
    """Whether a member that does not say is seen from outside."""
    if node.type in ("class_specifier",) or language == "csharp":
        return "interface" in node.type or node.type == "namespace_declaration"
    if node.type in ("impl_item", "mod_item"):
        return node.child_by_field_name("trait") is not None
    return True


def visibility_from_here(node: Node, before: bool) -> bool:
    """C++'s `private:` and Ruby's bare `private` hold for what follows."""
    if node.type == "access_specifier" or (node.type == "identifier" and node.text in (b"private", b"protected")):
        return text(node) == "public"
    if node.type == "identifier" and node.text == b"public":
        return True
    return before


def is_public(name: str, places: Sequence[Node], language: str, container: str, by_default: bool) -> bool:
    """Whether callers from outside may use it. `places`: the nodes that may carry its modifiers."""
    words = _modifiers(*places)
    if name.startswith(("_", "#")) or words & {"private", "protected", "internal"}:
        return False
    if language == "go":
        return name[:1].isupper()
    if language == "rust":
        return "pub" in words or (by_default and bool(container))
    if language in ("c", "cpp"):
        is_member = container in ("class_specifier", "struct_specifier")
        return by_default and (is_member or "static" not in words)
    return "public" in words or by_default


def _modifiers(*places: Node) -> set[str]:
    """The words before the name: `public static async`."""
    words: set[str] = set()
    for child in (child for place in places for child in place.children):
        if child.type in ("modifiers", "modifier", "accessibility_modifier", "visibility_modifier", "static_modifier"):
            words.update(re.findall(r"\b[a-z]+\b", text(child)[:500]))
        elif child.type in ("storage_class_specifier", "function_modifiers", "async"):
            words.update(text(child)[:200].split())
    return words


def is_async(declared: Node) -> bool:
    return "async" in _modifiers(declared)


def is_test_container(name: str) -> bool:
    return bool(re.fullmatch(r"tests?|Test[A-Z_]\w*|\w+Tests?|\w+Spec", name))


def special(name: str, container: str, declared: Node, above: Sequence[Node]) -> str:
    """Why nobody would offer the function to a caller; '' if someone would."""
    marks = " ".join([*(text(node)[:200] for node in above), text(declared)[:300].split("{")[0]])
    if re.match(r"test(_|$)|Test[A-Z_]|Benchmark[A-Z]", name) or _TEST_MARKS.search(marks):
        return "test"
    if re.search(r"@(typing\.|t\.)?overload\b|@\w+\.(setter|deleter)\b", marks):
        return "overload"
    if name in ("main", "Main") or (name == "init" and declared.type == "function_declaration"):
        return "main"
    if name in ("__init__", "__new__", "__construct", "constructor", "initialize") or (
        declared.type == "constructor_declaration" or name == container.split(".")[-1]
    ):
        return "constructor"
    if re.fullmatch(r"__\w+__|__\w+|~.*|operator\W.*|operator .*|[^\w#$].*", name):
        return "operator"
    return ""


def returns(declared: Node) -> str:
    """The declared return type; '' if there is none."""
    words = field(declared, "return_type", "result", "returns")
    if not words and declared.type in (*C_DECLARATIONS, "method_declaration"):
        words = field(declared, "type")
    if words == "auto" and (holder := declarator(declared)):
        words = next((text(c) for c in holder.named_children if c.type == "trailing_return_type"), words)
    return clip(" ".join(words.removeprefix(":").removeprefix("->").split()), 300)


def with_what_is_above(node: Node, above: Sequence[Node]) -> tuple[Node, list[Node]]:
    """Return where the function begins, comment and decorators included, and the comments that are its own."""
    first = node
    docs: list[Node] = []
    for mark in reversed(above):
        if first.start_point.row - last_row(mark) > 1:
            break
        first = mark
        if "comment" in mark.type:
            docs.insert(0, mark)
    return first, docs


def last_row(node: Node) -> int:
    """The last row with something of the node on it; some nodes end with their newline."""
    end = node.end_point
    return end.row - 1 if end.column == 0 and end.row > node.start_point.row else end.row


def doc(declared: Node, comments: Sequence[Node], language: str) -> str:
    """The docstring, else the comment above, without its markers."""
    if language == "python":
        body = declared.child_by_field_name("body")
        first = body.named_children[0] if body and body.named_children else None
        string = first.named_children[0] if first and first.type == "expression_statement" and first.children else first
        if string is not None and string.type == "string":
            content = "".join(text(c) for c in string.named_children if c.type == "string_content")
            return clip(inspect.cleandoc(content), MAX_DOC)
    words = "\n".join(_unmarked(text(comment)) for comment in comments)
    return clip(re.sub(r"</?(summary|remarks|para)>", "", words).strip(), MAX_DOC)


def _unmarked(comment: str) -> str:
    body = re.sub(r"^\s*/\*+!?|\*+/\s*$", "", comment) if comment.lstrip().startswith("/*") else comment
    mark = r"^\s*\*+ ?" if body is not comment else r"^\s*(//+!?|#+!?) ?"
    return "\n".join(re.sub(mark, "", line).rstrip() for line in body.strip().split("\n"))


def field(node: Node, *names: str) -> str:
    return next((text(found) for name in names if (found := node.child_by_field_name(name)) is not None), "")


def text(node: Node | None) -> str:
    return node.text.decode("utf-8", "replace") if node is not None and node.text else ""


def clip(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
