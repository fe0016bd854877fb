"""Pairs that strong writers made and a reader who had not written them judged: run again, they come to the same end.

Programs and the sandbox judge again; what the examiner said stands in the recording. Two answers speak of calls that
their question did not show: that is why broken code is shown with its tests since. One answer, in C, was bent to the
cases shown on purpose, and those kept back gave it away; one, in Python, mends the bug that is told of and leaves the
other in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox.pool import Pool
from teams.coding.checks import BY_NAME, CHECKS, carried_out
from teams.engine.verdict import run_checks
from tests.teams.judging import scene_of
from tests.teams.recording import read

pytestmark = [pytest.mark.docker, pytest.mark.asyncio(loop_scope="module")]
FILES = sorted((Path(__file__).with_name("recordings")).glob("*.jsonl"))
PAIRS = [pytest.param(file, line, id=line["pair"]["id"]) for file in FILES for line in read(file).pairs]
_BY_MODEL = {"answer_supported", "points_made", "question_served", "no_twin", "not_in_benchmark"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box() -> AsyncIterator[Sandbox]:
    async with Pool(size=1) as pool, pool.lease() as lent:
        yield lent


@pytest.mark.parametrize(("file", "line"), PAIRS)
async def test_a_pair_is_judged_as_before(box: Sandbox, file: Path, line: dict[str, Any]) -> None:
    pair = read(file).pair(line)

    async def lease() -> Sandbox:
        return box

    scene = scene_of(pair, BY_NAME[pair.kind])
    scene.has_sandbox, scene.lease = True, lease
    findings = [*run_checks(pair, CHECKS).findings, *await carried_out(scene, pair)]
    failed = {finding.check for finding in findings if not finding.passed}
    assert failed == set(line["failed"]) - _BY_MODEL, findings


async def test_what_is_recorded_is_good_and_bad() -> None:
    accepted = [line["accepted"] for file in FILES for line in read(file).pairs]
    assert any(accepted)
    assert not all(accepted)
