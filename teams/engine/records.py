"""The data, in the order it comes to be: seed, passage, instruction, pair.

Records never change; each is born from its parent, and its id is the path of its births:
`tool_use/loans.py:1-80/own_functions/several_calls-1/more_steps-2` came from the seed `loans.py:1-80`.
A birth in a later round of the same seed carries the round: `own_functions@2`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

Schema = Mapping[str, Any]
"""A function a model may call: `{"name", "description", "parameters": <JSON schema>}`."""
Message = Mapping[str, Any]
"""One turn in the form chat templates read: `{"role", "content", "tool_calls"?, "tool_call_id"?}`."""


@dataclass(frozen=True)
class Seed:
    """A piece of a document or of code, found on disk."""

    id: str
    """`<skill>/<path inside the root>:<first line>-<last line>`, odd characters percent-escaped."""
    text: str
    path: str = ""
    """Path inside the seed root, `/`-separated; never absolute."""
    span: tuple[int, int] = (1, 1)
    """First and last line, from 1, both inclusive: of a text file or code; of the text extracted from a document; the
    row of a data set, twice."""
    hash: str = ""
    """SHA-256 of `text` in UTF-8, hexadecimal, first 32 characters."""
    kind: str = "text"
    """What it was parsed as: `code`, `api` (an API description), `text`."""
    language: str = ""
    """Of code the programming language (`python`, `typescript`, …), as the parser calls it; of text the BCP 47 primary
    tag (`en`, `de`), "" where it can't be told."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the program knows about it: for code `functions`, for API descriptions `apis`; for text `place` (page,
    chapter, row) and `personal` (how many personal data of each sort), where there are any. JSON."""

    def rewritten(
        self, kind: str, text: str, *, round: int = 1, facts: Mapping[str, Any] | None = None, stage: str = "transform"
    ) -> "Passage":
        """Bear a passage: the paper's content transformation."""
        return Passage(f"{self.id}/{_birth(kind, round)}", kind, text, self, facts or {}, round, stage)


@dataclass(frozen=True)
class Passage:
    """A seed rewritten into something one can ask about."""

    id: str
    kind: str
    text: str
    seed: Seed
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the skill needs later (tool_use: `apis`, `backend`). JSON."""
    round: int = 1
    stage: str = "transform"

    def with_facts(self, **facts: Any) -> "Passage":
        """Return the same passage knowing more: how a second flow of the transform stage adds to it."""
        return Passage(self.id, self.kind, self.text, self.seed, {**self.facts, **facts}, self.round, self.stage)

    def ask(self, kind: str, text: str, number: int = 1, *, facts: Mapping[str, Any] | None = None) -> "Instruction":
        """Bear an instruction: the paper's seed instruction generation."""
        return Instruction(f"{self.id}/{kind}-{number}", kind, text, self, facts or {})


@dataclass(frozen=True)
class Instruction:
    """Something to ask of a model about a passage."""

    id: str
    kind: str
    text: str
    passage: Passage
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the skill needs to answer and check it (tool_use: the plan of calls). JSON."""
    refinements: tuple[str, ...] = ()
    """The goals it was refined toward, in order; empty in the first stage."""
    stage: str = "instruct"
    demands: tuple[str, ...] = ()
    """Names of the format rules its answer has to keep; most have none."""

    def refined(
        self,
        goal: str,
        text: str,
        number: int = 1,
        *,
        facts: Mapping[str, Any] | None = None,
        passage: Passage | None = None,
        kind: str | None = None,
    ) -> "Instruction":
        """Bear a harder instruction: the paper's instruction refinement. The original is kept beside it."""
        return Instruction(
            f"{self.id}/{goal}-{number}",
            kind or self.kind,
            text,
            passage or self.passage,
            self.facts if facts is None else facts,
            (*self.refinements, goal),
            "refine",
        )

    def demanded(self, demands: Sequence[str], text: str, *, facts: Mapping[str, Any]) -> "Instruction":
        """Bear the same instruction with an output format asked for: the paper's format guidelines.

        It takes the place of the one without; whether it was refined stays as it was.
        """
        id = f"{self.id}/{'+'.join(demands)}"
        return replace(self, id=id, text=text, facts=facts, demands=tuple(demands))

    def answered(
        self, messages: Sequence[Message], tools: Sequence[Schema] = (), *, facts: Mapping[str, Any] | None = None
    ) -> "Pair":
        """Bear the pair: the conversation a good assistant would have had."""
        return Pair(self.id, self.kind, tuple(messages), tuple(tools), self, facts or {})


@dataclass(frozen=True)
class Pair:
    """One training example. It carries its instruction's id: an instruction is answered once."""

    id: str
    kind: str
    messages: tuple[Message, ...]
    tools: tuple[Schema, ...]
    instruction: Instruction
    facts: Mapping[str, Any] = field(default_factory=dict)
    """How it came about (tool_use: `outcome`, `executed`, the calls made). JSON, exported with the row."""
    stage: str = "respond"

    @property
    def seed(self) -> Seed:
        return self.instruction.passage.seed


Record = Seed | Passage | Instruction | Pair
WITHOUT = "went_without"
"""Fact that names the optional flows whose chats failed."""


def without(record: Record, flow: str) -> Record:
    """Return the same record, remembering that it goes on without what an optional flow would have made of it."""
    before = record.facts.get(WITHOUT, ())
    return replace(record, facts={**record.facts, WITHOUT: [*before, flow]})


def went_without(record: Record) -> list[str]:
    """Name the flows a record, and those it came from, went without."""
    parents = [getattr(record, name, None) for name in ("instruction", "passage", "seed")]
    before = next((went_without(parent) for parent in parents if parent is not None), [])
    return [*before, *record.facts.get(WITHOUT, ())]


def _birth(kind: str, round: int) -> str:
    return kind if round == 1 else f"{kind}@{round}"


def as_json(record: Record) -> str:
    """Return the record as JSON, without its parents: they are records of their own."""
    values = {k: v for k, v in record.__dict__.items() if k not in ("seed", "passage", "instruction")}
    return json.dumps(values, ensure_ascii=False, default=asdict)
