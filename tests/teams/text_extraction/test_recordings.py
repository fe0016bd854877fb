"""Extractions a strong writer made from real texts, read by a reader: the checks must come to the same conclusion.

What models said is not kept, only what came of it. The reader found all of them fit to learn from; the thinnest is
`quantities-1`, whose "every full year of age" says of what 15 percent is taken off only to who has read the clause.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from teams.engine.verdict import run_checks
from teams.text_extraction import BY_NAME
from teams.text_extraction.checks import CHECKS
from teams.text_extraction.judging import Collator
from tests.teams.recording import read

ITEMS = read(Path(__file__).with_name("recordings") / "items.jsonl")


def label(line: dict[str, Any]) -> str:
    return str(line["pair"]["id"]).removeprefix("text_extraction/")


@pytest.mark.parametrize("line", [pytest.param(line, id=label(dict(line))) for line in ITEMS.pairs])
def test_the_checks_agree_with_the_reader(line: dict[str, Any]) -> None:
    verdict = run_checks(ITEMS.pair(line), CHECKS)
    assert verdict.accepted == line["accepted"], verdict.reasons


@pytest.mark.parametrize("line", [pytest.param(line, id=label(dict(line))) for line in ITEMS.pairs])
def test_a_blind_readers_paper_does_not_hold_the_key(line: dict[str, Any]) -> None:
    pair = ITEMS.pair(line)
    paper = BY_NAME[pair.kind].form.paper(pair.instruction.facts, Random(1))
    assert json.dumps(pair.instruction.facts["key"], ensure_ascii=False) not in paper.text
    assert "left_out" not in paper.text
    assert Collator(pair, BY_NAME[pair.kind], Random(1)).confirmed == 0


def test_the_recording_is_of_many_kinds_and_goals() -> None:
    instructions = [record for name, record in ITEMS.records.items() if name.startswith("instruction ")]
    passages = {record["kind"] for name, record in ITEMS.records.items() if name.startswith("passage ")}
    assert len({record["kind"] for record in instructions} & BY_NAME.keys()) >= 6
    assert passages >= {"email_thread", "news_item", "identity"}
    assert {goal for record in instructions for goal in record["refinements"]} >= {"value_and_words", "two_documents"}
    assert {rule for record in instructions for rule in record["demands"]} >= {"json_compact", "json_keys_sorted"}


def test_it_holds_no_addresses_of_a_machine() -> None:
    text = json.dumps(ITEMS.pairs) + json.dumps(ITEMS.records)
    assert not any(word in text for word in ("127.0.0.1", "/work/", "/root/", "/home/", "/tmp/"))
