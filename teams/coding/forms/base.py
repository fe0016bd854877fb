"""What all forms of coding have in common: a task is tried at the desk, and tried again with the answer.

What a trial finds out is written into the draft under `RAN`: the outputs that programs really had, the mutants made.
The form takes it from there into the facts, and nothing of it has to be believed.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from sandbox import Sandbox
from sandbox.languages import BY_KEY, HELD
from teams.coding.programs import Trial, without_blocks, words_in
from teams.engine.stages.forms import Asked, Draft, Facts, Open, several, text
from teams.engine.verdict import Finding

RAN = "ran"
"""Where a draft keeps what its trial found."""
_QUOTED = 4
"""Lines of code that an answer may show at most to name one of them."""
POINTS = several(text(10, 300, ""), 1, 5, "what a good answer says beside its code or result, each a full sentence")
QUESTION = text(12, 2500, "what the user writes; code that is shown is put under it by a program")
LANGUAGE = {"enum": [language.key for language in HELD], "description": "of the code"}
CODE = text(10, 4000, "whole, with what it imports; without a main program around it")
TESTS = text(
    10,
    2500,
    "code of the same language, put after the code it tries: prints one short line per case, ordinary, awkward and at"
    " the limits; in C and C++ a main, in awk BEGIN blocks",
)
EXPECTED = text(1, 1500, "what the tests print, worked out from the question and not from the code, line by line")


class Task(Open):
    """A task with code in it."""

    shape = "code"
    quotes = False
    shows_code = True
    """Code stands under the question."""
    tongues: tuple[str, ...] = ("python", "javascript", "c", "cpp", "perl", "lua", "ruby", "bash", "awk")
    """Languages it can be set in."""
    kept: tuple[str, ...] = ()
    """Fields of the draft that become facts."""

    def asked(self, draft: Draft, random: Random) -> Asked:
        ran = dict(draft.get(RAN, {}))
        shown = self.shown(draft, ran)
        question = draft["question"].strip()
        parts = [question, *shown]
        if shown and self.can_lead and random.random() < 0.35:
            parts = [*shown, question]
        facts = {name: draft[name] for name in self.kept if name in draft}
        facts |= {"question": question, "points": [point.strip() for point in draft["points"]]}
        facts |= {"written_in": draft["written_in"]} if "written_in" in draft else {}
        facts |= {"key_shown": _proof(draft)} if "solution" in draft else {}
        return Asked("\n\n".join(parts), {**facts, **ran})

    can_lead = True
    """What is shown may stand before the question."""

    def shown(self, draft: Draft, ran: Mapping[str, Any]) -> list[str]:
        """Return what is put under the question."""
        return []

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        if "written_in" in draft and draft["written_in"] not in self.tongues:
            yield f"it can't be set in {BY_KEY[draft['written_in']].name}; it can in {', '.join(self.tongues)}"
        if self.shows_code and "```" in draft["question"] and (given := draft.get("given", "")):
            yield from _twice(draft["question"], given)

    @abstractmethod
    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        """Carry out a draft; note in it what was found, and return what is wrong with it, as words to its writer."""

    @abstractmethod
    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        """Carry out the answer, where it can be, and return what was found."""


def _twice(question: str, given: str) -> Iterator[str]:
    lines = [line.strip() for line in given.splitlines() if len(line.strip()) > 12]
    if lines and sum(line in question for line in lines) > len(lines) / 2:
        yield "leave the code out of the question: a program puts it under it"


def _proof(draft: Draft) -> str:
    """Say what proves an answer, to those who change the task."""
    parts = [f"A solution:\n{fenced(draft['solution'])}"]
    parts += [
        f"{name}:\n{fenced(str(draft[name]))}" for name in ("tests", "expected", "kept_back", "work") if name in draft
    ]
    return "\n\n".join([*parts, *(f"A good answer says: {point}" for point in draft["points"])])


def fenced(code: str, language: str = "") -> str:
    """Return code in a block; the fence is longer than any inside."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code.strip(chr(10))}\n{fence}"


_LINE = r"(?:(?<!\w)(?:lines?|zeilen?|lignes?|l[ií]neas?|rig[ah]e?|linhas?|regels?|l)|(?<!\d):|第)"


def names_line(answer: str, given: str, line: str, number: int = 0) -> bool:
    """Say whether an answer gives a line of the code shown, or its number; the whole code once more names no line.

    `number` counts from 1; 0: the first line that reads so.
    """
    answer = without_blocks(answer, _QUOTED)
    squeezed = "".join(answer.split())
    if "".join(line.split()) in squeezed:
        return True
    lines = [one.strip() for one in given.splitlines()]
    number = number or lines.index(line.strip()) + 1
    said = rf"{_LINE} ?(?:\d+(?:,| and| und| et| y|-|–) ?)*{number}(?!\w|:\d)"
    return bool(re.search(said, " ".join(answer.split()).replace("*", "").replace("`", ""), re.IGNORECASE))


def found(check: str, fault: str, held: str) -> Finding:
    return Finding(check, not fault, fault or held, "sandbox")


def called(tests: str, solution: str) -> set[str]:
    """Return the names that tests take from a solution: whoever answers has to be told them."""
    made = set(
        re.findall(r"\b(?:def|function|class|sub|local function|struct|func)\s+([A-Za-z_]\w*)", solution)
        + re.findall(r"^\s*(?:const|let|var)\s+([A-Za-z_]\w*)\s*=", solution, re.MULTILINE)
        + re.findall(r"^([A-Za-z_]\w*)\s*\(\)\s*\{", solution, re.MULTILINE)
        + re.findall(r"^[A-Za-z_][\w \t*&:<>,]*?[\s*&]([A-Za-z_]\w*)\s*\([^;{]*\)\s*\{", solution, re.MULTILINE)
    )
    return {name for name in made if name in words_in(tests)}


def trials_of(facts: Facts) -> list[tuple[Trial, Sequence[str]]]:
    """Return the trials of an item with what they have to print."""
    from teams.coding.programs import trial_of

    return [(trial_of(facts, part), part["prints"]) for part in facts["parts"]]
