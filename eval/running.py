"""Run tasks: generate, extract, score. Every reply is in the store before anything is made of it.

Extraction and marking are recomputed each time, from the stored replies: a better extractor needs no new answers, and
no figure is ever older than the code that it comes from. Of an answer that was cut at the most tokens only what it
said in so many words is read (`eval.extract.cut`).
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from agents.errors import CallError
from eval.extract.cut import of_cut
from eval.judging import Judge
from eval.records import Extracted, Item, Message, Reply, Score, Speaker
from eval.results import Scored
from eval.store import Store
from eval.task import Task

SILENT = 30.0
"""Seconds after which it is told how far a task is, however few its items: a slow model takes minutes for eight."""


@dataclass
class Stop:
    """Says when nothing new may begin: Ctrl-C, or the budget is spent."""

    max_cost: float | None = None
    why: str = ""

    def check(self, store: Store) -> bool:
        """Return whether the end has come."""
        if not self.why and self.max_cost is not None:
            spent = sum(one.cost for one in store.spent.values())
            if spent >= self.max_cost:
                self.why = f"budget of {self.max_cost:g} US dollars spent"
        return bool(self.why)


@dataclass
class Runner:
    """Puts the items of tasks to one model."""

    model: Speaker
    store: Store
    judge: Judge | None = None
    extractor: Speaker | None = None
    """Asked where the program reads no answer (`--extractor`)."""
    both: Collection[str] = ()
    """Ids of items whose answers the extractor reads besides, to see how far the two agree (`--agreement`)."""
    pairs: dict[str, tuple[Extracted, Extracted]] = field(default_factory=dict)
    """What came of those, by id: the program's reading, the extractor's."""
    unpaired: int = 0
    """Those of them whose answer is empty, or which the extractor could not be asked."""
    at_once: int = 0
    """Items in work at the same time; 0: as many as the model takes."""
    tell: Callable[[str, int, int], None] = lambda task, done, items: None
    stop: Stop = field(default_factory=Stop)

    async def run(self, task: Task, items: Sequence[Item]) -> list[Scored]:
        """Return the items with their scores, in order; those that were not begun when the stop came are missing.

        Raise `EndpointError`, `StoreError`: what was said until then is in the store.
        """
        done: list[Scored | None] = [None] * len(items)
        numbers = iter(range(len(items)))
        finished = 0

        async def work() -> None:
            nonlocal finished
            for number in numbers:
                if self.stop.check(self.store):
                    return
                done[number] = await self._one(task, items[number])
                finished += 1
                self.tell(task.name, finished, len(items))

        workers = min(self.at_once or self.model.at_once, len(items)) or 1
        async with Together() as group:
            for _ in range(workers):
                group.create_task(work())
        return [one for one in done if one is not None]

    async def _one(self, task: Task, item: Item) -> Scored:
        replies: list[Reply] = []
        try:
            for messages in _requests(item, replies):
                replies.append(
                    await self.store.ask(
                        self.model, messages, role="model", max_tokens=task.max_tokens, temperature=item.temperature
                    )
                )
            score = await self._score(task, item, replies)
        except CallError as error:
            score = Score(excluded=_kind_of(error))
        return Scored(item, tuple(replies), score)

    async def _score(self, task: Task, item: Item, replies: Sequence[Reply]) -> Score:
        if task.score is not None:
            found = task.score(item, [reply.text for reply in replies], self.judge)
            return await found if inspect.isawaitable(found) else found
        assert task.extract is not None
        assert task.mark is not None
        extracted = task.extract(item, replies[-1].text)
        if replies[-1].finish == "length":
            extracted = of_cut(extracted, replies[-1].text)
        if item.id in self.both:
            await self._compared(task, item, replies[-1].text, extracted)
        if extracted.value is None and self.extractor is not None and replies[-1].text.strip():
            extracted = await self._asked(task, item, replies[-1].text)
        return Score(
            task.mark(item, extracted.value),
            extracted=extracted.value,
            how=extracted.how,
            unparsed=extracted.value is None,
        )

    async def _compared(self, task: Task, item: Item, answer: str, read: Extracted) -> None:
        """Have the extractor read what the program has read. What fails here costs no item its mark."""
        try:
            if answer.strip():
                self.pairs[item.id] = read, await self._asked(task, item, answer)
                return
        except CallError:
            pass
        self.unpaired += 1

    async def _asked(self, task: Task, item: Item, answer: str) -> Extracted:
        from eval.extract.model import ask

        assert self.extractor is not None
        through = _ThroughStore(self.extractor, self.store)
        found = await ask(through, item.turns[-1].ask, answer, item.facts.get("kind", task.kind), item.options)
        return replace(found, how=f"model:{found.how}" if found.how else "")


@dataclass
class _ThroughStore:
    """A speaker whose replies are kept, as the extractor asks it."""

    speaker: Speaker
    store: Store

    async def say(self, messages: Sequence[Message], *, max_tokens: int) -> Reply:
        try:
            return await self.store.ask(self.speaker, messages, role="extractor", max_tokens=max_tokens)
        except CallError as error:
            raise CallError(f"of the extractor: {error}") from None


def _requests(item: Item, replies: Sequence[Reply]) -> Iterator[list[Message]]:
    """Yield what is sent for each turn, the history being the given answers, or where there is none the model's own."""
    messages: list[Message] = [{"role": "system", "content": item.system}] if item.system else []
    for number, turn in enumerate(item.turns):
        messages = [*messages, {"role": "user", "content": turn.ask}]
        yield messages
        said = replies[number].text if turn.given is None else turn.given
        messages = [*messages, {"role": "assistant", "content": said}]


def requests_of(item: Item) -> list[list[Message]]:
    """Return the requests of an item as far as they are known before it is asked: for estimates."""
    return list(_requests(item, [Reply("")] * len(item.turns)))


def _kind_of(error: CallError) -> str:
    """Why an item is excluded, short enough to be counted by."""
    return f"call failed: {(str(error).splitlines() or [''])[0][:120]}"


class Together(asyncio.TaskGroup):
    """A task group that raises what went wrong first by itself, not wrapped in a group."""

    async def __aexit__(self, kind, error, trace):  # type: ignore[no-untyped-def]
        try:
            return await super().__aexit__(kind, error, trace)
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
