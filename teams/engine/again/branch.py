"""`python -m teams branch RUN CHAT --turn N`: hold a chat again with a change, and go on from there to a pair.

Up to the turn everything comes from the journal; from there on only what was never asked before is asked. The run is
only read, and may go on meanwhile. Killed, the branch goes on as a run does: by replay.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from agents.change import Change
from agents.journal import Journal, JournalError, Statement
from agents.meter import Meter
from agents.models.model import Model
from agents.onlooker import PERSON
from agents.script import template_of
from teams.engine import props
from teams.engine.again.answering import answer_of, form_of
from teams.engine.again.asked import Asked, models_of, parting, see_chat
from teams.engine.again.branches import DONE, FAILED, GOING, Branch, folder_of, new_folder, read, remove
from teams.engine.again.branching import Branching
from teams.engine.again.kept import BRANCHED, Kept, copy, opened
from teams.engine.again.means import means
from teams.engine.again.reaching import PLACES, ModelFor, changed, places, reached, see_reached
from teams.engine.again.replay import skill_of
from teams.engine.again.way import Way
from teams.engine.flow import Skill
from teams.engine.records import Pair
from teams.engine.rows import pair_of, row_of, split_of
from teams.engine.running import INTERRUPT
from teams.engine.twins import Benchmarks, Twins
from teams.engine.verdict import Check, Verdict


@dataclass(frozen=True)
class How:
    """How a branch is held, beside what is changed."""

    max_tokens: int | None = None
    skill: Skill | None = None
    """The one of its name, if it is not among those installed."""
    model_for: ModelFor | None = None
    """In place of the run's own models; `CHANGED` is the changed one."""
    at: Sequence[str] = ()
    """Where models of the run are now, as `[NAME=]MODEL`."""
    on_ready: Callable[[Branching], None] = lambda engine: None
    tell: Callable[[str], None] = lambda line: None


def begin(run: Path, asked: Asked, skill: Skill | None = None) -> int:
    """Make a new branch's folder with all it needs from the run; return its number. Raises `UsageError`."""
    with opened(run) as kept:
        see_chat(kept, asked.chat)
        skill = skill or skill_of(asked.chat)
        way, role = parting(kept, asked, skill)
        kept.seed(way.target.seed, way.plan, skill)  # if it can't be had, nothing is made
        n, folder = new_folder(run)
        branch = Branch(asked.chat, asked.turn, way.target.id, role, asked.changes, asked.who, time.time())
        at = way.chats.index(asked.chat)
        before = [chat for held in way.chats[: at + 1] for chat in (held, *kept.asides(held))]
        after = [(chat, new) for held in way.chats[at + 1 :] for chat in (held, *kept.asides(held))
                 if (new := _renamed(way, asked.chat, chat, n)) != chat]  # fmt: skip
        meta = {key: kept.meta[key] for key in sorted(kept.meta) if key not in ("about", "branch")}
        chats = [*((chat, chat) for chat in before), *after]
        try:
            copy(kept, folder / "run.db", chats, before, {**meta, "branch": vars(branch)})
        except JournalError:
            remove(run, n)
            raise
    return n


def _renamed(way: Way, parts: str, chat: str, n: int) -> str:
    """Return the id that a chat after the change will have, if what it is opened on is born in the changed one."""
    born = max((row.id for row in way.rows.get(parts, ())), key=len, default="") or _next_to(way, parts)
    head = f"{born}/"
    return f"{born}{BRANCHED}{n}/{chat.removeprefix(head)}" if born and chat.startswith(head) else chat


def _next_to(way: Way, chat: str) -> str:
    """Return the id of what was born in a chat, where a later flow took it up again: its row tells of that one."""
    return min((id for id in way.ids if id.startswith(f"{chat.rpartition('/')[0]}/")), key=len, default="")


async def go(run: Path, n: int, how: How) -> Branch:
    """Hold a branch to its end, or go on with it; return what became of it. Raises what a run raises."""
    branch = replace(read(run, n), state=GOING, error="")
    with opened(run) as kept:
        skill = how.skill or skill_of(branch.of)
        way, _ = parting(kept, Asked(branch.of, branch.turn, record=branch.record), skill)
        seed = kept.seed(way.target.seed, way.plan, skill)
        async with AsyncExitStack() as stack:
            journal = Journal(folder_of(run, n))
            stack.push_async_callback(journal.close)
            # What fell out may have been mended since, and is held again from the journal at no cost.
            journal.post(branch.as_row(), ("DELETE FROM drops", ()))
            meter = Meter(how.max_tokens)
            try:
                model_for = how.model_for or await _models(stack, kept, branch, journal, meter, how)
                journal.change = _change(kept, n, branch, model_for)
                if persons := journal.change.persons:
                    how.tell(f"People played {', '.join(sorted(persons))} in the run; after the change models do.")
                journal.is_closed = True
                hand = await stack.enter_async_context(means(kept.meta, skill, asks=True))
                original = kept.target(branch.record).record
                engine: Branching = Branching(
                    journal.change, way, skill, journal, model_for, meter, hand,
                    late=_late(kept, original), row_of=lambda *of: _row(engine, kept, original, *of),
                )  # fmt: skip
                how.on_ready(engine)
                await engine.go(seed)
                branch = _ended(branch, engine)
                if branch.state == DONE:
                    journal.post(*_unheard(journal, journal.change))
            except Exception as error:
                branch = replace(branch, state=FAILED, error=str(error))
                raise
            finally:
                with suppress(JournalError):  # what broke the journal is told by whoever met it first
                    await journal.commit(branch.as_row())
    return branch


def _change(kept: Kept, n: int, branch: Branch, model_for: ModelFor) -> Change:
    """Return what is to be otherwise in a branch."""
    role, template = branch.role, branch.changes.get("template")
    return Change(
        branch.of,
        branch.turn,
        role,
        f"{BRANCHED}{n}",
        prompt=branch.changes["prompt"],
        models={one: model_for(changed(one, role)) for one in models_of(branch.changes["model"], role)},
        template=None if template is None else template_of(template, f"the changed prompt of {role}"),
        answer=answer_of(kept, branch.of, role, branch.changes["answer"]),
        form=form_of(kept, branch.of, branch.turn),
        persons=frozenset(role for role, name in kept.meta.get("models", {}).items() if name == PERSON),
    )


def _ended(branch: Branch, engine: Branching) -> Branch:
    """Say what became of a branch."""
    mark = engine.change.mark
    ids = [id for (id,) in engine.journal.rows("SELECT id FROM verdicts")]
    if pair := next((id for id in ids if mark in id), None):
        return replace(branch, state=DONE, pair=pair)
    if why := engine.meter.stopping:
        return branch if why == INTERRUPT else replace(branch, state=FAILED, error=why)
    drops = engine.journal.rows("SELECT id, reasons FROM drops ORDER BY rowid DESC")
    said = [f"{id}: {', '.join(json.loads(reasons))}" for id, reasons in drops if mark in id or id == branch.of]
    why = engine.problem or (said[0] if said else "it came to no pair: what was born of the change leads to none")
    return replace(branch, state=FAILED, error=why)


def _unheard(journal: Journal, change: Change) -> Iterator[Statement]:
    """Yield what takes out of a branch's journal what the run asked after the change, and the branch did not."""
    for table in ("calls", "tools"):
        for chat, key, nth in journal.rows(f"SELECT chat, hash, nth FROM {table}"):
            if (table, chat, key, nth) not in change.heard and not chat.startswith(props.SELF_TEST):
                yield f"DELETE FROM {table} WHERE chat=? AND hash=? AND nth=?", (chat, key, nth)
    yield "DELETE FROM prompts WHERE hash NOT IN (SELECT prompt FROM calls)", ()


def _late(kept: Kept, original: str) -> list[Check]:
    """The checks that compare a pair with others: the accepted ones of the run but its original, and benchmarks."""
    others = cache(partial(_others, kept, original))  # there may be very many: read when a pair is to be compared
    late: list[Check] = [lambda pair: [others().check(pair)]]
    if files := kept.meta.get("decontaminate"):
        benchmarks = Benchmarks([Path(file) for file in files])
        late.append(lambda pair: [benchmarks.check(pair)])
    return late


def _row(engine: Branching, kept: Kept, original: str, name: str, pair: Pair, verdict: Verdict) -> dict[str, Any]:
    """Return the pair's row, which says what it is a branch of, and whose words in it are a person's."""
    change = engine.change

    def played(role: str) -> Model:
        return change.models.get(role) or engine.model_for(role)

    split = split_of(pair.seed, kept.meta.get("hold_out", 0.0))
    by_person = engine.said_by.facts(engine.whole or pair)
    return {**row_of(engine.parts.skills[name], pair, verdict, played, split, by_person), "branch_of": original}


def _others(kept: Kept, original: str) -> Twins:
    """Remember the accepted pairs of a run, but for one."""
    twins = Twins()
    for (row,) in kept.db.execute("SELECT row FROM verdicts WHERE accepted=1 AND id<>? ORDER BY id", (original,)):
        twins.add(pair_of(json.loads(row)))
    return twins


async def _models(
    stack: AsyncExitStack, kept: Kept, branch: Branch, journal: Journal, meter: Meter, how: How
) -> ModelFor:
    """Connect to the models of a branch; where they were said to be holds when it is gone on with, too."""
    at = {**journal.meta().get(PLACES, {}), **places(kept.meta, how.at)}
    model, answer = branch.changes["model"], branch.changes["answer"]
    see_reached(kept.meta, at, branch.role, models_of(model, branch.role), answer is None)
    journal.post(("INSERT OR REPLACE INTO meta VALUES (?,?)", (PLACES, json.dumps(at))))
    return await reached(stack, kept.meta, at, (branch.role, model), journal, meter, how.tell)
