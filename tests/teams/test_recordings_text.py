"""Pairs of the skills of text that were read by a person: judged again, they come to the same end.

Strong writers saw only what each request shows; the built-in model is recorded as it spoke, good and bad. Solvers,
graders and examiners say again what they said. Reasons beside a right key were read later, from the same requests as a
run would send: those replies carry no hash. Four pairs fell by it: one has a saloon locked where the toilets were,
three say of a wrong option what does not hold of it. Where a line has `programs_only`, nobody was asked, and it says
why. `reader` is what the person said of a pair that is not fit to learn from, or only just.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from teams.engine.registry import load
from teams.engine.verdict import run_checks
from tests.teams.judging import verdict_of
from tests.teams.recording import FOLDER, read

TEXT = FOLDER / "text"
SKILLS = sorted({path.name.split("-")[0] for path in TEXT.glob("*.jsonl")})


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
    if "programs_only" in line:
        verdict = run_checks(pair, skill.checks)
    else:
        verdict = await verdict_of(skill, pair, recording.client(), small="embedded" in name)
    # Whether it is the twin of another is found among all pairs of a run.
    before = set(line["failed"]) - {"no_twin", "not_in_benchmark"}
    failed = {finding.check for finding in verdict.findings if not finding.passed}
    assert failed == before, verdict.reasons


@pytest.mark.parametrize("name", SKILLS)
def test_what_is_recorded_of_a_skill_is_of_several_of_its_kinds_and_goals(name: str) -> None:
    tables: dict[str, set[str]] = defaultdict(set)
    for flow in load([name])[0].flows:
        tables[flow.stage] |= {kind.name for kind in flow.kinds}
    about = [
        read(TEXT / file).pair(line).instruction
        for file, line in (p.values for p in pairs())
        if file.startswith(f"{name}-")
    ]
    kinds, goals = {one.kind for one in about}, {goal for one in about for goal in one.refinements}
    assert len(kinds) >= 4
    assert kinds <= tables["instruct"]
    assert goals
    assert goals <= tables["refine"]


def test_recordings_hold_good_and_bad_and_no_addresses_of_a_machine() -> None:
    accepted = [line["accepted"] for file in TEXT.glob("*.jsonl") for line in read(file).pairs]
    assert any(accepted)
    assert not all(accepted)
    for file in TEXT.glob("*.jsonl"):
        text = file.read_text(encoding="utf-8")
        assert not any(sign in text for sign in ("/home/", "/root/", "/work/", "/tmp/", "127.0.0.1"))
