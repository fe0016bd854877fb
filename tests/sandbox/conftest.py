"""One pool for a module: a container that goes from one hostile program to the next is the harder test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from sandbox.pool import Pool


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[Pool]:
    async with Pool(size=1, memory="256m") as pool:
        yield pool
