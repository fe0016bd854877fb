"""Pairs of the skills of text that were read by a person: judged again, they come to the same end.

Strong writers saw only what each request shows; the built-in model is recorded as it spoke, good and bad. Solvers,
graders and examiners say again what they said. Reasons beside a right key were read later, from the same requests as a
run would send: those replies carry no hash. One pair fell by it (its reason has a saloon locked where the toilets were).
"""

from __future__ import annotations

from typing import Any

import pytest

from teams.engine.registry import load
from tests.teams.judging import verdict_of
from tests.teams.recording import FOLDER, read

TEXT = FOLDER / "text"


def pairs() -> list[Any]:
    found = []
    for file in sorted(TEXT.glob("*.jsonl")):
        for line in read(file).pairs:
            label = f"{file.stem} {line['pair']['id'].split('/', 1)[1]}"
            found.append(pytest.param(file.name, line, id=label))
    return found


@pytest.mark.parametrize(("name", "line"), pairs())
async def test_a_pair_is_judged_as_before(name: str, line: dict[str, Any]) -> None:
    recording = read(TEXT / name)
    pair = recording.pair(line)
    skill = load([pair.id.split("/")[0]])[0]
    verdict = await verdict_of(skill, pair, recording.client(), small="embedded" in name)
    # Whether it is the twin of another is found among all pairs of a run.
    before = set(line["failed"]) - {"no_twin", "not_in_benchmark"}
    failed = {finding.check for finding in verdict.findings if not finding.passed}
    assert failed == before, verdict.reasons


def test_recordings_hold_good_and_bad_and_no_addresses_of_a_machine() -> None:
    accepted = [line["accepted"] for file in TEXT.glob("*.jsonl") for line in read(file).pairs]
    assert any(accepted)
    assert not all(accepted)
    for file in TEXT.glob("*.jsonl"):
        text = file.read_text(encoding="utf-8")
        assert not any(sign in text for sign in ("/home/", "/root/", "/work/", "127.0.0.1"))
