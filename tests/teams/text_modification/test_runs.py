"""Whole runs over real articles with a clerk in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import Request, ScriptedClient
from teams.engine.running import Outcome
from teams.text_modification import skill
from tests.teams.text_modification.clerk import Clerk
from tests.teams.whole_runs import over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")


async def go(folder: Path, *, small: bool = False, **roles: Callable[[Request], Any]) -> tuple[Outcome, ScriptedClient]:
    return await over_articles(skill, {**Clerk().answers, **roles}, folder, small=small)


def checks_of(row: dict[str, Any]) -> dict[str, bool]:
    return {check["check"]: check["passed"] for check in row["verdict"]["checks"]}


async def test_articles_become_pairs_that_were_recomputed_and_read_blind(tmp_path: Path) -> None:
    outcome, client = await go(tmp_path)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    assert outcome.engine.of[skill.name].bugs == 0, out
    assert len({row["kinds"]["instruct"] for row in kept}) >= 3
    assert {row["kinds"]["transform"] for row in kept} == {"identity"}
    assert any(row["kinds"]["refine"] for row in kept)
    assert {request.role for request in client.asked} <= set(skill.roles)
    for row in kept:
        user, assistant = row["messages"]
        assert (user["role"], assistant["role"]) == ("user", "assistant")
        checks = checks_of(row)
        assert checks["done_as_asked"]
        assert any(name in checks for name in ("wording_agrees", "blind_judgement", "blind_agreement"))


async def test_siblings_on_one_text_are_no_twins(tmp_path: Path) -> None:
    await go(tmp_path)
    reasons = [reason for row in rows(tmp_path / "rejected.jsonl") for reason in row["reasons"]]
    refined = [row for row in rows(tmp_path / "pairs.jsonl") if row["kinds"]["refine"]]
    assert len(refined) > 1
    assert len([reason for reason in reasons if "no_twin" in reason]) < len(refined)


async def test_an_answer_that_forgets_a_place_is_sent_back_and_rejected(tmp_path: Path) -> None:
    clerk = Clerk()

    def careless(request: Request) -> str:
        answer = clerk.answer(request)
        return answer.replace("quagga", "zebra", 1).replace("QUAGGA", "ZEBRA", 1)

    clerk.answers["assistant"] = careless
    _, client = await go(tmp_path, **clerk.answers)
    sent_back = [
        r for r in client.asked if r.role == "assistant" and "can't be sent yet" in str(r.messages[-1].content)
    ]
    assert any("'zebra' stands where 'quagga' should" in str(request.messages[-1].content) for request in sent_back)
    kept = rows(tmp_path / "pairs.jsonl")
    assert not [row for row in kept if row["kinds"]["instruct"] == "keyword_replacement"]


async def test_a_wording_that_asks_for_something_else_is_found_by_blind_readers(tmp_path: Path) -> None:
    clerk = Clerk()

    def reads_more(request: Request) -> str:
        reply = json.loads(clerk.solve(request))
        if isinstance(reply["answer"], dict) and "pairs" in reply["answer"]:
            more = {"old": "the", "new": "ye"}
            reply["answer"] = {**reply["answer"], "pairs": [*reply["answer"]["pairs"], more]}
        return json.dumps(reply)

    await go(tmp_path, **{**clerk.answers, "solver": reads_more})
    replaced = [row for row in rows(tmp_path / "pairs.jsonl") if row["kinds"]["instruct"] == "keyword_replacement"]
    reasons = [reason for row in rows(tmp_path / "rejected.jsonl") for reason in row["reasons"]]
    assert not replaced
    assert any("wording_agrees" in reason for reason in reasons)
