"""Keep a finished run as a fixture: its journal without what is only for resuming, its pairs, what fell out, its card.

    python -m tests.runs.keep RUN… FOLDER [--only SEED-ID…]

Several runs of one skill become one fixture where no two made the same thing. Addresses of endpoints become the names
of their models, folders of this machine their last part. Sizes are told; `tests/runs/README.md` lists what there is.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.journal import open_reader
from teams.engine.ending import accepted, rejected, write_lines, write_outputs

HERE = Path(__file__).parent
LIMIT = 400_000
"""Bytes of a journal above which what was replied to each call is left out: chats hold the same words."""
PAGE = 1024
"""Bytes of a page: chats are short, and a page that is half empty is kept too."""
LOOPBACK = r"(?:127\.0\.0\.1|0\.0\.0\.0|localhost|\[::1\])(?::\d+)?+"
_MODEL = re.compile(rf"https?://{LOOPBACK}(?:/[\w./-]*)?:([\w.@-]+)")
_ENDPOINT = re.compile(rf"https?://{LOOPBACK}(?:/[\w./-]*)?|\b127\.0\.0\.1(?::\d+)?|\blocalhost:\d+")
_MARKS = ("<!-- what follows is written by tests/runs/keep.py -->", "<!-- until here -->")
RESUMING = ("draws", "settled")
FOLLOWED = ("events", "pulse", "usage")
"""Tables that triggers and the running engine fill: of several runs in one they would say nothing that is true."""


class Scrubber:
    """Takes out of texts what is of this machine."""

    def __init__(self, *places: Path) -> None:
        """`places`: folders by whose first part paths of this machine are known."""
        tops = {
            place.resolve().parts[1] for place in (*places, Path.cwd(), Path.home()) if len(place.resolve().parts) > 1
        }
        tops -= {"usr", "etc", "bin", "lib"}  # every machine has those
        self._path = re.compile(rf"(?<![\w.])/(?:{'|'.join(map(re.escape, sorted(tops)))})/[^\s\"'\\,;:)\]]*")

    def __call__(self, text: Any) -> Any:
        """Return the text with names for addresses; what is no text, as it is."""
        if not isinstance(text, str):
            return text
        return self._path.sub(self._named, _ENDPOINT.sub("endpoint", _MODEL.sub(r"\1", text)))

    @staticmethod
    def _named(match: re.Match[str]) -> str:
        path = match.group().rstrip("/")
        at = path.find("/tests/seeds/")
        return path[at + 1 :] if at >= 0 else path.rsplit("/", 1)[-1]


def keep(runs: Sequence[Path], folder: Path, only: Sequence[str] = ()) -> None:
    """Write the fixture. `only`: how the ids of the seeds to keep begin. Raises `UsageError`."""
    new = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        scrub = Scrubber(*runs)
        _write_journal(runs, new / "run.db", only, scrub)
        card = runs[0] / "README.md"
        if len(runs) == 1 and not only and card.exists():
            (new / "README.md").write_text(scrub(card.read_text(encoding="utf-8")), encoding="utf-8")
            with closing(open_reader(new)) as db:
                write_lines(new / "pairs.jsonl", accepted(db))
                write_lines(new / "rejected.jsonl", rejected(db))
        else:
            write_outputs(new, **_about(runs, new, scrub))
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _about(runs: Sequence[Path], folder: Path, scrub: Scrubber) -> dict[str, Any]:
    """What the card says of how a run was made that is one of several, a part of one, or was stopped before its end."""
    with closing(open_reader(folder)) as db:
        meta = {key: json.loads(value) for key, value in db.execute("SELECT key, value FROM meta")}
    seeds = " ".join(Path(seed).name for seed in meta.get("seeds", ()))
    cards = [scrub(card.read_text(encoding="utf-8")) for run in runs if (card := run / "README.md").exists()]
    commands = [match[1] for card in cards if (match := re.search(r"```sh\n(.+)\n```", card))]
    languages = [match[1] for card in cards if (match := re.search(r'^language: \["([^"]+)"\]', card, re.MULTILINE))]
    return {
        "title": f"{meta['skill']} pairs from {seeds}",
        "command": "; ".join(dict.fromkeys(commands)) or f"python -m teams.{meta['skill']} --seeds {seeds}",
        "language": languages[0] if languages else "en",
    }


# -- the journal


def _write_journal(runs: Sequence[Path], path: Path, only: Sequence[str], scrub: Scrubber) -> None:
    with closing(open_reader(runs[0])) as source, closing(sqlite3.connect(path)) as db:
        source.backup(db)
        db.execute("PRAGMA journal_mode=DELETE")
        for run in runs[1:]:
            _add(db, run)
        if only:
            _leave_out(db, only)
        for table in RESUMING:
            db.execute(f"DELETE FROM {table}")
        db.create_function("scrub", 1, scrub, deterministic=True)
        for table, column in _columns(db):
            # Two endpoints of one name were both tried out: one row of it is enough.
            clean = f'scrub("{column}")'
            db.execute(f'UPDATE OR REPLACE {table} SET "{column}" = {clean} WHERE "{column}" <> {clean}')
        db.commit()
        if _packed(db, path) > LIMIT:
            db.execute("UPDATE calls SET reply = ''")
            db.commit()
            _packed(db, path)


def _packed(db: sqlite3.Connection, path: Path) -> int:
    db.execute(f"PRAGMA page_size={PAGE}")
    db.execute("VACUUM")
    return path.stat().st_size


def _add(db: sqlite3.Connection, run: Path) -> None:
    """Put the rows of another run in. Raises `UsageError` where both made the same thing in two ways."""
    with closing(open_reader(run)) as other:
        if both := sorted(set(_made(db)) & set(_made(other))):
            raise UsageError(f"{run} and a run before it both made {both[0]}: keep it in a folder of its own")
        for table in {table for table, _ in _columns(db)} - {"meta", *FOLLOWED}:
            for row in other.execute(f"SELECT * FROM {table}"):
                db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({','.join('?' * len(row))})", row)
        for key, value in other.execute("SELECT key, value FROM meta"):
            before = db.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
            joined = _joined(json.loads(before[0]), json.loads(value)) if before else json.loads(value)
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(joined)))


def _made(db: sqlite3.Connection) -> Iterator[str]:
    """Yield what only one of several runs can have made. A passage that is the seed itself is the same in all."""
    for table in ("chats", "verdicts", "drops"):
        yield from (id for (id,) in db.execute(f"SELECT id FROM {table}"))
    yield from (id for (id,) in db.execute("SELECT id FROM records WHERE type <> 'passage'"))


def _joined(one: Any, other: Any) -> Any:
    """Lists and tables of two runs together; of anything else, the first's."""
    if isinstance(one, list) and isinstance(other, list):
        return [*one, *(value for value in other if value not in one)]
    return {**other, **one} if isinstance(one, dict) and isinstance(other, dict) else one


def _seeds(db: sqlite3.Connection) -> set[str]:
    return {seed for (seed,) in db.execute("SELECT seed FROM records UNION SELECT seed FROM chats") if seed}


def _leave_out(db: sqlite3.Connection, only: Sequence[str]) -> None:
    """Delete everything about other seeds. Chats beside a chat have its id as the beginning of theirs."""
    for seed in _seeds(db):
        if seed.startswith(tuple(only)):
            continue
        for table, column in (("verdicts", "id"), ("messages", "chat"), ("calls", "chat"), ("tools", "chat")):
            begins = f"substr({column}, 1, {len(seed) + 1})"
            db.execute(f"DELETE FROM {table} WHERE {column} = ? OR {begins} = ?", (seed, f"{seed}/"))
        for table in ("records", "drops", "chats"):
            db.execute(f"DELETE FROM {table} WHERE seed = ?", (seed,))
    if not _seeds(db):
        raise UsageError(f"no seed of the run begins with {' or '.join(only)}")


def _columns(db: sqlite3.Connection) -> list[tuple[str, str]]:
    tables = [
        name
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        )
    ]
    return [(table, column) for table in tables for _, column, *_ in db.execute(f"PRAGMA table_info({table})")]


# -- what there is


def fixtures(root: Path = HERE) -> list[Path]:
    """Return the folders of all fixtures, in the order of their names."""
    return sorted(path.parent for path in root.rglob("run.db"))


def listing(root: Path = HERE) -> str:
    """Return the table of all fixtures."""
    head = "| run | accepted | fell out | kinds of those accepted | models | kB |\n|---|---|---|---|---|---|\n"
    return head + "".join(f"| {' | '.join(_cells(folder, root))} |\n" for folder in fixtures(root))


def _cells(folder: Path, root: Path) -> Iterator[str]:
    rows = [json.loads(line) for line in (folder / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    out = (folder / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    with closing(open_reader(folder)) as db:
        models = [model for (model,) in db.execute("SELECT DISTINCT model FROM calls ORDER BY model")]
    kinds = sorted({row["kinds"]["instruct"] for row in rows})
    name = folder.relative_to(root).as_posix()
    yield f"[{name}]({name}/README.md)"
    yield from (str(len(rows)), str(len(out)), ", ".join(kinds) or "none", ", ".join(models))
    yield str(round(sum(path.stat().st_size for path in folder.iterdir()) / 1000))


def write_listing(root: Path = HERE) -> None:
    """Write the table into the README, leaving what is around it."""
    path = root / "README.md"
    text = path.read_text(encoding="utf-8") if path.exists() else f"# Runs\n\n{_MARKS[0]}\n{_MARKS[1]}\n"
    before, _, rest = text.partition(_MARKS[0])
    after = rest.partition(_MARKS[1])[2]
    path.write_text(f"{before}{_MARKS[0]}\n{listing(root)}{_MARKS[1]}{after}", encoding="utf-8")


def main(words: Iterable[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.runs.keep", description=__doc__)
    parser.add_argument("places", nargs="*", type=Path, metavar="RUN… FOLDER", help="none: only list what there is")
    parser.add_argument("--only", nargs="+", default=[], metavar="SEED-ID", help="keep seeds whose ids begin so")
    given = parser.parse_args(list(words))
    if len(given.places) == 1:
        parser.error("name a run folder and the folder to keep it in")
    try:
        if given.places:
            *runs, folder = given.places
            keep(runs, folder, given.only)
            sizes = (f"{path.name} {path.stat().st_size / 1000:.0f} kB" for path in sorted(folder.iterdir()))
            sys.stdout.write(f"{', '.join(sizes)}\n")
        write_listing()
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
