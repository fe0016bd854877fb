"""Conversations of a run worth keeping: pairs with what they were born from, and how they were judged.

python -m tests.teams.conversation.recorded RUN tests/teams/conversation/recorded.jsonl
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from teams.engine.records import Instruction, Pair, Passage, Seed

FILE = Path(__file__).with_name("recorded.jsonl")


def lines(run: Path) -> Iterator[dict[str, Any]]:
    """Yield a line for each pair a run judged."""
    journal = sqlite3.connect(f"file:{run / 'run.db'}?mode=ro", uri=True)
    records = {
        (type, id): json.loads(text) for type, id, text in journal.execute("SELECT type, id, record FROM records")
    }
    judged = (
        "SELECT r.id, v.accepted, v.verdict FROM records r JOIN verdicts v ON v.id=r.id"
        " WHERE r.type='pair' ORDER BY r.id"
    )
    for id, accepted, verdict in journal.execute(judged):
        above = max((key[1] for key in records if key[0] == "passage" and id.startswith(f"{key[1]}/")), key=len)
        said = [check for check in json.loads(verdict)["checks"] if check["by"] == "model"]
        yield {"accepted": bool(accepted), "said": said, "pair": records["pair", id],
               "instruction": records["instruction", id], "passage": records["passage", above]}  # fmt: skip


def pairs() -> list[tuple[Pair, Mapping[str, Any]]]:
    """Return what was kept, each pair with its line."""
    kept = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [(_pair(line), line) for line in kept]


def _pair(line: Mapping[str, Any]) -> Pair:
    text = line["passage"]["text"]
    passage = Passage(**line["passage"], seed=Seed(line["passage"]["id"].rsplit("/", 1)[0], text))
    lists = {name: tuple(line["instruction"][name]) for name in ("refinements", "demands")}
    instruction = Instruction(**{**line["instruction"], **lists}, passage=passage)
    lists = {name: tuple(line["pair"][name]) for name in ("messages", "tools")}
    return Pair(**{**line["pair"], **lists}, instruction=instruction)


if __name__ == "__main__":
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines(Path(sys.argv[1])))
