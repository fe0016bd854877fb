"""The forms an instruction may have, by name."""

from teams.engine.schemas import closed, several, text
from teams.engine.stages.forms.arranged import Order, Pairs, Statements
from teams.engine.stages.forms.chain import Chain
from teams.engine.stages.forms.choice import Choice
from teams.engine.stages.forms.enumerated import Listed
from teams.engine.stages.forms.form import Asked, Draft, Facts, Form, Paper
from teams.engine.stages.forms.open import Open
from teams.engine.stages.forms.short import Gap, Number, Quote, Short, same

CHOICE, FIVE = Choice(3), Choice(4)
SHORT, LIST, GAP, NUMBER, QUOTE = Short(), Listed(), Gap(), Number(), Quote()
ORDER, PAIRS, STATEMENTS = Order(), Pairs(), Statements()
OPEN, CHAIN = Open(), Chain()

__all__ = [
    "CHAIN", "CHOICE", "FIVE", "GAP", "LIST", "NUMBER", "OPEN", "ORDER", "PAIRS", "QUOTE", "SHORT", "STATEMENTS",
    "Asked", "Chain", "Choice", "Draft", "Facts", "Form", "Gap", "Listed", "Number", "Open", "Order", "Pairs", "Paper",
    "Quote", "Short", "Statements", "closed", "same", "several", "text",
]  # fmt: skip
