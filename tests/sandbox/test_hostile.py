"""No program gets out, takes more than its share, speaks for the runner, or leaves anything behind."""

import pytest

from sandbox.pool import Pool
from tests.sandbox.hostile import PROGRAMS, Program, still_works

pytestmark = [pytest.mark.docker, pytest.mark.asyncio(loop_scope="module")]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
async def test_the_container_holds(pool: Pool, program: Program) -> None:
    await program(pool)
    await still_works(pool)
