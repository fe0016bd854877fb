"""What a problem and its answer have to pass: the solver does everything again from the data."""

from __future__ import annotations

from collections.abc import Iterable

from teams.analytical_reasoning import readback
from teams.analytical_reasoning.deduction import step_faults
from teams.analytical_reasoning.form import SOLVED
from teams.analytical_reasoning.question import proof, right_options
from teams.engine.checks import general_text_checks
from teams.engine.checks.conversation import judged, short, words_of
from teams.engine.demands import content_of
from teams.engine.logic import LogicError, core, idle, is_possible, puzzle_of
from teams.engine.records import Pair
from teams.engine.stages.checks import answer_stands_alone, answers_of, format_kept, in_the_language
from teams.engine.stages.forms.form import LETTERS
from teams.engine.stages.message import demands_of
from teams.engine.verdict import Check, Finding

FORMAL = ("implies(", "iff(", "xor(", "exactly(", "at_least(", "at_most(", "all_different(", "v[", "==")


def key_proved(pair: Pair) -> Iterable[Finding]:
    """The solver finds exactly one option right, and it is the key."""
    facts = pair.instruction.facts
    try:
        right = [letter for letter, one in zip(LETTERS, right_options(facts), strict=False) if one]
        seen = proof(facts)
    except LogicError as error:
        yield judged("key_proved", [str(error)], "")
        return
    faults = (
        [] if right == [facts["key"]] else [f"the key is {facts['key']}, proved right: {', '.join(right) or 'none'}"]
    )
    yield judged("key_proved", faults, seen)


def puzzle_sound(pair: Pair) -> Iterable[Finding]:
    """The rules can hold together (or can't, where that is the point), and none of them is idle."""
    facts = pair.instruction.facts
    try:
        puzzle = puzzle_of(facts["puzzle"]).supposing(*facts.get("supposing", ()))
        outcomes = [choice.get("outcome") for choice in facts["choices"]]
        is_clash = facts["asks"] == "stands" and outcomes[LETTERS.index(facts["key"])] == "clash"
        faults = (
            []
            if is_possible(puzzle) != is_clash
            else ["the rules contradict one another" if not is_clash else "the rules do not clash"]
        )
        if (
            not faults
            and not is_clash
            and facts["asks"] not in ("enough",)
            and facts["family"] not in ("kin", "sorts", "conditions")
        ):
            base = int(facts["base"])
            spare = [n - base + 1 for n in idle(puzzle_of(facts["puzzle"])) if n >= base]
            faults += [f"rule {n} says nothing that the others don't" for n in spare]
        seen = f"clash of {len(core(puzzle))} constraints" if is_clash else "the rules can hold together"
    except LogicError as error:
        faults, seen = [str(error)], ""
    yield judged("puzzle_sound", faults, seen)


def options_shown(pair: Pair) -> Iterable[Finding]:
    """The user sees scene, rules, question and options as they were read back."""
    facts = pair.instruction.facts
    message = words_of(pair.messages[0])
    parts = [facts["told"]["scene"], *facts["told"]["rules"], facts["question"], *facts["options"], facts["material"]]
    faults = [f"{short(str(part))!r} is not shown" for part in parts if str(part).strip() not in message]
    folded = [" ".join(str(option).casefold().split()).rstrip(".") for option in facts["options"]]
    faults += ["two options are the same"] if len(set(folded)) < len(folded) else []
    faults += ["options and what they claim don't match in number"] if len(folded) != len(facts["choices"]) else []
    yield judged("options_shown", faults, f"{len(folded)} options")


def figures_as_gathered(pair: Pair) -> Iterable[Finding]:
    """The table that is shown has the figures the claims are reckoned from."""
    facts = pair.instruction.facts
    if facts["family"] != "table":
        return
    cells = {v["name"]: v["domain"][0] for v in facts["puzzle"]["variables"]}
    shown = str(facts["material"]).splitlines()
    heads = [head.split(" (")[0].strip() for head in shown[0].strip("| ").split(" | ")]
    read: dict[str, str] = {}
    for line in shown[2:]:
        row, *values = [part.strip() for part in line.strip().strip("|").split("|")]
        read |= {f"{row} · {head}": value for head, value in zip(heads[1:], values, strict=True)}
    faults = [
        f"{name}: {read.get(name)} is shown, {value} is reckoned with"
        for name, value in cells.items()
        if read.get(name) != str(value)
    ]
    yield judged("figures_as_gathered", faults, f"{len(cells)} figures")


def key_given(pair: Pair) -> Iterable[Finding]:
    """The answer ends in the option that is right."""
    facts = pair.instruction.facts
    content = content_of(words_of(pair.messages[-1]), demands_of(facts))
    found = SOLVED.found(content, facts)
    faults = [] if found == facts["key"] else [f"the answer gives {found}, the key is {facts['key']}"]
    yield judged("key_given", faults, f"the answer gives {facts['key']}")


def steps_follow(pair: Pair) -> Iterable[Finding]:
    """Every step of the deduction stands in the answer and follows from the rules."""
    steps = pair.facts.get("steps") or []
    if not steps:
        return
    answer = words_of(pair.messages[-1])
    content = content_of(answer, demands_of(pair.instruction.facts))
    proved = sum(step["how"] != "other" for step in steps)
    faults = step_faults(pair.instruction.facts, steps, f"{content}\n{answer}")
    yield judged("steps_follow", faults, f"{proved} of {len(steps)} steps proved by the solver")


def read_as_meant(pair: Pair) -> Iterable[Finding]:
    """What the reader of the prose wrote down formally is what the constraints say."""
    facts = pair.instruction.facts
    if reply := facts.get("read_back"):
        faults = list(readback.faults(facts, {"thought": "", **reply}))
        yield judged("read_as_meant", faults, "the prose was formalised back and compared by the solver")


def in_plain_words(pair: Pair) -> Iterable[Finding]:
    """The answer has none of the formal words in which its steps are written down: its reader never saw them."""
    said = "\n".join(answers_of(pair))
    faults = [f"{word!r} is for the steps alone" for word in FORMAL if word in said]
    yield judged("in_plain_words", faults, "no formal words")


CHECKS: tuple[Check, ...] = (
    *general_text_checks(chatter=False),
    key_proved,
    puzzle_sound,
    options_shown,
    figures_as_gathered,
    read_as_meant,
    key_given,
    steps_follow,
    answer_stands_alone,
    in_plain_words,
    format_kept,
    in_the_language,
)
