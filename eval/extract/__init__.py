"""From what a model said to what it answered: ordered patterns for each kind, and `None` where nothing is settled.

Nothing here guesses: an answer that refuses, hedges, is cut off before its verdict, or repeats itself for ever is
unparsed, and told apart from a wrong one. The work is linear in the answer's length, and at most `LONGEST` characters
of its end are read. `eval.extract.model` asks a model instead.
"""

from eval.extract.equal import math_equal
from eval.extract.formulas import math
from eval.extract.letters import choice
from eval.extract.numerals import number
from eval.extract.objects import json_value
from eval.extract.overlap import drop_score, squad_score
from eval.extract.passages import spans
from eval.extract.phrases import free, yes_no
from eval.extract.several_letters import choices
from eval.extract.visible import LONGEST
from eval.records import Extracted

__all__ = [
    "LONGEST",
    "Extracted",
    "choice",
    "choices",
    "drop_score",
    "free",
    "json_value",
    "math",
    "math_equal",
    "number",
    "spans",
    "squad_score",
    "yes_no",
]
