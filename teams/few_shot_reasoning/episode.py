"""One few-shot task put together: rule, shots, query, layout, and what is asked beside the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from itertools import islice
from random import Random
from typing import Any

from teams.few_shot_reasoning.layout import Layout, Shot, drawn
from teams.few_shot_reasoning.rules.choosing import Ambiguous, choose, outputs
from teams.few_shot_reasoning.rules.domain import Domain, Matter, Spec, Unfit, name_of
from teams.few_shot_reasoning.rules.registry import DOMAINS

DRAWS = 8
"""Rules drawn before the matter is given up."""
_SLIPS = 300
"""Rivals of which the first are tried for an output that is nearly right."""
RULE, BARE, REASONS, WRONG = "rule", "bare", "reasons", "wrong"
"""What an answer says: the rule and then the output, the output alone, reasons as the shots have them, or which shot
is wrong."""


def built(
    domain: Domain,
    matter: Matter,
    random: Random,
    *,
    names: tuple[str, str],
    opening: str,
    reply: str,
    language: str = "",
    reasons: bool = False,
) -> dict[str, Any]:
    """Return the facts of a task with a rule drawn for it. Raises `Ambiguous` or `Unfit`."""
    problem: Exception = Unfit("nothing was drawn")
    for _ in range(DRAWS):
        try:
            spec = domain.draw(random, matter)
            count = domain.least + random.randint(0, 3)
            return posed(
                domain, spec, matter, random, count=count, names=names, opening=opening, reply=reply, language=language,
                reasons=reasons,
            )  # fmt: skip
        except (Ambiguous, Unfit) as error:
            problem = error
    raise problem


def posed(
    domain: Domain,
    spec: Spec,
    matter: Matter,
    random: Random,
    *,
    count: int,
    names: tuple[str, str],
    opening: str,
    reply: str,
    language: str = "",
    reasons: bool | None = False,
    pool: Sequence[Any] | None = None,
    queries: Sequence[Any] | None = None,
    accept: Any = None,
) -> dict[str, Any]:
    """Return the facts of a task with this rule; `reasons` None: even where its family always has them, none.

    Raises `Ambiguous` or `Unfit`.
    """
    pool = domain.inputs(spec, random, matter) if pool is None else pool
    queries = domain.queries(spec, random, matter) if queries is None else queries
    more = {"accept": accept} if accept else {}
    chosen = choose(domain, spec, pool, random, count + 2 * (reply == WRONG), queries, **more)
    answer = domain.run(spec, chosen.query)
    facts: dict[str, Any] = {
        "domain": domain.name,
        "rule": dict(spec),
        "rule_told": domain.told(spec),
        "matter": dict(matter),
        "shots": [{"input": x} for x in chosen.shots],
        "query": chosen.query,
        "key": domain.said(answer),
        "reply": reply,
        "reasons": reasons is not None and (reasons or domain.has_reasons),
        "opening": opening,
        "names": list(names),
        "tried": chosen.tried,
        "agreeing": chosen.agreeing,
        "tag": language,
    }
    if reply == WRONG:
        facts |= _spoiled(domain, spec, chosen.shots, pool, random)
    return laid_out(domain, facts, random)


def _spoiled(domain: Domain, spec: Spec, shots: Sequence[Any], pool: Sequence[Any], random: Random) -> dict[str, Any]:
    """Put another output under one shot, so that the rule that fits the others tells which, and no rival does."""
    told = [domain.said(domain.run(spec, x)) for x in shots]
    others = [domain.said(y) for _, y in outputs(domain, spec, pool)]
    for at in random.sample(range(len(shots)), len(shots)):
        near = _nearly(domain, spec, shots[at], told[at], others)
        if not near:
            continue
        false = random.choice(near)
        shown = [false if n == at else one for n, one in enumerate(told)]
        if not other_culprits(domain, spec, shots, shown, at):
            return {"wrong": at + 1, "false": false, "key": f"{at + 1}: {told[at]}"}
    raise Ambiguous("no shot can be spoiled without another one coming into question")


def _nearly(domain: Domain, spec: Spec, x: Any, right: str, others: Sequence[str]) -> list[str]:
    """Return the outputs most like the right one: what a slip makes of the input, or what belongs to another."""
    found = set(others)
    for _, rival in islice(domain.rivals(spec), _SLIPS):
        try:
            found.add(domain.said(rival(x)))
        except Unfit:
            continue
    found -= {right, domain.shown(x), ""}
    alike = sorted(found, key=lambda o: (-SequenceMatcher(None, o, right, autojunk=False).ratio(), o))
    return alike[:4]


def other_culprits(domain: Domain, spec: Spec, shots: Sequence[Any], shown: Sequence[str], at: int) -> list[str]:
    """Return the rivals that fit all examples but one and would accuse another, or put something else right."""
    found, right = [], domain.said(domain.run(spec, shots[at]))
    for rival in domain.rivals(spec):
        missed = []
        for n, x in enumerate(shots):
            try:
                said = domain.said(rival[1](x))
            except Unfit:
                said = None
            if said != shown[n]:
                missed.append((n, said))
            if len(missed) > 1:
                break
        if not missed or (len(missed) == 1 and missed[0] != (at, right) and missed[0][1] is not None):
            found.append(name_of(rival))
    return found


def shots_of(domain: Domain, facts: Mapping[str, Any]) -> list[Shot]:
    """Return the shots as they are written: carried out by the rule, but for the one that is meant to be wrong."""
    spec, made = facts["rule"], []
    for n, shot in enumerate(facts["shots"], 1):
        said = domain.said(domain.run(spec, shot["input"]))
        why = " ".join(domain.steps(spec, shot["input"])) if facts["reasons"] else ""
        made.append(Shot(domain.shown(shot["input"]), facts["false"] if n == facts.get("wrong") else said, why))
    return made


def laid_out(domain: Domain, facts: dict[str, Any], random: Random) -> dict[str, Any]:
    """Return the facts with a layout drawn, and the message in it."""
    shots, query = shots_of(domain, facts), domain.shown(facts["query"])
    names = (facts["names"][0], facts["names"][1])
    layout = drawn(random, shots, query, names, facts["tag"], numbered=facts["reply"] == WRONG)
    return {
        **facts,
        "layout": asdict(layout),
        "shown": [asdict(shot) for shot in shots],
        "body": body(layout, shots, query, facts),
    }


def body(layout: Layout, shots: Sequence[Shot], query: str, facts: Mapping[str, Any]) -> str:
    if facts["reply"] == WRONG:  # there is no query: the examples are the matter
        return "\n\n".join(layout.shot(n, shot) for n, shot in enumerate(shots, 1))
    return layout.message(shots, query)


def message(facts: Mapping[str, Any], statement: str = "") -> str:
    """Return the user's message; the wording of a format joins what stands before the examples."""
    return "\n\n".join(part for part in (" ".join(filter(None, (facts["opening"], statement))), facts["body"]) if part)


def domain_of(facts: Mapping[str, Any]) -> Domain:
    return DOMAINS[str(facts["domain"])]
