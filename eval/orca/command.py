"""`python -m eval orca build | run | score`: make a bench of runs, put it to a model, have the answers marked."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.models.connect import AT_ONCE
from eval.arguments import add_models, add_spending, count, prices, tell
from eval.benching import STOPPED, own_version, refuse_another
from eval.estimate import JUDGE_SAYS, Share, estimate, lines, price_of
from eval.folder import RESULTS, write_results, write_whole
from eval.judging import Judge
from eval.orca import folder as folders
from eval.orca.arithmetic import figures_of
from eval.orca.judging import script
from eval.orca.task import task
from eval.records import Item, Score, Speaker
from eval.results import Result, Scored
from eval.running import Runner, Stop, requests_of
from eval.speakers import Priced, close_all, open_speakers
from eval.store import Store
from eval.task import items_of

_BUILD = (
    "Take held-out pairs of runs, up to so many a set: the 17 skills, open-domain questions twice. Seeds are held out "
    "when pairs are made: python -m teams --all --hold-out 0.1 …"
)
_RUN = (
    "Put a bench to a model: each of the user's turns after the teacher's earlier answers. What was answered is kept; "
    "the same command goes on."
)
_SCORE = (
    "Have the answers in a folder marked beside the teacher's, blind, and write figures, table and radar into it. "
    "What was marked is kept; the same command goes on."
)


def add(commands: Any) -> None:
    """Add `orca` to the subcommands of `python -m eval`."""
    orca = commands.add_parser("orca", help="Orca-Bench of your own runs: build, run, score", allow_abbrev=False)
    parts = orca.add_subparsers(dest="orca", required=True, metavar="build|run|score")
    one = parts.add_parser("build", help="make a bench of runs", description=_BUILD, allow_abbrev=False)
    one.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="a run's folder, a folder of runs, or a file")
    one.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON lines, one item each")
    one.add_argument("--items", type=int, default=100, metavar="N", help="of each set (default: 100)")
    one.add_argument("--sets", nargs="+", metavar="SET", help="only these of the 18")
    one.add_argument("--against", nargs="+", type=Path, default=[], metavar="PATH", help="more training data: "
                     "files, or other runs")  # fmt: skip
    one.add_argument(
        "--not-held-out", action="store_true", help="take pairs of any seed; each is marked as perhaps trained on"
    )
    two = parts.add_parser("run", help="put a bench to a model", description=_RUN, allow_abbrev=False)
    two.add_argument("file", type=Path, metavar="FILE", help="what `build` wrote")
    two.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the answers go")
    two.add_argument("--max-tokens", type=count, default=task.max_tokens, metavar="N", help="of one answer "
                     f"(default: {task.max_tokens})")  # fmt: skip
    add_models(two, judge=False)
    three = parts.add_parser("score", help="have answers marked", description=_SCORE, allow_abbrev=False)
    three.add_argument("folder", type=Path, metavar="FOLDER", help="what `run` wrote")
    three.add_argument("--judge", required=True, metavar="MODEL", help="who marks (the paper's: GPT-4)")
    three.add_argument("--swap", choices=("both", "random"), default="random", help="orders that answers are shown "
                       "in: one that is drawn (default), or both, and the mean is taken")  # fmt: skip
    three.add_argument("--votes", type=count, default=1, metavar="N", help="verdicts on each (default: 1)")
    three.add_argument("--clip", action="store_true", help="no set above the teacher's 10")
    three.add_argument("--judge-tokens", type=count, default=1500, metavar="N", help="of a verdict (default: 1500)")
    three.add_argument("--against", nargs="+", type=Path, default=[], metavar="FOLDER", help="scored models beside it")
    add_spending(three)


def main(asked: argparse.Namespace) -> int:
    """Do what was asked. Return 0, or 3 where it ended before all was done. Raise `UsageError` for wrong use."""
    if asked.orca == "build":
        return _build(asked)
    return asyncio.run(_run(asked) if asked.orca == "run" else _score(asked))


def _build(asked: argparse.Namespace) -> int:
    from eval.orca.build import build, told
    from eval.orca.records import SETS, write_entries

    built = build(
        asked.runs,
        items=asked.items,
        sets=asked.sets or SETS,
        not_held_out=asked.not_held_out,
        against=asked.against,
    )
    write_entries(asked.out, built.entries)
    for line in told(built):
        tell(line)
    tell(f"written to {asked.out}; next: python -m eval orca run {asked.out} --model M --out FOLDER")
    return 0


async def _run(asked: argparse.Namespace) -> int:
    if not asked.file.is_file():
        what = "it is a folder" if asked.file.is_dir() else "there is nothing"
        raise UsageError(f"{asked.file}: {what}; give the file that python -m eval orca build RUN --out FILE writes")
    items = items_of(task, asked.file)
    speakers = await open_speakers(
        {"model": asked.model or _no_model()}, at_once=asked.at_once or AT_ONCE, tell=tell, template=asked.template
    )
    try:
        model = Priced(speakers["model"], prices(asked.price).get("model"))
        only_asked = replace(task, max_tokens=asked.max_tokens, score=_unmarked, judged=False)
        _estimate(asked, list(estimate(only_asked, items)), model, "model")
        if asked.estimate:
            return 0
        refuse_another(asked.out, model.name)
        held_out = all(item.facts.get("held_out") for item in items)
        told = folders.Asked(folders.hash_of(asked.file), model.name, asked.max_tokens, held_out)
        folders.begin(asked.out, asked.file, told)
        stop = Stop(max_cost=asked.max_cost)
        with Store(asked.out) as store:
            runner = Runner(model, store, at_once=asked.at_once, tell=_progress, stop=stop)
            done = await runner.run(only_asked, items)
    finally:
        await close_all(speakers)
    failed = [one.score.excluded for one in done if one.score.excluded]
    for why in dict.fromkeys(failed):
        tell(f"not answered: {failed.count(why)} items ({why})")
    if stop.why or failed:
        ended = f": {stop.why}" if stop.why else ""
        tell(f"{len(done) - len(failed)} of {len(items)} items answered{ended}; the same command goes on")
        return STOPPED
    tell(f"{len(items)} items answered; next: python -m eval orca score {asked.out} --judge MODEL")
    return 0


async def _score(asked: argparse.Namespace) -> int:
    answers = folders.asked_in(asked.folder)
    refuse_another(asked.folder, answers.model)
    items = items_of(task, asked.folder / "bench.jsonl")
    others = [folders.scored_in(other, answers.bench) for other in asked.against]
    speakers = await open_speakers({"judge": asked.judge}, at_once=asked.at_once or AT_ONCE, tell=tell)
    try:
        priced = prices(asked.price)
        speaker = Priced(speakers["judge"], priced.get("judge") or priced.get("model"))
        _estimate(asked, [verdicts(items, 2 if asked.swap == "both" else 1, asked.votes)], speaker, "judge")
        if asked.estimate:
            return 0
        stop = Stop(max_cost=asked.max_cost)
        with Store(asked.folder) as store:
            judge = Judge(speaker, store, votes=asked.votes, swap=asked.swap == "both", max_tokens=asked.judge_tokens)
            recorded = folders.Recorded(answers.model, speaker.at_once)
            runner = Runner(recorded, store, judge, at_once=asked.at_once, tell=_progress, stop=stop)
            scored = await runner.run(replace(task, max_tokens=answers.max_tokens), items)
            about = _about(answers, items, scored, judge, store)
    finally:
        await close_all(speakers)
    if scored:
        _write(asked.folder, figures_of(scored, answers.model, about, clip=asked.clip), scored, others)
    if stop.why:
        tell(f"{len(scored)} of {len(items)} items marked: {stop.why}; the same command goes on")
        return STOPPED
    return 0


def _about(
    answers: folders.Asked, items: Sequence[Item], scored: Sequence[Scored], judge: Judge, store: Store
) -> dict[str, Any]:
    about: dict[str, Any] = {
        **asdict(answers),
        "data": "bench.jsonl",
        "data_hash": answers.bench,
        "task_version": task.version,
        "agentinstruct": own_version(),
        "judge": {**judge.record.row(), "max_tokens": judge.max_tokens},
        "spent": {role: asdict(one) for role, one in store.spent.items()},
    }
    if len(scored) < len(items):
        about["incomplete"] = f"{len(scored)} of {len(items)} items"
    return about


def verdicts(items: Sequence[Item], orders: int, votes: int) -> Share:
    """Return what the judge takes at most: of answers as long as the teacher's."""
    turns = sum(len(item.turns) for item in items)
    calls = turns * orders * votes
    words = len(script.path.read_text(encoding="utf-8"))
    asked = sum(len(message["content"]) for item in items for request in requests_of(item) for message in request)
    answers = 2 * sum(len(turn.given or "") for item in items for turn in item.turns)
    read = (turns * words + asked + answers) * orders * votes // 4
    return Share(task.name, "judge", calls, read, calls * JUDGE_SAYS, calls * JUDGE_SAYS * 4)


def _estimate(asked: argparse.Namespace, shares: Sequence[Share], speaker: Speaker, role: str) -> None:
    price = price_of(speaker)
    if asked.max_cost is not None and price is None:
        raise UsageError(f"--max-cost needs to know what the {role} costs: --price {role}=IN,OUT")
    for line in lines(shares, {role: price}):
        tell(line)


def _write(folder: Path, result: Result, scored: Sequence[Scored], others: Sequence[Result]) -> None:
    from eval.orca.radar import radar
    from eval.orca.table import markdown

    write_results(folder, [result], {task.name: scored})
    table = markdown(result, others)
    write_whole(folder / f"{task.name}.md", table)
    write_whole(folder / f"{task.name}.svg", radar([result, *others]))
    tell(table)
    tell(f"written to {folder}/: {RESULTS}, items/{task.name}.jsonl, {task.name}.md, {task.name}.svg")


def _no_model() -> str:
    raise UsageError("--model says who is asked; `python -m eval orca run --help` lists the forms")


def _progress(name: str, done: int, items: int) -> None:
    if done % max(1, items // 20) == 0 or done == items:
        tell(f"{done:,} of {items:,} items")


async def _unmarked(item: Item, answers: Sequence[str], judge: object) -> Score:
    return Score()
