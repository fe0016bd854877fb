"""What a program sees is wrong with the turns of a plan: values nobody said, keys that don't come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from teams.conversation.forms import wording_faults
from teams.conversation.kinds import Talking
from teams.conversation.reading import TELLING, TOLD
from teams.conversation.said import figures, holds, rounds_to
from teams.conversation.turns import Turn
from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute

FAR = 2
"""A turn leans far back that leans on one so many before it."""


def turn_faults(kind: Talking, turns: Sequence[Turn], shown: str) -> Iterator[str]:
    """Yield what is wrong with the turns after the first; `shown` is what the first message brings along."""
    yield from mix_faults(kind, turns)
    told: list[str] = [shown, turns[0].message, turns[0].key]
    for turn in turns[1:]:
        where = f"turn {turn.number} ({turn.sort})"
        for look in _LOOKS:
            yield from (f"{where}: {fault}" for fault in look(turn, turns, told))
        told += [*turn.says, turn.piece, turn.key, *turn.uses]
    for look_at in _OF_KIND.get(kind.name, ()):
        yield from look_at(turns)


def mix_faults(kind: Talking, turns: Sequence[Turn]) -> Iterator[str]:
    """The sorts that make the kind what it is are there."""
    main = [turn.sort for turn in turns if turn.sort in kind.main]
    if kind.name == "follow_ups" and len(set(main)) < kind.least:
        yield f"{kind.least} different sorts at least of {', '.join(kind.main)}"
    elif len(main) < kind.least:
        yield f"it needs {kind.least} turns of the sort {' or '.join(kind.main)}; there are {len(main)}"


# What is looked at in each turn. Each: (turn, all turns, what was told before it).


def _leaning(turn: Turn, turns: Sequence[Turn], told: Sequence[str]) -> Iterator[str]:
    if turn.leans_on >= turn.number:
        yield f"it leans on turn {turn.leans_on}, which isn't before it"
    elif turn.leans and not turn.leans_on:
        yield "say on which earlier turn it leans"


def _needed(turn: Turn, turns: Sequence[Turn], told: Sequence[str]) -> Iterator[str]:
    there = {"says": turn.says, "uses": turn.uses, "key": turn.key, "form": turn.forms, "piece": turn.piece}
    for name in turn.kind.needs if turn.kind else ():
        # What is called back may be summed up at once: the calculation then shows what was remembered.
        if not there[name] and not (name == "uses" and turn.sort == "recall" and turn.expression):
            yield f"it needs {name!r}"


def _used(turn: Turn, turns: Sequence[Turn], told: Sequence[str]) -> Iterator[str]:
    before = "\n".join(told)
    for value in turn.uses:
        if not holds(value, before):
            yield f"{value!r} in `uses` was said in no turn before it (not in the first message, no `says`, no `key`)"
        elif any(holds(value, said) for said in turn.says):
            yield f"{value!r} stands in `uses` and in `says`: the message must not say it"
    if turn.kind and turn.kind.name == "slip" and any(holds(value, said) for value in turn.uses for said in turn.says):
        yield "what it says has to contradict what is in `uses`"


def _gone(turn: Turn, turns: Sequence[Turn], told: Sequence[str]) -> Iterator[str]:
    if both := [value for value in turn.gone if any(holds(value, use) for use in (*turn.uses, turn.key))]:
        yield f"{both[0]!r} can't be both gone and needed"


def worth_faults(turn: Turn) -> Iterator[str]:
    """The key is what its calculation gives."""
    if not turn.expression:
        return
    try:
        value = compute(turn.expression)
    except CannotCompute as error:
        yield f"the calculation {turn.expression!r} can't be carried out: {error}"
        return
    worth, keyed = figures(value), figures(turn.key)
    if not worth or not keyed or not any(rounds_to(worth[-1], figure) for figure in keyed):
        yield f"the calculation gives {value}, the key is {turn.key!r}"


def _keyed(turn: Turn, turns: Sequence[Turn], told: Sequence[str]) -> Iterator[str]:
    yield from worth_faults(turn)
    if not turn.key:
        return
    if turn.sort not in TOLD and len(turn.key) >= TELLING and any(holds(turn.key, said) for said in turn.says):
        yield f"the key {turn.key!r} stands in what the user says: they would give the answer away"
    earlier = turns[turn.leans_on - 1].key if 0 < turn.leans_on < turn.number else ""
    if turn.sort == "correct" and not earlier:
        yield "the turn it leans on has to have a key: the result that it overturns"
    if turn.sort in ("correct", "similar") and earlier and holds(turn.key, earlier):
        yield f"the answer has to be another than that of turn {turn.leans_on} ({earlier!r})"


def _formed(turn: Turn, turns: Sequence[Turn], told: Sequence[str]) -> Iterator[str]:
    for asked in turn.forms:
        yield from wording_faults(asked.demand.statement, asked.demand)
    if turn.forms and any(form.lasts for earlier in turns[: turn.number - 1] for form in earlier.forms):
        yield "a form already holds for the whole talk; ask for no second one"


_LOOKS: tuple[Callable[[Turn, Sequence[Turn], Sequence[str]], Iterator[str]], ...] = (
    _leaning, _needed, _used, _gone, _keyed, _formed,
)  # fmt: skip


# What is looked at in the whole of some kinds.


def _far(turns: Sequence[Turn]) -> Iterator[str]:
    if sum(turn.number - turn.leans_on >= FAR for turn in turns if turn.sort == "recall") < 2:
        yield "two turns of the sort recall have to lean on a turn two or more before them"


def _asked_first(turns: Sequence[Turn]) -> Iterator[str]:
    if [turn.sort for turn in turns].count("settle") != 1 or turns[1].sort != "settle":
        yield "the second turn answers what the assistant had to ask: it is of the sort settle, and the only one"


def _comes_back(turns: Sequence[Turn]) -> Iterator[str]:
    shifts = [turn.number for turn in turns if turn.sort == "shift"]
    if not any(turn.number > shifts[0] and 0 < turn.leans_on < shifts[0] for turn in turns if shifts):
        yield "after the shift a turn has to come back to what stood before it (`leans_on`)"


def _all_met(turns: Sequence[Turn]) -> Iterator[str]:
    told = [value for turn in turns[1:-1] if turn.sort == "add" for value in turn.says]
    if missing := [
        value for value in told if not any(holds(value, use) or holds(use, value) for use in turns[-1].uses)
    ]:
        yield f"the last turn has to name in `uses` what earlier turns asked for: {', '.join(map(repr, missing[:4]))}"


def _one_gap(turns: Sequence[Turn]) -> Iterator[str]:
    if (count := [turn.sort for turn in turns].count("gap")) != 1:
        yield f"exactly one question of the sort gap, which the text doesn't answer; there are {count}"


def _felt_later(turns: Sequence[Turn]) -> Iterator[str]:
    changed = next((turn.number for turn in turns if turn.sort == "change"), len(turns))
    if not any(turn.number > changed and (turn.uses or turn.key) for turn in turns):
        yield "a turn after the change has to need the new value (`uses` or `key`)"


def _pieces_differ(turns: Sequence[Turn]) -> Iterator[str]:
    handed = [turn.piece for turn in turns if turn.piece]
    if len(handed) != len(set(handed)):
        yield "each piece is handed over once"


_OF_KIND: dict[str, tuple[Callable[[Sequence[Turn]], Iterator[str]], ...]] = {
    "context_memory": (_far,),
    "clarify": (_asked_first,),
    "topic_shift": (_comes_back,),
    "sharded": (_all_met,),
    "question_chain": (_one_gap,),
    "changed_mind": (_felt_later,),
    "separate_input": (_pieces_differ,),
    "standing_rule": (_pieces_differ,),
}
