"""An apprentice that plays the roles of text extraction too: items of any kind on any text, right by construction.

It draws out words that stand in the text and remembers what it wrote by the request. It does not know what a kind
wants: every item has what all kinds together ask for, as far as the form it is given allows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise
from random import Random
from typing import Any

from agents.models.scripted import Request
from teams.text_extraction.record import Shape, key_of, shape_of_facts
from teams.text_extraction.record.dresses import written
from teams.text_extraction.record.leads import LEADS
from tests.teams.stages.writer import Apprentice, _said, _schema, _text, sentences

_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?![\w.,:])")
_WORD = re.compile(r"[^\W\d_]{5,}")


_TOLD = {
    "year": r"1[5-9]\d\d|20\d\d",
    "time of day": r"\d?\d:\d\d",
    "percentage": r"[\d.,]*\d(?:%| percent)",
    "e-mail address": r"\S+@\S+",
}


class Extractor(Apprentice):
    """Replies by role, for whole runs of the skill without a model."""

    def __init__(self) -> None:
        super().__init__()
        self.shapes: dict[str, tuple[Shape, Any]] = {}
        """Shape and key of items written, by their request."""
        self.answers |= {
            "picker": self.pick,
            "request_writer": self.ask,
            "blind_reader": self.read,
            "referee": self.settle,
            "assistant": self.hand_over,
            "editor": self.edit,
        }

    def pick(self, request: Request) -> str:
        names = re.findall(r"^- (\w+):", _said(request), re.MULTILINE)
        return json.dumps(
            {"why": "It tells of things that were done.", "chosen": Random(request.chat).sample(names, 8)}
        )

    def ask(self, request: Request) -> str:
        wanted = _schema(request)["properties"]["items"]
        item = self.made(_text(request), wanted["items"]["properties"], request.chat)
        return json.dumps({"items": [item], "left_out": ""}, ensure_ascii=False)

    def made(self, passage: str, fields: Mapping[str, Any], place: str) -> dict[str, Any]:
        """An item in the container that the form allows first; the kind stands at the end of a chat's name."""
        random = Random(f"{place}{len(self.shapes)}")
        container = fields["container"]["enum"][0]
        question = (
            f"I keep a register and need what the text {random.randint(1, 9999)}-{len(self.shapes)} tells of these."
        )
        told = [s for s in sentences(passage) if len(_WORD.findall(s)) >= 6] or sentences(passage)
        facts = random.sample(told, min(len(told), 5))
        rows = _plain_rows(facts) if container == "plain" else _rows(facts, container, passage)
        wanted = _FIELDS if container != "plain" else [_field("word", "words")]
        if "nothing_there" in place:
            rows = []
        near = {row["values"][0]["said"] for row in rows}
        item = {
            "container": container, "fields": wanted, "rows": rows, "question": question,
            "left_out": [{"said": w, "because": "it is only near"} for w in _different(passage) if w not in near][:2],
        }  # fmt: skip
        if "sort" in fields:
            item["sort"] = {"field": "who", "direction": "ascending"}
        paired = "value_and_words" in place
        given = {**item, "with_words": paired, "sort": ["who", "ascending"] if "sort" in fields else None}
        shape = shape_of_facts(given)
        self.shapes[question] = shape, key_of(shape, rows, passage) if rows or container != "one" else []
        return item

    def edit(self, request: Request) -> str:
        fields = _schema(request)["properties"]
        passage, made = _text(request), {}
        if "edits" in fields:
            found = next((s for s in sentences(passage) if passage.count(s) == 1), passage)
            put = f"{found} The second paper of Ida Lund says that forty windows were left open that evening."
            made["edits"] = [{"find": found, "put": put}]
            passage = passage.replace(found, put)
        made["item"] = self.made(passage, fields["item"]["properties"], f"{request.chat}{request.turn}")
        return json.dumps(made, ensure_ascii=False)

    def hand_over(self, request: Request) -> str:
        task = str(request.messages[1].content)
        question = next((q for q in self.shapes if q in task), "")
        if not question:
            looked = _looked_up(task)
            return written(_dress(task), looked, _PLAIN) if looked else "The text doesn't say."
        shape, key = self.shapes[question]
        return written(_dress(task), key, shape)

    def read(self, request: Request) -> str:
        task = _said(request)
        question = next((q for q in self.shapes if q in task), "")
        key = self.shapes[question][1] if question else _looked_up(task)
        return json.dumps({"thought": "It stands there.", "answer": key}, ensure_ascii=False)

    def settle(self, request: Request) -> str:
        return json.dumps({"values": [], "because": "It says what there is.", "serves": True})


def _looked_up(task: str) -> list[str]:
    """What a program's own request asks for, found word by word."""
    sort = next((sort for sort in _TOLD if re.search(rf"\b(?:every|which|each) {sort}\b", task, re.IGNORECASE)), "")
    words = [word.strip(".,;:()!?*\"'’”“[]") for word in task.split()]
    if sort == "percentage":
        words = [f"{word} {after}" if after == "percent" else word for word, after in pairwise([*words, ""])]
    return list(dict.fromkeys(word for word in words if sort and re.fullmatch(_TOLD[sort], word)))


def _dress(task: str) -> str:
    """What form a request asks for, told by the words that lead to it; without any it is a schema."""
    for leads in LEADS.values():
        for name, sayings in leads.items():
            if any(said in task for said in sayings):
                return name.partition("_many")[0].partition("_plain")[0]
    return "schema"


def _field(name: str, type: str, **more: Any) -> dict[str, Any]:
    given = {"labels": [], "several": False, "optional": False, "unit": "", **more}
    return {"name": name, "means": f"the {name} as the text has it", "type": type, **given}


_FIELDS = [
    _field("who", "words"),
    _field("what", "words"),
    _field("says", "phrase"),
    _field("more", "phrase"),
    _field("sort", "label", labels=["first", "second", "third"]),
    _field("count", "number", optional=True),
    _field("sure", "yes_no"),
    _field("spare", "words", optional=True),
    _field("other", "date", optional=True),
    _field("names", "words", several=True),
]  # fmt: skip


def _rows(facts: list[str], container: str, passage: str) -> list[dict[str, Any]]:
    rows = []
    for n, fact in enumerate(facts[:1] if container == "one" else facts):
        words = list(dict.fromkeys(_WORD.findall(fact)))
        number = _NUMBER.search(fact)
        values = [
            _value("who", words[0]), _value("what", words[1 % len(words)]), _value("says", " ".join(fact.split()[:5])),
            _value("more", " ".join(fact.split()[-4:])), _value("sort", "", ("first", "second")[n % 2]),
            _value("sure", "", "true"), *(_value("names", word) for word in words[2:4]),
        ]  # fmt: skip
        if number:
            values.append(_value("count", number[0], number[0]))
        apart = [other for other in (facts[-1], facts[0]) if other != fact]
        rows.append({"quotes": [fact, *apart][:3], "values": values})
    return rows


def _plain_rows(facts: list[str]) -> list[dict[str, Any]]:
    words = {word.casefold(): (word, fact) for fact in facts for word in _WORD.findall(fact)}
    return [{"quotes": [fact], "values": [_value("word", word)]} for word, fact in list(words.values())[:6]]


def _different(passage: str) -> list[str]:
    return list({word.casefold(): word for word in _WORD.findall(passage)}.values())[:12]


def _value(field: str, said: str, value: str = "") -> dict[str, Any]:
    return {"field": field, "said": said, "value": value, "part": 0}


def _shape(fields: list[dict[str, Any]], container: str) -> Shape:
    return shape_of_facts({"fields": fields, "container": container})


_PLAIN = _shape([_field("item", "words")], "plain")
