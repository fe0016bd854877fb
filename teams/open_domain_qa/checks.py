"""What a question without a text has to pass: programs first, then what can be carried out, then those who read."""

from __future__ import annotations

import json
from collections.abc import Iterable

from teams.engine.checks import general_text_checks
from teams.engine.checks.conversation import judged, short, words_of
from teams.engine.checks.quotes import locate
from teams.engine.flow import Scene, Seat
from teams.engine.records import Pair
from teams.engine.stages.checks import (
    answer_stands_alone,
    answers_of,
    evidence_occurs,
    format_kept,
    in_the_language,
    question_stands_alone,
)
from teams.engine.stages.forms import closed, text
from teams.engine.stages.invigilate import Invigilator
from teams.engine.verdict import Check, Finding
from teams.open_domain_qa.forms import Executed, Known, KnownList, Premise
from teams.open_domain_qa.kinds import KINDS
from teams.open_domain_qa.programs import ProgramFailed
from teams.open_domain_qa.reckoning import broken_sums, result, stated, unsaid
from teams.open_domain_qa.wording import dated_words
from teams.open_domain_qa.words import script

BY_NAME = {kind.name: kind for kind in KINDS}
STRANGER = script.role("stranger", hears=("task",), max_tokens=400, temperature=0.0)
CORRECTOR = script.role("corrector", hears=("task",), max_tokens=400, temperature=0.0)
_SETTLED = ("known", "known_list", "premise")
"""Forms whose key must not hang on the day."""
_KNOWN = (Known, KnownList, Premise)
"""Forms whose answer is known and not found: blind, a small model of the world or a lucky guess may hit on it."""
_READ = closed(
    {
        "quote": text(0, 300, "words of the question that stop you, exactly; empty if nothing does"),
        "because": text(5, 300, "what a stranger lacks, or that they lack nothing"),
        "understood": {"type": "boolean"},
        "open": {"type": "boolean"},
    }
)
_CORRECTED = closed(
    {
        "quote": text(3, 400, "the words of the answer that decide it, exactly"),
        "set_right": {"type": "boolean"},
    }
)


def settled(pair: Pair) -> Iterable[Finding]:
    """A fact that is asked for does not change with the day."""
    if pair.instruction.facts.get("form") in _SETTLED:
        faults = [f"{word!r} ties it to a day" for word in dated_words(str(pair.instruction.facts["ask"]))]
        yield judged("settled", faults, "tied to no day")


def key_follows(pair: Pair) -> Iterable[Finding]:
    """The calculation is carried out again, from figures that the question says, and its result is not among them."""
    facts = pair.instruction.facts
    if facts.get("form") not in ("worked", "probability"):
        return
    value = result(facts["expression"])
    faults = [f"{facts['expression']!r} comes to nothing"] if value is None else []
    taken = [one["figure"] for one in facts.get("taken", ())]
    faults += [f"{figure} is used and never said" for figure in unsaid(facts["expression"], facts["ask"], taken)]
    if value is not None and abs(value) > 2 and value in stated(facts["ask"]):
        faults.append(f"the result {value:g} stands in the question")
    if value is not None and facts.get("whole") and not float(value).is_integer():
        faults.append(f"{value:g} of what can't be divided")
    yield judged("key_follows", faults, f"{facts['expression']} = {facts['key']}")


def something_missing(pair: Pair) -> Iterable[Finding]:
    """Two values of the quantity that was withheld lead to two results, and the question says neither."""
    facts = pair.instruction.facts
    if facts.get("form") == "withheld":
        results = facts["results"]
        faults = [] if len(set(results.values())) > 1 else [f"the same result whatever {facts['withheld']} is"]
        taken = [one["figure"] for one in facts["taken"]]
        faults += [f"{n} is used and never said" for n in unsaid(facts["expression"], facts["ask"], taken)]
        yield judged("something_missing", faults, "; ".join(f"{x}: {value}" for x, value in results.items()))


def sums_hold(pair: Pair) -> Iterable[Finding]:
    """The sums that the answer shows come out."""
    asked = str(pair.instruction.facts["ask"])
    faults = [fault for answer in answers_of(pair) for fault in broken_sums(answer, asked)]
    yield judged("sums_hold", faults, "all sums shown come out")


def working_shown(pair: Pair) -> Iterable[Finding]:
    """Where a figure is worked out, the answer shows from what."""
    if pair.instruction.facts.get("form") in ("worked", "probability"):
        said = [figure for answer in answers_of(pair) for figure in stated(answer)]
        faults = [] if len(said) > 2 else [f"{len(said)} figures in the answer: no working"]
        yield judged("working_shown", faults, f"{len(said)} figures")


CHECKS: tuple[Check, ...] = (
    *general_text_checks(chatter=False),
    question_stands_alone,
    answer_stands_alone,
    settled,
    key_follows,
    something_missing,
    sums_hold,
    working_shown,
    evidence_occurs,
    format_kept,
    in_the_language,
)


async def carried_out(scene: Scene, pair: Pair) -> list[Finding]:
    """Carry out the key's program, and the answer's code against its tests, before anybody is asked."""
    form, facts = BY_NAME[pair.kind].form, pair.instruction.facts
    if not isinstance(form, Executed) or scene.small:
        return []
    if not scene.has_sandbox:
        return [Finding("worked_out_twice", True, "there is no sandbox: the calculation alone was carried out")]
    try:
        return await form.carried_out(await scene.lease(), facts, "\n\n".join(answers_of(pair)))
    except ProgramFailed as failure:
        return [Finding("worked_out_twice", False, f"the key can't be carried out: {failure}", "sandbox")]


async def read_by_others(scene: Scene, pair: Pair) -> list[Finding]:
    """Ask a stranger if the question is open, and others if a false belief was set right.

    What was worked out blind from the question alone is open to all: of that no stranger is asked.
    """
    form = BY_NAME[pair.kind].form
    if scene.small:
        return []
    if form.is_closed and not isinstance(form, _KNOWN):
        return []
    findings = [await _open_to_strangers(scene, pair)]
    if findings[0].passed and isinstance(form, Premise):
        findings.append(await _set_right(scene, pair))
    return findings


async def why_doubted(scene: Scene, pair: Pair, desk: Invigilator) -> list[Finding]:
    """Tell a question that only a reader of the hidden material can answer from one whose key is wrong."""
    is_answerable = pair.instruction.facts.get("answerable", True)
    return [await _open_to_strangers(scene, pair)] if is_answerable and not scene.small else []


async def _open_to_strangers(scene: Scene, pair: Pair) -> Finding:
    asked = words_of(pair.messages[0])
    said = json.loads(await scene.ask(Seat(STRANGER, schema=_READ), f"The question:\n\n{asked}"))
    is_open = said["understood"] and said["open"]
    # A complaint that quotes nothing of the question is none of this question.
    is_quoted = bool(said["quote"].strip()) and locate(said["quote"], asked) is not None
    quote = f"{said['quote']!r}: " if is_quoted else ""
    return Finding("open_to_strangers", is_open or not is_quoted, f"{quote}{said['because']}", "model")


async def _set_right(scene: Scene, pair: Pair) -> Finding:
    facts, answer = pair.instruction.facts, words_of(pair.messages[-1])
    task = (
        f"The question:\n{facts['ask']}\n\nWrongly believed: {facts['belief']}\nWhat is so: {facts['key']}\n\n"
        f"The answer:\n{answer}"
    )
    said = json.loads(await scene.ask(Seat(CORRECTOR, schema=_CORRECTED), task))
    stands = locate(said["quote"], answer) is not None
    evidence = f"{short(said['quote'])!r} against {facts['belief']!r}" + (
        "" if stands else " (not words of the answer)"
    )
    return Finding("premise_set_right", said["set_right"] and stands, evidence, "model")
