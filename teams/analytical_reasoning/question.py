"""Questions about a board: options of which the solver proves exactly one right, and the proof done again from data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from teams.analytical_reasoning.boards import Board
from teams.analytical_reasoning.figures import outcome
from teams.engine.logic import (
    Constraint,
    LogicError,
    Puzzle,
    constraint_of,
    count,
    is_possible,
    negated,
    puzzle_of,
    same_effect,
    standings,
)
from teams.engine.logic.making import atom, drawn_clue
from teams.engine.logic.wording import clause
from teams.engine.stages.forms.form import LETTERS

STANDS = ("must", "false", "open", "clash")
"""What can be said of a claim: it must be so, can't be so, either is possible, or the rules contradict each other."""
MOST_WAYS = 300


@dataclass(frozen=True)
class Option:
    """One option: a claim about the puzzle, or an outcome."""

    claim: Constraint | None = None
    outcome: str | int = ""
    words: str = ""
    """In plain English."""

    def as_json(self) -> dict[str, Any]:
        return {"claim": self.claim.as_json()} if self.claim else {"outcome": self.outcome}


@dataclass(frozen=True)
class Problem:
    """A puzzle with its question, all by program: what is left is to put it well."""

    board: Board
    asks: str
    """must, could, cannot, stands, same_effect, enough, ways."""
    question: str
    """In plain English."""
    options: tuple[Option, ...]
    key: int
    supposing: tuple[Constraint, ...] = ()
    about: str | int = ""
    """What it hangs on beside: a variable, the place of a rule."""
    claim: Constraint | None = None
    sorts: int = 0
    notes: Mapping[str, Any] = field(default_factory=dict)

    def shuffled(self, random: Random) -> Problem:
        """Return it with its options in an order drawn, so that no letter is favoured."""
        order = random.sample(range(len(self.options)), len(self.options))
        return replace(self, options=tuple(self.options[n] for n in order), key=order.index(self.key))

    def as_json(self) -> dict[str, Any]:
        """What an instruction remembers, from which `right_options` finds the key again."""
        said = {
            "family": self.board.family,
            "puzzle": self.board.puzzle.as_json(),
            "base": self.board.base,
            "asks": self.asks,
            "supposing": [one.as_json() for one in self.supposing],
            "about": self.about,
            "choices": [option.as_json() for option in self.options],
            "sorts": self.sorts,
        }
        return {**said, **({"claim": self.claim.as_json()} if self.claim else {})}


def right_options(facts: Mapping[str, Any]) -> list[bool]:
    """Work out, from an instruction's own data, which options are right. Raises `LogicError`."""
    puzzle = puzzle_of(facts["puzzle"]).supposing(*facts.get("supposing", ()))
    choices, asks = facts["choices"], facts["asks"]
    outcomes = [choice.get("outcome") for choice in choices]
    if asks == "enough":
        return [one == outcome(puzzle, facts["about"]) for one in outcomes]
    if asks == "ways":
        return [one == count(puzzle, MOST_WAYS) for one in outcomes]
    if asks == "stands":
        return [one == stand(puzzle, constraint_of(facts["claim"])) for one in outcomes]
    if asks == "same_effect":
        return [same_effect(puzzle, int(facts["about"]), choice["claim"]) for choice in choices]
    found = standings(puzzle, [choice["claim"] for choice in choices if "claim" in choice])
    right = [one == asks or (asks == "could" and one == "must") for one in found]
    # "It can't be told" is right where nothing else is.
    told = iter(right)
    return [next(told) if "claim" in choice else not any(right) for choice in choices]


def stand(puzzle: Puzzle, claim: Constraint) -> str:
    """Say how a claim stands, as `STANDS` has it."""
    if not is_possible(puzzle):
        return "clash"
    return {"must": "must", "cannot": "false", "could": "open"}[standings(puzzle, [claim])[0]]


def proof(facts: Mapping[str, Any]) -> str:
    """Say in a line what the solver found."""
    puzzle = puzzle_of(facts["puzzle"]).supposing(*facts.get("supposing", ()))
    ways = count(puzzle, MOST_WAYS)
    many = f"{MOST_WAYS} or more" if ways >= MOST_WAYS else str(ways)
    right = [LETTERS[n] for n, one in enumerate(right_options(facts)) if one]
    return f"{many} solutions; right by the solver: {', '.join(right) or 'none'}"


def asked(random: Random, board: Board, asks: str, *, close: bool = False, wrong: int = 4) -> Problem:
    """Make a question that asks what must, could or can't be so. Raises `LogicError`.

    With `close` wrong options are those that hold in most solutions, or in nearly none.
    """
    pool = list(statements(random, board))
    puzzle = board.puzzle
    found = dict(zip(pool, standings(puzzle, pool), strict=True))
    right = [c for c, s in found.items() if s == asks or (asks == "could" and s == "must")]
    right = [c for c in right if not _is_said(board, c, asks)]
    other = [c for c, s in found.items() if s != asks and not (asks == "could" and s == "must")]
    if asks == "must" and len([c for c in other if found[c] == "could"]) >= wrong:
        other = [c for c in other if found[c] == "could"]
    if not right or len(other) < wrong:
        raise LogicError(f"too little that {asks} be so, or not")
    chosen = random.choice(right)
    lures = _closest(board, other, asks, wrong) if close else _varied(random, other, chosen, wrong)
    options = [_option(one, board) for one in (chosen, *lures)]
    if len({option.words for option in options}) < len(options):
        raise LogicError("two options are the same in words")
    return Problem(board, asks, _STEM[asks], tuple(options), 0).shuffled(random)


_STEM = {
    "must": "Which one of the following must be true?",
    "could": "Which one of the following could be true?",
    "cannot": "Which one of the following cannot be true?",
}


def _option(claim: Constraint, board: Board) -> Option:
    return Option(claim, words=clause(claim, board.puzzle, board.voice))


def _is_said(board: Board, claim: Constraint, asks: str) -> bool:
    """Does a single rule say as much already?"""
    if asks == "could":
        return False
    ground = board.puzzle.without(*range(board.base, len(board.puzzle.constraints)))
    untrue = claim if asks == "cannot" else negated(claim)
    if not is_possible(ground, untrue):
        return True
    return any(not is_possible(ground.supposing(clue), untrue) for clue in board.clues)


def statements(random: Random, board: Board, count_: int = 40) -> Iterator[Constraint]:
    """Draw statements in the shapes of a board, each once."""
    from teams.engine.logic.making import drawn_solution

    seen: dict[Constraint, None] = {}
    secrets = [drawn_solution(random, board.puzzle) for _ in range(3)]
    for _ in range(count_ * 3):
        shape, secret = random.choice(board.shapes), random.choice(secrets)
        made = _drawn(random, board, shape, secret)
        if made and made not in seen and made not in board.clues:
            seen[made] = None
            yield made
        if len(seen) >= count_:
            return


def _drawn(random: Random, board: Board, shape: str, secret: Mapping[str, Any]) -> Constraint | None:
    puzzle, truth = board.puzzle, random.random() < 0.6
    if shape in ("is", "is_not", "before", "next_to", "alike"):
        made = drawn_clue(random, puzzle, secret, shape, board.around)
        if made and not truth and made.type in ("before", "same", "different"):
            turned = {"before": "before", "same": "different", "different": "same"}[made.type]
            made = replace(made, type=turned, of=tuple(reversed(made.of)))
        elif made and not truth and made.type == "is":
            return atom(random, puzzle, secret, False)
        if made and made.type in ("same", "different") and puzzle.names[made.of[0]].sort == "number":
            return None
        return made
    if shape == "if":
        first, second = atom(random, puzzle, secret, random.random() < 0.5), atom(random, puzzle, secret, truth)
        return None if {*first.of} & {*second.of} else Constraint("if_then", parts=(first, second))
    if shape == "two":
        first, second = atom(random, puzzle, secret, truth), atom(random, puzzle, secret, random.random() < 0.5)
        return (
            None
            if {*first.of} & {*second.of}
            else Constraint(random.choice(("either", "not_both")), parts=(first, second))
        )
    return None


def _varied(random: Random, other: Sequence[Constraint], chosen: Constraint, count_: int) -> list[Constraint]:
    """Wrong options of the right one's own type first, so that it does not stand out."""
    alike = [one for one in other if one.type == chosen.type]
    rest = [one for one in other if one.type != chosen.type]
    drawn = random.sample(alike, min(len(alike), count_))
    return drawn + random.sample(rest, count_ - len(drawn))


def _closest(board: Board, other: Sequence[Constraint], asks: str, count_: int) -> list[Constraint]:
    ways = {one: count(board.puzzle.supposing(one), 60) for one in other[:30]}
    return sorted(ways, key=lambda one: ways[one] if asks == "cannot" else -ways[one])[:count_]


def whole(random: Random, board: Board, wrong: int = 4) -> Problem:
    """Ask which complete arrangement is possible; every wrong one breaks a rule. Raises `LogicError`."""
    from teams.engine.logic.making import drawn_solution

    right = drawn_solution(random, board.puzzle)
    ground = board.puzzle.without(*range(board.base, len(board.puzzle.constraints)))
    lures: list[Mapping[str, Any]] = []
    for _ in range(60):
        clue = board.clues[len(lures) % len(board.clues)]
        others = [c for c in board.clues if c is not clue]
        try:
            lure = drawn_solution(
                random, ground.supposing(*random.sample(others, max(0, len(others) - 1)), negated(clue))
            )
        except LogicError:
            continue
        if lure not in lures:
            lures.append(lure)
        if len(lures) == wrong:
            break
    else:
        raise LogicError("too few arrangements break a rule")
    options = [Option(_all_of(one), words=_arranged(one, board)) for one in (right, *lures)]
    question = "Which one of the following could be the complete arrangement?"
    return Problem(board, "could", question, tuple(options), 0).shuffled(random)


def _all_of(solution: Mapping[str, Any]) -> Constraint:
    return Constraint("holds", text=" and ".join(f"v[{name!r}] == {value!r}" for name, value in solution.items()))


def _arranged(solution: Mapping[str, Any], board: Board) -> str:
    values = board.voice.values
    if board.family == "picked":
        return ", ".join(name for name, is_in in solution.items() if is_in)
    if board.family in ("line", "circle", "slots"):
        order = sorted(solution, key=lambda name: int(solution[name]))
        return ", ".join(f"{values.get(solution[name], solution[name])}: {name}" for name in order)
    said: dict[Any, list[str]] = {}
    for name, value in solution.items():
        said.setdefault(value, []).append(board.puzzle.by_name[name].phrase)
    return "; ".join(
        f"{values.get(value, value)}: {', '.join(names)}" for value, names in sorted(said.items(), key=str)
    )


def valued(random: Random, board: Board) -> Problem:
    """Ask of a puzzle with one solution who or what is somewhere. Raises `LogicError`."""
    if board.family == "grid":
        return _linked(random, board)
    from teams.engine.logic import solutions

    secret = solutions(board.puzzle, 1)[0]
    if board.family in ("line", "circle", "slots"):
        place = random.choice([value for value in secret.values() if board.family != "circle" or value != 1])
        who = [name for name in secret if board.family != "circle" or secret[name] != 1]
        options = tuple(Option(Constraint("is", (name,), (place,)), words=name) for name in who)
        key = next(n for n, name in enumerate(who) if secret[name] == place)
        said = clause(Constraint("is", (who[0],), (place,)), board.puzzle, board.voice).removeprefix(who[0]).strip()
        return Problem(board, "must", f"Who {said}?", options, key).shuffled(random)
    if board.family == "picked":
        raise LogicError("of who is picked, more is to be asked than of one person")
    name = random.choice(list(secret))
    values = list(board.puzzle.by_name[name].domain)
    options = tuple(Option(Constraint("is", (name,), (value,)), words=str(value)) for value in values)
    question = f"Which of these is so of {name}: which {board.voice.unit} does {name} have?"
    return Problem(board, "must", question, options, values.index(secret[name])).shuffled(random)


def _linked(random: Random, board: Board) -> Problem:
    from teams.engine.logic import solutions

    secret = solutions(board.puzzle, 1)[0]
    categories = [list(c.of) for c in board.puzzle.constraints[: board.base]]
    mine, theirs = random.sample(categories, 2)
    one = random.choice(mine)
    options = tuple(
        Option(
            Constraint("same", (one, other)), words=clause(Constraint("same", (one, other)), board.puzzle, board.voice)
        )
        for other in theirs
    )
    key = next(n for n, other in enumerate(theirs) if secret[other] == secret[one])
    phrase = board.puzzle.by_name[one].phrase
    return Problem(board, "must", f"Which of the following is true of {phrase}?", options, key).shuffled(random)


def ways(random: Random, board: Board) -> Problem:
    """Ask in how many ways it can be done. Raises `LogicError` where there are too many to count by hand."""
    number = count(board.puzzle, 30)
    if not 2 <= number <= 14:
        raise LogicError(f"{number} ways are no good question")
    near = [n for n in range(max(1, number - 4), number + 5) if n != number]
    options = tuple(Option(outcome=n, words=str(n)) for n in sorted([number, *random.sample(near, 4)]))
    key = next(n for n, option in enumerate(options) if option.outcome == number)
    return Problem(board, "ways", "In how many different ways can all the rules be kept?", options, key)


STAND_WORDS = {
    "must": "It must be true",
    "false": "It must be false",
    "open": "It cannot be determined: both are possible",
    "clash": "Nothing follows: the statements contradict one another",
}


def stood(random: Random, board: Board, claim: Constraint) -> Problem:
    """Ask how a claim stands."""
    found = stand(board.puzzle, claim)
    options = tuple(Option(outcome=name, words=STAND_WORDS[name]) for name in STANDS)
    question = f"What can be said of this claim: {clause(claim, board.puzzle, board.voice)}?"
    return Problem(board, "stands", question, options, STANDS.index(found), claim=claim).shuffled(random)


def substituted(random: Random, board: Board, wrong: int = 4) -> Problem:
    """Ask which rule would have the same effect as one of the clues. Raises `LogicError`."""
    pool = list(statements(random, replace(board, shapes=(*board.shapes, "if")), 80))
    for place in random.sample(range(board.base, len(board.puzzle.constraints)), len(board.clues)):
        old = board.puzzle.constraints[place]
        same = [c for c in [*_turned(old), *pool] if not _is_one(c, old) and same_effect(board.puzzle, place, c)]
        if not same:
            continue
        lures = [c for c in pool if c not in same and is_possible(board.puzzle.without(place), c)]
        lures = [c for c in lures if not same_effect(board.puzzle, place, c)]
        if len(lures) < wrong:
            continue
        options = [_option(one, board) for one in (random.choice(same), *random.sample(lures, wrong))]
        said = clause(old, board.puzzle, board.voice)
        question = f"Which rule, put in place of the rule that {said}, would have exactly the same effect?"
        made = Problem(board, "same_effect", question, tuple(options), 0, about=place)
        return made.shuffled(random)
    raise LogicError("no rule has another that does the same")


def _is_one(one: Constraint, other: Constraint) -> bool:
    """Is it the same rule, at most with the names the other way round?"""
    return one.type == other.type and {*one.of} == {*other.of} and {*one.parts} == {*other.parts} and bool(one.of)


def _turned(clue: Constraint) -> list[Constraint]:
    """The same said in another way: a conditional turned round."""
    if clue.type == "if_then":
        one, other = clue.parts
        return [
            Constraint("if_then", parts=(_denied(other), _denied(one))),
            Constraint("either", parts=(_denied(one), other)),
        ]
    if clue.type == "either" and len(clue.parts) == 2:
        return [Constraint("if_then", parts=(_denied(clue.parts[0]), clue.parts[1]))]
    if clue.type == "not_both":
        return [Constraint("if_then", parts=(clue.parts[0], _denied(clue.parts[1])))]
    return []


def _denied(clue: Constraint) -> Constraint:
    if clue.type in ("is", "is_not"):
        if isinstance(clue.values[0], bool):
            return replace(clue, values=(not clue.values[0],))
        return replace(clue, type="is_not" if clue.type == "is" else "is")
    return negated(clue)
