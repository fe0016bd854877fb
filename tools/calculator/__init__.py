"""The calculator tool."""

from typing import Annotated

from tools.bench import Answer
from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute
from tools.registry import tool


@tool
async def calculator(
    expression: Annotated[
        str,
        "What to compute: `12.5% of 840`, `(3/4 + 1/6) * 2`, `sqrt(2)`, `65 mile/hour to km/hour`, `mean(3, 4, 8)`.",
    ],
) -> Answer:
    """Compute an arithmetic expression exactly, with percentages, functions and units.

    A result marked ≈ is rounded; every other one is exact.
    """
    try:
        return Answer(compute(expression))
    except CannotCompute as error:
        return Answer(str(error), is_error=True)
