"""A judge: a model that is asked for a verdict in a form, with everything about it on record.

Judges answer with prose, refuse, contradict themselves. A reply that can't be read is asked for again with the
complaint, so often as `tries` says; after that there is no verdict, and the item is excluded and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from agents.errors import CallError
from agents.role import Role
from agents.script import Script
from eval.records import Message, Reply, Speaker
from eval.store import Store

T = TypeVar("T")
TRIES = 3


@dataclass(frozen=True, slots=True)
class Verdict(Generic[T]):
    """What a judge decided on one question."""

    value: T | None
    """None: no verdict, after all tries."""
    words: str
    """Its last reply, as it came."""
    tries: int = 1
    reply: Reply | None = None


@dataclass
class JudgeRecord:
    """What is said of a judge in every result it took part in."""

    model: str
    votes: int
    swap: bool
    prompts: dict[str, str] = field(default_factory=dict)
    """By name: the hash of the script its words stand in."""
    verdicts: int = 0
    retried: int = 0
    """Verdicts that took more than one try."""
    failed: int = 0
    """Questions without a verdict in the end."""
    contradictions: int = 0
    """Questions that it answered otherwise when the same was put in another order, or asked again."""
    failures: dict[str, int] = field(default_factory=dict)
    """By the last complaint."""


class Judge:
    """A speaker that decides. `votes` verdicts are asked for where a task takes votes; `swap` puts two answers in both
    orders where a task compares."""

    def __init__(self, speaker: Speaker, store: Store, *, votes: int = 1, swap: bool = True, max_tokens: int = 1500):
        self.speaker, self.store, self.max_tokens = speaker, store, max_tokens
        self.record = JudgeRecord(speaker.name, votes, swap)
        self._roles: dict[tuple[str, str], Role] = {}

    async def ask(
        self,
        script: Script,
        role: str,
        facts: dict[str, Any],
        read: Callable[[str], T | Complaint],
        *,
        nth: int = 0,
        top_logprobs: int = 0,
        before: Sequence[Message] = (),
    ) -> Verdict[T]:
        """Put one question, made from the words under `## role` of `script`, and read the verdict.

        `read` returns the verdict, or a `Complaint`: what is wrong with the reply, in words for the judge. `nth`
        counts votes: the first is asked at temperature 0, the others at 0.7. `before` is the talk so far.
        """
        self.record.prompts[f"{script.path.name}, {role}"] = script.hash
        # Making a template of the words takes ten times as long as filling it in.
        if (script.hash, role) not in self._roles:
            self._roles[script.hash, role] = script.role(role)
        question = self._roles[script.hash, role].prompt.render(**facts)
        messages: list[Message] = [*before, {"role": "user", "content": question}]
        reply, complaint = Reply(""), ""
        for tried in range(TRIES):
            reply = await self.store.ask(
                self.speaker, messages, role="judge", max_tokens=self.max_tokens,
                temperature=0.7 if nth else 0.0, nth=nth * TRIES + tried, top_logprobs=top_logprobs,
            )  # fmt: skip
            found = _read(reply, read)
            if not isinstance(found, Complaint):
                self.record.verdicts += 1
                self.record.retried += tried > 0
                return Verdict(found, reply.text, tried + 1, reply)
            complaint = str(found)
            messages = [
                *messages,
                {"role": "assistant", "content": reply.text or "(nothing)"},
                {"role": "user", "content": f"That can't be used: {complaint} Please give the whole verdict again."},
            ]
        self.record.failed += 1
        self.record.failures[complaint] = self.record.failures.get(complaint, 0) + 1
        return Verdict(None, reply.text, TRIES, reply)

    def contradicted(self) -> None:
        """Note that it answered one question in two ways."""
        self.record.contradictions += 1


class Complaint(str):
    """What is wrong with a judge's reply, in words for the judge."""


def _read(reply: Reply, read: Callable[[str], Any]) -> Any:
    if reply.finish == "failed":
        return Complaint(f"there is no reply ({reply.note}).")
    if reply.finish == "length":
        return Complaint("it was cut off because it is too long; say it in fewer words.")
    if not reply.text.strip():
        return Complaint("it is empty.")
    return read(reply.text)


def need_judge(judge: Judge | None) -> Judge:
    """Return the judge. Raise `CallError` where a judged task was begun without one (the command refuses that)."""
    if judge is None:
        raise CallError("this task is judged; name a model with --judge")
    return judge
