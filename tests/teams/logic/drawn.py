"""Small puzzles drawn by hypothesis: all types of constraints over a few positions."""

from hypothesis import strategies as st

from teams.engine.logic import Constraint, Puzzle, Variable
from teams.engine.logic.rules import RULES

NAMES = ("Ada", "Ben", "Ms Lee", "lambda")
"""One is no identifier, one a keyword."""
POSITIONS = (1, 2, 3, 4)
SIMPLE = tuple(name for name, rule in RULES.items() if not rule.parts[1])
JOINING = tuple(name for name, rule in RULES.items() if rule.parts[1])


@st.composite
def simple(draw: st.DrawFn) -> Constraint:
    """A constraint that joins no others."""
    name = draw(st.sampled_from(SIMPLE))
    rule = RULES[name]
    fewest, most = rule.of
    of = draw(st.permutations(NAMES))[: draw(st.integers(fewest, min(most, len(NAMES))))]
    fewest, most = rule.values
    values = draw(st.permutations(POSITIONS))[: draw(st.integers(fewest, min(most, len(POSITIONS))))]
    number = 0 if rule.least is None else draw(st.integers(max(rule.least, 0), max(rule.least, 0) + 3))
    around = len(POSITIONS) if rule.circles and draw(st.booleans()) else 0
    return Constraint(name, tuple(of), tuple(values), number, around)


@st.composite
def joined(draw: st.DrawFn) -> Constraint:
    """A constraint made of others."""
    name = draw(st.sampled_from(JOINING))
    fewest, most = RULES[name].parts
    return Constraint(name, parts=tuple(draw(st.lists(simple(), min_size=fewest, max_size=min(most, 3)))))


CONSTRAINTS = st.one_of(simple(), joined())


def line(constraints: list[Constraint]) -> Puzzle:
    """A puzzle over the positions."""
    return Puzzle(tuple(Variable(name, POSITIONS) for name in NAMES), tuple(constraints))
