"""What is told of a result besides its figures: intervals that can't be, judges that can't be relied on."""

from typing import Any

from eval.judging import JudgeRecord
from eval.records import Item, Score
from eval.results import Result, Scored, result_of
from eval.telling import told
from tests.eval.test_running import task_of


def scored(*groups: str, mean: str = "macro") -> Result:
    ones = [
        Scored(Item(f"{n}", (), group=group), (), Score({"accuracy": (n % 2, 1)})) for n, group in enumerate(groups)
    ]
    return result_of(task_of(mean=mean), ones, "m", {})


def test_groups_of_one_item_have_no_interval() -> None:
    figure = scored("a", "b", "c").figures["accuracy"]
    assert (figure.low, figure.high, figure.n) == (None, None, 3)
    assert "no interval" in next(told(scored("a", "b", "c")))


def test_one_group_of_one_item_would_make_it_too_narrow() -> None:
    assert scored("a", "a", "b").figures["accuracy"].low is None
    assert scored("a", "a", "b", mean="micro").figures["accuracy"].low is not None
    assert scored("a", "a", "b", "b").figures["accuracy"].low is not None


def judged(**changed: Any) -> str:
    result = scored("a", "a")
    record = JudgeRecord("judge", 1, True, **changed)
    result.about |= {"model": "m", "judge": record.row()}
    return "".join(told(result))


def test_a_judge_without_faults_is_told_in_few_words() -> None:
    assert "judge judge: 4 verdicts, 0 failed (0.0%)" in judged(verdicts=4)
    assert "contradicted" not in judged(verdicts=4)
    assert "first" not in judged(verdicts=4)


def test_why_verdicts_failed_and_what_was_taken_back() -> None:
    said = judged(verdicts=6, failed=2, failures={"refused": 2}, contradictions=3)
    assert "2 failed (25.0%: refused 2)" in said
    assert "it contradicted itself on 3 questions" in said


def test_a_judge_of_places() -> None:
    assert "90% for the answer shown first: it judges by place" in judged(verdicts=40, compared=40, for_first=36.0)
    assert "by place" not in judged(verdicts=40, compared=40, for_first=20.0)
    assert "by place" not in judged(verdicts=2, compared=2, for_first=2.0), "two say nothing"


def test_a_model_that_judges_itself() -> None:
    result = scored("a", "a")
    result.about |= {"model": "m", "judge": JudgeRecord("m", 1, True).row()}
    assert "models prefer their own words" in "".join(told(result))
