"""A puzzle is dealt before anybody speaks, its writer dresses it, and the words are held against what was dealt."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from teams.brain_teaser.forms import Dealt, put
from teams.brain_teaser.puzzles import PUZZLES, Deal, Twist, deal, proven
from teams.engine.checks.known import Known
from teams.engine.checks.told import told_in
from teams.engine.flow import Drop, Flow, Kind, Scene, Staging
from teams.engine.records import Instruction, Passage, Record
from teams.engine.stages.asking import Asking
from teams.engine.stages.forms import Asked, Draft
from teams.engine.stages.forms.short import words
from teams.engine.stages.material import text_of
from teams.engine.tongue import is_english, tag_of

DEALS: Mapping[str, Twist] = {"near_twin": "twin", "unsolvable": "unsolvable", "harder": "harder"}
"""Goals for which another instance is dealt."""
IMPOSSIBLE = "(it can't be done: there is no solution)"
ALIKE = 0.7
"""Share of words, in order, from which a rewording is the old wording."""
_WORD = re.compile(r"[^\W\d_]{4,12}")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_BRACKET = re.compile(r"\[[A-Z]\d{0,2}\]")
_FEW = 2
_STEM = 4
"""Letters by which a name is known again where words are bent."""


def dealt(scene: Scene) -> Deal | None:
    """Return the instance of a chat, drawn when it is first asked for; None for kinds that a program can't deal.

    Raises `Drop` where none can be had.
    """
    if "deal" not in scene.notes:
        scene.notes["deal"] = _drawn(scene)
    found: Deal | None = scene.notes["deal"]
    return found


def dealt_aside(flow: Flow) -> Flow:
    """Return a flow that has what is slow dealt in a thread before anybody speaks, so that no other chat waits."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        record = scene.record
        name = record.facts.get("puzzle") if isinstance(record, Instruction) else _puzzle_of(scene.kind)
        if name and PUZZLES[name].is_slow:
            await asyncio.to_thread(dealt, scene)
        return await flow.direct(scene)

    return replace(flow, direct=direct)


def _drawn(scene: Scene) -> Deal | None:
    record = scene.record
    if isinstance(record, Passage):
        return _fresh(scene, _puzzle_of(scene.kind), "", text_of(record))
    if not isinstance(record, Instruction) or "puzzle" not in record.facts:
        return None
    facts = record.facts
    if (twist := DEALS.get(scene.kind.name)) is not None:
        return _fresh(scene, facts["puzzle"], twist, text_of(record.passage))
    if not facts.get("answerable", True):
        raise Drop("it is unsolvable already")
    if scene.kind.name == "own_attempt" and facts.get("tempting") in (None, facts["key"]):
        raise Drop("nobody would fall for anything in it")
    return proven(PUZZLES[facts["puzzle"]], facts["data"], facts["twist"])


def _puzzle_of(kind: Kind) -> str:
    return kind.name if isinstance(kind, Asking) and isinstance(kind.form, Dealt) else ""


def _fresh(scene: Scene, name: str, twist: Twist, text: str) -> Deal | None:
    if not name:
        return None
    puzzle = PUZZLES[name]
    if twist and twist not in puzzle.twists:
        raise Drop(f"{name} can't be dealt as {twist}")
    made = deal(puzzle, scene.random, twist, words_of(text))
    if made is None:
        raise Drop(f"no {name} could be dealt" + (" from the words of this text" if puzzle.needs_words else ""))
    return made


def words_of(text: str) -> list[str]:
    """Return the words of a text that letters can be taken from, in order, each once."""
    return list(dict.fromkeys(word.casefold() for word in _WORD.findall(text)))


def wish(scene: Scene) -> str:
    """Say what was dealt, to whoever is to dress it."""
    if (one := dealt(scene)) is None:
        return ""
    parts = ["It has been worked out already; nothing of it may be changed, added or left out."]
    if one.telling.slots:
        slots = "\n".join(f"- [{slot}]: {what}" for slot, what in one.telling.slots.items())
        parts.append(f"To be named, from the matter at hand:\n{slots}")
    rules = "\n".join(f"{n}. {rule}" for n, rule in enumerate(one.telling.rules, 1))
    parts.append(f"What has to be said, all of it, in your own words and order:\n{rules}")
    if one.telling.exact:
        parts.append("Sign for sign, as it stands here: " + "; ".join(one.telling.exact))
    parts.append(f"What is asked in the end: {one.telling.ask}")
    parts.append(f"For you alone, never to be said: {_known(one)}")
    return "\n\n".join(parts)


def _known(one: Deal) -> str:
    if one.solution is None:
        return "it can't be done, as a program has shown; the puzzle asks in earnest and gives no hint of it."
    key = ", ".join(f"[{slot}]" for slot in one.key) if isinstance(one.key, list) else f"{one.key} {one.unit}".strip()
    tempting = f" Most people would say {one.tempting}." if one.tempting not in (None, one.key) else ""
    return f"the answer is {key}. {' '.join(one.points)}{tempting}"


def change(scene: Scene) -> str:
    """Say to an editor what is dealt for the changed puzzle."""
    if (one := dealt(scene)) is None:
        return ""
    told = [wish(scene)]
    facts = _facts(scene)
    if scene.kind.name == "own_attempt":
        told.append(f"The answer that the asker has come to, which is wrong: {one.tempting}")
    if scene.kind.name == "context_reconstruction" and facts["names"]:
        told.append(f"None of these names again: {', '.join(facts['names'].values())}")
    elif scene.kind.name not in DEALS and facts["names"]:
        told.append("The names stay: " + ", ".join(f"[{slot}] is {name}" for slot, name in facts["names"].items()))
    return "\n\n".join(told)


def _facts(scene: Scene) -> Mapping[str, Any]:
    assert isinstance(scene.record, Instruction)
    return scene.record.facts


def faults(scene: Scene, draft: Draft, passage: str) -> Iterator[str]:
    """Yield where the words of a dealt puzzle are not what was dealt."""
    if (one := dealt(scene)) is None:
        return
    question = draft["question"]
    names = {given["slot"].strip("[] "): given["name"].strip() for given in draft["names"]}
    yield from _misnamed(one, names, question, is_english(scene.language))
    told = _BRACKET.sub("", "\n".join((*one.telling.rules, one.telling.ask, *one.telling.exact)))
    tag = tag_of(scene.language) if scene.language else "en"
    wanted, said = _numbers(told, ""), _numbers(question, tag)
    lost = sorted(n for n in wanted - said if n > _FEW)
    if lost:
        yield f"the puzzle never says {', '.join(f'{n:g}' for n in lost[:6])}"
    yield from (f"{line!r} has to stand there sign for sign" for line in one.telling.exact if line not in question)
    allowed = " ".join((*names.values(), draft.get("herring", ""), draft.get("attempt", "")))
    known = wanted | _numbers(allowed, tag)
    strange = [n for n in _digits(question, tag) if n not in known and n > _FEW and not _is_year(n, known)]
    if strange:
        yield f"the puzzle says {', '.join(f'{n:g}' for n in strange[:4])}, which was not dealt"
    yield from _betrayed(one, names, question, said, wanted)
    if isinstance(scene.record, Instruction):
        yield from _unchanged(scene, names, question)


def _misnamed(one: Deal, names: Mapping[str, str], question: str, english: bool) -> Iterator[str]:
    if set(names) != set(one.telling.slots):
        yield f"name exactly these: {', '.join(f'[{slot}]' for slot in one.telling.slots) or 'nothing'}"
    bare = [" ".join(words(name)) for name in names.values()]
    twice = {name for name in bare if bare.count(name) > 1}
    if twice:
        yield f"two of them have one name: {', '.join(sorted(twice))}"
    asked = f" {' '.join(words(question))} "
    for name, plain in zip(names.values(), bare, strict=True):
        if not _is_said(plain, asked, english):
            yield f"{name!r} does not stand in the puzzle: write it there as you name it"
    if left := _BRACKET.findall(question):
        yield f"{left[0]} stands in the puzzle: put the name there"


def _is_said(plain: str, asked: str, english: bool) -> bool:
    if not plain:
        return False
    if f" {plain} " in asked or f" {plain}s " in asked or f" {plain.removesuffix('s')} " in asked:
        return True
    if plain.isascii() and english:
        return False
    return all(word[:_STEM] in asked for word in plain.split())


def _numbers(text: str, tag: str) -> set[float]:
    """The figures of a text, in digits or words."""
    known = Known()
    known.add("text", text)
    found = set(known.numbers()) | {float(one.value) for one in told_in(text, tag)} | set(_digits(text, tag))
    if tag in ("de", "fr", "es", "pt", "nl", "it"):
        from text_to_num import alpha2digit  # type: ignore[import-untyped]  # lazy: a compiled module

        known.add("words", alpha2digit(text, tag, threshold=0))
        found |= set(known.numbers())
    return found


def _digits(text: str, tag: str) -> list[float]:
    """Figures that stand in digits: whole ones, and each side of a comma or point."""
    return [float(part) for said in _DIGITS.findall(text) for part in re.split(r"[.,]", said)] + [
        float(one.value) for one in told_in(text, tag) if one.value.denominator != 1
    ]


def _is_year(number: float, known: Collection[float]) -> bool:
    """A year is scenery, where nothing else is as large."""
    return 1000 <= number <= 2100 and max(known, default=0) < 1000


def _betrayed(
    one: Deal, names: Mapping[str, str], question: str, said: Collection[float], wanted: Collection[float]
) -> Iterator[str]:
    if isinstance(one.key, str) and len(one.key) > _STEM and one.key.casefold() in question.casefold():
        yield f"the puzzle gives its answer away: {one.key}"
    is_figure = PUZZLES[one.puzzle].answers == "figure" and one.key is not None
    if is_figure and float(one.key) > _FEW and float(one.key) in set(said) - set(wanted):
        yield f"the puzzle gives its answer away, or says {one.key} of something else: leave that figure out"
    for point in one.points:
        if put(point, names).casefold().rstrip(".") in question.casefold():
            yield f"the puzzle says what is to be found out: {point!r}"


def _unchanged(scene: Scene, names: Mapping[str, str], question: str) -> Iterator[str]:
    facts, goal = _facts(scene), scene.kind.name
    if goal == "context_reconstruction":
        old = {name.casefold() for name in facts["names"].values()}
        if kept := [name for name in names.values() if name.casefold() in old]:
            yield f"{kept[0]!r} is a name of the first puzzle: find another setting"
    if goal in ("semantic_reconstruction", "context_reconstruction"):
        alike = SequenceMatcher(None, facts["question"].split(), question.split(), autojunk=False).ratio()
        if alike > ALIKE:
            yield f"{alike:.0%} of the words stand as before: say all of it in another way"
    tempting = facts.get("tempting")
    if goal == "own_attempt" and tempting and not _says(question, tempting):
        yield f"the asker's own answer has to be {tempting}"


def _says(question: str, value: Any) -> bool:
    number = float(proven_value(value))
    return any(abs(said - number) <= 0.01 * abs(number) for said in _numbers(question, ""))


def proven_value(value: Any) -> float:
    """A figure or share as a number."""
    top, _, bottom = str(value).partition("/")
    return float(top) / float(bottom or 1)


def pose(scene: Scene, kind: Asking, draft: Draft, passage: str) -> Asked:
    """Make the instruction of a draft: with the instance, its proof and its names, where it was dealt."""
    made = kind.form.asked(draft, scene.random)
    one = dealt(scene)
    if one is None:
        return made
    names = {given["slot"].strip("[] "): given["name"].strip() for given in draft["names"]}
    return Asked(made.text, {**made.facts, **facts_of(one, names)})


def facts_of(one: Deal, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what an instruction knows of the puzzle it poses."""
    puzzle = PUZZLES[one.puzzle]
    key = [names[slot] for slot in one.key] if isinstance(one.key, list) else one.key
    letters = {slot[0] for slot in one.key} if isinstance(one.key, list) else set()
    facts: dict[str, Any] = {
        "puzzle": one.puzzle, "twist": one.twist, "data": dict(one.data), "names": dict(names), "key": key,
        "answers": puzzle.answers, "unit": one.unit, "tempting": one.tempting, "solution": one.solution,
        "candidates": [name for slot, name in names.items() if slot[0] in letters],
        "rules": [put(rule, names) for rule in one.telling.rules],
        "points": [put(point, names) for point in one.points],
    }  # fmt: skip
    if puzzle.answers == "names" and not facts["candidates"]:
        facts["candidates"] = list(names.values())
    if one.solution is None:
        points = [
            "It says that it can't be done.",
            "It proves so: why no way at all leads there, not only those tried.",
        ]
        facts |= {"key": IMPOSSIBLE, "why_not": IMPOSSIBLE, "answerable": False, "points": points}
    told = [f"The answer: {', '.join(key) if isinstance(key, list) else facts['key']}", *facts["points"]]
    return {**facts, "key_shown": "\n".join(map(str, told))}
