"""What goes wrong with puzzles: nothing else is ever raised by this package."""


class LogicError(ValueError):
    """A puzzle, a constraint or an expression is not one: the message says what is wrong and what would be right."""


class Undecided(LogicError):
    """The solver ran out of its time or memory; nothing is known."""


class Contradiction(LogicError):
    """The constraints can't all hold, and what was asked makes sense only where they can."""
