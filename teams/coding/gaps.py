"""Code that was left out: what stands in its place, a comment or an ellipsis.

An ellipsis stands for nothing where Python wants it: in the docstring of an example, in a protocol, an abstract method,
an overload, a class without a body. A comment stands for code only if it says so: an item's existing code is none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from teams.coding.programs import parsed

_COMMENT = re.compile(r"\s*(?:#+|//+|--+|/\*+|<!--)(.*?)(?:\*+/|-->)?\s*")
_THING = r"(?:code|function|class|file|method|program|module|script|loop|body|logic|implementation)s?"
_SAYS_SO = re.compile(
    rf"(?:the |your )?(?:rest|remainder)(?: of (?:the|your|this) {_THING})?(?: (?:is|stays|remains|goes))?"
    r"(?: the)?(?: unchanged| same(?: as before)?| as (?:before|above|it was)| here)?"
    rf"|(?:the )?(?:same|rest same) as (?:before|above)|(?:as|unchanged from) (?:before|above)|unchanged(?: {_THING})?"
    rf"|(?:the |your )?(?:existing|remaining|previous|original) {_THING}(?: (?:is |stays |goes )?(?:unchanged|here))?"
    rf"|(?:put |add |insert )?your {_THING}(?: goes)? here"
    rf"|(?:other )?{_THING} (?:(?:stays?|remains?|is|are) )?unchanged"
    r"|(?:der )?rest (?:des codes )?(?:bleibt |ist )?(?:unverändert|gleich|wie bisher|wie oben)|wie (?:bisher|oben)"
    r"|(?:le )?reste (?:du code )?(?:est |reste )?(?:inchangée?|identique)|(?:el )?resto (?:del código )?sin cambios",
    re.IGNORECASE,
)
_DOTS = ("...", "…", "....")
_STUBS = ("Protocol", "ABC", "overload", "abstractmethod")


def gaps(code: str, *, is_python: bool = False) -> list[str]:
    """Return the lines that stand for code which was left out."""
    lines = code.splitlines()
    tree = parsed(code) if is_python else None
    inside = set(_lines_of_strings(tree)) if tree else set()
    meant = set(_ellipses_meant(tree)) if tree else set()
    found = []
    for number, line in enumerate(lines, 1):
        if number in inside:
            continue
        is_dots = line.strip() in _DOTS and number not in meant
        if is_dots or _is_gap(line):
            found.append(line.strip())
    return found


def _is_gap(line: str) -> bool:
    comment = _COMMENT.fullmatch(line)
    if not comment:
        return False
    said = comment[1].strip()
    bare = said.strip(".… \t([<{)]>}:;!-")
    return said in _DOTS or bool(_SAYS_SO.fullmatch(bare))


def _lines_of_strings(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and (node.end_lineno or 0) > node.lineno:
            yield from range(node.lineno + 1, (node.end_lineno or 0) + 1)


def _ellipses_meant(tree: ast.Module) -> Iterator[int]:
    """Yield the lines of ellipses that are all there is to say."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            names = [*getattr(node, "decorator_list", ())]
        else:
            names = [*node.bases, *node.decorator_list]
            yield from _stub(node)
        if any(_last_name(name) in _STUBS for name in names):
            for inner in [node, *ast.walk(node)] if isinstance(node, ast.ClassDef) else [node]:
                yield from _stub(inner)


def _stub(node: ast.AST) -> Iterator[int]:
    body = [one for one in getattr(node, "body", ()) if not _is(one, str)] if hasattr(node, "lineno") else []
    if len(body) == 1 and _is(body[0], type(...)):
        yield body[0].lineno


def _is(statement: ast.stmt, kind: type) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, kind)
    )


def _last_name(node: ast.expr) -> str:
    named = node.value if isinstance(node, ast.Subscript) else node
    return getattr(named, "attr", getattr(named, "id", ""))
