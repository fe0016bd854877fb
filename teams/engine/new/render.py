"""A plan printed as the three files of a skill: what it consists of, its script, its tests."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from teams.engine.new.plan import IDENTITY, Aim, Plan, Sort, Way

TEMPLATES = Path(__file__).with_name("templates")
WIDTH = 120
_TEXT_CHECKS = ("evidence_occurs", "quotations_occur", "figures_from_text")
_SHARED = ("format_kept", "in_the_language")
CHECK_NAMES = (*_TEXT_CHECKS, *_SHARED, "source_unnamed", "answer_length", "nothing_forbidden")
"""Checks of a skill that are made by program; a critic's have other names."""
_MEANS = {
    "harder": (),
    "turned": ("edits=True", "new_key=True"),
    "taken_away": ("edits=True", "is_answerable=False", "asks_anew=False"),
}


def printed(plan: Plan) -> dict[str, str]:
    """Return the files of a skill by their paths in a checkout: `teams/NAME.py`, its script, its tests."""
    suits = {
        way: tuple(sort.name for sort in plan.sorts if way in sort.suits)
        for way in (*(way.name for way in plan.ways), IDENTITY)
    }
    known = {
        "plan": plan,
        # What suits a seed as it is must not be empty: where nobody thought of it, all does.
        "suits": {way: kinds or tuple(sort.name for sort in plan.sorts) for way, kinds in suits.items()},
        "constants": sorted({sort.form.upper() for sort in plan.sorts}),
        "criteria": [criterion.name for criterion in plan.criteria],
        "checks": (*(_TEXT_CHECKS if plan.shows_text else ("source_unnamed",)), *_SHARED),
        "samples": "code" if plan.material == "code" else "articles",
    }
    jinja = _environment()
    files = {
        f"teams/{plan.name}.py": "skill.py.jinja",
        f"teams/{plan.name}.md": "script.md.jinja",
        f"tests/teams/test_{plan.name}.py": "test.py.jinja",
    }
    made = {path: jinja.get_template(template).render(known) for path, template in files.items()}
    return {path: text if path.endswith(".py") else _squeezed(text) for path, text in made.items()}


def _environment() -> Environment:
    from jinja2 import FileSystemLoader

    made = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=False, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters |= {
        "quoted": quoted, "flowed": flowed, "docstring": _docstring, "sentence": _sentence, "points": _points,
        "listed": _listed, "made": _made, "asks": _asks, "aims": _aims, "row": _row, "named": _named,
    }  # fmt: skip
    return made


def quoted(text: str) -> str:
    """Return a text as a Python string on one line, between double quotes where that can be."""
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else repr(text)


def on_a_line(text: str) -> str:
    """Return the words of a text alone: no breaks, no signs that a file can't hold or a screen would obey."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _told(text: str) -> str:
    """Words for a role: such a text is read as a template, which nothing that was drafted may be."""
    return re.sub(r"\{(?=[{%#])", "{ ", on_a_line(text)).lstrip("# ")


def flowed(text: str) -> str:
    """Wrap a paragraph; nothing in it may begin a heading."""
    lines = textwrap.wrap(on_a_line(text).lstrip("# "), WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join(re.sub(r"^(#+ )", r"\\\1", line) for line in lines)


def _docstring(text: str) -> str:
    return on_a_line(text).replace("\\", "/").replace('"""', "'''").rstrip('"')


def _sentence(text: str) -> str:
    said = _told(text)
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _points(lines: Iterable[str]) -> str:
    """A list whose items end in semicolons, so that the template can add the last."""
    said = (_told(line).rstrip(".;,") for line in lines)
    wrapped = (textwrap.wrap(f"{line};", WIDTH - 2, break_long_words=False) for line in said)
    return "\n".join("- " + "\n  ".join(lines) for lines in wrapped)


def _listed(phrases: Sequence[str]) -> str:
    return "; ".join(_told(phrase).rstrip(".;,") for phrase in phrases)


def _squeezed(text: str) -> str:
    """Script text with its paragraphs wrapped anew and never more than one blank line."""
    blocks = re.split(r"\n{2,}", text.strip())
    return "\n\n".join(_rewrapped(block) for block in blocks) + "\n"


def _rewrapped(block: str) -> str:
    head, _, rest = block.partition("\n") if block.startswith("#") else ("", "", block)
    lines = rest.split("\n")
    if not rest or any(line.startswith(("- ", "  ", "{%", "A good ")) for line in lines):
        return block
    return "\n".join(filter(None, (head, flowed(rest))))


def laid(head: str, inner: Sequence[str], tail: str = "),", *, indent: int = 4) -> str:
    """A call or tuple as the formatter lays it out: on one line if it fits, else a line for each part."""
    one = f"{head}{', '.join(inner)}{tail}"
    if indent + len(one) <= WIDTH:
        return one
    space = " " * indent
    return "\n".join([head, *(f"{space}    {part}," for part in inner), f"{space}{tail}"])


def _made(way: Way) -> str:
    return laid("_made(", [quoted(way.name), *map(str, way.words)])


def _asks(sort: Sort) -> str:
    return laid("_asks(", [quoted(sort.name), sort.form.upper(), *map(quoted, sort.goals)])


def _aims(aim: Aim) -> str:
    return laid("_aims(", [quoted(aim.name), *_MEANS[aim.means]])


def _row(kinds: Sequence[str], way: str) -> str:
    return _tuple(f"{quoted(way)}: ", kinds, "),", 4)


def _named(values: Sequence[str], name: str) -> str:
    return _tuple(f"{name}: tuple[str, ...] = " if not values else f"{name} = ", values, ")", 0)


def _tuple(head: str, values: Sequence[str], tail: str, indent: int) -> str:
    parts = list(map(quoted, values))
    if len(parts) == 1:
        return f"{head}({parts[0]},{tail}"
    return laid(f"{head}(", parts, tail, indent=indent)
