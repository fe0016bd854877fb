"""An apprentice that also designs label sets: by the prompt alone, on any text, and as wished."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from random import Random
from typing import Any

from agents.models.scripted import Request
from teams.text_classification.labels import PATH
from teams.text_classification.replies import FIELDS, REPLIES
from teams.text_classification.words import script
from tests.teams.stages.writer import Apprentice, sentences
from tests.teams.text_classification.replying import written

_TEXT = re.compile(r"<text>\n(.*?)\n</text>", re.DOTALL)
_NUMBERS = {"first": 0, "second": 1, "third": 2}
_HEAPS = ("shelf", "crate", "drawer", "basket", "folder", "locker", "barrel", "tin", "sack", "trunk", "chest", "rack")
_THINGS = ("spoons", "lanterns", "mittens", "corks", "whistles", "thimbles", "marbles", "stamps")


class Designer(Apprentice):
    """Replies of the roles of classification, over those that all skills of text share."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = {**self.answers, "label_designer": self.ask, "worder": self.sort}

    def ask(self, request: Request) -> str:
        schema: Mapping[str, Any] = schema_of(request)
        task = "\n".join(str(message.content) for message in request.messages)
        fields = schema["properties"]["items"]["items"]["properties"]
        left_out = {"left_out": ""} if "left_out" in schema["properties"] else {}
        return json.dumps({"items": [self.design(task, fields, request.chat)], **left_out}, ensure_ascii=False)

    def sort(self, request: Request) -> str:
        """Every text is of the first sort by the alphabet."""
        labels = sorted(schema_of(request)["properties"]["label"]["enum"])
        question = str(request.messages[-1].content).rsplit("\n", 1)[-1]
        self.known[question] = {"question": question, "labels": [{"name": name} for name in labels], "gold": labels[0]}
        return json.dumps({"label": labels[0]})

    def design(self, task: str, fields: Mapping[str, Any], place: str) -> dict[str, Any]:
        """A label set about one sentence of the text, as wished in the task."""
        random = Random(f"{place}{len(self.known)}")
        found = _TEXT.search(task)
        told = sentences(task) or [found[1][:200] if found else task[:200]]
        question = f"On which heap goes the note with the number {random.randint(1000, 99999)}, as we keep them?"
        labels = self._labels(task, fields, random)
        names = [one["name"] for one in labels if "name" in one and "leaves" not in one]
        names = names or [f"{group['name']}{PATH}{leaf['name']}" for group in labels for leaf in group["leaves"]]
        gold = self._gold(task, names)
        near = next(name for name in names if name != gold)
        values: dict[str, Any] = {
            "evidence": [random.choice(told)],
            "question": question,
            "labels": labels,
            "gold": names[:2] if fields.get("gold", {}).get("type") == "array" else gold,
            "near": names[-1] if fields.get("gold", {}).get("type") == "array" else near,
            "why_not": "One thinks of it first, and the number rules it out.",
            "rule": "The heap that is named first in our list of heaps goes first.",
            "borderline": "Both heaps are near; the number settles it." if "close case" in task else "",
            "none": names[-1],
            "items": self._items(task, fields, names, told, random),
        }
        item = {name: values[name] for name in fields}
        self.known[question] = item
        return item

    def _labels(self, task: str, fields: Mapping[str, Any], random: Random) -> list[dict[str, Any]]:
        form = fields["labels"]
        wanted = re.search(r"The set has (\d+) labels", task)
        count = int(wanted[1]) if wanted else form["minItems"]
        heaps = random.sample(_HEAPS, len(_HEAPS))

        def made(number: int) -> dict[str, str]:
            heap = heaps[number]
            return {"name": f"{heap} {random.randint(10, 99)}", "means": f"what came with the {heap}, number {number}"}

        if "leaves" in form["items"]["properties"]:
            return [{"name": f"room {n}", "leaves": [made(2 * n), made(2 * n + 1)]} for n in range(count)]
        kept = form["items"]["properties"]
        return [{key: value for key, value in made(n).items() if key in kept} for n in range(count)]

    def _gold(self, task: str, names: list[str]) -> str:
        if wanted := re.search(r"the (first|second|third) of them is to be the one", task):
            return names[_NUMBERS[wanted[1]]]
        return names[-1] if "no other covers is to be the one that holds" in task else names[0]

    def _items(
        self, task: str, fields: Mapping[str, Any], names: list[str], told: list[str], random: Random
    ) -> list[dict[str, str]]:
        if "items" not in fields:
            return []
        wanted = re.search(r"There are (\d+) items", task)
        count = int(wanted[1]) if wanted else 4
        about = fields["items"]["items"]["properties"]["text"]["description"]
        if "exactly as it stands" in about:
            texts = list(dict.fromkeys(told))[:count]
        elif "one to three words" in about:
            texts = list(_THINGS[:count])
        else:
            texts = [f"Somebody left {random.choice(_THINGS)} by the door on day {n}." for n in range(1, count + 1)]
        return [{"text": t, "because": "by its number", "gold": names[n % 2]} for n, t in enumerate(texts)]

    # Refinement

    def edit(self, request: Request) -> str:
        """Carry out a change toward whichever goal the task names."""
        task = "\n".join(str(message.content) for message in request.messages)
        fields = schema_of(request)["properties"]
        goal = next(name for name in script.briefs if f"The aim: {script.brief(name)}" in task)
        question = next(q for q in reversed(self.known) if q in task)
        item = json.loads(json.dumps(self.known[question]))
        made: dict[str, Any] = {}
        if "edits" in fields:
            passage = (_TEXT.search(task) or ["", ""])[1]
            kept = {*item.get("evidence", ()), *(row["text"] for row in item.get("items", ()))}
            free = [s for s in sentences(passage) if passage.count(s) == 1 and s not in kept]
            found = min(free, key=len, default=passage.strip().split("\n")[-1])
            made["edits"] = [{"find": found, "put": "Of this no more was heard that day."}]
        item["question"] = question.replace("On which", f"For the audit {len(self.known)}, on which")
        _turn(goal, item)
        made["item"] = {
            name: item.get(name, item["gold"] if name == "none" else "") for name in fields["item"]["properties"]
        }
        self.known[made["item"]["question"]] = made["item"]
        return json.dumps(made, ensure_ascii=False)

    # Answers

    def answer(self, request: Request) -> str:
        task = str(request.messages[1].content)
        question = next((q for q in self.known if q in task), None)
        if question is None:
            return "The text doesn't say."
        facts = _as_asked(self.known[question], task)
        quote = next(iter(self.known[question].get("evidence", ())), "")
        first = quote or task.split("\n")[0]
        return written(facts["key"], facts, quote=quote, reason=f"What decides it is told here: “{first}”.")

    def solve(self, request: Request) -> str:
        paper = str(request.messages[-1].content)
        question = next((q for q in self.known if q in paper), None)
        if question is None:
            return super().solve(request)
        facts = _as_asked(self.known[question], paper)
        names = {one["name"]: one["shown"] for one in facts["labels"]}
        key = facts["key"]
        value = {row: names[n] for row, n in key.items()} if isinstance(key, dict) else None
        value = value or ([names[n] for n in key] if isinstance(key, list) else names[key])
        also: Any = "" if isinstance(key, str) else []
        reply = {"thought": "It goes by the number.", "answerable": True, "answer": value, "also": also}
        return json.dumps(reply, ensure_ascii=False)


def schema_of(request: Request) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = request.extra["response_format"]["json_schema"]["schema"]
    return schema


def _turn(goal: str, item: dict[str, Any]) -> None:
    """Change an item as a goal wants it; the number on the note decides anyway."""
    labels = item["labels"]
    if goal == "closer_labels":
        leaves = [leaf for group in labels for leaf in group["leaves"]] if "leaves" in labels[0] else labels
        held = {item.get("none"), *_held(item)}
        for leaf in [leaf for leaf in leaves if not any(str(name).endswith(leaf["name"]) for name in held)][:2]:
            leaf["name"] += " upstairs"
    if goal in ("contrast", "against_intuition"):
        item["gold"], item["near"] = item["near"], item["gold"]
        if isinstance(item["near"], list):
            item["gold"], item["near"] = [item["gold"]], item["near"][0]
    if goal == "against_intuition":
        for number, label in enumerate(labels):
            label["means"] = f"what one would not look for there, number {number}"
    if goal == "none_fits":
        labels[[one["name"] for one in labels].index(item["gold"])] = {"name": "no heap", "means": "what has none"}
        item["gold"] = item["none"] = "no heap"


def _held(item: Mapping[str, Any]) -> list[str]:
    if "items" in item:
        return [row["gold"] for row in item["items"]]
    return [*item["gold"], item["near"]] if isinstance(item["gold"], list) else [item["gold"], item["near"]]


def _as_asked(item: Mapping[str, Any], message: str) -> dict[str, Any]:
    """What can be seen in a message: under which names the labels go, and in what form they are wanted."""
    labels: list[dict[str, str]] = []
    for one in item["labels"]:
        labels += (
            [{**leaf, "name": f"{one['name']}{PATH}{leaf['name']}"} for leaf in one["leaves"]]
            if "leaves" in one
            else [one]
        )
    shown = [{"name": one["name"], "shown": _shown(one, message)} for one in labels]
    reply, field = _wanted(message)
    if "items" not in item:
        return {"labels": shown, "reply": reply, "field": field, "key": item["gold"]}
    numbered = {text: number for number, text in re.findall(r"^(\d+)\. (.*)$", message, re.MULTILINE)}
    key = {numbered.get(row["text"], row["text"]): row["gold"] for row in item["items"]}
    return {"labels": shown, "reply": reply, "field": field, "key": key}


def _shown(label: Mapping[str, str], message: str) -> str:
    """The name before a definition, or the label's own where it stands."""
    if label["name"].split(PATH)[-1] in message:
        return label["name"]
    found = re.search(rf"(\w+)[\]\"|:\s]+{re.escape(label['means'])}", message)
    return found[1] if found else label["name"]


def _wanted(message: str) -> tuple[str, str]:
    """The form of reply that a message asks for, by the wording that fills most of it."""
    best, kind, field = 0, "open", "label"
    plural = ("labels", "categories", "classes")
    for reply in REPLIES.values():
        for wording in filter(None, reply.wordings):
            for name in (*FIELDS, *plural, "path"):
                known = re.escape(wording).replace("@field", name).replace("@Field", name.title())
                pattern = re.sub("@(?:what|What|pattern)", "[^\n]+?", known)
                found = re.search(pattern, message)
                if found and len(found[0]) + len(pattern) > best:
                    best, kind, field = len(found[0]) + len(pattern), reply.name, name
    # In JSON the field is a key, which the pattern left open.
    keyed = re.findall(r'[{,] ?"(\w+)": (?:"…"|\["…")', message)
    return kind, keyed[0] if keyed else field
