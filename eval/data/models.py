"""The models behind the sample's figures: who tries what the pairs ask, and who reads them beside the checks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from agents.errors import CallError
from agents.script import Script
from eval.data.rows import Row, as_text
from eval.fences import fenced
from eval.judging import Complaint, Judge
from eval.records import Message, Speaker
from eval.running import Stop
from eval.store import Store, digest

_SCRIPT = Script.beside(__file__)
_VERDICT = re.compile(r"verdict\W{0,4}(fit|unfit)\b", re.IGNORECASE)
LONGEST = 24_000
"""Characters of a conversation that a judge is shown; a longer one is not judged."""
NEW_TOKENS, JUDGE_TOKENS = 1024, 1500
"""Of a try, and of a verdict."""
TEMPERATURE = 0.7


class Solver:
    """A small model that tries what a pair asks, each time with other luck."""

    def __init__(self, speaker: Speaker, store: Store, stop: Stop) -> None:
        self._speaker, self._store, self._stop = speaker, store, stop
        self._tries: Counter[str] = Counter()

    async def solve(self, messages: Sequence[Mapping[str, str]]) -> str:
        """Return its answer. The same conversation asked again is another try of it, the same in every run.

        Raise `CallError` where the call failed, or the budget is spent.
        """
        _go_on(self._stop, self._store)
        sent: list[Message] = [{"role": one["role"], "content": one["content"]} for one in messages]
        key = digest(sent)
        self._tries[key] += 1
        reply = await self._store.ask(
            self._speaker, sent, role="model", max_tokens=NEW_TOKENS, temperature=TEMPERATURE, nth=self._tries[key]
        )
        return reply.text

    def about(self) -> dict[str, Any]:
        """Return who it is, how it was asked and what it took."""
        sampling = {"temperature": TEMPERATURE, "max_tokens": NEW_TOKENS}
        return {"model": self._speaker.name, **sampling, **_spent(self._store, "model"), "stopped": self._stop.why}


class Reader:
    """A judge that reads a pair without knowing what the checks made of it."""

    def __init__(self, judge: Judge, stop: Stop) -> None:
        self._judge, self._stop = judge, stop

    async def judge(self, row: Row) -> bool | None:
        """Return whether it is fit to train on; None where the judge gave no verdict, or it is too long to be read."""
        _go_on(self._stop, self._judge.store)
        words = as_text(row)
        if len(words) > LONGEST:
            return None
        facts = {"conversation": fenced({"conversation": words}).blocks["conversation"]}
        return (await self._judge.ask(_SCRIPT, "reader", facts, read_verdict, max_tokens=JUDGE_TOKENS)).value

    def about(self) -> dict[str, Any]:
        """Return its record: model, words, verdicts, failures; and what it took."""
        return {**self._judge.record.row(), **_spent(self._judge.store, "judge"), "stopped": self._stop.why}


def _spent(store: Store, role: str) -> dict[str, Any]:
    return {"spent": asdict(store.spent[role])} if role in store.spent else {}


def _go_on(stop: Stop, store: Store) -> None:
    if stop.check(store):
        raise CallError(stop.why)


def brief() -> int:
    """Return how many characters a judge reads beside a pair."""
    return len(_SCRIPT.role("reader").prompt.render(conversation=""))


def read_verdict(text: str) -> bool | Complaint:
    """Read the last line of the form `Verdict: fit`."""
    found = _VERDICT.findall(text)
    if not found:
        return Complaint("it does not end in a line 'Verdict: fit' or 'Verdict: unfit'.")
    return bool(found[-1].lower() == "fit")
