"""A clerk who plays every role of text modification by simple rules, right by construction; for runs without a model.

It reads what it is shown and nothing else; what it wrote before it remembers by the wording, so that as an assistant
and as a blind reader it knows what was asked.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from agents.models.scripted import Request
from teams.text_modification.exact.places import occurrences
from teams.text_modification.forms import FORMS, Computed

_TEXT = re.compile(r"<text>\n(.*?)\n</text>", re.DOTALL)
NOTHING = {"items": [], "left_out": "There is nothing of this sort in the text, as far as a clerk can see."}


class Clerk:
    """Replies by role; `answers` goes into a `ScriptedClient`."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, Mapping[str, Any], str]] = {}
        """By wording: the form, what is wanted, and the text."""
        self.answers: dict[str, Any] = {
            "chooser": lambda request: json.dumps({"why": "It can be changed as it is.", "chosen": ["identity"]}),
            "passage_writer": lambda request: json.dumps({"why": "It is fine as it is.", "fits": False, "passage": ""}),
            "task_writer": self.ask,
            "suggester": self.suggest,
            "editor": self.edit,
            "format_setter": lambda r: json.dumps({"why": "None would help here.", "choice": 0, "wording": ""}),
            "assistant": self.answer,
            "solver": self.solve,
            "collator": self.collate,
        }

    def ask(self, request: Request) -> str:
        fields = _schema(request)["properties"]["items"]["items"]["properties"]
        item = self.item(_shown(request), fields)
        return json.dumps({"items": [item], "left_out": ""} if item else NOTHING, ensure_ascii=False)

    def item(self, text: str, fields: Mapping[str, Any], then: bool = False) -> dict[str, Any] | None:
        """A task of the sort whose fields these are; None for those a clerk can't do."""
        name = next((name for name, form in FORMS.items() if form.draft(False).keys() == fields.keys()), "")
        counted = Counter(re.findall(r"(?<![\w'’-])[a-z]{5,}(?![\w'’-])", text))
        words = [word for word, _ in counted.most_common(12) if occurrences(text, word)]
        if not words:
            return None
        word, number = words[len(self.known) % len(words)], 100 + len(self.known)
        second = {"op": "upper", "pieces": [], "put": ""}
        extra = {"then": [second] if then else []}
        made: dict[str, tuple[dict[str, Any], str]] = {
            "computed_replace": (
                {"pairs": [{"old": word, "new": "quagga"}], "which": "all", "n": 0, **extra},
                f"For case {number}: put quagga instead of {word}, wherever it stands.",
            ),
            "computed_mark": (
                {"pieces": [word], "mark": "bold", "which": "all", "n": 0, **extra},
                f"For case {number}: the word {word} in bold (Markdown), wherever it stands.",
            ),
            "computed_case": (
                {"to": "upper", "scope": "pieces", "n": 0, "pieces": [word], **extra},
                f"For case {number}: the word {word} in capitals, wherever it stands in small letters.",
            ),
            "absent": (
                {"sought": ["quagga"], "nearest": f"the word {word}"},
                f"For case {number}: please take out every sentence in which the quagga comes up.",
            ),
            "related": (
                {"sentences": [{"relation": "left open", "about": "a quagga"}], "conditions": []},
                f"For case {number}: one sentence about a quagga, please, of which this leaves open if it is true.",
            ),
        }
        if name not in made:
            return None
        wants, wording = made[name]
        wording += " Then put all of it into capitals." if then else ""
        self.known[wording] = (name, wants, text)
        return {**wants, "question": wording}

    def suggest(self, request: Request) -> str:
        return json.dumps({"suggestions": [f"Have all of it in capitals afterwards, way {n}." for n in (1, 2, 3)]})

    def edit(self, request: Request) -> str:
        fields = _schema(request)["properties"]["item"]["properties"]
        return json.dumps({"item": self.item(_shown(request), fields, then=True)}, ensure_ascii=False)

    def remembered(self, request: Request) -> tuple[str, Mapping[str, Any], str]:
        said = "\n".join(str(message.content) for message in request.messages)
        wording = max((wording for wording in self.known if wording in said), key=len)
        return self.known[wording]

    def answer(self, request: Request) -> str:
        name, wants, text = self.remembered(request)
        form = FORMS[name]
        if isinstance(form, Computed):
            return form.expected(text.strip(), wants)
        return (
            "No quagga comes up in it; I have changed nothing." if name == "absent" else "A quagga was born that year."
        )

    def solve(self, request: Request) -> str:
        said = _said(request)
        if "A quagga was born" in said:
            return json.dumps({"thought": "The text is silent.", "answerable": True, "answer": ["left open"]})
        name, wants, _ = self.remembered(request)
        answer: Any = wants if name.startswith("computed") else "nothing"
        return json.dumps({"thought": "So it says.", "answerable": name != "absent", "answer": answer})

    def collate(self, request: Request) -> str:
        nothing: dict[str, Any] = {"lost": [], "changed": [], "added": [], "points": []}
        return json.dumps({**nothing, "because": "It is what was asked for.", "serves": True})


def _said(request: Request) -> str:
    return str(request.messages[-1].content)


def _shown(request: Request) -> str:
    found = _TEXT.search("\n".join(str(message.content) for message in request.messages))
    assert found
    return found[1]


def _schema(request: Request) -> Mapping[str, Any]:
    asked: Mapping[str, Any] = request.extra["response_format"]["json_schema"]["schema"]
    return asked
