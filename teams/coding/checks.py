"""What a task with code has to pass: what can be read off it, and what comes out when it is run."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox import SandboxError
from sandbox.languages import BY_KEY, named
from teams.coding.forms.base import Task
from teams.coding.gaps import gaps
from teams.coding.kinds import KINDS
from teams.coding.programs import ProgramFailed, blocks, code_in, tidy
from teams.engine.checks import general_text_checks
from teams.engine.checks.conversation import judged, short
from teams.engine.checks.leaks import points_inside, speaks_of_source, stands_alone
from teams.engine.flow import Scene
from teams.engine.records import Pair
from teams.engine.stages.checks import answers_of, format_kept, in_the_language
from teams.engine.verdict import Check, Finding

BY_NAME = {kind.name: kind for kind in KINDS}
_WITH_CODE = frozenset(kind.name for kind in KINDS if kind.form.shape == "code")
_RESULT = frozenset({"predicted", "deduced", "traced"})
_SHOWN = 0.6
"""Share of a solution's telling lines that, standing in a question that shows no code, give it away."""
_TELLING = 14


def pointers(question: str, shows: bool) -> list[str]:
    """Return where a question points at what its reader does not see; code under it may be spoken of."""
    return [*points_inside(question), *speaks_of_source(question)] if shows else list(stands_alone(question))


def points_at_what_is_shown(pair: Pair) -> Iterable[Finding]:
    """The question points at the code shown with it, and at nothing that its reader can't see."""
    faults = [f"{short(f)!r} points at what is not there" for f in pointers(question_of(pair), _shows(pair))]
    yield judged("points_at_what_is_shown", faults, "points at nothing outside")


def question_of(pair: Pair) -> str:
    """The user's own words, without the code that stands with them."""
    return str(pair.instruction.facts.get("question", pair.instruction.facts["ask"]))


def _shows(pair: Pair) -> bool:
    return "```" in str(pair.instruction.facts["ask"])


def key_unsaid(pair: Pair) -> Iterable[Finding]:
    """The question gives neither the solution nor the result away."""
    facts = pair.instruction.facts
    solution = [line.strip() for line in str(facts.get("solution", "")).splitlines() if len(line.strip()) > _TELLING]
    asked = question_of(pair)
    said = [line for line in solution if line in asked]
    faults = (
        [f"{len(said)} of {len(solution)} lines of the solution stand in it"] if _gives_away(said, solution) else []
    )
    key = tidy(str(facts.get("key", "")))
    if facts.get("form") in _RESULT and len(key) > 2 and key in asked:
        faults.append(f"the result {key[:60]!r} stands in it")
    yield judged("key_unsaid", faults, "gives nothing away")


def _gives_away(said: list[str], solution: list[str]) -> bool:
    return len(solution) > 2 and len(said) > _SHOWN * len(solution)


def code_given(pair: Pair) -> Iterable[Finding]:
    """An answer that has to write code does so, in the language asked for, and in one piece."""
    if pair.kind not in _WITH_CODE:
        return
    language = BY_KEY[str(pair.instruction.facts["written_in"])]
    faults = [f"no block of {language.name}" for answer in answers_of(pair) if not code_in(answer, language.key)]
    yield judged("code_given", faults, f"a block of {language.name}")


def nothing_left_out(pair: Pair) -> Iterable[Finding]:
    """The code of an answer is whole: nothing in it stands for what was there before."""
    if pair.kind not in _WITH_CODE:  # who explains may quote a piece
        return
    asked_for = BY_KEY[str(pair.instruction.facts["written_in"])]
    faults = []
    for answer in answers_of(pair):
        for name, code in blocks(answer):
            is_python = (named(name) or asked_for).key == "python"
            faults += [f"{short(gap)!r} stands for code" for gap in gaps(code, is_python=is_python)]
    yield judged("nothing_left_out", faults, "the code is whole")


_UNSEEN = ("hidden test", "the tests pass", "all tests pass", "passes all tests", "test suite", "the expected output")
_SEES_TESTS = frozenset({"fix_injected", "locate_fault"})
"""Kinds whose question shows tests with what they print: only those kept back are not to be spoken of."""


def speaks_of_no_tests(pair: Pair) -> Iterable[Finding]:
    """The answer speaks of no tests but those its reader has seen or was given."""
    if pair.kind in ("write_tests", "review"):
        return
    asked = str(pair.instruction.facts["ask"]).casefold()
    unseen = _UNSEEN[:1] if pair.kind in _SEES_TESTS else _UNSEEN[: -1 if "expect" in asked else None]
    faults = [f"{w!r}" for a in answers_of(pair) for w in unseen if w in a.casefold() and w not in asked]
    faults += [short(fault) for answer in answers_of(pair) for fault in speaks_of_source(answer) if fault not in asked]
    yield judged("speaks_of_no_tests", faults, "speaks of nothing its reader can't see")


CHECKS: tuple[Check, ...] = (
    *general_text_checks(chatter=False),
    points_at_what_is_shown,
    key_unsaid,
    code_given,
    nothing_left_out,
    speaks_of_no_tests,
    format_kept,
    in_the_language,
)


async def carried_out(scene: Scene, pair: Pair) -> list[Finding]:
    """Run the answer, and what proves it, before anybody reads it."""
    form = BY_NAME[pair.kind].form
    assert isinstance(form, Task)
    if not scene.has_sandbox:
        return [Finding("was_run", False, "there is no sandbox: nothing was run", "sandbox")]
    try:
        return await form.carried_out(await scene.lease(), pair.instruction.facts, "\n\n".join(answers_of(pair)))
    except ProgramFailed as failure:
        return [Finding("was_run", False, f"what proves the answer can't be run: {failure}", "sandbox")]
    except SandboxError as error:
        return [Finding("was_run", False, f"the container went down with it: {error}", "sandbox")]
