"""An apprentice that plays every role of coding: items right by construction, varied by the words of what it reads."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from random import Random
from typing import Any

from agents.models.scripted import Request
from sandbox.languages import BY_KEY, named
from teams.coding.forms.base import fenced
from teams.coding.kinds import KINDS
from teams.coding.programs import blocks
from tests.teams.coding.cases import BY_KIND, answer
from tests.teams.stages.writer import Apprentice

_DRAWN = re.compile(r"The code is (.+?)\. How it is written")
_OF_FORM = {frozenset(kind.form.draft(False)): kind.name for kind in KINDS if kind.name in BY_KIND}
_NUMBERED = re.compile(r"Note (\d+) of")


class Coder(Apprentice):
    """Knows an item of every form."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: dict[int, str] = {}
        """Kinds of the items written, by the number that stands in their question."""

    def rewrite(self, request: Request) -> str:
        """Rules, tables, calls and code at once, so that it passes for every kind of material."""
        made = json.loads(super().rewrite(request))
        most = int(re.findall(r"and (\d+) words", str(request.messages[-1].content))[-1])
        lines = made["passage"].split("\n")
        rules = "1. The first days are free.\n2. Children pay half.\n3. Nobody pays more than 500."
        tables = "CREATE TABLE a (x);\nCREATE TABLE b (y);\nINSERT INTO a VALUES (1);"
        calls = "\n".join(f"fine({n}) gives {20 * n}" for n in range(6))
        tail = "\n\n".join((rules, fenced(BY_KIND["from_spec"]["solution"], "python"), tables, calls))
        while lines and len(f"{' '.join(lines)} {tail}".split()) > most * 1.2:
            lines.pop()
        return json.dumps({**made, "passage": "\n".join([*lines, tail])}, ensure_ascii=False)

    def item(self, passage: str, fields: Mapping[str, Any], place: str) -> dict[str, Any]:
        kind = _OF_FORM.get(frozenset(fields), "from_spec")
        made = copy.deepcopy(BY_KIND[kind])
        number = 100 + len(self.kinds)
        self.kinds[number] = kind
        words = sorted({word.lower() for word in re.findall(r"[^\W\d_]{5,}", passage)})
        talk = ", ".join(Random(f"{place}{number}").sample(words, min(14, len(words))))
        made["question"] = f"{made['question']} (Note {number} of our book, filed under {talk}.)"
        return {name: made[name] for name in fields}

    def ask(self, request: Request) -> str:
        drawn = _DRAWN.search(str(request.messages[1].content))
        made = json.loads(super().ask(request))
        language = named(drawn[1]) if drawn else None
        for item in made["items"]:
            if language and item.get("written_in", language.key) != language.key:
                made = {"items": [], "left_out": f"It knows no such item in {language.name}."}
        return json.dumps(made, ensure_ascii=False)

    def answer(self, request: Request) -> Any:
        """Answer as the item says; what a program put into it (the broken line, the output) it works out from there."""
        task = str(request.messages[1].content)
        number = _NUMBERED.search(task)
        kind = self.kinds.get(int(number[1]), "from_spec") if number else "from_spec"
        item = BY_KIND[kind]
        key = {"predict_output": PRINTED, "deduce_input": "'ABC'", "trace_state": WAITED, "explain": "10"}.get(kind, "")
        language = item.get("written_in", "sql" if kind == "query" else "python")
        said = answer(kind, {**item, "key": key, "written_in": language, "line": _at_fault(task, item)})
        talk = re.search(r"filed under (.*?)\.\)", task)
        closing = f"It is filed under {talk[1] if talk else 'other things'} as before."
        return f"{closing}\n\n{said}" if key else f"{said}\n\n{closing}"


PRINTED = "['rye'] ['rye', 'oats']\n['wheat', 'spelt'] ['oats', 'barley']\n7"
WAITED = "['Ida', 'Ole', 'Kai']\n['Ole', 'Kai']\n['Kai', 'Una']\n['Una']"


def _at_fault(task: str, item: Mapping[str, Any]) -> str:
    """Find the line in which the code shown parts from the solution."""
    right = str(item.get("solution", "")).splitlines()
    for name, code in blocks(task):
        if name in BY_KEY and len(code.splitlines()) == len(right):
            parted = [a.strip() for a, b in zip(code.splitlines(), right, strict=True) if a != b]
            if parted:
                return parted[0]
    return ""
