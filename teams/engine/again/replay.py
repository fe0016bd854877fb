"""`python -m teams replay RUN RECORD`: hold all chats on the way to a record again from the journal, and compare.

Nobody is asked and nothing spent: what is not in the journal can't be told. Programs and checks run anew, so that a
changed one shows. The run is only read, and may go on meanwhile.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.journal import Journal
from agents.meter import Meter
from agents.models.model import Model
from teams.engine.again.comparing import Told, chat_told, verdict_told
from teams.engine.again.kept import Kept, copy, opened
from teams.engine.again.means import abilities_of, means, model_names
from teams.engine.again.retracing import Retracing
from teams.engine.again.way import way_to
from teams.engine.flow import Flow, Skill
from teams.engine.records import Record
from teams.engine.registry import load, skills

SAME, DIFFERS, UNKNOWN = 0, 1, 3
"""Exit codes: all as it was; something differs; nothing differs, but not all can be told."""


async def replay(
    folder: Path, record: str, tell: Callable[[str], None], skill: Skill | None = None
) -> tuple[int, list[Told]]:
    """Replay the way to a record; say chat by chat what came of it. Return the exit code and what was said.

    `skill` is the one of its name if it is not among those installed. Raises `UsageError`.
    """
    with opened(folder) as kept:
        target = kept.target(record)
        skill = skill or skill_of(target.id)
        way = way_to(kept, target, skill)
        seed = kept.seed(target.seed, way.plan, skill)
        if way.plan.partition(":")[0] != skill.version:
            tell(f"The script of {skill.name} has changed since: what a changed prompt leads to can't be told.")
        with tempfile.TemporaryDirectory(prefix="replay-") as scratch:
            chats = [chat for held in way.chats for chat in (held, *kept.asides(held))]
            copy(kept, Path(scratch) / "run.db", [(chat, chat) for chat in chats], chats, kept.meta)
            journal = Journal(Path(scratch))
            journal.is_closed = True
            try:
                async with means(kept.meta, skill, asks=False) as hand:
                    again = _Replay(kept, way, skill, journal, _nobody(kept.meta), Meter(), hand, tell=tell)
                    await again.go(seed)
                    again.conclude()
            finally:
                await journal.close()
        return _code(again.told), again.told


def skill_of(id: str) -> Skill:
    """Return the skill that made a record. Raises `UsageError` where it is not installed."""
    name = id.partition("/")[0]
    if name not in skills():
        raise UsageError(f"there is no skill {name!r} here, which made {id}; go on where it is installed")
    return load([name])[0]


class _Replay(Retracing):
    """Compares as it goes."""

    def __init__(self, kept: Kept, *more: Any, tell: Callable[[str], None]) -> None:
        super().__init__(*more)
        self.kept, self.told, self._tell = kept, list[Told](), tell
        self._stand = kept.rows(self.way.target.seed, self.way.target.round)

    def _say(self, told: Told) -> Told:
        self.told.append(told)
        self._tell(str(told))
        return told

    def _seen(
        self, flow: Flow, record: Record, chat_id: str, outcome: Sequence[Record] | Exception | None
    ) -> Sequence[Record] | Exception | None:
        told = self._say(chat_told(self.kept, chat_id, self._stand, self.journal, outcome))
        if told.result == "can't be told" and chat_id not in self.way.rows:
            # A judge who can't be heard has not said anything; what is optional was gone without.
            return outcome if flow.is_optional else None
        return super()._seen(flow, record, chat_id, outcome)

    def conclude(self) -> None:
        """Say what is left to say: chats that were not come to, and the verdict."""
        held = {told.what for told in self.told}
        of_pair = [f"{self.way.target.id}/"] if self.way.target.type == "pair" else []
        for chat in self.way.chats:
            if chat not in held and not (of_pair and chat == self.way.chats[-1] and self._judge_is_idle(chat)):
                self._say(Told(chat, "can't be told", f"it was not come to: {self._why(chat)}"))
        if self.way.target.type == "pair":
            self._say(verdict_told(self.kept, self.way.target.id, self.journal))

    def _judge_is_idle(self, chat: str) -> bool:
        """The judge of a pair that failed a program's check is not asked, in the run or here."""
        return chat not in self.way.rows and not self.kept.all("SELECT 1 FROM chats WHERE id=?", chat)

    def _why(self, chat: str) -> str:
        (skill,) = self.parts.skills.values()
        label = chat.rpartition("/")[2].partition("-")[0]
        gone = [flow.label for flow in skill.flows if flow.label == label]
        return "something before it has changed" if gone else "the skill has no such flow any more"


def _nobody(meta: dict[str, Any]) -> Callable[[str], Model]:
    """Models with the names and abilities of the run's, which never say anything."""
    from agents.models.scripted import ScriptedClient

    name_of = model_names(meta)
    made = {name: Model(name, ScriptedClient({}), abilities_of(meta, name)) for name in {*_names(meta)}}
    return lambda role: made[name_of(role)]


def _names(meta: dict[str, Any]) -> Iterable[str]:
    name_of = model_names(meta)
    return (name_of(role) for role in ("", *meta.get("models", ())))


def _code(told: Sequence[Told]) -> int:
    results = {one.result for one in told}
    return DIFFERS if "differs" in results else UNKNOWN if "can't be told" in results else SAME
