"""Pairs of coding that are good, and some with a fault planted: which check catches which.

    python -m tests.teams.coding.faults

prints the table. Everything is carried out in the real sandbox, so it needs one.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from sandbox import Sandbox
from sandbox.pool import Pool
from teams.coding.checks import BY_NAME, CHECKS, carried_out
from teams.coding.forms import Task
from teams.engine.records import Pair, Seed
from teams.engine.verdict import Verdict, run_checks
from tests.teams.coding.cases import BY_KIND, answer
from tests.teams.judging import catches, scene_of

MATERIAL = "The branch at Lindenhof stopped charging children for late books."


@dataclass(frozen=True)
class Case:
    """A kind's item with its answer, perhaps spoiled."""

    kind: str
    spoil: Callable[[str], str] = lambda said: said
    """What is done to the answer."""
    ask: Callable[[str], str] = lambda said: said
    """What is done to the question."""
    caught_by: str = ""
    demand: Mapping[str, Any] | None = None


def put(find: str, by: str) -> Callable[[str], str]:
    def spoil(said: str) -> str:
        assert find in said, said
        return said.replace(find, by)

    return spoil


BROKEN = BY_KIND["fix_injected"]["solution"].replace("level - draw", "level + draw")
SHOWN = {"10,1,2,3,5,4,20": [7, 5, 4], "5,1,1,5,4,20": [2, 3], "18,6,9,30,4,20": [20, 20], "18,2,0,30,4,20": [20, 20]}
LOOKED_UP = "  const seen = known[[start, inflows, sill, draw, brim].join(',')];\n  if (seen) return seen;\n  let level"
BENT = f"const known = {json.dumps(SHOWN)};\n{BROKEN.replace('  let level', LOOKED_UP, 1)}"
"""The code as broken as it was, with what has to come in the cases that are shown put in by hand."""


def good() -> dict[str, Case]:
    kinds = {kind: Case(kind) for kind in BY_KIND}
    spoken = Case("fix_injected", lambda said: f"{said} With that all tests pass, and the expected output comes.")
    return {**kinds, "speaks of tests that are shown": spoken}


def bad() -> dict[str, Case]:
    only_block = {"rule": "word_max", "params": {"n": 12}, "statement": "In at most 12 words, please."}
    return {
        "a rule of the description is broken": Case("from_spec", put("<= 3", "<= 4"), caught_by="code_passes_tests"),
        "the code never ends": Case("from_spec", put("    return min", "    while True: pass\n    return min"), caught_by="code_passes_tests"),
        "the code eats memory": Case("from_spec", put("    return min", "    x = 'x' * (1 << 33)\n    return min"), caught_by="code_passes_tests"),
        "the code looks for the network": Case("from_spec", put("    return min", "    __import__('socket').create_connection(('192.0.2.1', 80), 3)\n    return min"), caught_by="code_passes_tests"),
        "the code prints without end": Case("from_spec", put("    return min", "    while True: print('x' * 999)\n    return min"), caught_by="code_passes_tests"),
        "another language than asked for": Case("from_spec", put("```python", "```ruby"), caught_by="code_given"),
        "no code at all": Case("from_spec", lambda said: "Take the days beyond the third, twenty cents each, half for children, 500 at most.", caught_by="code_given"),
        "the rest is left out": Case("from_spec", put("    total =", "    # ... rest of the code\n    total ="), caught_by="nothing_left_out"),
        "speaks of tests nobody saw": Case("from_spec", lambda said: f"{said} With this all tests pass.", caught_by="speaks_of_no_tests"),
        "speaks of tests kept back": Case("fix_injected", lambda said: f"{said} It passes the hidden tests as well.", caught_by="speaks_of_no_tests"),
        "the question shows the solution": Case("from_spec", ask=lambda said: f"{said}\n\n{BY_KIND['from_spec']['solution']}", caught_by="key_unsaid"),
        "the question points at nothing": Case("from_spec", ask=lambda said: f"{said} Follow the rules of the passage.", caught_by="points_at_what_is_shown"),
        "the code shown is handed back": Case("fix_bug", lambda said: f"So:\n\n```lua\n{BY_KIND['fix_bug']['given']}\n```", caught_by="code_passes_tests"),
        "the wrong line is blamed": Case("locate_fault", put("The line at fault is `level = level - inflow;`", "The line at fault is `level = brim;`"), caught_by="line_named"),
        "an answer bent to the cases shown": Case("fix_injected", lambda said: f"So:\n\n```javascript\n{BENT}\n```", caught_by="holds_beyond_what_is_shown"),
        "a line blamed, and a cure bent to the cases shown": Case("locate_fault", lambda said: f"{said.split('```')[0]}\n\n```javascript\n{BENT}\n```", caught_by="holds_beyond_what_is_shown"),
        "all lines are blamed": Case("locate_fault", lambda said: f"It is in here:\n\n```javascript\n{BROKEN}\n```\n\n{said.partition('.')[2]}", caught_by="line_named"),
        "an output that was guessed": Case("predict_output", put("'barley']", "'spelt']"), caught_by="output_is_real"),
        "an input that leads elsewhere": Case("deduce_input", put("'ABC'", "'CBA'"), caught_by="input_leads_there"),
        "a trace that lost its way": Case("trace_state", put("['Una']", "['Una', 'Per']"), caught_by="trace_is_real"),
        "an explanation with a wrong result": Case("explain", put("is 10", "is 9"), caught_by="result_is_told"),
        "a review that misses a fault": Case("review", put("2. `if start > a and start < b:` lets a booking through that begins at the same hour.", "2. The names a and b could be better."), caught_by="faults_named"),
        "a refactoring that changes results": Case("refactor", put("age < 16", "age <= 16"), caught_by="code_passes_tests"),
        "a refactoring that only renames": Case("refactor", lambda said: f"So:\n\n```python\n{BY_KIND['refactor']['given'].replace('result', 'cents')}\n```", caught_by="simpler_by_count"),
        "an optimisation as slow as before": Case("optimise", lambda said: said.replace("seen = set()", "seen = []").replace("seen.add", "seen.append"), caught_by="steps_within"),
        "a translation that rounds otherwise": Case("translate", put("floor($count{$name} / 3)", "int($count{$name} / 3)"), caught_by="same_as_the_original"),
        "tests that see nothing": Case("write_tests", lambda said: "```python\nfrom fines import fine\n\n\ndef test_it():\n    assert fine(0) == 0\n```", caught_by="tests_see_faults"),
        "an example that is not so": Case("write_docs", put("    40", "    60"), caught_by="examples_hold"),
        "documentation that touches the code": Case("write_docs", put("<= 3", "< 4"), caught_by="examples_hold"),
        "a requirement passed over": Case("modify", put("name.nil? || ", ""), caught_by="code_passes_tests"),
        "a query that holds for these rows only": Case("query", put("COALESCE(SUM(bicycles), 0)", "CASE WHEN COUNT(bicycles) = 0 AND name = 'Harbour' THEN 0 ELSE SUM(bicycles) END"), caught_by="query_holds_elsewhere"),
        "a query that drops the tables": Case("query", put("SELECT name", "DROP TABLE bridge;\nSELECT name"), caught_by="code_passes_tests"),
        "the wrong growth": Case("complexity", put("**O(n)**", "**O(n log n)**"), caught_by="growth_is_counted"),
        "a cure for one attack only": Case("security_fix", put("    if os.path.commonpath([root, path]) != root:", "    if name.startswith('..'):"), caught_by="code_passes_tests"),
        "a clash that is not seen": Case("conflicting", lambda said: "```python\ndef share(prizes, names):\n    base, more = divmod(prizes, len(names))\n    return [(n, base + (k < more)) for k, n in enumerate(names)]\n```", caught_by="clash_is_told"),
        "a format that is not kept": Case("explain", demand=only_block, caught_by="format_kept"),
        "a refusal": Case("from_spec", lambda said: "I'm sorry, but I can't help with that request.", caught_by="answers_at_all"),
    }  # fmt: skip


async def pair_of(box: Sandbox, case: Case) -> Pair:
    """Make a pair as the flows do."""
    form, draft = BY_NAME[case.kind].form, copy.deepcopy(BY_KIND[case.kind])
    assert isinstance(form, Task)
    assert await form.tried(box, draft) == []
    draft["question"] = case.ask(draft["question"])
    asked = form.asked(draft, Random(case.kind))
    known = {**asked.facts, "form": form.name, "ask": asked.text, "shows_text": False, "evidence": []}
    known |= {"demands": [case.demand]} if case.demand else {}
    text = "\n\n".join([asked.text, *([case.demand["statement"]] if case.demand else [])])
    said = case.spoil(answer(case.kind, {**draft, **asked.facts}))
    seed = Seed("coding/case.txt:1-9", MATERIAL)
    instruction = seed.rewritten("spec_sheet", MATERIAL).ask(case.kind, text, facts=known)
    turns = [{"role": "user", "content": text}, {"role": "assistant", "content": said}]
    return instruction.answered(turns, facts={"form": form.name})


async def judged_in(box: Sandbox, case: Case) -> Verdict:
    """Judge a case: what can be read off it, and what comes out when it is run."""
    pair = await pair_of(box, case)

    async def lease() -> Sandbox:
        return box

    scene = scene_of(pair, BY_NAME[case.kind])
    scene.has_sandbox, scene.lease = True, lease
    return Verdict((*run_checks(pair, CHECKS).findings, *await carried_out(scene, pair)))


async def table() -> list[str]:
    """Return the lines of the table."""
    async with Pool(size=1) as pool, pool.lease() as box:
        fine, faulty = good(), bad()
        verdicts = {id(case): await judged_in(box, case) for case in (*fine.values(), *faulty.values())}
        return list(catches(fine, faulty, lambda case: verdicts[id(case)]))


if __name__ == "__main__":
    print(*asyncio.run(table()), sep="\n")
