"""What a chat has done to a site: its records, who is logged in, what is half filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tools.web.spec import Form, Record, Site, Table, settled

Records = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Change:
    """One change of one record."""

    operation: str
    """create, update or delete."""
    table: str
    id: str
    values: Mapping[str, Any]
    """What it holds now; of an update what is new."""


@dataclass
class State:
    """The site as one visitor sees it; a copy is another visitor's."""

    records: Records
    user: str = ""
    consented: str = ""
    """What was answered about cookies: `all` or `necessary`; `-` where nobody asked."""
    newsletter: str = ""
    """'' before it came up, `open` while it lies there, `closed` after."""
    views: int = 0
    drafts: dict[str, dict[str, str]] = field(default_factory=dict)
    """What was entered into forms of several steps, by the form's address."""
    failed: tuple[str, ...] = ()
    """Flaky forms that have had their failure."""
    said: str = ""
    """What the next page says of what was done."""
    changes: tuple[Change, ...] = ()

    def copy(self) -> State:
        """Return a state that can be changed apart from this one; records are replaced, never changed in place."""
        records = {name: dict(rows) for name, rows in self.records.items()}
        return replace(self, records=records, drafts={at: dict(draft) for at, draft in self.drafts.items()})

    def key(self) -> str:
        """Return what tells this state from another: of one site, equal keys mean equal pages."""
        done = [[c.operation, c.table, c.id, dict(c.values)] for c in self.changes]
        seen = (done, self.user, self.consented, self.newsletter, self.drafts, self.failed)
        return json.dumps([*seen, min(self.views, 2)], sort_keys=True, default=str)


def fresh(site: Site) -> State:
    """Return the state in which a visitor finds the site."""
    records = {t.name: {str(r["id"]): dict(r) for r in t.records} for t in site.tables}
    return State(
        records, consented="" if site.noise.consent else "-", newsletter="" if site.noise.newsletter else "closed"
    )


def apply(site: Site, state: State, form: Form, entered: Mapping[str, str], on: str) -> list[Change]:
    """Carry out a form on the records and return what changed."""
    table = site.table(form.table)
    record = state.records[form.on].get(on, {}) if form.on else {}
    fields = {f.name: f for step in form.steps for f in step}
    values = {name: settled(fields[name], value) for name, value in entered.items() if name in fields}
    values |= {name: _put(value, record) for name, value in form.values.items()}
    rows = state.records[form.table]
    if form.operation == "delete":
        gone = rows.pop(on)
        made = [Change("delete", table.name, on, gone)]
    elif form.operation == "update":
        at = on if form.on == form.table else next(iter(rows))  # a table with one record: one's own settings
        new = {k: v for k, v in values.items() if rows[at].get(k) != v}
        rows[at] = {**rows[at], **new}
        made = [Change("update", table.name, at, new)] if new else []
    elif form.operation == "checkout":
        made = _check_out(site, state, form, values)
    else:
        made = [_create(table, rows, values)]
    state.changes = (*state.changes, *made)
    return made


def _create(table: Table, rows: dict[str, dict[str, Any]], values: Mapping[str, Any]) -> Change:
    id = next_id(rows)
    rows[id] = {"id": id, **values}
    return Change("create", table.name, id, dict(values))


def next_id(rows: Mapping[str, Any]) -> str:
    """Return the id of the next record: ids are numbers counted up, whatever was deleted."""
    return str(max((int(i) for i in rows if i.isdigit()), default=0) + 1)


def _check_out(site: Site, state: State, form: Form, values: Mapping[str, Any]) -> list[Change]:
    """Turn what lies in the basket (the table that `values["from"]` names) into one order."""
    basket = str(form.values["from"])
    lying = state.records[basket]
    named = "; ".join(f"{row['quantity']} × {row['item']}" for row in lying.values())
    own = {name: value for name, value in values.items() if name != "from"}
    made = [_create(site.table(form.table), state.records[form.table], {"items": named, **own})]
    made += [Change("delete", basket, id, row) for id, row in lying.items()]
    state.records[basket] = {}
    return made


def _put(value: Any, record: Record) -> Any:
    if isinstance(value, str) and value.startswith("$"):
        return record.get(value[1:], "")
    return value
