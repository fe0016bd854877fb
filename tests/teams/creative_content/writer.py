"""An apprentice that plays the roles of creative content too: plain requests and plain pieces on any text."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from agents.models.scripted import Request
from tests.teams.stages.writer import Apprentice, sentences

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WHO = [
    "Ada",
    "Bruno",
    "Cora",
    "Dirk",
    "Edda",
    "Frans",
    "Greet",
    "Hugo",
    "Ines",
    "Jost",
    "Kirsa",
    "Leif",
    "Mona",
    "Nils",
    "Olga",
    "Piet",
    "Rosa",
    "Sven",
    "Tilda",
    "Udo",
]
_DID = [
    "counted",
    "mended",
    "carried",
    "painted",
    "weighed",
    "sorted",
    "lent",
    "found",
    "hid",
    "dropped",
    "folded",
    "sold",
    "borrowed",
    "washed",
]
_WHAT = [
    "lamp",
    "bucket",
    "coat",
    "list",
    "chair",
    "letter",
    "key",
    "jar",
    "rope",
    "ladder",
    "kettle",
    "drum",
    "ticket",
    "basket",
    "candle",
    "spoon",
    "saw",
    "bell",
]
_WHERE = [
    "behind the mill",
    "under the stairs",
    "at the ferry",
    "near the school",
    "by the oven",
    "on the roof",
    "in the shed",
]
_VERBS = ("counted", "mended", "carried", "painted", "weighed", "sorted", "lent", "found")
_THINGS = ("the lamp", "a bucket", "her coat", "the list", "nine chairs", "a letter", "the key", "two jars")


class CreativeApprentice(Apprentice):
    """Reads what it is shown and nothing else; its pieces are as long and as formed as the request says."""

    def __init__(self) -> None:
        super().__init__()
        self.written = 0
        self.answers |= {
            "passage_writer": self.sheet,
            "request_writer": self.request,
            "editor": self.refine,
            "assistant": self.write,
            "critic": self.note,
            "wish_reader": self.read,
            "second_reader": self.read_again,
            "arbiter": self.arbitrate,
        }

    def sheet(self, request: Request) -> str:
        """Notes, numbered facts and a sample at once, so that it passes for every sheet."""
        task = str(request.messages[-1].content)
        words = re.findall(r"[^\W\d_]{4,}", " ".join(sentences(task)[:8]))[:60] or ["matter", "people"]
        sample = " ".join(f"Then somebody {_VERBS[n % 8]} {_THINGS[n % 8]} and said so." for n in range(9))
        facts = [f"{n}. Something is told of {' and '.join(words[3 * n : 3 * n + 2]) or 'it'}, at the place numbered {n}." for n in range(1, 13)]  # fmt: skip
        return json.dumps({"why": "The text has enough for it.", "fits": True, "passage": f"{sample}\n" + "\n".join(facts)})  # fmt: skip

    def request(self, request: Request) -> str:
        task = "\n".join(str(m.content) for m in request.messages)
        schema = request.extra["response_format"]["json_schema"]["schema"]["properties"]["items"]
        item = self._item(schema["items"]["properties"], task)
        made = {"items": [item], "left_out": ""}
        wanted = request.extra["response_format"]["json_schema"]["schema"]["properties"]
        return json.dumps({name: made[name] for name in wanted})

    def _item(self, fields: dict[str, Any], task: str, aim: str = "") -> dict[str, Any]:
        self.written += 1
        about = re.findall(r"told of (\w+)", task) or re.findall(r"[^\W\d_]{6,}", task)
        number, words = 100 + self.written, about[self.written % len(about)]
        random = Random(f"{words}{number}")
        asks = f"For supper number {number} I need a piece that has to do with {words}. {_line(random)}, and {_line(random)}; you may use that. Nobody there wants to be lectured."
        if set(fields) == {"question"}:
            return {"question": asks}
        rules = fields["requirements"]["items"]["properties"]["rule"]["enum"]
        size = "I don't mind how long it is, but at most 320 words."
        needs = [_need(size, "word_count", to=320)] if "word_count" in rules else []
        question, wishes = f"{asks} {size} It should not say why.", ["It should not say why."]
        for wording, made in _AIMS.get(aim, ()):
            question = f"{question} {wording}"
            needs += [made] if made and made["rule"] in rules else []
            wishes += [] if made else [wording]
        if aim == "half_the_room":
            question, needs = (
                question.replace("320", "160"),
                [{**n, "wording": n["wording"].replace("320", "160"), "to": 160} for n in needs],
            )
        if "verse_form" in fields:
            question += " Make it rhymed couplets, the plain kind."
        if "labels" in fields:
            question += " Put it under Problem, Solution and Answer."
        values = {
            "occasion": "The secretary of a club, on the Tuesday before its supper.",
            "tension": "short, and yet about everything",
            "question": question,
            "verse_form": "couplets",
            "pack": [{"fact": f"The club has {n} chairs of sort {n}.", "token": f"{n} chairs" if n < 5 else ""} for n in range(2, 8)],
            "sample": " ".join(f"We {_VERBS[n]} {_THINGS[n]} at the {_NUMBERS[n]} o'clock boat, and none too soon." for n in range(7)),
            "labels": ["Problem", "Solution", "Answer"],
            "requirements": needs[-4:],
            "wishes": [{"wording": wish, "sign": "nobody gives a reason in it"} for wish in wishes[-4:]],
        }  # fmt: skip
        return {name: values[name] for name in fields}

    def refine(self, request: Request) -> str:
        task = "\n".join(str(m.content) for m in request.messages)
        aim = next((name for name, start in _STARTS.items() if start in task), "")
        fields = request.extra["response_format"]["json_schema"]["schema"]["properties"]["item"]["properties"]
        return json.dumps({"item": self._item(fields, task, aim)})

    def write(self, request: Request) -> str:
        """A piece that keeps to whatever the apprentice asks for; the second version differs from the first."""
        said = str(request.messages[1].content)
        again = sum("An editor has read" in str(m.content) for m in request.messages)
        random = Random(f"{said}{again}")
        lines = [_line(random) for _ in range(10)]
        if "couplets" in said:
            ends = ("light", "night", "stone", "bone", "hall", "wall", "rain", "train", "sand", "hand")
            lines = [f"{line} and the {end}" for line, end in zip(lines, ends, strict=True)]
        facts = re.findall(r"^- (.*)$", said, re.MULTILINE)
        body = "\n".join(f"{line}." if "couplets" not in said else line for line in lines)
        asked = re.findall(r'"([^"]+)"', said) if "in it" in said else []
        body = "\n".join([body, *facts, *(f"So much for {word}." for word in asked if "in it" in said)])
        if "Problem, Solution and Answer" in said:
            return f"Problem: Two boats bring 7 jars each, and one jar breaks. How many are left? {_line(random)}.\n\nSolution: 2 × 7 = 14, and 14 - 1 = 13.\n\nAnswer: 13"
        if "under Speech and Card" in said:
            body = f"Speech: {body}\n\nCard: Come at eight."
        return body

    def note(self, request: Request) -> str:
        draft = str(request.messages[-1].content).split("<draft>\n")[1].split("\n</draft>")[0]
        first = " ".join(draft.split("\n")[0].split()[:4])
        return json.dumps({"alive": [{"quote": first, "because": "begins at once"}], "generic": [], "missed": [],
                           "change": "Let somebody else do the counting this time."})  # fmt: skip

    def read(self, request: Request) -> str:
        task = str(request.messages[-1].content)
        count = len(re.findall(r"^\d+\. ", task.split("Its wishes")[1].split("<piece>")[0], re.MULTILINE))
        quote = " ".join(task.split("<piece>\n")[1].split("\n")[0].split()[:4])
        wishes = [{"quote": quote, "because": "no reason is given", "met": True}] * count
        return json.dumps({"wishes": wishes, "contradicted": [], "because": "it will do", "use": True})

    def read_again(self, request: Request) -> str:
        count = len(request.extra["response_format"]["json_schema"]["schema"]["properties"]["places"])
        place = {"given": "Nobody there", "because": "it says no such thing", "contradicts": False}
        return json.dumps({"places": [place] * count})

    def arbitrate(self, request: Request) -> str:
        return json.dumps({"because": "there is nothing to choose between them", "better": "equal"})

    def solve(self, request: Request) -> str:
        return json.dumps({"thought": "two times seven, one broken", "answerable": True, "answer": "13"})


def _line(random: Random) -> str:
    things = random.sample(_WHAT, 2)
    return f"{random.choice(_WHO)} {random.choice(_DID)} the {things[0]} and {random.choice(_DID)} a {things[1]} {random.choice(_WHERE)}"


def _need(wording: str, rule: str, *words: str, low: int = 0, to: int = 0) -> dict[str, Any]:
    return {"wording": wording, "rule": rule, "from": low, "to": to, "words": list(words)}


_OUT = 'I don\'t want "mist", "dawn", "echo" or "soul" about.'
_IN = 'I want "jar", "boat" and "key" in it.'
_PARTS = "Put it under Speech and Card, one after the other."
_SHOUT = "And please, not a single exclamation mark."
_AIMS: dict[str, list[tuple[str, dict[str, Any] | None]]] = {
    "form_constraint": [(_SHOUT, _need(_SHOUT, "no_exclamations"))],
    "keep_facts": [(_IN, _need(_IN, "words_in", "jar", "boat", "key"))],
    "forbidden_cliches": [(_OUT, _need(_OUT, "words_out", "mist", "dawn", "echo", "soul"))],
    "several_deliverables": [(_PARTS, _need(_PARTS, "labels", "Speech", "Card"))],
    "unusual_viewpoint": [("Let the table tell it.", None)],
    "blend_genres": [("It is to be a receipt as well.", None)],
    "audience_shift": [("His widow will be there too.", None)],
}
_STARTS = {
    "form_constraint": "The aim: The request gets a constraint",
    "keep_facts": "The aim: Particular facts",
    "forbidden_cliches": "The aim: The worn ways",
    "several_deliverables": "The aim: The person now needs",
    "unusual_viewpoint": "The aim: The piece is now told",
    "blend_genres": "The aim: A second genre",
    "audience_shift": "The aim: The audience changes",
    "half_the_room": "The aim: All of it has to fit",
}
