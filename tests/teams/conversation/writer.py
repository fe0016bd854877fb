"""An apprentice that plans and holds conversations: simple talk about any text, right by construction.

As the shared apprentice, it works from what it is shown. A turn is known to it by its spot ("spot 17"), which its
plans put into every direction, its user into every message, and by which its assistant knows what is wanted.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from agents.models.scripted import Request
from teams.conversation.kinds import KINDS, TRANSFORMATIONS
from tests.teams.stages.writer import Apprentice, sentences, short

_SPOT = re.compile(r"spot (\d+)")
_OFFER = re.compile(r"^(\d)\. (.*?) Here: (.*)$", re.MULTILINE)
_DOABLE = (
    "An exact number of bullet spots",
    "At most so many sentences",
    "Numbered steps",
    "An upper limit on the number of w",
)
SOUNDS = "harbour lantern orchard kettle ribbon thistle cobbler meadow".split()  # noqa: SIM905


class Talker(Apprentice):
    """Adds the roles of conversation."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: dict[int, dict[str, Any]] = {}
        """What was planned for each spot."""
        self.answers |= {
            "passage_writer": self.material,
            "planner": self.plan,
            "editor": self.replan,
            "person": self.type,
            "assistant": self.reply,
            "solver": self.sit,
            "auditor": self.audit,
        }

    def material(self, request: Request) -> str:
        task = _all(request)
        kind = next((kind.name for kind in TRANSFORMATIONS if f"What to make of it: {kind.brief}" in task), "")
        facts = [short(sentence) for sentence in sentences(task)] or ["there was more to it than that"]
        told = [facts[n % len(facts)] for n in range(12)]
        made = {
            "fact_pack": "\n".join(f"- On {n} May, as Ida Lund wrote down: {fact}, with {n + 40} of them left." for n, fact in enumerate(told, 1)),
            "pieces": "\n---\n".join(f"{name} writes: {'; '.join(told[n:n + 6])}. So it was on {n} May, and {name} was there." for n, name in enumerate(("Ida", "Ben", "Ada"))),
            "shards": "A notice for the board is wanted, and it has to be right.\n" + "\n".join(f"{n}. It says this: {fact}, and names {n} of them." for n, fact in enumerate(told[:6], 1)),
        }  # fmt: skip
        if kind not in made:
            return self.rewrite(request)
        return json.dumps({"why": "The text has enough for it.", "fits": True, "passage": made[kind]})

    def plan(self, request: Request) -> str:
        schema = _schema(request)
        if "turns" not in schema["properties"]:  # a small model's form
            return json.dumps({name: f"And what of the {name}, spot {self._new({})}?" for name in schema["properties"]})
        return self._planned(request, 0)

    def replan(self, request: Request) -> str:
        return self._planned(request, 1)

    def _new(self, turn: dict[str, Any]) -> int:
        self.turns[len(self.turns) + 1] = turn
        return len(self.turns)

    def _planned(self, request: Request, more: int) -> str:
        schema, task = _schema(request)["properties"], _all(request)
        kind = next(kind for kind in KINDS if kind.brief in task)
        firsts = schema["first"]["properties"]
        worded = "message" in firsts
        values = (
            ["Ada"]
            if worded and "Nobody will see" in task
            else re.findall(r"[A-Z][a-z]{4,}", task.split("</text>")[0])[:1]
        )
        form = next(
            ((n, said) for n, brief, said in _OFFER.findall(task) if brief.startswith(_DOABLE)), ("1", "As it likes.")
        )
        given = {"form": int(form[0]), "wording": form[1]}
        keyed = {"expression": "48 + 12", "key": "60 chairs"}
        first: dict[str, Any] = keyed if worded else {"expression": "", "key": ""}
        spot = self._new({**first, "first": True, "kind": kind.name, "values": values})
        if worded:
            first["message"] = f"Ada has 48 chairs for spot {spot}, and 12 more come on Friday. How many is that?"
        if "form" in firsts:
            first |= given
            self.turns[spot]["rule"] = form[1]
        turns = [self._turn(sort, n, values, given, schema["turns"]["items"]["properties"], kind.name)
                 for n, sort in enumerate(self._sorts(kind, schema, task, more), 2)]  # fmt: skip
        self._tie(kind.name, turns)
        for turn in turns:
            number = int(_SPOT.search(turn["about"])[1])  # type: ignore[index]
            self.turns[number] = {**self.turns[number], **turn}
        plan = {
            "why": "It can be followed.",
            "person": "Ida, who types little",
            "goal": "to have it settled",
            "knows": "",
        }
        return json.dumps({**plan, "first": first, "turns": turns})

    def _sorts(self, kind: Any, schema: Mapping[str, Any], task: str, more: int) -> list[str]:
        """Enough turns of the main sorts, and what the aim of a change brings in."""
        usable = schema["turns"]["items"]["properties"]["sort"]["enum"]
        fewest = schema["turns"]["minItems"] + more
        main = [name for name in kind.main if name in usable]
        sorts = {"clarify": ["settle", "expand", "expand"], "topic_shift": ["ask", "shift", "refer", "expand"],
                 "question_chain": ["refer", "gap", "refer", "refer"], "changed_mind": ["change", "recall", "recall", "recall"],
                 "separate_input": ["deliver", "deliver", "ask", "ask"], "standing_rule": ["ask", "refer", "ask"],
                 "context_memory": ["ask", "recall", "recall", "ask", "recall"]}.get(kind.name, [])  # fmt: skip
        sorts = (sorts or [main[n % len(main)] for n in range(6)])[
            : max(fewest, 4 if kind.name == "context_memory" else 3)
        ]
        for goal, sort in (("contradict", "slip"), ("`change`", "change"), ("`doubt`", "doubt")):
            if more and goal in task.split("The aim:")[-1] and sort not in sorts:
                sorts = [*sorts[:-1], sort, sorts[-1]]
        return sorts[: schema["turns"]["maxItems"]]

    def _turn(
        self, sort: str, n: int, values: list[str], given: Mapping[str, Any], fields: Mapping[str, Any], kind: str
    ) -> dict[str, Any]:
        spot = self._new({"sort": sort, "number": n, "values": values})
        turn: dict[str, Any] = {"sort": sort, "about": f"They want to know about spot {spot}.", "leans_on": 0, "says": [], "uses": [],
                                "gone": [], "expression": "", "key": ""}  # fmt: skip
        if sort not in ("ask", "tell", "shift", "deliver"):
            turn["leans_on"] = 1
        if sort in ("recall", "rephrase", "shorten", "amend", "doubt", "slip"):
            turn["uses"] = list(values)
        if sort in ("tell", "settle", "add", "change", "slip", "correct"):
            turn["says"] = [SOUNDS[n]]
        if sort in ("similar", "reckon", "correct"):
            turn |= {"expression": f"{n}00 + 7", "key": f"{n}07 chairs"}
        if sort == "infer":
            turn["key"] = "the cobbler"
        if "form" in fields:
            turn |= given if sort == "reformat" else {"form": 0, "wording": ""}
            self.turns[spot]["rule"] = given["wording"] if sort == "reformat" else ""
        if "piece" in fields:
            turn["piece"] = min(n - 1, fields["piece"]["maximum"]) if sort == "deliver" else 0
        return turn

    @staticmethod
    def _tie(kind: str, turns: list[dict[str, Any]]) -> None:
        """What hangs together over turns."""
        if kind == "sharded":
            turns[-1]["uses"] = [value for turn in turns[:-1] if turn["sort"] == "add" for value in turn["says"]]
        changed = [turn for turn in turns if turn["sort"] == "change"]
        if changed and turns[-1]["sort"] not in ("change", "slip", "doubt", "settle", "add"):
            turns[-1]["uses"] = list(dict.fromkeys([*turns[-1]["uses"], *changed[0]["says"]]))

    def type(self, request: Request) -> str:
        direction = str(request.messages[-1].content)
        said = re.search(r"To be said, exactly so: (.*)", direction)
        says = ", ".join(re.findall(r"'([^']*)'", said[1])) if said else ""
        spot = _SPOT.findall(direction)
        self._last = spot[-1] if spot else self._last
        return json.dumps({"why": "", "works": True, "message": f"and spot {self._last}, {says} then?" if says else f"and that, spot {self._last}?"})  # fmt: skip

    _last = "1"

    def reply(self, request: Request) -> str:
        said = [str(m.content) for m in request.messages if type(m).__name__ == "UserMessage"]
        spots = [int(n) for n in _SPOT.findall(said[-1])]
        turn = self.turns.get(spots[-1], {}) if spots else {}
        if turn.get("first") and turn.get("kind") == "clarify":
            return f"For which day is it meant, spot {spots[-1]}?"
        sounds = (
            " ".join(SOUNDS[(len(said) * 3 + n) % len(SOUNDS)] for n in range(3)) if not turn.get("key") else "in all"
        )
        told = [turn.get("key", ""), *turn.get("uses", ()), sounds]
        words = " and ".join(filter(None, told))
        ask = " Which of them came first?" if turn.get("sort") == "tell" and len(said) % 2 else ""
        line = f"Here it is {words}, as spot {spots[-1] if spots else 0} has it."
        rule = next((t["rule"] for n, t in self.turns.items() if n in spots and t.get("rule")), "")
        count = int((re.search(r"\d+", rule) or ["3"])[0])
        if "bullet" in rule:
            return "\n".join(f"- {line if not n else f'the {SOUNDS[n]} of it'}" for n in range(count))
        if rule.startswith(("Number", "Give")):
            return "\n".join(f"{n + 1}. {line if not n else f'the {SOUNDS[n]} of it'}" for n in range(count))
        return f"{line}{ask}"

    def sit(self, request: Request) -> str:
        paper = str(request.messages[-1].content)
        spot = [int(n) for n in _SPOT.findall(paper.split("The last message:")[-1])]
        key = self.turns.get(spot[-1], {}).get("key", "") if spot else ""
        alone = "know of nothing before it" in paper
        answerable = bool(key) and not alone
        return json.dumps(
            {"thought": "By what was said.", "answerable": answerable, "answer": key if answerable else ""}
        )

    def audit(self, request: Request) -> str:
        count = _schema(request)["properties"]["exchanges"]["minItems"]
        met = [{"number": n, "because": "It gives what was wanted.", "met": True} for n in range(1, count + 1)]
        return json.dumps({"unsupported": [], "exchanges": met, "because": "Plain people.", "natural": True})


def _all(request: Request) -> str:
    return "\n".join(str(message.content) for message in request.messages[1:])


def _schema(request: Request) -> Mapping[str, Any]:
    # A role's form travels as the response format of its request.
    found: Any = request.extra.get("response_format") or {}
    schema: Mapping[str, Any] = found.get("json_schema", {}).get("schema", {}) if found else {}
    return schema or dict(getattr(request, "schema", None) or {})
