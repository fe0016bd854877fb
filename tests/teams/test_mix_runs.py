"""Several skills in one run: shares, turns, cells, what is left out, how it ends."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.errors import CallError, UsageError
from agents.models.model import Abilities, Model
from agents.models.scripted import Request
from teams import multiple_choice, open_domain_qa
from teams.engine import RunOptions
from teams.engine.engine import Engine
from teams.engine.flow import Flow, Kind, Scene, Skill
from teams.engine.mix_shares import refined_kinds
from teams.engine.records import Instruction, Record
from teams.engine.report import summary
from teams.engine.running import run
from tests.teams.command import lines
from tests.teams.everyone import everyone
from tests.teams.toys import KINDS, demand, go, luck, mix_file, nothing, seeds, toy

pytestmark = pytest.mark.usefixtures("no_sandbox")
THREE = "alpha: 50\nbeta: 30\ngamma: 20\n"


class Lines:
    def __init__(self) -> None:
        self.said: list[str] = []

    def line(self, text: str) -> None:
        self.said.append(text)

    def watch(self, engine: Any) -> None: ...


def options(place: Path, mix: str, count: int = 60, **more: Any) -> RunOptions:
    return RunOptions(
        seeds=(seeds(place / "code", count),), run=place / "run", mix=mix_file(place, mix), **{"at_once": 4, **more}
    )


def rows(place: Path) -> list[dict[str, Any]]:
    return lines(place / "run/pairs.jsonl")


def by_skill(place: Path) -> Counter[str]:
    return Counter(row["skill"] for row in rows(place))


def in_order(place: Path) -> list[str]:
    """The skills of the accepted pairs, in the order in which they were accepted."""
    with closing(sqlite3.connect(place / "run/run.db")) as db:
        return [id.split("/")[0] for (id,) in db.execute("SELECT id FROM verdicts WHERE accepted=1 ORDER BY rowid")]


async def test_each_skill_gets_its_share(tmp_path: Path) -> None:
    skills = [toy("alpha"), toy("beta"), toy("gamma")]
    outcome, _ = await go(skills, options(tmp_path, THREE, pairs=40))
    assert (outcome.code, outcome.accepted) == (0, 40)
    assert by_skill(tmp_path) == {"alpha": 20, "beta": 12, "gamma": 8}


@pytest.mark.parametrize("at_once", [1, 3, 16])
async def test_any_beginning_of_the_run_is_near_the_mix(at_once: int, tmp_path: Path) -> None:
    """Though one skill makes three pairs of a seed and loses none, and another loses every second."""
    skills = [toy("alpha", sample=None), toy("beta", luck(0.5)), toy("gamma")]
    await go(skills, options(tmp_path, THREE, count=80, pairs=100, at_once=at_once))
    accepted = in_order(tmp_path)
    shares = {"alpha": 0.5, "beta": 0.3, "gamma": 0.2}
    for length in range(40, 101, 10):
        found = Counter(accepted[:length])
        for name, share in shares.items():
            assert abs(found[name] / length - share) < 0.17, (length, found)


async def test_a_skill_with_few_chats_does_not_wait_behind_one_with_hundreds(tmp_path: Path) -> None:
    """The turns go in proportion, whatever is waiting."""
    many = tuple(Kind(f"k{n}", "") for n in range(60))
    wide = toy("wide")
    wide = replace(wide, flows=tuple(replace(f, kinds=many, sample=None) if f.counts else f for f in wide.flows))
    given = options(tmp_path, "wide: 1\nslim: 1\n", count=12, pairs=120, at_once=2)
    _, client = await go([wide, toy("slim")], given)
    asked = [request.chat.split("/")[0] for request in client.asked]
    last_of_slim = max(n for n, name in enumerate(asked) if name == "slim")
    first = Counter(asked[: last_of_slim + 1])
    assert first["slim"] > 0.25 * first["wide"], "both got somewhere side by side"


async def test_a_full_skill_ends_without_ending_the_run(tmp_path: Path) -> None:
    skills = [toy("alpha"), toy("beta", luck(0.1))]
    outcome, client = await go(skills, options(tmp_path, "alpha: 1\nbeta: 1\n", count=60, pairs=12))
    assert by_skill(tmp_path) == {"alpha": 6, "beta": 6}
    asked = Counter((r.chat.split("/")[0], r.role) for r in client.asked)
    assert asked["alpha", "writer"] <= 6 + 4, "no more seeds were begun than it takes"
    assert asked["beta", "writer"] > 20
    assert outcome.code == 0


async def test_a_skill_that_always_fails_stops_nobody_and_is_told(tmp_path: Path) -> None:
    skills = [toy("alpha", luck(0)), toy("beta")]
    given = options(tmp_path, "alpha: 1\nbeta: 1\n", count=20, pairs=20)
    outcome, _ = await go(skills, given)
    assert outcome.code == 4
    assert by_skill(tmp_path) == {"beta": 10}
    told = summary(outcome, given)
    assert "seeds exhausted after 3 rounds" in told
    alpha = next(line for line in told.splitlines() if line.startswith("  alpha"))
    assert "0/10" in alpha
    assert "luck (" in alpha
    card = (tmp_path / "run/README.md").read_text()
    assert "| alpha | 0 | 10 |" in card
    assert "| beta | which | first stage |" in card


async def test_a_model_that_fails_one_skill_costs_only_that(tmp_path: Path) -> None:
    def only_beta(request: Any) -> Any:
        return CallError("had enough") if request.chat.startswith("alpha") else "done"

    outcome, _ = await go(
        [toy("alpha"), toy("beta")], options(tmp_path, "alpha: 1\nbeta: 1\n", 8, pairs=8), writer=only_beta
    )
    assert by_skill(tmp_path) == {"beta": 4}
    assert outcome.engine.of["alpha"].reasons.most_common(1)[0][0] == "transform: CallError"


async def test_a_skill_whose_seeds_run_out_leaves_the_rest_to_go_on(tmp_path: Path) -> None:
    """One that declines nearly all."""
    picky = toy("picky", declines=lambda seed: None if "s000" in seed.path else "not for me")
    outcome, client = await go([picky, toy("beta")], options(tmp_path, "picky: 1\nbeta: 1\n", 30, pairs=40))
    assert outcome.code == 4
    found = by_skill(tmp_path)
    assert found["beta"] == 20
    assert 0 < found["picky"] <= 3
    assert {r.chat.split("/")[1].split(":")[0] for r in client.asked if r.chat.startswith("picky")} == {"s000.py"}
    declined = [row for row in lines(tmp_path / "run/rejected.jsonl") if row["reasons"] == ["not for me"]]
    assert len(declined) == 29, "and it was declined for this skill only"


async def test_fewer_pairs_than_skills_go_to_the_largest(tmp_path: Path) -> None:
    report = Lines()
    given = options(tmp_path, THREE, 6, pairs=2)
    outcome, _ = await go([toy("alpha"), toy("beta"), toy("gamma")], given, report=report)
    assert outcome.code == 0
    assert by_skill(tmp_path) == {"alpha": 1, "beta": 1}
    assert "Left out, as 2 pairs are too few for all: gamma." in report.said


async def test_skills_without_seeds_of_theirs_are_left_out(tmp_path: Path) -> None:
    report = Lines()
    skills = [toy("alpha"), toy("reader", prefers="text")]
    outcome, _ = await go(skills, options(tmp_path, "alpha: 1\nreader: 3\n", 6, pairs=4), report=report)
    assert outcome.code == 0
    assert by_skill(tmp_path) == {"alpha": 4}, "its share goes to the others"
    assert "Left out, as there is nothing for them among the seeds: reader." in report.said


async def test_each_skill_reads_what_it_prefers(tmp_path: Path) -> None:
    skills = [toy("alpha"), toy("reader", prefers="text"), toy("all_of_it", prefers="both")]
    given = RunOptions(
        seeds=(seeds(tmp_path / "s", 3, 4),),
        run=tmp_path / "run",
        mix=mix_file(tmp_path, "alpha: 1\nreader: 1\nall_of_it: 1"),
    )
    outcome, _ = await go(skills, given)
    paths = {name: {r["seed"]["path"][0] for r in rows(tmp_path) if r["skill"] == name} for name in by_skill(tmp_path)}
    assert paths == {"alpha": {"s"}, "reader": {"p"}, "all_of_it": {"s", "p"}}
    assert by_skill(tmp_path) == {"alpha": 3, "reader": 4, "all_of_it": 7}
    assert outcome.skipped == {}, "every file was of use to somebody"


async def test_without_a_number_every_skill_goes_through_every_seed(tmp_path: Path) -> None:
    report = Lines()
    outcome, _ = await go([toy("alpha"), toy("beta")], options(tmp_path, "alpha: 9\nbeta: 1", 5), report=report)
    assert outcome.code == 0
    assert by_skill(tmp_path) == {"alpha": 5, "beta": 5}
    assert any(line.startswith("Without --pairs every skill goes through every seed") for line in report.said)


# -- cells


def cells(place: Path, skill: str) -> Counter[tuple[str, str]]:
    return Counter((r["kinds"]["instruct"], r["stage"]) for r in rows(place) if r["skill"] == skill)


@pytest.mark.parametrize("at_once", [1, 8])
async def test_kinds_and_stages_share_the_pairs_of_a_skill(at_once: int, tmp_path: Path) -> None:
    skills = [toy("alpha", refines=True), toy("beta")]
    given = options(tmp_path, "alpha: 2\nbeta: 1\n", 60, pairs=36, at_once=at_once)
    outcome, _ = await go(skills, given)
    assert outcome.code == 0
    found = cells(tmp_path, "alpha")
    assert sum(found.values()) == 24
    assert len(found) == 6
    assert max(found.values()) - min(found.values()) <= (0 if at_once == 1 else 3)
    assert set(cells(tmp_path, "beta")) == {(kind.name, "instruct") for kind in KINDS}


def turning(name: str) -> Skill:
    """A skill whose refinement makes of any question one that asks why, or keeps its kind: as the goal has it."""

    async def turn(scene: Scene) -> list[Record]:
        assert isinstance(scene.record, Instruction)
        goal = scene.kind.name
        made = "why" if goal == "turned" else None
        return [scene.record.refined(goal, f"{scene.record.text}, {goal}", kind=made)]

    skill = toy(name, refines=True)
    goals = (Kind("harder", ""), Kind("turned", ""))
    flows = [replace(f, kinds=goals, direct=turn, moves={"turned": "why"}) if f.passes_on else f for f in skill.flows]
    return replace(skill, flows=tuple(flows))


@pytest.mark.parametrize("at_once", [1, 8])
async def test_a_question_refined_into_another_kind_is_reckoned_where_it_is_counted(
    at_once: int, tmp_path: Path
) -> None:
    given = options(tmp_path, "alpha: 1\n", 90, pairs=36, at_once=at_once)
    outcome, _ = await go([turning("alpha")], given)
    found = cells(tmp_path, "alpha")
    assert found.total() == 36
    assert set(found) == {(kind.name, stage) for kind in KINDS for stage in ("instruct", "refine")}
    assert max(found.values()) - min(found.values()) <= (0 if at_once == 1 else 3)
    assert outcome.engine.tally.cells == found, "the run counted what came out"
    coverage = outcome.counts.coverage
    assert {place[1:]: count for place, count in coverage.accepted.items()} == found, "and so does the card"
    assert {cell: coverage.wanted(("alpha", *cell)) for cell in found} == dict.fromkeys(found, 6)


@pytest.mark.parametrize("slow", [kind.name for kind in KINDS])
async def test_slow_kinds_keep_their_places(slow: str, tmp_path: Path) -> None:
    """Eight seeds are under way while the answers of one kind are waited for."""

    async def answer(request: Request) -> str:
        await asyncio.sleep(0.3 if f"/{slow}-" in request.chat else 0)
        return "done"

    given = options(tmp_path, "alpha: 1\n", 90, pairs=36, at_once=8)
    await go([turning("alpha")], given, answerer=answer)
    assert cells(tmp_path, "alpha") == {(kind.name, stage): 6 for kind in KINDS for stage in ("instruct", "refine")}


async def test_a_kind_that_only_refinement_leads_to_is_reached(tmp_path: Path) -> None:
    mix = "alpha: {share: 1, kinds: {why: 1}, refined: 1}"
    outcome, client = await go([turning("alpha")], options(tmp_path, mix, 60, pairs=8, at_once=1))
    assert outcome.code == 0
    assert cells(tmp_path, "alpha") == {("why", "refine"): 8}
    assert sum(request.role == "answerer" for request in client.asked) == 8, "nothing was made that nobody wants"


async def test_no_question_is_refined_into_a_kind_nobody_wants(tmp_path: Path) -> None:
    mix = "alpha: {share: 1, kinds: {which: 1, how: 1}}"
    await go([turning("alpha")], options(tmp_path, mix, 60, pairs=16, at_once=1))
    assert cells(tmp_path, "alpha") == {
        (kind, stage): 4 for kind in ("which", "how") for stage in ("instruct", "refine")
    }


async def test_what_is_refined_has_the_kind_its_flow_told(tmp_path: Path) -> None:
    """Of the skills whose goals lead from one kind to another: on record after record of a real run."""
    skills = [multiple_choice.skill, open_domain_qa.skill]
    mix = mix_file(tmp_path, "multiple_choice: 1\nopen_domain_qa: 1")
    model = Model("scripted", everyone(), Abilities(tools="native", schemas="native"))
    articles = Path(__file__).parents[1] / "seeds" / "articles"
    await run(skills, RunOptions(seeds=(articles,), run=tmp_path / "run", mix=mix), model_for=lambda role: model)
    with closing(sqlite3.connect(tmp_path / "run/run.db")) as db:
        born = db.execute(
            "SELECT p.kind, c.kind, c.chat FROM records c JOIN records p ON p.id = c.parent "
            "WHERE c.type='instruction' AND p.type='instruction' AND c.stage='refine' AND c.chat LIKE '%/refine-%'"
        ).fetchall()
    flows = {skill.name: next(flow for flow in skill.flows if flow.stage == "refine") for skill in skills}
    moved = 0
    for before, after, chat in born:
        goal = chat.rsplit("/refine-", 1)[1]
        told = refined_kinds(flows[chat.partition("/")[0]], before, False)
        assert told[goal] == after, (before, goal)
        moved += before != after
    assert moved, "some did change their kind"


async def test_a_mix_says_which_kinds_and_how_many_refined(tmp_path: Path) -> None:
    mix = "alpha:\n  share: 1\n  kinds: {which: 3, how: 1}\n  refined: 0.25\n"
    outcome, _ = await go([toy("alpha", refines=True)], options(tmp_path, mix, 60, pairs=32, at_once=1))
    assert outcome.code == 0
    assert cells(tmp_path, "alpha") == {
        ("which", "instruct"): 18, ("which", "refine"): 6, ("how", "instruct"): 6, ("how", "refine"): 2,
    }  # fmt: skip


@pytest.mark.parametrize(("refined", "stage"), [(0, "instruct"), (1, "refine")])
@pytest.mark.parametrize("pairs", [None, 9])
async def test_one_stage_alone(refined: int, stage: str, pairs: int | None, tmp_path: Path) -> None:
    mix = f"alpha: {{share: 1, refined: {refined}}}"
    await go([toy("alpha", refines=True)], options(tmp_path, mix, 12, pairs=pairs))
    assert {row["stage"] for row in rows(tmp_path)} == {stage}


async def test_a_share_of_formats_never_doubles_a_record(tmp_path: Path) -> None:
    skill = toy("alpha", sample=None)
    asks = Flow("demand", demand, nothing, (Kind("format", ""),), sample=0.9)
    skill = replace(skill, flows=(*skill.flows[:2], asks, skill.flows[2]))
    await go([skill], options(tmp_path, "alpha: {share: 1, demanded: 0.4}", 40))
    ids = [row["id"] for row in rows(tmp_path)]
    assert len(ids) == 120
    assert len({id.removesuffix("/list") for id in ids}) == 120
    assert 0.25 < sum(id.endswith("/list") for id in ids) / 120 < 0.55


async def test_a_child_that_is_the_record_passes_on_as_it_was(tmp_path: Path) -> None:
    async def same(scene: Scene) -> list[Record]:
        return [scene.record]

    skill = toy("alpha")
    skill = replace(skill, flows=(*skill.flows[:2], Flow("demand", same, nothing, sample=1.0), skill.flows[2]))
    await go([skill], options(tmp_path, "alpha: 1", 4))
    with closing(sqlite3.connect(tmp_path / "run/run.db")) as db:
        born = db.execute("SELECT stage, count(*) FROM records WHERE type='instruction' GROUP BY 1").fetchall()
    assert born == [("instruct", 4)]
    assert len(rows(tmp_path)) == 4


async def test_a_kind_that_never_passes_does_not_hold_the_others_up_for_ever(tmp_path: Path) -> None:
    """After a while its pairs are made by others, and not every seed is spent on it."""
    from teams.engine.verdict import Finding

    skill = toy("alpha", lambda pair: [Finding("not_why", pair.kind != "why", "")])
    outcome, client = await go([skill], options(tmp_path, "alpha: 1", 200, pairs=30, at_once=4))
    assert outcome.code == 0
    assert cells(tmp_path, "alpha").keys() == {("which", "instruct"), ("how", "instruct")}
    assert sum(r.role == "writer" for r in client.asked) < 130


# -- how it ends


async def test_a_budget_ends_all_and_it_is_gone_on_with(tmp_path: Path) -> None:
    skills = [toy("alpha", refines=True), toy("beta", luck(0.6))]
    mix = "alpha: 1\nbeta: 1\n"
    first, one = await go(skills, options(tmp_path, mix, 40, pairs=24, max_tokens=400))
    assert first.code == 3
    second, two = await go(skills, options(tmp_path, mix, 40, pairs=24))
    assert second.code == 0
    assert by_skill(tmp_path) == {"alpha": 12, "beta": 12}
    asked = Counter((r.chat, r.role) for client in (one, two) for r in client.asked)
    assert max(asked.values()) == 1, "nothing is asked twice"


async def test_interrupted_it_keeps_what_there_is(tmp_path: Path) -> None:
    def stop(engine: Engine) -> None:
        asyncio.get_running_loop().call_later(0.15, engine.meter.stop, "interrupted")

    skills = [toy("alpha"), toy("beta")]

    async def slow(request: Any) -> str:
        await asyncio.sleep(0.01)
        return "done"

    mix = "alpha: 1\nbeta: 1\n"
    outcome, _ = await go(skills, options(tmp_path, mix, 60, pairs=60), ready=stop, answerer=slow, writer=slow)
    assert outcome.code == 130
    assert outcome.accepted == len(rows(tmp_path))


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ("alpha: 1\nbeta: 2\n", "was started with mix beta=1.0, not beta=2.0"),
        ("alpha: 1\nbeta: {share: 1, refined: 0}\n", r"was started with mix \(none\), not beta.refined=0.0"),
    ],
)
async def test_another_mix_is_another_run(other: str, named: str, tmp_path: Path) -> None:
    skills = [toy("alpha"), toy("beta")]
    given = options(tmp_path, "alpha: 1\nbeta: 1\n", 4, pairs=2)
    await go(skills, given)
    mix_file(tmp_path, other)
    with pytest.raises(UsageError, match=named):
        await go(skills, given)
    with pytest.raises(UsageError, match="was started with skill all, not alpha"):
        await go(skills[0], replace(given, mix=None))


async def test_rows_and_card_tell_the_skills_apart(tmp_path: Path) -> None:
    given = options(tmp_path, "alpha: 1\nbeta: 1\n", 30, pairs=20, hold_out=0.4)
    outcome, _ = await go([toy("alpha", refines=True), toy("beta")], given)
    card = (tmp_path / "run/README.md").read_text()
    head = dict(line.split(": ", 1) for line in card.split("---")[1].strip().splitlines())
    assert json.loads(head["tags"]) == ["synthetic", "agentinstruct", "alpha", "beta"]
    assert "python -m teams --all --seeds code --mix mix.yaml --pairs 20" in card
    assert "| Skill | pairs |" in card
    assert {row["split"] for row in rows(tmp_path)} == {"train", "test"}
    splits: dict[str, set[str]] = {}
    for row in rows(tmp_path):
        splits.setdefault(row["seed"]["hash"], set()).add(row["split"])
    assert all(len(found) == 1 for found in splits.values()), "a seed is on one side, whatever skills read it"
    assert sum(outcome.counts.coverage.accepted.values()) == 20


@pytest.mark.parametrize("form", ["messages", "sharegpt", "alpaca", "parquet"])
async def test_rows_of_several_skills_are_exported_together(form: str, tmp_path: Path) -> None:
    from teams.engine.ending import export_run

    await go([toy("alpha", refines=True), toy("beta")], options(tmp_path, "alpha: 1\nbeta: 1\n", 12, pairs=8))
    written = export_run(tmp_path / "run", form)
    assert (written.rows, written.left_out) == (8, {})


async def test_an_estimate_tries_three_seeds_of_each(tmp_path: Path) -> None:
    given = options(tmp_path, "alpha: 1\nbeta: 1\n", 12, estimate=True)
    outcome, client = await go([toy("alpha"), toy("beta")], given)
    tried = Counter(r.chat.split("/")[0] for r in client.asked if r.role == "writer")
    assert tried == {"alpha": 3, "beta": 3}
    assert "All 24 seeds would take about" in summary(outcome, given)


async def test_the_terminal_names_the_skills_that_lag(tmp_path: Path) -> None:
    from teams.engine.live import status

    seen: list[str] = []
    engines: list[Engine] = []

    def look(request: Any) -> str:
        seen.append(status(engines[0]))
        return "done"

    given = options(tmp_path, "alpha: 1\nbeta: 1\n", 30, pairs=20)
    await go([toy("alpha"), toy("beta", luck(0.1))], given, ready=engines.append, answerer=look)
    assert any(" accepted (behind: beta " in line for line in seen)


def test_the_card_counts_stages_and_formats_asked_for(tmp_path: Path) -> None:
    from teams.engine.card import write_card

    def row(skill: str, refine: list[str], demand: list[str]) -> dict[str, Any]:
        kinds = {"transform": "plain", "instruct": "which", "refine": refine, "demand": demand}
        return {
            "id": skill,
            "skill": skill,
            "kinds": kinds,
            "stage": "refine" if refine else "instruct",
            "messages": [],
        }

    made = [row("alpha", [], ["bullets", "at_most"]), row("alpha", ["harder"], []), row("beta", [], ["bullets"])]
    asked = {"alpha": {("which", "instruct"): 2, ("which", "refine"): 1, ("why", "instruct"): 1}}
    counts = write_card(tmp_path / "README.md", made, title="x", quotas={"alpha": 4}, asked=asked)
    card = (tmp_path / "README.md").read_text()
    for line in (
        "| bullets | 2 |",
        "| at_most | 1 |",
        "| refine + harder | 1 |",
        "| alpha | 2 | 4 | 1 | 1 | nothing |",
        "| alpha | which | first stage | 1 | 2 | 0 |",
        "| alpha | why | first stage | 0 | 1 | 0 |",
        "| beta | which | first stage | 1 | 0 | 0 |",
    ):
        assert line in card, line
    assert counts.coverage.has("alpha", "refine") == 1
