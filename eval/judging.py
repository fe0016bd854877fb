"""A judge: a model that is asked for a verdict in a form, with everything about it on record.

Judges answer with prose, refuse, contradict themselves. A reply that can't be read is asked for again with the
complaint, so often as `TRIES` says; after that there is no verdict, and the item is excluded and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, Generic, TypeVar

from jinja2 import Template

from agents.errors import CallError, UsageError
from agents.script import Script
from eval.records import Message, Reply, Speaker
from eval.store import Store
from eval.verdicts import Complaint, Read

__all__ = ["TRIES", "Complaint", "Judge", "JudgeRecord", "Verdict", "Vote", "majority", "mean", "need_judge"]

T = TypeVar("T")
TRIES = 3
NO_VERDICT = "the judge gave no verdict"
"""Why an item is excluded whose judge never came to one."""
_script = Script.beside(__file__)


@dataclass(frozen=True, slots=True)
class Verdict(Generic[T]):
    """What a judge decided on one question."""

    value: T | None
    """None: no verdict, after all tries."""
    words: str
    """Its last reply, as it came."""
    tries: int = 1
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class Vote(Generic[T]):
    """What several verdicts on one question come to."""

    value: T | None
    """None: not one of them is a verdict."""
    verdicts: tuple[Verdict[T], ...]

    @property
    def words(self) -> str | list[str]:
        """What was said: evidence."""
        said = [one.words for one in self.verdicts]
        return said[0] if len(said) == 1 else said


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
    """By the kind of the last complaint."""
    compared: int = 0
    """Verdicts between two answers."""
    for_first: float = 0.0
    """How many of these went to the answer that stood first. Far from half of them: it judges by position."""

    @property
    def failure_rate(self) -> float:
        """The share of questions that have no verdict; 0 where nothing was asked."""
        return self.failed / max(1, self.failed + self.verdicts)

    @property
    def first_rate(self) -> float | None:
        """The share of verdicts between two answers that went to the first; with a swap, 0.5 is without a bias."""
        return self.for_first / self.compared if self.compared else None

    def row(self) -> dict[str, Any]:
        """Return it as JSON, with the rates."""
        return {**asdict(self), "failure_rate": self.failure_rate, "first_rate": self.first_rate}


class Judge:
    """A speaker that decides. `votes` verdicts are asked for where a task takes votes; `swap` puts two answers in both
    orders where a task compares."""

    def __init__(self, speaker: Speaker, store: Store, *, votes: int = 1, swap: bool = True, max_tokens: int = 1500):
        if votes < 1:
            raise UsageError(f"{votes} votes decide nothing; ask for 1 or more")
        self.speaker, self.store, self.max_tokens = speaker, store, max_tokens
        self.record = JudgeRecord(speaker.name, votes, swap)

    async def ask(
        self,
        script: Script,
        role: str,
        facts: dict[str, Any],
        read: Read[T],
        *,
        nth: int = 0,
        top_logprobs: int = 0,
        before: Sequence[Message] = (),
        max_tokens: int | None = None,
    ) -> Verdict[T]:
        """Put one question, made from the words under `## role` of `script`, and read the verdict.

        `read` returns the verdict, or a `Complaint`: what is wrong with the reply, in words for the judge. `nth`
        counts votes: the first is asked at temperature 0, the others at 0.7. `before` is the talk so far. `max_tokens`:
        of a reply that is longer than a judge's usual ones.
        """
        self.record.prompts[f"{script.path.name}, {role}"] = script.hash
        question = _words(script, role).render(**facts)
        messages: list[Message] = [*before, {"role": "user", "content": question}]
        reply, complaint, tried = Reply(""), Complaint(""), 0
        for tried in range(TRIES):
            reply = await self._say(messages, nth, tried, top_logprobs, max_tokens or self.max_tokens)
            found = _read(reply, read)
            if not isinstance(found, Complaint):
                self.record.verdicts += 1
                self.record.retried += tried > 0
                return Verdict(found, reply.text, tried + 1, reply)
            complaint = found
            if reply.finish == "failed":  # this request can't be answered, and a longer one neither
                break
            messages = [
                *messages,
                {"role": "assistant", "content": reply.text.strip() or "(nothing)"},
                {"role": "user", "content": _words(_script, "again").render(complaint=complaint)},
            ]
        self.record.failed += 1
        self.record.failures[complaint.kind] = self.record.failures.get(complaint.kind, 0) + 1
        return Verdict(None, reply.text or reply.note, tried + 1, reply)

    async def vote(
        self,
        script: Script,
        role: str,
        facts: dict[str, Any],
        read: Read[T],
        *,
        combine: Callable[[Sequence[T]], T] | None = None,
        agree: Callable[[Sequence[T]], bool] | None = None,
        top_logprobs: int = 0,
        max_tokens: int | None = None,
    ) -> Vote[T]:
        """Put one question as often as there are votes, and combine the verdicts that come (default: `majority`).

        Verdicts that don't `agree` (default: that aren't all the same) are counted as a contradiction.
        """
        asked = [
            await self.ask(script, role, facts, read, nth=nth, top_logprobs=top_logprobs, max_tokens=max_tokens)
            for nth in range(self.record.votes)
        ]
        values = [one.value for one in asked if one.value is not None]
        if not (agree or _same)(values):
            self.contradicted()
        return Vote((combine or majority)(values) if values else None, tuple(asked))

    async def _say(
        self, messages: Sequence[Message], nth: int, tried: int, top_logprobs: int, max_tokens: int
    ) -> Reply:
        try:
            return await self.store.ask(
                self.speaker, messages, role="judge", max_tokens=max_tokens,
                temperature=0.7 if nth or tried else 0.0, nth=nth * TRIES + tried, top_logprobs=top_logprobs,
            )  # fmt: skip
        except CallError as error:
            if top_logprobs:  # some endpoints refuse a request for them; the verdict itself is then all there is
                return await self._say(messages, nth, tried, 0, max_tokens)
            # Whose call it was is lost on the way up.
            raise CallError(f"of the judge: {error}") from None

    def contradicted(self) -> None:
        """Note that it answered one question in two ways."""
        self.record.contradictions += 1


def majority(values: Sequence[T]) -> T:
    """Return what most say; of several, what was said first: the first vote is asked at temperature 0."""
    return max(values, key=values.count)


def mean(values: Sequence[float]) -> float:
    """Return the mean of ratings."""
    return sum(values) / len(values)


@lru_cache(256)
def _words(script: Script, role: str) -> Template:
    """A prompt's template, compiled once: that takes longer than all else which is ours in a verdict."""
    return script.role(role).prompt


def _same(values: Sequence[Any]) -> bool:
    return all(one == values[0] for one in values)


def _read(reply: Reply, read: Read[T]) -> T | Complaint:
    if reply.finish == "failed":
        return Complaint(f"there is no reply ({reply.note}).", "no reply")
    if reply.finish == "length":
        return Complaint("it was cut off because it is too long; say it in fewer words.", "cut off")
    if not reply.text.strip():
        return Complaint("it is empty.", "empty")
    return read(reply.text)


def need_judge(judge: Judge | None) -> Judge:
    """Return the judge. Raise `CallError` where a judged task was begun without one (the command refuses that)."""
    if judge is None:
        raise CallError("this task is judged; name a model with --judge")
    return judge
