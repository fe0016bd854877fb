"""What an estimate has to pass: its trees carried out again, its chain reckoned after, then those who read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

from teams.engine.checks import general_text_checks
from teams.engine.checks.conversation import judged, words_of
from teams.engine.checks.quotes import locate
from teams.engine.demands import content_of
from teams.engine.flow import Scene, Seat
from teams.engine.records import Pair
from teams.engine.stages.checks import (
    answer_stands_alone,
    answers_of,
    format_kept,
    in_the_language,
    question_stands_alone,
)
from teams.engine.stages.forms import closed, text
from teams.engine.stages.invigilate import Invigilator
from teams.engine.stages.message import demands_of
from teams.engine.verdict import Check, Finding
from teams.fermi import answers
from teams.fermi.final import final
from teams.fermi.forms import middle_of
from teams.fermi.forms.estimate import ORDER
from teams.fermi.kinds import KINDS
from teams.fermi.plausible import implausible, known_by_heart
from teams.fermi.tree import Reckoned, Tree, apart, between, faults, reckoned, solved, tree_of
from teams.fermi.units import Wrong
from teams.fermi.words import script

BY_NAME = {kind.name: kind for kind in KINDS}
NEWCOMER = script.role("newcomer", hears=("task",), max_tokens=400, temperature=0.0)
_READ = closed(
    {
        "quote": text(0, 300, "words of the question that decide against it, exactly; empty if none do"),
        "because": text(5, 300, "what is unclear, closed or known; or that nothing is"),
        "understood": {"type": "boolean"},
        "open": {"type": "boolean"},
        "known": {"type": "boolean"},
    }
)
_SAME = 0.02


def tree_holds(pair: Pair) -> Iterable[Finding]:
    """The tree is carried out again: its dimensions come out, and the key follows from it."""
    facts = pair.instruction.facts
    try:
        main = tree_of(facts["tree"])
        broken = faults(main)
        made = None if broken else reckoned(main)
        broken += [] if made is None else list(_key_faults(facts, main, made))
    except (Wrong, KeyError, TypeError, ValueError) as error:
        yield Finding("tree_holds", False, f"the tree can't be carried out: {error}")
        return
    yield judged("tree_holds", broken, _carried_out(main, made) if made else "")


def _carried_out(main: Tree, made: Reckoned) -> str:
    steps = "; ".join(f"{s.name} = {s.expression} = {made.steps[s.name]:.3g} {s.unit}" for s in main.steps)
    return f"{steps}; nine draws of ten from {made.low:.2g} to {made.high:.2g}"[:400]


def _key_faults(facts: Mapping[str, Any], main: Tree, made: Reckoned) -> Iterable[str]:
    form, value = facts.get("form"), facts.get("value")
    if form in ("faulty", "rivals"):
        return
    if form == "inverse":
        found = solved(main, facts["unknown"], facts["wanted"])
        if apart(found, facts["value"]) > _SAME:
            yield f"the key is {facts['value']:.3g} and it has to be {found:.3g}"
    elif not isinstance(value, int | float) or apart(made.value, value) > _SAME:
        yield f"the key is {value} and the tree comes to {made.value:.3g}"
    if form == "sensitive":
        first, second = sorted(made.swings.values(), reverse=True)[:2]
        if facts["swings"].get(facts["options"]["ABCDEFGHIJ".index(facts["key"])], 0) < 10 ** (first - 0.01) - 0.1:
            yield f"{facts['key']} does not move the result most"
        if first < second * 1.05:
            yield "two assumptions move it alike"
    if form == "claimed":
        off = apart(facts["claim"], made.value)
        if (facts["fate"] == "about_right") != (off < 0.5):
            yield f"the claim {facts['claim']:g} is {facts['fate']}, and the tree comes to {made.value:.3g}"


def routes_agree(pair: Pair) -> Iterable[Finding]:
    """Two independent routes come out within a factor of ten; of two sides that are compared, that they are apart."""
    facts = pair.instruction.facts
    if "other" not in facts:
        return
    try:
        main, other = tree_of(facts["tree"]), tree_of(facts["other"])
        ratio = between(other.unit, main.unit)
        if ratio is None or faults(other):
            yield Finding("routes_agree", False, f"the other route can't be compared: {'; '.join(faults(other))}")
            return
        one, two = reckoned(main).value, reckoned(other).value * ratio
    except (Wrong, KeyError, TypeError, ValueError) as error:
        yield Finding("routes_agree", False, f"the other route can't be carried out: {error}")
        return
    seen = f"{one:.3g} and {two:.3g} {main.unit}, {10 ** apart(one, two):.2g} times apart"
    if facts.get("form") in ("larger", "enough"):
        yield Finding("routes_agree", apart(one, two) >= 0.45, f"two sides: {seen}")
    else:
        yield Finding("routes_agree", apart(one, two) < ORDER, f"two routes: {seen}")


def leaves_plausible(pair: Pair) -> Iterable[Finding]:
    """No assumption is beyond what can be, or beside what is known; nor is the question one after a known fact."""
    facts = pair.instruction.facts
    found: list[str] = []
    for name in ("tree", "other"):
        if name in facts:
            try:
                side = tree_of(facts[name])
                found += implausible(side)
                if name == "tree" and facts.get("form") not in ("larger", "enough", "sensitive", "faulty", "rivals"):
                    fact = known_by_heart(str(facts["ask"]), side) if not faults(side) else ""
                    found += [f"it is known by heart: {fact}"] if fact else []
            except (Wrong, KeyError, TypeError, ValueError) as error:
                found.append(str(error))
    yield judged("leaves_plausible", found, "all within what is known")


def chain_holds(pair: Pair) -> Iterable[Finding]:
    """Each product and quotient that the answer states holds, in figures and in units."""
    facts = pair.instruction.facts
    shown = [link for answer in answers_of(pair) for link in answers.sums(answer, facts)]
    found = [fault for answer in answers_of(pair) for fault in answers.broken_sums(answer, facts)]
    yield judged(
        "chain_holds", found, f"{len(shown)} sums reckoned again: {'; '.join(link.said for link in shown)}"[:400]
    )


def chain_shown(pair: Pair) -> Iterable[Finding]:
    """The answer shows its reckoning, with figures that are said to be something."""
    facts = pair.instruction.facts
    if facts.get("demands"):
        return  # a form may leave no room for lines of sums; an examiner reads it
    found = [fault for answer in answers_of(pair) for fault in answers.chain_faults(answer, facts)]
    yield judged("chain_shown", found, "the reckoning is shown, its assumptions are named")


def final_follows(pair: Pair) -> Iterable[Finding]:
    """The final figure is what its chain comes to, rounded."""
    facts = pair.instruction.facts
    found = [fault for answer in answers_of(pair) for fault in answers.follows(answer, facts)]
    yield judged(
        "final_follows", [f"no line comes to {fault}" for fault in found], "it follows from the lines there are"
    )


def no_pretence(pair: Pair) -> Iterable[Finding]:
    """An estimate has two digits that count at most, and says how far it may be off."""
    facts = pair.instruction.facts
    found = []
    for answer in answers_of(pair):
        found += [pretence] if (pretence := answers.pretends(answer, facts)) else []
        found += ["it doesn't say how far it may be off"] if answers.unbounded(answer, facts) else []
    yield judged("no_pretence", found, "rounded, with a range where one is wanted")


def both_routes(pair: Pair) -> Iterable[Finding]:
    """Where two routes are asked for, both have a result."""
    facts = pair.instruction.facts
    if facts.get("form") == "two_routes":
        found = [fault for answer in answers_of(pair) if (fault := answers.one_result(answer, facts))]
        yield judged("both_routes", found, "each route has its result")


def idle_left_alone(pair: Pair) -> Iterable[Finding]:
    """The figure that has no bearing is reckoned with nowhere."""
    facts = pair.instruction.facts
    if "idle" in facts:
        found = [said for answer in answers_of(pair) if (said := answers.uses_idle(answer, facts))]
        yield judged("idle_left_alone", [f"{said!r} uses it" for said in found], f"{facts['idle']:g} is used nowhere")


CHECKS: tuple[Check, ...] = (
    *general_text_checks(chatter=False),
    question_stands_alone,
    answer_stands_alone,
    tree_holds,
    routes_agree,
    leaves_plausible,
    chain_holds,
    chain_shown,
    final_follows,
    no_pretence,
    both_routes,
    idle_left_alone,
    format_kept,
    in_the_language,
)


async def near_others(scene: Scene, pair: Pair, desk: Invigilator) -> list[Finding]:
    """Hold the answer's figure against those of the blind, which need not be the key's."""
    facts = pair.instruction.facts
    if facts.get("form") not in (*answers.FIGURED, *answers.ENDED):
        return []
    blind = [value for given in desk.given if (value := middle_of(given["answer"])) is not None]
    content = content_of(words_of(pair.messages[-1]), demands_of(facts))
    said = middle_of(BY_NAME[pair.kind].form.found(content, facts)) or final(content, facts)
    if not blind or said is None:
        return []
    off = apart(said, median(blind))
    seen = f"{said:.2g} {facts['unit']} against {', '.join(f'{value:.2g}' for value in blind)} blind"
    return [Finding("near_others", off < ORDER, seen, "model")]


async def read_by_newcomer(scene: Scene, pair: Pair) -> list[Finding]:
    """Ask somebody new if the question is clear, can be gauged by anybody, and isn't after a known fact."""
    if scene.small:
        return []
    asked = words_of(pair.messages[0])
    said = json.loads(await scene.ask(Seat(NEWCOMER, schema=_READ), f"The question:\n\n{asked}"))
    is_fine = said["understood"] and said["open"] and not said["known"]
    # A complaint that quotes nothing of the question is none of this question.
    is_quoted = bool(said["quote"].strip()) and locate(said["quote"], asked) is not None
    quote = f"{said['quote']!r}: " if is_quoted else ""
    return [Finding("worth_estimating", is_fine or not is_quoted, f"{quote}{said['because']}", "model")]
