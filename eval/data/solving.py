"""On the sample, with models: how often a small one solves what has a key, and if a judge agrees with the checks."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from agents.errors import CallError, EndpointError, UsageError
from eval.data.batches import Places
from eval.data.findings import Finding, PairLink, finding, note
from eval.data.keys import check, key_of
from eval.data.rows import Item, Row, prompt_of
from eval.data.sample import by_skill
from eval.running import Together
from eval.store import StoreError

Pairs = Sequence[tuple[int, Item]]
HOPELESS = (EndpointError, StoreError, UsageError)
"""No other call would do better: what was said until then is kept, and the same command goes on."""
REASONS = 3
"""Reasons named for calls that failed."""


class Solver(Protocol):
    """A model that is asked what a pair asks."""

    async def solve(self, messages: Sequence[Mapping[str, str]]) -> str:
        """Return its answer to a conversation that ends with the user's words.

        What it raises counts as failed, unless it is one of `HOPELESS`.
        """


class Judge(Protocol):
    """A careful reader."""

    async def judge(self, row: Row) -> bool | None:
        """Say whether a pair is good to train on; None where it gave no verdict."""


@dataclass(frozen=True)
class Solved:
    """What came of one pair."""

    number: int
    item: Item
    tries: int
    """Tries that were answered."""
    right: int
    failed: int
    """Tries at which the solver failed: in no rate."""
    why: tuple[str, ...] = ()
    """It failed, by try."""


async def solve(
    pairs: Pairs, solver: Solver, tries: int = 4, at_once: int = 8, is_right: Callable[[Row, str], bool | None] = check
) -> list[Solved]:
    """Have a model try each pair that has a key, `tries` times. Others are left out, and counted by `difficulty`.

    Raise what is `HOPELESS`.
    """
    gate = asyncio.Semaphore(at_once)

    async def one(item: Item) -> bool | str:
        async with gate:
            try:
                return bool(is_right(item.row, await solver.solve(prompt_of(item.row))))
            except HOPELESS:
                raise
            except Exception as error:  # whatever a model's client raises: the pair is not the worse for it
                return _reason(error)

    async def of(number: int, item: Item) -> Solved:
        found = [await task for task in [group.create_task(one(item)) for _ in range(tries)]]
        why = tuple(f for f in found if isinstance(f, str))
        return Solved(number, item, len(found) - len(why), found.count(True), len(why), why)

    async with Together() as group:
        tasks = [group.create_task(of(number, item)) for number, item in pairs if key_of(item.row) is not None]
    return [task.result() for task in tasks]


def _reason(error: Exception) -> str:
    said = (str(error).splitlines() or [""])[0][:160]
    return said if isinstance(error, CallError) else f"{type(error).__name__}: {said}"


def _reasons(why: Counter[str]) -> str:
    """The most frequent reasons, as they are told."""
    return "; ".join(f"{reason} ({n:,})" for reason, n in why.most_common(REASONS))


def difficulty(pairs: Pairs, solved: Sequence[Solved], tries: int) -> dict[str, Any]:
    """Return the solve rate of each skill, and of first-stage against refined pairs of the same root."""
    tried = [(one.number, one) for one in solved if one.tries]
    rate = {one.number: one.right / one.tries for _, one in tried}
    skills = []
    for skill, of in by_skill([(n, one.item) for n, one in tried]).items():
        rates = [rate[number] for number, _ in of]
        never = [number for number, _ in of if not rate[number]]
        skills.append(
            {"skill": skill, "n": len(of), "rate": sum(rates) / len(of), "never": len(never), "numbers": never[:8]}
        )
    families: dict[str, dict[str, list[float]]] = {}
    for number, one in tried:
        families.setdefault(one.item.root, {"instruct": [], "refine": []})[one.item.stage].append(rate[number])
    both = [family for family in families.values() if family["instruct"] and family["refine"]]
    means = [tuple(sum(family[s]) / len(family[s]) for s in ("instruct", "refine")) for family in both]
    return {
        "tries": tries,
        "sample": len(pairs),
        "without_key": len(pairs) - len(solved),
        "failed_tries": sum(one.failed for one in solved),
        "why_failed": _reasons(Counter(why for one in solved for why in one.why)),
        "never_answered": len(solved) - len(tried),
        "skills": skills,
        "by_refinement": {
            "families": len(means),
            "instruct": sum(a for a, _ in means) / len(means) if means else None,
            "refine": sum(b for _, b in means) / len(means) if means else None,
        },
    }


def difficulty_findings(result: Mapping[str, Any], places: Places) -> Iterator[Finding | None]:
    """Yield the skills that are too easy for a small model, or never solved."""
    if "why_not" in result:
        yield note("too_easy", "Difficulty was not measured", str(result["why_not"]))
        return
    for row in result["skills"]:
        skill, n = row["skill"], row["n"]
        measured = f"{row['rate']:.0%} of {result['tries']} tries at {n:,} pairs with a key"
        yield finding("too_easy", f"{skill}: solved by the small model", row["rate"], n, measured, (), skill)
        links = places.links(row["numbers"])
        measured = f"{row['never']:,} of {n:,} pairs with a key, {result['tries']} tries each"
        yield finding(
            "never_solved", f"{skill}: never solved by the small model", row["never"] / n, n, measured, links, skill
        )
    if result["failed_tries"]:
        yield note(
            "too_easy",
            "Tries at which the small model failed",
            f"{result['failed_tries']:,}; they are in no rate: {result['why_failed']}",
        )


async def agreement(
    accepted: Sequence[tuple[PairLink, Row]], rejected: Sequence[tuple[PairLink, Row]], judge: Judge, at_once: int = 8
) -> dict[str, Any]:
    """Have a judge read pairs that the checks accepted and rejected; return the 2×2 table with Cohen's kappa.

    Raise what is `HOPELESS`.
    """
    gate, why = asyncio.Semaphore(at_once), Counter[str]()

    async def one(row: Row) -> bool | None:
        async with gate:
            try:
                return await judge.judge(row)
            except HOPELESS:
                raise
            except Exception as error:  # a judge that fails has said nothing, which is counted
                why[_reason(error)] += 1
                return None

    async with Together() as group:
        tasks = [group.create_task(one(row)) for _, row in (*accepted, *rejected)]
    said = [task.result() for task in tasks]
    table = {"accepted": {"good": 0, "bad": 0}, "rejected": {"good": 0, "bad": 0}}
    links: dict[str, list[dict[str, Any]]] = {"accepted_bad": [], "rejected_good": []}
    for at, (link, _) in enumerate((*accepted, *rejected)):
        verdict = said[at]
        if verdict is None:
            continue
        checked, judged = "accepted" if at < len(accepted) else "rejected", "good" if verdict else "bad"
        table[checked][judged] += 1
        if f"{checked}_{judged}" in links:
            links[f"{checked}_{judged}"].append(link.as_json())
    silent = said.count(None) - why.total()
    if silent:
        why["its replies held no verdict, or the pair was too long to be read"] = silent
    return {"table": table, "no_verdict": said.count(None), "why_none": _reasons(why), "kappa": kappa(table), **links}


def kappa(table: Mapping[str, Mapping[str, int]]) -> float | None:
    """Return Cohen's kappa of a 2×2 table; None where chance alone would agree, or there is nothing."""
    a, b = table["accepted"]["good"], table["accepted"]["bad"]
    c, d = table["rejected"]["good"], table["rejected"]["bad"]
    n = a + b + c + d
    if not n:
        return None
    chance = ((a + b) * (a + c) + (c + d) * (b + d)) / n**2
    return None if chance >= 1 else ((a + d) / n - chance) / (1 - chance)


def agreement_findings(result: Mapping[str, Any]) -> Iterator[Finding | None]:
    """Yield how far checks and judge agree, and what the judge finds bad that was accepted."""
    if "why_not" in result:
        yield note("kappa", "Agreement of the checks with a judge was not measured", str(result["why_not"]))
        return
    table = result["table"]
    good, bad = table["accepted"]["good"], table["accepted"]["bad"]
    links = [PairLink(**link) for link in result["accepted_bad"]]
    if good + bad:
        yield finding("judged_bad", "Accepted pairs that a judge finds bad", bad / (good + bad), good + bad, "", links)
    if result["kappa"] is not None:
        n = good + bad + sum(table["rejected"].values())
        # Kappa hangs on how many of either there are.
        of = f"{good + bad:,} accepted and {n - good - bad:,} rejected"
        measured = f"kappa {result['kappa']:.2f} over {n:,} pairs, drawn apart: {of}"
        others = [PairLink(**link) for link in result["rejected_good"]]
        yield finding("kappa", "Agreement of the checks with a judge", result["kappa"], n, measured, [*links, *others])
    if result["no_verdict"]:
        yield note(
            "kappa",
            "Pairs of which the judge gave no verdict",
            f"{result['no_verdict']:,}; they are in no figure: {result['why_none']}",
        )
