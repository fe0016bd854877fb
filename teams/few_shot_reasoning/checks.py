"""What a few-shot pair has to pass: the rule carried out again, rivals tried again, the answer in the form shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from teams.engine.checks import general_text_checks, text_check
from teams.engine.checks.chatter import loops
from teams.engine.checks.conversation import judged, short, words_of
from teams.engine.checks.leaks import stands_alone
from teams.engine.checks.prose import no_text_loops, text_finished
from teams.engine.checks.quotes import locate
from teams.engine.demands import content_of
from teams.engine.flow import Flow, Kind, Scene, Seat, Staging
from teams.engine.records import Pair, Record
from teams.engine.stages.checks import answers_of, format_kept, in_the_language
from teams.engine.stages.examine import examination
from teams.engine.stages.forms import closed, several, text
from teams.engine.stages.material import shown
from teams.engine.stages.message import demands_of
from teams.engine.talk import Talk
from teams.engine.verdict import Check, Finding
from teams.few_shot_reasoning.episode import BARE, REASONS, WRONG, domain_of, other_culprits, shots_of
from teams.few_shot_reasoning.forms.coded import Coded
from teams.few_shot_reasoning.forms.task import Task
from teams.few_shot_reasoning.forms.written import Remapped, surface_sign
from teams.few_shot_reasoning.kinds import BY_NAME
from teams.few_shot_reasoning.rules.choosing import survivors
from teams.few_shot_reasoning.rules.domain import Unfit
from teams.few_shot_reasoning.rules.house import RuleFailed, carried_out
from teams.few_shot_reasoning.sums import broken_sums
from teams.few_shot_reasoning.words import script

MARKER = script.role("marker", hears=("task",), max_tokens=900, temperature=0.0)
_FEW = 6
"""Words beside an output that need no reader: the mark before it, a label that was asked for."""
_WRONG = closed(
    {
        "thought": text(10, 900, "the rule tried on the examples, and the steps of the answer gone through, in short"),
        "wrong": several(
            closed({"quote": text(3, 300, "words of the answer, exactly"), "because": text(5, 300, "what is wrong")}),
            0,
            4,
        ),
    }
)


def _form(pair: Pair) -> Task:
    return BY_NAME[pair.kind].form


def _is_drawn(pair: Pair) -> bool:
    return _form(pair).is_computed


def _is_sat(pair: Pair) -> bool:
    """Whether others have to find the output blind: of a rule that a model wrote not all rivals can be named."""
    return not _form(pair).is_computed or _form(pair).is_executed


def examples_recomputed(pair: Pair) -> Iterable[Finding]:
    """The rule is carried out again on every example and on the query; what came out is what stands in the message."""
    if not _is_drawn(pair) or isinstance(_form(pair), Coded):
        return
    facts, asked = pair.instruction.facts, words_of(pair.messages[0])
    domain = domain_of(facts)
    faults: list[str] = []
    try:
        made = [asdict(shot) for shot in shots_of(domain, facts)]
        key = domain.said(domain.run(facts["rule"], facts["query"]))
        if facts["reply"] == WRONG:
            at = facts["wrong"] - 1
            key = f"{facts['wrong']}: {domain.said(domain.run(facts['rule'], facts['shots'][at]['input']))}"
    except (Unfit, KeyError, IndexError) as error:
        yield judged("examples_recomputed", [f"the rule can't be carried out: {error}"], "")
        return
    for n, (told, seen) in enumerate(zip(made, facts["shown"], strict=False), 1):
        faults += [f"example {n}: {fault}" for fault in _differences(told, seen)]
    faults += [
        f"{short(one['y'])} does not stand in the message" for one in facts["shown"] if not _stands(one["y"], asked)
    ]
    if key != facts["key"]:
        faults.append(f"the key is {short(facts['key'])}, the rule gives {short(key)}")
    yield judged("examples_recomputed", faults, f"{len(made)} examples and the key follow from: {facts['rule_told']}")


def _differences(told: Mapping[str, str], seen: Mapping[str, str]) -> Iterator[str]:
    """Yield where an example is not what the rule makes of its input; of its working the results count."""
    if told["x"] != seen["x"] or told["y"] != seen["y"]:
        yield f"{short(seen['x'])} with {short(seen['y'])} where the rule gives {short(told['y'])}"
    lost = [result for result in _results(told["why"].split(". ")) if result not in seen["why"]]
    yield from (f"its working lacks {short(result)}" for result in lost)


def _results(steps: Sequence[str]) -> list[str]:
    """What each step of a working comes to."""
    return [step.rsplit(": ", 1)[1].rstrip(".") for step in steps if ": " in step]


def _stands(value: str, asked: str) -> bool:
    return value in asked or json.dumps(value, ensure_ascii=False)[1:-1] in asked


def rule_unique(pair: Pair) -> Iterable[Finding]:
    """No rule as simple or simpler fits all examples and gives another answer."""
    if not _is_drawn(pair) or isinstance(_form(pair), Coded):
        return
    facts = pair.instruction.facts
    domain, inputs = domain_of(facts), [shot["input"] for shot in facts["shots"]]
    try:
        if facts["reply"] == WRONG:
            told = [one["y"] for one in facts["shown"]]
            faults = other_culprits(domain, facts["rule"], inputs, told, facts["wrong"] - 1)
            seen = "no rival accuses another example"
        else:
            faults, tried = survivors(domain, facts["rule"], inputs, facts["query"])
            seen = f"{tried} rivals tried; none fits all examples and gives another answer"
    except (Unfit, KeyError, IndexError) as error:
        faults, seen = [f"the rule can't be carried out: {error}"], ""
    yield judged("rule_unique", [short(fault, 160) for fault in faults], seen)


def query_is_new(pair: Pair) -> Iterable[Finding]:
    """No example stands there twice, and the query is none of them; of labels each has its examples."""
    facts = pair.instruction.facts
    inputs = [one["x"] for one in facts["shown"]]
    faults = [f"{short(x)} stands there twice" for x in dict.fromkeys(inputs) if inputs.count(x) > 1]
    query = domain_of(facts).shown(facts["query"]) if facts.get("domain") else str(facts["query"])
    if facts["reply"] not in (WRONG, "code") and query in inputs:
        faults.append(f"the query {short(query)} is an example")
    if len(inputs) < 2:
        faults.append(f"{len(inputs)} examples")
    yield judged("query_is_new", faults, f"{len(inputs)} examples, and a query that is none of them")


def no_shortcut(pair: Pair) -> Iterable[Finding]:
    """Labelled texts are told apart by no sign of their surface that fails at the query."""
    facts = pair.instruction.facts
    if isinstance(_form(pair), Remapped):
        fault = surface_sign([(one["x"], one["y"]) for one in facts["shown"]], facts["query"], facts["key"])
        yield judged(
            "no_shortcut", [fault] if fault else [], "length, marks, figures and single words tell nothing apart"
        )


def opening_tells_nothing(pair: Pair) -> Iterable[Finding]:
    """What stands before the examples neither tells the rule nor points at what the reader can't see."""
    facts = pair.instruction.facts
    opening, rule = str(facts["opening"]).casefold(), str(facts.get("rule_told", "")).casefold()
    faults = [short(fault) for fault in stands_alone(str(facts["ask"]), source=pair.instruction.passage.text)]
    if len(rule) > 14 and rule in opening:
        faults.append("it tells the rule")
    yield judged("opening_tells_nothing", faults, "tells no rule and points at nothing outside")


def output_right(pair: Pair) -> Iterable[Finding]:
    """The answer gives the output that the rule makes, in the form of the examples."""
    form, facts = _form(pair), pair.instruction.facts
    if not form.is_computed or isinstance(form, Coded):
        return
    answer = content_of(words_of(pair.messages[-1]), demands_of(facts))
    found = form.found(answer, facts)
    faults = (
        [] if form.agrees(found, facts) else [f"the answer gives {short(str(found))}, the rule {short(facts['key'])}"]
    )
    yield judged("output_right", faults, f"the answer gives {short(facts['key'])}")


def form_of_examples_kept(pair: Pair) -> Iterable[Finding]:
    """Where examples show no reasons and none are asked for, the answer is the output; else it has its reasons."""
    form, facts = _form(pair), pair.instruction.facts
    answer = content_of(words_of(pair.messages[-1]), demands_of(facts))
    faults = [] if form.found(answer, facts) is not None else [f"wanted: {form.how(facts)}"]
    said = len(answer.split()) - len(str(facts.get("key", "")).split())
    if facts["reply"] in (REASONS, "rule", WRONG) and said < 6:
        faults.append("there are no reasons in it")
    yield judged("form_of_examples_kept", faults, f"answered as asked: {facts['reply']}")


def steps_lead_there(pair: Pair) -> Iterable[Finding]:
    """Where examples show their working, the answer's working goes through what the rule goes through."""
    facts = pair.instruction.facts
    if facts["reply"] != REASONS or not _is_drawn(pair):
        return
    answer, domain = words_of(pair.messages[-1]), domain_of(facts)
    steps = domain.steps(facts["rule"], facts["query"]) if hasattr(domain, "atoms") else []
    results = _results(steps)
    faults = [f"the step to {short(result)} is missing" for result in results if result not in answer]
    yield judged("steps_lead_there", faults, f"{len(results)} steps of the rule are in the answer")


def sums_hold(pair: Pair) -> Iterable[Finding]:
    """The sums that the answer shows come out."""
    faults = [fault for answer in answers_of(pair) for fault in broken_sums(answer)]
    yield judged("sums_hold", faults, "all sums shown come out")


def finished_as_shown(pair: Pair) -> Iterable[Finding]:
    """The answer ends where it should; where the examples' outputs end without a full stop, so may it."""
    ends = [one["y"].rstrip()[-1:] for one in pair.instruction.facts["shown"]]
    if 2 * sum(end in ".!?…" for end in ends) > len(ends):
        yield from text_finished(pair)


# Examples say things over and over, as they have to; an answer must not.
_GENERAL = [
    check for check in general_text_checks(masks=True, chatter=False) if check not in (no_text_loops, text_finished)
]
CHECKS: tuple[Check, ...] = (
    *_GENERAL,
    finished_as_shown,
    text_check("no_text_loops", loops, "assistant"),
    examples_recomputed,
    rule_unique,
    query_is_new,
    no_shortcut,
    opening_tells_nothing,
    output_right,
    form_of_examples_kept,
    steps_lead_there,
    sums_hold,
    format_kept,
    in_the_language,
)


async def executed(scene: Scene, pair: Pair) -> list[Finding]:
    """Run what has to be run: an answer's code on inputs kept back, a rule that a model wrote on its examples."""
    form, facts = _form(pair), pair.instruction.facts
    if isinstance(form, Coded):
        if not scene.has_sandbox:
            return [Finding("code_does_it", False, "there is no sandbox to run it in")]
        return await form.carried_out(await scene.lease(), facts, "\n\n".join(answers_of(pair)))
    if form.is_executed and scene.has_sandbox:
        inputs = [*(shot["input"] for shot in facts["shots"]), facts["query"]]
        try:
            made = await carried_out(await scene.lease(), facts["matter"]["code"], inputs)
        except RuleFailed as failure:
            return [Finding("rule_run_again", False, str(failure), "sandbox")]
        off = [x for x in inputs if made[x] != facts["rule"]["table"].get(x)]
        seen = f"{len(inputs)} inputs come out as before" if not off else f"{short(off[0])} comes out otherwise"
        return [Finding("rule_run_again", not off, seen, "sandbox")]
    return []


def marking(blind: Flow) -> Flow:
    """Return the judge: where a program draws the rule, reasons are read; else those who sit it blind must agree."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        pair = scene.record
        assert isinstance(pair, Pair)
        if _is_sat(pair):
            return await blind.direct(scene)
        found = scene.notes["executed"] = await executed(scene, pair)
        if scene.small or not all(one.passed for one in found) or not _says_more(pair):
            scene.notes["findings"] = found
            return []
        return Staging(_paper(pair), [Seat(MARKER, schema=_WRONG)])

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        pair = scene.record
        assert isinstance(pair, Pair)
        if _is_sat(pair):
            return await blind.harvest(scene, talk)
        said = talk.value(MARKER.name)
        scene.notes["findings"] = [*scene.notes["executed"], _marked(pair, said)]
        return []

    return Flow("check", direct, harvest, (Kind("examination", ""),))


def _says_more(pair: Pair) -> bool:
    """Whether an answer has words beside its output, which somebody has to read."""
    facts = pair.instruction.facts
    answer, key = content_of(words_of(pair.messages[-1]), demands_of(facts)), str(facts["key"])
    # The last line may be completed as it stands in the examples: input and output.
    given = {*key.split(), *words_of(pair.messages[0]).splitlines()[-1].split()}
    return facts["reply"] != BARE or len([word for word in answer.split() if word not in given]) > _FEW


def _paper(pair: Pair) -> str:
    facts = pair.instruction.facts
    right = f"The right output:\n{facts['key']}\n\nMade by this rule: {facts['rule_told']}"
    if facts["reply"] == REASONS and hasattr(domain_of(facts), "steps"):
        steps = " ".join(domain_of(facts).steps(facts["rule"], facts["query"]))
        right += f"\nStep by step: {steps}" if steps else ""
    answer = shown(words_of(pair.messages[-1]), "answer")
    return f"The message:\n{words_of(pair.messages[0])}\n\n{right}\n\nThe answer:\n{answer}"


def _marked(pair: Pair, said: Any) -> Finding:
    # A complaint that quotes no words of the answer is none of this answer.
    answer = words_of(pair.messages[-1])
    wrong = [one for one in said["wrong"] if locate(one["quote"], answer, any_case=True) is not None]
    seen = "; ".join(f"{one['quote']!r}: {one['because']}" for one in wrong[:3]) or "nothing wrong in its reasons"
    return Finding("reasons_hold", not wrong, seen, "model")


JUDGE = marking(examination(BY_NAME, first=executed))
"""The judge of this skill."""
