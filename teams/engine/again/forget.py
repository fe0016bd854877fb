"""`python -m teams forget RUN SEED`: remove all that came of a seed, from every place where there is any of it.

First the journal, in one transaction, which also notes what is still to be done; then people's acts, branches, the
files made of the run; and last the bytes of what was deleted. Killed anywhere on the way, doing it again finishes it.
The seed's own file is not touched. What is left of a seed is a hash of its id, so that a run gone on with passes it
over.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.journal import check_version, hold_folder
from teams.engine.again import cleared
from teams.engine.again.branches import folder_of, numbers
from teams.engine.again.deleting import delete
from teams.engine.again.kept import Kept, opened
from teams.engine.again.traces import Gone, gone, hash_of, named, place_of, was_forgotten

Tell = Callable[[str], None]
FORGOTTEN, FORGETTING = "forgotten", "forgetting"
"""In a journal's meta: hashes of seeds that are passed over; what is about to be removed."""
DONE, LEFT, NOTHING = 0, 1, 1
_PATIENCE = 3.0
"""Seconds to wait for whoever has a file open at the moment."""
_SHOWN = 8
"""Ids listed of each sort, before it is asked whether they shall go."""


def forget(run: Path, asked: str, tell: Tell, sure: Callable[[], bool]) -> int:
    """Remove what came of a seed; return 0, or 1 where something is left that has to be removed by hand.

    Raises `UsageError`: there is no such seed, the run is going on, or somebody has its files open.
    """
    if not (run / "run.db").exists():
        raise UsageError(f"no run in {run}/: there is no run.db; name the folder a run printed at its end")
    with ExitStack() as stack:
        stack.enter_context(closing(hold_folder(run)))
        for n in numbers(run):
            stack.enter_context(closing(hold_folder(folder_of(run, n))))
        code, finished = DONE, _begun(run)
        if finished:
            tell(f"Finishing what was begun before: forgetting {_few(finished.seeds)}.")
            code = _finish(run, finished, tell)
        with opened(run) as kept:
            if finished and not kept.seeds(asked) and asked in (*finished.seeds, *map(_path_of, finished.seeds)):
                return code
            there = {name for seed in kept.seeds() for name in (seed, place_of(seed))}
            if was_forgotten(kept.meta, asked) and asked not in there:
                tell(f"{asked} was forgotten before; nothing is left of it.")
                return code
            whole = gone(kept, named(kept, asked))
            _list(kept, whole, tell)
        if not sure():
            tell("Nothing was removed.")
            return NOTHING
        _remove(run, whole)
        return max(code, _finish(run, whole, tell))


def _path_of(seed: str) -> str:
    return place_of(seed).rpartition(":")[0]


def _begun(run: Path) -> Gone | None:
    """Return what an earlier life of this command was about to remove."""
    with opened(run) as kept:
        found = kept.meta.get(FORGETTING)
    return Gone(**found) if found else None


def _list(kept: Kept, whole: Gone, tell: Tell) -> None:
    """Say what is to go, what was shown to others first of all."""
    tell(f"Of {_few(whole.seeds)}:")
    for what, sql in (("records", "records WHERE seed=?"), ("chats", "chats WHERE seed=?"),
                      ("pairs", "records WHERE type='pair' AND seed=?")):  # fmt: skip
        tell(f"  {sum(kept.column(f'SELECT count(*) FROM {sql}', seed)[0] for seed in whole.seeds)} {what}")
    others = dict.fromkeys((*whole.roots, *whole.pairs, *whole.chats))
    if others:
        tell("Other seeds were shown some of it through retrieval:")
        tell("what came of that goes too, and is made anew if the run goes on.")
        tell(f"  {_few(list(others))}")
    if whole.twins:
        tell("Pairs of other seeds were rejected for being like it: they are judged anew if the run goes on.")
        tell(f"  {_few(whole.twins)}")
    alike: dict[str, list[str]] = {}
    for seed, why in _alike(kept, whole):
        alike.setdefault(why, []).append(seed)
    for why, seeds in alike.items():
        tell(f"Not of it, and stays, though {why}: {_few(seeds)}.")


def _few(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return ", ".join(ids[:_SHOWN]) + more


def _alike(kept: Kept, whole: Gone) -> Iterator[tuple[str, str]]:
    """Yield seeds that stay though they may hold the same words."""
    paths = {_path_of(seed) for seed in whole.seeds}
    hashes = set().union(*(_hashes(kept, seed) for seed in whole.seeds))
    for seed in kept.seeds():
        if seed in whole.seeds:
            continue
        if hashes & _hashes(kept, seed):
            yield seed, "with the same text"
        elif _path_of(seed) in paths:
            yield seed, "of the same file"


def _hashes(kept: Kept, seed: str) -> set[str]:
    """Return the hashes of a seed's text, as the plans of its records have them."""
    plans = kept.column("SELECT DISTINCT plan FROM records WHERE seed=?", seed)
    return {plan.rpartition(":")[2] for plan in plans}


def _remove(run: Path, whole: Gone) -> None:
    """Delete from the journal in one transaction, noting what is still to be done."""
    with _writing(run / "run.db") as db:
        db.execute("BEGIN IMMEDIATE")
        found = db.execute("SELECT value FROM meta WHERE key=?", (FORGOTTEN,)).fetchone()
        hashes = sorted({*(json.loads(found[0]) if found else ()), *map(hash_of, whole.seeds)})
        delete(db, whole)
        for key, value in ((FORGOTTEN, hashes), (FORGETTING, asdict(whole))):
            db.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (key, json.dumps(value)))
        db.execute("COMMIT")


def _finish(run: Path, whole: Gone, tell: Tell) -> int:
    """Do what is left once the journal's rows are gone. Every step may be done again."""
    branches = cleared.branches_of(run, whole)
    cleared.acts(run, whole, branches)
    cleared.branches(run, branches, tell)
    cleared.view(run)
    left = cleared.outputs(run, whole, tell)
    cleared.indexes(run, whole, tell)
    for name in ("run.db", "hand.db"):
        if (run / name).exists():
            with _writing(run / name) as db:
                _overwrite(db, run / name)
    with _writing(run / "run.db") as db:
        db.execute("DELETE FROM meta WHERE key=?", (FORGETTING,))
        _emptied(db, run / "run.db")
    with opened(run) as kept:
        if server := kept.meta.get("means", {}).get("chroma"):
            left.append(f"The Chroma server at {server} may hold an index with it: delete its collections there")
    tell(f"Forgotten: {_few(whole.seeds)}. Files of seeds are not touched.")
    for line in left:
        tell(line)
    return LEFT if left else DONE


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Open one of the run's databases such that what is deleted is overwritten."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE)) as db:
            if path.name == "run.db":
                check_version(db, path)
            db.execute("PRAGMA secure_delete=ON")
            yield db
    except sqlite3.Error as error:
        hint = "make room, or close what has it open, and do this again: nothing is half removed"
        raise UsageError(f"{path} can't be rewritten: {error}; {hint}") from None


def _overwrite(db: sqlite3.Connection, path: Path) -> None:
    """Leave no byte of what was deleted: SQLite keeps it in free pages and in its write-ahead log."""
    _emptied(db, path)
    db.execute("VACUUM")
    _emptied(db, path)


def _emptied(db: sqlite3.Connection, path: Path) -> None:
    busy: tuple[Any, ...] = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy[0]:
        raise UsageError(f"{path} is being read (a page that shows the run?); close that, then do this again")
