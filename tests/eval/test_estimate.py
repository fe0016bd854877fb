"""Estimates: what votes, one order, long verdicts and an extractor change."""

from dataclasses import replace
from typing import Any

import pytest

from agents.models.price import Price
from eval.estimate import Share, estimate, lines
from eval.records import Item, Turn
from eval.task import load
from tests.eval.test_running import items, task_of


def share(role: str, task: Any, count: int = 10, **how: Any) -> Share:
    (found,) = [one for one in estimate(task, items(count), **how) if one.role == role]
    return found


def test_votes_multiply_the_judges_calls() -> None:
    task = replace(load("mt_bench"), judge_calls=2)
    once, thrice = share("judge", task), share("judge", task, votes=3)
    assert (once.calls, thrice.calls) == (20, 60)
    assert thrice.usual_tokens == 3 * once.usual_tokens


@pytest.mark.parametrize(("name", "calls"), [("alpaca_eval", 10), ("mt_bench", 20)])
def test_one_order_halves_what_compares_and_nothing_else(name: str, calls: int) -> None:
    assert share("judge", load(name)).calls == 20
    assert share("judge", load(name), swap=False).calls == calls


def test_an_examination_of_claims_is_longer_than_a_rating() -> None:
    assert share("judge", load("aci_bench")).usual_tokens > 3 * share("judge", load("mt_bench")).usual_tokens


def test_an_extractor_is_in_it() -> None:
    assert [one.role for one in estimate(task_of(), items())] == ["model"]
    found = share("extractor", task_of(), 100, compared=30)
    assert found.calls == 37  # and of the other seventy a tenth
    assert found.most_tokens == 100 * 400


def test_a_teachers_answers_are_not_reckoned_twice() -> None:
    own = Item("a", (Turn("one"), Turn("two")))
    given = Item("a", (Turn("one", given="said"), Turn("two")))
    (first,), (second,) = (list(estimate(task_of(max_tokens=4000), [one])) for one in (own, given))
    assert first.prompt_tokens > 900 > second.prompt_tokens


def test_the_longer_sum_has_longer_prompts_too() -> None:
    one = Share("t", "judge", 1, 1_000_000, 0, 0, 3_000_000)
    assert one.cost(Price(1, 1)) == (1, 3)
    assert "About 1.00 US dollars, 3.00 if all that is said" in list(lines([one], {"judge": Price(1, 1)}))[-1]


def test_what_is_in_neither_sum_is_told() -> None:
    judged, asked = Share("t", "judge", 1, 10, 10, 20), Share("t", "model", 1, 10, 10, 20)
    told, plain = (list(lines(shares, {}))[-1] for shares in ([asked, judged], [asked]))
    assert "what a judge is asked again comes on top" in told
    assert "on top" not in plain
