"""What an evaluation will take, before anything is asked: calls, tokens, US dollars at the models' prices.

Tokens of prompts are reckoned as characters over four; of answers, an upper bound is given (every answer as long as it
may be) and what is usual: a quarter of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.errors import UsageError
from agents.models.price import Price
from eval.records import Item, Speaker
from eval.running import requests_of
from eval.task import Task

USUAL = 0.25
"""Of the most tokens an answer may have, what one takes on average. Seen over our miniatures: 0.1 to 0.4."""
JUDGE_WORDS, JUDGE_SAYS = 500, 250
"""Tokens of a judge's brief and of its verdict, about."""


@dataclass(frozen=True)
class Share:
    """What one role of one task takes."""

    task: str
    role: str
    calls: int
    prompt_tokens: int
    usual_tokens: int
    """New tokens, as answers usually are."""
    most_tokens: int
    """New tokens, if every answer were as long as it may be."""

    def cost(self, price: Price | None) -> tuple[float, float] | None:
        """Return US dollars as usual and at most; None where no price is known."""
        if price is None:
            return None
        return price.cost(self.prompt_tokens, self.usual_tokens), price.cost(self.prompt_tokens, self.most_tokens)


def estimate(task: Task, items: Sequence[Item]) -> Iterator[Share]:
    """Yield what the model, and the judge if there is one, take for these items."""
    requests = [request for item in items for request in requests_of(item)]
    asked = sum(len(message["content"]) for request in requests for message in request) // 4
    most = len(requests) * task.max_tokens
    # Answers of earlier turns come again in later requests.
    again = sum(task.max_tokens * (len(item.turns) - 1) * len(item.turns) // 2 for item in items)
    yield Share(task.name, "model", len(requests), asked + int(USUAL * again), int(USUAL * most), most)
    if task.judged:
        calls = round(task.judge_calls * len(items)) or len(items)
        read = round(calls * (JUDGE_WORDS + (asked + USUAL * most) / max(1, len(items))))
        yield Share(task.name, "judge", calls, read, calls * JUDGE_SAYS, calls * JUDGE_SAYS * 4)


def lines(shares: Sequence[Share], price_of: Mapping[str, Price | None]) -> Iterator[str]:
    """Yield the estimate as a table, and its sum."""
    yield f"{'task':<16} {'asked':<6} {'calls':>8} {'prompt tokens':>14} {'new tokens':>12} {'US dollars':>16}"
    low = high = 0.0
    unknown = False
    for share in shares:
        cost = share.cost(price_of.get(share.role))
        unknown |= cost is None
        low, high = low + (cost[0] if cost else 0), high + (cost[1] if cost else 0)
        dollars = "not known" if cost is None else f"{cost[0]:.2f} to {cost[1]:.2f}"
        yield (
            f"{share.task:<16} {share.role:<6} {share.calls:>8,} {share.prompt_tokens:>14,} {share.usual_tokens:>12,} "
            f"{dollars:>16}"
        )
    told = "; a price that is not known can be told with --price [ROLE=]IN,OUT" if unknown else ""
    yield f"About {low:.2f}, at most {high:.2f} US dollars, less what is stored already{told}."


def refuse_unpriced(max_cost: float | None, known: Mapping[str, Price | None]) -> None:
    """Raise `UsageError` where a budget is set and a role's price is not known: it could never be kept."""
    lacking = [role for role, price in known.items() if price is None]
    if max_cost is not None and lacking:
        raise UsageError(f"--max-cost needs to know what the {lacking[0]} costs: --price {lacking[0]}=IN,OUT")


def price_of(speaker: Speaker) -> Price | None:
    """Return a speaker's price, as its `cost` tells it."""
    one = speaker.cost(1_000_000, 0)
    other = speaker.cost(0, 1_000_000)
    return None if one is None or other is None else Price(one, other)
