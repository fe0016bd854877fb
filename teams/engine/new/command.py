"""`python -m teams new NAME`: write a skill to be edited; with `--from`, have it drafted and tried on two seeds."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.journal import Journal
from agents.meter import Meter
from agents.models.model import Model
from teams.engine import props
from teams.engine.asked import folder_problem, keep, same_run
from teams.engine.flow import Skill
from teams.engine.mix_seeds import WAYS
from teams.engine.new.drafting import ROLES_OF_DRAFTERS, Advice, Drafters
from teams.engine.new.plan import Plan, name_problem
from teams.engine.new.render import printed
from teams.engine.new.starter import starter
from teams.engine.options import RunOptions
from teams.engine.records import Seed
from teams.engine.registry import skills
from teams.engine.running import run
from teams.engine.seeds import Prefer, SeedError, read_seeds
from teams.engine.stages.asking import Asking
from teams.engine.tongue import tag_of
from tools.counting import word_count

HOME = Path(__file__).parents[3]
TRIED_ON = 2
"""Seeds that a drafted skill is tried on at once."""
LOOKED_AT = 60
"""Seeds among which those two are looked for."""
SHORTEST, LONGEST = 3, 2000
"""Words a sentence needs to say anything, and the characters it may have: it stands in every drafter's task."""
Say = Callable[[str], None]


def new(
    name: str, sentence: str | None, options: RunOptions, say: Say, *, home: Path = HOME,
    model_for: Callable[[str], Model] | None = None,
) -> int:  # fmt: skip
    """Write the skill `name` into the checkout at `home`; return an exit code.

    0: it is there. 2: the sentence is unclear or unsuitable, and nothing was written. `model_for` replaces
    `options.model`. Raises `UsageError` where nothing could be done, and what a run raises.
    """
    check(name, sentence, options, home)
    if sentence is None:
        write(starter(name), home, say)
        say(f"It is plain and whole. Try it: python -m teams.{name} --seeds FOLDER --pairs 3")
        return 0
    return asyncio.run(_drafted(name, sentence, options, say, home, model_for))


def check(name: str, sentence: str | None, options: RunOptions, home: Path) -> None:
    """Refuse what can't be, before anything is spent. Raises `UsageError`."""
    begun = sentence is not None and (_folder(name, options) / "draft" / "run.db").exists()
    there = skills(home / "teams")
    if problem := name_problem(name, [one for one in there if not (begun and (home / "teams" / f"{one}.py").exists())]):
        raise UsageError(problem)
    if name not in there and (home / "tests" / "teams" / f"test_{name}.py").exists():
        raise UsageError(f"tests/teams/test_{name}.py tests something else; take another name")
    if not (home / "tests" / "teams").is_dir():
        raise UsageError("this is an installed copy; a skill of your own is written into a checkout of the source")
    if sentence is None:
        if options.seeds or options.model:
            raise UsageError("--seeds and --model are for a skill drafted from a sentence: add --from 'teach …'")
        return
    if problem := sentence_problem(sentence):
        raise UsageError(problem)
    if options.language:
        tag_of(options.language)  # raises for one that is not known
    if not options.seeds:
        raise UsageError("--from needs --seeds: the documents that examples will be made from, two at least")
    if not begun and (problem := folder_problem(_folder(name, options))):
        raise UsageError(problem)
    props.check_models(options, ROLES_OF_DRAFTERS)


def sentence_problem(sentence: str) -> str | None:
    """Say why nobody can draft from a sentence, and what would be right; None if they can try."""
    # Thai and its like write no spaces: there it is the signs that say something.
    if word_count(sentence) < SHORTEST and len(sentence.strip()) < 8 * SHORTEST:
        return (
            f"--from {sentence!r} says too little; say who is to learn what from which documents, as in "
            "--from 'teach to answer tenants from their lease, and to say when it is silent'"
        )
    if len(sentence) > LONGEST:
        return (
            f"--from has {len(sentence)} characters; {LONGEST} at most. Say in a sentence or two what is to be learnt: "
            "documents go to --seeds"
        )
    return None


def write(plan: Plan, home: Path, say: Say) -> None:
    """Write a plan's files, all or none; what is there already, perhaps edited since, is kept.

    Raises `UsageError` where they can't be written.
    """
    files = {home / path: text for path, text in printed(plan).items()}
    # What a skill reads before what makes it one: a skill without its words would break the list of all.
    missing = sorted((path for path in files if not path.exists()), key=lambda path: path.suffix)
    drafts = {path: path.with_name(f".{path.name}.part") for path in missing}
    try:
        for path, draft in drafts.items():
            draft.write_text(files[path], encoding="utf-8")
        for path, draft in drafts.items():
            draft.replace(path)
    except OSError as error:
        raise UsageError(
            f"{plan.name} can't be written into {home}: {error.strerror or error}; mend that, then the same command "
            "writes what is missing"
        ) from None
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)
    for path in files:
        shown = path.relative_to(home)
        say(f"Wrote {shown}" if path in missing else f"Kept {shown}, which is there already")
    say(f"Its tests: python -m pytest tests/teams/test_{plan.name}.py")


async def _drafted(
    name: str, sentence: str, options: RunOptions, say: Say, home: Path, model_for: Callable[[str], Model] | None
) -> int:
    seeds = _apart(_read(options, ("text", "code")))
    folder = _folder(name, options)
    async with AsyncExitStack() as stack:
        journal = Journal(folder / "draft")
        stack.push_async_callback(journal.close)
        asked = {"skill": name, "sentence": sentence}
        same_run(journal, asked)
        meter = Meter(options.max_tokens, options.max_cost)
        if model_for is None:
            model_for, _ = await props.open_models(stack, options, journal, meter, _Said(say))
        if model_for("").abilities.small:
            raise UsageError(
                f"{model_for('').name} is too small a model to draft a skill; name a stronger one with --model, or "
                f"write the plain one and edit it: python -m teams new {name}"
            )
        drafters = Drafters(sentence, [seed.text for seed in seeds], model_for, journal, meter)
        # Not itself: drafting again, after it was written, asks the same.
        others = {one: about for one, about in skills(home / "teams").items() if one != name}
        advice = await drafters.advised(others)
        for line in told(name, advice):
            say(line)
        if advice.verdict != "clear":
            return 2
        keep(journal, asked)  # not before: whoever was asked back answers with another sentence
        plan = await drafters.plan(name, advice)
        write(plan, home, say)
        await _tried(_loaded(name, home), options, folder / "trial", say, model_for)
    say(f"Now make it yours: the briefs in teams/{name}.md, tables and checks in teams/{name}.py.")
    return 0


def told(name: str, advice: Advice) -> list[str]:
    """What a person is told of their sentence."""
    if advice.verdict == "clear":
        return [f"Understood: {advice.meaning}", f"  a message: {advice.request}", f"  its answer: {advice.answer}"]
    if advice.verdict == "there_already":
        return [f"{advice.skill} teaches this already: {advice.why}",
                f"See it: python -m teams show {advice.skill}. If yours is to differ, say in what."]  # fmt: skip
    what = "can't be told from the sentence" if advice.verdict == "unclear" else "can't be taught in this way"
    lines = [f"What {name} is to teach {what}: {advice.why}"]
    lines += [f"  ? {question}" for question in advice.questions]
    lines += [f"Instead, perhaps: --from {json.dumps(one, ensure_ascii=False)}" for one in advice.instead]
    return [*lines, "Nothing was written."]


async def _tried(skill: Skill, options: RunOptions, folder: Path, say: Say, model_for: Callable[[str], Model]) -> None:
    """Take two seeds through the new skill, one way each and asked about in two, and say what came of it."""
    if not (count := laid_out(skill, options, folder / "seeds")):
        say("It was not tried: it declines all seeds.")
        return
    say(f"Trying it on {count} of the seeds …")
    asked = RunOptions(
        seeds=(folder / "seeds",), run=folder / "run", language=options.language, at_once=options.at_once
    )
    outcome = await run(briefly(skill), asked, model_for=model_for)
    for line in what_came(outcome.folder):
        say(line)


def _loaded(name: str, home: Path) -> Skill:
    """Import the skill that was just written."""
    spec = importlib.util.spec_from_file_location(f"teams.{name}", home / "teams" / f"{name}.py")
    assert spec
    assert spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        skill: Skill = module.skill
    except Exception as error:  # it was kept, and edited since
        raise UsageError(
            f"teams/{name}.py can't be imported ({type(error).__name__}: {error}); mend it first"
        ) from error
    return skill


def laid_out(skill: Skill, options: RunOptions, folder: Path) -> int:
    """Write two seeds that `skill` takes into `folder`, each as a file, and return how many there were."""
    ways = [way for way in WAYS[skill.prefers] if way != "talks"]
    chosen = _apart(seed for seed in _read(options, ways) if skill.declines(seed) is None)
    for number, seed in enumerate(chosen, 1):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}-{Path(seed.path).name}").write_text(seed.text, encoding="utf-8")
    return len(chosen)


def briefly(skill: Skill) -> Skill:
    """A skill for a trial: one way to rewrite a seed, two kinds with one request each, no refinement."""
    flows = []
    for flow in skill.flows:
        if flow.stage == "instruct":
            kinds = tuple(replace(kind, per_chat=1) for kind in flow.kinds if isinstance(kind, Asking))
            flow = replace(flow, kinds=kinds, sample=2)
        if flow.stage != "refine":
            flows.append(flow)
    return replace(skill, flows=tuple(flows))


def what_came(folder: Path) -> list[str]:
    """Say of each pair of a trial what it is and what became of it."""
    lines = []
    for file, word in (("pairs.jsonl", "kept"), ("rejected.jsonl", "fell out")):
        for row in map(json.loads, (folder / file).read_text(encoding="utf-8").splitlines()):
            why = "; ".join(row.get("reasons", ()))[:240]
            lines.append(f"  {word}: {row['id']}" + (f": {why}" if why else ""))
    kept = sum(line.startswith("  kept") for line in lines)
    return [f"{kept} of {len(lines)} were kept; read them: {folder}/pairs.jsonl", *lines]


def _read(options: RunOptions, ways: Sequence[Prefer]) -> Iterator[Seed]:
    """Yield the seeds in each way of reading. Raises `SeedError` if there are none in any."""
    found, problem = False, None
    for way in ways:
        try:
            for seed in read_seeds(options.seeds, "new", way):
                found = True
                yield seed
        except SeedError as error:
            problem = error
    if problem and not found:
        raise problem


def _apart(seeds: Iterable[Seed]) -> list[Seed]:
    """Take two from different files, if there are two; from the first so many, since a folder may hold thousands."""
    first = list(itertools.islice(seeds, LOOKED_AT))
    by_file = {seed.path: seed for seed in reversed(first)}
    apart = [seed for seed in first if by_file[seed.path] is seed]
    return [*apart, *(seed for seed in first if seed not in apart)][:TRIED_ON]


def _folder(name: str, options: RunOptions) -> Path:
    return options.run or Path("runs") / f"new-{name}"


class _Said:
    """A run's report as lines."""

    def __init__(self, say: Say) -> None:
        self.line = say

    def watch(self, engine: Any) -> None: ...
