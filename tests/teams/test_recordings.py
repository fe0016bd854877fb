"""Whole conversations, read by a reader: the checks must come to the same conclusion, and a replay to the same pair.

The model's part was written by a strong writer who saw only what each request shows (a few slips included, which is
what makes the bad ones bad). `recording.py` says how they are kept.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agents.models.model import Abilities, Model
from teams.engine import RunOptions
from teams.engine.checks import TOOL_USE_CHECKS
from teams.engine.running import run
from teams.engine.verdict import run_checks
from teams.tool_use import skill
from tests.teams.recording import FOLDER, read

SUM_OUT_OF_SIGHT = "no_invented_values"
"""A value was worked out in the head: right, but nothing in the conversation shows where it comes from."""
BAD = {
    # The assistant's last words belong to another conversation.
    "allotments_and_loans library/loans.py:142-161/retrieved_library/several_calls-1/worked_out_value-2": "kind_held",
    # It says that 40 cents were paid, which was another member's payment; 3.40 were.
    "allotments_and_loans library/loans.py:58-141/retrieved_library/one_call-1/worked_out_value-1": "answer_truthful",
    "allotments_and_loans library/loans.py:58-141/retrieved_library/one_call-1/worked_out_value-2": SUM_OUT_OF_SIGHT,
    # Cents came back, and nobody had said of which currency: they are told in euros.
    "allotments_and_loans library/loans.py:142-161/retrieved_library/not_all_functions-1": "answer_truthful",
    "bikes rental.go:50-152/own_functions/several_calls_with_noise-1/worked_out_value-2": "answer_truthful",
    "bikes rental.go:153-187/imagined_library/one_call-1/worked_out_value-1": SUM_OUT_OF_SIGHT,
    "bikes rental.go:153-187/imagined_library/one_call-1/worked_out_value-2": SUM_OUT_OF_SIGHT,
    "bikes rental.go:50-152/own_functions/several_calls_with_noise-1/worked_out_value-1": SUM_OUT_OF_SIGHT,
}
"""Pairs not fit to learn from, and the check that has to say so. The reader found all others good."""
RECORDINGS = sorted(path.stem for path in FOLDER.glob("*.jsonl"))
REPLAYABLE = sorted(path.name for path in (FOLDER / "seeds").iterdir())


def pairs() -> list[Any]:
    """Every recorded pair, named by its recording and id."""
    found = []
    for name in RECORDINGS:
        for line in read(FOLDER / f"{name}.jsonl").pairs:
            label = f"{name} {line['pair']['id'].removeprefix('tool_use/')}"
            found.append(pytest.param(name, line, label, id=label))
    return found


@pytest.mark.parametrize(("name", "line", "label"), pairs())
def test_the_checks_agree_with_the_reader(name: str, line: dict[str, Any], label: str) -> None:
    verdict = run_checks(read(FOLDER / f"{name}.jsonl").pair(line), TOOL_USE_CHECKS)
    failed = {finding.check for finding in verdict.findings if not finding.passed}
    if label in BAD:
        assert BAD[label] in failed
    else:
        assert not failed, verdict.reasons


def test_every_label_names_a_recorded_pair() -> None:
    assert BAD.keys() <= {param.id for param in pairs()}


def test_recordings_hold_no_addresses_of_a_machine() -> None:
    for path in FOLDER.rglob("*.jsonl"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("127.0.0.1", "/work/", "/root/", "/home/", "/tmp/"))


@pytest.mark.docker
@pytest.mark.parametrize("name", REPLAYABLE)
async def test_a_replay_holds_the_same_conversations(name: str, tmp_path: Path) -> None:
    """The recorded replies, spoken again through the whole engine with every call really carried out."""
    recording = read(FOLDER / f"{name}.jsonl")
    model = Model("recorded", recording.client(), Abilities())
    options = RunOptions(seeds=(FOLDER / "seeds" / name,), run=tmp_path / "run")
    outcome = await run(skill, options, model_for=lambda role: model)
    rows = [json.loads(line) for line in (tmp_path / "run/pairs.jsonl").read_text().splitlines()]
    kept = {row["id"]: row for row in rows}
    out = [json.loads(line) for line in (tmp_path / "run/rejected.jsonl").read_text().splitlines()]
    reasons = {row["id"]: " ".join(row["reasons"]) for row in out}
    waiting = []
    for line in recording.pairs:
        id = line["pair"]["id"]
        label = f"{name} {id.removeprefix('tool_use/')}"
        if label in BAD:
            assert BAD[label] in reasons[id]
        elif line["accepted"]:
            assert kept[id]["messages"] == line["pair"]["messages"]
        elif id not in reasons and id not in kept:
            waiting.append(id)
    # Programs that were milder since let them come to a judge, who never spoke of them: they wait for one.
    assert len(waiting) == outcome.engine.tally.unjudged, waiting
