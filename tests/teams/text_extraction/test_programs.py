"""The programs in the chats of text extraction: what they take, what they send back and in which words."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

import pytest

from teams.engine.records import Seed
from teams.engine.stages.instruct import Desk
from teams.engine.stages.respond import Proofreader
from teams.engine.talk import Said, Talk
from teams.text_extraction import ASKER, ASSISTANT, BY_NAME, SETTING, not_yet
from teams.text_extraction.judging import READER, Collator
from tests.teams.judging import scene_of
from tests.teams.text_extraction import drafts
from tests.teams.text_extraction.drafts import MAILS
from tests.teams.text_extraction.faults import key, made

QUANTITIES = BY_NAME["quantities"]


def said(source: str, words: Any) -> Said:
    return Said(source, words if isinstance(words, str) else json.dumps(words))


def test_the_desk_takes_what_is_in_order_and_says_what_is_not() -> None:
    pair = made("quantities", drafts.OFFERS)
    scene = scene_of(pair, QUANTITIES)
    scene.record = Seed("text_extraction/a.txt:1-9", MAILS).rewritten("email_thread", MAILS)
    desk = Desk(scene, ASKER.name, QUANTITIES, MAILS, SETTING)
    broken = copy.deepcopy(drafts.OFFERS)
    broken["rows"][1]["values"][1] = drafts.value("sum", "5,480 euros", "4580")
    answer = desk.speak(Talk([said(ASKER.name, {"items": [broken], "left_out": ""})]))
    assert "4580 does not stand in '5,480 euros'" in str(answer)
    assert not desk.is_over
    assert desk.speak(Talk([said(ASKER.name, {"items": [drafts.OFFERS], "left_out": ""})])) == "Thank you."
    assert desk.good == [drafts.OFFERS]


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda value: value[0].update(firm="Reuter Ltd"), "does not stand in the text"),
        (lambda value: value[0].update(sum="6950"), "is not of type 'number'"),
        (lambda value: value[0].pop("from"), "required"),
    ],
)
def test_an_answer_is_proofread_without_its_key(spoil: Any, complaint: str) -> None:
    pair = made("quantities", drafts.OFFERS)
    scene = scene_of(pair, QUANTITIES)
    scene.record = pair.instruction
    reader = Proofreader(scene, ASSISTANT.name, QUANTITIES, [], not_yet)
    value = key(pair)
    spoil(value)
    assert complaint in reader.speak(Talk([said(ASSISTANT.name, json.dumps(value))]))
    # A record less is for the blind readers to find: whoever proofreads does not know how many there are.
    assert reader.speak(Talk([said(ASSISTANT.name, json.dumps(key(pair)[:1]))])) == "Sent."


def test_blind_readers_decide_by_most_of_them() -> None:
    pair = made("quantities", drafts.OFFERS)
    desk = Collator(pair, QUANTITIES, Random(1))
    slip = key(pair)
    slip[1]["from"] = None

    def read(value: Any) -> None:
        desk.speak(Talk([said("collator", "…"), said(READER.name, {"thought": "read", "answer": value})]))

    read(key(pair))
    assert not desk.is_over
    read(slip)
    assert not desk.is_over
    assert desk.doubts == []
    read(slip)
    assert desk.is_over
    assert desk.doubts == ["most readers don't give record 2 from: '11-03'"]


def test_two_that_agree_with_the_key_need_no_third() -> None:
    pair = made("nothing_there", drafts.RESIGNED)
    desk = Collator(pair, BY_NAME["nothing_there"], Random(1))
    for _ in range(2):
        desk.speak(Talk([said("collator", "…"), said(READER.name, {"thought": "none", "answer": []})]))
    assert desk.is_over
    assert desk.doubts == []
    assert desk.confirmed == 1.0
