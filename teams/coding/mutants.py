"""Small wrong turns put into code by a program: on its syntax tree where there is a grammar, else on its words.

What tests let pass of them is what the tests do not look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_GRAMMARS = ("python", "javascript", "c", "cpp", "ruby")
_SWAPS = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "===": "!==", "!==": "===", "~=": "==",
    "+": "-", "-": "+", "*": "+", "/": "*", "//": "*", "%": "*", "+=": "-=", "-=": "+=", "*=": "+=",
    "and": "or", "or": "and", "&&": "||", "||": "&&", "True": "False", "False": "True", "true": "false",
    "false": "true", "min": "max", "max": "min", "floor": "ceil", "ceil": "floor", "any": "all", "all": "any",
    "-lt": "-le", "-le": "-lt", "-gt": "-ge", "-ge": "-gt", "-eq": "-ne", "-ne": "-eq", "eq": "ne", "ne": "eq",
    "ASC": "DESC", "DESC": "ASC", "MIN": "MAX", "MAX": "MIN", "SUM": "AVG", "LEFT": "INNER", "AND": "OR",
}  # fmt: skip
_WORKING = re.compile(r"binary|comparison|boolean|augmented|assignment|expression|operator|call|return|argument|list")
"""Nodes whose operators do something: those of types and templates do not."""
_IDLE = frozenset("comment string string_content string_fragment string_literal system_lib_string heredoc_body".split())  # noqa: SIM905
_WORDS = re.compile(
    r"""(?P<idle>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|(?<![\w$])\#[^\n]*|--[ ][^\n]*)"""
    r"""|(?P<number>(?<![\w.$])\d+(?![\w.]))|(?P<word>(?<!\w)-(?:lt|le|gt|ge|eq|ne)\b|[A-Za-z_]\w*)"""
    r"""|(?P<sign><=|>=|==|!=|~=|&&|\|\||(?<=\s)[<>+*/%-](?=\s))""",
)


@dataclass(frozen=True)
class Mutant:
    """Code with one thing changed."""

    code: str
    line: int
    """The line that was changed, from 1."""
    was: str
    now: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.was!r} turned into {self.now!r}"


def mutants(code: str, language: str, most: int = 8) -> list[Mutant]:
    """Return at most `most` mutants, the same for the same code, from all over it."""
    found = list(dict.fromkeys(_all(code, language)))
    if len(found) <= most:
        return found
    random = Random(sha256(code.encode("utf-8", "replace")).hexdigest())
    return sorted(random.sample(found, most), key=lambda one: one.line)


def _all(code: str, language: str) -> Iterator[Mutant]:
    places = _by_tree(code, language) if language in _GRAMMARS else _by_words(code)
    for start, was in places:
        for now in _turned(was):
            changed = code[:start] + now + code[start + len(was) :]
            yield Mutant(changed, code.count("\n", 0, start) + 1, was, now)


def _turned(was: str) -> Iterator[str]:
    if was in _SWAPS:
        yield _SWAPS[was]
    elif was.isascii() and was.isdigit() and len(was) < 7:
        yield str(int(was) + 1)


def _by_words(code: str) -> Iterator[tuple[int, str]]:
    for match in _WORDS.finditer(code):
        if match.lastgroup != "idle":
            yield match.start(), match.group()


def _by_tree(code: str, language: str) -> Iterator[tuple[int, str]]:
    data = code.encode("utf-8", "replace")
    for node in _leaves(_parser(language).parse(data).root_node):
        parent = node.parent.type if node.parent else ""
        is_number = node.type in ("integer", "number", "number_literal")
        if "template" in parent:
            continue
        if is_number or node.type == "identifier" or _WORKING.search(parent):
            text = data[node.start_byte : node.end_byte].decode("utf-8", "replace")
            yield len(data[: node.start_byte].decode("utf-8", "replace")), text


def _leaves(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in _IDLE:
            continue
        if not node.child_count:
            yield node
        waiting.extend(reversed(node.children))


@cache
def _parser(language: str) -> Parser:
    from tree_sitter import Parser

    from teams.engine.source_languages import grammar

    return Parser(grammar(language))
