"""Retrieval as a run opens it: what is found, and that seeds held out and the others never find each other."""

import json
from contextlib import AsyncExitStack

import pytest

from agents.models.model import Abilities, Model
from agents.models.scripted import ScriptedClient
from teams.engine.flow import Kind
from teams.engine.options import RunOptions
from teams.engine.props import check_tools, open_index
from teams.engine.records import Seed
from teams.engine.running import Quiet
from teams.engine.seeds import hold_out
from teams.engine.stagehand import Split, Stagehand
from teams.tool_use import skill
from tools.guard import guarded_call
from tools.index import ApiIndex, DocumentIndex

FUNCTION = {
    "name": "lend_book",
    "container": "",
    "parameters": [],
    "doc": "Lend a book.",
    "is_offered": True,
    "span": [1, 2],
}
SEEDS = [
    Seed(f"tool_use/{n}.py:1-2", f"lend a book, way {n}", f"{n}.py", (1, 2), f"{n:032x}", "code", "python", facts)
    for n in range(20)
    for facts in [{"functions": [FUNCTION]}]
]


@pytest.fixture(autouse=True)
def _by_words(monkeypatch, tmp_path):
    # As where no embedding model can be had: which entries are searched is the same either way.
    monkeypatch.setenv("AGENTINSTRUCT_CACHE", str(tmp_path))
    monkeypatch.setattr("tools.index.find_embeddings", lambda model, say: None)


async def found(seed: Seed, share: float, tool: str) -> set[str]:
    """Ids of all that a chat about `seed` can find."""
    options = RunOptions(seeds=(), hold_out=share)
    model = Model("scripted", ScriptedClient([]), Abilities())
    async with AsyncExitStack() as stack:
        supplies = await open_index(stack, skill, options, lambda: iter(SEEDS), Quiet())
        check_tools(((tool,), {}), supplies)
        hand = Stagehand(supplies=supplies)
        async with hand.scene("chat", seed, Kind("k", ""), 1, lambda _: model) as scene:
            answer = await guarded_call(scene.bench(tool), tool, {"query": "lend book", "k": 20})
            direct = await scene.supplies[ApiIndex].search("lend book", 20)
    hits = {hit["id"].partition("#")[0] for hit in json.loads(answer.text)}
    if tool == "search_apis":
        assert {hit.id.partition("#")[0] for hit in direct} == hits
    return hits


@pytest.mark.parametrize("tool", ["search_apis", "search_documents"])
async def test_what_is_held_out_and_what_is_not_never_find_each_other(tool):
    test = {seed.id for seed in SEEDS if hold_out(seed.hash, 0.4)}
    train = {seed.id for seed in SEEDS} - test
    assert len(test) > 2
    assert len(train) > 2
    for seed in (SEEDS[0], *(s for s in SEEDS if s.id in test)):
        assert await found(seed, 0.4, tool) == (test if seed.id in test else train)
    assert await found(SEEDS[0], 0.0, tool) == test | train


async def test_documents_are_the_texts_of_the_seeds_and_where_they_stand():
    async with AsyncExitStack() as stack:
        supplies = await open_index(stack, skill, RunOptions(seeds=()), lambda: iter(SEEDS), Quiet())
        (hit,) = await supplies[DocumentIndex].search("way 7", 1)
    assert (hit.text, hit.metadata) == ("lend a book, way 7", {"path": "7.py", "lines": [1, 2]})


def test_a_record_of_any_age_finds_what_its_seed_may():
    split = Split("train", "test", 0.4)
    for seed in SEEDS:
        passage = seed.rewritten("k", "text")
        instruction = passage.ask("k", "text")
        wanted = "test" if hold_out(seed.hash, 0.4) else "train"
        hand = Stagehand(supplies={ApiIndex: split})
        for record in (seed, passage, instruction, instruction.answered(())):
            assert hand._supplies_of(record) == {ApiIndex: wanted}
