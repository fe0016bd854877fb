"""A flow is one group chat that opens on a record and closes with new ones; a skill is flows with a name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any, Literal

from agents.role import Role
from teams.engine.records import Record, Seed
from teams.engine.verdict import Check

if TYPE_CHECKING:
    from sandbox import Sandbox
    from teams.engine.talk import Talk
    from tools.bench import Bench


@dataclass(frozen=True)
class Kind:
    """One entry of a taxonomy: a way to rewrite a seed, a sort of thing to ask, a goal of refinement."""

    name: str
    brief: str
    """Two to five sentences a prompt quotes: what it is, what good looks like, what to avoid."""
    source: str = "ours"
    """Where it comes from: `paper`, a named taxonomy, or `ours`."""


class Drop(Exception):
    """This record goes no further. The message is the reason that stands in `rejected.jsonl`."""


@dataclass(frozen=True)
class Program:
    """A participant whose words are computed: hands out items, checks what was said, runs code.

    It speaks in the same group chat as the roles, so that nothing that shapes a record happens off stage.
    """

    name: str
    speak: Callable[[Talk], str | Awaitable[str]]
    description: str = "a program"


@dataclass(frozen=True)
class Seat:
    """A role's place in one chat, with what only this chat knows."""

    role: Role
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What its prompt may quote, beside `record` and `kind`."""
    schema: Mapping[str, Any] | Callable[[], Mapping[str, Any] | None] | None = None
    """JSON schema of its reply, narrower than `role.output` (which is still validated first). A function is asked
    anew for every reply: for chats in which the form depends on what was said."""
    accept: Callable[[Any], str | None] | None = None
    """Looks at the parsed reply; a complaint sends it back to the role, at most twice."""
    bench: Bench | None = None
    """Tools of this chat, beside those the role names."""

    @property
    def name(self) -> str:
        return self.role.name


@dataclass(frozen=True)
class Staging:
    """Who is in the room, what opens the chat, and who speaks when."""

    opening: str
    seats: Sequence[Seat | Program]
    order: Callable[[Talk], str | None] | None = None
    """Name of the next speaker, or None to end. Without it everyone speaks in turn."""
    turns: int | None = None
    """At most so many messages; without `order` and `turns`, each participant speaks once."""


@dataclass
class Scene:
    """What a flow knows and may use while one chat is prepared, held and harvested."""

    chat_id: str
    """In a branch the one that the chat has in the run: what is drawn by it stays the same."""
    record: Record
    kind: Kind
    round: int
    random: Random
    """Seeded by chat id: the same chat draws the same on every run."""
    small: bool
    """The model is a small one: ask for one item a call."""
    has_sandbox: bool
    language: str
    """Language of the data, as a BCP 47 tag or an English name; '' leaves it to the seed."""
    lease: Callable[[], Awaitable[Sandbox]]
    """Borrow a sandbox for the length of this chat; the same one on every call."""
    bench: Callable[..., Bench]
    """`bench("search_apis", "calculator")`: registered tools, bound to what they need."""
    ask: Callable[[Seat, str], Awaitable[str]]
    """Hold a chat beside this one with a single role, and return its words (a simulator that answers a call)."""
    plugged: tuple[str, ...] = ()
    """Names of the tools the user plugged in for this run."""
    supplies: Mapping[type, Any] = field(default_factory=dict)
    """What tools are supplied with (`tools.index.ApiIndex`), for programs that need it too."""
    notes: dict[str, Any] = field(default_factory=dict)
    """The flow's own scratch paper, from `direct` to `harvest`."""


@dataclass(frozen=True)
class Flow:
    """One stage of a skill. The engine draws `sample` of the `kinds` that suit a record and holds a chat for each."""

    stage: str
    """transform, instruct, refine, demand or respond."""
    direct: Callable[[Scene], Awaitable[Staging | Sequence[Record]]]
    """Set up the chat. Records instead of a staging: nothing needs to be said. Raise `Drop` to decline."""
    harvest: Callable[[Scene, Talk], Awaitable[Sequence[Record]]]
    """Make records of what was said. Raise `Drop` if it is no good."""
    kinds: tuple[Kind, ...] = (Kind("plain", ""),)
    sample: int | float | None = 1
    """How many kinds to try on each record; None tries all that suit. A float is a share of the records, drawn by their
    ids: for those a chat is held, on one kind, and what comes of it takes their place; the others pass on unchanged,
    and so do those whose chat fails (`facts["went_without"]` has its name)."""
    suits: Mapping[str, Collection[str]] | None = None
    """Which kinds suit a record, by the record's own kind; None: all suit all."""
    small_kinds: tuple[str, ...] | None = None
    """Names of the kinds a small model can do; None: all. The others are not tried with one."""
    passes_on: bool = False
    """The record itself goes on too, beside what came of it (refinement adds, it does not replace)."""
    counts: bool = False
    """Its kinds have quotas: a kind that has all the pairs it needs is not tried again."""
    becomes: Mapping[str, str] | None = None
    """The kind a refined instruction has, by the kind it was made of; those not named are not refined. None: its own.
    Quotas need to know where what is refined will be counted."""
    moves: Mapping[str, str] = field(default_factory=dict)
    """The kind a refined instruction has, by the goal it was refined toward, where that makes it one of another kind
    whatever it was made of."""
    choose: Flow | None = None
    """A chat held first, whose harvest puts the names of the kinds that fit the record, best first, into
    `scene.notes["chosen"]` (those there are stand in `scene.notes["kinds"]`); only among these is drawn. None chosen,
    or `Drop`: the record is declined, for `scene.notes["why"]`. Not held with a small model."""
    name: str = ""
    """Tells two flows of one stage apart; part of the chat's id. Default: the stage."""

    @property
    def label(self) -> str:
        return self.name or self.stage

    @property
    def is_optional(self) -> bool:
        """A record does without it, if need be: it is held for a share of them only."""
        return isinstance(self.sample, float)


def noting(flow: Flow, notes: dict[str, Any]) -> Callable[[Scene], Awaitable[Staging | Sequence[Record]]]:
    """Return a flow's `direct` that writes its notes where they can be read after the chat."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        scene.notes = notes
        return await flow.direct(scene)

    return direct


@dataclass(frozen=True)
class Skill:
    """Flows that lead from a seed to pairs, and the checks that decide which pairs are kept."""

    name: str
    flows: tuple[Flow, ...]
    checks: tuple[Check, ...]
    version: str
    """Hash of the script: records made by other words are made again."""
    roles: tuple[str, ...] = ()
    """Names of the roles that may speak, for `--model role=…` and the record of who was played by what."""
    tools: tuple[str, ...] = ()
    """Tools its roles may call, beside those that kinds name: registered ones, or what can be done in a browser."""
    slow_checks: str = ""
    """Name of the module whose `CHECKS` its checks are, where they take long: they are run beside the event loop."""
    judge: Flow | None = None
    """A chat over a pair that passed every program's check; it yields findings in `Scene.notes["findings"]`."""
    declines: Callable[[Seed], str | None] = lambda seed: None
    """Why a seed is of no use to this skill, or None."""
    needs_sandbox: bool = False
    """Cannot do without; others say so in one line and go on."""
    needs_browser: bool = False
    """Works in a browser, and stops before any call where none can be started."""
    entries: Callable[[Seed], Sequence[Any]] = lambda seed: ()
    """What a seed adds to the retrieval index (`tools.index.Entry`)."""
    dressed: Callable[[Any], Mapping[str, Any]] = lambda pair: {}
    """Further columns of the exported row."""

    @cached_property
    def brief_runs(self) -> frozenset[tuple[str, ...]]:
        """Runs of words of its kinds' briefs: what roles are told, and no pair may repeat."""
        from teams.engine.checks.briefs import runs_of

        flows = (*self.flows, *([self.judge] if self.judge else ()))
        chosen = (flow.choose for flow in self.flows if flow.choose)
        return runs_of(kind.brief for flow in (*flows, *chosen) for kind in flow.kinds)

    def team(self, model_client: Any, **options: Any) -> Any:
        """Return the skill as an AutoGen `Team`: one seed through one path of its flows, every message streamed.

        `model_client` is any AutoGen `ChatCompletionClient`; `options` as in `teams.engine.team.SkillTeam`.
        """
        from teams.engine.team import SkillTeam

        return SkillTeam(self, model_client, **options)

    prefers: Literal["code", "text", "both", "talks"] = "code"
    """What it reads of the seeds: code and API descriptions, prose, both, or prose and conversations (JSON lines with
    `messages`)."""
