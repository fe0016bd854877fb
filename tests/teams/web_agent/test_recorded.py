"""Recorded conversations gone through again in the real browser: what happened then happens now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from teams.engine.records import Pair
from tests.teams.recording import recorded
from tools.web.bench import WebBench
from tools.web.browser import Browsers
from tools.web.spec import site_of
from tools.web.state import Change

PAIRS = [pytest.param(pair, id=pair.id.split("/", 2)[2]) for pair in recorded("web_agent")]
pytestmark = pytest.mark.chromium


@pytest.mark.parametrize("pair", PAIRS)
async def test_what_was_done_can_be_done_again_and_leads_to_the_same(
    pair: Pair, browsers: Browsers, tmp_path: Path
) -> None:
    bench = await replayed(pair, browsers, tmp_path)
    steps = pair.facts["steps"]
    assert [step.ok for step in bench.trace.steps] == [step["ok"] for step in steps]
    assert [step.path for step in bench.trace.steps] == [step["path"] for step in steps]
    assert [step.element for step in bench.trace.steps] == [step["element"] for step in steps]
    assert list(bench.state.changes) == [Change(**made) for made in pair.facts["records_changed"]]
    assert len(list(tmp_path.glob("*.png"))) == len(steps)


async def replayed(pair: Pair, browsers: Browsers, pictures: Path) -> WebBench:
    """Go through the actions of a pair, finding each element as it was found, by its number or else by its name."""
    bench = WebBench(site_of(pair.instruction.facts["site"]), browsers, pictures=pictures)
    await bench.open()
    for step in pair.facts["steps"]:
        await bench.call(step["action"], _numbered(bench, step))
    await bench.close()
    return bench


def _numbered(bench: WebBench, step: Mapping[str, Any]) -> Mapping[str, Any]:
    """Another Chromium may count otherwise."""
    given = step["arguments"]
    assert bench.seen
    found = {number: f'{node.role} "{node.name}"' for number, node in bench.seen.shown.items()}
    if "id" not in given or found.get(given["id"]) == step["element"]:
        return given
    return {**given, "id": next(number for number, element in found.items() if element == step["element"])}
