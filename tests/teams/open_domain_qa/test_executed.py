"""What can be carried out is: programs of drafts, and code of answers against its tests, in the real sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox.pool import Pool
from teams.engine.records import Pair
from teams.open_domain_qa.checks import BY_NAME, carried_out
from teams.open_domain_qa.forms import CLAIM, DISCREPANCY, FORMULA, FUNCTION, QUERY, WORKED, Executed
from teams.open_domain_qa.programs import ProgramFailed, printed_figure, values_at
from tests.teams.judging import scene_of
from tests.teams.open_domain_qa.faults import BAGS, BAGS_ANSWER, GAPS, GAPS_ANSWER, SPEED, made, with_answer
from tests.teams.open_domain_qa.test_forms import SNIPPET

pytestmark = [pytest.mark.docker, pytest.mark.asyncio(loop_scope="module")]

CLIMB = {
    "question": "Prove that the product of three whole numbers in a row is divisible by 6.",
    "points": ["One of three in a row is divisible by 3.", "At least one of two in a row is even."],
    "program": "print(all(n * (n + 1) * (n + 2) % 6 == 0 for n in range(-500, 500)))",
}
BRIDGES = {
    "setup": "CREATE TABLE bridge (id INTEGER, name TEXT); CREATE TABLE seen (bridge INTEGER, bicycles INTEGER);\n"
    "INSERT INTO bridge VALUES (1, 'Mill'), (2, 'Harbour'); INSERT INTO seen VALUES (1, 4), (1, 8);",
    "question": "For each bridge I want its name and the mean number of bicycles, NULL where there was no count.",
    "query": "SELECT name, AVG(bicycles) FROM bridge LEFT JOIN seen ON bridge = id GROUP BY id ORDER BY name",
    "points": ["A left join keeps the bridge without a count."],
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box() -> AsyncIterator[Sandbox]:
    async with Pool(size=1) as pool, pool.lease() as lent:
        yield lent


GOOD: list[tuple[Executed, dict[str, Any]]] = [
    (WORKED, BAGS), (FORMULA, SPEED), (CLAIM, CLIMB), (FUNCTION, GAPS), (QUERY, BRIDGES), (DISCREPANCY, SNIPPET),
]  # fmt: skip


@pytest.mark.parametrize(("form", "draft"), GOOD)
async def test_a_draft_that_holds_is_let_through(box: Sandbox, form: Executed, draft: dict[str, Any]) -> None:
    assert await form.tried(box, draft) == []


@pytest.mark.parametrize(
    ("form", "draft", "change", "complaint"),
    [
        (WORKED, BAGS, {"program": "print(154)"}, "one of them is wrong"),
        (WORKED, BAGS, {"program": "print('many')"}, "one bare number"),
        (WORKED, BAGS, {"program": "1/0"}, "ZeroDivisionError"),
        (WORKED, BAGS, {"program": "x = 153"}, "prints nothing"),
        (FORMULA, SPEED, {"formula": "(a + b)/2"}, "one of them is wrong"),
        (FORMULA, SPEED, {"program": "def speed(a, b):\n    return 2"}, "the program"),
        (CLAIM, CLIMB, {"program": "print(all(n * (n + 1) % 6 == 0 for n in range(9)))"}, "exception"),
        (FUNCTION, GAPS, {"solution": GAPS["solution"].replace("sorted(d)", "d")}, "does not pass the tests"),
        (FUNCTION, GAPS, {"tests": ["assert longest_gaps"] * 3}, "does nothing passes"),
        (QUERY, BRIDGES, {"query": "SELECT colour FROM bridge"}, "no such column"),
        (QUERY, BRIDGES, {"query": "SELECT name FROM bridge WHERE id > 9"}, "finds nothing"),
        (DISCREPANCY, SNIPPET, {"snippet": "print(round(3.5))"}, "not '2'"),
        (DISCREPANCY, SNIPPET, {"fix": "print(round(2.5))"}, "not '3'"),
    ],
)
async def test_a_draft_that_does_not_hold_is_sent_back(
    box: Sandbox, form: Executed, draft: dict[str, Any], change: dict[str, Any], complaint: str
) -> None:
    assert complaint in "; ".join(await form.tried(box, {**draft, **change}))


def judged_in(box: Sandbox, pair: Pair) -> Any:
    async def lease() -> Sandbox:
        return box

    scene = scene_of(pair, BY_NAME[pair.kind])
    scene.has_sandbox, scene.lease = True, lease
    return carried_out(scene, pair)


FIX = "It rounds halves to the even neighbour. Use\n\n```python\nimport math\nprint(math.floor(2.5 + 0.5))\n```"
SQL = f"Keep all bridges with a left join:\n\n```sql\n{BRIDGES['query']}\n```"
ANSWERED = {
    "worked": (made("word_problem", BAGS, BAGS_ANSWER), "worked_out_twice"),
    "code": (made("code_how_to", GAPS, GAPS_ANSWER), "code_passes_tests"),
    "query": (made("sql_how_to", BRIDGES, SQL), "query_gives_rows"),
    "discrepancy": (made("discrepancy", SNIPPET, FIX), "code_prints_expected"),
    "proof": (made("proof", CLIMB, "Of three in a row one is divisible by 3, and one is even."), "no_exception_found"),
}


@pytest.mark.parametrize("name", ANSWERED)
async def test_an_answer_that_holds_passes(box: Sandbox, name: str) -> None:
    pair, check = ANSWERED[name]
    (finding,) = await judged_in(box, pair)
    assert (finding.check, finding.passed, finding.by) == (check, True, "sandbox"), finding.evidence


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("code", GAPS_ANSWER.replace("sorted(d)", "d")),
        ("code", "Sort the days of each customer and subtract neighbours."),
        ("code", GAPS_ANSWER.replace("    days = {}", "    raise SystemExit(0)")),
        ("query", SQL.replace("LEFT JOIN", "JOIN")),
        ("query", "Use a left join."),
        ("discrepancy", FIX.replace("math.floor(2.5 + 0.5)", "2.5")),
        ("discrepancy", FIX.replace("+ 0.5)", "+ 0.5")),
    ],
)
async def test_an_answer_whose_code_does_not_hold_fails(box: Sandbox, name: str, answer: str) -> None:
    pair, check = ANSWERED[name]
    (finding,) = await judged_in(box, with_answer(pair, answer))
    assert (finding.check, finding.passed) == (check, False)


async def test_a_key_that_can_not_be_carried_out_fails_and_raises_nothing(box: Sandbox) -> None:
    pair, _ = ANSWERED["query"]
    broken = replace(pair, instruction=replace(pair.instruction, facts={**pair.instruction.facts, "query": "SELEC"}))
    (finding,) = await judged_in(box, broken)
    assert not finding.passed


async def test_programs_that_go_wrong_say_how(box: Sandbox) -> None:
    with pytest.raises(ProgramFailed, match="did not end"):
        await printed_figure(box, "while True: pass")
    assert await printed_figure(box, "from fractions import Fraction\nprint(Fraction(3, 8))") == 0.375
    with pytest.raises(ProgramFailed, match="one number for each"):
        await values_at(box, "def value(a):\n    print('done'); raise SystemExit(0)", [{"a": 1.0}])
