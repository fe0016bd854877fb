"""Code into functions, by syntax trees: names, types, defaults, docs and places. Nothing is imported or run.

One walk serves every language, since the grammars agree on most names of things (`parameters`, `name`, `type`); what
a language does in its own way is in `source_nodes`. A parse is bounded by steps, not by time, so that the same file
always gives the same functions: code nested beyond belief or with huge lines is refused before it is parsed (some
grammars need gigabytes for it), and a parse that goes astray is stopped. Where there are syntax errors, what could be
read is kept.
"""

from __future__ import annotations

import ctypes
import re
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from teams.engine import source_nodes as nodes
from teams.engine.source_heads import Definition, definitions
from teams.engine.source_languages import NAMES, grammar, language_of
from teams.engine.source_parameters import Parameter, parameters

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

__all__ = ["Function", "Parameter", "Source", "SourceError", "language_of", "parse"]

MAX_BYTES = 400_000
MAX_LINE = 5_000
MAX_NESTING = 100
MAX_INDENT = 200
MAX_STEPS = 4_000
"""How often the parser may report progress: about once in 140 bytes of ordinary code."""
MAX_SECONDS = 10.0
"""Of this thread's CPU: a last resort against what steps do not tell, many times what the worst good file takes."""
MAX_DEPTH = 30
"""Classes within classes; what lies deeper is not read."""


class SourceError(ValueError):
    """Code that is not parsed; the message says why in a few words."""


@dataclass(frozen=True)
class Function:
    """A function as its code declares it."""

    name: str
    container: str
    """The class, trait, module or receiver it belongs to, dotted: `Library.Desk`; '' at the top level."""
    parameters: tuple[Parameter, ...]
    returns: str
    """The declared return type; '' if none is."""
    doc: str
    """Docstring or the comment above, without its markers."""
    span: tuple[int, int]
    """First and last line, from 1, both inclusive; the comment above and decorators belong to it."""
    is_public: bool
    is_async: bool
    special: str
    """Why nobody would offer it to a caller: `test`, `main`, `constructor`, `operator` (also dunder), `overload` (also
    setters), or ''."""
    text: str
    language: str

    @property
    def is_offered(self) -> bool:
        """Whether a caller from outside would use it."""
        return self.is_public and not self.special

    def as_dict(self) -> dict[str, Any]:
        """Return JSON: the fields, and `is_offered`."""
        return {**asdict(self), "span": list(self.span), "is_offered": self.is_offered}


@dataclass(frozen=True)
class Source:
    """What was read from one file."""

    language: str
    functions: tuple[Function, ...]
    """In the order of their first lines."""
    flawed: bool
    """There are syntax errors; what stands around them was read."""
    definitions: tuple[Definition, ...] = ()
    """What the file defines beside functions, in its order."""


def parse(text: str, language: str) -> Source:
    """Return the functions declared in `text`, `language` being one of `source_languages.NAMES`.

    Functions inside functions are left out: nobody can call them. Raises `SourceError` for text that is too large, too
    deeply nested or has lines too long to be code that people wrote.
    """
    if language not in NAMES:
        raise SourceError(f"no grammar for {language!r}; there are: {', '.join(NAMES)}")
    raw = text.encode("utf-8", "replace")
    _refuse_the_absurd(raw, text)
    tree = _tree(raw, language)
    reader = _Reader(language, raw)
    found = sorted(reader.functions(tree.root_node), key=lambda f: f.span)
    return Source(language, tuple(found), tree.root_node.has_error, definitions(tree.root_node, raw))


def _refuse_the_absurd(raw: bytes, text: str) -> None:
    if len(raw) > MAX_BYTES:
        raise SourceError(f"more than {MAX_BYTES} bytes")
    if _nesting(text) > MAX_NESTING:
        raise SourceError(f"brackets nested deeper than {MAX_NESTING}")
    for line in text.split("\n"):
        if len(line) > MAX_LINE:
            raise SourceError(f"a line longer than {MAX_LINE} characters")
        if len(line) - len(line.lstrip()) > MAX_INDENT and line.strip():
            raise SourceError(f"a line indented by more than {MAX_INDENT}")


def _nesting(text: str) -> int:
    """How deep brackets nest, about. `a<b<c…` counts too, until a statement ends: it may be types of types of types."""
    depth = angles = deepest = 0
    for mark in re.findall(r"[(\[{}\])<>;]", text):
        if mark in "<>":
            angles = max(0, angles + (1 if mark == "<" else -1))
        elif mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth = max(0, depth - 1)
        if mark in ";{}":
            angles = 0
        deepest = max(deepest, depth, angles)
    return deepest


def _tree(raw: bytes, language: str) -> Tree:
    from tree_sitter import Parser

    steps, started = 0, time.thread_time()

    def is_astray(_offset: int, _has_error: bool) -> bool:
        nonlocal steps
        steps += 1
        return steps > MAX_STEPS or time.thread_time() - started > MAX_SECONDS

    read: list[bytes] = []

    def piece(offset: int, _place: object) -> bytes:
        if len(raw) - offset < 2:  # a slice so short is one the whole interpreter shares: nothing to give back
            return raw[offset:]
        read.append(bytes(memoryview(raw)[offset : offset + 65_536]))  # a copy: a whole slice would be `raw` itself
        return read[-1]

    # Only a parse that reads through a callback can be stopped, and only one that is given bytes has nodes that know
    # their text. So the first one is a trial; the second one takes the same steps.
    try:
        Parser(grammar(language)).parse(piece, encoding="utf8", progress_callback=is_astray)
    except ValueError:
        raise SourceError("the parser lost its way") from None
    finally:
        _let_go(read)
    return Parser(grammar(language)).parse(raw)


def _let_go(read: list[bytes]) -> None:
    """Give back what py-tree-sitter (0.26) forgets to: it keeps every piece that a reading callback returns.

    What it holds is looked at, not assumed: a version that lets go by itself is left alone. Each piece was returned
    once, so that one reference is all that can be missing.
    """
    while read:
        piece = read.pop()
        if sys.getrefcount(piece) > 2:  # one for `piece`, one for the question
            ctypes.pythonapi.Py_DecRef(ctypes.py_object(piece))


@dataclass(frozen=True)
class _Scope:
    """Where the walk stands."""

    container: tuple[str, ...] = ()
    kind: str = ""
    """Node type of the innermost container."""
    public: bool = True
    """What a member is that does not say."""
    in_tests: bool = False
    depth: int = 0
    start: Node | None = None
    """The outermost of the wrappers just passed (`export`, `template`): a function in them begins there."""


class _Reader:
    """Walks one tree."""

    def __init__(self, language: str, raw: bytes) -> None:
        self._language = language
        self._raw = raw

    def functions(self, root: Node) -> Iterator[Function]:
        yield from self._inside(root, _Scope(), [])

    def _inside(self, parent: Node, scope: _Scope, above: list[Node]) -> Iterator[Function]:
        """Yield the functions among the children. `above`: comments and decorators that stand over the first child."""
        if scope.depth > MAX_DEPTH:
            return
        above = list(above)
        for node in parent.named_children:
            if node.type in nodes.ABOVE:
                above.append(node)
                continue
            scope = replace(scope, public=nodes.visibility_from_here(node, scope.public))
            yield from self._at(node, scope, above)
            above = []

    def _at(self, node: Node, scope: _Scope, above: list[Node]) -> Iterator[Function]:
        found = nodes.function_in(node)
        if found is not None:
            named, declared = found
            yield from self._function(node, named, declared, scope, above)
        elif node.type in nodes.CONTAINERS:
            name = nodes.container_name(node)
            inner = _Scope(
                container=(*scope.container, name) if name else scope.container,
                kind=node.type,
                public=nodes.members_are_public(node, self._language),
                in_tests=scope.in_tests or nodes.is_test_container(name),
                depth=scope.depth + 1,
            )
            yield from self._inside(node, inner, [])
        elif node.type in nodes.PASSED_THROUGH or node.is_error:
            # What stands above a wrapper stands above its child.
            start = scope.start or node if node.type in nodes.WRAPPERS else None
            yield from self._inside(node, replace(scope, depth=scope.depth + 1, start=start), above)

    def _function(self, node: Node, name: str, declared: Node, scope: _Scope, above: list[Node]) -> Iterator[Function]:
        outer, docs = nodes.with_what_is_above(scope.start or node, above)
        receiver = nodes.receiver(declared)
        *owner, name = [name] if "operator" in name else re.split(r"::|\.", name.removeprefix("exports."))
        container = ".".join((*scope.container, *([receiver] if receiver else []), *owner))
        is_method = self._language == "python" and bool(container)
        if not name:
            return
        yield Function(
            name=nodes.clip(name, 200),
            container=nodes.clip(container, 300),
            parameters=tuple(parameters(declared, is_python_method=is_method)),
            returns=nodes.returns(declared),
            doc=nodes.doc(declared, docs, self._language),
            span=(outer.start_point.row + 1, nodes.last_row(node) + 1),
            is_public=nodes.is_public(name, (node, declared), self._language, scope.kind, scope.public),
            is_async=nodes.is_async(declared),
            special="test" if scope.in_tests else nodes.special(name, container, declared, above),
            text=self._raw[outer.start_byte : node.end_byte].decode("utf-8", "replace"),
            language=self._language,
        )


def as_facts(source: Source) -> Mapping[str, Any]:
    """Return what a seed knows about its code, as JSON."""
    return {"functions": [function.as_dict() for function in source.functions], "flawed": source.flawed}
