"""The words of a skill: one Markdown file, one `## heading` per role, one `### heading` per kind."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError

from agents.role import Role

_HEADING = re.compile(r"^## (\w+)\s*$", re.MULTILINE)
_KIND = re.compile(r"^### (\w+)\s*$", re.MULTILINE)
# Strict: a prompt that names a fact nobody supplies must fail, not render a hole. Values are put in once and never
# scanned again, so that template braces inside a seed stay what they are: text.
_jinja = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)


class ScriptError(ValueError):
    """A script is not well formed: says in which file and what would be right."""


def template_of(words: str, place: str) -> Template:
    """Return what a role's prompts are made of, from its words. Raises `ScriptError`, which names the place."""
    try:
        return _jinja.from_string(words)
    except TemplateSyntaxError as error:
        raise ScriptError(f"{place}: {error.message} (line {error.lineno} of its words)") from None


def section_of(text: str, role: str) -> str:
    """Return what stands under `## role`, or the whole text where it has no such heading: then it is one section."""
    _, *pieces = _HEADING.split(text)
    return dict(zip(pieces[::2], pieces[1::2], strict=True)).get(role, text).strip()


class Script:
    """What every role of a skill is told, read from Markdown.

    Text before the first `## heading` is for people. Under `## kinds`, each `### name` is the brief of one kind.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_text(encoding="utf-8")
        self.hash = hashlib.sha256(text.encode()).hexdigest()[:16]
        _, *pieces = _HEADING.split(text)
        self._prompts = {name: words.strip() for name, words in zip(pieces[::2], pieces[1::2], strict=True)}
        _, *briefs = _KIND.split(self._prompts.pop("kinds", ""))
        self._briefs = {name: " ".join(words.split()) for name, words in zip(briefs[::2], briefs[1::2], strict=True)}

    @classmethod
    def beside(cls, module_file: str) -> "Script":
        """The script of the skill in `module_file`: same name, ending in `.md`."""
        return cls(Path(module_file).with_suffix(".md"))

    def role(self, name: str, **abilities: Any) -> Role:
        """Return the role under `## name`. `abilities` are the other fields of `Role`."""
        if name not in self._prompts:
            raise ScriptError(f"{self.path.name} has no '## {name}'; it has: {', '.join(self)}")
        return Role(name, self._template(name, self._prompts[name]), **abilities)

    def brief(self, kind: str) -> str:
        """Return the brief under `### kind`, in the section `## kinds`."""
        if kind not in self._briefs:
            raise ScriptError(
                f"{self.path.name} has no '### {kind}' under '## kinds'; it has: {', '.join(self._briefs)}"
            )
        return self._briefs[kind]

    @property
    def briefs(self) -> tuple[str, ...]:
        """Names of the kinds that have a brief."""
        return tuple(self._briefs)

    def _template(self, name: str, words: str) -> Template:
        template = template_of(words, f"{self.path.name}, '## {name}'")
        template.name = f"{self._place}, ## {name}"
        return template

    @property
    def _place(self) -> str:
        """Where the script stands, as it is named in the code base; of somebody else's, the file's name alone."""
        home = Path(__file__).parents[1]
        return self.path.relative_to(home).as_posix() if self.path.is_relative_to(home) else self.path.name

    def __iter__(self) -> Iterator[str]:
        return iter(self._prompts)


def combined(*scripts: Script) -> str:
    """Return one hash for a skill whose roles stand in several scripts."""
    return hashlib.sha256(" ".join(script.hash for script in scripts).encode()).hexdigest()[:16]
