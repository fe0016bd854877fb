"""An apprentice who dresses puzzles plainly, invents simple ones, solves both, and plays those who read them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise
from random import Random
from typing import Any

from agents.models.scripted import Request
from tests.teams.stages.writer import Apprentice

_SLOT = re.compile(r"^- \[([A-Z]\d{0,2})\]: (.*)$", re.MULTILINE)
_RULE = re.compile(r"^\d+\. (.*)$", re.MULTILINE)
_NAMES = [
    "Akira",
    "Bruno",
    "Celia",
    "Dilan",
    "Edda",
    "Farid",
    "Gwen",
    "Hana",
    "Igor",
    "Jutta",
    "Kemal",
    "Lotte",
    "Marek",
    "Nuria",
    "Orla",
    "Pavel",
    "Quinn",
    "Rania",
    "Soren",
    "Thea",
    "Umberto",
    "Vera",
    "Wanda",
    "Xenia",
    "Yusuf",
    "Zora",
    "Anton",
    "Birgit",
    "Cyril",
    "Delia",
]


class Setter(Apprentice):
    """Knows all forms of brain_teaser. What was dealt it says rule by rule; its solutions it remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.solved: dict[str, dict[str, Any]] = {}
        """By a line of the puzzle that no other has: what the answer is, and what else is known of it."""
        self.answers |= {
            "collator": self.collate, "transcriber": self.transcribe, "guesser": self.guess, "referee": self.judge,
        }  # fmt: skip

    def rewrite(self, request: Request) -> str:
        """Many lines, so that it passes for every kind of matter."""
        made = json.loads(super().rewrite(request))
        if not made["fits"]:
            return json.dumps(made)
        pieces = re.split(r"(?<=[.:]) ", made["passage"])
        most = int(re.findall(r"and (\d+) words", _said(request))[-1])
        people = "Then came Akira, Bruno, Celia, Dilan and Edda, each with a lamp."
        text = "\n".join([people, *pieces])
        words = text.split(" ")
        text = " ".join(words[:most]) if len(words) > most else text
        lines = re.sub(r" (?=(?:[^\n ]+ ){3}[^\n ]+ )", " ", text)
        short = "\n".join(" ".join(part) for part in _parts(lines.split(), 6))
        return json.dumps({**made, "passage": short}, ensure_ascii=False)

    def item(self, passage: str, fields: Mapping[str, Any], place: str) -> dict[str, Any]:
        raise AssertionError("items are made from the whole task")

    def ask(self, request: Request) -> str:
        schema = _schema(request)
        wanted = schema["properties"]["items"]
        item = self.made(request, wanted["items"]["properties"])
        return json.dumps({"items": [item], "left_out": ""}, ensure_ascii=False)

    def edit(self, request: Request) -> str:
        fields = _schema(request)["properties"]
        return json.dumps({"item": self.made(request, fields["item"]["properties"])}, ensure_ascii=False)

    def made(self, request: Request, fields: Mapping[str, Any]) -> dict[str, Any]:
        number = 300 + len(self.solved)
        task = "\n\n".join(str(m.content) for m in request.messages[1:] if "What has to be said" in str(m.content))
        if "names" in fields:
            return self.dressed(task, fields, Random(f"{request.chat}{number}"))
        words = sorted({w.lower() for w in re.findall(r"[^\W\d_]{5,}", str(request.messages[1].content))})
        talk = ", ".join(Random(f"{request.chat}{number}").sample(words, min(9, len(words))))
        values = _invented(number, talk)
        item = {name: values[name] for name in fields}
        key = "steps" if "steps" in fields else "sentence" if "sentence" in fields else "answer"
        item |= values.get(f"as_{key}", {})
        item |= values.get("as_rebus", {}) if "layout" in fields else {}
        item |= values.get("as_flawed", {}) if "flaw" in fields else {}
        item |= values.get("as_choice", {}) if "right" in fields else {}
        if "wrong" in fields:
            item["wrong"] = item["wrong"][: fields["wrong"]["minItems"]]
        item = {name: item[name] for name in fields}
        self.solved[item["question"]] = item
        self.known[item["question"]] = item
        return item

    def dressed(self, task: str, fields: Mapping[str, Any], random: Random) -> dict[str, Any]:
        """What was dealt, in the words of its rules, with a scene before it that no other has."""
        told = task.rsplit("What has to be said", 1)[1]
        slots = _SLOT.findall(task.rsplit("To be named", 1)[1]) if "To be named" in task else []
        kept = dict(re.findall(r"\[([A-Z]\d{0,2})\] is ([^,\n]+)", task.rsplit("The names stay:", 1)[-1]))
        kept = kept if "The names stay:" in task else {}
        free = random.sample(_NAMES, len(_NAMES))
        names = {slot: kept.get(slot) or free.pop() for slot, _ in slots}
        rules = [_put(rule, names) for rule in _RULE.findall(told)]
        ask = _put(re.search(r"What is asked in the end: (.*)", told)[1], names)  # type: ignore[index]
        odd = ", ".join(random.sample(_NAMES, 6))
        scene = f"In the yard where {odd} have their stalls somebody brought this up."
        if "wording" in fields or kept:
            scene = (
                f"A letter came for {odd}, and nobody could let it lie; it went from hand to hand until the evening."
            )
        given = [{"slot": slot, "name": name} for slot, name in names.items()]
        item: dict[str, Any] = {"idea": "said rule by rule", "names": given}
        beside = ""
        if "herring" in fields:
            beside = item["herring"] = "Beside them stands a barrow with 97 pears that nobody has paid for."
        if "attempt" in fields:
            wrong = re.search(r"come to, which is wrong: (.*)", task)
            beside = item["attempt"] = f"I say it comes to {wrong[1] if wrong else 0}, and my aunt laughs at me."
        known = re.search(r"the answer is (.*?)\. ", told + " ")
        key = _put(known[1], names) if known else ""
        # A rewording has to be one: the rules go in from the end.
        order = list(reversed(rules)) if kept else rules
        item["question"] = " ".join([scene, *order, beside, ask]).replace("  ", " ")
        self.solved[item["question"]] = {"dealt": key, "rules": rules, "possible": bool(known)}
        return item

    def of(self, text: str) -> dict[str, Any]:
        """What is known of a puzzle that stands in a text."""
        return next((one for question, one in self.solved.items() if question in text), {})

    def answer(self, request: Request) -> str:
        one = self.of(str(request.messages[1].content))
        if "dealt" in one:
            if not one["possible"]:
                return (
                    "It can't be done, however one goes about it: each way that is open leads back to where it began."
                )
            return (
                "One has to go through the cases and hold each against every rule; those that break one fall out."
                f" What is left is this, and nothing beside it: **{one['dealt']}**"
            )
        if "right" in one:
            letter = next(a for a, t in _lettered(str(request.messages[1].content)) if t == one["right"])
            return f"**{letter}.** It is taken for granted that things are as usual, and here they are not."
        if "flaw" in one:
            return f"It goes wrong where one reads too fast. {one['flaw']} {' '.join(one['points'])}"
        if alone := unaided(str(request.messages[1].content)):
            return f"The rule can be seen from the steps between neighbours, and the sum checks out: **{alone}**"
        told = one.get("answer", "nobody")
        return f"It fits every line, one after the other, and nothing else does. The solution is **{told}**"

    def solve(self, request: Request) -> str:
        paper = _said(request)
        one, form = self.of(paper), _paper_form(request)["properties"]["answer"]
        value: Any = one.get("dealt") or one.get("answer") or unaided(paper)
        one = one or {"possible": bool(value)}
        if "right" in one:
            value = next(a for a, t in _lettered(paper) if t == one["right"])
        elif form.get("type") == "number":
            value = float(re.findall(r"-?\d+(?:\.\d+)?", str(value))[0]) if one.get("possible") else 0
        elif form.get("type") == "array":
            names = form["items"]["enum"]
            value = [name for name in names if re.search(rf"\b{name}\b", str(value))]
        elif form.get("type") == "string" and form.get("maxLength") == 40:
            value = str(value)[:40]
        answerable = one.get("possible", bool(one))
        return json.dumps({"thought": "Gone through, case by case.", "answerable": answerable, "answer": value})

    def collate(self, request: Request) -> str:
        task = _said(request)
        told = task.split("The rules:\n")[1]
        asked = task.split("</puzzle>")[0]
        rules = [{"number": int(n), "quote": rule, "said": rule in asked} for n, rule in _numbered(told)]
        return json.dumps({"rules": rules, "beyond": []}, ensure_ascii=False)

    def transcribe(self, request: Request) -> str:
        return json.dumps({"moves": []})

    def guess(self, request: Request) -> str:
        one = self.of(_said(request))
        return json.dumps({"thought": "It has to be that.", "answer": one.get("answer", "a shadow")})

    def judge(self, request: Request) -> str:
        return json.dumps({"quote": "", "because": "They say the same.", "same": True, "as_good": False})


def unaided(puzzle: str) -> str:
    """Solve what the apprentice has not made itself: a row of numbers, a scale that was read once. Else ''."""
    if row := re.search(r"in this order: ([-\d, ]+), …", puzzle):
        return _next([int(n) for n in row[1].split(", ")])
    if reading := re.search(r"shows (\d+) grams", puzzle):
        true, false = (int(n) for n in re.findall(r"weighs (\d+) grams", puzzle)[:2])
        last = int(re.findall(r"numbered from 1 to (\d+)", puzzle)[0])
        step = int(re.findall(r"(\d+) from the second", puzzle)[0]) - int(re.findall(r"(\d+) pieces? from", puzzle)[0])
        first = int(re.findall(r"(\d+) pieces? from the first", puzzle)[0])
        taken = [first + step * n for n in range(last)]
        off = int(reading[1]) - sum(taken) * true
        return str(taken.index(off // (false - true)) + 1)
    return ""


def _next(row: list[int]) -> str:
    """The next number, where differences come to rest or where each is the two before it, and something."""
    lines = [row]
    while len(lines[-1]) > 2 and len(set(lines[-1])) > 1:
        lines.append([b - a for a, b in pairwise(lines[-1])])
    if len(set(lines[-1])) == 1:
        return str(sum(line[-1] for line in lines))
    more = {row[n] - row[n - 1] - row[n - 2] for n in range(2, len(row))}
    return str(row[-1] + row[-2] + more.pop()) if len(more) == 1 else ""


def _invented(number: int, talk: str) -> dict[str, Any]:
    """Fields of all forms of puzzles that are invented; they are the same but for the talk before them."""
    first = f"Between {talk} somebody asked number {number}."
    riddle = f"{first} It runs all night and never leaves its bed. What is it?"
    lines = [f"{first} It runs all night", "never leaves its bed"]
    carrier = f"On day {number} the spar rowed itself away."
    steps = f"{first} I hold the bread up; without my first letter I can do what is asked. What am I?"
    return {
        "turn": "One thinks of a sleeper, and it is water.",
        "answer": "river",
        "also": ["a river", "stream"],
        "question": riddle,
        "clues": [
            {"quote": f"somebody asked number {number}", "because": "That is how the question came up."},
            {"quote": "never leaves its bed", "because": "A river keeps to its bed all the time."},
        ],
        "rivals": [{"answer": "a clock", "excluded_by": "never leaves its bed", "because": "A clock has no bed."}],
        "as_sentence": {
            "answer": "sparrow", "sentence": carrier, "clue": "a bird of seven letters",
            "question": f"Between {talk} a child wrote: {carrier} There is a bird of seven letters in it. Which?",
        },
        "sentence": carrier,
        "clue": "I hold the bread up",
        "steps": [{"how": "first_letter_off", "gives": "able", "clue": "can do what is asked"}],
        "as_steps": {"answer": "table", "clue": "hold the bread up", "question": steps},
        "layout": "STAND\nI",
        "as_rebus": {
            "answer": "I understand", "also": ["understand"], "layout": "STAND\nI",
            "question": f"{first} On the slate stood only this:\nSTAND\nI\nWhich two words are meant?",
            "clues": [
                {"quote": f"somebody asked number {number}", "because": "That is how the question came up."},
                {"quote": "STAND\nI", "because": "I is under stand."},
                {"quote": "On the slate stood only this", "because": "It is all one needs to read."},
            ],
            "rivals": [{"answer": "stand by", "excluded_by": "two words", "because": "Nothing stands beside it."}],
        },
        "conclusion": "so nobody ever drinks",
        "broken": "so it is never poured",
        "flaw": "It takes what holds of each moment to hold of the whole hour.",
        "points": ["It names the step that breaks.", "It says what holds instead."],
        "as_flawed": {
            "question": f"{first} The jug is not poured at any one moment, so it is never poured, so nobody"
            " ever drinks."
            " Where does this go wrong?",
        },
        "as_choice": {
            "question": f"{first} A man walked over the lake to {lines[0][:18]} and did not get wet. How can that be?",
            "right": "The water of the lake was frozen.",
            "wrong": [
                {"option": "A long boat carried him across it.", "because": "he walked"},
                {"option": "The lake had been emptied before.", "because": "then it is none"},
                {"option": "His boots were high and very dry.", "because": "it is deep"},
                {"option": "A crane lifted him over its reeds.", "because": "he walked"},
            ],
        },
        "right": "", "wrong": [],
    }  # fmt: skip


def _parts(words: list[str], size: int) -> list[list[str]]:
    return [words[n : n + size] for n in range(0, len(words), size)]


def _put(line: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\[([A-Z]\d{0,2})\]", lambda found: names[found[1]], line)


def _numbered(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^(\d+)\. (.*)$", text, re.MULTILINE)


def _lettered(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^\W{0,2}([A-J])[.)]+ ?(.*)$", text, re.MULTILINE)


def _said(request: Request) -> str:
    return str(request.messages[-1].content)


def _paper_form(request: Request) -> Mapping[str, Any]:
    """Beside a calculator the form of a paper stands on it."""
    if "response_format" in request.extra:
        return _schema(request)
    form: Mapping[str, Any] = json.loads(_said(request).split("no fences:\n")[1])
    return form


def _schema(request: Request) -> Mapping[str, Any]:
    asked: Mapping[str, Any] = request.extra["response_format"]["json_schema"]["schema"]
    return asked
