"""Makes a journal as a long run of many skills leaves it, of any size, with texts of the sizes of real runs.

    python -m tests.benchmarks.big_journal FOLDER --pairs 100000

Rows go into the journal's own tables, with its triggers; a pair has its births, its chats with thirty messages in all,
its calls and its verdict; one in ten things tried falls out before it is a pair. Words are drawn as language has them:
few are everywhere, most are rare. It is the same journal each time.
"""

import argparse
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from agents.journal_tables import FOLLOWED, SCHEMA, VERSION

SKILLS = (
    *("analytical_reasoning", "brain_teaser", "coding", "conversation", "creative_content", "data_to_text", "fermi"),
    *("few_shot_reasoning", "multiple_choice", "open_domain_qa", "rag", "reading_comprehension"),
    *("text_classification", "text_extraction", "text_modification", "tool_use", "web_agent"),
)
KINDS, PAIRS_A_SEED, MODELS = 12, 10, ("writer-large", "judge-small")
CHATS = ("instruct", "refine", "demand", "respond", "judge")
"""Chats of a pair; a seed has one more."""
MESSAGES = 6
"""In a chat."""
WORDS, SENTENCES = 30_000, 40_000
RARE, RARE_SHARE = "zygomorphic", 5_000
"""A word that stands in one pair of so many."""
DAYS = 2
"""Over which the run went."""
_CHECKS = ("arguments_legal", "spans_occur", "answer_agrees", "no_repetition", "judge", "language")
_TOOLS = ("calculator", "search_apis", "run_python", "web_page")


class Texts:
    """Draws texts: sentences are made once, so that a journal of gigabytes is made in minutes."""

    def __init__(self, random: Random) -> None:
        letters = "aeioubcdfghklmnprstvwz"
        words = ["the", "of", "and", "to", "in", "is", "it", "that", "for", "with"]
        words += ["".join(random.choices(letters, k=random.randint(3, 11))) for _ in range(WORDS)]
        weights = list(accumulate(1 / (rank + 2) for rank in range(len(words))))
        self._random = random
        self._sentences = [
            " ".join(random.choices(words, cum_weights=weights, k=random.randint(7, 22))).capitalize() + "."
            for _ in range(SENTENCES)
        ]

    def of(self, sentences: int) -> str:
        """Return about so many sentences, ninety characters each."""
        return " ".join(
            self._random.choices(self._sentences, k=max(1, round(self._random.gauss(sentences, sentences / 3))))
        )


class Maker:
    """Makes the rows of one journal."""

    def __init__(self, db: sqlite3.Connection, pairs: int) -> None:
        self._db, self._pairs = db, pairs
        self._random = Random("journal")
        self._texts = Texts(self._random)
        self._rows: dict[str, list[tuple[Any, ...]]] = {}

    def make(self) -> None:
        """Write all of it."""
        meta = {"skill": "all", "language": "", "models": {"": MODELS[0], "judge": MODELS[1]}, "seeds": ["seeds"]}
        meta |= {"about": {"title": "pairs", "quotas": {skill: self._pairs // len(SKILLS) for skill in SKILLS}}}
        meta |= {"prices": {MODELS[0]: [2.0, 8.0]}}
        self._db.executemany("INSERT INTO meta VALUES (?,?)", [(k, json.dumps(v)) for k, v in meta.items()])
        self._db.execute("INSERT INTO prompts VALUES ('p', ?)", (self._texts.of(20),))
        for number in range(0, self._pairs, PAIRS_A_SEED):
            self._seed(number)
            if number % 1000 == 0:
                self._write()
        self._write()
        begun = time.time() - DAYS * 86400
        ((last,),) = self._db.execute("SELECT max(n) FROM events").fetchall()
        with self._db:
            self._db.execute("UPDATE events SET at = ? + n * ?", (begun, DAYS * 86400 / last))
        for beat in range(0, 600, 5):
            figures = {"pid": 1, "in_flight": 24, "calls": beat * 20, "accepted": beat, "rejected": 0, "seeds": 9}
            figures |= {"prompt_tokens": 0, "completion_tokens": 0, "cost": 0, "seeds_ended": 8, "pairs": None}
            figures |= {"stopping": None, "ended": beat == 595}
            with self._db:
                self._db.execute("INSERT INTO pulse VALUES (?,?)", (begun + beat, json.dumps(figures)))

    def _add(self, table: str, *row: Any) -> None:
        self._rows.setdefault(table, []).append(row)

    def _write(self) -> None:
        with self._db:
            for table, rows in self._rows.items():
                self._db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
        self._rows.clear()

    def _seed(self, number: int) -> None:
        skill = SKILLS[number // PAIRS_A_SEED % len(SKILLS)]
        id = f"{skill}/folder{number // 5000}/document{number}.md:1-60"
        seed = {
            "id": id,
            "text": self._texts.of(30),
            "path": f"document{number}.md",
            "span": [1, 60],
            "hash": f"{number:032x}",
        }
        self._add("seeds", id, json.dumps(seed | {"kind": "text", "language": "en", "facts": {}}))
        self._chat(id, id, f"{id}/transform-plain", "transform", "plain")
        passage = f"{id}/plain"
        self._add(
            "records",
            passage,
            "passage",
            id,
            id,
            "transform",
            "plain",
            1,
            "",
            "",
            json.dumps({"text": self._texts.of(20)}),
        )
        for one in range(number, min(number + PAIRS_A_SEED, self._pairs)):
            self._pair(skill, id, passage, one, seed)
        if number % 20 == 0:
            chat = f"{passage}/instruct-kind0"
            self._add(
                "drops", chat, id, 1, "instruct", "kind0", json.dumps(["Refused: no usable reply in 3 tries"]), ""
            )

    def _pair(self, skill: str, seed_id: str, passage: str, number: int, seed: dict[str, Any]) -> None:
        random = self._random
        kind = f"kind{number * 7 % KINDS}"
        first = f"{passage}/{kind}-{number % PAIRS_A_SEED}"
        refined = number % 3 == 0
        id = f"{first}/harder-1" if refined else first
        request = self._texts.of(5) + (f" {RARE}" if number % RARE_SHARE == 17 else "")
        messages: list[dict[str, Any]] = [{"role": "user", "content": request}]
        if skill in ("tool_use", "web_agent", "coding"):
            call = {"name": random.choice(_TOOLS), "arguments": json.dumps({"query": self._texts.of(1)})}
            messages += [
                {"role": "assistant", "content": "", "tool_calls": [{"id": "c", "type": "function", "function": call}]},
                {"role": "tool", "tool_call_id": "c", "content": self._texts.of(3)},
            ]
        messages.append({"role": "assistant", "content": self._texts.of(random.choice((4, 12, 25)))})
        failed = random.choice(_CHECKS) if random.random() < 0.25 else ""
        checks = [
            {"check": name, "passed": name != failed, "evidence": self._texts.of(1), "by": "program"}
            for name in _CHECKS
        ]
        verdict = {"accepted": not failed, "judged_by": ["model", "program"], "checks": checks}
        row = {
            "id": id,
            "skill": skill,
            "kinds": {"transform": "plain", "instruct": kind, "refine": ["harder"][:refined], "demand": []},
        }
        row |= {"stage": "refine" if refined else "instruct", "split": "train", "messages": messages, "tools": []}
        row |= {
            "seed": {k: seed[k] for k in ("path", "span", "hash")},
            "models": {"writer": MODELS[0], "judge": MODELS[1]},
        }
        row |= {"facts": {}, "verdict": verdict}
        last = passage
        for name, born in {first: "instruct", id: "refine" if refined else "instruct"}.items():
            born_in = f"{last}/{born}-{kind}"
            self._add(
                "records", name, "instruction", last, seed_id, born, kind, 1, born_in, "", json.dumps({"text": request})
            )
            last = name
        record = json.dumps({"id": id, "messages": messages})
        self._add("records", id, "pair", id, seed_id, "respond", kind, 1, f"{id}/respond-{kind}", "", record)
        for stage in CHATS:
            self._chat(seed_id, id, f"{id}/{stage}-{kind}", stage, kind)
        self._add("verdicts", id, int(not failed), json.dumps(verdict), json.dumps(row), "")

    def _chat(self, seed: str, record: str, chat: str, stage: str, kind: str) -> None:
        self._add("chats", chat, record, seed, 1, stage, kind, '["asker", "writer"]', "done", "")
        for n in range(MESSAGES):
            source = ("asker", "writer")[n % 2]
            text = self._texts.of(5)
            self._add("messages", chat, n, source, "text", text, None)
            if n % 2:
                reply = json.dumps({"content": text, "prompt_tokens": 600, "completion_tokens": 100})
                hash = f"{self._random.getrandbits(128):032x}"
                self._add("calls", chat, hash, 0, n, source, MODELS[stage == "judge"], "p", reply, 600, 100, 1.5)


def make(folder: Path, pairs: int) -> Path:
    """Return a run folder with a journal of so many pairs; made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "run.db").exists():
        unfinished = folder / "making.db"
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(unfinished)) as db:
            db.execute("PRAGMA page_size=8192")
            db.execute("PRAGMA synchronous=OFF")
            db.executescript(f"BEGIN; {SCHEMA} {FOLLOWED} PRAGMA user_version={VERSION}; COMMIT;")
            Maker(db, pairs).make()
            db.execute("PRAGMA journal_mode=WAL")
        unfinished.rename(folder / "run.db")
    return folder


def sizes(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield how many rows there are of what."""
    with closing(sqlite3.connect(folder / "run.db")) as db:
        for table in ("verdicts", "drops", "chats", "messages", "calls", "events"):
            yield table, db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=1000)
    flags = parser.parse_args()
    began = time.monotonic()
    folder = make(flags.folder, flags.pairs)
    print(f"{(folder / 'run.db').stat().st_size / 2**20:.0f} MiB in {time.monotonic() - began:.0f} s")
    print(json.dumps(dict(sizes(folder))))


if __name__ == "__main__":
    main()
