"""The models behind the sample's figures: who tries what the pairs ask, and who reads them beside the checks."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from agents.script import Script
from eval.data.rows import Row
from eval.judging import Complaint, Judge
from eval.records import Message, Speaker
from eval.store import Store, digest

_SCRIPT = Script.beside(__file__)
_VERDICT = re.compile(r"verdict\W{0,4}(fit|unfit)\b", re.IGNORECASE)
_FENCE = re.compile(r"-{4,}")
LONGEST = 24_000
"""Characters of a conversation that a judge is shown; a longer one is not judged."""
NEW_TOKENS = 1024


class Solver:
    """A small model that tries what a pair asks, each time with other luck."""

    def __init__(self, speaker: Speaker, store: Store) -> None:
        self._speaker, self._store = speaker, store
        self._tries: Counter[str] = Counter()

    async def solve(self, messages: Sequence[Mapping[str, str]]) -> str:
        """Return its answer. The same conversation asked again is another try of it, the same in every run."""
        sent: list[Message] = [{"role": one["role"], "content": one["content"]} for one in messages]
        key = digest(sent)
        self._tries[key] += 1
        reply = await self._store.ask(
            self._speaker, sent, role="model", max_tokens=NEW_TOKENS, temperature=0.7, nth=self._tries[key]
        )
        return reply.text


class Reader:
    """A judge that reads a pair without knowing what the checks made of it."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    async def judge(self, row: Row) -> bool | None:
        """Return whether it is fit to train on; None where the judge gave no verdict, or it is too long to be read."""
        words = as_text(row)
        if len(words) > LONGEST:
            return None
        facts = {"conversation": words, "fence": fence(words)}
        return (await self._judge.ask(_SCRIPT, "reader", facts, read_verdict)).value


def fence(text: str) -> str:
    """Return a line of dashes that is longer than any in the text, so that nothing in it can end it."""
    return "-" * (max(map(len, _FENCE.findall(text)), default=5) + 3)


def read_verdict(text: str) -> bool | Complaint:
    """Read the last line of the form `Verdict: fit`."""
    found = _VERDICT.findall(text)
    if not found:
        return Complaint("it does not end in a line 'Verdict: fit' or 'Verdict: unfit'.")
    return bool(found[-1].lower() == "fit")


def as_text(row: Row) -> str:
    """Return a pair as a reader sees it: who says what, calls and results included."""
    said = []
    for message in row.get("messages") or ():
        if not isinstance(message, Mapping):
            continue
        words = [str(message.get("content") or "")]
        words += [f"(calls {_call(call)})" for call in message.get("tool_calls") or ()]
        said.append(f"{str(message.get('role', '?')).upper()}: " + "\n".join(filter(None, words)))
    return "\n\n".join(said)


def _call(call: Any) -> str:
    function = call.get("function", call) if isinstance(call, Mapping) else {}
    return f"{function.get('name')} with {_arguments(function.get('arguments'))}"


def _arguments(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
