"""Items and answers are carried out in the real sandbox: what holds passes, what doesn't is said."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox.pool import Pool
from teams.coding.checks import BY_NAME
from teams.coding.forms import Task
from tests.teams.coding.cases import BY_KIND, FINE, answer

pytestmark = [pytest.mark.docker, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box() -> AsyncIterator[Sandbox]:
    async with Pool(size=1) as pool, pool.lease() as lent:
        yield lent


def form_of(kind: str) -> Task:
    form = BY_NAME[kind].form
    assert isinstance(form, Task)
    return form


async def made(box: Sandbox, kind: str) -> tuple[dict[str, Any], str]:
    """Return the facts of an item that was tried, and an answer that holds."""
    draft = copy.deepcopy(BY_KIND[kind])
    assert await form_of(kind).tried(box, draft) == []
    asked = form_of(kind).asked(draft, Random(kind))
    facts = {**asked.facts, "ask": asked.text}
    return facts, answer(kind, {**draft, **facts})


@pytest.mark.parametrize("kind", BY_KIND)
async def test_an_item_that_holds_is_let_through_and_so_is_its_answer(box: Sandbox, kind: str) -> None:
    form, draft = form_of(kind), BY_KIND[kind]
    assert set(draft) == set(form.draft(False))
    assert list(form.complaints(draft, "")) == []
    facts, said = await made(box, kind)
    for finding in await form.carried_out(box, facts, said):
        assert finding.passed, finding.evidence
        assert finding.by == "sandbox"


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("from_spec", {"expected": "0 False 0"}, "something else than expected"),
    ("from_spec", {"solution": FINE.replace("return min", "raise min")}, "the solution: "),
    ("from_spec", {"tests": "print(fine(0))", "expected": "0"}, "don't see it"),
    ("from_spec", {"tests": "while True: pass"}, "did not end"),
    ("fill_in", {"given": FINE}, "passes them already"),
    ("fix_bug", {"given": "function longest(list) return end end end"}, "can't even be read"),
    ("fix_injected", {"tests": "console.log('a', 1)", "expected": "a 1"}, "try each decision in both"),
    ("fix_injected", {"kept_back": BY_KIND["fix_injected"]["tests"]}, "print 0 lines that the shown ones don't"),
    ("fix_injected", {"kept_back": "console.log(levels(1));"}, "cases kept back: it ended with exit code 1: Typ"),
    ("fix_injected", {"kept_back": "for (const n of [1, 2, 3]) console.log(n, levels(n, [], 1, 1, 1));"}, "in both"),
    ("predict_output", {"given": "import random\nprint(random.random())\nprint(1 + 1)"}, "else each time"),
    ("predict_output", {"given": "print('as it stands')"}, "word by word"),
    ("predict_output", {"given": "for k in range(99):\n    print(k * 3)"}, "99 lines"),
    ("deduce_input", {"example": "'ABD'"}, "in the blank"),
    ("trace_state", {"line": "arriving = ['Per', 'Una', 'Kai']"}, "reached 1 times"),
    ("explain", {"tells": "9"}, "prints '10'"),
    ("query", {"solution": "DELETE FROM seen;"}, "readonly"),
    ("review", {"given": BY_KIND["review"]["solution"]}, "passes its tests"),
    ("refactor", {"solution": BY_KIND["refactor"]["given"] + "\n"}, "no simpler"),
    ("optimise", {"solution": BY_KIND["optimise"]["given"]}, "grow by O(n^2), and not by O(n)"),
    ("optimise", {"growth": "O(1)"}, "and not by O(1)"),
    ("translate", {"inputs": ["a:1\n"] * 3}, "the same for nearly all"),
    ("translate", {"solution": "print 1;\n"}, "prints something else"),
    ("write_tests", {"own_tests": "def test_none():\n    assert True\n" * 2}, "see 0 of"),
    ("write_tests", {"own_tests": "import fines\n\n\ndef test_it():\n    assert fines.fine(4) == 21\n"}, "fail on"),
    ("write_docs", {"solution": BY_KIND["write_docs"]["solution"].replace("    40", "    41")}, "come out otherwise"),
    ("write_docs", {"solution": BY_KIND["write_docs"]["solution"].replace("* 20", "* 21")}, "was changed"),
    ("query", {"other_rows": "INSERT INTO bridge SELECT 9, 'x' WHERE 0;"}, "they try nothing"),
    ("query", {"expected": "Mill|12"}, "something else than expected"),
    ("complexity", {"growth": "O(n^2)"}, "and not by O(n^2)"),
    ("security_fix", {"attack_fails": "leaks s3\nleaks s3"}, "something else than expected"),
    ("conflicting", {"case": "print(share(2, ['Ida', 'Ole']))"}, "in the case"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "change", "complaint"), BROKEN, ids=lambda value: value if isinstance(value, str) else ""
)
async def test_an_item_that_does_not_hold_is_sent_back(
    box: Sandbox, kind: str, change: dict[str, Any], complaint: str
) -> None:
    draft = {**copy.deepcopy(BY_KIND[kind]), **change}
    assert complaint in "; ".join(await form_of(kind).tried(box, draft))


ANOTHER = """def fine(d, is_child=False):
    n = max(0, d - 3) * (10 if is_child else 20)
    return n if n < 500 else 500
"""
WRONG = [
    ("from_spec", "* 20", "* 21", "code_passes_tests"),
    ("from_spec", "```python", "```ruby", "code_passes_tests"),
    ("from_spec", "    return min", "    raise SystemExit(0)\n    return min", "code_passes_tests"),
    ("from_spec", "    return min", "    while True: pass\n    return min", "code_passes_tests"),
    ("fix_bug", "run = run + 1", "run = run", "code_passes_tests"),
    ("fill_in", FINE, ANOTHER, "rest_is_kept"),
    ("locate_fault", "The line at fault is `level = level - inflow;`", "It is in the loop", "line_named"),
    ("predict_output", "'barley']", "'barley', 'rye']", "output_is_real"),
    ("predict_output", "```", "'''", "output_is_real"),
    ("deduce_input", "'ABC'", "'ABE'", "input_leads_there"),
    ("deduce_input", "'ABC'", "__import__('os')._exit(0)", "input_leads_there"),
    ("deduce_input", "'ABC'", "exit(print('3-14'))", "input_leads_there"),
    ("explain", "f(1023) is 10", "look at line 10", "result_is_told"),
    ("explain", "f(1023) is 10", "\n10. It ends", "result_is_told"),
    ("review", "`if start > a and start < b:`", "line 77", "faults_named"),
    ("trace_state", "['Una']", "['Per']", "trace_is_real"),
    ("explain", "f(1023) is 10", "f(1023) is 11", "result_is_told"),
    ("review", "`if start > a and start < b:`", "`the comparison`", "faults_named"),
    ("refactor", "full - 100", "full - 101", "code_passes_tests"),
    ("optimise", "seen = set()", "seen = list()", "code_passes_tests"),
    ("translate", "floor($count{$name} / 3)", "int($count{$name} / 3)", "same_as_the_original"),
    ("write_tests", "assert fine(3) == 0", "assert fine(3) == 20", "tests_pass"),
    ("write_docs", "is_child=True)\n    20", "is_child=True)\n    30", "examples_hold"),
    ("modify", "n % names.size", "(n / 2) % names.size", "code_passes_tests"),
    ("query", "LEFT JOIN", "JOIN", "code_passes_tests"),
    ("query", "total DESC, name", "total DESC, name DESC", "query_holds_elsewhere"),
    ("query", "name;", "name;\nDROP TABLE bridge;", "code_passes_tests"),
    ("query", "name;", "name;\nPRAGMA query_only = OFF;\nDROP TABLE bridge;", "query_only_reads"),
    ("query", "name;", "name;\n.shell true", "query_only_reads"),
    ("write_docs", "def fine(", "import atexit\natexit.register(print, [9, 0])\n\n\ndef fine(", "examples_hold"),
    ("design", "self.best.pop()\n", "self.best.pop()\n            sum(1 for _ in range(self.size))\n", "steps_within"),
    ("complexity", "**O(n)**", "**O(n^2)**", "growth_is_counted"),
    ("security_fix", "    if os.path.commonpath([root, path]) != root:", "    if '..' in name:", "code_passes_tests"),
    ("script", "/^#/ || ", "", "code_passes_tests"),
    ("conflicting", "two at most to [('Ida', 2), ('Ole', 2)]", "and that is it", "clash_is_told"),
]  # fmt: skip


async def test_mended_code_is_said_to_pass_what_the_code_shown_failed(box: Sandbox) -> None:
    facts, said = await made(box, "fix_bug")
    before = [part["before"] for part in facts["parts"]]
    assert before
    assert all(before)
    passed = next(f for f in await form_of("fix_bug").carried_out(box, facts, said) if f.check == "code_passes_tests")
    assert passed.passed
    assert f"{len(before)} failed before: {before[0][:80]}" in passed.evidence
    unmended, _ = await made(box, "refactor")
    assert not any("before" in part for part in unmended["parts"])


@pytest.mark.parametrize(("kind", "find", "put", "check"), WRONG)
async def test_an_answer_that_does_not_hold_fails(box: Sandbox, kind: str, find: str, put: str, check: str) -> None:
    facts, said = await made(box, kind)
    assert find in said
    findings = await form_of(kind).carried_out(box, facts, said.replace(find, put))
    assert [finding.check for finding in findings if not finding.passed] == [check], findings


async def test_the_library_named_has_to_be_used(box: Sandbox) -> None:
    facts, said = await made(box, "use_library")
    other = said.replace("bisect_right(departures, now)", "sum(d <= now for d in departures)")
    other = other.replace("from bisect import bisect_right\n", "")
    findings = await form_of("use_library").carried_out(box, facts, other)
    assert [finding.check for finding in findings if not finding.passed] == ["uses_the_library"]


async def test_tests_that_look_at_little_are_not_enough(box: Sandbox) -> None:
    facts, _ = await made(box, "write_tests")
    weak = "```python\nfrom fines import fine\n\n\ndef test_free():\n    assert fine(0) == 0\n```"
    findings = await form_of("write_tests").carried_out(box, facts, weak)
    assert [finding.check for finding in findings if not finding.passed] == ["tests_see_faults"]


async def test_tests_that_compare_the_text_of_the_code_are_none(box: Sandbox) -> None:
    facts, _ = await made(box, "write_tests")
    sly = f"```python\ndef test_it():\n    assert open('fines.py').read().strip() == {facts['given'].strip()!r}\n```"
    (finding,) = await form_of("write_tests").carried_out(box, facts, sly)
    assert not finding.passed
    assert "look at its text" in finding.evidence


async def test_an_injected_fault_is_shown_by_what_came_out(box: Sandbox) -> None:
    facts, _ = await made(box, "fix_injected")
    assert facts["given"] != facts["solution"]
    assert facts["line"] in facts["ask"]
    # Whoever explains what came out has to see what was called.
    assert BY_KIND["fix_injected"]["tests"] in facts["ask"]
    assert BY_KIND["fix_injected"]["kept_back"].splitlines()[0] not in facts["ask"]
    assert any(line.startswith("+ ") for line in facts["diff"].splitlines())
    assert any(line.startswith("- ") for line in facts["diff"].splitlines())
