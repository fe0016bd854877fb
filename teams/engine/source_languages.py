"""The programming languages seeds may be written in: their files, and the grammar that reads each.

Grammars come from one wheel per language. (`tree-sitter-language-pack` has them all, but fetches them when first
used. Kotlin's grammar is left out: some wrong inputs cost it gigabytes between two chances to stop it.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar


@dataclass(frozen=True)
class Language:
    """How a language is read."""

    name: str
    suffixes: tuple[str, ...]
    module: str
    """The wheel's module."""
    entry: str = "language"
    """The function of that module which gives the grammar."""


LANGUAGES = (
    Language("python", (".py", ".pyi"), "tree_sitter_python"),
    Language("javascript", (".js", ".mjs", ".cjs", ".jsx"), "tree_sitter_javascript"),
    Language("typescript", (".ts", ".mts", ".cts"), "tree_sitter_typescript", "language_typescript"),
    Language("tsx", (".tsx",), "tree_sitter_typescript", "language_tsx"),
    Language("go", (".go",), "tree_sitter_go"),
    Language("rust", (".rs",), "tree_sitter_rust"),
    Language("java", (".java",), "tree_sitter_java"),
    Language("c", (".c",), "tree_sitter_c"),
    # A `.h` may be either; C++ reads C's declarations as well.
    Language("cpp", (".cpp", ".cc", ".cxx", ".hpp", ".hh", ".hxx", ".h"), "tree_sitter_cpp"),
    Language("csharp", (".cs",), "tree_sitter_c_sharp"),
    Language("ruby", (".rb",), "tree_sitter_ruby"),
    Language("php", (".php",), "tree_sitter_php", "language_php"),
)
_BY_SUFFIX = {suffix: language.name for language in LANGUAGES for suffix in language.suffixes}
_BY_NAME = {language.name: language for language in LANGUAGES}
NAMES = tuple(_BY_NAME)


def language_of(file_name: str) -> str:
    """Return the language of a file by the end of its name, '' if it is none of ours."""
    dot = file_name.rfind(".")
    return _BY_SUFFIX.get(file_name[dot:].lower(), "") if dot >= 0 else ""


@cache
def grammar(name: str) -> Grammar:
    """Return the grammar of a language in `NAMES`."""
    from tree_sitter import Language as Grammar

    language = _BY_NAME[name]
    return Grammar(getattr(import_module(language.module), language.entry)())
