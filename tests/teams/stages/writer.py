"""An apprentice that plays every role of the shared stages: simple work on any text, right by construction.

It reads what it is shown and nothing else, as a model would; what it wrote before it remembers by the question, so that
as a solver it knows which answer is right. For whole runs without a model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from agents.models.scripted import Request

_TEXT = re.compile(r"<text>\n(.*?)\n</text>", re.DOTALL)
_ANSWER = re.compile(r"<answer>\n(.*?)\n</answer>", re.DOTALL)
_SENTENCE = re.compile(r"[^.!?\n]{30,300}[.!?]")
_LETTERED = re.compile(r"^\W{0,2}([A-J])[.)]+ ?(.*)$", re.MULTILINE)
_STOP = frozenset("which there their about would could these those where other after before between".split())  # noqa: SIM905


class Apprentice:
    """Replies by role. `answers` goes into a `ScriptedClient`; skills with roles of their own add theirs."""

    def __init__(self) -> None:
        self.known: dict[str, Mapping[str, Any]] = {}
        """Items written, by their question."""
        self.answers = {
            "chooser": self.choose,
            "passage_writer": self.rewrite,
            "question_writer": self.ask,
            "worder": self.word,
            "suggester": self.suggest,
            "editor": self.edit,
            "format_setter": self.set_format,
            "assistant": self.answer,
            "solver": self.solve,
            "grader": self.grade,
            "examiner": self.examine,
        }

    def choose(self, request: Request) -> str:
        ways = re.findall(r"^- (\w+):", _said(request), re.MULTILINE)
        return json.dumps({"why": "It tells of things that were done, and why.", "chosen": ways[:3]})

    def rewrite(self, request: Request) -> str:
        """A piece of turns, steps and lines at once, so that it passes for every kind; made of the text's own words."""
        task = _said(request)
        fewest = int((re.search(r"Between (\d+) and", task) or [0, "150"])[1])
        facts = [short(sentence) for sentence in sentences(task)] or ["There was more to it than that"]
        lines = ["Notes of 3 May. Present: Ada Brook, Ida Lund."]
        number = 0
        while len(" ".join(lines).split()) < fewest * 1.1:
            fact = facts[number % len(facts)]
            lines.append(f"{('Ada', 'Ida')[number % 2]}: Let us take point {number + 1}, since it was raised; {fact}.")
            if number < 4:
                lines.append(f"{number + 1}. Look into it.")
            number += 1
        return json.dumps({"why": "The text has enough for it.", "fits": True, "passage": "\n".join(lines)})

    def ask(self, request: Request) -> str:
        schema = _schema(request)
        wanted = schema["properties"]["items"]
        item = self.item(_text(request), wanted["items"]["properties"], request.chat)
        made = {"items": [item], "left_out": ""}
        return json.dumps({name: made[name] for name in schema["properties"]}, ensure_ascii=False)

    def item(self, passage: str, fields: Mapping[str, Any], place: str) -> dict[str, Any]:
        """An item of any shared form, about one sentence of the passage."""
        random = Random(place + str(len(self.known)))
        told = sentences(passage) or [passage[:200]]
        fact = random.choice(told)
        words = [w for w in re.findall(r"[^\W\d_]{5,}", fact) if w.lower() not in _STOP] or ["matter", "people"]
        question = f"What is told of {words[0]} at the place numbered {100 + len(self.known)}?"
        question += " Answer told or idle." if "marks" in fields else ""
        values: dict[str, Any] = {
            "evidence": [fact],
            "question": question,
            "answer": " ".join(words[-2:]),
            "also": [],
            "items": [f"the word {word} comes up" for word in dict.fromkeys([*words[:4], *_MORE])][:4],
            "right": f"It speaks of {' and '.join(words[:2])}.",
            "wrong": [{"option": f"It speaks of {a} and {b}.", "because": "the text has neither"} for a, b in _OTHERS],
            "sentence": "In the end the ____ is what it was all about.",
            "expression": "6 * 7",
            "unit": "",
            "quote": fact,
            "pairs": [{"left": f"the {a}", "right": f"kept by those who know {b}"} for a, b in _OTHERS],
            "statements": [
                {"because": "so it stands there", "statement": f"The matter of {words[0]} comes up.", "is_true": True},
                {"because": "nobody says so", "statement": "All of it was sold to a circus.", "is_true": False},
            ],
            "marks": {"if_true": "told", "if_false": "idle"},
            "points": [f"It names {words[0]}.", f"It says why {words[-1]} counts."],
            "further": [{"question": f"And the {word}?", "answer": word} for word in ("second", "third")],
        }
        item = {name: values[name] for name in fields}
        self.known[question] = item
        return item

    def word(self, request: Request) -> str:
        """One sentence, as a small model is asked for it."""
        task, field = _said(request), next(iter(_schema(request)["properties"]))
        told = re.search(r"^The (?:sentence|text): (.*)", task, re.MULTILINE)
        words = re.findall(r"[^\W\d_]{5,}", told[1] if told else task)
        kept = (re.search(r"as they are: (.*)$", task) or ["", ""])[1]
        asked = (re.search(r"answer is: (.*)$", task) or ["", ""])[1].lower().split()
        free = [word for word in words if word.lower() not in asked][:3]
        said = {
            "question": f"What is it that {' '.join(free)} comes to?",
            "sentence": f"As for {kept}, it is told here in other words than before.",
            "title": f"Of {' and '.join(words[:2])} at length ({len(words)})",
        }[field]
        if field == "question":
            self.known[said] = {"answer": " ".join(asked)}
        return json.dumps({field: said}, ensure_ascii=False)

    def suggest(self, request: Request) -> str:
        said = ["Let the second option name what the first names.", "Ask about the sentence before it."]
        return json.dumps({"suggestions": [*said, "Ask about the sentence after it."]})

    def edit(self, request: Request) -> str:
        fields = _schema(request)["properties"]
        made: dict[str, Any] = {}
        passage = _text(request)
        if "edits" in fields:
            found = next((s for s in sentences(passage) if passage.count(s) == 1), passage)
            made["edits"] = [{"find": found, "put": "Of this nobody could say anything that day."}]
            passage = passage.replace(found, "Of this nobody could say anything that day.")
        if "item" in fields:
            made["item"] = self.item(passage, fields["item"]["properties"], f"{request.chat}{request.turn}")
        return json.dumps(made, ensure_ascii=False)

    def set_format(self, request: Request) -> str:
        return json.dumps({"why": "None of them would help the reader.", "choice": 0, "wording": ""})

    def answer(self, request: Request) -> str:
        """Answer as the item that was written says; what was not written by the apprentice, by a plain sentence."""
        task = str(request.messages[1].content)
        question = next((q for q in self.known if q in task), None)
        if question is None:
            return "The text doesn't say."
        item = self.known[question]
        if "right" in item:
            letter = next(letter for letter, option in _LETTERED.findall(task) if option == item["right"])
            return f"**{letter}.** That is what it speaks of; the others are not in it."
        return f"{_plain(item, task)}"

    def solve(self, request: Request) -> str:
        paper = _said(request)
        question = next((q for q in self.known if q in paper), None)
        if question is None or "kept from you" in paper:
            blank = _blank(_schema(request)["properties"]["answer"])
            return json.dumps({"thought": "There is no such thing in it.", "answerable": False, "answer": blank})
        item, value = self.known[question], None
        options = {text: letter for letter, text in _LETTERED.findall(paper.split("</text>")[-1])}
        if "right" in item:
            value = options[item["right"]]
        elif "items" in item and options:
            value = [options[text] for text in item["items"]]
        elif "pairs" in item:
            lefts = {text: number for number, text in re.findall(r"^(\d)\. (.*)$", paper, re.MULTILINE)}
            value = {lefts[pair["left"]]: options[pair["right"]] for pair in item["pairs"]}
        elif "statements" in item:
            shown = re.findall(r"^(\d)\. (.*)$", paper.split("</text>")[-1], re.MULTILINE)
            value = {n: next(s["is_true"] for s in item["statements"] if s["statement"] == t) for n, t in shown}
        elif "expression" in item:
            value = 42
        elif "further" in item:
            value = [item["answer"], *(link["answer"] for link in item["further"])]
        else:
            value = item.get("items") or item.get("quote") or item.get("answer")
        return json.dumps({"thought": "It stands there.", "answerable": True, "answer": value}, ensure_ascii=False)

    def grade(self, request: Request) -> str:
        return json.dumps(reading(request), ensure_ascii=False)

    def examine(self, request: Request) -> str:
        return json.dumps(reading(request), ensure_ascii=False)


def reading(request: Request, *, same: bool = True, invented: Sequence[str] = ()) -> dict[str, Any]:
    """What a grader or an examiner says who knows that the answer gives the key or not, and what of it is `invented`.

    All points are made. Only what the form asks for is said.
    """
    task, answer = _said(request), _ANSWER.findall(_said(request))[-1]
    points = re.findall(r"^- (.*)$", task.split("Points a good answer makes:")[-1].split("<answer>")[0], re.MULTILINE)
    found = [claim for claim in invented if claim in answer]
    said = {
        "quote": " ".join(answer.split()[:8]),
        "same": same,
        "unsupported": [{"quote": claim, "because": "nothing of the kind is known"} for claim in found],
        "points": [{"point": point[:100], "quote": " ".join(answer.split()[:8]), "made": True} for point in points[:6]],
        "because": "It says what there is.",
        "serves": True,
    }
    return {name: said[name] for name in _schema(request)["properties"]}


_MORE = ("first", "later", "never")
_OTHERS = (("harbours", "boats"), ("winters", "stoves"), ("parrots", "cages"), ("trumpets", "drums"))


def _blank(answer: Mapping[str, Any]) -> Any:
    """The least that a schema takes."""
    if "enum" in answer:
        return answer["enum"][0]
    if answer["type"] == "object":
        return {name: _blank(inner) for name, inner in answer["properties"].items()}
    if answer["type"] == "array":
        return [_blank(answer["items"])] * answer.get("minItems", 0)
    return {"number": 0, "boolean": False}.get(answer["type"], "")


def _plain(item: Mapping[str, Any], task: str) -> str:
    if "expression" in item:
        return "**42**, which is 6 times 7."
    if "statements" in item:
        shown = re.findall(r"^(\d)\. (.*)$", task, re.MULTILINE)
        truth = {s["statement"]: s["is_true"] for s in item["statements"]}
        return "\n".join(f"{n}. {'Told' if truth[t] else 'Idle'}. So it is." for n, t in shown if t in truth)
    options = {text: letter for letter, text in _LETTERED.findall(task)}
    if "pairs" in item:
        lefts = {text: number for number, text in re.findall(r"^(\d)\. (.*)$", task, re.MULTILINE)}
        return "\n".join(f"{lefts[p['left']]}. {options[p['right']]}" for p in item["pairs"])
    if "items" in item:
        if all(text in options for text in item["items"]):
            return f"{', '.join(options[text] for text in item['items'])}."
        return f"These: {'; '.join(item['items'])}."
    if "points" in item:
        return f"{' '.join(item['points'])} Both follow from what is told, and neither is said outright."
    return f"It is this: {item.get('quote') or item.get('answer')}."


def sentences(text: str) -> list[str]:
    """Return the sentences of the material in a task (or of a text) that can be quoted."""
    found = _TEXT.search(text)
    return [s.strip() for s in _SENTENCE.findall(found[1] if found else text) if '"' not in s]


def short(sentence: str) -> str:
    return " ".join(sentence.rstrip(".!?").split()[:7])


def _said(request: Request) -> str:
    return str(request.messages[-1].content)


def _text(request: Request) -> str:
    found = _TEXT.search("\n".join(str(m.content) for m in request.messages))
    return found[1] if found else _said(request)


def _schema(request: Request) -> Mapping[str, Any]:
    asked: Mapping[str, Any] = request.extra["response_format"]["json_schema"]["schema"]
    return asked
