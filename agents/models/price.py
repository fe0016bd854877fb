"""What a model's tokens cost, in US dollars per million.

The table below is a convenience, not a source: prices change, and contracts differ. `--price IN,OUT` always wins.
"""

import math
import re
from dataclasses import dataclass

from agents.errors import UsageError


@dataclass(frozen=True)
class Price:
    """US dollars per million tokens."""

    input: float
    output: float

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what so many tokens cost, in US dollars."""
        return (prompt_tokens * self.input + completion_tokens * self.output) / 1e6


AS_OF = "2026-03"
"""When these were OpenAI's list prices, after other people's price lists; cached or batched tokens cost less."""
_KNOWN = {
    "gpt-4o": Price(2.5, 10),
    "gpt-4o-mini": Price(0.15, 0.6),
    "gpt-4.1": Price(2, 8),
    "gpt-4.1-mini": Price(0.4, 1.6),
    "gpt-4.1-nano": Price(0.1, 0.4),
    "gpt-5": Price(1.25, 10),
    "gpt-5-mini": Price(0.25, 2),
    "gpt-5-nano": Price(0.05, 0.4),
    "gpt-5.1": Price(1.25, 10),
    "o3": Price(2, 8),
    "o4-mini": Price(1.1, 4.4),
}
_DATED = re.compile(r"-(\d{4}-\d{2}-\d{2}|latest)$")
"""The date at the end of a model's name."""


def parse_price(text: str) -> Price:
    """Return the price written as `IN,OUT`, US dollars per million prompt and completion tokens: `0.15,0.60`."""
    parts = [part.strip().removeprefix("$") for part in text.split(",")]
    try:
        values = [float(part) for part in parts]
    except ValueError:
        values = []
    if len(values) != 2 or not all(math.isfinite(value) and value >= 0 for value in values):
        raise UsageError(
            f"--price {text!r} is not two prices; "
            "give dollars per million prompt and completion tokens, as in 0.15,0.60"
        )
    return Price(*values)


def known_price(model: str) -> Price | None:
    """Return the price of an OpenAI model, as of `AS_OF`; None for any other. Same names elsewhere cost otherwise."""
    return _KNOWN.get(_DATED.sub("", model))
