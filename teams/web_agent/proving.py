"""A task drawn and proved before anybody plays it: a way planned and gone in the browser, or shown not to exist."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from teams.web_agent.assemble import assemble
from teams.web_agent.content import Content
from teams.web_agent.kinds import Errand
from tools.web.actions import as_line
from tools.web.bench import WebBench
from tools.web.browser import Browsers
from tools.web.errors import Contained
from tools.web.planner import Proof, plan
from tools.web.spec import Site, as_json, faults_of
from tools.web.task import Task, as_dict, differences, expected
from tools.web.walk import walk

DRAWS = 12
"""Times a task is drawn; not every draw suits every site."""
FLAKY = ("comment", "book", "edit_item", "new_item", "change_settings")


@dataclass(frozen=True)
class Posed:
    """A task on its site, proved."""

    site: Site
    task: Task
    proof: Proof
    reference: tuple[str, ...] = ()
    """The way as it was gone in the browser, a line an action; none where there is no way."""

    def facts(self) -> dict[str, Any]:
        """Return what an instruction keeps of it."""
        return {
            "site": as_json(self.site),
            "task": as_dict(self.task),
            "least_steps": len(self.proof.moves or ()),
            "pages_looked_at": self.proof.pages,
            "reference": list(self.reference),
        }


def site_for(kind: Errand, type: str, content: Content, random: Random) -> Site:
    """Return a site of a type as tasks of a kind need it."""
    wish = replace(kind.wish, adverts=max(kind.wish.adverts, random.choice((0, 0, 1))))
    if kind.name == "recover_from_error":
        first = assemble(type, content, wish, Random(0))
        forms = [name for name in FLAKY if first.form(name)]
        wish = replace(wish, flaky=random.choice(forms) if forms else "")
    if wish.shape == "table" and random.random() < 0.3:
        wish = replace(wish, shape="cards")
    return assemble(type, content, wish, random)


def draw(kind: Errand, site: Site, random: Random) -> tuple[Task, Proof] | None:
    """Draw a task and plan it; None where none came out that can be (or, of a kind for that, can't be) done."""
    for _ in range(DRAWS):
        task = random.choice(kind.draws)(random, site)
        if task is None:
            continue
        task = replace(task, kind=kind.name)
        if (proof := proved(site, task)) is not None:
            return task, proof
    return None


def proved(site: Site, task: Task) -> Proof | None:
    """Plan a task; None where what was planned is not what the task says of itself, or was there from the start."""
    if list(faults_of(site)):
        return None
    proof = plan(site, task)
    if task.is_feasible:
        return proof if proof.moves else None
    return proof if proof.moves is None and proof.is_exhausted else None


async def posed(site: Site, task: Task, proof: Proof, browsers: Browsers) -> tuple[Posed | None, str]:
    """Go the planned way in the browser; return the task as it can be posed, or what kept it from being gone."""
    if proof.moves is None:
        return Posed(site, task, proof), ""
    bench = WebBench(site, browsers)
    try:
        if fault := await walk(bench, proof.moves):
            return None, fault
        if wrong := differences(site, bench.state.records, expected(site, task)):
            return None, wrong[0]
        return Posed(site, task, proof, _lines(bench)), ""
    except Contained as stopped:
        return None, str(stopped)
    finally:
        await bench.close()


def _lines(bench: WebBench) -> tuple[str, ...]:
    return tuple(f"{as_line(s.action, s.arguments)}  {s.element}".strip() for s in bench.trace.steps)
