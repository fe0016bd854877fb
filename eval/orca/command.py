"""`python -m eval orca build | run | score`: make a bench of runs, put it to a model, have the answers marked."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from eval.orca import folder as folders
from eval.records import Item, Score, Speaker

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
    one.add_argument("--against", nargs="+", type=Path, default=[], metavar="FILE", help="more training data")
    one.add_argument(
        "--not-held-out", action="store_true", help="take pairs of any seed; each is marked as perhaps trained on"
    )
    two = parts.add_parser("run", help="put a bench to a model", description=_RUN, allow_abbrev=False)
    two.add_argument("file", type=Path, metavar="FILE")
    two.add_argument("--model", required=True, metavar="M")
    two.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    two.add_argument("--max-tokens", type=int, default=2048, metavar="N", help="of one answer (default: 2048)")
    two.add_argument("--template", default="", metavar="FILE", help="chat template of an hf: model that has none")
    three = parts.add_parser("score", help="have answers marked", description=_SCORE, allow_abbrev=False)
    three.add_argument("folder", type=Path, metavar="FOLDER")
    three.add_argument("--judge", required=True, metavar="J")
    three.add_argument("--swap", choices=("both", "random"), default="random", help="orders that answers are shown in")
    three.add_argument("--votes", type=int, default=1, metavar="N", help="verdicts on each (default: 1)")
    three.add_argument("--clip", action="store_true", help="no set above the teacher's 10")
    three.add_argument("--judge-tokens", type=int, default=1500, metavar="N", help="of a verdict (default: 1500)")
    three.add_argument("--against", nargs="+", type=Path, default=[], metavar="FOLDER", help="scored models beside it")
    for part in (two, three):
        part.add_argument("--at-once", type=int, default=8, metavar="N", help="requests at a time (default: 8)")
        part.add_argument("--max-cost", type=float, metavar="USD")
        part.add_argument("--estimate", action="store_true", help="say what it would take, and stop")


def main(asked: argparse.Namespace) -> int:
    """Do what was asked. Return 0, or 3 where it ended before all was done. Raise `UsageError` for wrong use."""
    if asked.orca == "build":
        return _build(asked)
    if asked.at_once < 1:
        raise UsageError(f"--at-once is a count from 1, not {asked.at_once}")
    return asyncio.run(_run(asked) if asked.orca == "run" else _score(asked))


def say(line: str) -> None:
    """Tell the user, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


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
        say(line)
    say(f"written to {asked.out}; next: python -m eval orca run {asked.out} --model M --out FOLDER")
    return 0


def _items(file: Path) -> list[Item]:
    from eval.orca.task import task
    from eval.task import items_of

    return items_of(task, file)


@dataclass(frozen=True)
class Estimate:
    """What is to be asked, in calls and tokens; tokens are guessed at four characters each."""

    calls: int
    prompt_tokens: int
    new_tokens: int

    def told(self, speaker: Speaker, who: str) -> str:
        """Return it in words, with the cost where the price is known."""
        cost = speaker.cost(self.prompt_tokens, self.new_tokens)
        priced = "at a price that is not known" if cost is None else f"about {cost:.2f} US dollars"
        return (
            f"{who}: {speaker.name}, {self.calls:,} calls, about {self.prompt_tokens:,} tokens read and "
            f"{self.new_tokens:,} written, {priced}"
        )


def of_answers(items: Sequence[Item], max_tokens: int) -> Estimate:
    """Return what the model will be asked; answers as long as the teacher's, if they may be."""
    from eval.running import requests_of

    requests = [request for item in items for request in requests_of(item)]
    read = sum(len(message["content"]) for request in requests for message in request)
    written = [min(max_tokens, len(turn.given or "") // 4) for item in items for turn in item.turns]
    return Estimate(len(requests), read // 4, sum(written))


def of_verdicts(items: Sequence[Item], orders: float, votes: int) -> Estimate:
    """Return what the judge will be asked, each verdict of about 250 tokens."""
    from eval.orca.judging import script

    words = len(script.path.read_text(encoding="utf-8"))
    answers = of_answers(items, 10**6)
    calls = int(answers.calls * orders * votes)
    read = (answers.prompt_tokens + 2 * answers.new_tokens + answers.calls * words // 4) * orders * votes
    return Estimate(calls, int(read), calls * 250)


def _progress(items: int) -> Any:
    step = max(1, items // 20)

    def tell(name: str, done: int, of: int) -> None:
        if done % step == 0 or done == of:
            say(f"{done:,} of {of:,} items")

    return tell


async def _run(asked: argparse.Namespace) -> int:
    from eval.orca.task import task
    from eval.running import Runner, Stop
    from eval.speakers import close_all, open_speakers
    from eval.store import Store

    if asked.max_tokens < 1:
        raise UsageError(f"--max-tokens is a count from 1, not {asked.max_tokens}")
    items = _items(asked.file)
    held_out = all(item.facts.get("held_out") for item in items)
    speakers = await open_speakers({"model": asked.model}, at_once=asked.at_once, tell=say, template=asked.template)
    try:
        model = speakers["model"]
        say(of_answers(items, asked.max_tokens).told(model, "answers"))
        if asked.estimate:
            return 0
        told = folders.Asked(folders.hash_of(asked.file), model.name, asked.max_tokens, held_out)
        folders.begin(asked.out, asked.file, told)
        stop = Stop(max_cost=asked.max_cost)
        only_asked = replace(task, max_tokens=asked.max_tokens, score=_unmarked)
        with Store(asked.out) as store:
            at_once = min(asked.at_once, model.at_once)
            runner = Runner(model, store, at_once=at_once, tell=_progress(len(items)), stop=stop)
            done = await runner.run(only_asked, items)
    finally:
        await close_all(speakers)
    failed = [one.score.excluded for one in done if one.score.excluded]
    for why in dict.fromkeys(failed):
        say(f"not answered: {failed.count(why)} items ({why})")
    if stop.why or failed:
        say(f"{len(done) - len(failed)} of {len(items)} items answered{f': {stop.why}' * bool(stop.why)}; "
            "the same command goes on")  # fmt: skip
        return 3
    say(f"{len(items)} items answered; next: python -m eval orca score {asked.out} --judge J")
    return 0


async def _unmarked(item: Item, answers: Sequence[str], judge: object) -> Score:
    return Score()


async def _score(asked: argparse.Namespace) -> int:
    from eval.judging import Judge
    from eval.orca.arithmetic import figures_of
    from eval.orca.task import task
    from eval.running import Runner, Stop
    from eval.speakers import close_all, open_speakers
    from eval.store import Store

    if asked.votes < 1:
        raise UsageError(f"--votes is a count from 1, not {asked.votes}")
    answers = folders.asked_in(asked.folder)
    items = _items(asked.folder / "bench.jsonl")
    others = [folders.read_result(other) for other in asked.against]
    for other, where in zip(others, asked.against, strict=True):
        if other.about.get("bench") != answers.bench:
            raise UsageError(f"{where}/ was asked another bench; scores are beside each other on the same items only")
    speakers = await open_speakers({"judge": asked.judge}, at_once=asked.at_once, tell=say)
    try:
        speaker = speakers["judge"]
        say(of_verdicts(items, 2 if asked.swap == "both" else 1, asked.votes).told(speaker, "verdicts, at most"))
        if asked.estimate:
            return 0
        stop = Stop(max_cost=asked.max_cost)
        with Store(asked.folder) as store:
            judge = Judge(speaker, store, votes=asked.votes, swap=asked.swap == "both", max_tokens=asked.judge_tokens)
            recorded = folders.Recorded(answers.model, min(asked.at_once, speaker.at_once))
            runner = Runner(recorded, store, judge, tell=_progress(len(items)), stop=stop)
            scored = await runner.run(replace(task, max_tokens=answers.max_tokens), items)
            spent = {role: asdict(one) for role, one in store.spent.items()}
    finally:
        await close_all(speakers)
    about = {
        **asdict(answers),
        "judge": {"model": judge.record.model, "swap": asked.swap, "votes": asked.votes,
                  "max_tokens": asked.judge_tokens, "prompts": judge.record.prompts},
        "judging": asdict(judge.record),
        "spent": spent,
        "task_version": task.version,
    }  # fmt: skip
    result = figures_of(scored, answers.model, about, clip=asked.clip)
    _write(asked.folder, result, scored, others)
    if stop.why:
        say(f"{len(scored)} of {len(items)} items marked: {stop.why}; the same command goes on")
        return 3
    return 0


def _write(folder: Path, result: Any, scored: Sequence[Any], others: Sequence[Any]) -> None:
    from eval.orca.radar import radar
    from eval.orca.table import markdown

    folders.write_results(folder, result, scored)
    table = markdown(result, others)
    folders.write_words(folder, {"md": table, "svg": radar([result, *others])})
    say(table)
    say(f"written to {folder}/: {', '.join(_names())}")


def _names() -> Iterable[str]:
    return (f"{folders.NAME}{ending}" for ending in (".json", ".items.jsonl", ".md", ".svg"))
