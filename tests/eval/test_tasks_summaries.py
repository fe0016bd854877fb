"""Summaries: what examiners say is read and held against the source; tasks end to end, with judges of all sorts."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from eval.judging import Judge
from eval.quotations import Quotable, pieces
from eval.records import Item, Message, Score, Turn
from eval.results import result_of
from eval.running import Runner
from eval.speakers import Function
from eval.store import Store
from eval.task import items_of, load
from eval.tasks._summaries import Claim, Exam, quality, score
from eval.verdicts import Complaint
from tests.eval.examinations import INSTRUCTION, JUDGED, SOURCE, Judged

TASKS = ["aci_bench", "instrusum", "orca_sum"]
_EXHIBIT = r"--- {name} (\w+) begins ---\n(.*?)\n--- {name} \1 ends ---"
EXAM = Exam(Quotable(SOURCE))


def is_editor(messages: list[Message]) -> bool:
    """Whether the second question is put, whose answer is a rating."""
    return messages[0]["content"].startswith("You are the senior editor")


def exhibit(words: str, name: str) -> str:
    found = re.search(_EXHIBIT.format(name=name), words, re.DOTALL)
    assert found
    return found[2]


def fair(messages: list[Message]) -> str:
    """A judge that takes each line of a response as a claim, and quotes it where the source has it word by word."""
    words = messages[0]["content"]
    if is_editor(messages):
        return "Good.\nRATING: 8"
    source, lines = exhibit(words, "SOURCE"), exhibit(words, "RESPONSE").splitlines()
    told = [
        f'CLAIM {n}: {line}\nSUPPORT: "{line}"' if line in source else f"CLAIM {n}: {line}\nSUPPORT: NONE - not there"
        for n, line in enumerate(lines, 1)
    ]
    bare = [str(n) for n, line in enumerate(lines, 1) if line not in source]
    return "\n".join([*told, f"UNSUPPORTED: {', '.join(bare) or 'none'}"])


def faithful(messages: list[Message]) -> str:
    """A model that answers with a long line of what it was given."""
    return max(messages[-1]["content"].splitlines(), key=len)


async def scored(
    tmp_path: Path, task: str, model: Callable[..., Any], judge: Callable[..., Any], votes: int = 1
) -> tuple[list[Score], Any, Any]:
    loaded = load(task)
    items = items_of(loaded, None, is_miniature=True)
    with Store(tmp_path) as store:
        judging = Judge(Function("python:judge", judge), store, votes=votes)
        found = await Runner(Function("python:model", model), store, judging).run(loaded, items)
    return [one.score for one in found], result_of(loaded, found, "m", {}), judging.record


# What examiners say


@pytest.mark.parametrize("judged", JUDGED, ids=lambda judged: judged.name)
def test_what_a_careful_examiner_writes_is_read(judged: Judged) -> None:
    claims = EXAM.read(judged.examination)
    assert not isinstance(claims, Complaint), claims
    assert len(claims) == judged.claims
    bare = [claim.words for claim in claims if not claim.supported]
    assert len(bare) == len(judged.unsupported)
    assert all(words.startswith(begin) for words, begin in zip(bare, judged.unsupported, strict=True))
    assert quality(judged.editor) == judged.rating


GOOD = 'CLAIM 1: nobody was hurt\nSUPPORT: "Nobody was hurt"\nUNSUPPORTED: none'


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("The response looks fine to me.", "no verdict"),
        ("I'm sorry, but I can't judge that.", "no verdict"),
        ('CLAIM 1: nobody was hurt\nSUPPORT: "Nobody was hurt"', "no verdict"),
        ("UNSUPPORTED: none", "bad form"),
        ("CLAIM 1: nobody was hurt\nUNSUPPORTED: none", "bad form"),
        (GOOD.replace("UNSUPPORTED", 'CLAIM 1: again\nSUPPORT: "Nobody"\nUNSUPPORTED'), "bad form"),
        (GOOD.replace("none", "1"), "contradicts itself"),
        ("CLAIM 1: two were hurt\nSUPPORT: NONE - nobody was\nUNSUPPORTED: none", "contradicts itself"),
        ("CLAIM 1: two were hurt\nSUPPORT: NONE\nUNSUPPORTED: 1, 2", "contradicts itself"),
        (f"NO CLAIMS\n{GOOD}", "contradicts itself"),
        (GOOD.replace('"Nobody was hurt"', '"Not one of them was hurt"'), "quotes what is not there"),
        (GOOD.replace('"Nobody was hurt"', '"Nobody was hurt" … "thanks to the police"'), "quotes what is not there"),
        (GOOD.replace('"Nobody was hurt"', '"set aside 34 million crowns"'), "quotes what is not there"),
        (GOOD.replace("UNSUPPORTED: none", "UNSUPPORTED: some of them"), "no verdict"),
    ],
)
def test_an_examination_that_does_not_hold_is_complained_of(reply: str, kind: str) -> None:
    found = EXAM.read(reply)
    assert isinstance(found, Complaint)
    assert found.kind == kind


def test_the_good_examination_is_good() -> None:
    assert EXAM.read(GOOD) == [Claim("nobody was hurt", '"Nobody was hurt"', True)]
    assert EXAM.read(f"<think>CLAIM 1: x\nUNSUPPORTED: 1</think>{GOOD}") == EXAM.read(GOOD)


@pytest.mark.parametrize(
    "dressed",
    [
        GOOD.replace("CLAIM 1:", "Claim 1 (first sentence):").replace("SUPPORT:", "Support:").replace("none", "None."),
        GOOD.replace("CLAIM 1:", "### CLAIM 1\n").replace("SUPPORT:", "- **SUPPORT**:"),
        GOOD.replace("none", "**none**"),
        f"Here is my examination.\n\n{GOOD}\n\nI hope this helps.",
    ],
)
def test_dress_does_not_matter(dressed: str) -> None:
    assert EXAM.read(dressed) == EXAM.read(GOOD)


@pytest.mark.parametrize(
    "quoted",
    [
        '"Nobody" (not "some")',
        '"was hurt" - so "two were" is made up',
        '"Nobody"\n"was hurt"',
        '\n- "Nobody was"\n- "hurt"',
    ],
)
def test_quotations_a_line_each_and_remarks_that_quote_are_looked_up(quoted: str) -> None:
    assert not isinstance(EXAM.read(GOOD.replace('"Nobody was hurt"', quoted)), Complaint)
    for wrong in ("hurt", "Nobody"):
        found = EXAM.read(GOOD.replace('"Nobody was hurt"', quoted.replace(wrong, "zebra")))
        assert isinstance(found, Complaint) == (wrong in quoted), quoted


@pytest.mark.parametrize("listed", ["1-3", "1 – 3", "1 to 3", "claims 1-2 and 3", "1, 2-3."])
def test_a_range_of_claims_is_all_of_them(listed: str) -> None:
    claims = "".join(f"CLAIM {n}: number {n}\nSUPPORT: NONE - silent\n" for n in (1, 2, 3))
    assert isinstance(EXAM.read(f"{claims}UNSUPPORTED: {listed}"), list)
    assert isinstance(EXAM.read(f"{claims}UNSUPPORTED: 1-2"), Complaint)


def test_a_quotation_may_begin_with_none() -> None:
    exam = Exam(Quotable("None of the six boats was lost."))
    found = exam.read('CLAIM 1: no boat was lost\nSUPPORT: "None of the six boats was lost"\nUNSUPPORTED: none')
    assert isinstance(found, list)
    assert found[0].supported


def test_a_response_in_the_sources_words_can_not_claim_nothing() -> None:
    none = "NO CLAIMS\nUNSUPPORTED: none"
    assert EXAM.read(none) == []
    found = Exam(Quotable(SOURCE), "the army is to").read(none)
    assert isinstance(found, Complaint)
    assert "the army is to" in found


@given(st.text(st.sampled_from('CLAIMSUPORTED NONE 12:",\n-*…'), max_size=200) | st.text(max_size=80))
def test_no_reply_breaks_the_reader(reply: str) -> None:
    found = EXAM.read(reply)
    assert isinstance(found, Complaint | list)


# Quotations

WORDS = SOURCE.split()


@given(st.integers(0, len(WORDS) - 3), st.integers(2, 12), st.sampled_from([str.upper, str.lower, str.title]))
def test_what_stands_in_a_text_is_found_whatever_its_marks(start: int, count: int, case: Callable[[str], str]) -> None:
    copied = case("  ".join(WORDS[start : start + count])).replace("“", '"').replace(",", " ,").replace(";", " -")
    assert copied in Quotable(SOURCE)


@given(st.integers(0, len(WORDS) - 4), st.sampled_from(["zebra", "17", "not"]))
def test_one_word_more_is_not_found(start: int, word: str) -> None:
    assert f"{WORDS[start]} {word} {WORDS[start + 1]}" not in Quotable(SOURCE)


@pytest.mark.parametrize(
    ("quotation", "text", "is_in"),
    [
        ("i don't take it with food", "[patient] i do n't take it with food .", True),
        ("I'm gonna order a lipid panel", "i'm gon na order a lipid panel", True),
        ("caf\u00e9 au lait", "Cafe\u0301 au lait", True),
        ("cost 12,500 crowns", "cost 12500 crowns", True),
        ("1.5 mg", "15 mg a day", False),
        ("5 mg", "1.5 mg a day", False),
        ("5 mg", "25 mg a day", False),
        ("art", "the start of it", False),
        ("", "anything", False),
        ("…", "anything", False),
    ],
)
def test_letters_and_figures_count_and_nothing_else(quotation: str, text: str, is_in: bool) -> None:
    assert (quotation in Quotable(text)) is is_in


def test_a_line_of_quotations_is_cut_into_its_pieces() -> None:
    assert pieces('"a b" … "c d"') == ["a b", "c d"]
    assert pieces("“a b … c d”") == ["a b", "c d"]
    assert pieces('"a b [...] c"; "d"') == ["a b", "c", "d"]
    assert pieces('"a b" (the source\'s words)') == ["a b"]
    assert pieces("“a b” - said on line 3") == ["a b"]
    assert pieces('"a b') == ["a b"]
    assert pieces('He said "no" to it') == ['He said "no" to it']
    assert Quotable("one two three").lacks('"one" … "four"') == ["four"]


# Scores


def item(answer_to: str = INSTRUCTION) -> Item:
    return Item("a", (Turn("?"),), facts={"source": SOURCE, "instruction": answer_to})


def judge_of(judged: Judged) -> Callable[..., str]:
    return lambda messages: judged.editor if is_editor(messages) else judged.examination


@pytest.mark.parametrize("judged", JUDGED, ids=lambda judged: judged.name)
async def test_the_score_of_each_answer(judged: Judged, tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        found = await score(item(), [judged.answer], Judge(Function("python:judge", judge_of(judged)), store))
    assert not found.excluded
    assert found.values == {
        "hallucination_rate": (bool(judged.unsupported), 1),
        "quality": (judged.rating, 10),
        "unsupported_claims": (len(judged.unsupported), 1),
        "claims": (judged.claims, 1),
    }


async def test_votes_are_averaged_and_disagreement_is_on_record(tmp_path: Path) -> None:
    replies = {"claims": [JUDGED[0].examination, JUDGED[1].examination], "quality": ["RATING: 9", "RATING: 4"]}

    def torn(messages: list[Message]) -> str:
        return replies["quality" if is_editor(messages) else "claims"].pop(0)

    with Store(tmp_path) as store:
        judge = Judge(Function("python:judge", torn), store, votes=2)
        found = await score(item(), [JUDGED[1].answer], judge)
    assert found.values["hallucination_rate"] == (0.5, 1)
    assert found.values["quality"] == (6.5, 10)
    assert judge.record.contradictions == 2


async def test_a_quotation_that_is_not_there_is_told_and_asked_for_again(tmp_path: Path) -> None:
    said: list[str] = []

    def inventive(messages: list[Message]) -> str:
        if is_editor(messages):
            return "RATING: 7"
        said.append(messages[-1]["content"])
        return GOOD if len(messages) > 1 else GOOD.replace("Nobody was", "All survived un")

    with Store(tmp_path) as store:
        judge = Judge(Function("python:judge", inventive), store)
        found = await score(item(), ["Nobody was hurt."], judge)
    assert found.values["hallucination_rate"] == (0, 1)
    assert "All survived un" in said[1]
    assert judge.record.retried == 1


async def test_no_answer_can_close_its_exhibit(tmp_path: Path) -> None:
    seen: list[str] = []

    def watching(messages: list[Message]) -> str:
        seen.append(messages[0]["content"])
        return "RATING: 1" if is_editor(messages) else JUDGED[5].examination

    with Store(tmp_path) as store:
        await score(item(), [JUDGED[5].answer], Judge(Function("python:judge", watching), store))
    assert all(exhibit(words, "RESPONSE") == JUDGED[5].answer for words in seen)


# The tasks, end to end


@pytest.mark.parametrize("task", TASKS)
async def test_a_faithful_model_before_a_fair_judge(task: str, tmp_path: Path) -> None:
    scores, result, record = await scored(tmp_path, task, faithful, fair)
    assert (len(scores), result.scored, result.excluded) == (6, 6, {})
    assert result.figures["hallucination_rate"].value == 0
    assert result.figures["quality"].value == pytest.approx(8)
    assert result.figures["claims"].value == 1
    assert record.verdicts == 12


@pytest.mark.parametrize("task", TASKS)
async def test_a_model_that_makes_things_up(task: str, tmp_path: Path) -> None:
    def inventing(messages: list[Message]) -> str:
        return f"{faithful(messages)}\nThe queen was there.\nIt cost nine million."

    _, result, _ = await scored(tmp_path, task, inventing, fair)
    assert result.figures["hallucination_rate"].value == 100
    assert result.figures["unsupported_claims"].value == 2
    assert result.figures["claims"].value == 3


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("What a nice text this is, all in all.", "no verdict"),
        ("I'm sorry, I can't assist with that.", "no verdict"),
        ("", "empty"),
        ('CLAIM 1: x\nSUPPORT: "words that nobody wrote anywhere"\nUNSUPPORTED: none', "quotes what is not there"),
    ],
)
async def test_a_judge_that_gives_no_verdict(task: str, reply: str, kind: str, tmp_path: Path) -> None:
    scores, result, record = await scored(tmp_path, task, faithful, lambda messages: reply)
    assert result.scored == 0
    assert result.figures["hallucination_rate"].value is None
    assert result.excluded == {"the judge gave no verdict on hallucination and quality": 6}
    assert record.failed == 12
    assert record.failures[kind] >= 6
    assert all(one.evidence["claims"] == reply for one in scores)


async def test_silence_is_no_faithfulness(tmp_path: Path) -> None:
    answers = iter(["", "  ", *["The queen was there."] * 4])
    scores, result, _ = await scored(tmp_path, "instrusum", lambda messages: next(answers), fair)
    assert result.figures["hallucination_rate"].n == 4
    assert result.figures["hallucination_rate"].value == 100
    assert result.figures["quality"].value == pytest.approx((1 + 1 + 4 * 8) / 6)
    assert result.unanswered == 2
    assert sum(one.how == "empty" for one in scores) == 2


# Their data


@pytest.mark.parametrize("task", TASKS)
def test_items_carry_their_source_and_what_was_asked(task: str) -> None:
    for one in items_of(load(task), None, is_miniature=True):
        assert one.facts["source"] in one.turns[0].ask
        assert 150 <= len(one.facts["source"].split()) <= 330
        assert one.facts["source"] not in one.facts["instruction"]
        assert one.facts["instruction"].strip()


def test_the_three_test_sets_are_read_as_the_repository_holds_them(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "challenge_data"
    folder.mkdir(parents=True)
    for number, file in enumerate(load("aci_bench").source.files):
        row = f'virtassist,D{number},"[doctor] hi , how are you ?\n[patient] fine .","HPI\n\nFine."\n'
        (tmp_path / file).write_text(f"dataset,encounter_id,dialogue,note\n{row}")
    found = items_of(load("aci_bench"), tmp_path)
    assert [one.id for one in found] == ["D0", "D1", "D2"]
    assert found[0].facts["reference"] == "HPI\n\nFine."
    assert found[1].group == "clinicalnlp_taskC_test2"


@pytest.mark.parametrize(
    ("task", "row", "said"),
    [
        ("aci_bench", {"encounter_id": "D1", "note": ""}, "row 1: 'dialogue' must be text"),
        ("instrusum", {"article": "x"}, "row 1: 'requirement' must be text"),
        ("aci_bench", {"encounter_id": "D1", "dialogue": " "}, "row 1: 'dialogue' must be text"),
        ("instrusum", {"article": None, "requirement": "y"}, "row 1: 'article' must be text"),
        ("orca_sum", {"id": "x", "prompt": "y"}, "row 1: 'document' must be text"),
    ],
)
def test_a_row_in_another_layout_is_named(task: str, row: dict[str, str], said: str, tmp_path: Path) -> None:
    place = tmp_path / "rows.jsonl"
    place.write_text(json.dumps(row) + "\n")
    with pytest.raises(UsageError, match=re.escape(said)):
        items_of(load(task), place)


def test_orca_sum_says_how_it_is_had(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"orca_sum\.jsonl lies there"):
        items_of(load("orca_sum"), tmp_path)
    with pytest.raises(UsageError, match="python -m eval orca-sum build"):
        items_of(load("orca_sum"), None)
