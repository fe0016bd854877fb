"""What is wanted of an agent, as data: what the records are to become, where one is to end, what is to be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tools.web.pages import Page, texts_of
from tools.web.spec import Site
from tools.web.state import Change, Records, State, fresh


@dataclass(frozen=True)
class Task:
    """A goal that is judged on the site's own data."""

    kind: str
    about: str
    """What is wanted, in plain words of ours, for whoever puts it into a user's."""
    told: tuple[str, ...] = ()
    """Values the request has to say: without them it can't be carried out."""
    hidden: tuple[str, ...] = ()
    """Values it must not say: they are what is to be found out."""
    wanted: tuple[Change, ...] = ()
    """What the records are to become; of a record to be created the id is ''."""
    passing: tuple[Change, ...] = ()
    """What comes and goes on the way, such as what lies in a basket."""
    at: str = ""
    """The path at which one has to end."""
    see: tuple[tuple[str, ...], ...] = ()
    """What has to have been shown: each a few texts that stand on one page."""
    fills: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What to enter: by form, `login`, or the table of a list, then by field."""
    answer: str = ""
    """What the answer has to say."""
    answer_type: str = ""
    """text, number, or several (parts joined by `; `, all of which have to be said)."""
    consent: str = ""
    """What is to be answered about cookies; '' leaves it open."""
    is_feasible: bool = True
    because: str = ""
    """Why it can't be done."""
    reason: tuple[str, ...] = ()
    """Words of which the reason given has to name one."""


def as_dict(task: Task) -> dict[str, Any]:
    return asdict(task)


def task_of(data: Mapping[str, Any]) -> Task:
    """Read a task back from JSON."""
    changes = {name: tuple(Change(**change) for change in data[name]) for name in ("wanted", "passing")}
    listed = {name: tuple(data[name]) for name in ("told", "hidden", "reason")}
    return Task(**{**data, **changes, **listed, "see": tuple(tuple(one) for one in data["see"])})


def expected(site: Site, task: Task) -> Records:
    """Return the records as the task wants them."""
    records = fresh(site).records
    for number, change in enumerate(task.wanted):
        rows = records[change.table]
        if change.operation == "delete":
            rows.pop(change.id, None)
        elif change.operation == "update":
            rows[change.id] = {**rows[change.id], **change.values}
        else:
            rows[f"new{number}"] = {"id": "", **change.values}
    return records


def differences(site: Site, records: Records, wanted: Records) -> list[str]:
    """Return what differs between two states of the site's records, in words; ids of new records don't count."""
    found: list[str] = []
    old = {t.name: {str(r["id"]) for r in t.records} for t in site.tables}
    for name, rows in wanted.items():
        have = records.get(name, {})
        for id in sorted(old[name]):
            if id in rows and id not in have:
                found.append(f"{name} {id} is gone")
            elif id in have and id not in rows:
                found.append(f"{name} {id} is still there")
            elif id in have and id in rows and have[id] != rows[id]:
                values = {k: v for k, v in have[id].items() if v != rows[id].get(k)}
                found.append(f"{name} {id} has {values}, not { {k: rows[id].get(k) for k in values} }")
        found += _new_differences(name, _new(have, old[name]), _new(rows, old[name]))
    return found


def _new(rows: Mapping[str, Mapping[str, Any]], old: set[str]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k != "id"} for id, row in rows.items() if id not in old]


def _new_differences(name: str, have: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> Iterator[str]:
    left = list(wanted)
    for row in have:
        if row in left:
            left.remove(row)
        else:
            yield f"{name} has a new record {row}, which nobody asked for"
    yield from (f"{name} lacks a new record {row}" for row in left)


def allows(task: Task, changes: Sequence[Change]) -> bool:
    """Can what was changed so far still be part of the way to the goal? Nothing beside it, and nothing twice."""
    wanted, passing = list(task.wanted), list(task.passing)
    tables = {c.table for c in passing}
    for change in changes:
        if change.table in tables:
            # What is laid into a basket is laid there in its order, and leaves it only when the order is placed.
            if change.operation == "create":
                if not passing or not _same(passing.pop(0), change):
                    return False
            elif passing or len(wanted) == len(task.wanted):
                return False
            continue
        found = next((one for one in wanted if _same(one, change)), None)
        if found is None:
            return False
        wanted.remove(found)
    return True


def _same(wanted: Change, made: Change) -> bool:
    if (wanted.operation, wanted.table) != (made.operation, made.table) or (wanted.id and wanted.id != made.id):
        return False
    return made.operation == "delete" or all(wanted.values.get(k) == v for k, v in made.values.items())


def seen_on(page: Page, groups: Sequence[tuple[str, ...]], unfolded: str = "") -> set[int]:
    """Return which groups of texts a page shows, with one of its folded parts open or with none."""
    shown = plain(" \n ".join(text for text, under in texts_of(page) if under in ("", unfolded)))
    return {n for n, group in enumerate(groups) if all(plain(part) in shown for part in group)}


def plain(text: str) -> str:
    """Return a text without what differs by the way only: spaces and capitals."""
    return re.sub(r"\s+", " ", text).strip().casefold()


def reached(site: Site, task: Task, state: State, path: str, seen: set[int]) -> bool:
    """Is it done, as far as the site can tell?"""
    if task.at and path.partition("?")[0] != task.at:
        return False
    if len(seen) < len(task.see) or (task.consent and state.consented != task.consent):
        return False
    return not differences(site, state.records, expected(site, task))
