"""An apprentice who writes questions without a text, right by construction, and plays those who read them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from random import Random
from typing import Any

from agents.models.scripted import Request
from tests.teams.stages.writer import Apprentice

TABLE = "\n".join(["| Day | Boats |", "|---|---|", *(f"| {n} | {40 + n * n} |" for n in range(1, 8))])
LINKS = "\n".join(f"cold number {n} — slows → rot number {n}: less moves" for n in range(1, 9))


class Scholar(Apprentice):
    """Knows all forms of open_domain_qa."""

    def __init__(self) -> None:
        super().__init__()
        self.answers |= {"stranger": self.wonder, "corrector": self.correct}

    def rewrite(self, request: Request) -> str:
        """Lines, a table and links at once, so that it passes for every kind of material."""
        made = json.loads(super().rewrite(request))
        words = made["passage"].split("\n")
        most = int(re.findall(r"and (\d+) words", str(request.messages[-1].content))[-1])
        tail = f"{LINKS}\n\n{TABLE}"
        while len(f"{' '.join(words)} {tail}".split()) > most * 1.2:
            words.pop()
        return json.dumps({**made, "passage": "\n".join([*words, tail])}, ensure_ascii=False)

    def item(self, passage: str, fields: Mapping[str, Any], place: str) -> dict[str, Any]:
        number = 200 + len(self.known)
        question, values = _made(set(fields), number)
        # Questions that differ in a number only are twins.
        words = sorted({word.lower() for word in re.findall(r"[^\W\d_]{5,}", passage)})
        talk = ", ".join(Random(f"{place}{number}").sample(words, min(14, len(words))))
        question = f"Among friends one came from {talk} to cellars. {question}"
        item = {name: {**values, "question": question}[name] for name in fields}
        self.known[question] = item
        return item

    def answer(self, request: Request) -> Any:
        """Answer as the item says, with what the talk was of."""
        task = str(request.messages[1].content)
        talk = re.search(r"came from (.*?) to cellars", task)
        return f"{self.told(task)} With {talk[1] if talk else 'other things'} it has nothing to do."

    def told(self, task: str) -> str:
        item = next((item for question, item in self.known.items() if question in task), {})
        if "whole" in item:
            return "Six rows of eight are 6 × 8 = 48, and with the 5 left over 48 + 5 = 53: **53 jars**."
        if "withheld" in item:
            return "It can't be worked out, since how many jars stand in a row is never said; there are 6 rows."
        if "formula" in item:
            return "There are a rows of b jars, of which each row lacks one, so that n = `a*(b - 1) + 5` jars are left."
        if "belief" in item:
            return f"{item['truth']} That is so wherever one looks, and can be tried out in a kitchen."
        if "answer" in item:
            return f"It is called {item['answer']}, as any handbook of keeping food has it."
        if "items" in item:
            return f"These: {'; '.join(item['items'])}."
        return f"{' '.join(item['points'])} Both can be seen in any kitchen, and neither needs more than patience."

    def solve(self, request: Request) -> str:
        paper = str(request.messages[-1].content)
        if "Which of these two is so?" in paper:
            letter = next(a for a, text in re.findall(r"^([AB])\. (.*)$", paper, re.MULTILINE) if "slows" in text)
            return json.dumps({"thought": "Cold slows it.", "answerable": True, "answer": letter})
        item = next((item for question, item in self.known.items() if question in paper), {})
        value: Any = item.get("items") or item.get("formula") or item.get("answer") or ""
        value = 53 if "whole" in item else value
        answerable = bool(item) and "withheld" not in item
        return json.dumps({"thought": "Worked out and tried.", "answerable": answerable, "answer": value})

    def wonder(self, request: Request) -> str:
        return json.dumps({"quote": "", "because": "It is plain.", "understood": True, "open": True})

    def correct(self, request: Request) -> str:
        told = str(request.messages[-1].content).split("The answer:\n")[1]
        return json.dumps({"quote": told[:30], "set_right": True})


def _made(fields: set[str], number: int) -> tuple[str, dict[str, Any]]:
    """Return a question for a form with these fields, and the values of all fields there are."""
    asks = f"Why does fruit in cellar {number} keep longer than fruit on the shelf above the stove?"
    if "whole" in fields:
        asks = f"In cellar {number} jars stand in 6 rows of 8, and 5 more on the floor. How many jars are there?"
    elif "withheld" in fields:
        asks = f"In cellar {number} jars stand in 6 rows, all alike, and 5 more on the floor. How many jars are there?"
    elif "letters" in fields:
        asks = f"In cellar {number} there are a rows of b jars; each row lacks 1 and 5 stand on the floor. How many?"
    elif fields & {"answer", "items"}:
        asks = f"What does the keeper of cellar {number} call the slow work of yeast on sugar?"
    one = {"low": 2, "high": 30, "whole": True}
    return asks, {
        "evidence": [], "looked_up": "handbooks of the kitchen", "answer": "fermentation", "also": [],
        "items": ["mash", "boil", "fermentation"], "plan": "rows times jars, and the rest", "taken": [],
        "expression": "6 * x + 5" if "withheld" in fields else "6 * 8 + 5", "unit": "jars", "whole": True,
        "program": "print(53)", "withheld": "how many jars stand in a row", "low": 7, "high": 9,
        "belief": "Cold hastens the rot of fruit that is kept in a cellar.",
        "truth": "Cold slows the rot of fruit that is kept in a cellar.",
        "points": ["Cold slows what makes fruit rot.", "The air above a stove is dry and warm."],
        "letters": [{"letter": "a", "meaning": "rows", **one}, {"letter": "b", "meaning": "jars", **one}],
        "formula": "a*(b - 1) + 5",
    }  # fmt: skip
