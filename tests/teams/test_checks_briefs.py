"""Pairs that repeat what a role was told are found, whatever the skill; pairs that don't are let pass."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.engine.checks.briefs import RUN, no_brief_repeated, runs_in, runs_of
from teams.engine.records import Pair, Seed
from teams.engine.registry import load, skills

SKILLS = {skill.name: skill for skill in load(skills())}
RUNS = Path(__file__).parents[1] / "runs"


def pair(asked: str, answer: str) -> Pair:
    passage = Seed("any/case.txt:1-9", "Notes of a harbour.").rewritten("identity", "A harbour.")
    turns = [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
    return passage.ask("any", asked).answered(turns)


def fails(made: Pair, runs: frozenset[tuple[str, ...]]) -> bool:
    return any(not finding.passed for finding in no_brief_repeated(made, runs))


def long_briefs() -> list[tuple[str, str]]:
    briefs = [(skill.name, kind.brief) for skill in SKILLS.values() for flow in skill.flows for kind in flow.kinds]
    return [(name, brief) for name, brief in briefs if runs_of([brief])]


@given(st.sampled_from(long_briefs()), st.booleans())
def test_a_brief_that_is_repeated_is_found_on_either_side(brief: tuple[str, str], is_answer: bool) -> None:
    name, words = brief
    said = f"Here you are. {words.upper()} And so on."
    made = pair("How?", said) if is_answer else pair(said, "So.")
    assert fails(made, SKILLS[name].brief_runs)


@given(st.lists(st.sampled_from(["tide", "mill", "Wheel", "stone", "grain"]), max_size=40), st.integers(1, 15))
def test_runs_are_all_there_are(words: list[str], length: int) -> None:
    found = list(runs_in(", ".join(words), length))
    assert len(found) == max(0, len(words) - length + 1)
    assert all(" ".join(run) in " ".join(words).casefold() for run in found)


def test_what_a_brief_quotes_may_be_said() -> None:
    stem = "which of the following, if true, most strengthens the claim that the writer makes here"
    assert len(stem.split()) > RUN
    assert runs_of([f'Ask "{stem}" and give five options.']) == frozenset()
    assert runs_of([f"Ask {stem} and give five options."])


@pytest.mark.parametrize("path", sorted(RUNS.glob("*/*/pairs.jsonl")), ids=lambda path: "/".join(path.parts[-3:-1]))
def test_no_pair_that_was_kept_repeats_a_brief(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        user, *_, last = (message for message in row["messages"] if message["role"] in ("user", "assistant"))
        made = pair(str(user["content"]), str(last["content"]))
        assert not fails(made, SKILLS[row["id"].split("/")[0]].brief_runs), row["id"]
