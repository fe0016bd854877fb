"""What models write as code is run in the real sandbox: rules of their own, and functions that answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox.pool import Pool
from teams.few_shot_reasoning.checks import executed
from teams.few_shot_reasoning.forms.coded import Coded
from teams.few_shot_reasoning.forms.task import Wish
from teams.few_shot_reasoning.kinds import BY_NAME
from teams.few_shot_reasoning.rules.house import RuleFailed, carried_out
from tests.teams.few_shot_reasoning.faults import paired
from tests.teams.few_shot_reasoning.test_rules import MATTER
from tests.teams.judging import scene_of

pytestmark = [pytest.mark.docker, pytest.mark.asyncio(loop_scope="module")]

SHELF = "def rule(x):\n    name, year = x.rsplit(' ', 1)\n    return f'{name[:2].upper()}{int(year) % 7}'"
BOOKS = [
    f"{name} {year}"
    for name, year in zip(
        ["Brook", "Lund", "Hart", "Reed", "Cole", "Moss", "Vale", "Holt", "Kerr"], range(1951, 1990, 4), strict=False
    )
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box() -> AsyncIterator[Sandbox]:
    async with Pool(size=1) as pool, pool.lease() as lent:
        yield lent


async def test_a_rule_is_run_on_all_inputs(box: Sandbox) -> None:
    table = await carried_out(box, SHELF, BOOKS)
    assert table[BOOKS[0]] == f"BR{1951 % 7}"
    assert list(table) == BOOKS


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def rule(x):\n    while True: pass", "did not end"),
        ("def rule(x):\n    return x / 2", "TypeError"),
        ("def rule(x):\n    return 3", "one short line"),
        ("def rule(x):\n    return 'a' * 4000", "one short line"),
        ("import sys\nsys.exit(0)\ndef rule(x): return x", "before its outputs"),
        (
            "import urllib.request\ndef rule(x):\n    return str(urllib.request.urlopen('http://127.0.0.1').status)",
            "URLError",
        ),
        ("def rule(x:", "SyntaxError"),
    ],
)
async def test_a_rule_that_does_not_do_is_told_of_in_a_line(box: Sandbox, code: str, said: str) -> None:
    with pytest.raises(RuleFailed, match=said):
        await carried_out(box, code, BOOKS[:2])


def coded(seed: int) -> dict[str, Any]:
    draft = {"words": MATTER["words"], "function": "code", "question": "I need code in Python."}
    return BY_NAME["code_by_example"].form.task(draft, Random(seed), Wish("code"))


SOLUTIONS = {
    "memorised": "def code(x):\n    return {known}.get(x)",
    "raises": "def code(x):\n    raise ValueError(x)",
    "prints": "def code(x):\n    print('cases that went wrong: []')\n    return None",
}


LAST_WORDS = ("nonsense", "[[true, 7]]", "[[true]]", "[]", "7", "[" * 3000)


@pytest.mark.parametrize("said", LAST_WORDS)
async def test_a_rule_that_speaks_in_our_place_is_told_so(box: Sandbox, said: str) -> None:
    code = f"{SHELF}\nimport atexit\natexit.register(print, 'outputs of the rule:', {said!r})"
    with pytest.raises(RuleFailed, match=r"print nothing|one short line"):
        await carried_out(box, code, BOOKS[:1])


@pytest.mark.parametrize("name", SOLUTIONS)
async def test_a_function_that_only_knows_the_examples_fails_on_what_is_kept_back(box: Sandbox, name: str) -> None:
    facts = coded(3)
    known = {repr(shot["input"]): shot for shot in facts["shots"]}
    answers = "{" + ", ".join(f"{key}: {shown['y']}" for key, shown in zip(known, facts["shown"], strict=True)) + "}"
    hashable = answers if "[" not in answers else "{}"
    code = SOLUTIONS[name].replace("{known}", hashable)
    form = Coded()
    found = await form.carried_out(box, facts, f"It does what is shown.\n\n```python\n{code}\n```")
    assert not found[0].passed


async def test_a_function_that_follows_the_rule_passes(box: Sandbox) -> None:
    # The families themselves are the right answer: their operations are written out here by hand.
    by_name = {"reverse": "x[::-1]", "twice": "x + x", "double": "''.join(c * 2 for c in x)", "drop_first": "x[1:]"}
    for seed in range(60):
        facts = coded(seed)
        steps = facts["rule"]["steps"]
        if facts["domain"] == "letters" and all(step[0] in by_name for step in steps):
            body = "\n".join(f"    x = {by_name[step[0]]}" for step in steps)
            answer = f"It goes letter by letter.\n\n```python\ndef code(x):\n{body}\n    return x\n```"
            found = await Coded().carried_out(box, facts, answer)
            assert found[0].passed, found[0].evidence
            return
    pytest.fail("no seed draws a rule of these operations")


async def test_the_judge_runs_a_rule_again_and_sees_when_it_comes_out_otherwise(box: Sandbox) -> None:
    table = await carried_out(box, SHELF, BOOKS)
    draft = {"rule": "letters and a rest", "code": SHELF, "inputs": BOOKS, "table": table,
             "input_name": "Book", "output_name": "Shelf", "question": "Where does the last one go?"}  # fmt: skip
    facts = BY_NAME["house_rule"].form.task(draft, Random(2), Wish())
    pair = paired("house_rule", facts, facts["key"])
    scene = scene_of(pair, BY_NAME["house_rule"])
    scene.has_sandbox = True

    async def lease() -> Sandbox:
        return box

    scene.lease = lease
    assert [finding.passed for finding in await executed(scene, pair)] == [True]
    bent = {**facts, "matter": {**facts["matter"], "code": SHELF.replace("% 7", "% 9")}}
    assert [finding.passed for finding in await executed(scene, paired("house_rule", bent, facts["key"]))] == [False]
