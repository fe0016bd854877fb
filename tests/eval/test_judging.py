"""Judges that are fair, chatty, silent, or at odds with themselves: what is decided, and what stands on record."""

import asyncio
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.errors import CallError, UsageError
from agents.script import Script
from eval.comparing import compare
from eval.judging import Judge, majority, mean, need_judge
from eval.records import Message, Reply
from eval.speakers import Function
from eval.store import Store
from eval.verdicts import YES_NO, Complaint, labels, rating


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "out") as opened:
        yield opened


@pytest.fixture
def script(tmp_path: Path) -> Script:
    path = tmp_path / "words.md"
    path.write_text("## ask\n\nIs it {{ what }}?\n\n## pick\n\nFirst: {{ first }}\nSecond: {{ second }}\n")
    return Script(path)


class Saying(Function):
    """Says what is listed, in order, and the last for ever; keeps what it was asked, and how."""

    def __init__(self, *replies: str | Reply) -> None:
        super().__init__("python:saying", str)
        self.replies, self.asked = list(replies), list[tuple[list[Message], dict[str, Any]]]()

    async def say(self, messages: Any, **sampling: Any) -> Reply:
        self.asked.append((list(messages), sampling))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply if isinstance(reply, Reply) else Reply(reply)


yes_no = labels(YES_NO)


async def test_a_verdict_in_form_is_taken_at_once(store: Store, script: Script) -> None:
    judge = Judge(Saying("It is.\nVerdict: YES"), store)
    verdict = await judge.ask(script, "ask", {"what": "so"}, yes_no)
    assert (verdict.value, verdict.tries) == (True, 1)
    assert judge.record.prompts == {"words.md, ask": script.hash}
    assert (judge.record.verdicts, judge.record.retried, judge.record.failed) == (1, 0, 0)


@pytest.mark.parametrize(
    ("first", "complaint"),
    [
        ("It depends on how one sees it.", "no verdict"),
        ("I'm sorry, I can't judge that.", "judgement of what somebody else wrote"),
        ("Verdict: YES\nVerdict: NO", "two ways (YES and NO)"),
        ("   ", "empty"),
        (Reply("It is because", "length"), "cut off"),
    ],
)
async def test_what_can_t_be_used_is_asked_again_with_the_reason(
    store: Store, script: Script, first: str | Reply, complaint: str
) -> None:
    speaker = Saying(first, "Verdict: NO")
    judge = Judge(speaker, store)
    verdict = await judge.ask(script, "ask", {"what": "so"}, yes_no)
    assert (verdict.value, verdict.tries) == (False, 2)
    assert (judge.record.verdicts, judge.record.retried, judge.record.failed) == (1, 1, 0)
    assert complaint in speaker.asked[1][0][-1]["content"]
    assert [message["role"] for message in speaker.asked[1][0]] == ["user", "assistant", "user"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Who can say?", "no verdict"),
        ("I cannot do that.", "refused"),
        ("Verdict: YES\nVerdict: NO", "contradicts itself"),
        ("", "empty"),
    ],
)
async def test_no_verdict_in_the_end_is_counted_by_its_kind(store: Store, script: Script, said: str, kind: str) -> None:
    speaker = Saying(said)
    judge = Judge(speaker, store)
    verdict = await judge.ask(script, "ask", {"what": "so"}, yes_no)
    assert (verdict.value, verdict.tries, len(speaker.asked)) == (None, 3, 3)
    assert judge.record.failures == {kind: 1}
    assert judge.record.failure_rate == 1


async def test_a_request_that_is_refused_for_good_is_not_made_longer(store: Store, script: Script) -> None:
    speaker = Saying(Reply("", "failed", note="too long"))
    judge = Judge(speaker, store)
    verdict = await judge.ask(script, "ask", {"what": "so"}, yes_no)
    assert (verdict.value, verdict.tries, verdict.words, len(speaker.asked)) == (None, 1, "too long", 1)
    assert judge.record.failures == {"no reply": 1}


async def test_whose_call_failed_is_told(store: Store, script: Script) -> None:
    class Down(Saying):
        async def say(self, messages: Any, **sampling: Any) -> Reply:
            raise CallError("no answer in 8 tries")

    with pytest.raises(CallError, match="of the judge: no answer in 8 tries"):
        await Judge(Down(""), store).ask(script, "ask", {"what": "so"}, yes_no)


async def test_votes_are_sampled_after_the_first_and_the_majority_decides(store: Store, script: Script) -> None:
    speaker = Saying("Verdict: YES", "Verdict: NO", "Verdict: NO")
    judge = Judge(speaker, store, votes=3)
    vote = await judge.vote(script, "ask", {"what": "so"}, yes_no)
    assert vote.value is False
    assert [sampling["temperature"] for _, sampling in speaker.asked] == [0.0, 0.7, 0.7]
    assert len({sampling["seed"] for _, sampling in speaker.asked}) == 3
    assert judge.record.contradictions == 1


async def test_votes_that_failed_don_t_count(store: Store, script: Script) -> None:
    speaker = Saying("Who knows?", "Who knows?", "Who knows?", "Verdict: YES")
    judge = Judge(speaker, store, votes=2)
    vote = await judge.vote(script, "ask", {"what": "so"}, yes_no)
    assert vote.value is True
    assert (judge.record.failed, judge.record.verdicts, judge.record.contradictions) == (1, 1, 0)
    assert judge.record.failure_rate == 0.5


async def test_ratings_are_averaged_and_near_ones_agree(store: Store, script: Script) -> None:
    judge = Judge(Saying("Verdict: 7", "Verdict: 8", "Verdict: 8"), store, votes=3)

    def near(values: Any) -> bool:
        return bool(max(values) - min(values) <= 1)

    vote = await judge.vote(script, "ask", {"what": "so"}, rating(1, 10), combine=mean, agree=near)
    assert vote.value == pytest.approx(23 / 3)
    assert judge.record.contradictions == 0


def test_a_tie_of_votes_goes_to_what_was_said_first() -> None:
    assert majority(["a", "b", "b", "a"]) == "a"
    assert majority(["a", "b", "b"]) == "b"


async def test_verdicts_are_not_paid_for_twice(store: Store, script: Script) -> None:
    speaker = Saying("Verdict: YES")
    for _ in range(2):
        await Judge(speaker, store).ask(script, "ask", {"what": "so"}, yes_no)
    assert len(speaker.asked) == 1
    assert store.spent["judge"].replayed == 1


def test_no_votes_decide_nothing(store: Store) -> None:
    with pytest.raises(UsageError, match="1 or more"):
        Judge(Saying(""), store, votes=0)


def test_no_judge_is_a_clear_line() -> None:
    with pytest.raises(CallError, match="--judge"):
        need_judge(None)


def facts(first: str, second: str) -> dict[str, Any]:
    return {"first": first, "second": second}


def picks(choose: Callable[[str, str], str]) -> Function:
    """A judge that sees what stands first and second, and says a letter."""

    def judge(messages: list[Message]) -> str:
        first, second = messages[0]["content"].splitlines()
        return choose(first.removeprefix("First: "), second.removeprefix("Second: "))

    return Function("python:picks", judge)


async def test_a_fair_judge_says_the_same_in_both_orders(store: Store, script: Script) -> None:
    judge = Judge(picks(lambda first, second: "A" if len(first) > len(second) else "B"), store)
    found = await compare(judge, script, "pick", "the longer one", "short", facts)
    assert (found.share, found.torn) == (1, False)
    assert [one.ours_first for one in found.orders] == [False, True]
    assert (judge.record.compared, judge.record.for_first, judge.record.contradictions) == (2, 1, 0)


async def test_a_judge_of_positions_cancels_out_and_is_shown(store: Store, script: Script) -> None:
    judge = Judge(picks(lambda first, second: "A"), store)
    for number in range(5):
        found = await compare(judge, script, "pick", f"ours {number}", "theirs", facts)
        assert (found.share, found.torn) == (0.5, True)
    assert (judge.record.compared, judge.record.for_first, judge.record.contradictions) == (10, 10, 5)


async def test_without_a_swap_neither_always_stands_first(store: Store, script: Script) -> None:
    judge = Judge(picks(lambda first, second: "A"), store, swap=False)
    found = [await compare(judge, script, "pick", f"ours {number}", "theirs", facts) for number in range(40)]
    assert all(len(one.orders) == 1 for one in found)
    assert 10 < sum(one.orders[0].ours_first for one in found) < 30


async def test_half_a_swap_is_no_comparison(store: Store, script: Script) -> None:
    judge = Judge(picks(lambda first, second: "A" if first == "ours" else "Well."), store)
    found = await compare(judge, script, "pick", "ours", "theirs", facts)
    assert found.share is None
    assert judge.record.failed == 1


async def test_a_verdict_is_weighed_by_how_sure_the_judge_is(store: Store, script: Script) -> None:
    # Theirs first: A 0.6 : B 0.2, so ours has 1/4. Ours first: A 0.9 : B 0.1, so ours has 9/10. Mean 0.575.
    replies = [
        Reply("A", logprobs={"A": math.log(0.6), "B": math.log(0.2), "The": math.log(0.2)}),
        Reply("A", logprobs={"A": math.log(0.9), "B": math.log(0.1)}),
    ]
    speaker = Saying(*replies)
    judge = Judge(speaker, store)
    found = await compare(judge, script, "pick", "ours", "theirs", facts)
    assert found.share == pytest.approx(0.575)
    assert all(one.weighed for one in found.orders)
    assert found.torn
    assert all(sampling["top_logprobs"] == 5 for _, sampling in speaker.asked)


def test_complaints_without_a_kind_are_counted_by_their_words() -> None:
    assert Complaint("too short").kind == "too short"


async def test_many_at_once_keep_their_own_record(store: Store, script: Script) -> None:
    judge = Judge(picks(lambda first, second: "A" if first > second else "B"), store)
    found = await asyncio.gather(*(compare(judge, script, "pick", f"{number}", "5x", facts) for number in range(10)))
    assert [one.share for one in found] == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1]
    assert judge.record.for_first == 10
