"""What a multiple-choice pair has to pass before anybody sits it blind: its options, its figures, its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from teams.engine.checks import general_text_checks
from teams.engine.checks.conversation import judged, short, words_of
from teams.engine.checks.options import option_faults, option_hints
from teams.engine.records import Pair
from teams.engine.stages.checks import answers_of, evidence_occurs, format_kept, in_the_language, source_unnamed
from teams.engine.stages.forms.form import LETTERS
from teams.engine.stages.message import demands_of
from teams.engine.verdict import Check, Finding
from teams.multiple_choice.drafting import goal_faults, points_outside
from teams.multiple_choice.forms import Lettered
from teams.multiple_choice.forms.figure import recomputed
from teams.multiple_choice.kinds import KINDS
from teams.multiple_choice.reasons import gives_reason

_FORMS: Mapping[str, Any] = {kind.name: kind.form for kind in KINDS}
MANY = 6
"""With more wrong options than this, an answer need not speak of all of them."""


def form_of(pair: Pair) -> Lettered | None:
    """Return the form of a pair's item."""
    form = _FORMS.get(pair.kind)
    return form if isinstance(form, Lettered) else None


def options_sound(pair: Pair) -> Iterable[Finding]:
    """Options are distinct and whole, and the key does not stand out among them."""
    facts = pair.instruction.facts
    options, key = facts.get("options") or (), facts.get("key")
    by_letter = dict(zip(LETTERS, options, strict=False))
    form = form_of(pair)
    faults = option_faults(by_letter) if form is None or form.written else []
    if len({" ".join(option.split()).casefold() for option in options}) < len(options):
        faults.append("two options are the same")
    if (
        form
        and form.written
        and form.hides_key
        and isinstance(key, str)
        and key in facts["labels"]
        and not facts.get("last_stays")
    ):
        faults += option_hints(by_letter, LETTERS[facts["labels"].index(key)])
    yield judged("options_sound", faults, f"{len(options)} options compared")


def item_as_shown(pair: Pair) -> Iterable[Finding]:
    """The user's message brings every option along, each behind its label, and the key is one of them."""
    facts, asked = pair.instruction.facts, words_of(pair.messages[0])
    lines = {" ".join(line.split()) for line in asked.splitlines()}
    marked = [
        f"{facts['style'].format(label)} {option}"
        for label, option in zip(facts["labels"], facts["options"], strict=True)
    ]
    faults = [f"not in the message: {short(line)!r}" for line in marked if " ".join(line.split()) not in lines]
    keys = facts["key"] if isinstance(facts["key"], list) else [facts["key"]]
    faults += [f"the key {key!r} is no label" for key in keys if key not in facts["labels"]]
    yield judged("item_as_shown", faults, f"{len(marked)} options stand in the message")


def item_stands_alone(pair: Pair) -> Iterable[Finding]:
    """The question, its options too, points at no text that nobody sees."""
    faults = [repr(fault) for fault in points_outside(pair.instruction.facts["ask"])]
    yield judged("item_stands_alone", faults, "nothing points outside the question")


def key_recomputed(pair: Pair) -> Iterable[Finding]:
    """Where the answer is a figure, key and wrong options are worked out again."""
    facts = pair.instruction.facts
    if "worked" in facts:
        seen = f"{facts['expression']} gives {facts['options'][facts['labels'].index(facts['key'])]}"
        yield judged("key_recomputed", recomputed(facts), f"{seen}; each other option comes of its mistake")


def key_named(pair: Pair) -> Iterable[Finding]:
    """The answer chooses the key."""
    form, facts = form_of(pair), pair.instruction.facts
    if form is None:
        return
    found = form.found(answers_of(pair)[-1] if answers_of(pair) else "", facts)
    if form.agrees(found, facts):
        yield Finding("key_named", True, f"the answer chooses {_listed(found)}")
    else:
        said = "names no choice that can be read" if found is None else f"chooses {_listed(found)}"
        yield Finding("key_named", False, f"the answer {said}; the key is {_listed(facts['key'])}")


def _listed(key: Any) -> str:
    return ", ".join(key) if isinstance(key, list) else str(key)


def others_discussed(pair: Pair) -> Iterable[Finding]:
    """The answer says of the wrong options why they fail; where a form was asked for, it may have no room for it."""
    form, facts = form_of(pair), pair.instruction.facts
    if form is None or demands_of(facts) or not (wanted := form.discussed(facts)):
        return
    answer = answers_of(pair)[-1] if answers_of(pair) else ""
    missed = [label for label, option in wanted.items() if not gives_reason(answer, label, option, wanted)]
    fewest = len(wanted) if len(wanted) <= MANY else len(wanted) // 2
    faults = [f"no reason is given for {', '.join(missed)}"] if len(wanted) - len(missed) < fewest else []
    yield judged("others_discussed", faults, f"reasons are given for {len(wanted) - len(missed)} of {len(wanted)}")


def goal_reached(pair: Pair) -> Iterable[Finding]:
    """A refined item has what its goal wanted, held against the item it was made from."""
    instruction = pair.instruction
    if not instruction.refinements or "before" not in instruction.facts:
        return
    goal = instruction.refinements[-1]
    faults: Iterator[str] = goal_faults(goal, instruction.facts["before"], instruction.facts)
    yield judged("goal_reached", faults, f"{goal} was reached")


CHECKS: tuple[Check, ...] = (
    *general_text_checks(chatter=False),
    item_as_shown,
    item_stands_alone,
    source_unnamed,
    options_sound,
    key_recomputed,
    key_named,
    others_discussed,
    goal_reached,
    evidence_occurs,
    format_kept,
    in_the_language,
)
