"""Planted faults are caught by the check that is there for them; good pairs of every form pass."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox.pool import Pool
from tests.teams.coding.faults import bad, good, judged_in

pytestmark = [pytest.mark.docker, pytest.mark.asyncio(loop_scope="module")]
GOOD, BAD = good(), bad()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box() -> AsyncIterator[Sandbox]:
    async with Pool(size=1) as pool, pool.lease() as lent:
        yield lent


@pytest.mark.parametrize("name", GOOD)
async def test_a_good_pair_passes(box: Sandbox, name: str) -> None:
    verdict = await judged_in(box, GOOD[name])
    assert verdict.accepted, verdict.reasons


@pytest.mark.parametrize("name", BAD)
async def test_a_fault_is_caught_by_its_check(box: Sandbox, name: str) -> None:
    verdict = await judged_in(box, BAD[name])
    assert not verdict.accepted
    assert any(reason.startswith(f"{BAD[name].caught_by}:") for reason in verdict.reasons), verdict.reasons
