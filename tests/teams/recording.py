"""Conversations worth keeping: taken from a run's journal, read by a person, judged again by every later version.

    python -m tests.teams.recording RUN SEEDS tool_use/bikes/ tests/teams/recordings/bikes.jsonl

keeps what a run made of the seeds whose ids begin as said: a line for each model call, record and pair. The seeds
themselves lie beside the recordings, where they are ours to give away. What the reader made of each pair of tool_use
stands in `test_recordings.py`; the skills of text are in `recordings/text`, of some with the judges' replies alone.
Replies are found by chat, role and turn, so that prompts may change.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agents.errors import CallError
from agents.models.scripted import Request, ScriptedClient, call
from teams.engine.flow import Skill
from teams.engine.mix_seeds import WAYS
from teams.engine.records import Instruction, Pair, Passage, Seed, as_json
from teams.engine.registry import load
from teams.engine.seeds import SeedError, read_seeds
from teams.engine.stages.refine import edited

SAID = "SELECT text, extra FROM messages WHERE chat=?"
FOLDER = Path(__file__).with_name("recordings")


@dataclass
class Recording:
    """One file of `recordings/`, read."""

    name: str
    replies: dict[tuple[str, str], list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """What a role said in a chat, in order."""
    records: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    pairs: list[Mapping[str, Any]] = field(default_factory=list)

    def take(self, row: Mapping[str, Any]) -> None:
        """Take a line in."""
        if "reply" in row:
            self.replies[row["chat"], row["role"]].append(row["reply"])
        elif "record" in row:
            self.records[f"{row['type']} {row['record']['id']}"] = row["record"]
        else:
            self.pairs.append(row)

    def pair(self, line: Mapping[str, Any]) -> Pair:
        """Build a recorded pair again, with all it was born from."""
        about = line["parents"]
        seed = Seed(**self.records[about[0]])
        passage = Passage(**self.records[about[1]], seed=seed)
        values = _tuples(self.records[about[2]], "refinements", "demands")
        # Refinement may have changed the passage; its edits are what the instruction keeps of that.
        text, problems = edited(passage.text, values["facts"].get("edits", ()))
        assert not problems
        instruction = Instruction(**values, passage=replace(passage, text=text))
        return Pair(**_tuples(line["pair"], "messages", "tools"), instruction=instruction)

    def client(self) -> ScriptedClient:
        """A model that says again what was said."""
        return ScriptedClient({"*": self._again})

    def _again(self, request: Request) -> Any:
        said = self.replies[request.chat, request.role]
        if not said:  # a chat beside a chat is named by what was asked in it, and words of prompts change
            beside = f"{request.chat}-"
            said = [
                one
                for (chat, role), told in self.replies.items()
                if role == request.role and chat.startswith(beside)
                for one in told
            ]
        if request.turn >= len(said):
            raise CallError(f"{self.name} has {len(said)} replies of {request.role} in {request.chat}")
        reply = said[request.turn]
        if calls := reply.get("calls"):
            return call(calls[0]["name"], **json.loads(calls[0]["arguments"]))
        return str(reply["content"])


def _tuples(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """JSON has lists where records have tuples."""
    return {key: tuple(value) if key in names else value for key, value in values.items()}


def read(path: Path) -> Recording:
    recording = Recording(path.stem)
    for line in path.read_text(encoding="utf-8").splitlines():
        recording.take(json.loads(line))
    return recording


def recorded(skill: str) -> list[Pair]:
    """Return every recorded pair of a skill of text."""
    found = []
    for path in sorted((FOLDER / "text").glob(f"{skill}-*.jsonl")):
        recording = read(path)
        found += [recording.pair(line) for line in recording.pairs]
    return found


def lines(run: Path, only: str, seeds: Path) -> Iterator[dict[str, Any]]:
    """Yield what a run made of the seeds whose ids begin with `only`; `seeds` is the folder they were read from."""
    journal = sqlite3.connect(f"file:{run / 'run.db'}?mode=ro", uri=True)
    wanted = (f"{only}%",)
    skill = load([only.split("/")[0]])[0]
    made = {id for (id,) in journal.execute("SELECT DISTINCT seed FROM records WHERE seed LIKE ?", wanted)}
    for seed in _read(seeds, skill):
        # A run over several roots prefixes all but the first.
        for id in made:
            if id == seed.id or id.split("~")[-1].split("/", 1)[-1] == seed.id.split("/", 1)[-1]:
                yield {"type": "seed", "record": {**json.loads(as_json(seed)), "id": id, "text": "", "facts": {}}}
    asked = "SELECT chat, role, turn, hash, reply FROM calls WHERE chat LIKE ? ORDER BY chat, turn, nth"
    turns: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
    for chat, role, turn, hash, text in journal.execute(asked, wanted):
        call = {"chat": chat, "role": role, "turn": turn, "hash": hash, "reply": json.loads(text)}
        turns.setdefault((chat, role, turn), []).append(call)
    for (chat, *_), calls in turns.items():
        # A run gone on with after its prompts were edited holds older replies too: the chat's messages tell them apart.
        heard = "".join(m or "" for row in journal.execute(SAID, (chat,)) for m in row).replace('\\"', '"')
        yield next((call for call in calls if _words(call["reply"]) in heard), calls[-1])
    yield from judged(journal, only)


def _read(folder: Path, skill: Skill) -> Iterator[Seed]:
    """Read seeds in each of the ways in which a skill reads them."""
    for way in WAYS[skill.prefers]:
        with suppress(SeedError):
            yield from read_seeds([folder], skill.name, way)


def judged(journal: sqlite3.Connection, only: str = "") -> Iterator[dict[str, Any]]:
    """Yield the records and the judged pairs of a run, of the seeds whose ids begin with `only`."""
    wanted = (f"{only}%",)
    parents: dict[str, str] = {}
    born = "SELECT id, type, parent, record FROM records WHERE id LIKE ? AND type<>'pair' ORDER BY type, id"
    for id, type, parent, text in journal.execute(born, wanted):
        of_tool_use = id.startswith("tool_use/")
        if type == "instruction" or not of_tool_use or "executed" in json.loads(text)["facts"]:
            parents[f"{type} {id}"] = parent
            yield {"type": type, "record": json.loads(text)}
    pairs = (
        "SELECT r.id, r.record, v.accepted, v.verdict FROM records r JOIN verdicts v ON v.id=r.id"
        " WHERE r.type='pair' AND r.id LIKE ? ORDER BY r.id"
    )
    for id, text, accepted, verdict in journal.execute(pairs, wanted):
        failed = [check["check"] for check in json.loads(verdict)["checks"] if not check["passed"]]
        yield {"pair": json.loads(text), "accepted": bool(accepted), "failed": failed, "parents": _line(id, parents)}


def _words(reply: Mapping[str, Any]) -> str:
    """What a reply reads like in a chat's messages."""
    return str(reply["calls"][0]["arguments"] if "calls" in reply else reply["content"])


def _line(id: str, parents: Mapping[str, str]) -> list[str]:
    """The keys of a pair's seed, passage and instruction."""
    instruction = f"instruction {id}"
    above = parents[instruction]
    while f"passage {above}" not in parents:
        before = parents[f"instruction {above}"]
        # A stage that hands on what it was given stores it as its own parent; its id still names where it came from.
        above = before if before != above else above.rsplit("/", 1)[0]
    return [f"seed {above.rsplit('/', 1)[0]}", f"passage {above}", instruction]


if __name__ == "__main__":
    run, seeds, only, out = sys.argv[1:]
    with open(out, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in lines(Path(run), only, Path(seeds)))
