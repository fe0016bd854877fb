"""One value worked out from data by plan: a figure or a name, whether a statement holds, what the data don't say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from teams.data_to_text.data.dresses import ALL
from teams.data_to_text.data.model import Column, Data, Unsound, plain_number
from teams.data_to_text.data.plan import COMPARED, compared, unit_of
from teams.data_to_text.forms.base import REQUEST, TABLES, DataForm, posed, show
from teams.data_to_text.telling import is_rounded, tells
from teams.engine.checks.told import told_in, value_of
from teams.engine.schemas import closed, text
from teams.engine.stages.forms import Asked, Draft, Facts, Paper
from teams.engine.stages.forms.short import Number, same

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_NUMBER = Number()


@dataclass(frozen=True)
class Figure(DataForm):
    """A figure or a name that follows from the data; the plan is carried out, and its result is the key."""

    dresses: tuple[str, ...] = (*ALL, "log", "chart", "sql", "turtle", "key_values")
    two: bool = False
    """Two values are held against each other."""

    name = "figure"
    shape = "short"

    def draft(self, small: bool) -> dict[str, Any]:
        return {"tables": TABLES, "plan": COMPARED, "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        shown, plan = data.only(*draft["tables"]), draft["plan"]
        if self.two == (plan["between"] == "alone"):
            yield "two values are held against each other here" if self.two else "one value is asked for here"
        key = compared(shown, plan)
        table = shown.table(plan["first"]["table"])
        if len(table.rows) < 3:
            yield f"{table.name} has {len(table.rows)} rows: there is nothing to work out"
        if isinstance(key, Fraction):
            given = {one.value for one in told_in(draft["question"])}
            if abs(key) > 2 and key in given:
                yield f"the result {plain_number(key)} stands in the question"
        elif key.casefold() in draft["question"].casefold():
            yield f"the result {key!r} stands in the question"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = data.only(*draft["tables"])
        key = compared(data, draft["plan"])
        said = key if isinstance(key, str) else plain_number(key)
        unit = unit_of(data, draft["plan"])
        shown = show(data, self.dresses, random)
        return posed(draft["question"], shown, random, tag, key=said, unit=unit, plan=draft["plan"], also=[],
                     is_name=isinstance(key, str))  # fmt: skip

    def paper(self, facts: Facts, random: Random) -> Paper:
        if facts["is_name"]:
            return Paper(str(facts["ask"]), text(0, 200, "as the data have it"))
        unit = f"\n({facts['unit']})" if facts["unit"] else ""
        return Paper(f"{facts['ask']}{unit}", {"type": "number"})

    def found(self, answer: str, facts: Facts) -> Any:
        if not facts["is_name"]:
            return _NUMBER.found(answer, facts)
        bold = _BOLD.findall(answer)
        return bold[-1] if bold else answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        if value is None:
            return False
        if facts["is_name"]:
            return same(str(value), str(facts["key"])) or tells(str(value), _TEXT, str(facts["key"]))
        key = value_of(str(facts["key"]))
        if key is None or isinstance(value, str):
            return False
        said = Fraction(str(value))
        return _NUMBER.agrees(said, facts) or (abs(key) > 1 and is_rounded(said, key) and key.denominator > 1)

    def how(self, facts: Facts) -> str:
        if facts["is_name"]:
            return "give what is asked for in bold, and nothing else in bold"
        return "give the figure asked for in digits with its unit, in bold, and no other figure in bold"


_TEXT = Column("name")


@dataclass(frozen=True)
class Statement(DataForm):
    """A statement about data that holds or does not; what it hangs on is worked out."""

    dresses: tuple[str, ...] = (*ALL, "log", "sql", "chart")

    name = "statement"
    shape = "choice"

    def draft(self, small: bool) -> dict[str, Any]:
        relations = {"enum": ["is", "is_not", "is_more_than", "is_less_than"]}
        marks = closed({"if_true": text(1, 30, "the word for it in your language"), "if_false": text(1, 30, "")})
        return {
            "tables": TABLES,
            "plan": COMPARED,
            "relation": relations,
            "claimed": text(1, 80, "what it is said to be, or to be more or less than: a bare number, or a name"),
            "statement": text(15, 300, "as somebody claims it of the data, in one sentence"),
            "marks": marks,
            "question": {**REQUEST, "description": "asks whether it holds, with both words; the statement comes below"},
        }  # fmt: skip

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        truth(draft, data.only(*draft["tables"]))
        for word in draft["marks"].values():
            if word.casefold() not in draft["question"].casefold():
                yield f"the question does not say {word!r}"
        if draft["marks"]["if_true"].casefold() == draft["marks"]["if_false"].casefold():
            yield "the two words are the same"
        claimed = draft["claimed"].strip()
        if not tells(draft["statement"], _TEXT if _number(claimed) is None else _COUNT, claimed):
            yield f"the statement does not say {claimed!r}"
        if draft["statement"].strip() in draft["question"]:
            yield "leave the statement out of the question: it is put below it"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = data.only(*draft["tables"])
        holds, value = truth(draft, data)
        marks = draft["marks"]
        key = marks["if_true"] if holds else marks["if_false"]
        statement, shown = draft["statement"].strip(), show(data, self.dresses, random)
        return posed(draft["question"], shown, random, tag, below=f"> {statement}", key=key, marks=dict(marks),
                     plan=draft["plan"], relation=draft["relation"], claimed=draft["claimed"], statement=statement,
                     notes=[f"What it hangs on comes to {value}"])  # fmt: skip

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(str(facts["ask"]), {"enum": list(facts["marks"].values())})

    def found(self, answer: str, facts: Facts) -> Any:
        bare = answer.strip().lstrip('*_`"“ ').casefold()
        marks = sorted(facts["marks"].values(), key=len, reverse=True)
        begun = [mark for mark in marks if re.match(rf"{re.escape(mark.casefold())}(?!\w)", bare)]
        bold = [
            mark for mark in marks for said in _BOLD.findall(answer) if said.strip(" .:!").casefold() == mark.casefold()
        ]
        return next(iter(begun or bold), None)

    def agrees(self, value: Any, facts: Facts) -> bool:
        return str(value).casefold() == str(facts["key"]).casefold()

    def how(self, facts: Facts) -> str:
        return f"begin with {' or '.join(facts['marks'].values())}"


_COUNT = Column("count", "number")


def _number(said: str) -> Fraction | None:
    try:
        return Fraction(said.replace(",", "").rstrip("% "))
    except (ValueError, ZeroDivisionError):
        return None


def truth(draft: Mapping[str, Any], data: Data) -> tuple[bool, str]:
    """Return whether the statement holds, and what its value is. Raises `Unsound`."""
    value = compared(data, draft["plan"])
    claimed, relation = draft["claimed"].strip(), draft["relation"]
    if isinstance(value, str):
        if relation not in ("is", "is_not"):
            raise Unsound(f"{value!r} is a name: it is or is not another, not more or less")
        same_name = value.casefold() == claimed.casefold()
        return same_name == (relation == "is"), value
    number = _number(claimed)
    if number is None:
        raise Unsound(f"{claimed!r} is no number, and the value is one")
    is_it = is_rounded(number, value)
    if not is_it and abs(number - value) * 50 <= abs(value) and relation in ("is", "is_not"):
        raise Unsound(f"{claimed} is so near to {plain_number(value)} that one could say either")
    holds = {"is": is_it, "is_not": not is_it, "is_more_than": value > number, "is_less_than": value < number}[relation]
    return holds, plain_number(value)


@dataclass(frozen=True)
class Absent(DataForm):
    """A question to which the data have no answer, though they come close to it."""

    dresses: tuple[str, ...] = (*ALL, "log", "chart", "sql", "key_values")

    name = "absent"
    shape = "prose"
    in_words = True

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "tables": TABLES,
            "lacking": text(3, 160, "what it would take: a column, a year, a row that is not there, an empty cell"),
            "near": text(3, 300, "what the data have that comes closest, with its value"),
            "question": REQUEST,
        }  # fmt: skip

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        if len(data.only(*draft["tables"]).tables) < len(set(draft["tables"])):
            yield f"there are only the tables {', '.join(t.name for t in data.tables)}"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = data.only(*draft["tables"])
        why = f"The data don't have it: {draft['lacking'].strip()}"
        return posed(draft["question"], show(data, self.dresses, random), random, tag, key=why, answerable=False,
                     why_not=why, near=draft["near"].strip(),
                     notes=[f"What comes closest: {draft['near'].strip()}"])  # fmt: skip

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(str(facts["ask"]), text(0, 300, "as short as it can be said; empty if the data don't have it"))

    def agrees(self, value: Any, facts: Facts) -> bool:
        return False  # nobody's words say for certain that something is not there: they are read
