"""Format guidelines: a share of the requests asks for the form in which the answer that ends the conversation comes.

What can be asked for depends on how the conversation will end. Any answer can be short, or plain text for a text
message. One that tells what calls returned can also be put into data, a table or a list, under names of what they
returned; where the data are simulated, nobody knows that beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from teams.engine.checks.known import split_name
from teams.engine.checks.request import is_code_name
from teams.engine.demands import RULES, Demand, draw_demands, fitting
from teams.engine.flow import Scene
from teams.engine.records import Instruction
from teams.engine.stages.demand import OFFERED, format_flow
from teams.engine.verdict import run_checks
from teams.tool_use.backend import apis_of
from teams.tool_use.gate import WORDS
from tools.apis import as_function

BRIEF: Mapping[str, str] = {
    # The shape under which the figures of a rule suit one to four sentences.
    "word_max": "choice",
    "sentence_max": "short",
    "sentence_exact": "short",
    "character_max": "short",
    "short_sentences": "prose",
    "plain_text": "short",
    "no_contractions": "short",
}
"""What any answer can keep, one that tells of a failure too."""
LISTS = ("bullet_count", "numbered_items")
OF_ONE = ("json_object", "yaml_mapping")
OF_MANY = ("table_columns", "csv_rows", "json_list", "json_lines")
DONE = ("one_call", "one_call_with_noise", "several_calls", "several_calls_with_noise")
"""Kinds of which the calls that were planned are sure to be made."""
FENCES = ("without a code fence", "in one code fence")
KEYS = (2, 4)
"""Fewest and most names asked for in data."""
_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z_]{1,24}")


def offers(scene: Scene, instruction: Instruction) -> list[Demand]:
    """Return the forms to choose among, no two of one rule: those for data and lists first, where any fits."""
    random, language = scene.random, scene.language
    told = list(_for_results(instruction, random, language)) if instruction.kind in DONE else []
    random.shuffle(told)
    short: list[Demand] = []
    for rule in random.sample(sorted(BRIEF), len(BRIEF)):
        short += draw_demands(random, BRIEF[rule], language=language, among=(rule,))
    return [*told[: OFFERED // 2], *short][:OFFERED]


def put(scene: Scene, instruction: Instruction, demand: Demand) -> Instruction | None:
    """Put the form behind the request, unless with it the words are no longer such as a user has."""
    words = f"{instruction.text} {demand.statement}"
    if len(demand.statement) > 120 or "\n" in demand.statement:
        words = f"{instruction.text}\n\n{demand.statement}"
    schemas = [{"type": "function", "function": as_function(api)} for api in apis_of(instruction.passage)]
    draft = instruction.answered([{"role": "user", "content": words}], schemas)
    if not run_checks(draft, WORDS).accepted:
        return None
    facts = {**instruction.facts, "ask": instruction.text, "demands": [demand.as_dict()]}
    return instruction.demanded([demand.rule], words, facts=facts)


def _for_results(instruction: Instruction, random: Random, language: str) -> Iterator[Demand]:
    """Yield a demand for each rule by which what the planned calls returned can be told."""
    results = instruction.facts.get("plan_results") or ()
    code = {name for api in apis_of(instruction.passage) for name in (api.name, *api.parameters.get("properties", {}))}
    holding = {rule.name for rule in fitting("structured", language=language)}
    holding |= {rule.name for rule in fitting("list", language=language)}
    # The answer is about what the errand ends in; what was looked up on the way is told as it may be.
    rows = max(_lists(results[-1]), key=len, default=[]) if results else []
    if len(names := _names(rows, code)) >= KEYS[0]:
        keys = _some(names, random)
        for rule in sorted(holding.intersection(OF_MANY)):
            columns = [split_name(key).capitalize() if rule == "table_columns" else key for key in keys]
            field = "columns" if rule in ("table_columns", "csv_rows") else "keys"
            params = {field: columns, "n": random.randint(2, len(rows))}
            yield _stated(rule, params | ({} if rule in ("table_columns", "json_lines") else _fence(random)), random)
    elif len(names := _names([one for one in results[-1:] if isinstance(one, Mapping)], code)) >= KEYS[0]:
        for rule in sorted(holding.intersection(OF_ONE)):
            yield _stated(rule, {"keys": _some(names, random)} | _fence(random), random)
    # How many things were asked for, whoever asks knows; how many there are of what they ask about, they don't.
    if 2 <= len(instruction.facts["plan"]) <= 6:
        for rule in sorted(holding.intersection(LISTS)):
            yield _stated(rule, {"n": len(instruction.facts["plan"])}, random)


def _lists(value: Any) -> Iterator[list[Mapping[str, Any]]]:
    """Yield the lists of two and more records in a result, itself or under one of its keys."""
    for one in (value, *(value.values() if isinstance(value, Mapping) else ())):
        if isinstance(one, list) and 2 <= len(one) <= 8 and all(isinstance(row, Mapping) for row in one):
            yield one


def _names(rows: Sequence[Mapping[str, Any]], code: Collection[str]) -> list[str]:
    """The names under which every one of the records says something, as a user may put them: no parameter's."""
    return [
        name
        for name in (rows[0] if rows else ())
        if _PLAIN_KEY.fullmatch(name)
        and not (name in code and is_code_name(name))
        and all(_says(row.get(name)) for row in rows)
    ]


def _says(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and bool(value.strip()) and len(value) <= 60)


def _some(names: Sequence[str], random: Random) -> list[str]:
    """A few of the names, in their order."""
    chosen = random.sample(names, min(len(names), random.randint(*KEYS)))
    return [name for name in names if name in chosen]


def _fence(random: Random) -> dict[str, str]:
    return {"fence": random.choice(FENCES)}


def _stated(rule: str, params: Mapping[str, Any], random: Random) -> Demand:
    return Demand(rule, params, RULES[rule].state(params, random))


flow = format_flow(offers, put)
