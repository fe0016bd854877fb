"""Seed instruction generation: a task is drawn and proved by programs; a writer puts it into a user's words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from teams.engine.checks.known import plain
from teams.engine.checks.spelling import in_digits
from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.records import Instruction, Passage
from teams.engine.schemas import closed, text
from teams.engine.talk import Talk, in_turn
from teams.engine.tongue import is_in
from teams.web_agent.content import content_of
from teams.web_agent.kinds import KINDS, SUITS, Errand
from teams.web_agent.proving import Posed, draw, posed, site_for
from teams.web_agent.small import worded
from teams.web_agent.words import script
from tools.web.browser import Browsers
from tools.web.spec import Site
from tools.web.task import Task

TRIES = 3
WRITER = script.role("goal_writer", hears=("task", "gate"), max_tokens=700, temperature=0.9)
_SEEN_ONLY = re.compile(
    r"\[\d+\]|\b(?:click|scroll|hover|button|drop-?down|combobox|textbox|checkbox|URL)\b", re.IGNORECASE
)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
SPEAKERS = (
    "in a hurry, brief", "friendly and a little chatty", "formal", "on the telephone with somebody while typing",
    "elderly and precise", "who is a colleague and writes as in a chat", "asking for somebody else in the family",
    "who has tried before and given up", "matter-of-fact, in a single sentence", "who begins with why they need it",
)  # fmt: skip


def browsers_of(scene: Scene) -> Browsers:
    """Return the run's browser."""
    found = scene.supplies.get(Browsers)
    if not isinstance(found, Browsers):
        raise Drop("no browser is lent to this run")
    return found


def request_faults(request: str, task: Task, language: str = "") -> Iterator[str]:
    """Yield what is wrong with a user's words for a task: what they leave out, give away, or can't know."""
    for value in task.told:
        if not says(request, value):
            yield f"it has to say {value!r}, exactly as it stands"
    said = f" {plain(request)} "
    for value in task.hidden:
        if (
            len(plain(value)) > 1
            and f" {plain(value)} " in said
            and not any(plain(value) in plain(t) for t in task.told)
        ):
            yield f"it gives away {value!r}, which is to be found out"
    # A brass button may be what they want, if the site has one.
    if found := _SEEN_ONLY.search(_without(request, task.told)):
        yield f"{found[0]!r}: the user says what they want and not how to get it in a browser"
    if language and is_in(request, language) is False:
        yield f"it is not in {language}"
    if not 12 <= len(request) <= 1500:
        yield "it is too short or too long"


def says(words: str, value: str) -> bool:
    """Are a value's words said? A day may be written as people write days, a small number in letters."""
    is_number = bool(re.fullmatch(r"-?\d+(\.\d+)?", value))
    if not is_number and plain(value) in plain(words):
        return True
    if day := _DAY.fullmatch(value):
        numbers = re.findall(r"\d+", words)
        return day[1] in numbers and str(int(day[3])) in [n.lstrip("0") for n in numbers]
    return is_number and bool(_written(value).search(in_digits(words)))


def _written(value: str) -> re.Pattern[str]:
    """What finds a number as people of any language write it: 1200 is 1,200 and 1 200 too, 3.5 is 3,50."""
    whole, _, part = value.partition(".")
    grouped = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", "[.,'’ \u00a0\u202f]?", whole)
    rest = f"[.,]{part.rstrip('0')}0{{0,2}}" if part.strip("0") else "(?:[.,]0{1,2})?"
    return re.compile(rf"(?<![\d.,]){grouped}{rest}(?![.,]?\d)")


def _without(request: str, told: Sequence[str]) -> str:
    """The request without what it has to say."""
    for value in sorted(told, key=len, reverse=True):
        request = re.sub(re.escape(value), " ", request, flags=re.IGNORECASE) if value else request
    return request


@dataclass
class Gate:
    """The program that reads a request before it is sent."""

    scene: Scene
    task: Task
    writer: str
    tries: int = 0
    problem: str = ""
    request: str = ""

    def speak(self, talk: Talk) -> str:
        """Take the request, or say what is wrong with it."""
        self.tries += 1
        said = talk.value(self.writer)["request"].strip()
        faults = list(request_faults(said, self.task, self.scene.language))
        if not faults:
            self.request = said
            return "Let through."
        self.problem = "; ".join(faults[:4])
        return f"It isn't ready yet: {self.problem}. Write it again."

    @property
    def is_over(self) -> bool:
        return bool(self.request) or self.tries >= TRIES


async def prepared(scene: Scene, passage: Passage, kind: Errand) -> Posed:
    """Draw and prove a task of a kind on the site of a passage. Raises `Drop`."""
    content = content_of(passage.facts["content"])
    fault = "its site has nothing for it"
    for number in range(3):
        random = Random(f"{scene.chat_id}/{number}")
        site = site_for(kind, passage.kind, content, random)
        if (found := await asyncio.to_thread(draw, kind, site, random)) is None:
            continue
        made, fault = await posed(site, *found, browsers_of(scene))
        if made is not None:
            return made
    raise Drop(f"no task of this kind could be posed: {fault}")


def told_of(site: Site, task: Task, random: Random) -> str:
    """What a writer is told of the task."""
    lines = [f"The site: {site.name} ({site.kind.replace('_', ' ')}). {site.tagline}", f"The task: {task.about}"]
    if task.told:
        lines.append("The request has to say, each exactly: " + "; ".join(repr(value) for value in task.told))
    if task.hidden:
        lines.append("It must not say: " + "; ".join(repr(value) for value in task.hidden))
    lines.append(f"Who asks: somebody {random.choice(SPEAKERS)}.")
    return "\n".join(lines)


FORM = closed(
    {
        "who": text(5, 300, "who this is and why they want it, for yourself"),
        "request": text(12, 1500, "what they write to the assistant"),
    }
)


async def direct(scene: Scene) -> Staging | Sequence[Instruction]:
    passage, kind = scene.record, scene.kind
    assert isinstance(passage, Passage)
    assert isinstance(kind, Errand)
    made = scene.notes["posed"] = await prepared(scene, passage, kind)
    if scene.small:
        words = worded(made.task, scene.random)
        if faults := list(request_faults(words, made.task)):
            raise Drop(f"the words don't fit: {faults[0]}")
        return [_born(passage, kind.name, words, made)]
    gate = scene.notes["gate"] = Gate(scene, made.task, WRITER.name)
    task = f"{told_of(made.site, made.task, scene.random)}\n\nWhat kind of request: {kind.brief}\n\nWrite the request."
    seats: list[Seat | Program] = [Seat(WRITER, schema=FORM), Program("gate", gate.speak, "reads requests")]
    return Staging(task, seats, in_turn(WRITER.name, "gate", lambda: gate.is_over))


async def harvest(scene: Scene, talk: Talk) -> Sequence[Instruction]:
    passage, gate, made = scene.record, scene.notes["gate"], scene.notes["posed"]
    assert isinstance(passage, Passage)
    if not gate.request:
        raise Drop(f"no request was fit: {gate.problem}")
    return [_born(passage, scene.kind.name, gate.request, made)]


def _born(passage: Passage, kind: str, words: str, made: Posed) -> Instruction:
    return passage.ask(kind, words, facts=facts_of(passage, words, made))


def facts_of(passage: Passage, words: str, made: Posed) -> dict[str, Any]:
    language = {"language": passage.facts["language"]} if passage.facts.get("language") else {}
    return {**made.facts(), "ask": words, **language}


flow = Flow("instruct", direct, harvest, KINDS, sample=3, suits=SUITS, counts=True,
            small_kinds=tuple(kind.name for kind in KINDS if kind.is_small))  # fmt: skip
