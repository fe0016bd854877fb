"""The tables of `view.db`: what is listed of every pair, what is counted of them, and the words they can be found by.

Nothing in it is a source: all comes from the journal and the hand, and the whole file may be deleted at any time.

A pair's `place` is its rank in time: the number of the newest event that decided on it, times `VERSIONS`, plus how
often it was listed anew since. It is also the row of the full-text table, which keeps no text of its own and so can't
forget: what was listed before stays there under a place that no pair has any more, and a join leaves it out.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

FORM = 1
"""Of the tables below; a file of another form is made anew."""
VERSIONS = 4096
"""Places between two events."""
SCHEMA = """
CREATE TABLE state (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE pairs (place INTEGER PRIMARY KEY, characters INTEGER NOT NULL);
CREATE INDEX pairs_by_length ON pairs (characters, place);
CREATE TABLE listed (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, mark TEXT NOT NULL, entry TEXT NOT NULL);
CREATE TABLE gone (id TEXT PRIMARY KEY, place INTEGER NOT NULL, at REAL) WITHOUT ROWID;
CREATE TABLE facets (code INTEGER PRIMARY KEY, what TEXT NOT NULL, value TEXT NOT NULL, count INTEGER NOT NULL,
  UNIQUE (what, value));
CREATE INDEX facets_by_count ON facets (what, count DESC, value);
CREATE TABLE cube (skill TEXT, kind TEXT, stage TEXT, verdict TEXT, count INTEGER NOT NULL,
  PRIMARY KEY (skill, kind, stage, verdict)) WITHOUT ROWID;
CREATE TABLE reasons (stage TEXT, reason TEXT, count INTEGER NOT NULL, PRIMARY KEY (stage, reason)) WITHOUT ROWID;
CREATE INDEX reasons_by_count ON reasons (count);
CREATE TABLE moments (grain INTEGER, moment INTEGER, verdict TEXT, count INTEGER NOT NULL,
  PRIMARY KEY (grain, moment, verdict)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (facets, text, content='', tokenize="unicode61 remove_diacritics 2");
"""
GRAINS = tuple(5 * 6**power for power in range(6))
"""Seconds that are counted together in `moments`: several at once, so that a run of any length is told by few rows."""


class Unusable(Exception):
    """The index is damaged, of another form, or of another journal: it has to be made anew."""


def connect(path: Path, *, make: bool = False) -> sqlite3.Connection:
    """Open an index; `make` its tables where there are none.

    Raises `Unusable` where it must be made anew, `sqlite3.OperationalError` where it can't be opened or written.
    """
    address = path.absolute().as_uri() + ("" if make else "?mode=rw")  # who only reads makes no empty file
    db = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False, timeout=10)
    try:
        if make:
            _make(db)
        (form,) = db.execute("PRAGMA user_version").fetchone()
        if form != FORM:
            raise Unusable(f"{path} is of form {form}, not {FORM}")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("PRAGMA mmap_size=0")
        db.execute("PRAGMA cache_size=-8000")
        db.execute("PRAGMA temp_store=MEMORY")
    except sqlite3.OperationalError:
        db.close()
        raise
    except (sqlite3.DatabaseError, Unusable) as error:
        db.close()
        raise Unusable(str(error)) from None
    return db


def _make(db: sqlite3.Connection) -> None:
    if db.execute("SELECT 1 FROM sqlite_master").fetchone():
        return
    db.execute("PRAGMA page_size=8192")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("BEGIN IMMEDIATE")
    try:
        if not db.execute("SELECT 1 FROM sqlite_master").fetchone():  # another viewer may have been quicker
            for statement in SCHEMA.split(";\n"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version={FORM}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def remove(path: Path) -> None:
    """Delete an index; harmless where there is none."""
    for end in ("-wal", "-shm", ""):
        path.with_name(path.name + end).unlink(missing_ok=True)
