"""What an evaluation will take, before anything is asked: calls, tokens, US dollars at the models' prices.

Tokens of prompts are reckoned as characters over four. Of what is said in return, what is usual is given, and what it
would be if every answer and every verdict were as long as it may be; what is asked again is in neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.errors import UsageError
from agents.models.price import Price
from eval.extract.model import MAX_TOKENS
from eval.records import Item, Speaker
from eval.running import requests_of
from eval.task import Task

USUAL = 0.25
"""Of the most tokens an answer may have, what one takes on average. Seen over our miniatures: 0.1 to 0.4."""
JUDGE_WORDS, JUDGE_SAYS = 500, 250
"""Tokens of a judge's brief and of its verdict, about."""
READER_WORDS, READER_SAYS = 600, 60
"""The same of a model that reads answers."""
UNREAD = 0.1
"""Of the answers, what no program can read; seen: 0.02 to 0.2, and all of a model that loops."""


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
    """New tokens, if all that is said were as long as it may be."""
    most_prompt_tokens: int = 0
    """Prompt tokens then: answers are in the prompts of later turns, and of judges. 0: the same."""

    def cost(self, price: Price | None) -> tuple[float, float] | None:
        """Return US dollars as usual, and if all were as long as it may be; None where no price is known."""
        if price is None:
            return None
        most = max(self.prompt_tokens, self.most_prompt_tokens)
        return price.cost(self.prompt_tokens, self.usual_tokens), price.cost(most, self.most_tokens)


def estimate(
    task: Task, items: Sequence[Item], *, votes: int = 1, swap: bool = True, compared: int | None = None
) -> Iterator[Share]:
    """Yield what the model, the judge and the extractor take for these items, those of them that the task needs.

    `compared`: how many answers both the program and the extractor read; None where there is no extractor.
    """
    requests = [request for item in items for request in requests_of(item)]
    asked = sum(len(message["content"]) for request in requests for message in request) // 4
    most = len(requests) * task.max_tokens
    # Answers of earlier turns come again in later requests.
    again = sum(
        task.max_tokens * (len(item.turns) - 1 - place)
        for item in items
        for place, turn in enumerate(item.turns)
        if turn.given is None
    )
    yield Share(task.name, "model", len(requests), asked + int(USUAL * again), int(USUAL * most), most, asked + again)
    if task.judged:
        calls = (round(task.judge_calls * len(items)) or len(items)) * votes
        if task.compares and not swap:
            calls = -(-calls // 2)
        usual, longest = (
            round(calls * (JUDGE_WORDS + (asked + share * most) / max(1, len(items)))) for share in (USUAL, 1.0)
        )
        says, may_say = task.judge_says
        yield Share(task.name, "judge", calls, usual, calls * says, calls * may_say, longest)
    if compared is not None and task.extract is not None:
        usual_calls = compared + round(UNREAD * (len(items) - compared))
        read, at_most = (
            round(calls * (READER_WORDS + (asked + share * most) / max(1, len(items))))
            for calls, share in ((usual_calls, USUAL), (len(items), 1.0))
        )
        told = usual_calls * READER_SAYS
        yield Share(task.name, "extractor", usual_calls, read, told, len(items) * MAX_TOKENS, at_most)


def lines(shares: Sequence[Share], price_of: Mapping[str, Price | None]) -> Iterator[str]:
    """Yield the estimate as a table, and its sum."""
    wide = 9 if any(share.role == "extractor" for share in shares) else 6
    yield f"{'task':<16} {'asked':<{wide}} {'calls':>8} {'prompt tokens':>14} {'new tokens':>12} {'US dollars':>16}"
    low = high = 0.0
    unknown = False
    for share in shares:
        cost = share.cost(price_of.get(share.role))
        unknown |= cost is None
        low, high = low + (cost[0] if cost else 0), high + (cost[1] if cost else 0)
        dollars = "not known" if cost is None else f"{cost[0]:.2f} to {cost[1]:.2f}"
        yield (
            f"{share.task:<16} {share.role:<{wide}} {share.calls:>8,} {share.prompt_tokens:>14,} "
            f"{share.usual_tokens:>12,} "
            f"{dollars:>16}"
        )
    again = "; what a judge is asked again comes on top" if any(share.role == "judge" for share in shares) else ""
    told = "; a price that is not known can be told with --price [ROLE=]IN,OUT" if unknown else ""
    yield (
        f"About {low:.2f} US dollars, {high:.2f} if all that is said were as long as it may be, "
        f"less what is stored already{again}{told}."
    )


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
